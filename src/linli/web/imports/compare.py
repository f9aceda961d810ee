"""A row of the file beside the register's: new, changed, unchanged, or changed on both sides. No database here.

*Base*: what the template said when it was made, where the row carries a version; the register's own state then. Against
it one sees what the person changed. Without it every value that is written and differs counts as a change, and an empty
cell says nothing. *Conflict*: person and register changed the same column, to different values; a person decides. Where
they changed different columns both are kept.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from linli.survey.intake import key_columns
from linli.survey.schema import Column, Layer

__all__ = [
    "GEOMETRY",
    "Base",
    "Compared",
    "Held",
    "Row",
    "compare_row",
    "contested",
    "json_values",
    "same_shape",
    "same_value",
    "shown_shape",
]

GEOMETRY = "geometry"
"""Name of the place among changes."""
_STATED_BY_PLACE = "community_id"
"""Left empty it follows from the place, so that an emptied cell is no wish to forget it."""
_SAME_DEGREES = 1e-7
"""About a centimetre: what a coordinate may lose in a workbook."""
_SAME_NUMBER = 1e-9
_SIDES = 3


@dataclass(frozen=True, slots=True)
class Held:
    """A record as the register holds it now."""

    version: int
    cells: Mapping[str, Any]
    shape: BaseGeometry | None
    place: str
    name: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Base:
    """A record as the template said it."""

    version: int
    cells: Mapping[str, Any]
    shape: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: what each of its columns says (``None`` = nothing), and where it is."""

    cells: Mapping[str, Any]
    shape: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What a row would do.

    Parameters
    ----------
    action
        ``new``, ``changed``, ``unchanged`` or ``conflict``.
    cells
        What would be written: by column, ``None`` = made unknown.
    shape
        The place that would be written; ``None`` = it stays.
    changes
        For people: by column ``[now, file]``, where both sides changed it ``[template, file, now]``.
    merged
        Whether the register changed meanwhile in other columns.
    """

    action: str
    cells: Mapping[str, Any] = field(default_factory=dict)
    shape: BaseGeometry | None = None
    changes: Mapping[str, list[Any]] = field(default_factory=dict)
    merged: bool = False


def json_values(frame: pd.DataFrame, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return the rows of a typed frame as JSON holds them; missing is ``None``.

    Parameters
    ----------
    frame
        With these columns in the schema's types.
    columns
        Which.

    Returns
    -------
    list of dict
        Whole numbers as int, dates as ISO text.
    """
    cells = [_json_cells(frame[column.name], column) for column in columns]
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _json_cells(cells: pd.Series, column: Column) -> list[Any]:
    missing = cells.isna().to_list()
    if column.type in ("number", "integer"):
        found: list[Any] = [int(v) if float(v).is_integer() else float(v) for v in cells.fillna(0).to_list()]
    elif column.type == "date":
        found = cells.dt.strftime("%Y-%m-%d").to_list()
    elif column.type == "boolean":
        found = [bool(v) for v in cells.fillna(value=False).to_list()]
    else:
        found = [str(v) for v in cells.to_list()]
    return [None if no else value for value, no in zip(found, missing, strict=True)]


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip() or None
    return value


def same_value(one: Any, other: Any) -> bool:
    """Return whether two values say the same, as far as a workbook can tell.

    Examples
    --------
    >>> same_value(12, 12.0), same_value("甲 ", "甲"), same_value(None, ""), same_value(True, 1)
    (True, True, True, False)
    """
    one, other = _folded(one), _folded(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=_SAME_NUMBER)
    return bool(one == other)


def same_shape(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    """Return whether two shapes are the same, to a centimetre."""
    if one is None or other is None:
        return one is other
    return bool(shapely.equals_exact(one, other, tolerance=_SAME_DEGREES))


def shown_shape(shape: BaseGeometry | None) -> str | None:
    """Return a shape in short for people: coordinates of a point, kind and number of corners of others."""
    if shape is None:
        return None
    if isinstance(shape, shapely.Point):
        return f"{shape.x:.6f}, {shape.y:.6f}"
    centre = shape.centroid
    return f"{shape.geom_type} ({shapely.get_num_coordinates(shape)}) @ {centre.x:.6f}, {centre.y:.6f}"


def _said(row: Row, layer: Layer, base: Base | None) -> dict[str, Any]:
    """Return what a row says of each column that it may change; an emptied cell only where a template filled it."""
    keys, said = set(key_columns(layer)), {}
    for name, value in row.cells.items():
        column = layer.column(name)
        stated = value if value is not None or base is None else column.default
        if name in keys or (stated is None and (base is None or name == _STATED_BY_PLACE)):
            continue
        said[name] = stated
    return said


@dataclass(slots=True)
class _Sides:
    """Changes as they are found."""

    cells: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, list[Any]] = field(default_factory=dict)
    conflicts: dict[str, list[Any]] = field(default_factory=dict)

    def note(self, name: str, base: Any, mine: Any, now: Any, *, same: Any) -> bool:
        """Note one column; return whether it would be written."""
        if same(mine, base) or same(mine, now):
            return False
        if same(now, base):
            self.changes[name] = [now, mine]
        else:
            self.conflicts[name] = [base, mine, now]
        return True


def _shown(value: Any, other: Any) -> bool:
    return same_value(value, other)


def _compare_shapes(sides: _Sides, row: Row, held: Held, base: Base | None) -> BaseGeometry | None:
    """Compare where the row is; no shape in the file leaves it where it is."""
    if row.shape is None:
        return None
    before = held.shape if base is None else base.shape
    if same_shape(row.shape, before) or same_shape(row.shape, held.shape):
        return None
    shown = [shown_shape(before), shown_shape(row.shape), shown_shape(held.shape)]
    if same_shape(before, held.shape):
        sides.changes[GEOMETRY] = [shown[2], shown[1]]
    else:
        sides.conflicts[GEOMETRY] = shown
    return row.shape


def compare_row(layer: Layer, row: Row, held: Held | None, base: Base | None = None) -> Compared:
    """Say what a row would do to the register.

    Parameters
    ----------
    layer
        Schema of its layer.
    row
        As the file says; only the columns that the file has.
    held
        The register's record of its key; ``None`` = there is none.
    base
        What the template said, where the row carries a version.

    Returns
    -------
    Compared
        Of a closed record that the row does not change: unchanged.
    """
    if held is None:
        known = {name: value for name, value in row.cells.items() if value is not None}
        return Compared("new", known, row.shape)
    if base is not None and base.version == held.version:
        base = Base(held.version, held.cells, held.shape)
    sides = _Sides()
    for name, mine in _said(row, layer, base).items():
        now = held.cells.get(name)
        before = now if base is None else base.cells.get(name)
        if sides.note(name, before, mine, now, same=_shown):
            sides.cells[name] = mine
    shape = _compare_shapes(sides, row, held, base)
    if sides.conflicts:
        return Compared("conflict", sides.cells, shape, {**sides.conflicts, **sides.changes})
    if not sides.changes:
        return Compared("unchanged")
    merged = base is not None and base.version != held.version
    return Compared("changed", sides.cells, shape, sides.changes, merged)


def contested(changes: Mapping[str, Sequence[Any]]) -> frozenset[str]:
    """Return the columns of a conflict that both sides changed."""
    return frozenset(name for name, sides in changes.items() if len(sides) == _SIDES)
