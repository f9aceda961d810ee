"""Facilities: what each community has, has too small, or lacks; where it stands, and what nobody wrote down.

The sizes are drawn around what one finds in old and new districts; they are no standards. A facility stands on the
*front* of a cell (the pavement), *inside* an estate (on a lane), or is a whole cell (a school, a park).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from types import MappingProxyType

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from linli.strictyaml import read_yaml
from linli.survey.demo.cells import Fabric
from linli.survey.demo.districts import Land

__all__ = ["Kind", "Sites", "draw_facilities", "find_sites", "kind_of", "take_sites"]

Array = NDArray[np.float64]

_PROFILES = ("quarter", "old", "mixed", "new", "village")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one type of facility occurs.

    Parameters
    ----------
    type
        Code of the facility type.
    label
        What signs say.
    chance
        Mean number per community, by profile (quarter, old, mixed, new, village); 0 if `per_1000` or `level` says it.
    per_1000
        Mean number per 1,000 residents.
    level
        ``community``, ``subdistrict`` (`chance` is then per subdistrict) or ``estate`` (per estate).
    floor_m2, site_m2
        Middle and spread (of the logarithm) of floor and site area; None where it has none.
    m2_per_place
        Floor area per place, m²; 0 where places are not counted.
    hours, operator
        Opening hours and who runs it.
    unmeasured
        Share whose areas nobody measured.
    """

    type: str
    label: str
    chance: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 0.0)
    per_1000: float = 0.0
    level: str = "community"
    floor_m2: tuple[float, float] | None = None
    site_m2: tuple[float, float] | None = None
    m2_per_place: float = 0.0
    hours: str | None = None
    operator: str | None = None
    unmeasured: float = 0.08


@cache
def _kinds() -> Mapping[str, Kind]:
    """Return how every type occurs, in the order of the table that comes with the package."""
    with as_file(files("linli.survey.demo") / "facility_kinds.yaml") as path:
        table = read_yaml(path).data
    kinds = {}
    for type_, body in table.items():
        chance = body.pop("chance", 0.0)
        each = tuple(chance) if isinstance(chance, list) else (float(chance),) * len(_PROFILES)
        for key in ("floor_m2", "site_m2"):
            body[key] = tuple(body[key]) if key in body else None
        kinds[type_] = Kind(type=type_, chance=each, **body)
    return MappingProxyType(kinds)


_PARK_HA = 1.0
_STOP_EVERY_M = 240.0
_STOPS_APART_M = 330.0
_FRONT_EVERY_M = 19.0


def kind_of(type_: str) -> Kind:
    """Return how a facility type occurs.

    Raises
    ------
    KeyError
        If the demo does not know the type.
    """
    return _kinds()[type_]


@dataclass(frozen=True, slots=True)
class Sites:
    """Places where something can stand, in a random order within each owner.

    Parameters
    ----------
    front, front_owner
        Points on the pavement, shape (n, 2), metres, and the community of each.
    inner, inner_owner
        Points beside the lanes of estates and the cell of each.
    """

    front: Array
    front_owner: NDArray[np.int64]
    inner: Array
    inner_owner: NDArray[np.int64]


def _shuffled(points: Array, owner: NDArray[np.int64], key: Array) -> tuple[Array, NDArray[np.int64]]:
    order = np.lexsort((key, owner))
    return points[order], owner[order]


