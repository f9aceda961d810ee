"""The one function that writes a plan for people: pages, workbook, map layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from linli.assess.record import Assessment
from linli.improve.proposal import Proposal
from linli.report.context import report_context
from linli.report.figures import gather
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
from linli.rules import Catalogue
from linli.survey import Survey

__all__ = ["write_plan"]

Progress = Callable[[str, float | None], None]


@dataclass(frozen=True, slots=True)
class _Document:
    """A district plan that was written."""

    district: str
    lang: str
    path: Path


def _sites(
    book: PlanBook, material_of: PlanFigures, options: ReportOptions, documents: Sequence[_Document], out: Path
) -> list[PlanSite]:
    sites = []
    grounds: dict[str, Ground] = material_of.grounds
    for lang in options.lang:
        words = plan_words(lang)
        context = report_context(book.assessment, options, words)
        figures = PlanFigures(book, context, material_of.material, grounds)
        files = [
            {"href": "plan.xlsx", "text": words("plan_file.xlsx")},
            {"href": "plan.gpkg", "text": words("plan_file.gpkg")},
        ]
        offered = [
            {
                "href": one.path.relative_to(out).as_posix(),
                "text": words(f"plan_file.{one.path.suffix[1:]}", district=one.district or context.place),
                "district": one.district,
            }
            for one in documents
            if one.lang == lang
        ]
        title = words("plan.title", place=context.place)
        sites.append(PlanSite(book, figures, context, options, title, files, offered))
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
    out.mkdir(parents=True, exist_ok=True)
    tell(first("plan_stage.book"), 0.0)
    book = build_plan_book(proposal, survey, assessment, catalogue)
    context = report_context(book.assessment, options, first)
    drawn = PlanFigures(book, context, gather(book.assessment, assessment, survey))
    documents: list[_Document] = []
    sites = _sites(book, drawn, options, documents, out)
    files = write_root(out, {site.context.words.lang: site.title for site in sites})[:1]
    for position, site in enumerate(sites):
        start = 0.1 + 0.7 * position / len(sites)

        def told(done: float, start: float = start) -> None:
            tell(first("plan_stage.pages"), start + 0.7 * done / len(sites))

        files.append(write_plan_pages(site, out, told)[0])
    tell(first("plan_stage.tables"), 0.85)
    other: Language | None = options.lang[1] if len(options.lang) > 1 else None
    second = plan_words(other) if other else None
    files.append(write_plan_workbook(book, sites[0].figures, out / "plan.xlsx", sites[0].title, second))
    files.append(write_plan_layers(book, survey, out / "plan.gpkg"))
    tell(first("plan_stage.tables"), 1.0)
    return (*files, *(one.path for one in documents))
