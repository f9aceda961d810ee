"""The demo city as a whole: made from a seed, in EPSG:4326, for one round of the survey.

The same arguments give the same city, byte for byte. Each step draws from a stream of its own, so that a change in one
step does not shake the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from linli.survey.demo.buildings import draw_buildings, draw_communities, draw_estates, name_communities
from linli.survey.demo.cells import weave
from linli.survey.demo.districts import lay_out_land
from linli.survey.demo.facilities import draw_facilities, find_sites
from linli.survey.demo.names import CITY
from linli.survey.demo.plan import DISTRICT, CityPlan
from linli.survey.demo.rooms import draw_answers, draw_plots, draw_rooms, draw_wishes
from linli.survey.demo.rounds import Done, next_round
from linli.survey.demo.streets import draw_streets
from linli.survey.schema import GEOGRAPHIC_CRS, empty_frame

__all__ = ["METRIC_CRS", "DemoCity", "make_city"]

METRIC_CRS = "EPSG:4549"
"""CGCS2000, three-degree zone with the middle meridian 120°E."""

_FIRST_DAY = date(2025, 10, 31)
_STREAMS = ("land", "weave", "streets", "names", "buildings", "estates", "sites", "facilities", "rooms", "people")

Progress = Callable[[str, float | None], None]


@dataclass(frozen=True)
class DemoCity:
    """An invented city at one round of its survey.

    Parameters
    ----------
    layers
        Every layer of the survey schema, geometry in EPSG:4326. Streets are noded.
    meta
        name (zh, en), seed, round, surveyed_on, metric_crs, plan, fictional (always True), note (zh, en).
    ledger
        What changed since the round before: change, layer, id, column, before, after. Empty in round 1.
    """

    layers: Mapping[str, pd.DataFrame | gpd.GeoDataFrame]
    meta: Mapping[str, Any]
    ledger: pd.DataFrame


def _streams(seed: int) -> dict[str, np.random.Generator]:
    return {name: np.random.default_rng([seed, i]) for i, name in enumerate(_STREAMS)}


def _to_degrees(shapes: NDArray[np.object_], origin: tuple[float, float]) -> gpd.GeoSeries:
    """Return geometries in metres around the centre as longitude and latitude, to a tenth of a millimetre."""
    transformer = Transformer.from_crs(METRIC_CRS, GEOGRAPHIC_CRS, always_xy=True)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        lon, lat = transformer.transform(xy[:, 0] + origin[0], xy[:, 1] + origin[1])
        return np.round(np.column_stack([lon, lat]), 9)

    return gpd.GeoSeries(shapely.transform(np.asarray(shapes, dtype=object), move), crs=GEOGRAPHIC_CRS)


def _place_in_degrees(ledger: pd.DataFrame, origin: tuple[float, float]) -> pd.DataFrame:
    """Return the ledger with places as WKT in degrees."""
    moved = ledger["column"] == "geometry"
    ledger = ledger.copy()
    for column in ("before", "after"):
        shapes = ledger.loc[moved, column].to_numpy(dtype=object)
        ledger.loc[moved, column] = _to_degrees(shapes, origin).to_wkt().to_numpy() if len(shapes) else []
    return ledger


def _as_layer(name: str, frame: pd.DataFrame, origin: tuple[float, float]) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return a table with exactly the schema's columns and types, in degrees."""
    empty = empty_frame(name)
    table = pd.DataFrame(
        {c: pd.Series(frame[c].array).astype(empty[c].dtype) for c in empty.columns if c != "geometry"}
    )
    if not isinstance(empty, gpd.GeoDataFrame):
        return table
    return gpd.GeoDataFrame(table, geometry=_to_degrees(frame["geometry"].to_numpy(), origin))


