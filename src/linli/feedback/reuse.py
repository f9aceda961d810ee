"""What became of the rooms and plots of the first round: brought back into use (盘活), built on, or still vacant.

A room counts as brought back into use if it is no longer listed (or with less area) and a facility *started* there:
opened, reopened or moved in, at most `place_m` away. Several facilities may share one room. What is not plain is
doubtful, is listed with its reason and counts for nothing until somebody decides it: ``still_listed`` (the room is
still listed with all its area), ``several_places`` (more than one place could be meant), ``not_allowed`` (a use that
the owner did not allow), ``other_storey``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from linli.errors import UnknownRuleError, UnsetValueError
from linli.feedback.choices import CompareOptions
from linli.feedback.facilities import STARTED
from linli.feedback.places import NUMBERS, join_ids
from linli.rules import Catalogue

__all__ = ["IN_PLACE", "USES", "Reuse", "find_reuse", "indoor_types", "started_facilities"]

USES: tuple[str, ...] = ("in_use", "partly", "doubtful", "still", "gone", "new")
"""What became of a place: in use again, in use in part, doubtful, still listed, no longer listed and nothing known to
have started there, listed for the first time."""

IN_PLACE: tuple[str, ...] = ("layer", "place_id", "facility_id", "row", "distance_m", "certainty", "reason")
"""Columns of what started where; `row` is the facility's row in the table of facilities."""

_TIE_M = 1.0
_INSIDE = ("indoor", "own_site")


@dataclass(frozen=True, eq=False)
class Reuse:
    """What became of one layer of places.

    Parameters
    ----------
    places
        One row a place of either round: `layer`, `place_id`, `id_after`, `name`, `community_id`, `owner_kind`,
        `area_before_m2`, `area_after_m2` (floor area of rooms, site area of plots, NaN = not listed), `use` (one of
        `USES`), `facilities` and `types` (";"-separated), `used_m2` (area back in use or built on), `assumed` (whether
        it is taken from the place because the facilities' own area is not known), `x`, `y` (degrees).
    in_place
        Facilities by place, columns `IN_PLACE`.
    """

    places: pd.DataFrame
    in_place: pd.DataFrame


def indoor_types(catalogue: Catalogue, on: Any) -> frozenset[str]:
    """Return the facility types that may be in a room.

    Parameters
    ----------
    catalogue
        The rules; their family ``siting_needs``.
    on
        The date.

    Returns
    -------
    frozenset of str
        Types whose place is indoors or a building of their own.
    """
    inside = set()
    for kind in catalogue.facility_types:
        try:
            place = catalogue.value("siting_needs/place", kind, on=on).value
        except (UnknownRuleError, UnsetValueError):
            continue
        if place in _INSIDE:
            inside.add(kind)
    return frozenset(inside)


def started_facilities(table: pd.DataFrame, same_place_m: float) -> pd.DataFrame:
    """Pick the facilities that started at their place: opened, reopened, or moved there.

    Parameters
    ----------
    table
        From `linli.feedback.facilities.facility_table`.
    same_place_m
        Farther is a move, m.

    Returns
    -------
    DataFrame
        Those rows, index kept, with `start` (``opened``, ``reopened``, ``moved``).
    """
    serves = (table["certainty"] == "sure") & (table["status_after"] == "in_use")
    moved = serves & (table["status_before"] == "in_use") & (table["distance_m"] > same_place_m)
    started = serves & table["service"].isin(STARTED)
    return table.assign(start=table["service"].where(started, "moved"))[started | moved]


def _listed(layer: str, before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, matching: pd.DataFrame) -> pd.DataFrame:
    """Put the places of both rounds side by side, those of the first round first."""
    area = NUMBERS[layer][0]
    one, other = matching["before"].to_numpy("int64"), matching["after"].to_numpy("int64")
    sides = {
        name: (before[name].reindex(one).to_numpy(dtype=object), after[name].reindex(other).to_numpy(dtype=object))
        for name in ("id", "name", "community_id", "owner_kind", "x", "y")
        if name in before
    }
    first = {name: np.where(one >= 0, *values) for name, values in sides.items()}
    table = pd.DataFrame(
        {
            "layer": layer,
            "place_id": first["id"],
            "id_after": sides["id"][1],
            "name": first["name"],
            "community_id": first["community_id"],
            "owner_kind": first.get("owner_kind"),
            "area_before_m2": before[area].reindex(one).to_numpy("float64"),
            "area_after_m2": after[area].reindex(other).to_numpy("float64"),
            "x": first["x"].astype("float64"),
            "y": first["y"].astype("float64"),
            "certainty": matching["certainty"].to_numpy(),
            "row": one,
        }
    )
    return table.astype(dict.fromkeys(("place_id", "id_after", "name", "community_id", "owner_kind"), object))


