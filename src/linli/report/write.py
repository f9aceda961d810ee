"""The one function that writes a whole report: pages, workbook, map data, PDF, plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from linli.assess.record import Assessment
from linli.report.build import build_book, shown_coverage
from linli.report.context import report_context
from linli.report.data import write_data
from linli.report.figures import Figures, Material, gather
from linli.report.fonts import Fonts, find_fonts
from linli.report.geopackage import write_geopackage
from linli.report.handout import Document
from linli.report.html import Site, write_pages, write_root
from linli.report.model import Book, Community
from linli.report.options import Language, ReportOptions
from linli.report.outlines import life_circles
from linli.report.pdf import Job, pdf_jobs, set_pdf
from linli.report.words import Words, load_words
from linli.report.workbook import write_workbook
from linli.rules import Catalogue
from linli.survey import Survey

__all__ = ["write_report"]

_THREADS = 2

Progress = Callable[[str, float | None], None]


def _title(book: Book, options: ReportOptions, words: Words) -> str:
    given = words.pick(options.title) if options.title else ""
    return given or words("report.title", place=words.pick(book.name))


def _files(words: Words, options: ReportOptions) -> list[dict[str, str]]:
    files = [
        {"href": "assessment.xlsx", "text": words("report.file_xlsx")},
        {"href": "results.gpkg", "text": words("report.file_gpkg")},
        {"href": "data/summary.json", "text": words("report.file_json")},
    ]
    if options.pdf:
        files.insert(0, {"href": f"report-{words.lang}.pdf", "text": words("report.file_pdf")})
    return files


def _own_files(book: Book, options: ReportOptions) -> tuple[Community, ...]:
    """Return the communities that get a PDF of their own: the first of the priority list."""
    if not options.pdf:
        return ()
    last = len(book.communities) + 1
    ordered = sorted(book.communities, key=lambda c: (c.priority.rank if c.priority else last, c.row))
    return tuple(ordered if options.profiles == "all" else ordered[: options.profiles])


def _language(
    lang: Language,
    material: Material,
    catalogue: Catalogue,
    options: ReportOptions,
) -> Site:
    words = load_words(lang)
    book = material.book
    context = report_context(book, options, words)
    return Site(
        book=book,
        figures=Figures(material, context),
        context=context,
        catalogue=catalogue,
        options=options,
        title=_title(book, options, words),
        place=words.pick(book.name),
        files=_files(words, options),
        profiles=_own_files(book, options),
    )


def write_report(
    assessment: Assessment,
    survey: Survey,
    catalogue: Catalogue,
    out: Path,
    options: ReportOptions,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write the whole report of an assessment.

    Parameters
    ----------
    assessment, survey, catalogue
        What was found, what it was found from, and the rules it was judged by.
    out
        Folder to write to; made if it is not there. What an earlier report wrote is written over.
    options
        Languages, PDF, title, author, map approval number.
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
        If the catalogue is not the one that the assessment was made with.
    OSError
        If a file cannot be written.
    """
    tell = progress or (lambda _text, _done: None)
    fonts = find_fonts() if options.pdf else None
    first = load_words(options.lang[0])
    out.mkdir(parents=True, exist_ok=True)
    tell(first("stage.book"), 0.0)
    book = build_book(assessment, survey, catalogue)
    circles = life_circles(book, assessment, survey, catalogue)
    material = gather(book, assessment, survey, circles)
    sites = [_language(lang, material, catalogue, options) for lang in options.lang]
    files = write_root(out, {site.context.words.lang: site.title for site in sites})[:1]
    coverage = shown_coverage(book, assessment)
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        # typesetting runs beside everything else: it needs no Python while it works
        setting = _start_pdfs(pool, sites, coverage, out, fonts)
        files += _write_sites(sites, out, coverage, lambda done: tell(first("stage.pages"), 0.1 + 0.5 * done))
        tell(first("stage.tables"), 0.6)
        other = sites[1].context.words if len(sites) > 1 else None
        files.append(write_workbook(book, assessment, survey, out / "assessment.xlsx", sites[0].context, other))
        files.append(write_geopackage(book, assessment, survey, circles, out / "results.gpkg"))
        files += write_data(book, assessment, out)[:1]
        files += _wait_pdfs(setting, lambda done: tell(first("stage.pdf"), 0.7 + 0.3 * done))
    tell(first("stage.pdf" if fonts else "stage.tables"), 1.0)
    return tuple(files)


def _write_sites(
    sites: list[Site], out: Path, coverage: Mapping[tuple[str, str], Any], tell: Callable[[float], None]
) -> list[Path]:
    """Write the pages of every language; return the first page of each."""
    first_pages = []
    for position, site in enumerate(sites):
        start = position / len(sites)
        pages = write_pages(site, out, coverage, lambda done, start=start: tell(start + done / len(sites)))  # type: ignore[misc]
        first_pages.append(pages[0])
    return first_pages


def _start_pdfs(
    pool: ThreadPoolExecutor,
    sites: list[Site],
    coverage: Mapping[tuple[str, str], Any],
    out: Path,
    fonts: Fonts | None,
) -> list[Future[Path]]:
    if fonts is None:
        return []
    jobs: list[Job] = []
    for position, site in enumerate(sites):
        document = Document(site.book, site.figures, site.context, site.options, site.title, coverage)
        jobs += pdf_jobs(document, out, fonts, site.profiles if position == 0 else ())
    # long documents first, so that none is left alone at the end
    jobs.sort(key=lambda job: job.path.parent != out)
    return [pool.submit(set_pdf, job, fonts) for job in jobs]


def _wait_pdfs(setting: list[Future[Path]], tell: Callable[[float], None]) -> list[Path]:
    """Wait for every document; return the whole reports."""
    done = []
    for position, future in enumerate(setting):
        tell(position / len(setting))
        done.append(future.result())
    return [path for path in done if path.name.startswith("report-")]
