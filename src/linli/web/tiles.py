"""Vector tiles: squares of the map that hold only what lies in them, encoded as browsers draw them.

A tile is named by zoom, column and row of the Web Mercator pyramid. Points are kept in the order of a curve that runs
through the squares of every zoom one after the other (Morton), so that a tile is one piece of the order and no tree is
asked; outlines are found by an `STRtree`. A point belongs to exactly one tile of a zoom and nothing is dropped: where
points are too many to be told apart, those of a small square become one, and what they stand for is summed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from linli.web.geometry import Box
from linli.web.vector_tile import EXTENT, LINE, POINT, POLYGON, Layer, path

__all__ = ["DEEPEST", "Dots", "Look", "Outlines", "Tile", "dot_layer", "name_layer", "outline_layer", "tile_of"]

DEEPEST = 15
"""The deepest zoom of tiles; nearer ones are drawn from these."""

_MOST_ALONE = 1600
"""Points of a tile above the deepest zoom that are still drawn one by one."""

_BITS = 27
"""Of a coordinate: the units of the deepest tiles."""
_UNIT_BITS = 12
_CELL_BITS = 6
"""Small squares along a tile's side, in each of which points become one where they are too many: 64."""
_BUFFER = 64
"""Units beyond the side to which outlines are cut, so that their edges are not seen."""
_TOLERANCE = 1.5
"""Units by which a corner of an outline may be off."""
_MAX_LATITUDE = 85.0511287

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the map: zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int

    @property
    def box(self) -> Box:
        """West, south, east, north, degrees, with the buffer of outlines."""
        side, margin = 2.0**-self.z, 2.0**-self.z * _BUFFER / EXTENT
        x = np.array([self.x * side - margin, (self.x + 1) * side + margin])
        y = np.array([(self.y + 1) * side + margin, self.y * side - margin])
        lon = x * 360 - 180
        lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))
        return float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])


def tile_of(z: int, x: int, y: int) -> Tile:
    """Return a tile.

    Raises
    ------
    ValueError
        If there is no such tile, or it is deeper than `DEEPEST`.
    """
    if not (0 <= z <= DEEPEST and 0 <= x < 2**z and 0 <= y < 2**z):
        msg = f"there is no tile {z}/{x}/{y}"
        raise ValueError(msg)
    return Tile(z, x, y)


def _mercator(lonlat: npt.ArrayLike) -> Floats:
    """Return places on the square of the world, 0–1 from the north-west, from degrees."""
    lon, lat = np.asarray(lonlat, np.float64).reshape(-1, 2).T
    angle = np.radians(np.clip(lat, -_MAX_LATITUDE, _MAX_LATITUDE))
    return np.column_stack([(lon + 180) / 360, (1 - np.arcsinh(np.tan(angle)) / np.pi) / 2])


def _spread(values: Ints) -> Ints:
    """Put a zero between all bits of numbers below 2³²."""
    found = values.astype(np.uint64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333), (1, 0x5555555555555555),
    ):  # fmt: skip
        found = (found | (found << np.uint64(shift))) & np.uint64(mask)
    return found.astype(np.int64)


class Dots:
    """Points in the order of the curve, made once for each version of the data.

    Parameters
    ----------
    lonlat
        Shape (n, 2), degrees; rows that are not finite have no place and are in no tile.
    """

    def __init__(self, lonlat: npt.NDArray[np.floating[Any]]) -> None:
        there = np.flatnonzero(np.isfinite(lonlat).all(axis=1))
        units = np.floor(_mercator(lonlat[there]) * 2**_BITS).astype(np.int64)
        xy = np.clip(units, 0, 2**_BITS - 1)
        code = _spread(xy[:, 0]) | (_spread(xy[:, 1]) << 1)
        order = np.argsort(code, kind="stable")
        self.row = there[order].astype(np.int32)
        """Rows of the caller, in the order of the curve."""
        self.code = code[order]
        self.xy = xy[order].astype(np.int32)

    def within(self, tile: Tile) -> slice:
        """Return which piece of the order lies in a tile."""
        corner = int(_spread(np.array([tile.x]))[0] | (_spread(np.array([tile.y]))[0] << 1))
        shift = 2 * (_BITS - tile.z)
        first, last = np.searchsorted(self.code, [corner << shift, (corner + 1) << shift])
        return slice(int(first), int(last))

    def units(self, tile: Tile, piece: slice) -> Ints:
        """Return where a piece of the order that lies in a tile is drawn, units of the tile, shape (n, 2)."""
        found: Ints = self.xy[piece].astype(np.int64) >> (_BITS - tile.z - _UNIT_BITS) & (EXTENT - 1)
        return found


