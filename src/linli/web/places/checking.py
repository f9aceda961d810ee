"""Whether rows may be in the register: the survey's own schema and checks, row by row and all problems at once.

What belongs here: values into the schema's types, everything that can be said of a row without asking who wants it
there. A problem names the row by its position from 1 and the column by the schema's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from linli.errors import Problem
from linli.survey import Layer, layer_schema
from linli.survey.check import ROW, SOURCE, Origin, check_geometry, check_layer
from linli.survey.coerce import cell_text, coerce_column
from linli.survey.messages import problem
from linli.survey.read import facility_choices
from linli.survey.schema import GEOGRAPHIC_CRS, Choice, Column
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import say

__all__ = [
    "KEY_JOINT",
    "MOST_LETTERS",
    "Checked",
    "check_rows",
    "choices_of",
    "errors_of",
    "flat_shape",
    "keys_of",
    "own_problem",
]  # fmt: skip

KEY_JOINT = "|"
"""Between the columns that name a row together."""

MOST_LETTERS = {"name": 200, "key": 120}
"""The longest name and key, letters; every other text may have `_LONGEST`."""

_LONGEST = 2000
_DAY = len("2026-07-01")
_PLAIN = (str, int, float, bool, date, np.bool_, np.number)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ORIGIN = Origin("")


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows in the schema's types, JSON-ready and without unknowns, and everything that is wrong or odd."""

    values: tuple[dict[str, Any], ...]
    problems: tuple[Problem, ...]


def own_problem(code: str, row: int, column: str | None = None, value: Any = None, **facts: Any) -> Problem:
    """Return a problem that only the register knows, from ``places.problem.<code>``.

    Parameters
    ----------
    code
        Last part of the words' key.
    row
        Position of the row, from 1.
    column
        The schema's name of the column.
    value
        What was found.
    facts
        What the words' fields stand for.

    Returns
    -------
    Problem
        An error.
    """
    message = {lang: say(f"places.problem.{code}.message", lang, **facts) for lang in ("zh", "en")}
    fix = {lang: say(f"places.problem.{code}.fix", lang) for lang in ("zh", "en")}
    shown = None if value is None else cell_text(value)[:80]
    return Problem(f"places.{code}", "error", message, fix, row=row, column=column, value=shown)


