"""Who came within reach of something, and who is no longer: building by building, with today's residents.

The residents of the second round are asked twice: is a facility of the type within the distance now, and was one then?
So what facilities and streets did is kept apart from people having moved, been born or grown older. Buildings are found
again by their id; those that are not, or stood on no street, are counted as unknown.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess import Assessment
from linli.assess.walks import is_within

__all__ = ["REACHED", "compare_reach", "nearest_new"]

REACHED: tuple[str, ...] = (
    "community_id",
    "type",
    "distance_m",
    "residents",
    "gained",
    "lost",
    "gained_old_young",
    "lost_old_young",
    "unknown",
)
"""Columns of who came within reach, all but the first three in residents (or m²)."""

Floats = npt.NDArray[np.float64]


def _found_again(before: Assessment, after: Assessment) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the buildings of the second round, and the same rows as they were in the first."""
    now = after.buildings
    then = before.buildings.drop_duplicates("building_id").set_index("building_id")
    return now, then.reindex(now["building_id"].to_numpy(dtype=object))


def _distance(frame: pd.DataFrame, kind: str) -> Floats:
    """Walk to the nearest facility of a type, m; inf = none of the type in the survey, NaN = not known."""
    if f"d_{kind}" in frame:
        return np.asarray(frame[f"d_{kind}"].to_numpy("float64"))
    placed = frame["placed"].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
    return np.where(placed, np.inf, np.nan)


def _radii(before: Assessment, after: Assessment) -> dict[str, list[float]]:
    both = pd.concat([one.coverage[["type", "distance_m"]] for one in (before, after)])
    return {str(kind): sorted(set(some)) for kind, some in both.groupby("type")["distance_m"]}


def compare_reach(before: Assessment, after: Assessment) -> pd.DataFrame:
    """Count who came within reach and who is no longer, by community, facility type and distance.

    Parameters
    ----------
    before, after
        Assessments of two rounds; the distances (m) are those that either tabulates.

    Returns
    -------
    DataFrame
        Columns `REACHED`, only where somebody gained or lost; `residents` of the second round whose answer is known in
        both, `unknown` the others.
    """
    now, then = _found_again(before, after)
    weight = now[["residents", "old_young"]].fillna(0.0).to_numpy("float64")
    community = now["community_id"].astype(object)
    inside = community.notna().to_numpy()
    parts = []
    for kind, radii in _radii(before, after).items():
        new, old = _distance(now, kind), _distance(then, kind)
        known = ~np.isnan(new) & ~np.isnan(old)
        for radius_m in radii:
            gains = known & is_within(new, radius_m) & ~is_within(old, radius_m)
            losses = known & ~is_within(new, radius_m) & is_within(old, radius_m)
            if not ((gains | losses) & inside).any():
                continue
            counts = np.column_stack(
                [weight[:, 0] * known, weight * gains[:, None], weight * losses[:, None], weight[:, 0] * ~known]
            )
            names = ["residents", "gained", "gained_old_young", "lost", "lost_old_young", "unknown"]
            sums = pd.DataFrame(counts, columns=names).groupby(community.to_numpy()).sum()
            moved = sums[(sums["gained"] > 0) | (sums["lost"] > 0)]
            parts.append(moved.rename_axis("community_id").reset_index().assign(type=kind, distance_m=radius_m))
    full = [part[list(REACHED)] for part in parts if len(part)]
    if not full:
        return pd.DataFrame(columns=list(REACHED))
    return pd.concat(full).sort_values(["community_id", "type", "distance_m"], ignore_index=True)


def nearest_new(before: Assessment, after: Assessment, facilities: pd.Series, radius_m: float) -> pd.DataFrame:
    """Count for each facility the residents who have it nearest and had nothing of its type within reach before.

    Parameters
    ----------
    before, after
        Assessments of two rounds.
    facilities
        Type by facility id of the second round.
    radius_m
        Walking distance that counts as within reach, m.

    Returns
    -------
    DataFrame
        Index: the ids; `served` (residents or m² who have it nearest within the distance) and `newly` (those among them
        without any before, and whose way was known).
    """
    now, then = _found_again(before, after)
    weight = now["residents"].fillna(0.0).to_numpy("float64")
    found = pd.DataFrame({"served": 0.0, "newly": 0.0}, index=facilities.index)
    for kind, ids in facilities.groupby(facilities):
        if f"n_{kind}" not in now:
            continue
        nearest = now[f"n_{kind}"].astype(object).to_numpy()
        old = _distance(then, str(kind))
        near = is_within(_distance(now, str(kind)), radius_m)
        new = near & ~is_within(old, radius_m) & ~np.isnan(old)
        for facility in ids.index:
            mine = nearest == facility
            found.loc[facility] = weight[mine & near].sum(), weight[mine & new].sum()
    return found