def _together(
    tile: Tile, code: Ints, xy: Ints, group: npt.NDArray[np.integer[Any]], weight: Floats
) -> tuple[npt.NDArray[np.int32], Ints, dict[str, npt.NDArray[Any]]]:
    """Make the points of a small square and a group one: where they lie on average, their group, and sums."""
    cell = code >> (2 * (_BITS - tile.z - _CELL_BITS))
    square = np.cumsum(np.diff(cell, prepend=cell[:1]) != 0)  # the order of the curve is that of the squares
    groups = int(group.max(initial=0)) + 1
    member = square * groups + group
    every = np.bincount(member)
    found = np.flatnonzero(every)
    count = every[found]

    def total(values: npt.NDArray[Any]) -> Floats:
        sums: Floats = np.bincount(member, weights=values)[found].astype(np.float64)
        return sums

    unknown = np.isnan(weight)
    sums = {"residents": total(np.nan_to_num(weight)), "n": count, "unknown": total(unknown).astype(np.int64)}
    middle = [total(side) / count for side in xy.T]
    return np.column_stack(middle).astype(np.int32), found % groups, sums


@dataclass(frozen=True, eq=False)
class Look:
    """What rows of points stand for; every function takes row numbers and answers for these.

    Parameters
    ----------
    keep
        Which of them may be seen.
    group
        Number of the group that each belongs to; groups are never mixed.
    groups, group_name
        What the groups are called, and the property that tells it.
    weight
        How many people (or m²) each stands for, NaN = unknown.
    about
        Further properties of those that are drawn by themselves.
    """

    keep: Callable[[Ints], npt.NDArray[np.bool_]]
    group: Callable[[Ints], npt.NDArray[np.integer[Any]]]
    groups: Sequence[str]
    weight: Callable[[Ints], Floats]
    about: Callable[[Ints], Mapping[str, npt.NDArray[Any]]]
    group_name: str = "group"


def dot_layer(name: str, tile: Tile, dots: Dots, look: Look) -> Layer:
    """Return the points of a tile, one by one where there is room for them, else summed.

    Parameters
    ----------
    name
        Of the layer.
    tile
        Which tile.
    dots
        All points.
    look
        What they stand for.

    Returns
    -------
    Layer
        With the properties ``residents``, ``n`` (rows), ``unknown`` (rows of unknown weight) and the group's; the sums
        of all tiles of a zoom are those of the rows.
    """
    piece = dots.within(tile)
    row = dots.row[piece].astype(np.int64)
    mine = look.keep(row)
    row, code, wide = row[mine], dots.code[piece][mine], dots.xy[piece][mine].astype(np.int64)
    xy = (wide >> (_BITS - tile.z - _UNIT_BITS)) & (EXTENT - 1)
    group, weight, called = look.group(row), look.weight(row), np.array(look.groups, dtype=object)
    if tile.z >= DEEPEST or len(row) <= _MOST_ALONE:
        properties = {
            **look.about(row),
            "residents": weight,
            "n": np.ones(len(row), np.int64),
            "unknown": np.isnan(weight).astype(np.int64),
            look.group_name: called[group],
        }
        return Layer(name, POINT, xy.astype(np.int32), properties)
    middle, which, sums = _together(tile, code, xy, group, weight)
    return Layer(name, POINT, middle, {**sums, look.group_name: called[which]})


def _middles(shapes: npt.NDArray[Any]) -> Floats:
    """Return a point within each shape, NaN where there is none."""
    points = shapely.point_on_surface(shapes)
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