def errors_of(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems that refuse a row; the others only warn."""
    return tuple(one for one in problems if one.severity == "error")


def choices_of(column: Column) -> Mapping[str, Choice]:
    """Return the values a column may have, those of the site's catalogue included; empty where anything goes."""
    return facility_choices(site_catalogue()) if column.choices_from else column.choices


def flat_shape(shape: BaseGeometry | None) -> BaseGeometry | None:
    """Return a shape in two dimensions, and a collection of one point as that point."""
    if shape is None:
        return None
    flat = shapely.force_2d(shape)
    alone = flat.geom_type == "MultiPoint" and shapely.get_num_geometries(flat) == 1
    return shapely.get_geometry(flat, 0) if alone else flat


def keys_of(layer: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the keys that rows' values give; empty where a part is missing or cannot be read.

    Parameters
    ----------
    layer
        Name of the layer.
    rows
        Values by column.

    Returns
    -------
    list of str
        As `Record.key`.
    """
    schema = layer_schema(layer)
    names = [schema.key] if schema.key else list(schema.unique)
    parts = []
    for name in names:
        column = schema.column(name)
        cells = pd.Series([_plain(row.get(name)) for row in rows], dtype=object)
        read = coerce_column(cells, column, choices_of(column) or None).cells
        parts.append(["" if pd.isna(cell) or _CONTROL.search(str(cell)) else str(cell) for cell in read])
    return [KEY_JOINT.join(row) if all(row) else "" for row in zip(*parts, strict=True)]


def _plain(value: Any) -> Any:
    return value if isinstance(value, _PLAIN) else None


def _cell(value: Any, column: Column) -> Any:
    """Return a cell as the schema reads it; a date as text, so that its year is checked like a typed one's."""
    plain = _plain(value)
    return cell_text(plain)[:_DAY] if column.type == "date" and isinstance(plain, date) and plain == plain else plain


def _check_cells(schema: Layer, rows: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Find columns that the layer does not have, and cells that no column can hold."""
    known = set(schema.column_names)
    for number, row in enumerate(rows, 1):
        for name, value in row.items():
            if name not in known:
                yield own_problem("column", number, str(name)[:80], layer=say(f"places.layer.{schema.name}"))
            elif value is not None and not isinstance(value, _PLAIN) and not pd.isna(value):
                yield own_problem("cell", number, name)
            elif isinstance(value, str):
                most = MOST_LETTERS.get("key" if schema.column(name).key else name, _LONGEST)
                if len(value) > most:
                    yield own_problem("long", number, name, f"{value[:20]}…", most=most)
                if _CONTROL.search(value):
                    yield own_problem("control", number, name)


def _read_columns(schema: Layer, rows: Sequence[Mapping[str, Any]]) -> tuple[dict[str, pd.Series], list[Problem]]:
    columns: dict[str, pd.Series] = {}
    problems = []
    for column in schema.columns:
        cells = pd.Series([_cell(row.get(column.name), column) for row in rows], dtype=object)
        read = coerce_column(cells, column, choices_of(column) or None)
        for at, bad in read.bad:
            about: dict[str, Any] = {"row": at + 1, "column": column.name, "value": cell_text(cells.iloc[at])}
            problems.append(problem(bad.code, **about, allowed=bad.allowed, **bad.facts))
        columns[column.name] = read.cells if column.default is None else read.cells.fillna(column.default)
    return columns, problems


def _without_echoes(found: Sequence[Problem]) -> tuple[Problem, ...]:
    """Leave out «missing» where the same cell has a problem that says why it cannot be read."""
    said = {(one.row, one.column) for one in found if one.code != "value.missing"}
    return tuple(one for one in found if one.code != "value.missing" or (one.row, one.column) not in said)


def _json_cells(cells: pd.Series, column: Column) -> list[Any]:
    """Return a typed column as JSON holds it, ``None`` where it is not known."""
    values = cells.to_list()
    if column.type in ("number", "integer"):
        return [None if v != v else int(v) if float(v).is_integer() else float(v) for v in values]
    missing = cells.isna().to_list()
    if column.type == "date":
        texts = cells.dt.strftime("%Y-%m-%d").to_list()
        return [None if no else text for text, no in zip(texts, missing, strict=True)]
    kind = bool if column.type == "boolean" else str
    return [None if no else kind(v) for v, no in zip(values, missing, strict=True)]


def check_rows(layer: str, rows: Sequence[Mapping[str, Any]], shapes: Sequence[BaseGeometry | None]) -> Checked:
    """Read rows as the schema says and check each of them, and that no two are the same.

    Parameters
    ----------
    layer
        Name of the layer.
    rows
        Values by column, typed or as a form or file writes them.
    shapes
        Of the rows, EPSG:4326; ``None`` = not known.

    Returns
    -------
    Checked
        Values are those that can be read; use them only if no problem is an error.
    """
    schema = layer_schema(layer)
    problems = list(_check_cells(schema, rows))
    columns, unread = _read_columns(schema, rows)
    frame = pd.DataFrame(columns)
    frame[SOURCE], frame[ROW] = 0, np.arange(1, len(rows) + 1)
    found = check_layer(frame, schema, [_ORIGIN])
    if schema.geometry:
        located = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(list(shapes), crs=GEOGRAPHIC_CRS))
        found += check_geometry(located, schema, [_ORIGIN])[0]
    problems += unread
    problems += [replace(one, file=None, layer=layer) for one in found]
    cells = [_json_cells(columns[column.name], column) for column in schema.columns]
    names = schema.column_names
    values = tuple(
        {name: cell for name, cell in zip(names, row, strict=True) if cell is not None}
        for row in zip(*cells, strict=True)
    )
    return Checked(values, _without_echoes(problems))
