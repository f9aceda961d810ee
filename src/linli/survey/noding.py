"""Noding: cutting street lines so that they meet only at their ends.

What belongs here: geometry in metres, whatever the source. OpenStreetMap extracts are noded by their own node numbers
(`osm_streets`), which tells a crossing from a bridge; lines from elsewhere are noded here.

*Touch*: an end point lies within the tolerance of another line, or a vertex within a millimetre of it. *Crossing*: two
segments cut each other. *Level*: lines with different ``layer``, ``bridge`` or ``tunnel`` values meet only where one of
them ends.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.errors import CrsError

__all__ = ["cut_lines", "node_streets", "piece_ids"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_Found = tuple[Floats, Ints, Floats, Ints, NDArray[np.bool_]]

TOLERANCE_M = 0.2
"""An end point this close to another line is taken to meet it: about the precision of drawing, below a kerb's width."""

_SAME_M = 1e-3
"""Two vertices within a millimetre are one place."""


def cut_lines(line: Ints, breaks: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Cut lines at the vertices marked.

    Parameters
    ----------
    line : ndarray of int64, shape (n_vertices,)
        For each vertex the line it belongs to; vertices of a line follow one another.
    breaks : ndarray of bool, shape (n_vertices,)
        Where to cut; marks on first and last vertices change nothing.

    Returns
    -------
    take : ndarray of int64
        Rows of the vertices of the pieces, in order; a vertex cut at is taken twice.
    piece : ndarray of int64
        For each of them the piece it belongs to.
    owner : ndarray of int64
        For each piece the line it came from.

    Examples
    --------
    >>> import numpy as np
    >>> take, piece, owner = cut_lines(np.array([0, 0, 0, 1, 1]), np.array([False, True, False, False, True]))
    >>> take.tolist(), piece.tolist(), owner.tolist()
    ([0, 1, 1, 2, 3, 4], [0, 0, 1, 1, 2, 2], [0, 0, 1])
    """
    n = len(line)
    if n == 0:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty.copy(), empty.copy()
    first = np.r_[True, line[1:] != line[:-1]]
    last = np.r_[first[1:], True]
    inner = breaks & ~first & ~last
    repeats = 1 + inner.astype(np.int64)
    take = np.repeat(np.arange(n), repeats)
    ends = np.cumsum(repeats) - 1
    starts = np.zeros(len(take), dtype=bool)
    starts[ends[first | inner]] = True
    return take, np.cumsum(starts) - 1, line[take[starts]]


def piece_ids(ids: NDArray[Any], owner: Ints) -> NDArray[Any]:
    """Name the pieces of lines: ``id`` if there is one piece, else ``id#1``, ``id#2``, ….

    Parameters
    ----------
    ids : ndarray of text
        Ids of the lines.
    owner : ndarray of int64, sorted
        For each piece the row of its line.

    Returns
    -------
    ndarray of text
        One id for each piece.

    Examples
    --------
    >>> import numpy as np
    >>> piece_ids(np.array(["a", "b"], dtype=object), np.array([0, 0, 1])).tolist()
    ['a#1', 'a#2', 'b']
    """
    out = np.asarray(ids, dtype=object)[owner]
    count = np.bincount(owner, minlength=len(ids)) if len(owner) else np.zeros(len(ids), dtype=np.int64)
    first = np.cumsum(count) - count
    number = np.arange(len(owner)) - first[owner] + 1
    several = np.flatnonzero(count[owner] > 1)
    out[several] = [f"{name}#{i}" for name, i in zip(out[several], number[several], strict=True)]
    return out


def _levels(streets: gpd.GeoDataFrame) -> Ints:
    """Return the level of each line: ``layer`` if given, else +1 for a bridge, −1 for a tunnel, 0 for the rest."""
    level = np.zeros(len(streets))
    for column, value in (("bridge", 1.0), ("tunnel", -1.0)):
        if column in streets:
            text = streets[column].astype("object").map(lambda v: "" if pd.isna(v) else str(v).strip().lower())
            level[~text.isin(["", "no", "false", "0", "f", "n", "0.0", "否", "无"]).to_numpy()] = value
    if "layer" in streets:
        layer = pd.to_numeric(streets["layer"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        level = np.where(np.isnan(layer), level, layer)
    return np.round(level).astype(np.int64)


def _pairs(xy: Floats, segment: Ints, tolerance: float) -> tuple[Ints, Ints]:
    """Return the pairs of segments (by first vertex, i < j) whose boxes come within the tolerance of each other."""
    a, b = xy[segment], xy[segment + 1]
    low, high = np.minimum(a, b) - tolerance / 2, np.maximum(a, b) + tolerance / 2
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    i, j = shapely.STRtree(boxes).query(boxes)
    keep = i < j
    return segment[i[keep]], segment[j[keep]]


def _onto(xy: Floats, vertex: Ints, start: Ints) -> tuple[Floats, Floats]:
    """Project vertices on segments: position along the segment (0–1) and distance (m)."""
    a = xy[start]
    along = xy[start + 1] - a
    away = xy[vertex] - a
    length2 = np.einsum("ij,ij->i", along, along)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(length2 > 0, np.einsum("ij,ij->i", away, along) / length2, 0.0)
    t = np.clip(t, 0.0, 1.0)
    gap = away - t[:, None] * along
    return t, np.hypot(gap[:, 0], gap[:, 1])


def _touches(
    xy: Floats, line: Ints, level: Ints, reach: Floats, i: Ints, j: Ints
) -> tuple[Ints, Ints, Floats, Floats, NDArray[np.bool_]]:
    """Find the vertices that lie on a segment of another line, or of another part of their own.

    Returns vertex, start of the segment, position on it, reach of the vertex; and for each pair whether it touches.
    """
    is_end = reach > _SAME_M
    vertex = np.concatenate([i, i + 1, j, j + 1])
    start = np.concatenate([j, j, i, i])
    t, gap = _onto(xy, vertex, start)
    own = line[vertex] == line[start]
    far = np.where(own, _SAME_M, reach[vertex])
    foot_is_end = (is_end[start] & (t == 0)) | (is_end[start + 1] & (t == 1))
    same_level = level[line[vertex]] == level[line[start]]
    near = (gap <= far) & (same_level | is_end[vertex] | foot_is_end) & (vertex != start) & (vertex != start + 1)
    return vertex[near], start[near], t[near], far[near], near.reshape(4, len(i)).any(axis=0)


def _crossings(xy: Floats, line: Ints, level: Ints, i: Ints, j: Ints) -> tuple[Ints, Ints, Floats, Floats]:
    """Return pairs of segments of one level that cut each other: (start i, start j, t on i, t on j)."""
    flat = level[line[i]] == level[line[j]]
    i, j = i[flat], j[flat]
    p, r = xy[i], xy[i + 1] - xy[i]
    q, s = xy[j], xy[j + 1] - xy[j]
    cross = r[:, 0] * s[:, 1] - r[:, 1] * s[:, 0]
    d = q - p
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (d[:, 0] * s[:, 1] - d[:, 1] * s[:, 0]) / cross
        u = (d[:, 0] * r[:, 1] - d[:, 1] * r[:, 0]) / cross
    cut = (cross != 0) & (t > 0) & (t < 1) & (u > 0) & (u < 1)
    return i[cut], j[cut], t[cut], u[cut]


def _merge(n: int, a: Ints, b: Ints) -> Ints:
    """Return for each of n places the lowest-numbered place it is one with."""
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    lowest = np.full(n, n, dtype=np.int64)
    np.minimum.at(lowest, label, np.arange(n))
    return lowest[label]


def _same_place(xy: Floats, of: Ints, level: Ints, tolerance: float) -> tuple[Ints, Ints]:
    """Return the pairs among the places `of` of one level that are within the tolerance of each other."""
    points = np.asarray(shapely.points(xy[of]), dtype=object)
    a, b = shapely.STRtree(points).query(points, predicate="dwithin", distance=tolerance)
    same = (a < b) & (level[a] == level[b])
    return of[a[same]], of[b[same]]


def _cuts(
    xy: Floats, line: Ints, level: Ints, tolerance: float
) -> tuple[Floats, Ints, Floats, Ints, NDArray[np.bool_]]:
    """Find every cut.

    Returns the places (old vertices, then crossings); for each point to be inserted the vertex after which it comes,
    its position on that segment and its place; and which of the old vertices are cut at. Places that are one have one
    coordinate.
    """
    n = len(xy)
    first = np.r_[True, line[1:] != line[:-1]]
    last = np.r_[first[1:], True]
    i, j = _pairs(xy, np.flatnonzero(~last), tolerance)
    vertex, start, t, far, touching = _touches(xy, line, level, np.where(first | last, tolerance, _SAME_M), i, j)
    ci, cj, ct, cu = _crossings(xy, line, level, i[~touching], j[~touching])
    new = np.arange(n, n + len(ci))
    places = np.concatenate([xy, xy[ci] + ct[:, None] * (xy[ci + 1] - xy[ci])])
    # a foot this close to a vertex of the segment is that vertex; else the touching vertex is inserted there
    length = np.hypot(*(xy[start + 1] - xy[start]).T)
    at_vertex = np.minimum(t, 1 - t) * length <= far
    foot = np.where(t <= 1 - t, start, start + 1)[at_vertex]
    cut = np.zeros(n, dtype=bool)
    cut[vertex] = cut[foot] = True
    nodes = np.concatenate([np.flatnonzero(cut), new])
    same = _same_place(places, nodes, level[line[np.concatenate([np.flatnonzero(cut), ci])]], tolerance)
    one = _merge(len(places), np.concatenate([vertex[at_vertex], same[0]]), np.concatenate([foot, same[1]]))
    after = np.concatenate([start[~at_vertex], ci, cj])
    position = np.concatenate([t[~at_vertex], ct, cu])
    place = np.concatenate([vertex[~at_vertex], new, new])
    return places[one], after, position, one[place], cut


def _check_metric(streets: gpd.GeoDataFrame) -> None:
    if streets.crs is None or not streets.crs.is_projected:
        msg = f"`streets` must be in a projected CRS in metres. Got {streets.crs} instead; project it first."
        raise CrsError(msg)


def _single_lines(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take multi-part lines apart and drop empty ones."""
    whole = streets.reset_index(drop=True)
    parts = whole[~(whole.geometry.isna() | whole.geometry.is_empty)].explode(index_parts=False)
    owner = parts.index.to_numpy(dtype=np.int64)
    parts = parts.reset_index(drop=True)
    if len(parts) and len(np.unique(owner)) < len(parts):
        parts["street_id"] = piece_ids(whole["street_id"].to_numpy(dtype=object), owner)
    return parts


def _rebuild(streets: gpd.GeoDataFrame, xy: Floats, line: Ints, found: _Found) -> gpd.GeoDataFrame:
    """Put the inserted points in their places, cut, and drop what has no length."""
    places, after, position, place, cut = found
    n = len(xy)
    key = np.concatenate([np.arange(n), after])
    order = np.lexsort((np.concatenate([np.zeros(n), position]), key))
    where = np.concatenate([places[:n], places[place]])[order]
    owner = line[key][order]
    breaks = np.concatenate([cut, np.ones(len(after), dtype=bool)])[order]
    # a point inserted where the line already has one adds nothing
    same = np.r_[False, (owner[1:] == owner[:-1]) & (where[1:] == where[:-1]).all(axis=1)]
    group = np.cumsum(~same) - 1
    merged = np.zeros(group[-1] + 1, dtype=bool)
    np.logical_or.at(merged, group, breaks)
    where, owner = where[~same], owner[~same]
    take, piece, of = cut_lines(owner, merged)
    long_enough = np.bincount(piece) > 1
    keep = long_enough[piece]
    renumber = np.cumsum(long_enough) - 1
    geometry = shapely.linestrings(where[take[keep]], indices=renumber[piece[keep]])
    of = of[long_enough]
    out = streets.iloc[of].copy()
    out["street_id"] = piece_ids(streets["street_id"].to_numpy(dtype=object), of)
    out = out.set_geometry(gpd.GeoSeries(geometry, index=out.index, crs=streets.crs))
    return out.reset_index(drop=True)


def node_streets(streets: gpd.GeoDataFrame, tolerance_m: float = TOLERANCE_M) -> gpd.GeoDataFrame:
    """Cut street lines wherever they cross or touch, so that they meet only at their ends.

    Lines are cut where they cross, where an end point of one lies within the tolerance of another (the other is bent
    to it, by at most the tolerance), and at vertices they share. Lines on different levels (columns ``layer``,
    ``bridge``, ``tunnel``, where there are any) are joined only where one of them ends.

    Parameters
    ----------
    streets
        Column ``street_id`` and lines (multi-part lines are taken apart) in a projected CRS, metres.
    tolerance_m
        How far an end point may be from a line that it is taken to meet, metres, > 0; 0.1–0.5 is sensible.

    Returns
    -------
    GeoDataFrame
        A row for each piece with the columns of its line; ``street_id`` is ``<id>#<n>`` where a line was cut. Lines
        that are already noded come back as they were.

    Raises
    ------
    CrsError
        If the lines are not in a projected CRS.
    """
    _check_metric(streets)
    parts = _single_lines(streets)
    if parts.empty:
        return parts
    geometry = shapely.force_2d(parts.geometry.to_numpy())
    xy, line = shapely.get_coordinates(geometry, return_index=True)
    double = np.r_[False, (line[1:] == line[:-1]) & (xy[1:] == xy[:-1]).all(axis=1)]
    xy, line = xy[~double], line[~double].astype(np.int64)
    found = _cuts(xy, line, _levels(parts), tolerance_m)
    return _rebuild(parts, xy, line, found)
