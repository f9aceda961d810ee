"""What each cell is used for, and everything that is drawn on it: fences, buildings, lanes, gates and alleys.

A *profile* describes a community (old quarter, old, mixed, new, village); a *use* describes one of its cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.survey.demo.districts import NO_STREET, Land
from linli.survey.demo.layout import GateRay, Layout, box_polygons, lay_rows, lay_star, segment_lines
from linli.survey.demo.mesh import Mesh, cut_face, face_area, ring_xy, split_edge
from linli.survey.demo.plan import RESIDENTIAL_USES, ROW_SPECS, CityPlan

__all__ = ["Cell", "Fabric", "weave", "whole_shares"]

HALF_WIDTH_M: Mapping[str, float] = {
    "arterial": 19.0,
    "collector": 12.0,
    "local": 7.5,
    "bank": 7.5,
    "bridge": 7.5,
    "alley": 2.0,
    NO_STREET: 2.0,
}
"""From the middle of a street to the fence or the houses."""

_ALLEY_HA = 0.33
_NEAR_M = 9.0


@dataclass(slots=True)
class Cell:
    """One cell: where it is, what it is for, and its fence.

    Parameters
    ----------
    face
        Face of the mesh (before alleys were cut).
    community
        Number of its community.
    use
        One of the residential uses, or park, school, work, commerce, vacant.
    ring
        Along the middle of the streets around, shape (n, 2), metres.
    fence
        What is left of it behind the pavements.
    gates
        Where its lanes meet the streets around, metres.
    """

    face: int
    community: int
    use: str
    ring: NDArray[np.float64]
    fence: shapely.Polygon
    gates: list[tuple[float, float]] = field(default_factory=list)


@dataclass(slots=True)
class Fabric:
    """Everything drawn on the land.

    Parameters
    ----------
    cells
        All cells but water.
    profile
        Profile of each community.
    boxes
        Buildings: middle x, y, length, depth, turn, number of the cell; shape (n, 6).
    lanes
        Segments x1, y1, x2, y2, metres, shape (m, 4).
    lane_kind, lane_cell
        ``lane``, ``path``, ``gate`` or ``arterial_gate`` and the number of the cell, per segment.
    """

    cells: list[Cell]
    profile: list[str]
    boxes: NDArray[np.float64]
    lanes: NDArray[np.float64]
    lane_kind: NDArray[np.str_]
    lane_cell: NDArray[np.int64]


def whole_shares(weights: Mapping[str, float], n: int, rng: np.random.Generator) -> list[str]:
    """Return n names in the proportions of their weights: whole parts first, what is left by chance.

    Parameters
    ----------
    weights
        Weight of each name, ≥ 0.
    n
        How many names to return.
    rng
        Source of chance.

    Returns
    -------
    list[str]
        Names, grouped in the order of `weights`.
    """
    names = list(weights)
    want = np.array([weights[name] for name in names])
    want = want / want.sum() * n
    whole = np.floor(want).astype(int)
    rest = want - whole
    left = n - int(whole.sum())
    if left > 0:
        whole += np.bincount(rng.choice(len(names), left, replace=False, p=rest / rest.sum()), minlength=len(names))
    return [name for name, count in zip(names, whole, strict=True) for _ in range(count)]


def _profiles(land: Land, plan: CityPlan, rng: np.random.Generator) -> list[str]:
    """Return each community's profile: old in the middle, new outside, with exceptions."""
    far = np.hypot(land.centre[:, 0], land.centre[:, 1])
    far = far + rng.normal(0.0, 0.22 * far.max(), len(far))
    wanted = whole_shares(plan.profile_shares, land.n_communities, rng)
    profile = [""] * land.n_communities
    for name, number in zip(wanted, np.argsort(far, kind="stable"), strict=True):
        profile[number] = name
    return profile


