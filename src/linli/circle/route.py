"""The walk itself, to show why a facility counts as near or far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.circle._canon import goals_of, limit_mm, stops_of
from linli.circle.kernels.search import BITS, TO_A, TO_B, UNREACHED, B, Goals, Stops, pack_limit, seeds_of, spread
from linli.circle.place import Places
from linli.circle.streets import MM, Streets

__all__ = ["Route", "shortest_path"]


@dataclass(frozen=True)
class Route:
    """A shortest walk.

    Parameters
    ----------
    line
        From the origin to the target, offsets included, metres; empty if there is no way.
    distance_m
        Its length in metres-equivalent (extra metres of steps and crossings included); inf if there is no way,
        NaN if the origin is not on the streets.
    street_id
        Names of the streets walked, in order.
    """

    line: Any
    distance_m: float
    street_id: tuple[Any, ...]


@dataclass(frozen=True)
class _Piece:
    """Part of an edge, from one position to another (mm of cost from its ``a`` end)."""

    edge: int
    start: int
    stop: int


def _trace(streets: Streets, label: NDArray[np.int64], node: int, seeds: dict[int, int]) -> tuple[int, list[_Piece]]:
    """Follow falling labels from a node to a node where the search began; return that node and the edges walked."""
    net, owned = streets.net, streets.owned
    pieces: list[_Piece] = []
    while seeds.get(node) != label[node]:
        around = np.concatenate(
            [np.arange(owned[node], owned[node + 1]), net.in_edge[net.in_start[node] : net.in_start[node + 1]]]
        )
        other = np.where(net.edge_a[around] == node, net.edge_b[around], net.edge_a[around])
        cost = net.cost[around].astype(np.int64)
        k = int(np.flatnonzero(label[other] + (cost << BITS) == label[node])[0])
        edge = int(around[k])
        start, stop = (0, int(cost[k])) if net.edge_a[edge] == node else (int(cost[k]), 0)
        pieces.append(_Piece(edge, start, stop))
        node = int(other[k])
    return node, pieces


def _best_stop(stops: Stops, label: NDArray[np.int64]) -> tuple[int, int, int]:
    """Return cost, stop and node (by ``a`` or ``b``) of the origin's best way through a node."""
    by_a = (label[stops.a] >> BITS) + stops.way[:, TO_A]
    by_b = (label[stops.way[:, B]] >> BITS) + stops.way[:, TO_B]
    best = np.minimum(by_a, by_b)
    o = int(best.argmin())
    return int(best[o]), o, int(stops.a[o] if by_a[o] <= by_b[o] else stops.way[o, B])


def _best_beside(stops: Stops, stop_edge: NDArray[np.int32], goals: Goals) -> tuple[int, int, int]:
    """Return cost, stop and goal of the best way along one edge."""
    o, g = np.nonzero(stop_edge[:, None] == goals.edge[None, :])
    if not len(o):
        return int(UNREACHED), -1, -1
    cost = stops.offset[o].astype(np.int64) + goals.offset[g] + np.abs(stops.position[o] - goals.position[g])
    k = int(cost.argmin())
    return int(cost[k]), int(o[k]), int(g[k])


def _points(streets: Streets, piece: _Piece) -> NDArray[np.float64]:
    """Return the vertices of a piece of an edge, in walking direction."""
    first, last = streets.vertex_start[piece.edge], streets.vertex_start[piece.edge + 1]
    measure, xy = streets.vertex_m[first:last], streets.vertex_xy[first:last]
    share = np.array([piece.start, piece.stop]) / streets.cost_mm[piece.edge]
    low, high = np.sort(share) * measure[-1]
    at = np.concatenate([[low], measure[(measure > low) & (measure < high)], [high]])
    points = np.column_stack([np.interp(at, measure, xy[:, 0]), np.interp(at, measure, xy[:, 1])])
    return points if piece.start <= piece.stop else points[::-1]