def find_sites(fabric: Fabric, rng: np.random.Generator) -> Sites:
    """Return places on the fronts of cells and inside estates.

    Parameters
    ----------
    fabric
        What is drawn on the land, metres.
    rng
        Source of chance.

    Returns
    -------
    Sites
        Points that no two facilities of one owner need to share.
    """
    used = [i for i, cell in enumerate(fabric.cells) if cell.use not in {"park", "vacant", "school"}]
    rings = np.array([fabric.cells[i].fence.exterior for i in used], dtype=object)
    count = np.maximum(2, shapely.length(rings) // _FRONT_EVERY_M).astype(int)
    which = np.repeat(np.arange(len(used)), count)
    step = (np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + 0.5) / count[which]
    front = shapely.get_coordinates(shapely.line_interpolate_point(rings[which], step, normalized=True))
    bonus = np.array([0.4 if fabric.cells[i].use == "commerce" else 0.0 for i in used])[which]
    community = np.array([fabric.cells[i].community for i in used])[which]
    front, front_owner = _shuffled(front, community, rng.random(len(which)) - bonus)
    lane = np.isin(fabric.lane_kind, ["lane", "gate"])
    seg, owner = fabric.lanes[lane], fabric.lane_cell[lane]
    middle, d = (seg[:, :2] + seg[:, 2:]) / 2, seg[:, 2:] - seg[:, :2]
    length = np.maximum(np.hypot(d[:, 0], d[:, 1]), 0.1)
    inner = middle + 3.0 * np.column_stack([-d[:, 1], d[:, 0]]) / length[:, None]
    inner, inner_owner = _shuffled(inner, owner, rng.random(len(owner)))
    return Sites(front, front_owner, inner, inner_owner)


def take_sites(points: Array, owner: NDArray[np.int64], asked: NDArray[np.int64], *, from_end: bool = False) -> Array:
    """Return a point of its owner for each request, the next free one each time.

    Parameters
    ----------
    points, owner
        Places and their owners, sorted by owner; shapes (n, 2), metres, and (n,).
    asked
        Owner asked for by each request, shape (m,).
    from_end
        Take an owner's last places first, so that two kinds of things do not share a place.

    Returns
    -------
    numpy.ndarray
        Shape (m, 2), metres; NaN where the owner has no place.
    """
    rank = pd.Series(asked).groupby(asked).cumcount().to_numpy()
    size = np.bincount(owner, minlength=int(asked.max(initial=0)) + 1)
    start = np.cumsum(size) - size
    out = np.full((len(asked), 2), np.nan)
    some = size[asked] > 0
    mine = size[asked[some]]
    k = rank[some] % mine
    out[some] = points[start[asked[some]] + (mine - 1 - k if from_end else k)]
    return out


def _requests(
    communities: pd.DataFrame, estates: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return which facilities stand on fronts (type, community number) and inside estates (type, cell)."""
    column = communities["profile"].map({p: i for i, p in enumerate(_PROFILES)}).to_numpy()
    group = pd.factorize(communities["subdistrict"])[0]
    front, inner = [], []
    for kind in _kinds().values():
        chance = np.array(kind.chance)
        if not (chance.any() or kind.per_1000):
            continue
        if kind.level == "estate":
            mine = estates["community_number"].to_numpy()
            n = _how_many(chance[column[mine]], rng)
            inner.append(pd.DataFrame({"type": kind.type, "owner": np.repeat(estates["cell"].to_numpy(), n)}))
            continue
        if kind.level == "subdistrict":
            n = np.zeros(len(communities), dtype=int)
            for g in range(group.max() + 1):
                n[rng.choice(np.flatnonzero(group == g))] = _how_many(chance[:1], rng)[0]
        elif kind.per_1000:
            n = rng.poisson(communities["residents"].to_numpy() / 1000.0 * kind.per_1000)
        else:
            n = _how_many(chance[column], rng)
        front.append(pd.DataFrame({"type": kind.type, "owner": np.repeat(np.arange(len(communities)), n)}))
    offices = estates.loc[estates["property_service"].isin(["professional", "trusteeship"]), "cell"].to_numpy()
    inner.append(pd.DataFrame({"type": "property_office", "owner": offices}))
    return pd.concat(front, ignore_index=True), pd.concat(inner, ignore_index=True)


def _how_many(mean: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return whole numbers with these means, each the whole part or one more."""
    return (np.floor(mean) + (rng.random(len(mean)) < mean - np.floor(mean))).astype(np.int64)


def _cells_as_facilities(fabric: Fabric, rng: np.random.Generator) -> pd.DataFrame:
    """Return schools and parks: whole cells, as outlines or (half of the parks) by their gates."""
    rows = []
    for cell in fabric.cells:
        if cell.use not in {"school", "park"}:
            continue
        if cell.use == "school":
            type_ = "primary_school" if rng.random() < 0.62 else "junior_school"  # noqa: PLR2004
        else:
            type_ = "park" if cell.fence.area > _PARK_HA * 1e4 else "community_garden"
        gates = sorted(set(cell.gates))
        by_gates = cell.use == "park" and len(gates) > 1 and rng.random() < 0.5  # noqa: PLR2004
        shape = shapely.MultiPoint(_inside(cell.fence, gates)) if by_gates else cell.fence
        rows.append((type_, cell.community, np.round(cell.fence.area), shape))
    return pd.DataFrame(rows, columns=["type", "owner", "site_area_m2", "geometry"])


def _inside(fence: shapely.Polygon, gates: list[tuple[float, float]]) -> list[shapely.Point]:
    """Return the points of a fence nearest to its gates."""
    ring = fence.exterior
    return [ring.interpolate(ring.project(shapely.Point(gate))) for gate in gates]


def _stops(land: Land, rng: np.random.Generator) -> pd.DataFrame:
    """Return bus stops in pairs along the larger streets, and metro stations with three entrances on one side."""
    mesh = land.mesh
    edges = np.array(sorted(e for e, kind in mesh.kind.items() if kind in {"arterial", "collector"}))
    x, y = np.array(mesh.x), np.array(mesh.y)
    p, q = np.column_stack([x[edges[:, 0]], y[edges[:, 0]]]), np.column_stack([x[edges[:, 1]], y[edges[:, 1]]])
    length = np.hypot(*(q - p).T)
    chosen = np.flatnonzero(rng.random(len(edges)) < length / _STOP_EVERY_M)
    _, alone = np.unique(np.floor((p + q)[chosen] / 2 / _STOPS_APART_M), axis=0, return_index=True)
    chosen = chosen[np.sort(alone)]
    d = (q - p)[chosen] / length[chosen][:, None]
    side = np.column_stack([-d[:, 1], d[:, 0]]) * 8.0
    middle = (p + q)[chosen] / 2
    left, right = (_owners(land, e) for e in (edges[chosen], edges[chosen][:, ::-1]))
    points = np.vstack([middle + side + 12.0 * d, middle - side - 12.0 * d])
    frame = pd.DataFrame({"type": "bus_stop", "owner": [*left, *right], "geometry": shapely.points(points)})
    inland = np.flatnonzero((np.array(left) >= 0) & (np.array(right) >= 0))
    stations = rng.permutation(inland)[: max(1, land.n_communities // 8)]
    spread = 34.0 * d
    metro = [
        shapely.MultiPoint(np.array([2.5 * side[k] + step * spread[k] for step in (-1, 0, 1)]) + middle[k])
        for k in stations
    ]
    more = pd.DataFrame({"type": "metro_station", "owner": [left[k] for k in stations], "geometry": metro})
    return pd.concat([frame[frame["owner"] >= 0], more], ignore_index=True)


def _points(xy: Array) -> NDArray[np.object_]:
    return np.asarray(shapely.points(xy), dtype=object)


def _owners(land: Land, edges: NDArray[np.int64]) -> list[int]:
    """Return the community on the left of each border; -1 where there is none, or water."""
    faces = [land.mesh.left.get((int(u), int(v)), -1) for u, v in edges]
    return [-1 if face in land.water else land.community.get(face, -1) for face in faces]


def _measures(types: pd.Series, site: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Draw floor area, site area and places; some stay unknown."""
    out = pd.DataFrame(
        {"floor_area_m2": np.nan, "site_area_m2": site.astype(float), "capacity": np.nan}, index=types.index
    )
    for name, rows in types.groupby(types, sort=True).groups.items():
        kind, n = kind_of(str(name)), len(rows)
        known = rng.random((3, n)) >= kind.unmeasured
        for column, size, seen in (
            ("floor_area_m2", kind.floor_m2, known[0]),
            ("site_area_m2", kind.site_m2, known[1]),
        ):
            if size is not None:
                drawn = np.exp(rng.normal(np.log(size[0]), size[1], n))
                out.loc[rows, column] = np.where(seen, _tidy(drawn), np.nan)
                if column == "floor_area_m2" and kind.m2_per_place:
                    places = np.round(drawn / kind.m2_per_place * rng.uniform(0.85, 1.1, n))
                    out.loc[rows, "capacity"] = np.where(known[2], places, np.nan)
    return out


def _tidy(area: Array) -> Array:
    """Round areas the way people write them: small ones to the metre, large ones to ten."""
    return np.where(area < 100.0, np.round(area), np.round(area / 10.0) * 10.0)  # noqa: PLR2004


def draw_facilities(
    land: Land,
    fabric: Fabric,
    sites: Sites,
    communities: pd.DataFrame,
    estates: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the facilities, with the gaps of a real place.

    Parameters
    ----------
    land, fabric, sites
        The land, what is drawn on it and where something can stand, metres.
    communities, estates
        From `draw_communities` (with ``profile``) and `draw_estates` (with ``cell`` and ``community_number``).
    rng
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        The layer's columns, geometry in metres around the centre.
    """
    front, inner = _requests(communities, estates, rng)
    front["geometry"] = _points(take_sites(sites.front, sites.front_owner, front["owner"].to_numpy()))
    at = take_sites(sites.inner, sites.inner_owner, inner["owner"].to_numpy())
    inner = inner[np.isfinite(at[:, 0])].assign(geometry=_points(at[np.isfinite(at[:, 0])]))
    inner["owner"] = np.array([cell.community for cell in fabric.cells])[inner["owner"]]
    frame = pd.concat([front, inner, _cells_as_facilities(fabric, rng), _stops(land, rng)], ignore_index=True)
    frame["owner"] = frame["owner"].astype(np.int64)
    frame = frame.sort_values(["owner", "type"], kind="stable", ignore_index=True)
    n = len(frame)
    u = rng.random((3, n))
    kinds = [kind_of(t) for t in frame["type"]]
    indoor = np.array([kind.floor_m2 is not None for kind in kinds])
    storey = np.where(indoor, np.where(u[0] < 0.86, 1.0, 2.0), np.nan)  # noqa: PLR2004
    own = pd.array(np.where(storey == 1.0, u[1] < 0.85, u[1] < 0.3), dtype="boolean")  # noqa: PLR2004
    own[~indoor] = pd.NA
    return pd.DataFrame(
        {
            "facility_id": [f"F{i + 1:06d}" for i in range(n)],
            "type": frame["type"],
            "name": _names(frame, communities),
            "community_id": communities["community_id"].to_numpy()[frame["owner"]],
            **_measures(frame["type"], frame["site_area_m2"], rng),
            "storey": storey,
            "own_entrance": own,
            "opening_hours": [kind.hours for kind in kinds],
            "operator": [kind.operator for kind in kinds],
            "status": _statuses(frame["type"], u[2]),
            "geometry": frame["geometry"],
        }
    )


def _names(frame: pd.DataFrame, communities: pd.DataFrame) -> list[str]:
    stems = communities["name"].str.removesuffix("社区").to_numpy()[frame["owner"]]
    streets = communities["subdistrict"].str.removesuffix("街道").to_numpy()[frame["owner"]]
    rank = frame.groupby(["owner", "type"]).cumcount().to_numpy()
    out = []
    for type_, stem, street, k in zip(frame["type"], stems, streets, rank, strict=True):
        kind = kind_of(type_)
        base = street if kind.level == "subdistrict" else stem
        label = (
            kind.label.removeprefix("街道")
            if kind.level == "subdistrict" and type_ != "subdistrict_office"
            else kind.label
        )
        out.append(
            f"{base}{label.removeprefix('社区') if type_ == 'service_station' else label}" + (f"({k + 1})" if k else "")
        )
    return out


def _statuses(types: pd.Series, u: Array) -> NDArray[np.object_]:
    """Return in_use, but for a few that are suspended, planned or closed (never the only office of a subdistrict)."""
    steady = types.isin(["bus_stop", "metro_station", "subdistrict_office", "health_centre", "park"]).to_numpy()
    status = np.select([u < 0.016, u < 0.03, u < 0.042], ["suspended", "planned", "closed"], "in_use")  # noqa: PLR2004
    return np.where(steady, "in_use", status).astype(object)
