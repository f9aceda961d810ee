"""The one function that writes a whole comparison: records, tables, summary, list to be decided, and the pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from linli.feedback import Outcome, Round
from linli.feedback.outcome import write_outcome as write_tables
from linli.report.build import build_book
from linli.report.context import report_context
from linli.report.figures import gather
from linli.report.formats import Context
from linli.report.html import write_root
from linli.report.model import Book
from linli.report.options import Language, ReportOptions
from linli.report.outcome.build import build_outcome_book
from linli.report.outcome.figures import OutcomeFigures
from linli.report.outcome.html import OutcomeSite, write_outcome_pages
from linli.report.outcome.model import OutcomeBook
from linli.report.outcome.words import outcome_words
from linli.report.words import Words
from linli.rules import Catalogue

__all__ = ["write_outcome"]

Progress = Callable[[str, float | None], None]


def _context(outcome: Outcome, book: Book, options: ReportOptions, words: Words) -> Context:
    plain = report_context(book, options, words)
    dates = {
        side: plain.fmt.date(getattr(outcome.meta, side).surveyed_on) for side in ("before", "after")
    }  # both dates stand beneath every map
    return Context(words, plain.fmt, words.pick(outcome.meta.name), words("outcome.dated", **dates), plain.notes)


def _title(outcome: Outcome, context: Context) -> str:
    dates = {side: context.fmt.date(getattr(outcome.meta, side).surveyed_on) for side in ("before", "after")}
    return context.words("outcome.title", place=context.place, **dates)


def _files(words: Words) -> list[dict[str, str]]:
    return [
        {"href": f"compare.{words.lang}.xlsx", "text": words("outcome.file.xlsx")},
        {"href": f"compare.{words.lang}.md", "text": words("outcome.file.md")},
        {"href": "doubtful.csv", "text": words("outcome.file.csv")},
    ]


def _site(lang: Language, made: OutcomeBook, figures: tuple[object, str], options: ReportOptions) -> OutcomeSite:
    words = outcome_words(lang)
    context = _context(made.outcome, made.book, options, words)
    ground, crs = figures
    return OutcomeSite(
        outcome=made,
        figures=OutcomeFigures(made, ground, context, crs),  # type: ignore[arg-type]
        context=context,
        options=options,
        title=_title(made.outcome, context),
        place=context.place,
        files=_files(words),
    )


def write_outcome(
    outcome: Outcome,
    before: Round,
    after: Round,
    catalogue: Catalogue,
    out: Path,
    options: ReportOptions | None = None,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write a comparison for people to read: pages in each language, and the tables beside them.

    Parameters
    ----------
    outcome
        What was found.
    before, after
        Survey and assessment of the rounds it was found from.
    catalogue
        The rules of the second round.
    out
        Folder to write to, made if it is not there: ``index.html``, ``zh/``, ``en/``, ``assets/`` (pages), ``outcome/``
        (Parquet and JSON), ``compare.<lang>.xlsx``, ``compare.<lang>.md``, ``doubtful.csv``.
    options
        Languages, organisation, map approval number; the defaults if left out.
    progress
        Told what is under way and the fraction done (0–1).

    Returns
    -------
    tuple of Path
        Files for people to open, ``index.html`` first; not every single page.

    Raises
    ------
    SnapshotError
        If ``outcome/`` in the folder holds something else.
    KeyError
        If the catalogue is not the one that the second round was assessed with.
    OSError
        If a file cannot be written.
    """
    options, tell = options or ReportOptions(), progress or (lambda _text, _done: None)
    first = outcome_words(options.lang[0])
    tell(first("outcome.stage_book"), 0.0)
    tables = write_tables(outcome, out, options.lang)
    survey, assessment = after
    book = build_book(assessment, survey, catalogue)
    made = build_outcome_book(outcome, book, before[1], assessment)
    ground = gather(book, assessment, survey).ground
    sites = [_site(lang, made, (ground, survey.manifest.metric_crs), options) for lang in options.lang]
    files = write_root(
        out,
        {site.context.words.lang: site.title for site in sites},
        {site.context.words.lang: site.context.words("outcome.open") for site in sites},
    )[:1]
    for position, site in enumerate(sites):
        begun = position / len(sites)
        stage = first("outcome.stage_pages")
        share = 1 / len(sites)
        pages = write_outcome_pages(site, out, lambda done, a=begun, w=share, s=stage: tell(s, a + done * w))  # type: ignore[misc]
        files.append(pages[0])
    tell(first("outcome.stage_pages"), 1.0)
    return (*files, *tables)