def _uses(
    faces: list[int], weights: Mapping[str, float], by_water: set[int], rng: np.random.Generator
) -> dict[int, str]:
    """Return the use of every cell of one community; parks go to the water if they can."""
    names = whole_shares(weights, len(faces), rng)
    homes = [name for name in weights if name in RESIDENTIAL_USES]
    while sum(name in RESIDENTIAL_USES for name in names) * 2 < len(faces):
        spare = next(i for i, name in enumerate(names) if name not in RESIDENTIAL_USES)
        names[spare] = homes[0]
    order = [faces[i] for i in rng.permutation(len(faces))]
    order.sort(key=lambda f: f not in by_water)
    names.sort(key=lambda name: name != "park")
    parks = sum(name == "park" for name in names)
    rest = [order[i] for i in parks + rng.permutation(len(order) - parks)]
    return dict(zip(order[:parks] + rest, names, strict=True))


def _fence(mesh: Mesh, face: int) -> shapely.Polygon | None:
    """Return a face less the pavements around it, or None if nothing is left."""
    ring = mesh.rings[face]
    xy = ring_xy(mesh, face)
    borders: dict[float, list[NDArray[np.float64]]] = defaultdict(list)
    for i, v in enumerate(ring):
        kind = mesh.kind[(min(ring[i - 1], v), max(ring[i - 1], v))]
        borders[HALF_WIDTH_M[kind]].append(xy[[i - 1, i]])
    least = min(borders)
    wider = [
        shapely.union_all(shapely.linestrings(lines)).buffer(half, quad_segs=2)
        for half, lines in sorted(borders.items())
        if half > least
    ]
    land = shapely.Polygon(xy).buffer(-least, join_style="mitre").difference(shapely.union_all(wider))
    parts = [part for part in shapely.get_parts(land) if part.area > 20.0]  # noqa: PLR2004 (a sliver is no land)
    if not parts:
        return None
    largest = max(parts, key=lambda part: float(part.area))
    return shapely.Polygon(shapely.get_coordinates(shapely.Polygon(largest.exterior).simplify(0.6)))


def _ring(fence: shapely.Polygon) -> NDArray[np.float64]:
    xy: NDArray[np.float64] = shapely.get_coordinates(fence.exterior)[:-1]
    return xy if shapely.is_ccw(fence.exterior) else xy[::-1]


def _weave_alleys(land: Land, face: int, rng: np.random.Generator) -> list[int]:
    """Cut an old-quarter cell into small faces along crooked alleys, some of them blocked."""
    mesh, community = land.mesh, land.community.pop(face)
    n = max(3, round(face_area(mesh, face) / (_ALLEY_HA * 1e4)))
    known, faces = set(mesh.kind), [face]
    done: list[int] = []
    while faces and len(faces) + len(done) < n:
        faces.sort(key=lambda f: -face_area(mesh, f))
        parts = cut_face(mesh, faces[0], rng, "alley", turn=0.22, bend=0.09, snap=(5.0, 5.0))
        if parts is None:
            done.append(faces.pop(0))
        else:
            faces = [*parts, *faces[1:]]
    for edge in sorted(set(mesh.kind) - known):
        if mesh.kind[edge] == "alley" and rng.random() < 0.06:  # noqa: PLR2004 (walled up)
            mesh.kind[edge] = NO_STREET
    faces += done
    land.community.update(dict.fromkeys(faces, community))
    return sorted(faces)


def _make_cells(land: Land, plan: CityPlan, profile: list[str], rng: np.random.Generator) -> list[Cell]:
    mesh = land.mesh
    members: dict[int, list[int]] = defaultdict(list)
    for face in sorted(land.community):
        if face not in land.water:
            members[land.community[face]].append(face)
    by_water = {mesh.left[e] for (u, v), kind in mesh.kind.items() if kind == "bank" for e in ((u, v), (v, u))}
    cells = []
    for number in range(land.n_communities):
        uses = _uses(members[number], plan.mixes[profile[number]], by_water, rng)
        for face in members[number]:
            fence = _fence(mesh, face)
            if fence is not None:
                cells.append(Cell(face, number, uses[face], ring_xy(mesh, face), fence))
    return cells