def _first_round(plan: CityPlan, seed: int, progress: Progress) -> dict[str, pd.DataFrame]:
    rng = _streams(seed)
    progress("land", 0.0)
    land = lay_out_land(plan, rng["land"])
    progress("estates", 0.1)
    fabric = weave(land, plan, rng["weave"])
    progress("streets", 0.4)
    streets = draw_streets(land, fabric, rng["streets"])
    named = name_communities(land, plan, rng["names"])
    progress("buildings", 0.55)
    buildings, facts = draw_buildings(fabric, plan, named, rng["buildings"])
    estates = draw_estates(fabric, buildings, facts, named, rng["estates"])
    communities = draw_communities(land, fabric, buildings, facts, named)
    progress("facilities", 0.75)
    sites = find_sites(fabric, rng["sites"])
    cells = facts.index[facts["estate_id"].notna()]
    owned = estates.assign(cell=cells, community_number=facts.loc[cells, "community"].to_numpy())
    facilities = draw_facilities(land, fabric, sites, communities, owned, rng["facilities"])
    rooms = draw_rooms(sites, communities, _FIRST_DAY, rng["rooms"])
    return {
        "communities": communities,
        "estates": estates,
        "buildings": buildings,
        "streets": streets,
        "facilities": facilities,
        "rooms": rooms,
        "plots": draw_plots(fabric, sites, communities, rng["rooms"]),
        "answers": draw_answers(communities, _FIRST_DAY, rng["people"]),
        "wishes": draw_wishes(communities, facilities, rng["people"]),
    }


def _silent(_stage: str, _share: float | None) -> None:
    """Say nothing."""


def make_city(
    seed: int = 1,
    round_: int = 1,
    plan: CityPlan = DISTRICT,
    progress: Progress | None = None,
    carried_out: Sequence[Done] = (),
) -> DemoCity:
    """Invent a city.

    Parameters
    ----------
    seed
        Which city, ≥ 0; the same seed gives the same bytes.
    round_
        1 for the first survey, 2 for the survey a year later.
    plan
        Size and mix; `DISTRICT`, `WHOLE_CITY`, or `plan_for` a number of communities.
    progress
        Called with the stage and the share that is done (0 to 1).
    carried_out
        For the second round: projects of a plan that opened in the year between.

    Returns
    -------
    DemoCity
        All layers in EPSG:4326.

    Raises
    ------
    ValueError
        If `round_` is neither 1 nor 2, `seed` is negative, or a project names a room that is not there.

    Examples
    --------
    >>> city = make_city(seed=1)
    >>> len(city.layers["communities"]), int(city.layers["communities"]["residents"].sum())
    (12, 39924)
    """
    if round_ not in {1, 2}:
        msg = f"`round_` must be 1 or 2. Got {round_} instead."
        raise ValueError(msg)
    if seed < 0:
        msg = f"`seed` must not be negative. Got {seed} instead."
        raise ValueError(msg)
    report = progress or _silent
    tables = _first_round(plan, seed, report)
    day, ledger = _FIRST_DAY, pd.DataFrame(columns=["change", "layer", "id", "column", "before", "after"])
    if round_ == 2:  # noqa: PLR2004
        day = _FIRST_DAY.replace(year=_FIRST_DAY.year + 1)
        tables, ledger = next_round(tables, day, np.random.default_rng([seed, 100]), carried_out)
    report("coordinates", 0.9)
    ledger = _place_in_degrees(ledger, plan.origin_m)
    for name in ("communities", "estates"):
        tables[name] = tables[name].sort_values(tables[name].columns[0], ignore_index=True)
    layers = {name: _as_layer(name, frame, plan.origin_m) for name, frame in tables.items()}
    report("done", 1.0)
    meta = {
        "name": dict(CITY),
        "seed": seed,
        "round": round_,
        "surveyed_on": day,
        "created_at": datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat(),
        "metric_crs": METRIC_CRS,
        "plan": plan,
        "fictional": True,
        "note": {
            "zh": "全部为虚构:地名、人口、设施与位置均由程序按种子生成,不对应任何真实地方。",
            "en": "All invented: names, people, facilities and places come from a seed and stand for no real place.",
        },
    }
    return DemoCity(MappingProxyType(layers), MappingProxyType(meta), ledger)
