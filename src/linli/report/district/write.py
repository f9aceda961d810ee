"""Write the district plans of a plan: for each district a Word file and a PDF in every language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from linli.report.district.content import district_document
from linli.report.district.desk import Desk
from linli.report.district.docx import word_bytes
from linli.report.district.pdf import document_job
from linli.report.district.words import district_words
from linli.report.fonts import Fonts
from linli.report.formats import Context
from linli.report.options import Language, ReportOptions
from linli.report.pdf import set_pdf
from linli.report.plan.figures import PlanFigures
from linli.report.plan.model import PlanBook

__all__ = ["FOLDER", "district_names", "write_district_plans"]

FOLDER = "district-plan"
"""Where the files go, in the folder of a plan."""

ALL = "all"
"""Name of the file where no community has a district."""

NAME = 40
"""Characters of a district's name that a file name holds."""

WAITING = 3
"""How many documents may wait to be typeset, so that a city of many districts does not fill the memory."""

_THREADS = 2
_UNSAFE = re.compile(r"[^\w-]+")

Progress = Callable[[str, float | None], None]


def district_names(book: PlanBook) -> dict[str, str]:
    """Return what the file of each district is called.

    Parameters
    ----------
    book
        The plan's records.

    Returns
    -------
    dict
        Name of the district (empty = communities without one) → name of its files without language and ending; names
        stay in their own letters, and no two are the same on any system.
    """
    out: dict[str, str] = {}
    taken: set[str] = set()
    for part in book.districts:
        clean = _UNSAFE.sub("-", part.key).strip("-_")[:NAME]
        if not clean:
            clean = ALL if len(book.districts) == 1 else part.slug
        if clean.lower() in taken:
            clean = f"{clean}-{part.slug}"[: 2 * NAME]
        while clean.lower() in taken:
            clean += "-"
        taken.add(clean.lower())
        out[part.key] = clean
    return out


def _desk(
    book: PlanBook, district: str, lang: Language, figures: PlanFigures, context: Context, options: ReportOptions
) -> Desk:
    """Lay out one district; the only one is the whole, so that nothing of it is drawn twice."""
    alone = len(book.districts) == 1
    words = district_words(lang)
    return Desk(
        book=book,
        part=book.part(None if alone else district),
        district=None if alone else district,
        place=district or (context.place if alone else words("district.no_district", place=context.place)),
        figures=figures,
        words=words,
        notes=context.notes,
        options=options,
    )


def write_district_plans(
    book: PlanBook,
    figures: Mapping[Language, PlanFigures],
    contexts: Mapping[Language, Context],
    out: Path,
    fonts: Fonts | None,
    options: ReportOptions,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the district plan 一区一规划 of every district.

    Parameters
    ----------
    book
        The plan's records.
    figures, contexts
        Drawings, words and notes by language; a document is written in each language that has both.
    out
        Folder of the plan: ``district-plan/<district>-<lang>.docx`` and ``.pdf``.
    fonts
        The font of PDF and figures; None = Word files only, their figures replaced by words that say so.
    options
        Whether PDFs are wanted, title, author, organisation.
    progress
        Told what is under way and the fraction done (0–1).

    Returns
    -------
    list of Path
        The files, district by district.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    tell = progress or (lambda _text, _done: None)
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    names = district_names(book)
    wanted = [(district, lang) for district in names for lang in options.lang if lang in figures and lang in contexts]
    files: list[Path] = []
    setting: list[Future[Path]] = []
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        # typesetting needs no Python while it works: it runs beside the writing of the next document
        for position, (district, lang) in enumerate(wanted):
            desk = _desk(book, district, lang, figures[lang], contexts[lang], options)
            tell(desk.say("stage", place=desk.place), position / len(wanted))
            document = district_document(desk)
            word = folder / f"{names[district]}-{lang}.docx"
            if fonts is not None and options.pdf:
                wait(setting[:-WAITING])
                setting.append(pool.submit(set_pdf, document_job(document, fonts, word.with_suffix(".pdf")), fonts))
            word.write_bytes(word_bytes(document, fonts))
            files.append(word)
    files += [one.result() for one in setting]
    return sorted(files, key=lambda path: [*names.values()].index(path.stem.rpartition("-")[0]))
