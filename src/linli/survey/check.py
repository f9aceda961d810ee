"""Checks inside one layer: every value, every row, every shape, all problems at once.

What belongs here: what can be said of a layer without looking at another one. A layer under check carries two columns
of its own, `SOURCE` and `ROW`: from which source, and from which row of it, a row came; `Origin` turns them into the
place that a message names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from linli.errors import Problem
from linli.survey.messages import bilingual, problem
from linli.survey.schema import PLACE_COLUMNS, Column, Layer, Words, layer_schema, normal_heading
from linli.units import AGE_BANDS, residents_column

__all__ = [
    "MOST_LISTED",
    "NO_ROW",
    "ROW",
    "SOURCE",
    "Origin",
    "check_geometry",
    "check_inside",
    "check_layer",
    "degree_areas",
    "locate",
    "positions",
    "without_echoes",
]

SOURCE, ROW = "_source", "_row"
NO_ROW = -1
"""Row of a thing that no row of a file stands for."""

MOST_LISTED = 20_000
"""So many problems of one kind are listed; nobody reads more, and a whole city in a wrong unit must not fill memory."""
_ROUNDING = 1.0
"""Residents by which bands may differ from their total."""
_MOST_STOREYS = 80.0
"""Times its outline that a floor area may be where storeys are not known."""
_STOREY_SLACK = 2.0
"""Times outline × storeys that a floor area may be (basements, outlines drawn small)."""
_LARGEST_OUTLINE_M2: Mapping[str, float] = {
    "communities": 1e9, "estates": 2e7, "buildings": 1e6, "facilities": 1e8, "rooms": 1e6, "plots": 1e8,
}  # fmt: skip
_METRES_PER_DEGREE = 111_320.0
_KINDS: Mapping[int, str] = {
    0: "point", 1: "line", 2: "line", 3: "polygon", 4: "multipoint", 5: "line", 6: "polygon", 7: "collection",
}  # fmt: skip
_KIND_WORDS: Mapping[str, Words] = {
    "point": bilingual("点", "point"),
    "multipoint": bilingual("多点", "multipoint"),
    "line": bilingual("线", "line"),
    "polygon": bilingual("面", "polygon"),
    "collection": bilingual("混合图形", "collection"),
}
_HALF_TURN, _QUARTER_TURN = 180.0, 90.0


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows of one source came from.

    Parameters
    ----------
    file, sheet
        As messages name them.
    headings
        Ours: theirs; ``None`` for a source that has no headings (OpenStreetMap).
    """

    file: str
    sheet: str | None = None
    headings: Mapping[str, str] | None = None

    def place(self, row: int, column: str | None = None) -> dict[str, Any]:
        """Return file, layer, row and column for a problem."""
        heading = column if self.headings is None or column is None else self.headings.get(column, column)
        return {
            "file": self.file,
            "layer": self.sheet,
            "row": None if row == NO_ROW else row,
            "column": heading,
        }


def locate(frame: pd.DataFrame, at: int, origins: Sequence[Origin], column: str | None = None) -> dict[str, Any]:
    """Return the place of one row (by position) for a problem."""
    return origins[int(frame[SOURCE].to_numpy()[at])].place(int(frame[ROW].to_numpy()[at]), column)


def positions(mask: pd.Series | NDArray[np.bool_]) -> list[int]:
    """Return the positions at which a mask is true, at most as many as are worth listing."""
    found = np.flatnonzero(np.asarray(mask, dtype=bool))
    return [int(at) for at in found[:MOST_LISTED]]


def _row_words(frame: pd.DataFrame, at: int, origins: Sequence[Origin], here: int) -> Words:
    """Say «row 12», with the file where it is another one."""
    place, other = locate(frame, here, origins), locate(frame, at, origins)
    where = (
        ""
        if (place["file"], place["layer"]) == (other["file"], other["layer"])
        else (f"{other['file']} {other['layer'] or ''}".strip() + " ")
    )
    if other["row"] is None:
        return bilingual(where or "另一行", where or "another row")
    return bilingual(f"{where}第 {other['row']} 行", f"{where}row {other['row']}")