def _reason(place: Any, kind: str, storey: float, layer: str, *, open_place: bool) -> str:
    """Say why it is doubtful that a facility is in a place; empty if it is not."""
    if not open_place:
        return "still_listed"
    if layer != "rooms":
        return ""
    allowed = place["allowed_types"]
    if isinstance(allowed, str) and allowed and kind not in allowed.split(";"):
        return "not_allowed"
    floors = float(place["storey"]) if pd.notna(place["storey"]) else np.nan
    return "other_storey" if abs(floors - storey) >= 1 else ""


def _near(before: gpd.GeoDataFrame, started: pd.DataFrame, shapes: Any, options: CompareOptions) -> pd.DataFrame:
    tree = shapely.STRtree(before.geometry.to_numpy())
    facility, place = tree.query(shapes, predicate="dwithin", distance=options.place_m)
    gap = shapely.distance(shapes[facility], before.geometry.to_numpy()[place])
    near = pd.DataFrame({"facility": facility, "place": place, "distance_m": gap})
    near["facility_id"] = started["id_after"].to_numpy(dtype=object)[facility]
    near["place_id"] = before["id"].to_numpy(dtype=object)[place]
    return near.sort_values(["facility_id", "distance_m", "place_id"], ignore_index=True)


def _pick(near: pd.DataFrame, is_open: Any) -> tuple[int, str]:
    """Choose the place of one facility among those near it, nearest first; say if more than one could be meant."""
    candidates = near[is_open[near["place"].to_numpy()]]
    if candidates.empty:
        return int(near.index[0]), ""
    gaps = candidates["distance_m"].to_numpy()
    several = len(gaps) > 1 and gaps[1] - gaps[0] <= _TIE_M
    return int(candidates.index[0]), "several_places" if several else ""


def _assign(
    layer: str,
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    started: pd.DataFrame,
    rows_after: Any,
    is_open: Any,
    options: CompareOptions,
) -> pd.DataFrame:
    """Say which facility started in which place."""
    decided = options.decisions("in_place")
    shapes = after.geometry.to_numpy()[rows_after]
    storeys = pd.to_numeric(after["storey"], errors="coerce").to_numpy("float64", na_value=np.nan)[rows_after]
    near = _near(before, started, shapes, options)
    refused = {key for key, same in decided.items() if not same}
    keys = zip(near["place_id"], near["facility_id"], strict=True)
    near = near[np.array([key not in refused for key in keys], dtype=bool)]
    found = []
    for number, here in ((int(k), near[near["facility"] == k]) for k in sorted(set(near["facility"]))):
        at, reason = _pick(here, is_open)
        place = int(here["place"].loc[at])
        kind = str(started["type_after"].iloc[number])
        reason = reason or _reason(before.loc[place], kind, storeys[number], layer, open_place=bool(is_open[place]))
        found.append((here.loc[at, "place_id"], here.loc[at, "facility_id"], started.index[number],
                      here.loc[at, "distance_m"], reason))  # fmt: skip
    table = pd.DataFrame(found, columns=["place_id", "facility_id", "row", "distance_m", "reason"])
    table = _overrule(table, before, started, {key for key, same in decided.items() if same})
    table["certainty"] = np.where(table["reason"] == "", "sure", "doubtful")
    return table.assign(layer=layer)[list(IN_PLACE)]


