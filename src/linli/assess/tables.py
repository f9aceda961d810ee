"""The tables of an assessment that repeat the survey beside its results: communities and buildings."""

from __future__ import annotations

from typing import Any

import pandas as pd

from linli.assess.city import NEEDS, City
from linli.assess.ground import Ground
from linli.assess.walks import nearest_field
from linli.units import OLD_AND_YOUNG, residents_column

__all__ = ["building_table", "community_table"]


def building_table(ground: Ground) -> pd.DataFrame:
    """Tabulate the buildings: where each is, who lives there, what is nearest.

    Parameters
    ----------
    ground
        What the assessment stands on.

    Returns
    -------
    DataFrame
        `building_id`, `community_id`, `x` and `y` (degrees), `residents` and `old_young` (residents or m²), `placed`,
        and for every facility type ``d_<type>`` (m, inf = none within reach, NaN = not placed) and ``n_<type>``: which.
    """
    city, walks = ground.city, ground.walks
    old_young = city.need[:, [NEEDS.index(band) for band in OLD_AND_YOUNG]].sum(axis=1)
    columns: dict[str, Any] = {
        "building_id": city.building_ids,
        "community_id": pd.Categorical.from_codes(city.building_code, categories=pd.Index(city.communities.index)),
        "x": city.building_lonlat[:, 0],
        "y": city.building_lonlat[:, 1],
        "residents": city.need[:, 0],
        "old_young": old_young,
        "placed": walks.placed,
    }
    names = pd.Index(city.facilities.index)
    for kind in ground.types:
        found = nearest_field(walks, ground.of_type(kind))
        columns[f"d_{kind}"] = found.distance_m
        columns[f"n_{kind}"] = pd.Categorical.from_codes(found.target, categories=names)
    return pd.DataFrame(columns, copy=False)


def community_table(city: City) -> pd.DataFrame:
    """Tabulate the communities as surveyed.

    Parameters
    ----------
    city
        Any city.

    Returns
    -------
    DataFrame
        `community_id`, `name`, `district`, `subdistrict`, `kind`, `project_type`, `households`, `households_from`,
        `area_m2` and residents (or m²) by band.
    """
    names = ["name", "district", "subdistrict", "kind", "project_type", "households", "households_from", "area_m2"]
    table = city.communities[names].reset_index()
    for i, band in enumerate(NEEDS):
        table[residents_column(band)] = city.residents[:, i]
    return table
