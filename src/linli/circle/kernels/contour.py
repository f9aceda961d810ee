"""Walked stretches of street, the distance to them on a raster, and the rings at one level of it."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from linli.circle.kernels.search import BITS, ZERO, Goals, Net

__all__ = ["distance_raster", "rings_at", "walked_stretches"]

_CORNERS = 4


@njit(cache=True, nogil=True)
def _keep(out: NDArray[np.float64], n: int, e: int, low: float, high: float) -> int:
    """Note the stretch of edge e between two shares of its cost; return how many are noted."""
    low, high = max(low, 0.0), min(high, 1.0)
    if high >= low and n < out.shape[0]:
        out[n, 0], out[n, 1], out[n, 2] = e, low, high
        n += 1
    return n


@njit(cache=True, nogil=True)
def walked_stretches(
    net: Net,
    goals: Goals,
    label: NDArray[np.int64],
    touched: NDArray[np.int32],
    n_touched: int,
    own_start: NDArray[np.int32],
    limit: int,
) -> NDArray[np.float64]:
    """Return ``(edge, from, to)``, shares of an edge's cost, for all stretches within the limit (mm) of the goals."""
    n_nodes = own_start.size - 1
    size = 2 * goals.edge.size
    for k in range(n_touched):
        u = touched[k]
        if u < n_nodes:
            size += own_start[u + 1] - own_start[u] + net.in_start[u + 1] - net.in_start[u]
    out = np.empty((2 * size, 3), np.float64)
    n = ZERO
    for k in range(n_touched):
        u = touched[k]
        if u >= n_nodes:
            continue
        left = float(limit - (label[u] >> BITS))
        for e in range(own_start[u], own_start[u + 1]):
            n = _keep(out, n, e, 0.0, left / net.cost[e])
            if net.edge_b[e] == u:
                n = _keep(out, n, e, 1.0 - left / net.cost[e], 1.0)
        for j in range(net.in_start[u], net.in_start[u + 1]):
            e = net.in_edge[j]
            n = _keep(out, n, e, 1.0 - left / net.cost[e], 1.0)
    for i in range(goals.edge.size):
        e = goals.edge[i]
        left = float(limit - goals.offset[i])
        if left >= 0.0:
            at = goals.position[i] / net.cost[e]
            n = _keep(out, n, e, at - left / net.cost[e], at + left / net.cost[e])
    return out[:n]


@njit(cache=True, nogil=True)
def _splat(
    field: NDArray[np.float64],
    x0: float,
    y0: float,
    cell: float,
    margin: float,
    ax: float,
    ay: float,
    bx: float,
    by: float,
) -> None:
    """Lower the raster to the distance from one segment, as far as the margin."""
    ny, nx = field.shape
    first = max(int(np.ceil((min(ax, bx) - margin - x0) / cell)), 0)
    last = min(int(np.floor((max(ax, bx) + margin - x0) / cell)), nx - 1)
    low = max(int(np.ceil((min(ay, by) - margin - y0) / cell)), 0)
    high = min(int(np.floor((max(ay, by) + margin - y0) / cell)), ny - 1)
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    for row in range(low, high + 1):
        py = y0 + row * cell - ay
        for column in range(first, last + 1):
            px = x0 + column * cell - ax
            t = min(max((px * dx + py * dy) / square, 0.0), 1.0) if square > 0.0 else 0.0
            ex, ey = px - t * dx, py - t * dy
            field[row, column] = min(field[row, column], np.sqrt(ex * ex + ey * ey))


@njit(cache=True, nogil=True)
def distance_raster(
    stretches: NDArray[np.float64],
    xy: NDArray[np.float64],
    start: NDArray[np.int32],
    measure: NDArray[np.float64],
    x0: float,
    y0: float,
    cell: float,
    margin: float,
    field: NDArray[np.float64],
) -> None:
    """Lower the raster (corner at x0, y0) to the distance from the stretches, as far as the margin."""
    for k in range(stretches.shape[0]):
        e = int(stretches[k, 0])
        length = measure[start[e + 1] - 1]
        low, high = stretches[k, 1] * length, stretches[k, 2] * length
        for s in range(start[e], start[e + 1] - 1):
            step = measure[s + 1] - measure[s]
            if measure[s + 1] < low or measure[s] > high or step == 0.0:
                continue
            a = max((low - measure[s]) / step, 0.0)
            b = min((high - measure[s]) / step, 1.0)
            dx, dy = xy[s + 1, 0] - xy[s, 0], xy[s + 1, 1] - xy[s, 1]
            _splat(
                field,
                x0,
                y0,
                cell,
                margin,
                xy[s, 0] + a * dx,
                xy[s, 1] + a * dy,
                xy[s, 0] + b * dx,
                xy[s, 1] + b * dy,
            )


@njit(cache=True, nogil=True)
def _link(field: NDArray[np.float64], level: float, row: int, column: int, after: NDArray[np.int32]) -> None:
    """Join the crossings on the sides of one cell, the inside (at or below the level) on the left.

    A crossing is named by its side: ``2 * corner`` for the side to the right of a corner, ``2 * corner + 1`` for the
    side above it. Going round the cell counter-clockwise, a ring leaves its border where inside turns to outside and
    comes back where outside turns to inside. With two such pairs (a saddle), the mean of the corners decides
    whether the inside is joined across the middle.
    """
    nx = field.shape[1]
    corner = row * nx + column
    sides = (2 * corner, 2 * (corner + 1) + 1, 2 * (corner + nx), 2 * corner + 1)
    sw, se = field[row, column], field[row, column + 1]
    ne, nw = field[row + 1, column + 1], field[row + 1, column]
    inside = (sw <= level, se <= level, ne <= level, nw <= level)
    joined = (sw + se + ne + nw) / _CORNERS <= level
    for k in range(_CORNERS):
        if inside[k] and not inside[(k + 1) % _CORNERS]:  # leaves on side k
            back = k
            for turn in range(1, _CORNERS):
                # joined: the next way in, counter-clockwise; apart: the last one
                j = (k + turn) % _CORNERS
                if not inside[j] and inside[(j + 1) % _CORNERS]:
                    back = j
                    if joined:
                        break
            after[sides[k]] = sides[back]


@njit(cache=True, nogil=True)
def rings_at(
    field: NDArray[np.float64], level: float, x0: float, y0: float, cell: float
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return the vertices of all rings around cells at or below the level, and the ring of each vertex.

    Outer rings run counter-clockwise, holes clockwise. The border of the raster must be above the level.
    """
    ny, nx = field.shape
    after = np.full(2 * nx * ny, -1, np.int32)
    for row in range(ny - 1):
        for column in range(nx - 1):
            _link(field, level, row, column, after)
    count = 0
    for k in range(after.size):
        count += after[k] >= 0
    xy = np.empty((count, 2), np.float64)
    ring = np.empty(count, np.int32)
    n, r = 0, 0
    for first in range(after.size):
        if after[first] < 0:
            continue
        k = first
        while after[k] >= 0:
            corner = k // 2
            row, column = corner // nx, corner % nx
            here = field[row, column]
            there = field[row, column + 1] if k % 2 == 0 else field[row + 1, column]
            share = (level - here) / (there - here)
            xy[n, 0] = x0 + cell * (column + (share if k % 2 == 0 else 0.0))
            xy[n, 1] = y0 + cell * (row + (0.0 if k % 2 == 0 else share))
            ring[n] = r
            n += 1
            following = after[k]
            after[k] = -1
            k = following
        r += 1
    return xy[:n], ring[:n]