def _range_text(column: Column, low: float | None, high: float | None) -> str:
    unit = f" {column.unit.zh}" if column.unit else ""
    if low is None:
        return f"≤ {high:,.0f}{unit}"
    if high is None:
        return f"≥ {low:,.0f}{unit}"
    spaced = f"{low:.0f} – {high:.0f}" if column.name == "built_year" else f"{low:,.0f} – {high:,.0f}"
    return f"{spaced}{unit}"


def _check_numbers(frame: pd.DataFrame, column: Column, origins: Sequence[Origin]) -> Iterator[Problem]:
    values = frame[column.name].to_numpy(dtype=np.float64)
    hard, plausible = column.hard, column.plausible
    negative = (values < 0) & (hard.min == 0)
    low = -np.inf if hard.min is None else hard.min
    high = np.inf if hard.max is None else hard.max
    outside = ((values < low) | (values > high)) & ~negative
    zero_area = (values == 0) & column.name.endswith("_m2") & ((plausible.min or 0) > 0)
    odd_low = -np.inf if plausible.min is None else plausible.min
    odd_high = np.inf if plausible.max is None else plausible.max
    odd = ((values < odd_low) | (values > odd_high)) & ~negative & ~outside & ~zero_area
    kinds = (
        ("number.negative", negative, _range_text(column, 0, None)),
        ("range.hard", outside, _range_text(column, hard.min, hard.max)),
        ("area.zero", zero_area, None),
        ("range.plausible", odd, _range_text(column, plausible.min, plausible.max) if odd.any() else None),
    )
    for code, mask, allowed in kinds:
        for at in positions(mask):
            place = locate(frame, at, origins, column.name)
            yield problem(code, **place, value=f"{values[at]:.10g}", allowed=allowed, title=column.title)


def _check_required(frame: pd.DataFrame, column: Column, origins: Sequence[Origin]) -> Iterator[Problem]:
    has_heading = np.array([origin.headings is None or column.name in origin.headings for origin in origins])
    missing = frame[column.name].isna().to_numpy() & has_heading[frame[SOURCE].to_numpy()]
    for at in positions(missing):
        yield problem("value.missing", **locate(frame, at, origins, column.name), title=column.title)


def _check_unique(
    frame: pd.DataFrame, columns: Sequence[str], code: str, origins: Sequence[Origin]
) -> Iterator[Problem]:
    known = frame[list(columns)].notna().all(axis=1).to_numpy()
    group = frame.groupby(list(columns), sort=False, dropna=False).ngroup().to_numpy()
    first = pd.Series(np.arange(len(frame))).groupby(group).transform("min").to_numpy()
    for at in positions((first != np.arange(len(frame))) & known):
        place = locate(frame, at, origins, columns[-1])
        value = " / ".join(str(frame[name].iloc[at]) for name in columns)
        yield problem(code, **place, value=value, other=_row_words(frame, int(first[at]), origins, at))


def _check_bands(frame: pd.DataFrame, origins: Sequence[Origin]) -> Iterator[Problem]:
    bands = frame[[residents_column(band) for band in AGE_BANDS]].to_numpy(dtype=np.float64)
    total = frame["residents"].to_numpy(dtype=np.float64)
    sums, complete = np.nansum(bands, axis=1), ~np.isnan(bands).any(axis=1)
    wrong = (sums > total + _ROUNDING) | (complete & (sums < total - _ROUNDING))
    for at in positions(wrong):
        place = locate(frame, at, origins, "residents")
        yield problem("residents.sum", **place, value=f"{total[at]:.10g}", total=f"{sums[at]:.10g}")


def _check_charging(frame: pd.DataFrame, origins: Sequence[Origin]) -> Iterator[Problem]:
    charging, parking = frame["charging_spaces"], frame["parking_spaces"]
    for at in positions((charging > parking).to_numpy()):
        place = locate(frame, at, origins, "charging_spaces")
        yield problem(
            "charging.exceeds", **place, value=f"{charging.iloc[at]:.10g}", parking=f"{parking.iloc[at]:.10g}"
        )


def _check_wishes(frame: pd.DataFrame, origins: Sequence[Origin]) -> Iterator[Problem]:
    count, asked = frame["count"], frame["households_asked"]
    for at in positions((count > asked).to_numpy()):
        place = locate(frame, at, origins, "count")
        yield problem("wishes.exceed", **place, value=f"{count.iloc[at]:.10g}", asked=f"{asked.iloc[at]:.10g}")


