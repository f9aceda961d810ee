"""Residents by age band, and what households wish for, then and now."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from linli.assess import Assessment
from linli.feedback.facilities import STARTED
from linli.feedback.places import join_ids, numbers
from linli.feedback.values import difference
from linli.survey import Survey
from linli.units import AGE_BANDS, residents_column

__all__ = ["FACILITY_SPACES", "WISH_OUTCOMES", "compare_residents", "compare_wishes"]

WISH_OUTCOMES: tuple[str, ...] = ("answered", "nearby", "open", "new", "not_asked")
"""What became of a wish: a facility of the type started in the community; none did, but residents came within reach of
one; neither; asked for the first time; not asked about in the second round."""

FACILITY_SPACES: dict[str, str] = {"parking": "parking_spaces", "charging": "charging_spaces"}
"""Types that estates have too: more of these spaces answers the wish."""


def compare_residents(before: Assessment, after: Assessment) -> pd.DataFrame:
    """Put the residents of both rounds side by side.

    Parameters
    ----------
    before, after
        Assessments of two rounds with residents in the same unit.

    Returns
    -------
    DataFrame
        `community_id`, `band` (``all``, then the age bands), `before`, `after`, `change` (residents or m², NaN =
        unknown); only where they differ.
    """
    sides = []
    for name, one in (("before", before), ("after", after)):
        frame = one.communities.set_index(one.communities["community_id"].astype(str).rename("key"))
        bands = {band: frame[residents_column(band)] for band in ("all", *AGE_BANDS)}
        wide = pd.DataFrame(bands).rename_axis("community_id").reset_index()
        sides.append(wide.melt("community_id", var_name="band", value_name=name))
    table = sides[0].merge(sides[1], on=["community_id", "band"], how="outer")
    table["change"] = difference(table["before"], table["after"])
    differs = (table["change"] != 0) & (table["before"].notna() | table["after"].notna())
    order = {band: i for i, band in enumerate(("all", *AGE_BANDS))}
    table["order"] = table["band"].map(order)
    return table[differs].sort_values(["community_id", "order"], ignore_index=True).drop(columns="order")


def _asked(survey: Survey, name: str) -> pd.DataFrame:
    wishes = survey.layers["wishes"]
    frame = pd.DataFrame(
        {
            "community_id": wishes["community_id"].astype(object),
            "type": wishes["type"].astype(object),
            f"asked_{name}": numbers(wishes, "households_asked"),
            f"wish_{name}": numbers(wishes, "count"),
        }
    )
    asked = frame[f"asked_{name}"].where(frame[f"asked_{name}"] > 0)
    return frame.assign(**{f"share_{name}": (frame[f"wish_{name}"] / asked).clip(0.0, 1.0)})


def _more_spaces(before: Survey, after: Survey) -> pd.Series:
    """How many more spaces of parking and charging the estates of a community have, by (community, type)."""
    parts = {}
    for kind, column in FACILITY_SPACES.items():
        frames = [survey.layers["estates"].set_index("estate_id") for survey in (before, after)]
        gap = pd.Series(numbers(frames[1], column), index=frames[1].index).sub(
            pd.Series(numbers(frames[0], column), index=frames[0].index)
        )
        where = frames[1]["community_id"].astype(object).reindex(gap.index)
        parts[kind] = gap.fillna(0.0).groupby(where).sum()
    wide = pd.DataFrame(parts).rename_axis("community_id").reset_index()
    return wide.melt("community_id", var_name="type", value_name="more").set_index(["community_id", "type"])["more"]


def compare_wishes(
    surveys: tuple[Survey, Survey], facilities: pd.DataFrame, reached: pd.DataFrame, radius_m: float
) -> pd.DataFrame:
    """Say which wishes of the first round were answered.

    Parameters
    ----------
    surveys
        The two rounds.
    facilities
        From `linli.feedback.facilities.facility_table`.
    reached
        From `linli.feedback.reached.compare_reach`.
    radius_m
        Distance of the life circle, m: within it, a facility next door answers too.

    Returns
    -------
    DataFrame
        One row a community and type asked about in either round: households asked and wishing and their share (0–1) in
        both rounds, `share_change`, `outcome` (one of `WISH_OUTCOMES`), `by` (ids of what started, or how many spaces),
        `gained` (residents, or m², newly within the circle's distance).
    """
    keys = ["community_id", "type"]
    table = _asked(surveys[0], "before").merge(_asked(surveys[1], "after"), on=keys, how="outer")
    table = table.astype(dict.fromkeys(keys, object)).sort_values(keys, kind="stable", ignore_index=True)
    table["share_change"] = difference(table["share_before"], table["share_after"])
    started = facilities[facilities["service"].isin(STARTED)]
    by: Mapping[tuple[str, str], str] = {
        (str(key[0]), str(key[1])): join_ids(ids) for key, ids in started.groupby(keys)["id_after"]
    }
    spaces = _more_spaces(*surveys)
    near = reached[np.isclose(reached["distance_m"].astype("float64"), radius_m)].set_index(keys)["gained"]
    index = pd.MultiIndex.from_frame(table[keys])
    more = spaces.reindex(index).fillna(0.0).to_numpy("float64")
    table["by"] = [by.get((str(one), str(kind)), "") for one, kind in index]
    table["by"] = np.where((table["by"] == "") & (more > 0), [f"+{count:g}" for count in more], table["by"])
    table["gained"] = near.reindex(index).fillna(0.0).to_numpy("float64")
    conditions = [table["wish_before"].isna(), table["by"] != "", table["gained"] > 0, table["wish_after"].isna()]
    words = ["new", "answered", "nearby", "not_asked"]
    table["outcome"] = np.select([c.to_numpy(dtype=bool) for c in conditions], words, "open")
    return table
