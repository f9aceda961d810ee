"""A planar map of faces that can be cut without ever leaving a gap or an overlap.

Vertices are shared by number, so two neighbours always have the very same border. A *face* is a ring of vertices,
counter-clockwise; every border between two vertices has a *kind* (what runs there: a street, a bank, nothing).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Mesh", "cut_face", "face_area", "new_mesh", "ring_xy", "split_edge", "split_face"]

Edge = tuple[int, int]

_ATTEMPTS = 8
_CLEAR_M = 12.0


@dataclass(slots=True)
class Mesh:
    """Faces, vertices and borders.

    Parameters
    ----------
    x, y
        Coordinates of the vertices, metres.
    rings
        Vertices of each face, counter-clockwise.
    left
        The face on the left of each directed border.
    kind
        What runs along each border, by its (lower, higher) vertex.
    """

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    rings: dict[int, list[int]] = field(default_factory=dict)
    left: dict[Edge, int] = field(default_factory=dict)
    kind: dict[Edge, str] = field(default_factory=dict)
    next_face: int = 0


def _key(u: int, v: int) -> Edge:
    return (u, v) if u < v else (v, u)


def _add_vertex(mesh: Mesh, x: float, y: float) -> int:
    mesh.x.append(float(x))
    mesh.y.append(float(y))
    return len(mesh.x) - 1


def _add_face(mesh: Mesh, ring: list[int]) -> int:
    face = mesh.next_face
    mesh.next_face += 1
    mesh.rings[face] = ring
    for i, v in enumerate(ring):
        mesh.left[(ring[i - 1], v)] = face
    return face


def new_mesh(points: NDArray[np.float64], kind: str) -> Mesh:
    """Return a mesh of one face.

    Parameters
    ----------
    points
        Counter-clockwise ring without the repeated last point, shape (n, 2), metres.
    kind
        What runs along its border.

    Returns
    -------
    Mesh
        With face 0.
    """
    mesh = Mesh()
    ring = [_add_vertex(mesh, x, y) for x, y in points]
    _add_face(mesh, ring)
    for i, v in enumerate(ring):
        mesh.kind[_key(ring[i - 1], v)] = kind
    return mesh


def ring_xy(mesh: Mesh, face: int) -> NDArray[np.float64]:
    """Return the ring of a face, shape (n, 2), metres, the first point not repeated."""
    ring = mesh.rings[face]
    return np.array([[mesh.x[v], mesh.y[v]] for v in ring])


def face_area(mesh: Mesh, face: int) -> float:
    """Return the area of a face, m²."""
    xy = ring_xy(mesh, face)
    x, y = xy[:, 0], xy[:, 1]
    return float(0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def split_edge(mesh: Mesh, u: int, v: int, x: float, y: float) -> int:
    """Put a new vertex into the border between two neighbouring vertices.

    Parameters
    ----------
    mesh
        Changed in place.
    u, v
        The ends of the border.
    x, y
        Where the vertex goes, metres.

    Returns
    -------
    int
        The new vertex.
    """
    w = _add_vertex(mesh, x, y)
    kind = mesh.kind.pop(_key(u, v))
    mesh.kind[_key(u, w)] = kind
    mesh.kind[_key(w, v)] = kind
    for a, b in ((u, v), (v, u)):
        face = mesh.left.pop((a, b), None)
        if face is None:
            continue
        ring = mesh.rings[face]
        i = next(i for i, p in enumerate(ring) if p == a and ring[(i + 1) % len(ring)] == b)
        ring.insert(i + 1, w)
        mesh.left[(a, w)] = face
        mesh.left[(w, b)] = face
    return w


def split_face(mesh: Mesh, face: int, a: int, b: int, via: NDArray[np.float64] | None, kind: str) -> tuple[int, int]:
    """Cut a face in two along a path between two vertices of its ring.

    Parameters
    ----------
    mesh
        Changed in place.
    face
        The face to cut; it is gone afterwards.
    a, b
        Vertices of its ring, not neighbours unless `via` has points.
    via
        Points between them, shape (n, 2), metres, or None for a straight cut.
    kind
        What runs along the cut.

    Returns
    -------
    tuple[int, int]
        The faces right and left of the path from `a` to `b`.
    """
    ring = mesh.rings.pop(face)
    i = ring.index(a)
    ring = ring[i:] + ring[:i]
    j = ring.index(b)
    path = [] if via is None else [_add_vertex(mesh, x, y) for x, y in via]
    whole = [a, *path, b]
    for u, v in pairwise(whole):
        mesh.kind[_key(u, v)] = kind
    right = _add_face(mesh, ring[: j + 1] + path[::-1])
    left = _add_face(mesh, [*ring[j:], a, *path])
    return right, left


def _chord(xy: NDArray[np.float64], origin: NDArray[np.float64], angle: float) -> list[tuple[int, float, float]]:
    """Return the two ring crossings (edge, x, y) that end the longest stretch of a line inside a ring."""
    c, s = math.cos(angle), math.sin(angle)
    d = xy - origin
    across = d[:, 1] * c - d[:, 0] * s
    along = d[:, 0] * c + d[:, 1] * s
    across_next, along_next = np.roll(across, -1), np.roll(along, -1)
    hit = np.flatnonzero((across < 0) != (across_next < 0))
    t = across[hit] / (across[hit] - across_next[hit])
    at = along[hit] + t * (along_next[hit] - along[hit])
    order = np.argsort(at)
    hit, t, at = hit[order], t[order], at[order]
    if len(hit) == 0:
        return []
    k = 2 * int(np.argmax(at[1::2] - at[0::2]))
    nxt = np.roll(xy, -1, axis=0)
    out = []
    for i in (k, k + 1):
        p = xy[hit[i]] + t[i] * (nxt[hit[i]] - xy[hit[i]])
        out.append((int(hit[i]), float(p[0]), float(p[1])))
    return out


def _land_on(mesh: Mesh, face: int, edge: int, x: float, y: float, snap: tuple[float, float], magnets: set[int]) -> int:
    """Return the ring vertex for a crossing: a magnet or a vertex near by, else a new one."""
    ring = mesh.rings[face]
    near = np.hypot(np.array([mesh.x[v] for v in ring]) - x, np.array([mesh.y[v] for v in ring]) - y)
    strong = np.array([v in magnets for v in ring])
    reach = np.where(strong, near - snap[1], near - snap[0])
    best = int(np.argmin(reach))
    if reach[best] < 0:
        return ring[best]
    return split_edge(mesh, ring[edge], ring[(edge + 1) % len(ring)], x, y)


def _bend(
    mesh: Mesh, poly: shapely.Polygon, a: int, b: int, bend: float, rng: np.random.Generator
) -> NDArray[np.float64] | None:
    """Return one or two inner points that make a cut bend, or None where it must stay straight."""
    p, q = np.array([mesh.x[a], mesh.y[a]]), np.array([mesh.x[b], mesh.y[b]])
    length = float(np.hypot(*(q - p)))
    normal = np.array([-(q - p)[1], (q - p)[0]]) / max(length, 1.0)
    n = 1 + int(length > rng.uniform(240.0, 560.0))
    at = np.sort(rng.uniform(0.25, 0.75, n))
    side = rng.normal(0.0, bend * length, n)
    via = p + at[:, None] * (q - p) + side[:, None] * normal
    return via if _keeps_off(poly, shapely.LineString([p, *via, q])) else None


def _keeps_off(poly: shapely.Polygon, line: shapely.LineString) -> bool:
    """Return whether a cut runs inside a face and, but for its ends, keeps clear of the border (no slivers)."""
    length = line.length
    if length <= 2 * _CLEAR_M or not bool(shapely.covers(poly.buffer(0.01), line)):
        return False
    inner = shapely.line_interpolate_point(line, np.linspace(_CLEAR_M, length - _CLEAR_M, 9))
    return bool(shapely.distance(poly.exterior, inner).min() > _CLEAR_M / 3)


def _long_axis(poly: shapely.Polygon) -> tuple[NDArray[np.float64], NDArray[np.float64], float] | None:
    """Return centre, direction and length of the long side of a polygon's tightest rectangle; None if it has none."""
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(poly))
    if len(box) <= 3:  # noqa: PLR2004 (a line: the face has no width)
        return None
    sides = np.diff(box[:3], axis=0)
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    long = int(np.argmax(lengths))
    return box[:4].mean(axis=0), sides[long] / lengths[long], float(lengths[long])


