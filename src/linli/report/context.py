"""What every figure and page of a report says about itself: place, date of the data, attribution, approval number."""

from __future__ import annotations

from linli.report.formats import Context, Format
from linli.report.model import Book
from linli.report.options import ReportOptions
from linli.report.words import Words

__all__ = ["report_context"]


def report_context(book: Book, options: ReportOptions, words: Words) -> Context:
    """Put together what figures need to know besides their own facts.

    Parameters
    ----------
    book
        The report's records.
    options
        Attribution and approval number, as declared.
    words
        The language.

    Returns
    -------
    Context
        Words, numbers, place, date and notes.
    """
    notes = []
    names = [
        *dict.fromkeys(book.manifest.get("attribution") or ()),
        *([options.attribution] if options.attribution else []),
    ]
    if names:
        notes.append(words("foot.attribution", names=words("number.semicolon").join(names)))
    notes.append(words("foot.residents", method=words(f"method.{book.manifest['residents']['method']}")))
    if options.approval_number:
        notes.append(words("foot.approval", number=options.approval_number))
    fmt = Format(words, book.unit)
    dated = words("map.dated", date=fmt.date(book.surveyed_on))
    return Context(words, fmt, words.pick(book.name), dated, tuple(notes))
