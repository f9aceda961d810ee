"""A planning document as records: headings, paragraphs, tables, figures; nothing of Word or of paper.

What belongs here: the *blocks* that a document is made of, and the *references* between them. A block knows its words
in one language, already written; it does not know its number, which `linli.report.district.numbering` gives it, nor
how it looks, which is the writers' part. Texts may hold references made by `ref`; `runs` takes them apart.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from linli.report.options import Language

__all__ = [
    "SHORT",
    "Block",
    "Bullets",
    "Cell",
    "Column",
    "Contents",
    "Cover",
    "Document",
    "Figure",
    "Heading",
    "Landscape",
    "Note",
    "PageBreak",
    "Paragraph",
    "Run",
    "Table",
    "cell",
    "every_block",
    "leads_on",
    "ref",
    "runs",
]

Align = Literal["left", "center", "right"]

SHORT = 14
"""Up to how many rows a table is kept on one page."""

_OPEN, _CLOSE = "\ue000", "\ue001"
_REFERENCE = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; with `ref` it stands for the number of a table or figure, and `text` is empty."""

    text: str
    bold: bool = False
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading.

    Parameters
    ----------
    level
        1–4.
    text
        Without its number.
    annex
        Whether it begins the annexes, or an annex; what follows is counted among them.
    numbered
        Whether it has a number.
    """

    level: int
    text: str
    annex: bool = False
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of runs."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without numbers, each item a sequence of runs."""

    items: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, how it is set, and its share of the width (relative to the others, > 0)."""

    title: str
    align: Align = "left"
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `status` is the code of one of the five statuses, shown with its mark and colour."""

    text: str
    status: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A numbered table; `key` is what `ref` points at, a table without caption has no number."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A numbered figure.

    Parameters
    ----------
    key
        What `ref` points at.
    caption
        Beneath it.
    svg
        The drawing.
    alt
        What it shows, for people who do not see it.
    width
        Share of the text's width that it takes at most, 0–1; it is made smaller where its height asks for it.
    notes
        Source and remarks beneath.
    """

    key: str
    caption: str
    svg: str
    alt: str
    width: float = 1.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A box that a reader must not miss."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a new page."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of headings down to a level."""

    depth: int = 2


@dataclass(frozen=True, slots=True)
class Landscape:
    """Blocks on pages turned on their side."""

    blocks: tuple[Block, ...]


Block = Heading | Paragraph | Bullets | Table | Figure | Note | PageBreak | Contents | Landscape


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page: title, subtitle, status of the document, and lines of name and value."""

    title: str
    subtitle: str
    status: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document in one language.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    title, author, subject, keywords
        Properties of the file.
    dated
        The date it bears.
    cover
        Its first page.
    blocks
        Everything after it.
    foot
        Beneath every page but the first.
    words
        What the writers print themselves: ``contents``, ``table`` and ``figure`` (with ``{number}``), ``notes``,
        ``page`` (with ``{page}`` and ``{pages}``).
    """

    lang: Language
    title: str
    author: str
    subject: str
    keywords: str
    dated: dt.date
    cover: Cover
    blocks: tuple[Block, ...]
    foot: str
    words: Mapping[str, str] = field(default_factory=dict)


def ref(key: str) -> str:
    """Return text that stands for the number of a table or figure until the document is written.

    Parameters
    ----------
    key
        Key of the table or figure.

    Returns
    -------
    str
        To be put into a sentence that `runs` takes apart.
    """
    return f"{_OPEN}{key}{_CLOSE}"


def runs(text: str, *, bold: bool = False) -> tuple[Run, ...]:
    """Take a text with references apart.

    Parameters
    ----------
    text
        Words, with or without `ref`.
    bold
        Whether it is bold.

    Returns
    -------
    tuple of Run
        In order; empty for an empty text.

    Examples
    --------
    >>> runs("see " + ref("projects") + ".")
    (Run(text='see ', bold=False, ref=''), Run(text='', bold=False, ref='projects'), Run(text='.', bold=False, ref=''))
    """
    pieces = _REFERENCE.split(text)
    made = [Run("", bold, piece) if at % 2 else Run(piece, bold) for at, piece in enumerate(pieces)]
    return tuple(one for one in made if one.text or one.ref)


def cell(content: str | Cell) -> Cell:
    """Return a cell of a text, or the cell itself.

    Parameters
    ----------
    content
        Text or cell.

    Returns
    -------
    Cell
        A cell.
    """
    return content if isinstance(content, Cell) else Cell(content)


def leads_on(block: Block, following: Block | None) -> bool:
    """Tell whether a block introduces what follows and must stay on its page.

    Parameters
    ----------
    block, following
        Two blocks in order; None = nothing follows.

    Returns
    -------
    bool
        True for text before a table or figure.
    """
    return isinstance(block, Paragraph) and isinstance(following, Table | Figure)


def every_block(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield every block in reading order, those on turned pages included (the turned section itself is left out).

    Parameters
    ----------
    blocks
        Of a document.

    Yields
    ------
    Block
        Never a `Landscape`.
    """
    for block in blocks:
        if isinstance(block, Landscape):
            yield from every_block(block.blocks)
        else:
            yield block
