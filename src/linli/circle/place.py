"""Places on streets: where each building or facility is entered.

A place stands on *edges*, not on nodes. Each *access* is an edge, a position along it (metres from its ``a`` end) and
an *offset* (metres between the place and that position), which counts as part of every walk. A point has one access;
a multi-point has one for each entrance; an outline (park, school site) has one wherever a street runs along it,
sampled closely, so that it is reached along its edge. A place with several accesses is always reached at the nearest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from linli.circle._jobs import run_jobs
from linli.circle.kernels.order import bucket_sort
from linli.circle.kernels.snap import snap_points
from linli.circle.streets import Grid, Streets, check_metric, make_grid, preview

__all__ = ["Places", "place_points"]

_FAR_CELLS = 4096
_POINT = int(shapely.GeometryType.POINT)
_MULTIPOINT = int(shapely.GeometryType.MULTIPOINT)
_COLLECTION = int(shapely.GeometryType.GEOMETRYCOLLECTION)


@dataclass(frozen=True)
class Places:
    """Places and their accesses; accesses are sorted by place, then edge, then position. Arrays are read-only.

    Parameters
    ----------
    index
        The caller's names, in the caller's order, unplaced ones included.
    owner
        Row of `index` per access.
    edge
        Edge of the streets per access.
    position
        Metres along the edge from its ``a`` end, per access.
    offset
        Metres between the place and that position, per access.
    xy
        Shape (n accesses, 2): the point of the place that is reached, metres.
    unplaced
        One row a place without access, in the caller's order: ``id``, ``distance_m`` to the nearest street
        (NaN where the place has no geometry, inf where there is no street).
    streets_key
        Fingerprint of the streets the places stand on.
    """

    index: pd.Index[Any]
    owner: NDArray[np.int32]
    edge: NDArray[np.int32]
    position: NDArray[np.float64]
    offset: NDArray[np.float64]
    xy: NDArray[np.float64]
    unplaced: pd.DataFrame
    streets_key: str

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    def __len__(self) -> int:
        return len(self.index)

    @property
    def placed(self) -> NDArray[np.bool_]:
        """Per row of `index`, whether the place has an access."""
        placed = np.zeros(len(self.index), np.bool_)
        placed[self.owner] = True
        return placed

    def select(self, ids: Sequence[Any] | pd.Index[Any]) -> Places:
        """Return only the places of these names, in the order given.

        Parameters
        ----------
        ids
            Names in `index`, each at most once.

        Returns
        -------
        Places

        Raises
        ------
        KeyError
            If a name is not in `index`.
        """
        wanted = pd.Index(ids)
        rows = self.index.get_indexer(wanted)
        if (rows < 0).any():
            msg = f"No place is named {preview(wanted[rows < 0])}."
            raise KeyError(msg)
        new_row = np.full(len(self.index), -1, np.int64)
        new_row[rows] = np.arange(len(rows))
        kept = np.flatnonzero(new_row[self.owner] >= 0)
        owner = new_row[self.owner[kept]]
        order = np.argsort(owner, kind="stable")
        kept = kept[order]
        names = self.unplaced.set_index("id")["distance_m"]
        missing = wanted[wanted.isin(names.index)]
        unplaced = pd.DataFrame({"id": missing, "distance_m": names.reindex(missing).to_numpy()})
        return Places(
            wanted,
            owner[order].astype(np.int32),
            self.edge[kept],
            self.position[kept],
            self.offset[kept],
            self.xy[kept],
            unplaced,
            self.streets_key,
        )


@dataclass(frozen=True)
class _Access:
    """Accesses found so far, in no order."""

    owner: NDArray[np.int64]
    edge: NDArray[np.int32]
    position: NDArray[np.float64]
    offset: NDArray[np.float64]
    xy: NDArray[np.float64]


def _geometry_iv(geometry: Any) -> tuple[NDArray[Any], pd.Index[Any]]:
    """Return geometries and names, or raise."""
    check_metric(geometry)
    index = geometry.index if isinstance(geometry, pd.Series) else pd.RangeIndex(len(geometry))
    if not index.is_unique:
        msg = f"Names must be unique. Repeated: {preview(index[index.duplicated()].unique())}."
        raise ValueError(msg)
    shapes = np.asarray(geometry, dtype=object)
    wrong = np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION)
    if wrong.size:
        msg = f"A place must be of points, lines or polygons only. Mixed: {preview(index[wrong])}."
        raise ValueError(msg)
    bounds = shapely.bounds(shapes)
    wrong = np.flatnonzero(np.isinf(bounds).any(axis=1))
    if wrong.size:
        msg = f"Coordinates must be finite. Others: {preview(index[wrong])}."
        raise ValueError(msg)
    return shapes, index


def _snap(
    streets: Streets, grid: Grid, points: NDArray[np.float64], cutoff: float, workers: int | None
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Return edge (-1 beyond the cutoff), position and distance of every point."""
    x0, y0, cell, nx, ny = grid.frame
    column = np.clip((points[:, 0] - x0) / cell, 0, nx - 1).astype(np.int32)
    row = np.clip((points[:, 1] - y0) / cell, 0, ny - 1).astype(np.int32)
    _, order = bucket_sort(row * np.int32(nx) + column, nx * ny)
    edge = np.full(len(points), -1, np.int32)
    position = np.zeros(len(points))
    distance = np.full(len(points), np.inf)

    def job(part: NDArray[np.int32]) -> None:
        snap_points(
            points,
            part,
            cutoff,
            grid.frame,
            grid.start,
            grid.segment,
            streets.vertex_xy,
            streets.vertex_edge,
            streets.vertex_m,
            edge,
            position,
            distance,
        )

    run_jobs(job, np.array_split(order, 2 if len(points) > _FAR_CELLS else 1), workers)
    return edge, position, distance


