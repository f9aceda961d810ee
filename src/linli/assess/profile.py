"""Profiles (一社一画像): the facts of each community, where they stand among all, and who is alike.

A *fact* is one number about one community with its unit; `share_below` is the share of the communities with a known
value that have less. *Peers* are the communities nearest in five features — share of old residents, share of young
residents, residents per km², mean year of building, share of dwellings in old estates — each standardised to mean 0
and deviation 1 over the survey; the distance is the root of the mean squared difference over the features that both
know.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import NEEDS, City, known_numbers, sum_by_community
from linli.assess.status import TOLERANCE
from linli.units import OLD_AND_YOUNG, residents_column

__all__ = ["PEER_FEATURES", "old_and_young_residents", "old_estate_share", "peers", "profile"]

Floats = npt.NDArray[np.float64]

PEER_FEATURES: tuple[str, ...] = (
    "share_old",
    "share_young",
    "density_per_km2",
    "built_year",
    "old_estate_share",
)
"""Facts by which communities count as alike."""

M2_PER_KM2 = 1e6
BLOCK = 1024
"""Rows compared at once, which bounds the memory of the comparison."""

_UNITS = {
    "area_m2": "m2",
    "households": "households",
    "dwellings": "dwellings",
    "density_per_km2": "people/km2",
    "share_old": "share",
    "share_young": "share",
    "built_year": "year",
    "old_estate_share": "share",
    "dwellings_without_lift": "dwellings",
    "rooms_floor_area_m2": "m2",
    "plots_site_area_m2": "m2",
    "facilities_floor_area_m2": "m2",
    "households_asked": "households",
}


def _band_sum(city: City, bands: tuple[str, ...]) -> Floats:
    total: Floats = city.residents[:, [NEEDS.index(band) for band in bands]].sum(axis=1)
    return total


def old_and_young_residents(city: City) -> Floats:
    """Count residents of 60 and over and under 6 in each community.

    Parameters
    ----------
    city
        Any city.

    Returns
    -------
    ndarray, shape (communities,)
        Residents (or m²), NaN = ages unknown.
    """
    return _band_sum(city, OLD_AND_YOUNG)


def _ratio(part: Floats, whole: Floats) -> Floats:
    ratio: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return ratio


def old_estate_share(city: City) -> Floats:
    """Return the share of each community's dwellings that are in estates on the old-estate list.

    Parameters
    ----------
    city
        Any city. Estates without dwellings count by floor area if no estate of the survey has dwellings, else by one.

    Returns
    -------
    ndarray, shape (communities,)
        0–1; NaN where there is no estate or nobody says which are old.
    """
    estates = city.estates
    size = known_numbers(estates, "dwellings")
    if np.isnan(size).all():
        size = known_numbers(estates, "floor_area_m2")
    size = np.where(np.isnan(size), 1.0, size)
    old = estates["old_estate"].astype("boolean")
    known = old.notna().to_numpy(dtype="bool")
    code = estates["code"].to_numpy("int32")
    whole = sum_by_community(code, size * known, city.n_communities)
    part = sum_by_community(code, size * old.to_numpy(dtype="bool", na_value=False), city.n_communities)
    return _ratio(part, whole)


def _built_year(city: City) -> Floats:
    """Mean year of building of the estates, weighted by dwellings."""
    estates = city.estates
    year = known_numbers(estates, "built_year")
    size = np.nan_to_num(known_numbers(estates, "dwellings"), nan=1.0)
    weight = np.where(np.isnan(year), 0.0, size)
    code = estates["code"].to_numpy("int32")
    n = city.n_communities
    return _ratio(sum_by_community(code, weight * np.nan_to_num(year), n), sum_by_community(code, weight, n))


def _count(city: City, layer: pd.DataFrame) -> Floats:
    """Rows by community; NaN for a layer without any row, which nobody surveyed."""
    if layer.empty:
        return np.full(city.n_communities, np.nan)
    return sum_by_community(layer["code"].to_numpy("int32"), np.ones(len(layer)), city.n_communities)


def _total(city: City, layer: pd.DataFrame, column: str) -> Floats:
    """Sum of what is known; NaN where there are rows but none is known."""
    code = layer["code"].to_numpy("int32")
    values = known_numbers(layer, column)
    total = sum_by_community(code, np.nan_to_num(values), city.n_communities)
    known = sum_by_community(code, (~np.isnan(values)).astype("float64"), city.n_communities)
    return np.where((known == 0) & (_count(city, layer) != 0), np.nan, total)


def _asked(city: City) -> Floats:
    asked = city.wishes.assign(asked=known_numbers(city.wishes, "households_asked"))
    most = asked[asked["code"] >= 0].groupby("code")["asked"].max()
    return most.reindex(range(city.n_communities)).to_numpy("float64")


def _facts(city: City) -> pd.DataFrame:
    residents = city.residents[:, 0]
    area = known_numbers(city.communities, "area_m2")
    facts = {residents_column(band): city.residents[:, i] for i, band in enumerate(NEEDS)}
    facts |= {
        "share_old": _ratio(_band_sum(city, ("60_79", "80_plus")), residents),
        "share_young": _ratio(_band_sum(city, ("0_2", "3_5")), residents),
        "area_m2": area,
        "density_per_km2": _ratio(residents * M2_PER_KM2, area),
        "households": known_numbers(city.communities, "households"),
        "dwellings": known_numbers(city.communities, "dwellings"),
        "buildings": sum_by_community(city.building_code, np.ones(len(city.building_code)), city.n_communities),
        "estates": _count(city, city.estates),
        "built_year": _built_year(city),
        "old_estate_share": old_estate_share(city),
        "facilities": _count(city, city.facilities),
        "facilities_floor_area_m2": _total(city, city.facilities, "floor_area_m2"),
        "rooms": _count(city, city.rooms),
        "rooms_floor_area_m2": _total(city, city.rooms, "floor_area_m2"),
        "plots": _count(city, city.plots),
        "plots_site_area_m2": _total(city, city.plots, "site_area_m2"),
        "households_asked": _asked(city),
    }
    return pd.DataFrame(facts, index=city.communities.index).astype("float64")


def profile(city: City) -> pd.DataFrame:
    """Tabulate the facts of every community.

    Parameters
    ----------
    city
        Any city.

    Returns
    -------
    DataFrame
        `community_id`, `fact`, `value` (in `unit`, NaN = unknown), `unit`, `share_below` (0–1, NaN = unknown).
    """
    facts = _facts(city)
    below = (facts.rank(method="min") - 1) / (facts.notna().sum() - 1).clip(lower=1)
    names = facts.columns.to_numpy(dtype="object")
    long = pd.DataFrame(
        {
            "community_id": np.repeat(facts.index.to_numpy(dtype="object"), len(names)),
            "fact": np.tile(names, len(facts)),
            "value": facts.to_numpy("float64").ravel(),
        }
    )
    long["unit"] = long["fact"].map(
        lambda fact: city.unit if fact.startswith("residents") else _UNITS.get(fact, "count")
    )
    long["share_below"] = below.to_numpy("float64").ravel()
    return long


def _standardised(facts: pd.DataFrame) -> Floats:
    mean, spread = facts.mean(), facts.std(ddof=0)
    # what differs by the last bits of a float only is the same everywhere
    differs = spread > TOLERANCE * (1 + mean.abs())
    return ((facts - mean) / spread.where(differs, np.inf)).to_numpy("float64")


def _nearest_rows(features: Floats, rows: slice, k: int) -> tuple[npt.NDArray[np.intp], Floats]:
    total = np.zeros((len(features[rows]), len(features)))
    shared = np.zeros_like(total)
    for column in features.T:
        difference = column[rows, None] - column[None, :]
        both = ~np.isnan(difference)
        total += np.where(both, difference, 0.0) ** 2
        shared += both
    distance = np.sqrt(np.divide(total, shared, out=np.full_like(total, np.inf), where=shared > 0))
    own = np.arange(len(features))[rows]
    distance[np.arange(len(own)), own] = np.inf
    order = np.argsort(distance.round(9), axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(distance, order, axis=1)


def peers(city: City, k: int) -> pd.DataFrame:
    """Name the communities most like each community.

    Parameters
    ----------
    city
        Any city.
    k
        How many peers each, ≥ 0.

    Returns
    -------
    DataFrame
        `community_id`, `peer_id`, `peer_rank` (1 = most alike), `distance` (deviations, ≥ 0), `features` (those both
        know). Communities with nothing known in common are no peers.
    """
    facts = _facts(city)[list(PEER_FEATURES)]
    features = _standardised(facts)
    ids = city.communities.index.to_numpy(dtype="object")
    tables = []
    for start in range(0, len(ids), BLOCK):
        rows = slice(start, start + BLOCK)
        order, distance = _nearest_rows(features, rows, k)
        width = order.shape[1]
        own = np.repeat(np.arange(len(ids))[rows], width)
        both = ~np.isnan(features[own]) & ~np.isnan(features[order.ravel()])
        tables.append(
            pd.DataFrame(
                {
                    "community_id": ids[own],
                    "peer_id": ids[order.ravel()],
                    "peer_rank": np.tile(np.arange(1, width + 1), len(order)),
                    "distance": distance.ravel(),
                    "features": [";".join(np.array(PEER_FEATURES)[row]) for row in both],
                }
            )
        )
    if not tables:
        return pd.DataFrame(columns=["community_id", "peer_id", "peer_rank", "distance", "features"])
    table = pd.concat(tables, ignore_index=True)
    near: pd.DataFrame = table.loc[np.isfinite(table["distance"].to_numpy())]
    return near.reset_index(drop=True)
