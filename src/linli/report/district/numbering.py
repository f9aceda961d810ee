"""The numbers of headings, tables and figures: one counting for every writer, so that Word and paper agree.

Chinese headings follow the official order 一、 （一） 1. （1）; English ones 1, 1.1, 1.1.1. Annexes count by
themselves: 附件一, Annex A. Tables and figures count through the whole document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.report.district.document import (
    Bullets,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Run,
    Table,
    every_block,
)

__all__ = [
    "LEVELS",
    "CaptionNumber",
    "HeadingNumber",
    "Numbers",
    "chinese_number",
    "heading_label",
    "number_blocks",
]

LEVELS = 4
"""How many levels of headings there are."""

_DIGITS = "零一二三四五六七八九"
_TEN, _HUNDRED, _MOST, _LETTERS = 10, 100, 999, 26


@dataclass(frozen=True, slots=True)
class HeadingNumber:
    """A heading with what stands before it (empty = not numbered); `annex`: whether it is counted among the annexes."""

    position: int
    level: int
    label: str
    text: str
    annex: bool


@dataclass(frozen=True, slots=True)
class CaptionNumber:
    """The number of a table or figure: `kind` is ``table`` or ``figure``, `label` what a reference prints."""

    kind: str
    number: int
    label: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a document: its headings in order, and its captions by key."""

    headings: tuple[HeadingNumber, ...]
    captions: dict[str, CaptionNumber]


def chinese_number(value: int) -> str:
    """Write a whole number in Chinese, as Word counts.

    Parameters
    ----------
    value
        1–999.

    Returns
    -------
    str
        ``十二``.

    Raises
    ------
    ValueError
        If it is out of range.

    Examples
    --------
    >>> [chinese_number(n) for n in (3, 10, 12, 20, 101, 110, 999)]
    ['三', '十', '十二', '二十', '一百零一', '一百一十', '九百九十九']
    """
    if not 1 <= value <= _MOST:
        msg = f"{value} cannot be written as the number of a heading; 1 to {_MOST} can."
        raise ValueError(msg)
    hundreds, rest = divmod(value, _HUNDRED)
    tens, ones = divmod(rest, _TEN)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += _DIGITS[0]
    return text + (_DIGITS[ones] if ones else "")


def _letters(value: int) -> str:
    """Count A … Z, AA … as Word does: the letter repeated."""
    again, at = divmod(value - 1, _LETTERS)
    return chr(ord("A") + at) * (again + 1)


def heading_label(lang: str, counts: Sequence[int], *, annex: bool = False) -> str:
    """Return what stands before a heading.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    counts
        Count at each level down to the heading's own, from 1.
    annex
        Whether it lies in an annex.

    Returns
    -------
    str
        With the space that follows it, if any.

    Examples
    --------
    >>> heading_label("zh", (3,)), heading_label("zh", (3, 2)), heading_label("en", (3, 2))
    ('三、', '（二）', '3.2 ')
    >>> heading_label("en", (1,), annex=True)
    'Annex A  '
    """
    level, last = len(counts), counts[-1]
    if lang == "zh":
        first = f"附件{chinese_number(last)}\u3000" if annex else f"{chinese_number(last)}、"
        if level == 1:
            return first
        if level == LEVELS - 2:
            return f"（{chinese_number(last)}）"
        return f"{last}." if level == LEVELS - 1 else f"（{last}）"
    first = _letters(counts[0]) if annex else str(counts[0])
    if level == 1:
        return f"Annex {first}  " if annex else f"{first} "
    return ".".join([first, *(str(count) for count in counts[1:])]) + " "


def _references(block: object) -> list[str]:
    some: tuple[Run, ...] = ()
    if isinstance(block, Paragraph | Note):
        some = block.runs
    elif isinstance(block, Bullets):
        some = tuple(run for item in block.items for run in item)
    return [run.ref for run in some if run.ref]


def _count(counts: list[int], block: Heading) -> None:
    """Count a heading at its level; deeper levels begin anew."""
    if block.level > 1 and not counts[block.level - 2]:
        msg = f"heading `{block.text}` of level {block.level} does not lie under one of level {block.level - 1}"
        raise ValueError(msg)
    counts[block.level - 1] += 1
    counts[block.level :] = [0] * (LEVELS - block.level)


def number_blocks(document: Document) -> Numbers:
    """Count headings, tables and figures.

    Parameters
    ----------
    document
        The document.

    Returns
    -------
    Numbers
        Labels of headings, numbers of captions.

    Raises
    ------
    ValueError
        If two captions share a key, a reference points nowhere, or a heading skips a level.
    """
    counts, in_annex = [0] * LEVELS, False
    headings: list[HeadingNumber] = []
    captions: dict[str, CaptionNumber] = {}
    of_kind = {"table": 0, "figure": 0}
    wanted: list[str] = []
    for block in every_block(document.blocks):
        if isinstance(block, Heading):
            if block.annex and not in_annex:
                counts, in_annex = [0] * LEVELS, True
            label = ""
            if block.numbered:
                _count(counts, block)
                label = heading_label(document.lang, counts[: block.level], annex=in_annex)
            headings.append(HeadingNumber(len(headings) + 1, block.level, label, block.text, in_annex))
        elif isinstance(block, Table | Figure) and block.caption:
            if block.key in captions:
                msg = f"two tables or figures have the key `{block.key}`"
                raise ValueError(msg)
            kind = "table" if isinstance(block, Table) else "figure"
            of_kind[kind] += 1
            label = document.words[kind].format(number=of_kind[kind])
            captions[block.key] = CaptionNumber(kind, of_kind[kind], label)
        wanted += _references(block)
    lost = sorted(set(wanted) - set(captions))
    if lost:
        msg = f"references to tables or figures that are not there: {', '.join(lost)}"
        raise ValueError(msg)
    return Numbers(tuple(headings), captions)
