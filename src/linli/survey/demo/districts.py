"""The land: outline, river and canals, arterials, communities and the cells inside them, all bent by one smooth field.

Terms: *land faces* are cut into communities along arterials and collectors, communities into *cells* along local
streets. The river is two strips of water faces left and right of its middle line, so that a boundary can run along it.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.survey.demo.mesh import Mesh, cut_face, face_area, new_mesh, ring_xy, split_edge, split_face
from linli.survey.demo.plan import CityPlan

__all__ = ["Land", "lay_out_land"]

NO_STREET = "none"
_ATTEMPTS = 8


@dataclass(slots=True)
class Land:
    """The cut-up city, in metres around its own centre.

    Parameters
    ----------
    mesh
        All faces.
    community
        Community number (0 …) of each face, water included.
    water
        Faces that are water.
    magnets
        Bridge heads, which draw the ends of arterials.
    n_communities
        How many communities there are.
    centre
        Middle of each community, shape (n, 2), metres.
    """

    mesh: Mesh
    community: dict[int, int] = field(default_factory=dict)
    water: set[int] = field(default_factory=set)
    magnets: set[int] = field(default_factory=set)
    n_communities: int = 0
    centre: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))


def _outline(plan: CityPlan, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return an irregular rounded outline of the plan's area, counter-clockwise."""
    area = plan.communities * plan.community_ha * 1e4
    half = math.sqrt(area) / 2.0
    n = max(14, int(8 * half / 420.0))
    at = np.sort((np.arange(n) + rng.uniform(-0.22, 0.22, n)) / n) * 2 * math.pi
    power = 2.0 / 3.2
    x = np.sign(np.cos(at)) * np.abs(np.cos(at)) ** power * half * 1.2
    y = np.sign(np.sin(at)) * np.abs(np.sin(at)) ** power * half * 0.95
    wobble = 1.0 + rng.normal(0.0, 0.03, n)
    return np.column_stack([x * wobble, y * wobble])


def _land_at(mesh: Mesh, face: int, angle: float) -> int:
    """Return a new ring vertex where a ray from the face's middle at `angle` leaves it."""
    xy = ring_xy(mesh, face)
    poly = shapely.Polygon(xy)
    middle = poly.centroid if poly.contains(poly.centroid) else poly.point_on_surface()
    d = xy - shapely.get_coordinates(middle)
    c, s = math.cos(angle), math.sin(angle)
    across, along = d[:, 1] * c - d[:, 0] * s, d[:, 0] * c + d[:, 1] * s
    nxt, along_next = np.roll(across, -1), np.roll(along, -1)
    hits = [k for k in np.flatnonzero((across < 0) != (nxt < 0)) if max(along[k], along_next[k]) > 0]
    k = int(max(hits, key=lambda k: along[k]))
    t = float(np.clip(across[k] / (across[k] - nxt[k]), 0.25, 0.75))
    p = xy[k] + t * (np.roll(xy, -1, axis=0)[k] - xy[k])
    ring = mesh.rings[face]
    return split_edge(mesh, ring[k], ring[(k + 1) % len(ring)], p[0], p[1])


