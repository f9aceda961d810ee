"""Exact nearest position on a polyline, found in a uniform grid of segments.

A segment is named by its first vertex; the last vertex of an edge starts none. Cells are visited ring by ring around
the point until no unseen cell can be nearer than the best position found.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["fill_grid", "snap_points"]

_NONE: Any = np.int64(-1)  # not a literal, for which numba would compile anew
_MARGIN = 1e-6  # share of a cell by which a segment's run of cells is widened, against rounding


@njit(cache=True, nogil=True)
def _run(xy: NDArray[np.float64], s: int, row: int, x0: float, y0: float, cell: float, nx: int) -> tuple[int, int]:
    """Return the first and last column that segment s touches in a row of the grid."""
    ax, ay = xy[s, 0], xy[s, 1]
    bx, by = xy[s + 1, 0], xy[s + 1, 1]
    low, high = min(ax, bx), max(ax, bx)
    if ay != by:
        t0 = (y0 + (row - _MARGIN) * cell - ay) / (by - ay)
        t1 = (y0 + (row + 1 + _MARGIN) * cell - ay) / (by - ay)
        u0 = ax + min(max(min(t0, t1), 0.0), 1.0) * (bx - ax)
        u1 = ax + min(max(t0, t1, 0.0), 1.0) * (bx - ax)
        low, high = min(u0, u1), max(u0, u1)
    first = int(np.floor((low - x0) / cell - _MARGIN))
    last = int(np.floor((high - x0) / cell + _MARGIN))
    return max(first, 0), min(last, nx - 1)


@njit(cache=True, nogil=True)
def fill_grid(
    xy: NDArray[np.float64],
    vertex_edge: NDArray[np.int32],
    x0: float,
    y0: float,
    cell: float,
    nx: int,
    ny: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return for every cell, row by row, where its segments start and which they are."""
    start = np.zeros(nx * ny + 1, np.int32)
    segment = np.empty(0, np.int32)
    for pass_ in range(2):
        for s in range(xy.shape[0] - 1):
            if vertex_edge[s] != vertex_edge[s + 1]:
                continue
            low, high = min(xy[s, 1], xy[s + 1, 1]), max(xy[s, 1], xy[s + 1, 1])
            first = max(int(np.floor((low - y0) / cell - _MARGIN)), 0)
            last = min(int(np.floor((high - y0) / cell + _MARGIN)), ny - 1)
            for row in range(first, last + 1):
                left, right = _run(xy, s, row, x0, y0, cell, nx)
                for k in range(row * nx + left, row * nx + right + 1):
                    if pass_ == 0:
                        start[k + 1] += 1
                    else:
                        segment[start[k]] = s
                        start[k] += 1
        if pass_ == 0:
            for k in range(nx * ny):
                start[k + 1] += start[k]
            segment = np.empty(start[nx * ny], np.int32)
    for k in range(nx * ny, 0, -1):
        start[k] = start[k - 1]
    start[0] = 0
    return start, segment


@njit(cache=True, nogil=True)
def _scan(
    px: float,
    py: float,
    k: int,
    start: NDArray[np.int32],
    segment: NDArray[np.int32],
    xy: NDArray[np.float64],
    best: float,
    best_s: int,
    best_t: float,
) -> tuple[float, int, float]:
    """Return the best squared distance, segment and share along it once the segments of cell k are seen."""
    for i in range(start[k], start[k + 1]):
        s = segment[i]
        dx, dy = xy[s + 1, 0] - xy[s, 0], xy[s + 1, 1] - xy[s, 1]
        ex, ey = px - xy[s, 0], py - xy[s, 1]
        square = dx * dx + dy * dy
        t = (ex * dx + ey * dy) / square if square > 0.0 else 0.0
        t = min(max(t, 0.0), 1.0)
        ex -= t * dx
        ey -= t * dy
        d = ex * ex + ey * ey
        if d < best or (d == best and s < best_s):
            best, best_s, best_t = d, s, t
    return best, best_s, best_t


@njit(cache=True, nogil=True)
def _box(px: float, py: float, left: float, low: float, cell: float) -> float:
    """Return the squared distance from a point to a cell."""
    dx = max(left - px, px - left - cell, 0.0)
    dy = max(low - py, py - low - cell, 0.0)
    return dx * dx + dy * dy


@njit(cache=True, nogil=True)
def _search(
    px: float,
    py: float,
    cutoff: float,
    frame: tuple[float, float, float, int, int],
    start: NDArray[np.int32],
    segment: NDArray[np.int32],
    xy: NDArray[np.float64],
) -> tuple[float, int, float]:
    """Return squared distance, segment (-1 if none within the cutoff) and share along it, for one point."""
    x0, y0, cell, nx, ny = frame
    cx, cy = int(np.floor((px - x0) / cell)), int(np.floor((py - y0) / cell))
    ring = max(0, -cx, cx - nx + 1, -cy, cy - ny + 1)
    last = max(abs(cx), abs(cx - nx + 1), abs(cy), abs(cy - ny + 1))
    best, best_s, best_t = np.inf, _NONE, 0.0
    while ring <= last:
        for row in range(max(cy - ring, 0), min(cy + ring, ny - 1) + 1):
            step = 1 if abs(row - cy) == ring else max(2 * ring, 1)
            for column in range(cx - ring, cx + ring + 1, step):
                if column < 0 or column >= nx or _box(px, py, x0 + column * cell, y0 + row * cell, cell) > best:
                    continue
                best, best_s, best_t = _scan(px, py, row * nx + column, start, segment, xy, best, best_s, best_t)
        # nothing outside the rings seen so far can be nearer than the border of their square
        border = min(px - x0 - (cx - ring) * cell, x0 + (cx + ring + 1) * cell - px)
        border = min(border, py - y0 - (cy - ring) * cell, y0 + (cy + ring + 1) * cell - py)
        border *= 1.0 - 1e-9
        if border > cutoff or (border > 0.0 and best < border * border):
            break
        ring += 1
    return best, best_s, best_t


@njit(cache=True, nogil=True)
def snap_points(
    points: NDArray[np.float64],
    order: NDArray[np.int32],
    cutoff: float,
    frame: tuple[float, float, float, int, int],
    start: NDArray[np.int32],
    segment: NDArray[np.int32],
    xy: NDArray[np.float64],
    vertex_edge: NDArray[np.int32],
    measure: NDArray[np.float64],
    edge: NDArray[np.int32],
    position: NDArray[np.float64],
    distance: NDArray[np.float64],
) -> None:
    """Write edge (-1 if none within the cutoff), position along it and distance for the points listed in `order`."""
    for i in order:
        best, s, t = _search(points[i, 0], points[i, 1], cutoff, frame, start, segment, xy)
        distance[i] = np.sqrt(best)
        if s < 0 or distance[i] > cutoff:
            edge[i] = -1
            continue
        edge[i] = vertex_edge[s]
        position[i] = measure[s] + t * (measure[s + 1] - measure[s])