def shortest_path(streets: Streets, origin: Places, target: Places, limit_m: float = np.inf) -> Route:
    """Return the shortest walk from one place to another (from any of several to any of several).

    Parameters
    ----------
    streets
        The network.
    origin, target
        Places on it, usually one each: ``places.select(["b17"])``.
    limit_m : float, metres, ≥ 0
        How far to look; a small limit is faster in a large city.

    Returns
    -------
    Route

    Raises
    ------
    ValueError
        If the places stand on other streets, or the limit is negative.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> import pandas as pd
    >>> from linli.circle import build_streets, place_points
    >>> streets = build_streets([LineString([(0, 0), (100, 0)]), LineString([(100, 0), (100, 50)])])
    >>> home = place_points(streets, pd.Series([Point(10, 2)]))
    >>> shop = place_points(streets, pd.Series([Point(101, 40)]))
    >>> route = shortest_path(streets, home, shop)
    >>> route.distance_m, route.line.wkt
    (133.0, 'LINESTRING (10 2, 10 0, 100 0, 100 40, 101 40)')
    """
    limit = limit_mm(limit_m)
    stops, goals = stops_of("origin", streets, origin), goals_of("target", streets, target)
    if not len(stops.a) or not len(goals.edge):
        return Route(shapely.LineString(), np.inf if len(stops.a) else np.nan, ())
    order = np.argsort(origin.edge, kind="stable")
    net = streets.net
    label = np.full(len(net.links), pack_limit(limit) + 1, np.int64)
    rows = np.flatnonzero(np.diff(goals.start) > 0).astype(np.int32)
    node, start = seeds_of(net, goals, rows)
    spread(net.links, label, None, node, start, pack_limit(limit), None)
    through, o, entry = _best_stop(stops, label)
    beside, o_beside, g = _best_beside(stops, origin.edge[order], goals)
    if min(through, beside) > limit:
        return Route(shapely.LineString(), np.inf, ())
    if beside <= through:
        o = o_beside
        pieces = [_Piece(int(goals.edge[g]), int(stops.position[o]), int(goals.position[g]))]
    else:
        edge = int(origin.edge[order][o])
        # on a loop both ends are one node: leave by the nearer
        by_a = stops.a[o] == entry and (stops.way[o, B] != entry or stops.way[o, TO_A] <= stops.way[o, TO_B])
        out = _Piece(edge, int(stops.position[o]), 0 if by_a else int(net.cost[edge]))
        seeds = _least(node, start)
        end, walked = _trace(streets, label, entry, seeds)
        g, back = _arrival(streets, goals, end, int(label[end]))
        pieces = [out, *walked, back]
    xy = np.concatenate([origin.xy[order][o][None], *(_points(streets, p) for p in pieces), target.xy[g][None]])
    # whole mm of positions differ from the metres of the lines by less than one
    kept = np.concatenate([[True], np.abs(np.diff(xy, axis=0)).max(axis=1) > 1.0 / MM])
    line = shapely.LineString(xy[kept]) if kept.sum() > 1 else shapely.LineString([xy[0], xy[0]])
    walked_ids = [streets.street_id[streets.line[p.edge]] for p in pieces if p.start != p.stop]
    return Route(line, min(through, beside) / MM, tuple(dict.fromkeys(walked_ids)))


def _least(node: NDArray[np.int32], start: NDArray[np.int64]) -> dict[int, int]:
    """Return the least label with which the search began at each node."""
    least: dict[int, int] = {}
    for u, d in zip(node.tolist(), start.tolist(), strict=True):
        least[u] = min(d, least.get(u, d))
    return least


def _arrival(streets: Streets, goals: Goals, node: int, label: int) -> tuple[int, _Piece]:
    """Return the goal that began the search at a node with this label, and the way to it along its edge."""
    net = streets.net
    owner = np.repeat(np.arange(len(goals.start) - 1), np.diff(goals.start))
    mine = goals.rank[owner] == label & ((1 << BITS) - 1)
    position, offset = goals.position.astype(np.int64), goals.offset.astype(np.int64)
    cost = net.cost[goals.edge]
    by_a = mine & (net.edge_a[goals.edge] == node) & (offset + position == label >> BITS)
    by_b = mine & (net.edge_b[goals.edge] == node) & (offset + cost - position == label >> BITS)
    g = int(np.flatnonzero(by_a | by_b)[0])
    return g, _Piece(int(goals.edge[g]), 0 if by_a[g] else int(cost[g]), int(position[g]))