def _meander(p: NDArray[np.float64], q: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the inner points of a winding line from p to q, one about every 75 m."""
    length = float(np.hypot(*(q - p)))
    n = max(4, int(length / 75.0))
    t = np.linspace(0.0, 1.0, n + 1)[1:-1]
    normal = np.array([-(q - p)[1], (q - p)[0]]) / length
    waves = max(1.0, length / 1500.0)
    off = 0.085 * min(length, 2200.0) * np.sin(2 * math.pi * (waves * t + rng.uniform(0.0, 1.0)))
    off += 0.02 * min(length, 2200.0) * np.sin(2 * math.pi * (2.7 * waves * t + rng.uniform(0.0, 1.0)))
    off *= np.minimum(1.0, 5.0 * np.minimum(t, 1.0 - t))
    return p + t[:, None] * (q - p) + off[:, None] * normal


def _shift(line: NDArray[np.float64], by: float) -> NDArray[np.float64]:
    """Return the inner points of a line moved to its left by `by` metres; `line` includes both ends."""
    d = line[2:] - line[:-2]
    normal = np.column_stack([-d[:, 1], d[:, 0]]) / np.hypot(d[:, 0], d[:, 1])[:, None]
    return line[1:-1] + by * normal


def _beside(mesh: Mesh, face: int, vertex: int, step: int, width: float) -> int:
    """Return a new ring vertex `width` metres from a ring vertex, forward (step 1) or backward (step -1)."""
    ring = mesh.rings[face]
    other = ring[(ring.index(vertex) + step) % len(ring)]
    dx, dy = mesh.x[other] - mesh.x[vertex], mesh.y[other] - mesh.y[vertex]
    t = min(0.6, width / math.hypot(dx, dy))
    u, v = (vertex, other) if step > 0 else (other, vertex)
    return split_edge(mesh, u, v, mesh.x[vertex] + t * dx, mesh.y[vertex] + t * dy)


def _add_water(
    land: Land, face: int, angles: tuple[float, float], width: float, rng: np.random.Generator, bridge_every: float
) -> list[int]:
    """Let a river run through a land face; return the two land faces on its banks."""
    mesh = land.mesh
    a, b = _land_at(mesh, face, angles[0]), _land_at(mesh, face, angles[1])
    p, q = (np.array([mesh.x[v], mesh.y[v]]) for v in (a, b))
    middle = _meander(p, q, rng)
    whole = np.vstack([p, middle, q])
    if not _fits(shapely.Polygon(ring_xy(mesh, face)), whole, width):
        return [face]
    first = len(mesh.x)
    south, north = split_face(mesh, face, a, b, middle, NO_STREET)
    mids = list(range(first, first + len(middle)))
    left_ends = _beside(mesh, north, a, -1, width / 2), _beside(mesh, north, b, 1, width / 2)
    first = len(mesh.x)
    water_n, land_n = split_face(mesh, north, *left_ends, _shift(whole, width / 2), "bank")
    lefts = list(range(first, first + len(middle)))
    right_ends = _beside(mesh, south, a, 1, width / 2), _beside(mesh, south, b, -1, width / 2)
    first = len(mesh.x)
    land_s, water_s = split_face(mesh, south, *right_ends, _shift(whole, -width / 2), "bank")
    rights = list(range(first, first + len(middle)))
    land.water |= {water_n, water_s}
    for k in _bridge_places(whole, bridge_every, rng):
        _cross_water(land, lefts[k], mids[k])
        _cross_water(land, mids[k], rights[k])
        land.magnets |= {lefts[k], rights[k]}
    return [land_s, land_n]


def _fits(land: shapely.Polygon, line: NDArray[np.float64], width: float) -> bool:
    """Return whether a river along a line keeps within the land, but for its ends, and does not touch itself."""
    banks = [shapely.LineString(_shift(line, side * width / 2)) for side in (-1.0, 1.0)]
    ends = shapely.MultiPoint(line[[0, -1]]).buffer(3.0 * width)
    inner = shapely.difference(shapely.LineString(line), ends)
    return (
        all(bank.is_simple and bool(shapely.covers(land, bank)) for bank in banks)
        and not bool(shapely.intersects(banks[0], banks[1]))
        and bool(shapely.covers(land.buffer(-1.2 * width), inner))
    )


def _bridge_places(line: NDArray[np.float64], every: float, rng: np.random.Generator) -> list[int]:
    """Return which inner points of the middle line carry a bridge."""
    n = len(line) - 2
    length = float(np.hypot(*np.diff(line, axis=0).T).sum())
    count = max(1, round(length / every))
    at = (np.arange(count) + 0.5 + rng.uniform(-0.2, 0.2, count)) / count
    return sorted({int(np.clip(t * n, 1, n - 2)) for t in at})


def _cross_water(land: Land, a: int, b: int) -> None:
    """Cut the water face between two vertices with a bridge."""
    face = next((f for f in land.water if a in land.mesh.rings[f] and b in land.mesh.rings[f]), None)
    if face is None:
        return
    land.water.discard(face)
    land.water |= set(split_face(land.mesh, face, a, b, None, "bridge"))


def _cut_until(
    land: Land, faces: list[int], n: int, rng: np.random.Generator, kind_of: dict[str, float], **how: object
) -> list[int]:
    """Cut the largest face again and again until there are n.

    `kind_of` gives, per kind of street, the area above which a cut is of that kind; the first that fits is taken.
    """
    mesh = land.mesh
    heap = [(-face_area(mesh, f) * rng.uniform(0.8, 1.25), f) for f in faces]
    heapq.heapify(heap)
    done: list[int] = []
    while heap and len(heap) + len(done) < n:
        _, face = heapq.heappop(heap)
        area = face_area(mesh, face)
        kind = next(k for k, least in kind_of.items() if area >= least)
        parts = cut_face(mesh, face, rng, kind, magnets=land.magnets, **how)  # type: ignore[arg-type]
        if parts is None:
            done.append(face)
            continue
        for part in parts:
            heapq.heappush(heap, (-face_area(mesh, part) * rng.uniform(0.8, 1.25), part))
    return sorted(done + [f for _, f in heap])


def _densify(mesh: Mesh, longest: float) -> None:
    """Put vertices into long borders so that they can bend."""
    for u, v in sorted(mesh.kind):
        dx, dy = mesh.x[v] - mesh.x[u], mesh.y[v] - mesh.y[u]
        n = int(math.hypot(dx, dy) // longest)
        last = u
        for i in range(1, n + 1):
            t = i / (n + 1)
            last = split_edge(mesh, last, v, mesh.x[u] + t * dx, mesh.y[u] + t * dy)


def _warp(mesh: Mesh, rng: np.random.Generator) -> None:
    """Move every vertex by one smooth field, so that streets curve the way old paths and streams made them."""
    x, y = np.array(mesh.x), np.array(mesh.y)
    dx, dy = np.zeros_like(x), np.zeros_like(y)
    for wave, size in ((2600.0, 80.0), (1500.0, 42.0), (850.0, 17.0), (480.0, 6.0)):
        for _ in range(2):
            turn, phase = rng.uniform(0.0, 2 * math.pi, 2)
            across = np.sin(2 * math.pi * (x * math.cos(turn) + y * math.sin(turn)) / wave + phase)
            dx += size * across * math.cos(turn + 1.1)
            dy += size * across * math.sin(turn + 1.1)
    mesh.x, mesh.y = (x + dx).tolist(), (y + dy).tolist()


def _neighbours(mesh: Mesh, faces: list[int]) -> dict[int, set[int]]:
    wanted = set(faces)
    near: dict[int, set[int]] = defaultdict(set)
    for (u, v), face in mesh.left.items():
        other = mesh.left.get((v, u))
        if face in wanted and other in wanted and other is not None:
            near[face].add(other)
    return near


def _stays_whole(faces: set[int], near: dict[int, set[int]]) -> bool:
    start = min(faces)
    seen, todo = {start}, [start]
    while todo:
        for other in near[todo.pop()] & faces:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen == faces


def _trade_cells(land: Land, cells: list[int], rng: np.random.Generator) -> None:
    """Hand some cells to the neighbouring community, so that boundaries are as crooked as real ones."""
    near = _neighbours(land.mesh, cells)
    members: dict[int, set[int]] = defaultdict(set)
    for cell in cells:
        members[land.community[cell]].add(cell)
    for cell in rng.permutation(cells)[: land.n_communities * 2].tolist():
        mine = land.community[cell]
        others = sorted({land.community[o] for o in near[cell]} - {mine})
        rest = members[mine] - {cell}
        if not others or len(rest) < 4 or not _stays_whole(rest, near):  # noqa: PLR2004 (keep some land)
            continue
        taker = int(rng.choice(others))
        if len(members[taker]) > len(members[mine]):
            continue
        land.community[cell] = taker
        members[mine].discard(cell)
        members[taker].add(cell)


def _share_water(land: Land) -> None:
    """Cut each strip of water where the community on its bank changes, and give each piece to its bank."""
    mesh = land.mesh
    todo = sorted(land.water)
    while todo:
        face = todo.pop()
        ring = mesh.rings[face]
        sides = [land.community.get(mesh.left.get((v, ring[i - 1]), -1)) for i, v in enumerate(ring)]
        kinds = [mesh.kind[(min(ring[i - 1], v), max(ring[i - 1], v))] for i, v in enumerate(ring)]
        owners = [s for s, kind in zip(sides, kinds, strict=True) if kind == "bank" and s is not None]
        cut = _change_of_bank(mesh, face, sides, kinds) if len(set(owners)) > 1 else None
        if cut is not None:
            parts = split_face(mesh, face, *cut, None, NO_STREET)
            land.water.discard(face)
            land.water |= set(parts)
            todo += parts
            continue
        found = owners or [s for s in sides if s is not None]
        land.community[face] = max(set(found), key=found.count) if found else 0


def _change_of_bank(mesh: Mesh, face: int, sides: list[int | None], kinds: list[str]) -> tuple[int, int] | None:
    """Return the bank vertex where the community changes and a near vertex of the middle line to cut to.

    `sides` and `kinds` say what is beyond, and what runs along, the border that ends at each vertex of the ring.
    """
    ring, xy = mesh.rings[face], ring_xy(mesh, face)
    n = len(ring)
    poly = shapely.Polygon(xy).buffer(0.01)
    middle = [i for i in range(n) if kinds[i] == kinds[(i + 1) % n] == NO_STREET]
    for i in range(n):
        j = (i + 1) % n
        if not (kinds[i] == kinds[j] == "bank" and sides[i] != sides[j] and None not in (sides[i], sides[j])):
            continue
        for m in sorted(middle, key=lambda m: float(np.hypot(*(xy[m] - xy[i])))):
            if abs(m - i) not in {0, 1, n - 1} and bool(poly.covers(shapely.LineString(xy[[i, m]]))):
                return ring[i], ring[m]
    return None


def lay_out_land(plan: CityPlan, rng: np.random.Generator) -> Land:
    """Return the city's land: water, communities and cells.

    Parameters
    ----------
    plan
        Size and mix of the city.
    rng
        Source of chance.

    Returns
    -------
    Land
        Faces in metres around the city's centre.
    """
    land = Land(new_mesh(_outline(plan, rng), "arterial"))
    share = plan.community_ha * 1e4
    start = rng.uniform(2.7, 3.0)
    pieces = [0]
    for _ in range(_ATTEMPTS if plan.communities > 1 else 0):
        pieces = _add_water(land, 0, (start, rng.uniform(-0.5, -0.2)), plan.river_m, rng, 380.0)
        if len(pieces) > 1:
            break
    if plan.canal_every:
        pieces = _cut_until(land, pieces, max(2, plan.communities // plan.canal_every), rng, {"arterial": 0.0})
        pieces = [p for f in pieces for p in _canal(land, f, rng)]
    kinds = {"arterial": share * 2.6, "collector": 0.0}
    communities = _cut_until(land, pieces, plan.communities, rng, kinds, snap=(24.0, 130.0))
    land.n_communities = len(communities)
    _densify(land.mesh, 110.0)
    for number, face in enumerate(communities):
        n = max(3, round(face_area(land.mesh, face) / (plan.cell_ha * 1e4)))
        for cell in _cut_until(land, [face], n, rng, {"local": 0.0}, turn=0.16, bend=0.04):
            land.community[cell] = number
    _densify(land.mesh, 45.0)
    _warp(land.mesh, rng)
    _trade_cells(land, sorted(land.community), rng)
    _share_water(land)
    land.centre = _centres(land)
    return land


def _canal(land: Land, face: int, rng: np.random.Generator) -> list[int]:
    start = rng.uniform(0.0, 2 * math.pi)
    width = float(rng.uniform(18.0, 40.0))
    return _add_water(land, face, (start, start + math.pi + rng.normal(0.0, 0.3)), width, rng, 420.0)


def _centres(land: Land) -> NDArray[np.float64]:
    total = np.zeros((land.n_communities, 3))
    for face, number in land.community.items():
        if face in land.water:
            continue
        area = face_area(land.mesh, face)
        total[number] += [area, *(area * ring_xy(land.mesh, face).mean(axis=0))]
    return total[:, 1:] / total[:, :1]
