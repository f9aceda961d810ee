"""Streets as a network for walking: nodes, edges, costs, components.

A *street* is one line of the caller, already split wherever it meets another. Its two ends are *nodes*: ends that agree
to the millimetre are the same node. An *edge* is a street in the network; its *cost* is its length plus the extra
metres given for it (steps, crossings), in whole millimetres. A *component* is a set of nodes that can reach each other.

Costs are whole millimetres, so sums are exact and do not depend on the order in which they are added; the longest
street is 536 km, the longest walk 1,073 km.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.circle.kernels.order import bucket_sort, hilbert_codes, pack_links
from linli.circle.kernels.search import Net
from linli.circle.kernels.snap import fill_grid
from linli.errors import CrsError

__all__ = ["MM", "Grid", "Streets", "build_streets", "check_metric", "reweight"]

MM = 1000.0
"""Millimetres in a metre."""

_MAX_COST_MM = 2**29
_HILBERT_ORDER = 20
_SHOWN = 5


def preview(items: pd.Index[Any]) -> str:
    """Write the first few of many offenders."""
    shown = ", ".join(str(item) for item in items[:_SHOWN])
    return shown if len(items) <= _SHOWN else f"{shown} … ({len(items)} in total)"


def check_metric(geometry: Any) -> None:
    """Refuse geometry that says it is in degrees; plain arrays carry no system and are taken to be metres.

    Parameters
    ----------
    geometry
        Anything; only a GeoSeries or GeometryArray knows its ``crs``.

    Raises
    ------
    CrsError
        If the ``crs`` is geographic.
    """
    crs = getattr(geometry, "crs", None)
    if crs is not None and crs.is_geographic:
        msg = f"Geometry must be in metres. Got {crs.to_string()}, in degrees, instead. Project it first."
        raise CrsError(msg)


@dataclass(frozen=True)
class Grid:
    """Uniform grid of street segments, for finding the street nearest to a point.

    Parameters
    ----------
    frame
        ``(x0, y0, cell, nx, ny)``: lower left corner and cell side in metres, number of columns and rows.
    start, segment
        Segments (first vertices) of cell k are ``segment[start[k]:start[k + 1]]``.
    """

    frame: tuple[float, float, float, int, int]
    start: NDArray[np.int32]
    segment: NDArray[np.int32]


@dataclass(frozen=True)
class Streets:
    """A street network, sorted so that neighbours on the ground are neighbours in memory. Arrays are read-only.

    Parameters
    ----------
    street_id
        The caller's name of every line, in the caller's order.
    line
        Row of `street_id` per edge.
    reversed_line
        Per edge, whether it runs against the caller's line.
    node_xy
        Shape (n_nodes, 2), metres.
    edge_a, edge_b
        End nodes of every edge, ``a ≤ b``; equal for a loop.
    cost_mm
        Cost of every edge in whole mm, extra included, ≥ 1.
    length_m
        Length of every edge, metres.
    vertex_xy, vertex_start, vertex_m
        Vertices of all edges one after another, metres; where each edge starts; metres from the start of its edge.
    component_of_node
        Component per node, 0 = the longest.
    components
        One row a component, longest first: ``nodes``, ``edges``, ``length_m``; index ``component``.
    dropped
        Rows of lines left out because they are empty or shorter than half a millimetre.
    key
        Fingerprint of the geometry: places remember the one they were put on.
    """

    street_id: pd.Index[Any]
    line: NDArray[np.int32]
    reversed_line: NDArray[np.bool_]
    node_xy: NDArray[np.float64]
    edge_a: NDArray[np.int32]
    edge_b: NDArray[np.int32]
    cost_mm: NDArray[np.int32]
    length_m: NDArray[np.float64]
    vertex_xy: NDArray[np.float64]
    vertex_start: NDArray[np.int32]
    vertex_m: NDArray[np.float64]
    component_of_node: NDArray[np.int32]
    components: pd.DataFrame
    dropped: NDArray[np.int64]
    key: str

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_xy)

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.edge_a)

    @cached_property
    def net(self) -> Net:
        """What the search kernels need."""
        proper = np.flatnonzero(self.edge_a != self.edge_b).astype(np.int32)
        in_start, order = bucket_sort(self.edge_b[proper], self.n_nodes)
        links = pack_links(self.n_nodes, self.edge_a, self.edge_b, self.cost_mm)
        in_edge = proper[order]
        most = np.zeros(self.n_nodes, np.int32)
        np.maximum.at(most, self.edge_b[in_edge], self.cost_mm[in_edge])
        return Net(links, self.edge_a, self.edge_b, self.cost_mm, in_start, in_edge, most)

    @cached_property
    def owned(self) -> NDArray[np.int32]:
        """Where the edges owned by each node (its ``a`` end) start; shape (n_nodes + 1,)."""
        return np.searchsorted(self.edge_a, np.arange(self.n_nodes + 1, dtype=np.int32)).astype(np.int32)

    @cached_property
    def vertex_edge(self) -> NDArray[np.int32]:
        """Edge of every vertex."""
        return np.repeat(np.arange(self.n_edges, dtype=np.int32), np.diff(self.vertex_start))

    @cached_property
    def extent_m2(self) -> float:
        """Area of the rectangle around all nodes, m²."""
        size = np.maximum(np.ptp(self.node_xy, axis=0), 1.0) if self.n_nodes else np.ones(2)
        return float(size[0] * size[1])

    @cached_property
    def grid(self) -> Grid:
        """Fine grid of segments: about as many cells as segments."""
        return make_grid(self, 2 * len(self.vertex_xy))

    @cached_property
    def _long_grids(self) -> dict[float, Grid]:
        """Grids made so far of the segments of long components, by the least length."""
        return {}

    def grid_of_long(self, min_length_m: float) -> Grid:
        """Return a fine grid of the segments of components at least so long, made once for each length.

        Parameters
        ----------
        min_length_m : float, metres, ≥ 0
            As in `on_component`; 0 for all segments.

        Returns
        -------
        Grid
        """
        if min_length_m <= 0.0:
            return self.grid
        if min_length_m not in self._long_grids:
            grid = make_grid(self, 2 * len(self.vertex_xy), self.on_component(min_length_m))
            self._long_grids[min_length_m] = grid
        return self._long_grids[min_length_m]

    def on_component(self, min_length_m: float) -> NDArray[np.bool_]:
        """Return per edge whether its component is at least so long; the longest component always is.

        Parameters
        ----------
        min_length_m : float, metres, ≥ 0

        Returns
        -------
        ndarray of bool, shape (n_edges,)
        """
        length = self.components["length_m"].to_numpy()
        long = length >= min(min_length_m, length.max(initial=0.0))
        return np.asarray(long[self.component_of_node[self.edge_a]])


def make_grid(streets: Streets, cells: int, used: NDArray[np.bool_] | None = None) -> Grid:
    """Lay a grid of about so many cells over the streets.

    Parameters
    ----------
    streets
        The network, with at least one edge.
    cells
        About how many square cells, ≥ 1.
    used : ndarray of bool, shape (n_edges,), optional
        Which edges to put in it; by default all.

    Returns
    -------
    Grid
    """
    low = streets.vertex_xy.min(axis=0)
    size = np.maximum(streets.vertex_xy.max(axis=0) - low, 1.0)
    cell = float(max(np.sqrt(size[0] * size[1] / cells), size.max() / cells))
    nx, ny = (int(count) + 1 for count in size // cell)
    edge = streets.vertex_edge
    if used is not None:  # vertices of other edges are made not to belong together
        edge = np.where(used[edge], edge, -1 - np.arange(len(edge), dtype=np.int32))
    start, segment = fill_grid(streets.vertex_xy, edge, float(low[0]), float(low[1]), cell, nx, ny)
    return Grid((float(low[0]), float(low[1]), cell, nx, ny), start, segment)


def _lines_iv(lines: Any, street_id: Any) -> tuple[NDArray[Any], pd.Index[Any]]:
    """Return the lines as an array of geometries and their names, or raise."""
    check_metric(lines)
    if street_id is None:
        street_id = lines.index if isinstance(lines, pd.Series) else pd.RangeIndex(len(lines))
    geometry = np.asarray(lines, dtype=object)
    ids = pd.Index(street_id)
    if len(ids) != len(geometry):
        msg = f"`street_id` must have one name for each of {len(geometry)} lines. Got {len(ids)} instead."
        raise ValueError(msg)
    kind = shapely.get_type_id(geometry)
    wrong = np.flatnonzero((kind != shapely.GeometryType.LINESTRING) & (kind != shapely.GeometryType.MISSING))
    if wrong.size:
        msg = f"`lines` must be LineStrings. Others: street {preview(ids[wrong])}. Explode multi-part lines first."
        raise ValueError(msg)
    return geometry, ids


def _extra_iv(extra_m: ArrayLike | None, ids: pd.Index[Any]) -> NDArray[np.float64]:
    """Return the extra metres per line, or raise."""
    if extra_m is None:
        return np.zeros(len(ids))
    extra = np.asarray(extra_m, dtype=np.float64)
    if extra.shape != (len(ids),):
        msg = f"`extra_m` must have one number for each of {len(ids)} lines. Got shape {extra.shape} instead."
        raise ValueError(msg)
    wrong = np.flatnonzero(~(extra >= 0.0) | np.isinf(extra))
    if wrong.size:
        msg = f"`extra_m` must be finite metres ≥ 0. Wrong: street {preview(ids[wrong])}."
        raise ValueError(msg)
    return extra


def _costs(length_m: NDArray[np.float64], extra_m: NDArray[np.float64], ids: pd.Index[Any]) -> NDArray[np.int32]:
    """Return whole millimetres, at least one, or raise if a street is too long to be counted."""
    cost = np.maximum(np.rint((length_m + extra_m) * MM), 1.0)
    wrong = np.flatnonzero(cost >= _MAX_COST_MM)
    if wrong.size:
        msg = f"A street must be shorter than {_MAX_COST_MM / MM / MM:.0f} km. Longer: street {preview(ids[wrong])}."
        raise ValueError(msg)
    return cost.astype(np.int32)


def _ends(lines: NDArray[Any]) -> NDArray[np.float64]:
    """Return the first points of all lines, then their last points."""
    xy = shapely.get_coordinates(lines)
    stop = np.cumsum(shapely.get_num_coordinates(lines))
    return np.concatenate([xy[np.concatenate([[0], stop[:-1]]).astype(np.int64)[: len(stop)]], xy[stop - 1]])


def _nodes(ends: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the node of every end point and the nodes' coordinates, nodes in Hilbert order."""
    if not len(ends):
        return np.empty(0, np.int64), np.empty((0, 2))
    grid = np.rint(ends * MM).astype(np.int64)
    low = grid.min(axis=0)
    span = int((grid.max(axis=0) - low).max()) + 1
    if span < 2**31:
        packed = (grid[:, 0] - low[0]) * span + (grid[:, 1] - low[1])
        _, first, node = np.unique(packed, return_index=True, return_inverse=True)
    else:
        _, first, node = np.unique(grid, axis=0, return_index=True, return_inverse=True)
    xy = grid[first]
    shift = max(span.bit_length() - _HILBERT_ORDER, 0)
    codes = hilbert_codes((xy[:, 0] - low[0]) >> shift, (xy[:, 1] - low[1]) >> shift, _HILBERT_ORDER)
    order = np.lexsort((xy[:, 1], xy[:, 0], codes))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[node.ravel()], xy[order] / MM


