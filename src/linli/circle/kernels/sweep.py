"""Sweeps: one bounded search per target, and all origins within its reach, each at its nearest stop.

Work grows with targets x reach, not with origins x reach. The state of a search is reset from the list of what it
touched, never as a whole.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from linli.circle.kernels.search import (
    BITS,
    SLOT,
    TO_A,
    TO_B,
    ZERO,
    B,
    Goals,
    Net,
    Stops,
    clear,
    pack_limit,
    seeds_of,
    spread,
)

__all__ = ["catchment_sweep", "count_sweep", "pair_sweep", "weigh"]

_FAR = 2**31 - 1


@njit(cache=True, nogil=True)
def _hit(s: int, d: int, limit: int, best: NDArray[np.int32], hits: NDArray[np.int32], count: int) -> int:
    """Note that slot s is d away; return how many slots are hit so far."""
    if d <= limit:
        if best[s] == _FAR:
            hits[count] = s
            count += 1
        best[s] = min(best[s], d)
    return count


@njit(cache=True, nogil=True)
def _reach(
    net: Net,
    origins: Stops,
    goals: Goals,
    target: NDArray[np.int32],
    limit: int,
    label: NDArray[np.int64],
    touched: NDArray[np.int32],
    best: NDArray[np.int32],
    hits: NDArray[np.int32],
) -> int:
    """Write distances (mm) of all slots within the limit of one target into `best`; return how many are listed."""
    node, start = seeds_of(net, goals, target)
    within = pack_limit(limit)
    n_touched = spread(net.links, label, touched, node, start, within, None)
    count: int = ZERO
    for k in range(n_touched):
        u = touched[k]
        if u >= origins.node_start.size - 1:
            continue  # a search node added for a crossing of many streets
        here = label[u] >> BITS
        for o in range(origins.node_start[u], origins.node_start[u + 1]):
            d = min(here + origins.way[o, TO_A], (label[origins.way[o, B]] >> BITS) + origins.way[o, TO_B])
            count = _hit(origins.way[o, SLOT], d, limit, best, hits, count)
        if here + net.in_most[u] <= limit:
            continue  # the search went on to the other ends of all edges it does not own
        for j in range(net.in_start[u], net.in_start[u + 1]):
            e = net.in_edge[j]
            if label[net.edge_a[e]] > within:
                for o in range(origins.start[e], origins.start[e + 1]):
                    count = _hit(origins.way[o, SLOT], here + origins.way[o, TO_B], limit, best, hits, count)
    clear(label, touched, n_touched, within + 1)
    for i in range(goals.start[target[0]], goals.start[target[0] + 1]):
        e = goals.edge[i]
        for o in range(origins.start[e], origins.start[e + 1]):
            d = np.int64(goals.offset[i]) + origins.offset[o] + abs(goals.position[i] - origins.position[o])
            count = _hit(origins.way[o, SLOT], d, limit, best, hits, count)
    return count


@njit(cache=True, nogil=True)
def count_sweep(
    net: Net,
    origins: Stops,
    goals: Goals,
    rows: NDArray[np.int32],
    radii: NDArray[np.int64],
    out: NDArray[np.int32],
) -> None:
    """Write into ``out[radius, row]`` how many targets lie within each radius (mm, ascending) of every origin."""
    limit = radii[radii.size - 1]
    n_search = net.links.shape[0]
    n_slots = origins.row.size
    label = np.full(n_search, pack_limit(limit) + 1, np.int64)
    touched = np.empty(n_search + 1, np.int32)
    best = np.full(n_slots, _FAR, np.int32)
    hits = np.empty(n_slots, np.int32)
    tally = np.zeros((n_slots, radii.size), np.int32)
    for first in range(rows.size):
        n = _reach(net, origins, goals, rows[first : first + 1], limit, label, touched, best, hits)
        for i in range(n):
            s = hits[i]
            for j in range(radii.size):
                tally[s, j] += best[s] <= radii[j]
            best[s] = _FAR
    for s in range(n_slots):
        for j in range(radii.size):
            out[j, origins.row[s]] = tally[s, j]


@njit(cache=True, nogil=True)
def pair_sweep(
    net: Net, origins: Stops, goals: Goals, rows: NDArray[np.int32], limit: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return origin row, target row and distance (mm) of every pair within the limit, target by target."""
    n_search = net.links.shape[0]
    n_slots = origins.row.size
    label = np.full(n_search, pack_limit(limit) + 1, np.int64)
    touched = np.empty(n_search + 1, np.int32)
    best = np.full(n_slots, _FAR, np.int32)
    hits = np.empty(n_slots, np.int32)
    pairs = np.empty((1024, 3), np.int32)
    size = 0
    for first in range(rows.size):
        n = _reach(net, origins, goals, rows[first : first + 1], limit, label, touched, best, hits)
        if size + n > pairs.shape[0]:
            bigger = np.empty((2 * (size + n), 3), np.int32)
            bigger[:size] = pairs[:size]
            pairs = bigger
        for i in range(n):
            s = hits[i]
            pairs[size, 0] = origins.row[s]
            pairs[size, 1] = rows[first]
            pairs[size, 2] = best[s]
            size += 1
            best[s] = _FAR
    return pairs[:size, 0].copy(), pairs[:size, 1].copy(), pairs[:size, 2].copy()


@njit(cache=True, nogil=True)
def weigh(d: int, breaks: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """Return the weight of a distance (mm): of its ring, or Gaussian where there are no ring weights."""
    if weights.size == 0:
        share = d / breaks[breaks.size - 1]
        floor = np.exp(-0.5)
        return float((np.exp(-0.5 * share * share) - floor) / (1.0 - floor))
    for j in range(breaks.size):
        if d <= breaks[j]:
            return float(weights[j])
    return 0.0


@njit(cache=True, nogil=True)
def catchment_sweep(
    net: Net,
    origins: Stops,
    goals: Goals,
    rows: NDArray[np.int32],
    breaks: NDArray[np.int64],
    weights: NDArray[np.float64],
    demand: NDArray[np.float64],
    supply: NDArray[np.float64],
    need: NDArray[np.float64],
    access: NDArray[np.float64],
    reached: NDArray[np.bool_],
) -> None:
    """Write weighted demand per target row, and access and whether any target reaches it per origin row.

    Access is NaN where no target with weighted demand is within reach.
    """
    limit = breaks[breaks.size - 1]
    n_search = net.links.shape[0]
    n_slots = origins.row.size
    label = np.full(n_search, pack_limit(limit) + 1, np.int64)
    touched = np.empty(n_search + 1, np.int32)
    best = np.full(n_slots, _FAR, np.int32)
    hits = np.empty(n_slots, np.int32)
    weight = np.empty(n_slots, np.float64)
    wanted = np.empty(n_slots, np.float64)
    total = np.full(n_slots, np.nan)
    access[:] = np.nan
    for s in range(n_slots):
        wanted[s] = demand[origins.row[s]]
    for first in range(rows.size):
        t = rows[first]
        n = _reach(net, origins, goals, rows[first : first + 1], limit, label, touched, best, hits)
        for i in range(n):
            s = hits[i]
            weight[i] = weigh(best[s], breaks, weights)
            need[t] += wanted[s] * weight[i]
            best[s] = _FAR
            reached[origins.row[s]] = True
        if need[t] > 0.0:
            for i in range(n):
                if weight[i] > 0.0:
                    share = supply[t] / need[t] * weight[i]
                    s = hits[i]
                    total[s] = share if np.isnan(total[s]) else total[s] + share
    for s in range(n_slots):
        access[origins.row[s]] = total[s]
