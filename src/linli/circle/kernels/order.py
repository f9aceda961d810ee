"""Orders that keep neighbours on the ground neighbours in memory, and the links a search walks along."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["LANES", "bucket_sort", "hilbert_codes", "pack_links"]

LANES = 4
"""Links held by one search node; a crossing of more streets is split into several, joined at no cost."""


@njit(cache=True, nogil=True)
def hilbert_codes(column: NDArray[np.int64], row: NDArray[np.int64], order: int) -> NDArray[np.int64]:
    """Return the position of every cell of a ``2**order`` square along the Hilbert curve."""
    codes = np.empty(column.size, np.int64)
    for k in range(column.size):
        x, y = column[k], row[k]
        code = np.int64(0)
        side = np.int64(1) << (order - 1)
        while side > 0:
            right = np.int64((x & side) != 0)
            upper = np.int64((y & side) != 0)
            code += side * side * ((3 * right) ^ upper)
            x &= side - 1
            y &= side - 1
            if upper == 0:
                if right == 1:
                    x = side - 1 - x
                    y = side - 1 - y
                x, y = y, x
            side >>= 1
        codes[k] = code
    return codes


@njit(cache=True, nogil=True)
def bucket_sort(keys: NDArray[np.int32], n_buckets: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the start of every bucket and the stable order that sorts the keys (all in ``[0, n_buckets)``)."""
    start = np.zeros(n_buckets + 1, np.int32)
    for key in keys:
        start[key + 1] += 1
    for k in range(n_buckets):
        start[k + 1] += start[k]
    cursor = start[:-1].copy()
    order = np.empty(keys.size, np.int32)
    for i in range(keys.size):
        order[cursor[keys[i]]] = i
        cursor[keys[i]] += 1
    return start, order


@njit(cache=True, nogil=True)
def _extra_nodes(degree: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return where the extra search nodes of every node start."""
    extra = np.empty(degree.size + 1, np.int32)
    extra[0] = degree.size
    for u in range(degree.size):
        extra[u + 1] = extra[u] + (max(degree[u] - LANES, 0) + 1) // 2
    return extra


@njit(cache=True, nogil=True)
def _chained(extra: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return links that only hold the chains of extra search nodes."""
    n_nodes = extra.size - 1
    links = np.empty((extra[n_nodes], LANES, 2), np.int32)
    for u in range(extra[n_nodes]):
        for j in range(LANES):
            links[u, j, 0] = u
            links[u, j, 1] = 0
    for u in range(n_nodes):
        above = u
        for w in range(extra[u], extra[u + 1]):
            links[above, LANES - 1, 0] = w
            links[w, 0, 0] = above
            above = w
    return links


@njit(cache=True, nogil=True)
def pack_links(
    n_nodes: int, edge_a: NDArray[np.int32], edge_b: NDArray[np.int32], cost: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return for every search node four links ``(neighbour, cost)``; an unused link leads back at no cost.

    A node with more than `LANES` streets keeps three of them and hands the rest down a chain of extra search nodes,
    numbered after the real ones and joined at no cost. Loops are left out: no shortest path uses them.
    """
    degree = np.zeros(n_nodes, np.int32)
    proper = np.flatnonzero(edge_a != edge_b)
    for e in proper:
        degree[edge_a[e]] += 1
        degree[edge_b[e]] += 1
    extra = _extra_nodes(degree)
    links = _chained(extra)
    used = np.zeros(n_nodes, np.int32)
    for e in proper:
        for u, v in ((edge_a[e], edge_b[e]), (edge_b[e], edge_a[e])):
            i = used[u]
            used[u] += 1
            n_extra = extra[u + 1] - extra[u]
            w, j = u, i
            if n_extra > 0 and i >= LANES - 1:
                i -= LANES - 1
                k = min(i // 2, n_extra - 1)
                w, j = extra[u] + k, 1 + i - 2 * k
            links[w, j, 0] = v
            links[w, j, 1] = cost[e]
    return links