def _place_points(
    streets: Streets,
    shapes: NDArray[Any],
    rows: NDArray[np.int64],
    cutoff: float,
    island_m: float,
    used: NDArray[np.bool_] | None,
    workers: int | None,
) -> tuple[_Access, NDArray[np.float64]]:
    """Return the accesses of points and multi-points, and per row the distance of those beyond the cutoff."""
    points, part = shapely.get_coordinates(shapes[rows], return_index=True)
    far = np.full(len(shapes), np.inf)
    if not len(points):
        nothing = np.empty(0)
        return _Access(np.empty(0, np.int64), np.empty(0, np.int32), nothing, nothing, np.empty((0, 2))), far
    grid = streets.grid_of_long(island_m)
    edge, position, distance = _snap(streets, grid, points, cutoff, workers)
    lost = np.flatnonzero(edge < 0)
    if lost.size:
        _, _, distance[lost] = _snap(streets, make_grid(streets, _FAR_CELLS, used), points[lost], np.inf, workers)
        np.minimum.at(far, rows[part[lost]], distance[lost])
    found = np.flatnonzero(edge >= 0) if lost.size else slice(None)
    return _Access(rows[part[found]], edge[found], position[found], distance[found], points[found]), far


def _edge_lines(streets: Streets) -> NDArray[Any]:
    """Return every edge as a LineString."""
    lines: Any = shapely.linestrings(streets.vertex_xy, indices=streets.vertex_edge)
    return np.asarray(lines)


def _place_outlines(
    streets: Streets,
    shapes: NDArray[Any],
    rows: NDArray[np.int64],
    cutoff: float,
    used: NDArray[np.bool_] | None,
    tolerance: float,
    spacing: float,
) -> tuple[_Access, NDArray[np.float64]]:
    """Return the accesses of lines and polygons, and per row the distance of those beyond the cutoff."""
    lines = _edge_lines(streets)
    there = lines.copy()
    if used is not None:
        there[~used] = None
    tree = shapely.STRtree(there)
    outline = shapes[rows]
    shapely.prepare(outline)
    which, edge = tree.query(outline, predicate="dwithin", distance=tolerance)
    own, near = tree.query_nearest(outline, all_matches=False)
    # the nearest position of each edge, and samples along it wherever it stays within the tolerance
    which, edge = np.concatenate([which, own]), np.concatenate([edge, near])
    pairs = np.unique(np.column_stack([which, edge]), axis=0)
    which, edge = pairs[:, 0], pairs[:, 1]
    touch = shapely.get_coordinates(shapely.get_point(shapely.shortest_line(lines[edge], outline[which]), 0))
    touch_m = shapely.line_locate_point(lines[edge], shapely.points(touch))
    count = np.maximum(np.ceil(streets.length_m[edge] / spacing), 1).astype(np.int64)
    part = np.repeat(np.arange(len(edge)), count + 1)
    step = np.arange(len(part)) - np.repeat(np.cumsum(count + 1) - count - 1, count + 1)
    sample_m = streets.length_m[edge][part] * step / count[part]
    part = np.concatenate([part, np.arange(len(edge))])
    along = np.concatenate([sample_m, touch_m])
    points = shapely.line_interpolate_point(lines[edge][part], along)
    offset = shapely.distance(points, outline[which][part])
    is_touch = np.arange(len(part)) >= len(sample_m)
    nearest = np.full(len(rows), np.inf)
    np.minimum.at(nearest, which[part], offset)
    kept = np.flatnonzero((offset <= cutoff) & ((offset <= tolerance) | (is_touch & (offset <= nearest[which[part]]))))
    far = np.full(len(shapes), np.inf)
    far[rows] = nearest
    entry = shapely.get_point(shapely.shortest_line(points[kept], outline[which][part[kept]]), -1)
    return (
        _Access(
            rows[which[part[kept]]],
            edge[part[kept]].astype(np.int32),
            along[kept],
            offset[kept],
            shapely.get_coordinates(entry),
        ),
        far,
    )


