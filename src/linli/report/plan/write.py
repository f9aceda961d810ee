"""The one function that writes a plan for people: pages, workbook, map layers, and the plan of every district."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from linli.assess.record import Assessment
from linli.errors import FontError
from linli.improve.proposal import Proposal
from linli.report.context import report_context
from linli.report.district.write import FOLDER, district_names, write_district_plans
from linli.report.figures import Material, gather
from linli.report.fonts import Fonts, find_fonts
from linli.report.ground import Ground
from linli.report.html import write_root
from linli.report.options import Language, ReportOptions
from linli.report.plan.build import build_plan_book
from linli.report.plan.figures import PlanFigures
from linli.report.plan.layers import write_plan_layers
from linli.report.plan.model import PlanBook
from linli.report.plan.pages import PlanSite, write_plan_pages
from linli.report.plan.words import plan_words
from linli.report.plan.workbook import write_plan_workbook
from linli.report.words import Words
from linli.rules import Catalogue
from linli.survey import Survey

__all__ = ["write_plan"]

Progress = Callable[[str, float | None], None]


_PAGES = (0.1, 0.3)
_DOCUMENTS = (0.45, 0.55)
"""Where writing pages and documents begins, and how much of the whole it is."""


def _fonts(options: ReportOptions) -> Fonts | None:
    """Return the font of PDFs and of figures in Word files; without one there are no PDFs, and none may be wanted."""
    try:
        return find_fonts()
    except FontError:
        if options.pdf:
            raise
        return None


def _offered(
    book: PlanBook, words: Words, place: str, names: Mapping[str, str], options: ReportOptions, fonts: Fonts | None
) -> list[dict[str, str]]:
    """Return the district plans in one language, for the pages to link to."""
    kinds = ("docx", "pdf") if options.pdf and fonts is not None else ("docx",)
    return [
        {
            "href": f"{FOLDER}/{names[part.key]}-{words.lang}.{kind}",
            "text": words(f"plan_file.{kind}", district=part.key or place),
            "district": part.key,
        }
        for part in book.districts
        for kind in kinds
    ]


def _sites(book: PlanBook, material: Material, options: ReportOptions, fonts: Fonts | None) -> dict[Language, PlanSite]:
    sites: dict[Language, PlanSite] = {}
    grounds: dict[str, Ground] = {}
    names = district_names(book)
    for lang in options.lang:
        words = plan_words(lang)
        context = report_context(book.assessment, options, words)
        figures = PlanFigures(book, context, material, grounds)
        files = [
            {"href": "plan.xlsx", "text": words("plan_file.xlsx")},
            {"href": "plan.gpkg", "text": words("plan_file.gpkg")},
        ]
        documents = _offered(book, words, context.place, names, options, fonts)
        title = words("plan.title", place=context.place)
        sites[lang] = PlanSite(book, figures, context, options, title, files, documents)
    return sites


def write_plan(
    proposal: Proposal,
    survey: Survey,
    assessment: Assessment,
    catalogue: Catalogue,
    out: Path,
    options: ReportOptions,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write a proposal for people: pages in every language, workbook, map layers, district plans.

    Parameters
    ----------
    proposal
        Plan, programme, subsidies, frontier, operation.
    survey, assessment, catalogue
        What it was made from.
    out
        Folder to write to; made if it is not there. What an earlier run wrote is written over.
    options
        Languages, PDF, organisation, author, map approval number.
    progress
        Told what is under way and the fraction done (0–1).

    Returns
    -------
    tuple of Path
        Files for people to open, `index.html` first; not every single page.

    Raises
    ------
    FontError
        If PDFs are wanted and no font on this machine can print Chinese; nothing has been written then.
    KeyError
        If the catalogue is not the one that the plan was made with.
    OSError
        If a file cannot be written.
    """
    tell = progress or (lambda _text, _done: None)
    first = plan_words(options.lang[0])
    fonts = _fonts(options)
    out.mkdir(parents=True, exist_ok=True)
    tell(first("plan_stage.book"), 0.0)
    book = build_plan_book(proposal, survey, assessment, catalogue)
    sites = _sites(book, gather(book.assessment, assessment, survey), options, fonts)
    files = write_root(out, {lang: site.title for lang, site in sites.items()})[:1]
    begin, whole = _PAGES
    for position, site in enumerate(sites.values()):
        start = begin + whole * position / len(sites)

        def told(done: float, start: float = start) -> None:
            tell(first("plan_stage.pages"), start + whole * done / len(sites))

        files.append(write_plan_pages(site, out, told)[0])
    tell(first("plan_stage.tables"), begin + whole)
    second = plan_words(options.lang[1]) if len(options.lang) > 1 else None
    site = sites[options.lang[0]]
    files.append(write_plan_workbook(book, site.figures, out / "plan.xlsx", site.title, second))
    files.append(write_plan_layers(book, survey, out / "plan.gpkg"))
    begin, whole = _DOCUMENTS
    files += write_district_plans(
        book,
        {lang: one.figures for lang, one in sites.items()},
        {lang: one.context for lang, one in sites.items()},
        out,
        fonts,
        options,
        lambda text, done: tell(text, None if done is None else begin + whole * done),
    )
    tell(first("plan_stage.documents"), 1.0)
    return tuple(files)
