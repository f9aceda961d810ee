"""What a community could still use (vacant rooms, plots) and what its people say (answers, wishes)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from linli.survey.demo.cells import Fabric
from linli.survey.demo.facilities import Sites, take_sites

__all__ = ["ANSWER_ITEMS", "draw_answers", "draw_plots", "draw_rooms", "draw_wishes", "wish_counts"]

ANSWER_ITEMS: Mapping[str, str] = {
    "complete_community/parcel_facilities": "快递驿站现场核查表",
    "complete_community/utilities": "水电气专营单位巡检记录",
    "complete_community/parking": "停车及消防通道核查照片",
    "complete_community/slow_traffic": "慢行系统现场踏勘记录",
    "complete_community/barrier_free": "无障碍设施排查表",
    "complete_community/property_platform": "平台运行截图",
    "complete_community/governance_mechanism": "社区议事协商制度",
    "complete_community/integrated_management": "综合执法进社区台账",
    "complete_community/community_culture": "居民公约及活动照片",
}
"""Items that only people can answer, and the kind of evidence they give."""

_OWNERS: Mapping[str, tuple[float, str, tuple[float, float]]] = {
    "government": (0.4, "区机关事务服务中心", (0.0, 0.0)),
    "state_company": (0.28, "区城建资产经营公司", (12.0, 38.0)),
    "collective": (0.16, "{stem}股份经济合作社", (18.0, 45.0)),
    "owners": (0.1, "{stem}小区业主共有", (0.0, 12.0)),
    "private": (0.06, "个人产权", (30.0, 75.0)),
}
_ROOM_NAMES = (
    "原居委会用房",
    "闲置门面房",
    "原自行车库",
    "原锅炉房",
    "架空层用房",
    "原幼儿园分部",
    "闲置办公楼一层",
    "原菜场二层",
)
_ALLOWED = (
    "canteen;elderly_station",
    "nursery;culture_station",
    "elderly_day_care;elderly_station;canteen",
    "culture_station;library",
    "convenience_store;parcel_station",
    "nursery",
    "health_station",
    None,
)
_PLOT_NAMES = ("储备地块", "边角地", "原临时停车场", "待更新地块")

_WISHED: tuple[str, ...] = (
    "canteen", "elderly_day_care", "nursery", "parking", "charging", "small_sports_ground", "children_playground",
    "pocket_park", "market", "health_station", "culture_station", "fitness_ground", "supermarket", "parcel_station",
)  # fmt: skip
_WISH_PULL: Mapping[str, tuple[str, float]] = {
    "canteen": ("old", 0.24),
    "elderly_day_care": ("old", 0.16),
    "nursery": ("young", 0.16),
    "children_playground": ("young", 0.2),
    "parking": ("all", 0.34),
    "charging": ("all", 0.18),
}


def draw_rooms(sites: Sites, communities: pd.DataFrame, surveyed_on: date, rng: np.random.Generator) -> pd.DataFrame:
    """Return vacant or under-used rooms, about two per community, geometry in metres around the centre."""
    owner = np.repeat(np.arange(len(communities)), rng.poisson(2.2, len(communities)))
    at = take_sites(sites.front, sites.front_owner, owner, from_end=True)
    n = len(owner)
    kinds = rng.choice(list(_OWNERS), n, p=[odds for odds, _, _ in _OWNERS.values()])
    stems = communities["name"].str.removesuffix("社区").to_numpy()[owner]
    area = np.exp(rng.normal(np.log(230.0), 0.6, n)).clip(35.0, 1600.0)
    rent = [np.round(rng.uniform(*_OWNERS[kind][2])) for kind in kinds]
    storey = rng.choice([1.0, 1.0, 1.0, 2.0, 3.0], n)
    first = np.datetime64(surveyed_on, "D")
    return pd.DataFrame(
        {
            "room_id": [f"R{i + 1:05d}" for i in range(n)],
            "name": [f"{stem}{_ROOM_NAMES[int(k)]}" for stem, k in zip(stems, rng.integers(0, 8, n), strict=True)],
            "community_id": communities["community_id"].to_numpy()[owner],
            "owner": [_OWNERS[kind][1].format(stem=stem) for kind, stem in zip(kinds, stems, strict=True)],
            "owner_kind": kinds,
            "floor_area_m2": np.round(area),
            "storey": storey,
            "own_entrance": rng.random(n) < np.where(storey == 1.0, 0.9, 0.5),
            "available_from": first + rng.integers(-60, 400, n).astype("timedelta64[D]"),
            "term_years": rng.choice([3.0, 5.0, 8.0, 10.0, np.nan], n, p=[0.2, 0.35, 0.15, 0.2, 0.1]),
            "rent_yuan_m2_month": np.where(rng.random(n) < 0.12, np.nan, rent),  # noqa: PLR2004
            "allowed_types": [_ALLOWED[int(k)] for k in rng.integers(0, len(_ALLOWED), n)],
            "geometry": shapely.points(at),
        }
    )  # fmt: skip


def draw_plots(fabric: Fabric, sites: Sites, communities: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return sites that could be built on: parts of vacant cells, and odd corners as points; metres."""
    rows: list[tuple[int, str, float, float, object]] = []
    for cell in fabric.cells:
        part = cell.fence.buffer(-12.0, join_style="mitre") if cell.use == "vacant" else None
        if part is None or part.geom_type != "Polygon" or part.is_empty:
            continue
        area = float(np.round(part.area))
        rows.append((cell.community, _PLOT_NAMES[0], area, float(np.round(area * rng.uniform(0.8, 1.6), -1)), part))
    corners = np.repeat(np.arange(len(communities)), rng.poisson(0.5, len(communities)))
    at = take_sites(sites.front, sites.front_owner, corners, from_end=True) + rng.uniform(-2.0, 2.0, (len(corners), 2))
    for number, point in zip(corners.tolist(), at, strict=True):
        area = float(np.round(np.exp(rng.normal(np.log(700.0), 0.5))))
        build = float(np.round(area * rng.uniform(0.3, 1.0), -1)) if rng.random() < 0.5 else 0.0  # noqa: PLR2004
        rows.append((number, _PLOT_NAMES[int(rng.integers(1, 4))], area, build, shapely.Point(point)))
    rows.sort(key=lambda row: row[0])
    stems = communities["name"].str.removesuffix("社区")
    return pd.DataFrame(
        {
            "plot_id": [f"P{i + 1:04d}" for i in range(len(rows))],
            "name": [f"{stems[row[0]]}{row[1]}" for row in rows],
            "community_id": [communities["community_id"][row[0]] for row in rows],
            "site_area_m2": [row[2] for row in rows],
            "buildable_floor_area_m2": [row[3] for row in rows],
            "geometry": np.array([row[4] for row in rows], dtype=object),
        }
    )