def _ends(
    mesh: Mesh, face: int, hits: list[tuple[int, float, float]], snap: tuple[float, float], magnets: set[int]
) -> tuple[int, int] | None:
    """Return the two ring vertices between which to cut, or None where a cut would be no cut."""
    ring = mesh.rings[face]
    borders = [(ring[k], ring[(k + 1) % len(ring)], x, y) for k, x, y in hits]
    ends = []
    for u, v, x, y in borders:
        ring = mesh.rings[face]
        k = ring.index(u)
        if ring[(k + 1) % len(ring)] != v:
            return None
        ends.append(_land_on(mesh, face, k, x, y, snap, magnets))
    ring = mesh.rings[face]
    apart = abs(ring.index(ends[0]) - ring.index(ends[1]))
    if apart in {0, 1, len(ring) - 1} or _key(ends[0], ends[1]) in mesh.kind:
        return None
    return ends[0], ends[1]


def cut_face(
    mesh: Mesh,
    face: int,
    rng: np.random.Generator,
    kind: str,
    *,
    turn: float = 0.12,
    bend: float = 0.05,
    snap: tuple[float, float] = (18.0, 18.0),
    magnets: set[int] | None = None,
) -> tuple[int, int] | None:
    """Cut a face across its long side, with a slant and a bend.

    Parameters
    ----------
    mesh
        Changed in place.
    face
        The face to cut.
    rng
        Source of chance.
    kind
        What runs along the cut.
    turn
        Standard deviation of the slant, radians.
    bend
        Standard deviation of the sideways bend as a share of the cut's length.
    snap
        Distance in metres within which the cut's end joins a vertex that is there already: any vertex, a magnet.
    magnets
        Vertices that draw the ends of cuts (bridge heads).

    Returns
    -------
    tuple[int, int] | None
        The two faces, or None if no sound cut was found.
    """
    magnets = magnets or set()
    frame = _long_axis(shapely.Polygon(ring_xy(mesh, face)))
    if frame is None:
        return None
    centre, axis, length = frame
    for attempt in range(_ATTEMPTS):
        origin = centre + axis * length * rng.uniform(-0.09, 0.09)
        angle = math.atan2(axis[0], -axis[1]) + rng.normal(0.0, turn)
        hits = _chord(ring_xy(mesh, face), origin, angle)
        ends = _ends(mesh, face, hits, snap, magnets if attempt == 0 else set()) if hits else None
        if ends is None:
            continue
        poly = shapely.Polygon(ring_xy(mesh, face))
        via = _bend(mesh, poly, *ends, bend / (1 + attempt), rng)
        straight = shapely.LineString([[mesh.x[v], mesh.y[v]] for v in ends])
        if via is not None or _keeps_off(poly, straight):
            return split_face(mesh, face, *ends, via, kind)
    return None
