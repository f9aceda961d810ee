"""What the plan's projects came to: which are done, what of the change they explain, how far the forecast came true.

A project is a chosen pair of place and facility type. It is ``done`` if a facility of the type started in the place,
``doubtful`` if that is doubtful, ``under_way`` if one of the type is listed there as planned, ``other_use`` if
something that was not planned there started there, ``not_started`` if the place is still listed, ``gone`` if it is not
and nothing is known to have started there, ``unknown_place`` if the first round does not hold the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from linli.assess import Assessment
from linli.errors import InputError, Problem
from linli.feedback.choices import CompareOptions
from linli.feedback.places import join_ids
from linli.feedback.values import rows_of

__all__ = ["PROJECTS", "STATES", "chosen_of", "compare_forecast", "compare_projects"]

STATES: tuple[str, ...] = ("done", "doubtful", "under_way", "other_use", "not_started", "gone", "unknown_place")
"""What may have become of a project."""

_GIVEN: dict[str, Any] = {
    "option_id": "", "place_kind": "", "place_name": "", "lever": "", "community_id": None, "floor_area_m2": np.nan,
    "site_area_m2": np.nan, "capacity": np.nan, "cost_yuan": np.nan, "newly": np.nan, "year": np.nan,
}  # fmt: skip
PROJECTS: tuple[str, ...] = (
    "place_id",
    "type",
    *_GIVEN,
    "state",
    "facilities",
    "done_m2",
    "done_capacity",
    "served",
    "served_newly",
)
"""Columns of the projects: what was planned, then what came of it."""

_STEP = 1e-9
_KINDS = {"rooms": "room", "plots": "plot"}


def chosen_of(plan: Any) -> pd.DataFrame:
    """Take the chosen projects out of a plan.

    Parameters
    ----------
    plan
        Anything with a table `chosen` (a plan of `linli.improve`), or the table itself: `place_id`, `type` and, as far
        as known, `option_id`, `place_kind` (room, plot), `place_name`, `lever`, `community_id`, `floor_area_m2`,
        `site_area_m2` (m²), `capacity`, `cost_yuan`, `newly` (residents), `year`.

    Returns
    -------
    DataFrame
        Those columns, what is not there as unknown.

    Raises
    ------
    InputError
        If it has no `place_id` or no `type`.
    """
    table = plan if isinstance(plan, pd.DataFrame) else plan.chosen
    lacking = [name for name in ("place_id", "type") if name not in table]
    if lacking:
        raise InputError(
            [
                Problem(
                    "compare.plan",
                    "error",
                    {"zh": "方案缺少列", "en": "the plan lacks a column"},
                    {"zh": "请用 linli improve 写出的方案。", "en": "Use a plan that linli improve wrote."},
                    column=name,
                )
                for name in lacking
            ]
        )
    kept = table.reset_index(drop=True).reindex(columns=["place_id", "type", *_GIVEN])
    for name, missing in _GIVEN.items():
        if isinstance(missing, float):
            kept[name] = pd.to_numeric(kept[name], errors="coerce").astype("float64")
        elif missing == "":
            kept[name] = kept[name].astype(object).where(kept[name].notna(), "")
    kept["place_id"] = kept["place_id"].astype(str)
    return kept.astype({"type": object, "community_id": object})


def _planned_here(
    places: Mapping[str, gpd.GeoDataFrame], after: gpd.GeoDataFrame, options: CompareOptions
) -> set[tuple[str, str, str]]:
    """(kind of place, place, type) of facilities that are listed as planned where a place is."""
    waiting = after[(after["status"] == "planned").to_numpy(dtype=bool)]
    found = set()
    for layer, frame in places.items():
        tree = shapely.STRtree(frame.geometry.to_numpy())
        one, place = tree.query(waiting.geometry.to_numpy(), predicate="dwithin", distance=options.place_m)
        ids, types = frame["id"].to_numpy()[place], waiting["type"].to_numpy()[one]
        found |= {(_KINDS[layer], str(at), str(kind)) for at, kind in zip(ids, types, strict=True)}
    return found


def _kind_of(place: Any, known: Mapping[str, set[str]]) -> str | None:
    """Return room or plot, as said or as found; None if the first round has no such place."""
    said = [place.place_kind] if place.place_kind else list(_KINDS.values())
    return next((kind for kind in said if place.place_id in known.get(kind, set())), None)


def _state(place: Any, here: pd.DataFrame, meant: set[str], use: str, planned: bool) -> str:
    """Tell the state; `meant` are all types chosen for the place, which several projects may share."""
    right = here[here["type"] == place.type]
    if len(right):
        return "done" if (right["certainty"] == "sure").any() else "doubtful"
    if planned:
        return "under_way"
    if not here["type"].isin(meant).all():
        return "other_use"
    return {"still": "not_started", "doubtful": "doubtful", "partly": "not_started"}.get(use, "gone")


def compare_projects(
    chosen: pd.DataFrame,
    places: Mapping[str, gpd.GeoDataFrame],
    reuse: pd.DataFrame,
    in_place: pd.DataFrame,
    facilities: pd.DataFrame,
    after: gpd.GeoDataFrame,
    newly: pd.DataFrame,
    options: CompareOptions,
) -> pd.DataFrame:
    """Say what each project came to.

    Parameters
    ----------
    chosen
        From `chosen_of`.
    places
        Rooms and plots of the first round, from `linli.feedback.places.locate`.
    reuse, in_place
        What became of them and what started where, from `linli.feedback.reuse.find_reuse`.
    facilities, after
        The table of facilities, and those of the second round (`locate`).
    newly
        From `linli.feedback.reached.nearest_new`, index facility id.
    options
        Distances, m.

    Returns
    -------
    DataFrame
        Columns `PROJECTS`: `state` (one of `STATES`), `facilities` (";"-separated ids), `done_m2` (their floor area, of
        open spaces their site), `done_capacity`, `served` and `served_newly` (residents or m²); NaN = nothing done or
        not known.
    """
    known = {_KINDS[layer]: set(frame["id"]) for layer, frame in places.items()}
    planned = _planned_here(places, after, options)
    uses = {(_KINDS[r.layer], r.place_id): r.use for r in rows_of(reuse) if r.use != "new"}
    at = in_place.assign(
        kind=in_place["layer"].map(_KINDS), type=facilities["type_after"].reindex(in_place["row"]).to_numpy()
    )
    meant = chosen.groupby(["place_kind", "place_id"])["type"].agg(set).to_dict()
    rows = []
    for project in rows_of(chosen):
        kind = _kind_of(project, known)
        here = at[(at["kind"] == kind) & (at["place_id"] == project.place_id)]
        key = (str(kind), project.place_id)
        state = "unknown_place"
        if kind is not None:
            here_too = meant[project.place_kind, project.place_id]
            state = _state(project, here, here_too, uses.get(key, "gone"), (*key, project.type) in planned)
        mine = here[(here["type"] == project.type) & (here["certainty"] == "sure")]
        rows.append({"state": state, **_came(facilities.loc[mine["row"]], newly, done=state == "done")})
    names = ["state", "facilities", "done_m2", "done_capacity", "served", "served_newly"]
    return pd.concat([chosen, pd.DataFrame(rows, columns=names, index=chosen.index)], axis=1)[list(PROJECTS)]


def _came(mine: pd.DataFrame, newly: pd.DataFrame, *, done: bool) -> dict[str, Any]:
    """Sum up what a project came to."""
    if not done:
        return {"facilities": "", **dict.fromkeys(("done_m2", "done_capacity", "served", "served_newly"), np.nan)}
    floor = mine["floor_area_m2_after"].sum(min_count=1)
    site = (
        mine["site_area_m2_after"].where(mine["site_area_m2_after"].notna(), mine["outline_m2_after"]).sum(min_count=1)
    )
    people = newly.reindex(mine["id_after"]).sum()
    return {
        "facilities": join_ids(mine["id_after"]),
        "done_m2": site if np.isnan(floor) else floor,
        "done_capacity": mine["capacity_after"].sum(min_count=1),
        "served": float(people["served"]),
        "served_newly": float(people["newly"]),
    }


def compare_forecast(plan: Any, before: Assessment, after: Assessment) -> pd.DataFrame:
    """Hold what the plan forecast against what the second round found, requirement by requirement.

    Parameters
    ----------
    plan
        A plan with a table `coverage` (`community_id`, `item`, `requirement`, `band`, `residents`, `share_before`,
        `share_after`); anything else has no forecast.
    before, after
        Assessments of the two rounds.

    Returns
    -------
    DataFrame
        `community_id`, `item`, `requirement`, `residents` (or m², of the plan), `share_before`, `share_forecast`,
        `share_now` (0–1), `progress` (share of the forecast gain that was reached; below 0 = worse than before, NaN
        where no gain was forecast); only where a gain was forecast or the share changed.
    """
    columns = [
        "community_id",
        "item",
        "requirement",
        "residents",
        "share_before",
        "share_forecast",
        "share_now",
        "progress",
    ]
    coverage = getattr(plan, "coverage", None)
    if coverage is None or not len(coverage):
        return pd.DataFrame(columns=columns)
    keys = ["community_id", "item", "requirement"]
    forecast = coverage[coverage["band"] == "need"].rename(columns={"share_after": "share_forecast"})
    forecast = forecast[[*keys, "residents", "share_forecast"]].astype(dict.fromkeys(keys, object))
    for name, one in (("share_before", before), ("share_now", after)):
        found = one.requirements[[*keys, "degree"]].astype(dict.fromkeys(keys, object))
        forecast = forecast.merge(found.rename(columns={"degree": name}), on=keys, how="left")
    hoped = (forecast["share_forecast"] - forecast["share_before"]).to_numpy("float64")
    came = (forecast["share_now"] - forecast["share_before"]).to_numpy("float64")
    gain = hoped > _STEP
    forecast["progress"] = np.divide(came, hoped, out=np.full(len(forecast), np.nan), where=gain)
    told: pd.DataFrame = forecast[gain | (np.abs(np.nan_to_num(came)) > _STEP)]
    return told[columns].sort_values(keys, ignore_index=True)