def draw_answers(communities: pd.DataFrame, surveyed_on: date, rng: np.random.Generator) -> pd.DataFrame:
    """Return answers to the items no map can measure; about one in eight is missing."""
    ids = np.repeat(communities["community_id"].to_numpy(), len(ANSWER_ITEMS))
    items = np.tile(np.array(list(ANSWER_ITEMS), dtype=object), len(communities))
    good = np.repeat(np.where(communities["profile"] == "new", 0.75, 0.45), len(ANSWER_ITEMS))
    u = rng.random(len(ids))
    value = np.select([u < good, u < good + 0.35], ["yes", "partly"], "no").astype(object)
    seen = rng.random(len(ids)) < 0.6  # noqa: PLR2004 (who has papers to show)
    evidence = np.tile(np.array(list(ANSWER_ITEMS.values()), dtype=object), len(communities))
    evidence[~seen] = None
    day = np.datetime64(surveyed_on, "D") - rng.integers(1, 75, len(ids)).astype("timedelta64[D]")
    frame = pd.DataFrame({"community_id": ids, "item": items, "value": value, "evidence": evidence, "answered_on": day})
    return frame[rng.random(len(frame)) < 0.87].reset_index(drop=True)  # noqa: PLR2004


def draw_wishes(communities: pd.DataFrame, facilities: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return what households asked for: half to four fifths of them were asked, and they ask for what is lacking."""
    rows = []
    in_use = facilities[facilities["status"] == "in_use"]
    has = in_use.groupby(["community_id", "type"]).size()
    for number in range(len(communities)):
        who = communities.iloc[number]
        asked = int(who["households"] * rng.uniform(0.5, 0.8))
        chance = _wish_chance(who, has, rng)
        counts = rng.binomial(asked, chance)
        rows += [
            (who["community_id"], float(asked), type_, float(count))
            for type_, count, p in zip(_WISHED, counts, chance, strict=True)
            if p > 0.03  # noqa: PLR2004 (nobody mentions the rest)
        ]
    return pd.DataFrame(rows, columns=["community_id", "households_asked", "type", "count"])


def _wish_chance(who: pd.Series, has: pd.Series, rng: np.random.Generator) -> NDArray[np.float64]:
    old = float(who["residents_60_79"] + who["residents_80_plus"]) / max(float(who["residents"]), 1.0)
    young = float(who["residents_0_2"] + who["residents_3_5"]) / max(float(who["residents"]), 1.0)
    pull = {"old": old / 0.22, "young": young / 0.06, "all": 1.0}
    out = []
    for type_ in _WISHED:
        group, base = _WISH_PULL.get(type_, ("all", 0.11))
        lacking = 1.0 if (who["community_id"], type_) not in has.index else 0.22
        out.append(base * pull[group] * lacking * rng.uniform(0.6, 1.4))
    return np.array(out).clip(0.0, 0.8)


def wish_counts(wishes: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the wishes asked again a year later: other households, counts drifting.

    Parameters
    ----------
    wishes
        The layer of the round before.
    rng
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        Same rows; `households_asked` and `count` changed.
    """
    share = (wishes["count"] / wishes["households_asked"]).to_numpy()
    drift = {key: rng.uniform(0.88, 1.1) for key in wishes["community_id"].unique()}
    asked = np.floor(wishes["households_asked"].to_numpy() * wishes["community_id"].map(drift).to_numpy())
    chance = (share * rng.uniform(0.75, 1.25, len(wishes))).clip(0.0, 0.95)
    return wishes.assign(households_asked=asked, count=rng.binomial(asked.astype(int), chance).astype(float))
