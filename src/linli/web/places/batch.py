"""What goes into the register in one go, and what it did there: plain records that can be kept and sent about.

*Change*: what one write made of one record, by the numbers of its versions; enough to take it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from shapely.geometry.base import BaseGeometry

from linli.survey import layer_schema

__all__ = ["Applied", "Change", "NewRow", "rows_of_frame"]


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row that is to be in the register.

    Parameters
    ----------
    key
        The layer's id; of layers whose rows several columns name together it is made of these, and may be empty.
    values
        By column of the layer's schema, typed or as a form or file writes them. A column that is not named stays as
        it is; ``None`` or an empty text makes it unknown.
    shape
        In EPSG:4326; ``None`` leaves it as it is.
    cell
        Sheet and row of the file it came from.
    base_version
        The version it was made from; ``None`` = whatever is there now.
    close
        Whether the record is to be closed instead.
    """

    key: str
    values: Mapping[str, Any]
    shape: BaseGeometry | None = None
    cell: str = ""
    base_version: int | None = None
    close: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one record: its key, its version before (``None`` = it was not there) and after."""

    key: str
    before: int | None
    after: int

    def as_json(self) -> list[Any]:
        """Return it as plain JSON."""
        return [self.key, self.before, self.after]

    @classmethod
    def from_json(cls, values: Sequence[Any]) -> Change:
        """Read what `as_json` gave."""
        key, before, after = values
        return cls(str(key), None if before is None else int(before), int(after))


@dataclass(frozen=True, slots=True)
class Applied:
    """What a batch did.

    Parameters
    ----------
    layer
        The layer.
    created, updated, closed
        Changes in the order of the rows.
    unchanged
        Keys of rows that said what was known already.
    left
        Keys of records that were not taken back, because they were changed since.
    """

    layer: str
    created: tuple[Change, ...] = ()
    updated: tuple[Change, ...] = ()
    closed: tuple[Change, ...] = ()
    unchanged: tuple[str, ...] = ()
    left: tuple[str, ...] = field(default=())

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes: what `records_undo` takes back."""
        return (*self.created, *self.updated, *self.closed)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {name: len(getattr(self, name)) for name in ("created", "updated", "closed", "unchanged", "left")}


def rows_of_frame(layer: str, frame: pd.DataFrame) -> list[NewRow]:
    """Turn a layer's frame into rows for the register.

    Parameters
    ----------
    layer
        Name of the layer.
    frame
        With columns of its schema (others are left out); geometry in EPSG:4326 where the layer has any.

    Returns
    -------
    list of NewRow
        In the order of the frame.
    """
    schema = layer_schema(layer)
    names = [name for name in schema.column_names if name in frame]
    shapes = list(frame.geometry) if schema.geometry else [None] * len(frame)
    cells = zip(*(frame[name].astype(object).to_list() for name in names), strict=True)
    made = []
    for row, shape in zip(cells, shapes, strict=True):
        values = {name: None if pd.isna(cell) else cell for name, cell in zip(names, row, strict=True)}
        made.append(NewRow(str(values[schema.key]) if schema.key else "", values, shape))
    return made