def _collect(index: pd.Index[Any], parts: Sequence[_Access], far: NDArray[np.float64], key: str) -> Places:
    """Return the accesses sorted, and the list of places that have none."""
    owner = np.concatenate([part.owner for part in parts])
    edge = np.concatenate([part.edge for part in parts])
    position = np.concatenate([part.position for part in parts])
    offset = np.concatenate([part.offset for part in parts])
    xy = np.concatenate([part.xy for part in parts])
    if (np.diff(owner) <= 0).any():  # several accesses each, or places of several sorts
        order = np.lexsort((position, edge, owner))
        owner, edge, position, offset, xy = owner[order], edge[order], position[order], offset[order], xy[order]
    lost = np.ones(len(index), np.bool_)
    lost[owner] = False
    unplaced = pd.DataFrame({"id": index[lost], "distance_m": far[lost]})
    return Places(index, owner.astype(np.int32), edge, position, offset, xy, unplaced, key)


def place_points(
    streets: Streets,
    geometry: pd.Series[Any] | Sequence[Any],
    max_offset_m: float = 200.0,
    *,
    edge_tolerance_m: float = 20.0,
    edge_spacing_m: float = 20.0,
    island_m: float = 0.0,
    workers: int | None = None,
) -> Places:
    """Put places on the streets, each at its nearest position on an edge, exactly.

    A point is put on the nearest edge. A multi-point is put there once for each of its points. A polygon (or line) is
    put wherever a street lies within `edge_tolerance_m` of it, sampled every `edge_spacing_m`, streets inside it
    included (offset 0), and in any case at the nearest position on the nearest edge. Ends of streets are always among
    the samples, so only walks that begin on such a street can come out too long, by at most half the spacing.

    Parameters
    ----------
    streets
        The network.
    geometry : Series or GeoSeries of shapely Point, MultiPoint, Polygon, MultiPolygon or line
        Metres, in the system of the streets; the index names the places. Missing or empty geometry is unplaced.
    max_offset_m : float, metres, ≥ 0
        Accesses further from the street than this are refused; a place that loses all of them is unplaced.
    edge_tolerance_m : float, metres, ≥ 0
        How near a street must run to an outline to lead into it.
    edge_spacing_m : float, metres, > 0
        How far apart such a street is sampled.
    island_m : float, metres, ≥ 0
        Streets of components shorter than this are passed over, the longest component never: a path that leads
        nowhere, drawn without its connection, would cut off whoever stands next to it.
    workers : int, optional
        Threads; by default one a core.

    Returns
    -------
    Places
        Under the caller's index; `Places.unplaced` lists what could not be placed, with its distance.

    Raises
    ------
    CrsError
        If `geometry` says it is in degrees.
    ValueError
        If names repeat, a coordinate is not finite, or a geometry is a mixed collection.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> from linli.circle import build_streets
    >>> streets = build_streets([LineString([(0, 0), (100, 0)])])
    >>> places = place_points(streets, pd.Series([Point(30, 4), Point(0, 900)], index=["a", "b"]))
    >>> places.position.tolist(), places.offset.tolist(), places.unplaced.id.tolist()
    ([30.0], [4.0], ['b'])
    """
    shapes, index = _geometry_iv(geometry)
    kind = shapely.get_type_id(shapes)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    is_point = (kind == _POINT) | (kind == _MULTIPOINT)
    far = np.where(there, np.inf, np.nan)
    parts = []
    used = streets.on_component(island_m) if island_m > 0.0 else None
    if streets.n_edges and (used is None or used.any()):
        rows = np.flatnonzero(there & is_point)
        found, distance = _place_points(streets, shapes, rows, max_offset_m, island_m, used, workers)
        parts.append(found)
        far = np.minimum(far, distance)
        rows = np.flatnonzero(there & ~is_point)
        if rows.size:
            found, distance = _place_outlines(
                streets, shapes, rows, max_offset_m, used, edge_tolerance_m, edge_spacing_m
            )
            parts.append(found)
            far = np.minimum(far, distance)
    else:
        nothing = np.empty(0)
        parts.append(_Access(np.empty(0, np.int64), np.empty(0, np.int32), nothing, nothing, np.empty((0, 2))))
    return _collect(index, parts, far, streets.key)
