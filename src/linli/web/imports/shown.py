"""How values, changes and counts of a batch are written for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.survey.intake import key_columns
from linli.survey.schema import Column, layer_schema
from linli.web.imports.compare import GEOMETRY, shown_shape
from linli.web.imports.models import Batch, BatchRow
from linli.web.imports.texts import column_named
from linli.web.places.checking import choices_of
from linli.web.places.models import LAYERS
from linli.web.words import current_language, say

__all__ = ["COUNTS", "Change", "Sums", "changes_of", "changes_text", "column_title", "sums_of", "value_text"]

COUNTS = ("new", "changed", "unchanged", "conflict", "error", "left_out")
"""What the rows that were read are made of: these add up to them."""


@dataclass(frozen=True, slots=True)
class Change:
    """A column of a row: what it was in the template, is in the file, and is in the register now."""

    title: str
    base: str
    mine: str
    now: str
    is_contested: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """The counts of a layer, or of all of them, in the order of `COUNTS`."""

    title: str
    read: int
    counts: tuple[tuple[str, int], ...]
    missing: int

    @property
    def text(self) -> str:
        """The sum in words: «6 rows read = new 1 + changed 2 + unchanged 3»; what is none is left out."""
        parts = [
            say("imports.word.part", title=say(f"imports.count.{name}"), n=f"{n:,}") for name, n in self.counts if n
        ]
        return say("imports.word.adds_up", read=f"{self.read:,}", parts=say("imports.word.plus").join(parts) or "0")

    @property
    def adds_up(self) -> bool:
        """Whether the parts make the whole."""
        return self.read == sum(n for _, n in self.counts)


def column_title(layer: str, name: str) -> str:
    """Return what a column is called, in the page's language."""
    if name == GEOMETRY:
        return say("imports.word.place")
    column = column_named(layer, name)
    return column.title[current_language()] if column else name


def _plain(value: Any, column: Column | None) -> str:
    lang = current_language()
    if isinstance(value, bool):
        return say(f"pages.word.{'yes' if value else 'no'}")
    if isinstance(value, int | float):
        return str(value) if column is not None and column.unit is None else f"{value:,}"
    choices = choices_of(column) if column is not None else {}
    parts = str(value).split(";") if column is not None and column.type == "list" else [str(value)]
    return " / ".join(choices[part][lang] if part in choices else part for part in parts)


def value_text(layer: str, name: str, value: Any) -> str:
    """Return a value as people read it: codes in words, numbers grouped with their unit, «unknown» where it is."""
    if value is None or value == "":
        return say("imports.word.unknown")
    column = column_named(layer, name)
    unit = f" {column.unit[current_language()]}" if column is not None and column.unit else ""
    return _plain(value, column) + unit


def changes_of(row: BatchRow) -> list[Change]:
    """Return what a row would change, column by column in the schema's order; of a new row all it says."""
    order = {name: at for at, name in enumerate((*layer_schema(row.layer).column_names, GEOMETRY))}
    found: Mapping[str, Sequence[Any]] = row.changes
    if row.action == "new":
        keys = key_columns(layer_schema(row.layer))
        found = {name: [None, value] for name, value in row.values.items() if name not in keys[:1]}
        found = {**found, GEOMETRY: [None, shown_shape(row.shape)]} if row.wkb is not None else found
    return [_change(row.layer, name, found[name]) for name in sorted(found, key=lambda name: order.get(name, 0))]


def _change(layer: str, name: str, sides: Sequence[Any]) -> Change:
    texts = [value_text(layer, name, side) for side in sides]
    base, mine, now = texts if len(texts) > len(("now", "mine")) else (texts[0], texts[1], texts[0])
    return Change(column_title(layer, name), base, mine, now, len(texts) > len(("now", "mine")))


def changes_text(row: BatchRow) -> str:
    """Return what a row would change in one line, such as «容量：40 → 60；…»."""
    if row.action in ("unchanged", "missing"):
        return ""
    key = "imports.word.is" if row.action == "new" else "imports.word.becomes"
    said = [say(key, what=one.title, old=one.now, new=one.mine) for one in changes_of(row)]
    return say("imports.word.and").join(said)


def _sums(title: str, counts: Mapping[str, int]) -> Sums:
    parts = tuple((name, counts.get(name, 0)) for name in COUNTS)
    return Sums(title, counts.get("read", 0), parts, counts.get("missing", 0))


def sums_of(batch: Batch) -> list[Sums]:
    """Return the counts of every layer of a batch; where there are several, those of all of them last."""
    rows = [_sums(say(f"places.layer.{name}"), batch.counts[name]) for name in LAYERS if name in batch.counts]
    return [*rows, _sums(say("imports.word.total"), batch.totals)] if len(rows) > 1 else rows