def _lay_cell(land: Land, cell: Cell, rng: np.random.Generator) -> tuple[Layout, int]:
    """Return what stands on one cell and how many gates it gets."""
    if cell.use == "quarter":
        boxes = []
        for face in _weave_alleys(land, cell.face, rng):
            fence = _fence(land.mesh, face)
            if fence is not None:
                boxes.append(lay_rows(ring_xy(land.mesh, face), _ring(fence), ROW_SPECS["quarter"], rng).boxes)
        return Layout(np.vstack([np.zeros((0, 5)), *boxes]), np.zeros((0, 4)), ()), 0
    if cell.use in ROW_SPECS:
        spec = ROW_SPECS[cell.use]
        gates = int(rng.integers(spec.gates[0], spec.gates[1] + 1))
        return lay_rows(cell.ring, _ring(cell.fence), spec, rng), gates
    if cell.use in {"park", "commerce", "work"}:
        star = lay_star(cell.ring, _ring(cell.fence), rng, loop=cell.use == "park")
        return star, 4 if cell.use == "park" else 2
    return Layout(np.zeros((0, 5)), np.zeros((0, 4)), ()), 0


def _choose_gates(land: Land, cell: Cell, rays: tuple[GateRay, ...], count: int) -> list[GateRay]:
    """Return the gates to open: not towards the water if there is another side."""
    ring = land.mesh.rings.get(cell.face)
    if ring is None:
        return []
    kinds = [land.mesh.kind[_edge(ring[r.border], ring[(r.border + 1) % len(ring)])] for r in rays]
    rank = {"local": 0, "collector": 0, "arterial": 1, "bank": 2, "bridge": 3, NO_STREET: 3}
    order = sorted(range(len(rays)), key=lambda i: rank[kinds[i]])
    return [rays[i] for i in order[:count] if kinds[i] != NO_STREET]


def _edge(u: int, v: int) -> tuple[int, int]:
    return (u, v) if u < v else (v, u)


def _open_gates(
    mesh: Mesh, wanted: dict[tuple[int, int], list[tuple[float, int, GateRay]]], cells: list[Cell]
) -> tuple[list[list[float]], list[str], list[int]]:
    """Put a vertex into each border where a lane leaves, two close by sharing one; return the links, kinds, cells."""
    links, kinds, owners = [], [], []
    for (u, v), rays in sorted(wanted.items()):
        kind = mesh.kind[(u, v)]
        length = float(np.hypot(mesh.x[v] - mesh.x[u], mesh.y[v] - mesh.y[u]))
        last, last_at = u, 0.0
        for t, number, ray in sorted(rays, key=lambda r: r[:2]):
            at = t * length
            if at - last_at < _NEAR_M:
                vertex = last
            elif length - at < _NEAR_M:
                vertex = v
            else:
                vertex = split_edge(mesh, last, v, *ray.outer)
                last, last_at = vertex, at
            outer = (mesh.x[vertex], mesh.y[vertex])
            cells[number].gates.append(outer)
            links.append([*ray.inner, *outer])
            kinds.append("arterial_gate" if kind == "arterial" else "gate")
            owners.append(number)
    return links, kinds, owners


