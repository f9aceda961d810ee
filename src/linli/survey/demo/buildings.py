"""Residential buildings, estates and communities as tables, with their sums agreeing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from linli.survey.demo.cells import Fabric
from linli.survey.demo.districts import Land
from linli.survey.demo.layout import box_polygons
from linli.survey.demo.mesh import ring_xy
from linli.survey.demo.names import estate_name, invent_pairs, jurisdiction
from linli.survey.demo.people import apportion, by_age
from linli.survey.demo.plan import ROW_SPECS, CityPlan
from linli.units import AGE_BANDS, residents_column

__all__ = ["BAND_COLUMNS", "draw_buildings", "draw_communities", "draw_estates", "name_communities", "sum_residents"]

BAND_COLUMNS: tuple[str, ...] = tuple(residents_column(band) for band in AGE_BANDS)

_SMALL_USES = ("quarter", "village")
_OLD_BEFORE = 2000
_LIFT_FROM = 8
_NAMES = 4000

_SERVICES: Mapping[str, Mapping[str, float]] = {
    "old": {"trusteeship": 0.36, "self": 0.24, "none": 0.18, "social": 0.08, "professional": 0.14},
    "mid": {"professional": 0.78, "trusteeship": 0.1, "self": 0.12},
    "new": {"professional": 1.0},
    "village": {"self": 0.6, "trusteeship": 0.2, "none": 0.2},
}
_PARKING: Mapping[str, tuple[float, float]] = {
    "old": (0.12, 0.42),
    "mid": (0.5, 0.95),
    "new": (0.92, 1.45),
    "village": (0.08, 0.3),
}
_CHARGING: Mapping[str, tuple[float, float]] = {
    "old": (0.0, 0.05),
    "mid": (0.02, 0.12),
    "new": (0.1, 0.4),
    "village": (0.0, 0.03),
}


def name_communities(land: Land, plan: CityPlan, rng: np.random.Generator) -> pd.DataFrame:
    """Return community_id, name, subdistrict and district of each community, by its number."""
    rows = jurisdiction(land.centre, plan.communities_per_subdistrict, plan.subdistricts_per_district, rng)
    return pd.DataFrame(rows, columns=["community_id", "name", "subdistrict", "district"])


def _keep_boxes(fabric: Fabric, plan: CityPlan, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the buildings, less as many small houses as the plan has too many."""
    boxes = fabric.boxes
    if plan.buildings_per_community is None:
        return boxes
    spare = len(boxes) - round(plan.communities * plan.buildings_per_community)
    if spare <= 0:
        return boxes
    small = np.array([cell.use in _SMALL_USES for cell in fabric.cells])[boxes[:, 5].astype(int)]
    drop = rng.choice(np.flatnonzero(small), min(spare, int(small.sum())), replace=False)
    return np.delete(boxes, drop, axis=0)


def _cell_facts(fabric: Fabric, rng: np.random.Generator) -> pd.DataFrame:
    """Return what all buildings of a cell have in common."""
    n = len(fabric.cells)
    specs = [ROW_SPECS.get(cell.use) for cell in fabric.cells]
    u = rng.random((4, n))
    facts = pd.DataFrame({"use": [cell.use for cell in fabric.cells]})
    facts["community"] = [cell.community for cell in fabric.cells]
    for k, (column, field) in enumerate([("year", "built"), ("base", "storeys"), ("dwelling_m2", "dwelling_m2")]):
        low_high = np.array([getattr(spec, field) if spec else (0, 0) for spec in specs], dtype=float)
        facts[column] = low_high[:, 0] + u[k] * (low_high[:, 1] - low_high[:, 0])
    facts["household"] = [spec.household if spec else 0.0 for spec in specs]
    facts["occupied"] = 0.8 + 0.17 * u[3]
    return facts