_LAYER_CHECKS: Mapping[str, tuple[Callable[[pd.DataFrame, Sequence[Origin]], Iterator[Problem]], ...]] = {
    "communities": (_check_bands,),
    "estates": (_check_bands, _check_charging),
    "buildings": (_check_bands,),
    "wishes": (_check_wishes,),
}


def check_layer(frame: pd.DataFrame, layer: Layer, origins: Sequence[Origin]) -> list[Problem]:
    """Check the values of one layer: required, ranges, unique codes, sums.

    Parameters
    ----------
    frame
        The layer with every column of its schema, and `SOURCE` and `ROW`.
    layer
        Its schema.
    origins
        By number in `SOURCE`.

    Returns
    -------
    list of Problem
    """
    problems: list[Problem] = []
    for column in layer.columns:
        if column.required:
            problems += _check_required(frame, column, origins)
        if column.type in ("number", "integer"):
            problems += _check_numbers(frame, column, origins)
    if layer.key:
        problems += _check_unique(frame, [layer.key], "id.duplicate", origins)
    if layer.unique:
        problems += _check_unique(frame, layer.unique, "row.duplicate", origins)
    for check in _LAYER_CHECKS.get(layer.name, ()):
        problems += check(frame, origins)
    return problems


def _where(geometry: Any) -> str:
    x, y = (float(value) for value in shapely.get_coordinates(geometry)[0])
    return f"({x:.10g}, {y:.10g})"


def _outside_degrees(geometry: NDArray[Any]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which shapes are not in degrees, and which would be if longitude and latitude changed places."""
    box = shapely.bounds(geometry)
    x = np.maximum(np.abs(box[:, 0]), np.abs(box[:, 2]))
    y = np.maximum(np.abs(box[:, 1]), np.abs(box[:, 3]))
    outside = (x > _HALF_TURN) | (y > _QUARTER_TURN)
    return outside, outside & (y <= _HALF_TURN) & (x <= _QUARTER_TURN)


def degree_areas(geometry: NDArray[Any]) -> NDArray[np.float64]:
    """Return areas in m² of shapes in degrees, good to a per cent: enough to see what cannot be."""
    middle = np.nanmean(shapely.bounds(geometry)[:, [1, 3]], axis=1) if len(geometry) else np.empty(0)
    return np.asarray(shapely.area(geometry) * _METRES_PER_DEGREE**2 * np.cos(np.radians(middle)))


def check_geometry(frame: gpd.GeoDataFrame, layer: Layer, origins: Sequence[Origin]) -> tuple[list[Problem], Any]:
    """Check the shapes of one layer: there, of the right kind, finite, in degrees, not crossing themselves.

    Parameters
    ----------
    frame
        The layer, EPSG:4326, with `SOURCE` and `ROW`.
    layer
        Its schema.
    origins
        By number in `SOURCE`.

    Returns
    -------
    tuple of list of Problem and ndarray of bool
        The problems, and which rows have a sound shape.
    """
    geometry = frame.geometry.to_numpy()
    problems: list[Problem] = []
    sound = np.ones(len(frame), dtype=bool)

    def report(code: str, mask: NDArray[np.bool_], facts: Callable[[int], Mapping[str, Any]] | None = None) -> None:
        hits = mask & sound
        for at in positions(hits):
            problems.append(problem(code, **locate(frame, at, origins), **(facts(at) if facts else {})))
        sound[hits] = False

    absent = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    report("geometry.missing", absent)
    finite = np.ones(len(frame), dtype=bool)
    points, owner = shapely.get_coordinates(geometry, return_index=True)
    finite[owner[~np.isfinite(points).all(axis=1)]] = False
    report("geometry.nan", ~finite)
    outside, swapped = _outside_degrees(geometry)
    report("geometry.swapped", swapped, lambda at: {"where": _where(geometry[at])})
    report("geometry.range", outside, lambda at: {"where": _where(geometry[at])})
    kinds = np.array([_KINDS.get(int(kind), "collection") for kind in shapely.get_type_id(geometry)])
    wanted = bilingual(
        "或".join(_KIND_WORDS[kind].zh for kind in layer.geometry),
        " or ".join(_KIND_WORDS[kind].en for kind in layer.geometry),
    )
    report(
        "geometry.kind",
        ~np.isin(kinds, layer.geometry),
        lambda at: {"found": _KIND_WORDS[kinds[at]], "wanted": wanted},
    )
    flat = (kinds == "line") & (shapely.length(geometry) == 0)
    empty = (kinds == "polygon") & (shapely.area(geometry) == 0)
    flat[empty] = shapely.area(shapely.convex_hull(geometry[empty])) == 0  # a bow-tie has a hull, a dash has none
    report("geometry.flat", flat)
    broken = np.zeros(len(frame), dtype=bool)
    broken[sound] = ~shapely.is_valid(geometry[sound])
    report("geometry.invalid", broken, lambda at: {"reason": shapely.is_valid_reason(geometry[at])})
    problems += _check_outlines(frame, layer, origins, sound)
    return problems, sound


def _check_outlines(
    frame: gpd.GeoDataFrame, layer: Layer, origins: Sequence[Origin], sound: NDArray[np.bool_]
) -> Iterator[Problem]:
    """Compare the areas that are stated with the outline that is drawn."""
    limit = _LARGEST_OUTLINE_M2.get(layer.name)
    if limit is None or not sound.any():
        return
    areas = np.zeros(len(frame))
    areas[sound] = degree_areas(frame.geometry.to_numpy()[sound])
    for at in positions(areas > limit):
        yield problem("geometry.huge", **locate(frame, at, origins), area=f"{areas[at]:,.0f}")
    if layer.name not in ("buildings", "facilities", "rooms"):
        return
    floor = frame["floor_area_m2"].to_numpy(dtype=np.float64)
    storeys = frame["storeys"].to_numpy(dtype=np.float64) if "storeys" in frame else np.full(len(frame), np.nan)
    most = np.where(storeys > 0, storeys * _STOREY_SLACK, _MOST_STOREYS)
    with np.errstate(divide="ignore", invalid="ignore"):
        times = floor / areas
    for at in positions((areas > 0) & (times > most)):
        place = locate(frame, at, origins, "floor_area_m2")
        facts: dict[str, Any] = {"outline": f"{areas[at]:,.0f}", "times": f"{times[at]:.0f}"}
        yield problem("area.exceeds_outline", **place, value=f"{floor[at]:.10g}", **facts)


def check_inside(
    layers: Mapping[str, pd.DataFrame], origins: Sequence[Origin]
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Check every layer by itself: `check_layer`, and `check_geometry` where it has shapes.

    Parameters
    ----------
    layers
        By name, each with every column of its schema, `SOURCE` and `ROW`.
    origins
        By number in `SOURCE`.

    Returns
    -------
    tuple of dict of frames, and list of Problem
        The rows whose shape is sound, and every problem.
    """
    sound: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, frame in layers.items():
        layer = layer_schema(name)
        problems += check_layer(frame, layer, origins)
        sound[name] = frame
        if isinstance(frame, gpd.GeoDataFrame):
            more, good = check_geometry(frame, layer, origins)
            problems += more
            sound[name] = frame if good.all() else frame[good].reset_index(drop=True)
    return sound, problems


def without_echoes(problems: Sequence[Problem]) -> list[Problem]:
    """Leave out «missing» where the same place has a problem that says why it cannot be read.

    Parameters
    ----------
    problems
        Of reading and of checking.

    Returns
    -------
    list of Problem
        In their order.
    """
    said = {(one.file, one.layer, one.row, one.column) for one in problems if one.code != "value.missing"}
    unplaced = ("geometry.wkt", "geometry.half")
    rows = {(one.file, one.layer, one.row) for one in problems if one.code in unplaced or _is_coordinate(one)}
    return [
        one
        for one in problems
        if not (one.code == "value.missing" and (one.file, one.layer, one.row, one.column) in said)
        and not (one.code == "geometry.missing" and (one.file, one.layer, one.row) in rows)
    ]


@cache
def _coordinate_words() -> frozenset[str]:
    """Return every way to head a column that says where a row is."""
    columns = PLACE_COLUMNS.values()
    return frozenset(normal_heading(word) for one in columns for word in (one.name, one.title.zh, *one.synonyms))


def _is_coordinate(one: Problem) -> bool:
    if one.column is None or one.row is None or one.severity != "error":
        return False
    return normal_heading(one.column) in _coordinate_words()
