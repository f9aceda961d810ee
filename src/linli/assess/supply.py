"""Supply: how much there is of each facility type, per head, per household, and shared among those who reach it.

Facilities in use that stand in the community are counted; their areas and capacities are added up as far as they are
known, and how many are not known is said beside the sum. *Access* is the capacity-weighted access of the two-step
floating catchment (E2SFCA): every facility shares its places among all who reach it, the near ones more, and a building
has the sum of what it is offered; the community's access is the mean over its residents, in places per resident of the
ages that the type serves. Facilities of unknown capacity offer nothing there, so access is a lower bound then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import City, known_numbers, sum_by_community
from linli.assess.coverage import Need, need_columns
from linli.assess.walks import Walks, Zones, accesses

__all__ = ["supply_table"]

Floats = npt.NDArray[np.float64]
PER_HOUSEHOLDS = 100.0
PER_RESIDENTS = 1000.0


def _ratio(part: Floats, whole: Floats, per: float = 1.0) -> Floats:
    ratio: Floats = np.divide(part * per, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return ratio


def _sums(city: City, rows: npt.NDArray[np.intp]) -> dict[str, Floats]:
    """Count, and known areas and capacities with the number unknown, of some facilities by community."""
    n = city.n_communities
    code = city.facilities["code"].to_numpy("int32")[rows]
    there = sum_by_community(code, np.ones(len(rows)), n)
    table = {"count": there}
    for column in ("floor_area_m2", "site_area_m2", "capacity"):
        size = known_numbers(city.facilities, column)[rows]
        lacking = sum_by_community(code, np.isnan(size).astype("float64"), n)
        total = sum_by_community(code, np.nan_to_num(size), n)
        table[column] = np.where((lacking == there) & (there > 0), np.nan, total)
        table[f"{column.removesuffix('_m2')}_unknown"] = lacking
    return table


def supply_table(
    city: City,
    need: Need,
    weight: Floats,
    walks: Walks,
    bands: Mapping[str, Sequence[str]],
    zones: Zones | None,
) -> pd.DataFrame:
    """Tabulate what there is of each facility type in each community.

    Parameters
    ----------
    city
        Any city.
    need, weight
        From `need_by_community` and `needed`: residents (or m²).
    walks
        Its buildings and facilities on the streets.
    bands
        Facility types to tabulate and the age bands each serves; none means everybody.
    zones
        How the offer falls with distance, radii in m; ``None`` = no access is worked out.

    Returns
    -------
    DataFrame
        `community_id`, `type`, `count`, `floor_area_m2`, `site_area_m2`, `capacity` and how many are unknown of each,
        `per_1000_residents`, `floor_area_per_100_households` (m²), `floor_area_per_resident` (m²),
        `capacity_per_1000` (places per 1,000 residents of the ages served), `access` (places per resident of these
        ages, NaN = no capacity known), `ages_known` (False: shared among all residents instead).
    """
    residents = city.residents[:, 0] if city.unit == "residents" else np.full(city.n_communities, np.nan)
    households = known_numbers(city.communities, "households")
    of_type = city.facilities["type"].to_numpy(dtype="object")
    tables = []
    for kind, served in bands.items():
        rows = np.flatnonzero(of_type == kind)
        table = _sums(city, rows)
        columns = need_columns(served)
        by_age = bool(need.of(columns).certain[need.certain[:, 0]].all())
        columns = columns if by_age else need_columns([])
        those = city.residents[:, list(columns)].sum(axis=1) if city.unit == "residents" else residents
        table["per_1000_residents"] = _ratio(table["count"], residents, PER_RESIDENTS)
        table["floor_area_per_100_households"] = _ratio(table["floor_area_m2"], households, PER_HOUSEHOLDS)
        table["floor_area_per_resident"] = _ratio(table["floor_area_m2"], residents)
        table["capacity_per_1000"] = _ratio(table["capacity"], those, PER_RESIDENTS)
        table["access"] = _access(city, walks, rows, weight[:, list(columns)].sum(axis=1), zones)
        frame = pd.DataFrame({"community_id": city.communities.index.to_numpy("object"), "type": kind, **table})
        tables.append(frame.assign(ages_known=by_age))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({"community_id": [], "type": []})


def _access(city: City, walks: Walks, rows: npt.NDArray[np.intp], demand: Floats, zones: Zones | None) -> Floats:
    """Mean access of the residents concerned, by community."""
    capacity = known_numbers(city.facilities, "capacity")[rows]
    known = ~np.isnan(capacity)
    n = city.n_communities
    if zones is None or not known.any() or city.unit != "residents":
        return np.full(n, np.nan)
    offered = accesses(walks, rows[known], capacity[known], demand, zones)
    placed = ~np.isnan(offered)
    people = np.where(placed, demand, 0.0)
    total = sum_by_community(city.building_code, people * np.nan_to_num(offered), n)
    return _ratio(total, sum_by_community(city.building_code, people, n))