def draw_buildings(
    fabric: Fabric, plan: CityPlan, communities: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the buildings and the facts of their cells.

    Parameters
    ----------
    fabric
        What is drawn on the land.
    plan
        Size and mix of the city.
    communities
        From `name_communities`.
    rng
        Source of chance.

    Returns
    -------
    tuple[pandas.DataFrame, pandas.DataFrame]
        The layer's columns with geometry in metres around the centre, plus ``cell``; and one row per cell: use,
        community, year, estate_id, households.
    """
    boxes = _keep_boxes(fabric, plan, rng)
    cell = boxes[:, 5].astype(np.int64)
    order = np.lexsort((-boxes[:, 0] // 40, -boxes[:, 1] // 20, cell))
    boxes, cell = boxes[order], cell[order]
    facts = _cell_facts(fabric, rng)
    facts["estate_id"] = _estate_ids(facts, cell, communities)
    mine = facts.loc[cell].reset_index(drop=True)
    n = len(boxes)
    storeys = np.round(mine["base"] + rng.choice([-1, 0, 0, 0, 1], n) * (mine["use"] != "new")).clip(lower=1)
    floor = np.round(boxes[:, 2] * boxes[:, 3] * storeys * rng.uniform(0.94, 1.0, n))
    dwellings = np.maximum(1, np.round(floor / mine["dwelling_m2"]))
    lived_in = dwellings * mine["occupied"]
    total = round(plan.communities * plan.residents_per_community)
    residents = apportion((lived_in * mine["household"]).to_numpy() * rng.uniform(0.9, 1.1, n), total)
    people = by_age(residents, facts["use"].tolist(), cell, rng)
    facts["households"] = np.round(np.bincount(cell, lived_in, len(facts))).astype(np.int64)
    frame = pd.DataFrame(
        {
            "building_id": _building_ids(mine, communities),
            "estate_id": mine["estate_id"],
            "community_id": communities["community_id"].to_numpy()[mine["community"]],
            "built_year": np.round(mine["year"] + rng.choice([-1, 0, 0, 0, 1, 2], n)).clip(upper=2025),
            "storeys": storeys.astype(float),
            "dwellings": dwellings.astype(float),
            "floor_area_m2": floor.astype(float),
            "has_lift": _lifts(mine, storeys.to_numpy(), cell, rng),
            "residents": residents.astype(float),
            **{name: people[:, k].astype(float) for k, name in enumerate(BAND_COLUMNS)},
            "cell": cell,
            "geometry": box_polygons(np.round(boxes, 3)),
        }
    )
    return frame, facts


def _estate_ids(facts: pd.DataFrame, cell: NDArray[np.int64], communities: pd.DataFrame) -> list[str | None]:
    """Return the estate of each cell that is one: not the old quarter, not without buildings."""
    filled = np.bincount(cell, minlength=len(facts)) > 0
    estates = filled & facts["use"].isin(list(_SERVICES)).to_numpy()
    rank = facts.assign(n=estates).groupby("community")["n"].cumsum().astype(int)
    codes = communities["community_id"].to_numpy()[facts["community"]]
    return [f"{c}E{r:02d}" if ok else None for c, r, ok in zip(codes, rank, estates, strict=True)]


def _building_ids(mine: pd.DataFrame, communities: pd.DataFrame) -> list[str]:
    """Return ids that count within the estate, or within the community's houses."""
    owner = mine["estate_id"].fillna(pd.Series(communities["community_id"].to_numpy()[mine["community"]] + "H"))
    rank = owner.groupby(owner, sort=False).cumcount() + 1
    return [f"{o}B{r:03d}" if "E" in o else f"{o}{r:04d}" for o, r in zip(owner, rank, strict=True)]


def _lifts(
    mine: pd.DataFrame, storeys: NDArray[np.float64], cell: NDArray[np.int64], rng: np.random.Generator
) -> pd.arrays.BooleanArray:
    """Return who has a lift: high houses, a few old ones that got one; unknown in a few estates."""
    retrofit = (mine["use"] == "old") & (rng.random(len(mine)) < 0.05)  # noqa: PLR2004
    lift = (storeys >= _LIFT_FROM) | retrofit.to_numpy()
    unknown = (rng.random(cell.max() + 1) < 0.03)[cell]  # noqa: PLR2004
    values = pd.array(lift, dtype="boolean")
    values[unknown] = pd.NA
    return values


def sum_residents(buildings: pd.DataFrame, by: str, ids: pd.Series) -> pd.DataFrame:
    """Return the residents columns summed over the buildings of each id, in the order of `ids`."""
    columns = ["residents", *BAND_COLUMNS]
    return buildings.groupby(by)[columns].sum().reindex(ids).fillna(0.0).reset_index(drop=True)


def draw_estates(
    fabric: Fabric, buildings: pd.DataFrame, facts: pd.DataFrame, communities: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the estates, geometry in metres around the centre."""
    cells = facts.index[facts["estate_id"].notna()]
    mine = facts.loc[cells].reset_index(drop=True)
    n = len(mine)
    sums = buildings.groupby("cell")[["dwellings", "floor_area_m2"]].sum().loc[cells].reset_index(drop=True)
    u = rng.random((4, n))
    park, charge = (np.array([t[use] for use in mine["use"]]) for t in (_PARKING, _CHARGING))
    spaces = np.round(sums["dwellings"] * (park[:, 0] + u[0] * (park[:, 1] - park[:, 0])))
    office = np.round(sums["floor_area_m2"] * np.where(mine["use"] == "new", 0.0024, 0.0014) * (0.4 + u[1]))
    stems = invent_pairs(n, rng) if n < _NAMES else invent_pairs(_NAMES, rng) * (1 + n // _NAMES)
    frame = pd.DataFrame(
        {
            "estate_id": mine["estate_id"],
            "community_id": communities["community_id"].to_numpy()[mine["community"]],
            "name": [estate_name(use, stem, rng) for use, stem in zip(mine["use"], stems[:n], strict=True)],
            "built_year": np.round(mine["year"]),
            "old_estate": ((mine["year"] < _OLD_BEFORE) & (mine["use"] == "old")).astype("boolean"),
            "dwellings": sums["dwellings"],
            "floor_area_m2": sums["floor_area_m2"],
            "parking_spaces": spaces.where(u[2] > 0.06),  # noqa: PLR2004
            "charging_spaces": np.round(spaces * (charge[:, 0] + u[3] * (charge[:, 1] - charge[:, 0]))),
            "property_service": [_draw(_SERVICES[use], rng) for use in mine["use"]],
            "property_office_m2": office.where((mine["use"] != "old") | (u[1] > 0.55)),  # noqa: PLR2004
        }
    )
    frame = pd.concat([frame, sum_residents(buildings, "estate_id", frame["estate_id"])], axis=1)
    return frame.assign(geometry=np.array([fabric.cells[i].fence for i in cells], dtype=object), use=mine["use"])


def _draw(odds: Mapping[str, float], rng: np.random.Generator) -> str:
    names = list(odds)
    p = np.array([odds[name] for name in names])
    return names[int(rng.choice(len(names), p=p / p.sum()))]


def draw_communities(
    land: Land, fabric: Fabric, buildings: pd.DataFrame, facts: pd.DataFrame, named: pd.DataFrame
) -> pd.DataFrame:
    """Return the communities with sums of their buildings, geometry in metres around the centre."""
    faces = sorted(land.community)
    numbers = np.array([land.community[f] for f in faces])
    shapes = np.array([shapely.Polygon(ring_xy(land.mesh, f)) for f in faces], dtype=object)
    outlines = [_one_piece(shapely.coverage_union_all(shapes[numbers == i])) for i in range(land.n_communities)]
    sums = buildings.groupby("community_id")[["dwellings", "floor_area_m2"]].sum()
    sums = sums.reindex(named["community_id"]).fillna(0.0).reset_index(drop=True)
    profile = np.array(fabric.profile)
    rank = pd.Series(profile).groupby(profile).cumcount().to_numpy()
    count = pd.Series(profile).map(pd.Series(profile).value_counts()).to_numpy()
    new = (profile == "new") & (rank >= count / 3)
    project = np.full(len(profile), None, dtype=object)
    project[new & (rank % 2 == 1)] = "leading_new"
    project[(profile == "old") & (rank % 3 == 0)] = "leading_renewal"
    project[(profile == "mixed") & (rank % 3 == 1)] = "inclusive"
    frame = named.assign(
        kind=np.where(new, "new", "existing"),
        project_type=project,
        households=facts.groupby("community")["households"].sum().reindex(range(len(named))).astype(float),
        dwellings=sums["dwellings"],
        floor_area_m2=sums["floor_area_m2"],
    )
    frame = pd.concat([frame, sum_residents(buildings, "community_id", frame["community_id"])], axis=1)
    return frame.assign(geometry=np.array(outlines, dtype=object), profile=profile)


def _one_piece(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a polygon where the union is one, else the multipolygon."""
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape
