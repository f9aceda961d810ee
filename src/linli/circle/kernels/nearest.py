"""Nearest target: one search from all targets of a type at once, then one look at both ends of every origin's edge."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from linli.circle.kernels.search import (
    BITS,
    SLOT,
    TO_A,
    TO_B,
    UNREACHED,
    B,
    Goals,
    Net,
    Stops,
    clear,
    pack_limit,
    seeds_of,
    spread,
)

__all__ = ["nearest_origins", "nearest_several", "spread_all"]

_RANK = (1 << BITS) - 1


@njit(cache=True, nogil=True)
def spread_all(
    net: Net,
    goals: Goals,
    rows: NDArray[np.int32],
    limit: int,
    together: bool,
    label: NDArray[np.int64],
) -> None:
    """Lower `label` (at first the limit plus one) from all targets.

    `together` in one wave, else one by one, which is faster where they are far apart.
    """
    step = max(rows.size, 1) if together else 1
    for first in range(0, rows.size, step):
        node, start = seeds_of(net, goals, rows[first : first + step])
        spread(net.links, label, None, node, start, pack_limit(limit), None)


@njit(cache=True, nogil=True)
def _beside(origins: Stops, goals: Goals, rows: NDArray[np.int32], best: NDArray[np.int64], limit: int) -> None:
    """Lower `best` for origins that stand on the same edge as a target."""
    for t in rows:
        for i in range(goals.start[t], goals.start[t + 1]):
            e = goals.edge[i]
            for o in range(origins.start[e], origins.start[e + 1]):
                d = np.int64(goals.offset[i]) + origins.offset[o] + abs(goals.position[i] - origins.position[o])
                if d <= limit:
                    s = origins.way[o, SLOT]
                    best[s] = min(best[s], (d << BITS) | goals.rank[t])


@njit(cache=True, nogil=True)
def nearest_origins(
    origins: Stops,
    goals: Goals,
    rows: NDArray[np.int32],
    limit: int,
    label: NDArray[np.int64],
    distance: NDArray[np.float64],
    which: NDArray[np.int32],
) -> None:
    """Write distance (m) and rank of the nearest target for every origin reached; leave the others as they are.

    `label` is what `spread_all` found. `which` may be empty, then ranks are not written.
    """
    best = np.full(origins.row.size, UNREACHED, np.int64)
    within = pack_limit(limit)
    for o in range(origins.a.size):
        by_a = label[origins.a[o]] + (np.int64(origins.way[o, TO_A]) << BITS)
        by_b = label[origins.way[o, B]] + (np.int64(origins.way[o, TO_B]) << BITS)
        d = min(by_a, by_b)
        if d <= within:
            s = origins.way[o, SLOT]
            best[s] = min(best[s], d)
    _beside(origins, goals, rows, best, limit)
    for s in range(best.size):
        if best[s] < UNREACHED:
            row = origins.row[s]
            distance[row] = np.float64(best[s] >> BITS) / 1000.0
            if which.size > 0:
                which[row] = best[s] & _RANK


@njit(cache=True, nogil=True)
def _insert(items: NDArray[np.int64], new: int) -> None:
    """Put a label into an ascending list of labels of distinct ranks, if it is among the best."""
    last = items.size - 1
    if new >= items[last]:
        return
    place = last  # where the list may shrink: the old label of this rank, else the end
    for i in range(items.size):
        if items[i] < UNREACHED and (items[i] & _RANK) == (new & _RANK):
            if items[i] <= new:
                return
            place = i
            break
    while place > 0 and items[place - 1] > new:
        items[place] = items[place - 1]
        place -= 1
    items[place] = new


@njit(cache=True, nogil=True)
def _merge(items: NDArray[np.int64], more: NDArray[np.int64], further: int, limit: int) -> None:
    """Put the labels of another list, each so much further, into an ascending list."""
    for label in more:
        new = label + further
        if new > limit or new >= items[items.size - 1]:
            break
        _insert(items, new)


@njit(cache=True, nogil=True)
def nearest_several(
    net: Net, origins: Stops, goals: Goals, rows: NDArray[np.int32], k: int, limit: int
) -> NDArray[np.int64]:
    """Return for every slot the labels of its k nearest targets, ascending, `UNREACHED` where there are fewer."""
    n_search = net.links.shape[0]
    lists = np.full((n_search, k), UNREACHED, np.int64)
    within = pack_limit(limit)
    label = np.full(n_search, within + 1, np.int64)
    touched = np.empty(n_search + 1, np.int32)
    for first in range(rows.size):
        node, start = seeds_of(net, goals, rows[first : first + 1])
        count = spread(net.links, label, touched, node, start, within, lists)
        for i in range(count):
            _insert(lists[touched[i]], label[touched[i]])
        clear(label, touched, count, within + 1)
    best = np.full((origins.row.size, k), UNREACHED, np.int64)
    for o in range(origins.a.size):
        _merge(best[origins.way[o, SLOT]], lists[origins.a[o]], int(origins.way[o, TO_A]) << BITS, within)
        _merge(best[origins.way[o, SLOT]], lists[origins.way[o, B]], int(origins.way[o, TO_B]) << BITS, within)
    for t in rows:
        for i in range(goals.start[t], goals.start[t + 1]):
            e = goals.edge[i]
            for o in range(origins.start[e], origins.start[e + 1]):
                d = np.int64(goals.offset[i]) + origins.offset[o] + abs(goals.position[i] - origins.position[o])
                if d <= limit:
                    _insert(best[origins.way[o, SLOT]], (d << BITS) | goals.rank[t])
    return best
