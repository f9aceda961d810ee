"""The life circle on the map: the polygon of everything within a margin of the streets walked.

Method: all stretches of street within the limit (offsets included) are found exactly, a raster is filled with the
exact distance to the nearest of them, and the line at which that distance equals the margin is drawn with linear
interpolation between cells. This is the union of the buffered stretches, at a fraction of the time that union takes.
Bias of the area at the default cell: see docs/bench.md (measured against the exact union).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray

from linli.circle._canon import goals_of, limit_mm
from linli.circle.kernels.contour import distance_raster, rings_at, walked_stretches
from linli.circle.kernels.search import pack_limit, seeds_of, spread
from linli.circle.place import Places
from linli.circle.streets import Streets

__all__ = ["outline", "walked_streets"]

_MAX_CELLS = 16_000_000


def _stretches(streets: Streets, places: Places, limit_m: float) -> NDArray[np.float64]:
    """Return (edge, from, to) of all stretches within the limit of any of the places."""
    goals = goals_of("places", streets, places)
    limit = limit_mm(limit_m)
    net = streets.net
    label = np.full(len(net.links), pack_limit(limit) + 1, np.int64)
    touched = np.empty(len(net.links) + 1, np.int32)
    rows = np.flatnonzero(np.diff(goals.start) > 0).astype(np.int32)
    node, start = seeds_of(net, goals, rows)
    count = spread(net.links, label, touched, node, start, pack_limit(limit), None)
    found: NDArray[np.float64] = walked_stretches(net, goals, label, touched, count, streets.owned, limit)
    return found


def walked_streets(streets: Streets, places: Places, limit_m: float) -> Any:
    """Return the stretches of street within a distance of any of the places.

    Parameters
    ----------
    streets
        The network.
    places
        Where walks begin: one building, or all of a community.
    limit_m : float, metres, ≥ 0
        How far they go.

    Returns
    -------
    shapely.MultiLineString
        Metres; where two walks meet on a street, its stretches may overlap. Empty if no place is on the streets.

    Raises
    ------
    ValueError
        If the places stand on other streets, or the limit is negative.
    """
    found = _stretches(streets, places, limit_m)
    edge = found[:, 0].astype(np.int64)
    chosen, line = np.unique(edge, return_inverse=True)
    kept = np.isin(streets.vertex_edge, chosen)
    lines: Any = shapely.linestrings(
        streets.vertex_xy[kept], indices=np.searchsorted(chosen, streets.vertex_edge[kept])
    )
    length = streets.length_m[edge]
    parts: Any = [
        shapely.ops.substring(lines[k], low, high)
        for k, low, high in zip(line, found[:, 1] * length, found[:, 2] * length, strict=True)
        if high > low
    ]
    return shapely.MultiLineString(parts)


def outline(
    streets: Streets,
    places: Places,
    limit_m: float,
    *,
    margin_m: float = 30.0,
    cell_m: float = 10.0,
    holes: bool = False,
) -> Any:
    """Return the life circle of a building or of a community, as a polygon.

    Parameters
    ----------
    streets
        The network.
    places
        Where walks begin: one building, or all of a community.
    limit_m : float, metres, ≥ 0
        How far they go.
    margin_m : float, metres, > 0
        How far beside a walked street still belongs to the circle.
    cell_m : float, metres, > 0
        Cell of the raster; coarser if the circle would need more than sixteen million cells.
    holes : bool
        Whether blocks further than the margin from every walked street are cut out.

    Returns
    -------
    shapely.Polygon or shapely.MultiPolygon
        Metres; empty if no place is on the streets or none reaches the street within the limit.

    Raises
    ------
    ValueError
        If the places stand on other streets, the limit is negative, or margin or cell are not positive.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> import pandas as pd
    >>> from linli.circle import build_streets, place_points
    >>> streets = build_streets([LineString([(0, 0), (1000, 0)])])
    >>> home = place_points(streets, pd.Series([Point(500, 0)]))
    >>> round(outline(streets, home, 300.0).area / 1000)  # 600 m x 60 m and two half discs
    39
    """
    if not (margin_m > 0.0 and cell_m > 0.0):
        msg = f"`margin_m` and `cell_m` must be metres > 0. Got {margin_m!r} and {cell_m!r} instead."
        raise ValueError(msg)
    found = _stretches(streets, places, limit_m)
    if not len(found):
        return shapely.Polygon()
    vertex = np.isin(streets.vertex_edge, found[:, 0].astype(np.int64)) if len(found) > streets.n_edges // 2 else None
    low, high = _bounds(streets, found, vertex)
    size = high - low + 2.0 * margin_m
    cell = max(cell_m, float(np.sqrt(size[0] * size[1] / _MAX_CELLS)))
    x0, y0 = (float(value) for value in low - margin_m - 2.0 * cell)
    nx, ny = (int(value) for value in size / cell + 5.0)
    beyond = margin_m + 2.0 * cell
    field = np.full((ny, nx), beyond)
    distance_raster(found, streets.vertex_xy, streets.vertex_start, streets.vertex_m, x0, y0, cell, beyond, field)
    xy, ring = rings_at(field, margin_m, x0, y0, cell)
    return _polygon(xy, ring, holes)


def _bounds(
    streets: Streets, found: NDArray[np.float64], vertex: NDArray[np.bool_] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners of the rectangle around the edges found."""
    if vertex is None:
        edge = found[:, 0].astype(np.int64)
        first, count = streets.vertex_start[edge], np.diff(streets.vertex_start)[edge]
        step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        xy = streets.vertex_xy[np.repeat(first, count) + step]
    else:
        xy = streets.vertex_xy[vertex]
    return xy.min(axis=0), xy.max(axis=0)


def _polygon(xy: NDArray[np.float64], ring: NDArray[np.int32], holes: bool) -> Any:
    """Return the polygon of the rings; without holes, only what is outermost counts."""
    if not len(xy):
        return shapely.Polygon()
    rings: Any = shapely.linearrings(xy, indices=ring)
    if holes:
        return shapely.build_area(shapely.geometrycollections(list(rings)))
    outer = rings[shapely.is_ccw(rings)]
    return shapely.union_all(shapely.polygons(outer))