def _components(
    n_nodes: int, edge_a: NDArray[Any], edge_b: NDArray[Any], length_m: NDArray[np.float64]
) -> tuple[NDArray[np.int32], pd.DataFrame]:
    """Return the component of every node and the table of components, longest first."""
    graph = coo_array((np.ones(len(edge_a), np.int8), (edge_a, edge_b)), shape=(n_nodes, n_nodes))
    count, label = connected_components(graph, directed=False)
    length = np.bincount(label[edge_a], weights=length_m, minlength=count)
    order = np.argsort(-length, kind="stable")
    rank = np.empty(count, np.int32)
    rank[order] = np.arange(count, dtype=np.int32)
    table = pd.DataFrame(
        {
            "nodes": np.bincount(label, minlength=count)[order],
            "edges": np.bincount(label[edge_a], minlength=count)[order],
            "length_m": length[order],
        },
        index=pd.RangeIndex(count, name="component"),
    )
    return rank[label], table


def _vertices(
    geometry: NDArray[Any], order: NDArray[np.int64], turned: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.float64]]:
    """Return vertices, starts and measures of the lines in the order given, those turned running backwards."""
    lines = geometry[order]
    lines[turned] = shapely.reverse(lines[turned])
    xy = shapely.get_coordinates(lines)
    count = shapely.get_num_coordinates(lines)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    step = np.zeros(len(xy))
    step[1:] = np.hypot(*(xy[1:] - xy[:-1]).T)
    step[start[:-1]] = 0.0
    total = np.cumsum(step)
    return xy, start, total - np.repeat(total[start[:-1]], count)


