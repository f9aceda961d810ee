"""Short tables typed into a box, a row a line: read by kind of cell, with every fault named, and written back.

Cells stand apart by comma, tab (as pasted from a worksheet) or, where there is neither, by a space. A kind of cell that
may be left out is known by its look: a year has four digits, an amount is a number, a name is neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from linli.improve.choices import ANY, LEVERS
from linli.web.words import LANGUAGES, say

__all__ = ["CellKind", "Head", "Names", "read_lines", "write_lines"]

CellKind = Literal[
    "year", "district", "wan", "amount", "count", "share", "type", "types", "lever", "community", "source", "when", "id"
]  # fmt: skip
"""What a cell is: ``wan`` is 10,000 yuan, ``share`` per cent, ``types`` several joined by ``+``."""

WAN = 10_000
PER_CENT = 100

_SPLIT = re.compile(r"[,，\t;；]")
_YEAR = re.compile(r"(19|20|21)\d\d")
_WHEN = re.compile(r"(start|open)(\+\d+)?")
_NUMBERS = frozenset({"wan", "amount", "count", "share"})
_REST = frozenset({"any", "其余", "其他", "others"})
_SOURCES = ("owners_fund", "operator")


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a table that is typed: its kind, and whether it may be left out."""

    kind: CellKind
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What people call the things that cells name.

    Parameters
    ----------
    types
        Titles of facility types by code, ``{zh, en}``.
    communities
        Names by code, those of the study's place.
    districts
        Names.
    """

    types: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    communities: Mapping[str, str] = field(default_factory=dict)
    districts: Sequence[str] = ()

    def type_code(self, text: str) -> str | None:
        """Return the code of a facility type by code or title; ``any`` for the rest."""
        if text.lower() in _REST:
            return ANY
        found = (c for c, titles in self.types.items() if text.lower() in {c, titles["zh"], titles["en"].lower()})
        return next(found, None)

    def community_codes(self, text: str) -> list[str]:
        """Return the codes of the communities of a code or name: several bear the same name."""
        if text in self.communities:
            return [text]
        return [code for code, name in self.communities.items() if name == text]


class _Wrong(ValueError):  # noqa: N818 - becomes a line of the form's errors
    """A cell that will not do, in words."""


def _lever(text: str) -> str | None:
    return next(
        (
            one
            for one in LEVERS
            if text.lower() in {one, *(say(f"plans.lever.{one}", lang).lower() for lang in LANGUAGES)}
        ),
        None,
    )


def _source(text: str) -> str:
    """Return the code of a source, also by a part of its name (维修资金); any other name is its own."""
    for one in _SOURCES:
        names = [one, *(say(f"plans.source.{one}", lang).lower() for lang in LANGUAGES)]
        if any(text.lower() in name for name in names):
            return one
    return text


def _number(text: str, kind: str) -> float | int:
    try:
        value = float(text.replace("%", "").replace("_", ""))
    except ValueError:
        raise _Wrong(say("plans.lines.number", found=text)) from None
    if not 0 <= value < float("inf"):
        raise _Wrong(say("plans.lines.range", found=text))
    if kind == "count":
        if value != int(value):
            raise _Wrong(say("plans.lines.whole", found=text))
        return int(value)
    if kind == "share" and value > PER_CENT:
        raise _Wrong(say("plans.lines.share", found=text))
    return round(value * WAN, 2) if kind == "wan" else value / PER_CENT if kind == "share" else value


def _community(text: str, names: Names) -> str:
    if text.lower() in _REST:
        return ANY
    found = names.community_codes(text)
    if len(found) == 1:
        return found[0]
    key = "community_twice" if found else "community"
    raise _Wrong(say(f"plans.lines.{key}", found=text, codes=" ".join(found)))


def _named(text: str, kind: str, names: Names) -> Any:
    if kind == "types":
        return [_named(one.strip(), "type", names) for one in re.split(r"[+、/]", text) if one.strip()]
    if kind == "type":
        code = names.type_code(text)
        if code is None:
            raise _Wrong(say("plans.lines.type", found=text))
        return code
    if kind == "lever":
        lever = _lever(text)
        if lever is None:
            raise _Wrong(say("plans.lines.lever", found=text))
        return lever
    if kind == "district" and text not in names.districts:
        raise _Wrong(say("plans.lines.district", found=text, allowed=" | ".join(names.districts)))
    return text


def _value(text: str, kind: CellKind, names: Names) -> Any:
    if kind in _NUMBERS:
        return _number(text, kind)
    if kind == "year":
        if not _YEAR.fullmatch(text):
            raise _Wrong(say("plans.lines.year", found=text))
        return int(text)
    if kind == "when":
        if not _WHEN.fullmatch(text):
            raise _Wrong(say("plans.lines.when", found=text))
        return text
    if kind == "community":
        return _community(text, names)
    return _source(text) if kind == "source" else _named(text, kind, names)


def _fits(text: str, kind: CellKind) -> bool:
    """Tell by its look whether a cell can be of a kind that may be left out."""
    number = bool(re.fullmatch(r"[\d._]+%?", text))
    if kind == "year":
        return bool(_YEAR.fullmatch(text))
    if kind == "when":
        return bool(_WHEN.fullmatch(text))
    return number if kind in _NUMBERS else not number and not _WHEN.fullmatch(text)


def _cells(line: str) -> list[str]:
    parts = _SPLIT.split(line) if _SPLIT.search(line) else line.split()
    return [part.strip() for part in parts if part.strip()]


def _row(line: str, heads: Sequence[Head], names: Names) -> dict[str, Any]:
    cells = _cells(line)
    row: dict[str, Any] = {}
    for head in heads:
        if not cells or (head.optional and not _fits(cells[0], head.kind)):
            if not head.optional:
                raise _Wrong(say("plans.lines.missing", kind=say(f"plans.lines.kind.{head.kind}")))
            continue
        row[head.kind] = _value(cells.pop(0), head.kind, names)
    if cells:
        raise _Wrong(say("plans.lines.more", found=" ".join(cells)))
    return row


def read_lines(text: str, heads: Sequence[Head], names: Names) -> tuple[list[dict[str, Any]], list[str]]:
    """Read a table that was typed.

    Parameters
    ----------
    text
        A row a line; empty lines are passed over.
    heads
        Its columns.
    names
        What things are called.

    Returns
    -------
    rows : list of dict
        Value by kind; money in yuan, shares 0–1.
    wrong : list of str
        Every fault with its line, in the page's language.
    """
    rows, wrong = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(line, heads, names))
        except _Wrong as error:
            wrong.append(say("plans.lines.at", n=number, what=str(error)))
    return rows, wrong


def _short(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _text(value: Any, kind: CellKind) -> str:
    if kind == "wan":
        return _short(value / WAN)
    if kind == "share":
        return _short(value * PER_CENT)
    if kind == "types":
        return "+".join(value)
    return _short(value) if isinstance(value, float) else str(value)


def write_lines(rows: Iterable[Mapping[str, Any]], heads: Sequence[Head]) -> str:
    """Write a table as it would be typed; `read_lines` reads the same rows from it.

    Parameters
    ----------
    rows
        Value by kind; what is left out or ``None`` has no cell.
    heads
        Its columns.

    Returns
    -------
    str
        A row a line.
    """
    return "\n".join(
        ", ".join(_text(row[head.kind], head.kind) for head in heads if row.get(head.kind) is not None) for row in rows
    )