def weave(land: Land, plan: CityPlan, rng: np.random.Generator) -> Fabric:
    """Give every cell a use and draw what stands on it.

    Parameters
    ----------
    land
        The land; alleys and gates are cut into its mesh.
    plan
        Size and mix of the city.
    rng
        Source of chance.

    Returns
    -------
    Fabric
        Cells, buildings and lanes in metres around the city's centre.
    """
    profile = _profiles(land, plan, rng)
    cells = _make_cells(land, plan, profile, rng)
    cut_off = max(1, land.n_communities // 6)
    layouts = [_lay_cell(land, cell, rng) for cell in cells]
    quiet = [i for i, cell in enumerate(cells) if cell.use in {"park", "work", "commerce"}]
    islands = set(rng.permutation(quiet)[:cut_off].tolist())
    wanted: dict[tuple[int, int], list[tuple[float, int, GateRay]]] = defaultdict(list)
    where = _borders(land.mesh, cells)
    lanes, kinds, owners = [], [], []
    for number, (cell, (layout, count)) in enumerate(zip(cells, layouts, strict=True)):
        kind = "path" if cell.use == "park" else "lane"
        lanes.append(layout.lanes)
        kinds += [kind] * len(layout.lanes)
        owners += [number] * len(layout.lanes)
        if number in islands:
            stubs = [[*ray.inner, *_part_way(ray)] for ray in layout.rays[:2]]
            lanes.append(np.array(stubs).reshape(-1, 4))
            kinds += ["path"] * len(stubs)
            owners += [number] * len(stubs)
            continue
        for ray in _choose_gates(land, cell, layout.rays, count):
            _want(land.mesh, where, wanted, cell, number, ray)
    links, link_kinds, link_owners = _open_gates(land.mesh, wanted, cells)
    fabric = Fabric(
        cells,
        profile,
        np.vstack([np.column_stack([lay.boxes, np.full(len(lay.boxes), i)]) for i, (lay, _) in enumerate(layouts)]),
        np.vstack([*lanes, np.array(links).reshape(-1, 4)]),
        np.array(kinds + link_kinds),
        np.array(owners + link_owners, dtype=np.int64),
    )
    return _clear(land.mesh, fabric)


def _clear(mesh: Mesh, fabric: Fabric) -> Fabric:
    """Leave out gates that would cross another lane or a street, and buildings that stand on a lane."""
    lines = segment_lines(fabric.lanes)
    gate = np.flatnonzero(np.char.endswith(fabric.lane_kind, "gate"))
    tree = shapely.STRtree(lines)
    streets = np.array([edge for edge, kind in mesh.kind.items() if kind != NO_STREET])
    xy = np.column_stack([mesh.x, mesh.y])
    borders = segment_lines(np.column_stack([xy[streets[:, 0]], xy[streets[:, 1]]]))
    crossing = np.unique(
        np.concatenate([t.query(lines[gate], predicate="crosses")[0] for t in (tree, shapely.STRtree(borders))])
    )
    free = np.ones(len(lines), dtype=bool)
    free[gate[crossing]] = False
    blocked = np.unique(tree.query(box_polygons(fabric.boxes), predicate="intersects")[0])
    return replace(
        fabric,
        boxes=np.delete(fabric.boxes, blocked, axis=0),
        lanes=fabric.lanes[free],
        lane_kind=fabric.lane_kind[free],
        lane_cell=fabric.lane_cell[free],
    )


def _part_way(ray: GateRay) -> tuple[float, float]:
    """Return a point on a ray well before the street: the path stops at the fence."""
    return (0.45 * ray.inner[0] + 0.55 * ray.outer[0], 0.45 * ray.inner[1] + 0.55 * ray.outer[1])


def _borders(mesh: Mesh, cells: list[Cell]) -> dict[int, list[int]]:
    """Return the present ring of each cell that is still one face."""
    return {cell.face: list(mesh.rings[cell.face]) for cell in cells if cell.face in mesh.rings}


def _want(
    mesh: Mesh,
    where: dict[int, list[int]],
    wanted: dict[tuple[int, int], list[tuple[float, int, GateRay]]],
    cell: Cell,
    number: int,
    ray: GateRay,
) -> None:
    """Note that a lane leaves through a border of the mesh as it is now (alleys may have cut the cell's old border)."""
    ring = where[cell.face]
    xy = np.array([[mesh.x[v], mesh.y[v]] for v in ring])
    nxt = np.roll(xy, -1, axis=0)
    d = nxt - xy
    t = np.einsum("ij,ij->i", np.array(ray.outer) - xy, d) / np.einsum("ij,ij->i", d, d)
    foot = xy + np.clip(t, 0.0, 1.0)[:, None] * d
    k = int(np.argmin(np.hypot(*(foot - ray.outer).T)))
    u, v = ring[k], ring[(k + 1) % len(ring)]
    at = float(np.clip(t[k], 0.0, 1.0))
    wanted[_edge(u, v)].append((at if u < v else 1.0 - at, number, ray))
