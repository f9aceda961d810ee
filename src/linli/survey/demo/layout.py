"""What stands on one cell: rows of buildings, the lanes between them and the gates to the streets around.

Everything happens in a frame turned so that rows run along x; results are turned back. Lanes are made of segments that
already end at every junction, so nothing has to be noded afterwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.survey.demo.plan import RowSpec

__all__ = ["GateRay", "Layout", "box_polygons", "lay_rows", "lay_star", "segment_lines"]

Array = NDArray[np.float64]

_TWO_SPINES_M = 165.0
_NARROW_M = 95.0


@dataclass(frozen=True, slots=True)
class GateRay:
    """A lane that leaves a cell: it starts at an inner node and meets a border of the cell's ring.

    Parameters
    ----------
    border
        Index of the ring vertex at which the border starts.
    outer, inner
        Where it meets the border and where it starts, metres.
    """

    border: int
    outer: tuple[float, float]
    inner: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """What one cell holds.

    Parameters
    ----------
    boxes
        Buildings: middle x, middle y, length, depth (metres) and turn (radians), shape (n, 5).
    lanes
        Segments x1, y1, x2, y2, metres, shape (m, 4).
    rays
        Possible gates, best first.
    """

    boxes: Array
    lanes: Array
    rays: tuple[GateRay, ...]


def _turn(xy: Array, angle: float) -> Array:
    c, s = math.cos(angle), math.sin(angle)
    return np.column_stack([xy[:, 0] * c - xy[:, 1] * s, xy[:, 0] * s + xy[:, 1] * c])


def _row_angle(ring: Array, spec: RowSpec, rng: np.random.Generator) -> float:
    """Return the direction of the rows: the side of the land that is nearest to east-west, so that rooms face south."""
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shapely.Polygon(ring)))
    side = box[1] - box[0]
    angle = math.atan2(side[1], side[0]) % (math.pi / 2)
    if angle > math.pi / 4:
        angle -= math.pi / 2
    return angle + math.radians(rng.uniform(-spec.turn_deg, spec.turn_deg))


def _spans(ring: Array, ys: Array) -> tuple[Array, Array]:
    """Return, for each y, both ends of the longest stretch inside the ring (NaN where there is none)."""
    x1, y1 = ring[:, 0], ring[:, 1]
    x2, y2 = np.roll(x1, -1), np.roll(y1, -1)
    crosses = (y1[None, :] <= ys[:, None]) != (y2[None, :] <= ys[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x1 + (ys[:, None] - y1) / (y2 - y1) * (x2 - x1)
    at = np.sort(np.where(crosses, at, np.inf), axis=1)
    if at.shape[1] % 2:
        at = np.column_stack([at, np.full(len(ys), np.inf)])
    with np.errstate(invalid="ignore"):
        width = at[:, 1::2] - at[:, 0::2]
    width = np.where(np.isfinite(width), width, -1.0)
    best = np.argmax(width, axis=1)
    rows = np.arange(len(ys))
    good = width[rows, best] > 0
    return np.where(good, at[rows, 2 * best], np.nan), np.where(good, at[rows, 2 * best + 1], np.nan)


def _row_places(low: float, high: float, spec: RowSpec, rng: np.random.Generator) -> tuple[Array, Array, float]:
    """Return the middles of rows, the y of lanes and the depth of a row."""
    depth, gap = float(rng.uniform(*spec.depth_m)), float(rng.uniform(*spec.gap_m))
    start = low + depth / 2 + rng.uniform(1.0, 4.0)
    if spec.paired:
        block = 2 * depth + gap + 1.5
        n = max(1, int((high - start + gap) // block))
        first = start + np.arange(n) * block
        pairs: Array = np.column_stack([first, first + depth + 1.5]).ravel()
        return pairs, np.asarray(first + 1.5 * depth + 1.5 + gap / 2, dtype=np.float64), depth
    n = max(1, int((high - start - depth / 2) // (depth + gap)) + 1)
    rows = np.asarray(start + np.arange(n) * (depth + gap), dtype=np.float64)
    return rows, rows + (depth + gap) / 2, depth


def _spines(west: float, wide: float, spec: RowSpec, rng: np.random.Generator) -> Array:
    """Return the x of the lanes that run across the rows: at the side of narrow land, two in wide land."""
    if spec.lanes == "none":
        return np.zeros(0)
    if wide < _NARROW_M:
        return np.array([west + rng.uniform(8.0, 14.0)])
    n = 1 + int(wide > _TWO_SPINES_M)
    return west + wide * (np.arange(n) + 1) / (n + 1) + rng.normal(0.0, 5.0, n)


def _fill_rows(
    rows: Array, low: Array, high: Array, spines: Array, depth: float, spec: RowSpec, rng: np.random.Generator
) -> Array:
    """Return the buildings of all rows (x, y, length, depth), leaving the spines free."""
    width, spacing = rng.uniform(*spec.width_m), rng.uniform(*spec.spacing_m)
    half = 4.5
    cuts = np.concatenate([spines - half, spines + half])
    cuts.sort()
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    starts = np.maximum(low[:, None], edges[None, 0::2])
    ends = np.minimum(high[:, None], edges[None, 1::2])
    room = ends - starts
    n = np.where(np.isfinite(room), (room + spacing) // (width + spacing), 0).astype(int).clip(min=0)
    n = np.where((n == 0) & (room > 0.6 * width), 1, n).ravel()
    which = np.repeat(np.arange(n.size), n)
    rank = np.arange(len(which)) - np.repeat(np.cumsum(n) - n, n)
    length = np.minimum(width, room.ravel()[which] / np.maximum(n[which], 1))
    slot = room.ravel()[which] / n[which]
    length = np.minimum(length * rng.uniform(0.88, 1.0, len(which)), slot - min(1.0, spacing / 2))
    x = starts.ravel()[which] + (rank + 0.5) * slot
    y = rows[which // starts.shape[1]]
    keep = (rng.random(len(which)) >= spec.dropped) & (length > 0.4 * width)
    deep = depth * rng.uniform(0.94, 1.0, len(which))
    return np.asarray(np.column_stack([x, y, length, deep])[keep], dtype=np.float64)


def _lane_segments(ys: Array, low: Array, high: Array, spines: Array, loop: tuple[bool, bool]) -> Array:
    """Return lanes, the spines that join them and, for loops, the links of their ends."""
    inside = (spines[None, :] > low[:, None] + 2) & (spines[None, :] < high[:, None] - 2)
    usable = np.flatnonzero(inside.any(axis=1))
    out: list[list[float]] = []
    for i in usable:
        stops = [low[i], *spines[inside[i]], high[i]]
        out += [[a, ys[i], b, ys[i]] for a, b in pairwise(stops)]
    for i, j in pairwise(usable):
        if j != i + 1:
            continue
        out += [[s, ys[i], s, ys[j]] for s in spines[inside[i] & inside[j]]]
        out += [[side[i], ys[i], side[j], ys[j]] for side, on in zip((low, high), loop, strict=True) if on]
    return np.array(out).reshape(-1, 4)


def _ray(ring: Array, x: float, y: float, along: int, sign: int) -> tuple[int, float, float] | None:
    """Return the first border that a ray along x (0) or y (1) meets, with the point."""
    p = (x, y)
    a, b = ring[:, 1 - along] - p[1 - along], np.roll(ring[:, 1 - along], -1) - p[1 - along]
    hit = np.flatnonzero((a < 0) != (b < 0))
    t = a[hit] / (a[hit] - b[hit])
    at = ring[hit, along] + t * (np.roll(ring[:, along], -1)[hit] - ring[hit, along])
    ahead = (at - p[along]) * sign
    ahead = np.where(ahead > 0, ahead, np.inf)
    if len(ahead) == 0 or not np.isfinite(ahead.min()):
        return None
    k = int(np.argmin(ahead))
    return (int(hit[k]), float(at[k]), y) if along == 0 else (int(hit[k]), x, float(at[k]))


def _rays(
    ring: Array, ys: Array, low: Array, high: Array, spines: Array
) -> list[tuple[int, float, float, float, float]]:
    """Return possible gates: the spines' ends and the ends of a lane in the middle."""
    inside = (spines[None, :] > low[:, None] + 2) & (spines[None, :] < high[:, None] - 2)
    usable = np.flatnonzero(inside.any(axis=1))
    if len(usable) == 0:
        return []
    starts: list[tuple[float, float, int, int]] = []
    for k, s in enumerate(spines):
        mine = np.flatnonzero(inside[:, k])
        if len(mine):
            starts += [(s, ys[mine[0]], 1, -1), (s, ys[mine[-1]], 1, 1)]
    middle = usable[len(usable) // 2]
    starts += [(low[middle], ys[middle], 0, -1), (high[middle], ys[middle], 0, 1)]
    found = []
    for x, y, along, sign in starts:
        hit = _ray(ring, x, y, along, sign)
        if hit is not None:
            found.append((*hit, x, y))
    return found


def lay_rows(ring: Array, inset: Array, spec: RowSpec, rng: np.random.Generator) -> Layout:
    """Lay out one housing estate.

    Parameters
    ----------
    ring
        The cell's ring along the middle of the streets around, shape (n, 2), metres.
    inset
        The estate's fence, shape (m, 2), metres.
    spec
        The kind of estate.
    rng
        Source of chance.

    Returns
    -------
    Layout
        Buildings, lanes and possible gates in a random order.
    """
    angle = _row_angle(inset, spec, rng)
    fence, outside = _turn(inset, -angle), _turn(ring, -angle)
    rows, lanes, depth = _row_places(fence[:, 1].min(), fence[:, 1].max(), spec, rng)
    looped = spec.lanes == "loop"
    side = {"loop": 10.0, "comb": 2.5}.get(spec.lanes, 0.6)
    ends = [_spans(fence, rows + d) for d in (-depth / 2, 0.0, depth / 2)]
    low = np.maximum.reduce([e[0] for e in ends]) + side
    high = np.minimum.reduce([e[1] for e in ends]) - side
    wide = float(np.ptp(fence[:, 0]))
    spines = _spines(float(fence[:, 0].min()), wide, spec, rng)
    boxes = _fill_rows(rows, low, high, spines, depth, spec, rng)
    middles = _turn(boxes[:, :2], angle)
    boxes = np.column_stack([middles, boxes[:, 2:], np.full(len(boxes), angle)])
    boxes = boxes[shapely.contains(shapely.Polygon(inset), box_polygons(boxes))]
    if len(spines) == 0:
        return Layout(boxes, np.zeros((0, 4)), ())
    lane_low, lane_high = (side_ + d for side_, d in zip(_spans(fence, lanes), (4.0, -4.0), strict=True))
    loop = (looped and rng.random() < 0.85, looped and rng.random() < 0.85)  # noqa: PLR2004
    segments = _lane_segments(lanes, lane_low, lane_high, spines, loop)
    segments = np.column_stack([_turn(segments[:, :2], angle), _turn(segments[:, 2:], angle)])
    segments = segments[shapely.covers(shapely.Polygon(inset).buffer(0.05), segment_lines(segments))]
    rays = []
    found = _rays(outside, lanes, lane_low, lane_high, spines)
    for k in rng.permutation(len(found)):
        border, *at = found[k]
        outer, inner = _turn(np.array(at).reshape(2, 2), angle)
        rays.append(GateRay(border, (float(outer[0]), float(outer[1])), (float(inner[0]), float(inner[1]))))
    return Layout(boxes, segments, tuple(rays))


def lay_star(ring: Array, inset: Array, rng: np.random.Generator, *, loop: bool = False) -> Layout:
    """Lay out paths from the middle of a cell to its sides (parks, yards, markets).

    Parameters
    ----------
    ring
        The cell's ring along the middle of the streets around, shape (n, 2), metres.
    inset
        The fence, shape (m, 2), metres.
    rng
        Source of chance.
    loop
        Whether a round walk joins the paths half-way.

    Returns
    -------
    Layout
        No buildings; possible gates in a random order.
    """
    middle = shapely.get_coordinates(shapely.point_on_surface(shapely.Polygon(inset)))[0]
    hits, knots = [], []
    for along, sign in ((0, -1), (1, -1), (0, 1), (1, 1)):
        hit = _ray(ring, float(middle[0]), float(middle[1]), along, sign)
        if hit is not None:
            t = float(rng.uniform(0.45, 0.6)) if loop else 0.0
            hits.append(hit)
            knots.append((1 - t) * middle + t * np.array(hit[1:]))
    rays = [GateRay(hit[0], hit[1:], (float(knot[0]), float(knot[1]))) for hit, knot in zip(hits, knots, strict=True)]
    walks = [[*middle, *knot] for knot in knots if loop]
    walks += [[*knots[i - 1], *knots[i]] for i in range(len(knots)) if loop and len(knots) > 1]
    paths = np.array(walks).reshape(-1, 4)
    paths = paths[shapely.covers(shapely.Polygon(inset), segment_lines(paths))]
    order = rng.permutation(len(rays))
    return Layout(np.zeros((0, 5)), paths, tuple(rays[k] for k in order))


def box_polygons(boxes: Array) -> NDArray[np.object_]:
    """Return buildings as polygons.

    Parameters
    ----------
    boxes
        Middle x, middle y, length, depth (metres) and turn (radians), shape (n, 5) or wider.

    Returns
    -------
    numpy.ndarray
        Polygons, shape (n,).
    """
    c, s = np.cos(boxes[:, 4]), np.sin(boxes[:, 4])
    corners = []
    for side, end in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5)):
        dx, dy = side * boxes[:, 2], end * boxes[:, 3]
        corners.append(np.column_stack([boxes[:, 0] + dx * c - dy * s, boxes[:, 1] + dx * s + dy * c]))
    return np.asarray(shapely.polygons(np.stack(corners, axis=1)), dtype=object)


def segment_lines(segments: Array) -> NDArray[np.object_]:
    """Return segments (x1, y1, x2, y2, metres; shape (n, 4)) as LineStrings, shape (n,)."""
    return np.asarray(shapely.linestrings(segments.reshape(-1, 2, 2)), dtype=object)
