"""What kind of city to invent: its size, its mix of neighbourhoods and the shape of each kind of estate.

Everything here is made up so that the demo *looks* like a Chinese district; none of it is a standard and none of it
may be quoted. A *cell* is the land between streets (a superblock); a *use* says what stands on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

__all__ = [
    "DISTRICT",
    "RESIDENTIAL_USES",
    "ROW_SPECS",
    "WHOLE_CITY",
    "CityPlan",
    "RowSpec",
    "plan_for",
]


@dataclass(frozen=True, slots=True)
class RowSpec:
    """How the houses and lanes of one kind of estate are laid out: rows along an axis, lanes between them.

    Parameters
    ----------
    depth_m, gap_m
        Depth of a building across the row and clear space between two rows, metres (low, high).
    width_m, spacing_m
        Length of a building along the row and the gap to its neighbour, metres (low, high).
    storeys, built
        Storeys and year of completion (low, high), both inclusive.
    dwelling_m2
        Gross floor area of a dwelling, m² (low, high).
    household
        Mean residents of a lived-in dwelling.
    gates
        Gates (low, high).
    lanes
        ``comb``: lanes end blind at the fence; ``loop``: their ends are joined; ``none``: the mesh has the alleys.
    turn_deg
        How far rows may turn away from the long side of the land, degrees.
    dropped
        Share of the places left empty (greens, sheds).
    paired
        Whether two rows stand back to back and share the lanes before and behind them.
    """

    depth_m: tuple[float, float]
    gap_m: tuple[float, float]
    width_m: tuple[float, float]
    spacing_m: tuple[float, float]
    storeys: tuple[int, int]
    built: tuple[int, int]
    dwelling_m2: tuple[float, float]
    household: float
    gates: tuple[int, int]
    lanes: str
    turn_deg: float
    dropped: float
    paired: bool = False


ROW_SPECS: Mapping[str, RowSpec] = {
    "old": RowSpec(
        (10, 12), (15, 20), (38, 62), (7, 13), (5, 7), (1981, 1998), (52, 70), 2.25, (2, 3), "comb", 4, 0.05
    ),
    "mid": RowSpec(
        (12, 14), (20, 26), (34, 54), (10, 18), (6, 11), (1999, 2011), (85, 108), 2.6, (2, 3), "loop", 6, 0.08
    ),
    "new": RowSpec(
        (15, 18), (36, 48), (24, 32), (20, 34), (17, 26), (2012, 2025), (98, 128), 2.75, (1, 2), "loop", 5, 0.16
    ),
    "quarter": RowSpec(
        (8, 11), (2.5, 5), (7, 15), (0.8, 4), (1, 3), (1935, 1979), (38, 62), 2.1, (0, 0), "none", 7, 0.05
    ),
    "village": RowSpec(
        (10, 12.5),
        (3, 5.5),
        (10, 12.5),
        (2.2, 4.5),
        (3, 5),
        (1988, 2006),
        (62, 88),
        2.3,
        (3, 4),
        "comb",
        9,
        0.03,
        paired=True,
    ),
}
"""Layout of the five residential uses: old slabs, mid-rise of the 2000s, towers, old quarter, urban village."""

RESIDENTIAL_USES: tuple[str, ...] = tuple(ROW_SPECS)

_DISTRICT_MIX: Mapping[str, Mapping[str, float]] = {
    "quarter": {"quarter": 3.0, "old": 2.0, "commerce": 0.4, "park": 0.5, "school": 0.4, "work": 0.3},
    "old": {"old": 4.2, "mid": 0.7, "commerce": 0.25, "school": 0.6, "park": 0.4, "work": 0.6},
    "mixed": {"old": 1.6, "mid": 2.2, "new": 0.7, "school": 0.6, "park": 0.5, "work": 0.5, "commerce": 0.25},
    "new": {"new": 4.0, "mid": 0.5, "school": 0.6, "park": 0.7, "work": 0.5, "vacant": 0.6, "commerce": 0.2},
}

_CITY_MIX: Mapping[str, Mapping[str, float]] = {
    **_DISTRICT_MIX,
    "village": {"village": 5.6, "mid": 0.6, "new": 0.5, "work": 0.8, "vacant": 0.4, "school": 0.3, "park": 0.2},
}


@dataclass(frozen=True, slots=True)
class CityPlan:
    """Size and mix of the city to invent.

    Parameters
    ----------
    communities
        Residents'-committee areas, ≥ 1.
    residents_per_community
        Mean residents of a community; the city's total is exactly `communities` × this, rounded.
    buildings_per_community
        Mean residential buildings; None keeps whatever the land yields, else small houses are left out until the
        city's total is exactly `communities` × this (as far as the land yields that many).
    community_ha, cell_ha
        Mean land of a community and of a cell, hectares.
    communities_per_subdistrict, subdistricts_per_district
        Shape of the jurisdiction tree.
    profile_shares
        Share of communities of each profile (keys of `mixes`), from the centre outwards.
    mixes
        Cells of each use per community of each profile, as weights.
    river_m, canal_every
        Width of the river in metres; communities per canal besides the river (0: none).
    origin_m
        Centre of the invented city in EPSG:4549, metres (east, north).
    """

    communities: int = 12
    residents_per_community: float = 3327.0
    buildings_per_community: float | None = None
    community_ha: float = 19.5
    cell_ha: float = 3.1
    communities_per_subdistrict: int = 4
    subdistricts_per_district: int = 12
    profile_shares: Mapping[str, float] = field(
        default_factory=lambda: {"quarter": 0.17, "old": 0.33, "mixed": 0.25, "new": 0.25}
    )
    mixes: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: _DISTRICT_MIX)
    river_m: float = 52.0
    canal_every: int = 0
    origin_m: tuple[float, float] = (509_600.0, 3_353_400.0)


DISTRICT = CityPlan()
"""The demo district: 12 communities, about 40,000 residents, about 2.3 km²."""

WHOLE_CITY = CityPlan(
    communities=1250,
    residents_per_community=9600.0,
    buildings_per_community=480.0,
    community_ha=47.5,
    cell_ha=3.3,
    communities_per_subdistrict=9,
    profile_shares={"quarter": 0.08, "old": 0.18, "mixed": 0.11, "new": 0.12, "village": 0.51},
    mixes=_CITY_MIX,
    river_m=120.0,
    canal_every=45,
)
"""A whole city for benchmarks: 1,250 communities, 600,000 buildings, 12 million residents, 300,000 street nodes."""


def plan_for(communities: int, *, whole_city: bool = False, **changes: object) -> CityPlan:
    """Return the district's or the whole city's plan with another number of communities.

    Parameters
    ----------
    communities
        Residents'-committee areas, ≥ 1.
    whole_city
        Use the denser mix of a whole city (urban villages, larger communities) instead of the demo district's.
    **changes
        Further fields of `CityPlan` to replace.

    Returns
    -------
    CityPlan
        The plan.

    Raises
    ------
    ValueError
        If `communities` is below 1.

    Examples
    --------
    >>> plan_for(60, whole_city=True).residents_per_community
    9600.0
    """
    if communities < 1:
        msg = f"`communities` must be at least 1. Got {communities} instead."
        raise ValueError(msg)
    base = WHOLE_CITY if whole_city else DISTRICT
    return replace(base, communities=communities, **changes)  # type: ignore[arg-type]