def _overrule(
    table: pd.DataFrame, before: gpd.GeoDataFrame, started: pd.DataFrame, said: set[tuple[str, str]]
) -> pd.DataFrame:
    """Put what somebody has decided in the place of what was found."""
    places, rows = set(before["id"]), dict(zip(started["id_after"], started.index, strict=True))
    known = sorted((place, facility) for place, facility in said if place in places and facility in rows)
    if not known:
        return table
    kept = table[~table["facility_id"].isin([facility for _, facility in known])]
    more = [(place, facility, rows[facility], np.nan, "") for place, facility in known]
    return pd.concat([part for part in (kept, pd.DataFrame(more, columns=table.columns)) if len(part)])


def _used(place: Any, areas: list[float]) -> tuple[float, bool]:
    """Area of a place that is back in use, m², and whether it had to be taken from the place."""
    whole = float(place["area_before_m2"])
    freed = whole - float(place["area_after_m2"]) if place["use"] == "partly" else whole
    taken = float(np.sum(areas)) if areas else np.nan
    if np.isnan(taken):
        return freed, True
    return (taken if np.isnan(freed) else min(freed, taken)), False


def find_reuse(
    layer: str,
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    matching: pd.DataFrame,
    facilities: tuple[pd.DataFrame, gpd.GeoDataFrame, pd.DataFrame],
    inside: frozenset[str],
    options: CompareOptions,
) -> Reuse:
    """Say what became of the rooms or plots.

    Parameters
    ----------
    layer
        ``rooms`` or ``plots``.
    before, after, matching
        The places of both rounds, from `linli.feedback.places.locate`, and how they match.
    facilities
        The table of facilities, the facilities of the second round (`locate`), and how the facilities match.
    inside
        Types that may be in a room.
    options
        Distances, m, and what is decided.

    Returns
    -------
    Reuse
        Areas in m².
    """
    table, located, matched = facilities
    started = started_facilities(table, options.same_place_m)
    if layer == "rooms":
        started = started[started["type_after"].isin(sorted(inside))]
    rows_after = matched["after"].to_numpy("int64")[started.index.to_numpy("int64")]
    places = _listed(layer, before, after, matching)
    first = places[places["row"] >= 0].set_index("row").sort_index()
    less = first["area_after_m2"].to_numpy() < first["area_before_m2"].to_numpy()
    sure = (first["certainty"] == "sure").to_numpy()
    is_open = sure & (first["id_after"].isna().to_numpy() | less)
    in_place = _assign(layer, before, located, started, rows_after, is_open, options)
    size = "floor_area_m2_after" if layer == "rooms" else "site_area_m2_after"
    areas = table[size].where(table[size].notna(), table["outline_m2_after"] if layer == "plots" else np.nan)
    return Reuse(_uses(places, in_place, areas, table["type_after"]), in_place)


def _uses(places: pd.DataFrame, in_place: pd.DataFrame, areas: pd.Series, types: pd.Series) -> pd.DataFrame:
    """Add to every place what became of it."""
    groups: Mapping[Any, pd.DataFrame] = dict(iter(in_place.groupby("place_id")))
    nothing = in_place.iloc[:0]
    rows = []
    for place in places.to_dict("records"):
        here = groups.get(place["place_id"], nothing) if place["row"] >= 0 else nothing
        sure = here[here["certainty"] == "sure"]
        gone = pd.isna(place["id_after"])
        if place["row"] < 0:
            use = "new"
        elif len(sure):
            use = "partly" if not gone and place["area_after_m2"] < place["area_before_m2"] else "in_use"
        elif len(here) or place["certainty"] == "doubtful":
            use = "doubtful"
        else:
            use = "gone" if gone else "still"
        meant = sure if len(sure) else here
        place["use"] = use
        used, assumed = _used(place, areas.loc[meant["row"]].to_list()) if len(sure) else (0.0, False)
        rows.append(
            {
                "use": use,
                "facilities": join_ids(meant["facility_id"]),
                "types": join_ids(types.loc[meant["row"]]),
                "used_m2": used,
                "assumed": assumed,
            }
        )
    more = pd.DataFrame(rows, columns=["use", "facilities", "types", "used_m2", "assumed"], index=places.index)
    joined = pd.concat([places.drop(columns=["row", "certainty"]), more], axis=1)
    return joined.sort_values(["layer", "place_id"], kind="stable", ignore_index=True)