class Outlines:
    """Polygons or lines with an index, made once for each version of the data.

    Parameters
    ----------
    shapes
        In degrees; missing ones are in no tile.
    """

    def __init__(self, shapes: npt.NDArray[Any]) -> None:
        self.tree = shapely.STRtree(shapes)
        self.middles = Dots(_middles(shapes))
        self.shapes: npt.NDArray[Any] = shapely.transform(shapes, _mercator)

    def within(self, tile: Tile) -> Ints:
        """Return the rows whose box meets a tile, ascending."""
        rows: Ints = np.sort(self.tree.query(shapely.box(*tile.box))).astype(np.int64)
        return rows


def _corners(ring: Any, *, closed: bool) -> npt.NDArray[np.int64]:
    """Return a ring's or line's corners in whole units, without repeats; the last of a ring is not told twice."""
    xy = np.rint(shapely.get_coordinates(ring)).astype(np.int64)
    keep = np.concatenate([[True], (np.diff(xy, axis=0) != 0).any(axis=1)])
    corners: npt.NDArray[np.int64] = xy[keep]
    return corners[:-1] if closed and len(corners) > 1 and (corners[0] == corners[-1]).all() else corners


def _commands(shape: Any) -> bytes:
    """Write a polygon (outer rings clockwise on the screen), or a line."""
    out, at = b"", np.zeros(2, np.int64)
    for part in shapely.get_parts(shape):
        dimension = shapely.get_dimensions(part)
        if dimension < 1:
            continue
        rings = [part] if dimension == 1 else [part.exterior, *part.interiors]
        for ring in rings:
            corners = _corners(ring, closed=dimension > 1)
            if len(corners) <= dimension:  # nothing is left of it at this zoom
                continue
            out += path(corners, at, closed=dimension > 1)
            at = corners[-1]
    return out


def outline_layer(
    name: str,
    tile: Tile,
    outlines: Outlines,
    keep: npt.NDArray[np.bool_],
    columns: Mapping[str, npt.NDArray[Any]],
) -> Layer:
    """Return the polygons and lines of a tile, cut to it and as coarse as its zoom.

    Parameters
    ----------
    name
        Of the layer.
    tile
        Which tile.
    outlines
        All of them, of one dimension.
    keep
        Which rows may be in it, shape (rows,).
    columns
        Properties of every row.

    Returns
    -------
    Layer
        Without those of which nothing is left at this zoom.
    """
    row = outlines.within(tile)
    row = row[keep[row]]
    scale = 2.0**tile.z

    def onto(xy: Floats) -> Floats:
        return (xy * scale - (tile.x, tile.y)) * EXTENT

    shapes = shapely.transform(outlines.shapes[row], onto)
    shapes = shapely.simplify(shapes, _TOLERANCE)
    cut = shapely.clip_by_rect(shapes, -_BUFFER, -_BUFFER, EXTENT + _BUFFER, EXTENT + _BUFFER)
    # y runs downwards: anticlockwise numbers are clockwise on the screen
    written = [_commands(shape) for shape in shapely.orient_polygons(cut)]
    there = np.array([bool(commands) for commands in written], dtype=bool)
    row = row[there]
    kind = POLYGON if shapely.get_dimensions(outlines.shapes).max(initial=0) > 1 else LINE
    commands = [one for one in written if one]
    return Layer(name, kind, commands, {key: values[row] for key, values in columns.items()})


def name_layer(
    name: str,
    tile: Tile,
    outlines: Outlines,
    keep: npt.NDArray[np.bool_],
    columns: Mapping[str, npt.NDArray[Any]],
) -> Layer:
    """Return where the names of outlines stand: each in one tile, while its outline may be cut among several.

    Parameters
    ----------
    name, tile, outlines, keep, columns
        As of `outline_layer`.

    Returns
    -------
    Layer
        Called ``<name>_names``, a point for each.
    """
    piece = outlines.middles.within(tile)
    row = outlines.middles.row[piece].astype(np.int64)
    mine = keep[row]
    xy = outlines.middles.units(tile, piece)[mine]
    return Layer(
        f"{name}_names", POINT, xy.astype(np.int32), {key: values[row[mine]] for key, values in columns.items()}
    )