def build_streets(
    lines: Sequence[Any] | NDArray[Any] | pd.Series[Any],
    street_id: Sequence[Any] | pd.Index[Any] | None = None,
    extra_m: ArrayLike | None = None,
) -> Streets:
    """Build the network from lines that are already split where they meet.

    Parameters
    ----------
    lines : sequence of shapely LineString, n lines
        Metres, in any projected system; curves with many vertices, loops and parallel lines are fine.
        Ends that agree to the millimetre are joined. Empty lines and lines under half a millimetre are dropped.
    street_id : sequence, n names, optional
        Names; by default the index of a Series, else 0 … n − 1.
    extra_m : array of float, shape (n,), metres, ≥ 0, optional
        Added to the length of each line (stairs, a wait at a crossing, expressed as metres of level walk).

    Returns
    -------
    Streets

    Raises
    ------
    CrsError
        If `lines` says it is in degrees.
    ValueError
        If a geometry is not a LineString or has coordinates that are not finite, a name or extra is missing,
        an extra is negative, or a street is longer than 536 km.

    Examples
    --------
    >>> from shapely import LineString
    >>> streets = build_streets([LineString([(0, 0), (100, 0)]), LineString([(100, 0), (100, 50)])])
    >>> streets.n_nodes, streets.n_edges, streets.cost_mm.tolist()
    (3, 2, [100000, 50000])
    """
    geometry, ids = _lines_iv(lines, street_id)
    extra = _extra_iv(extra_m, ids)
    full = shapely.length(geometry)
    wrong = np.flatnonzero(~np.isfinite(full) & ~shapely.is_missing(geometry))
    if wrong.size:
        msg = f"Coordinates must be finite. Others: street {preview(ids[wrong])}."
        raise ValueError(msg)
    kept = np.flatnonzero(full * MM >= 1.0 / 2.0)
    dropped = np.flatnonzero(~(full * MM >= 1.0 / 2.0))
    lines_kept = geometry[kept]
    node, node_xy = _nodes(_ends(lines_kept))
    first, last = node[: len(kept)], node[len(kept) :]
    turned = first > last
    a, b = np.minimum(first, last), np.maximum(first, last)
    order = np.lexsort((full[kept], b, a))
    vertex_xy, vertex_start, vertex_m = _vertices(lines_kept, order, turned[order])
    length = vertex_m[vertex_start[1:] - 1] if len(order) else np.empty(0)
    line = kept[order]
    component, table = _components(len(node_xy), a[order], b[order], length)
    return Streets(
        street_id=ids,
        line=line.astype(np.int32),
        reversed_line=turned[order],
        node_xy=node_xy,
        edge_a=a[order].astype(np.int32),
        edge_b=b[order].astype(np.int32),
        cost_mm=_costs(length, extra[line], ids[line]),
        length_m=length,
        vertex_xy=vertex_xy,
        vertex_start=vertex_start,
        vertex_m=vertex_m,
        component_of_node=component,
        components=table,
        dropped=dropped,
        key=hashlib.blake2b(vertex_xy.tobytes(), digest_size=8).hexdigest(),
    )


def reweight(streets: Streets, extra_m: ArrayLike | None) -> Streets:
    """Return the same network with other extra metres: another walker, for whom steps and crossings cost more or less.

    Places put on `streets` stand on the result as well.

    Parameters
    ----------
    streets
        The network.
    extra_m : array of float, shape (n lines,), metres, ≥ 0, or None
        Extra per line, in the order in which the lines were given to `build_streets`; None for no extra.

    Returns
    -------
    Streets

    Raises
    ------
    ValueError
        If an extra is missing, negative or not finite.
    """
    extra = _extra_iv(extra_m, streets.street_id)
    ids = streets.street_id[streets.line]
    return replace(streets, cost_mm=_costs(streets.length_m, extra[streets.line], ids))
