"""Two rounds of the survey side by side: what changed, for whom, what of it the plan explains, and what got worse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

import linli
from linli.assess import Assessment
from linli.errors import UnknownRuleError
from linli.feedback.choices import CompareOptions
from linli.feedback.facilities import STARTED, STOPPED, facility_changes, facility_table
from linli.feedback.guard import check_plan, check_rounds, common_standards
from linli.feedback.items import Facilities, compare_items
from linli.feedback.layers import KEYS, layer_changes
from linli.feedback.match import match_rows
from linli.feedback.people import compare_residents, compare_wishes
from linli.feedback.places import locate
from linli.feedback.projects import PROJECTS, chosen_of, compare_forecast, compare_projects
from linli.feedback.reached import compare_reach, nearest_new
from linli.feedback.record import Outcome, OutcomeMeta, RoundNote
from linli.feedback.reuse import Reuse, find_reuse, indoor_types
from linli.feedback.totals import Sources, city_totals
from linli.feedback.values import CHANGES, rows_of
from linli.feedback.words import both
from linli.feedback.worse import Titles, list_worse
from linli.rules import Catalogue, load_catalogue
from linli.survey import Survey

__all__ = ["DOUBTFUL", "Round", "compare_rounds"]

Round = tuple[Survey, Assessment]
Progress = Callable[[str, float | None], None]

DOUBTFUL: tuple[str, ...] = (
    "layer", "id_before", "id_after", "type", "name_before", "name_after", "community_id", "distance_m", "area_m2",
    "reason", "zh", "en", "same",
)  # fmt: skip
"""Columns of the doubtful matches."""

PLACES = ("rooms", "plots")


@dataclass(frozen=True, eq=False)
class _Layers:
    """The layers that are matched: their entries in both rounds, and how these belong together."""

    before: Mapping[str, gpd.GeoDataFrame]
    after: Mapping[str, gpd.GeoDataFrame]
    matching: Mapping[str, pd.DataFrame]


def _match(before: Survey, after: Survey, crs: str, options: CompareOptions) -> _Layers:
    sides: tuple[dict[str, gpd.GeoDataFrame], dict[str, gpd.GeoDataFrame]] = ({}, {})
    matching = {}
    for layer in ("facilities", *PLACES):
        for survey, side in zip((before, after), sides, strict=True):
            side[layer] = locate(survey, layer, crs)
        decided = options.decisions(layer)  # type: ignore[arg-type]
        matching[layer] = match_rows(sides[0][layer], sides[1][layer], options, decided)
    return _Layers(sides[0], sides[1], matching)


def _found_again(layers: _Layers, layer: str) -> tuple[dict[str, str], frozenset[str]]:
    """Return which ids of a layer were given anew, and which are doubtful."""
    matching = layers.matching[layer]
    pairs = matching[(matching["before"] >= 0) & (matching["after"] >= 0)]
    one = layers.before[layer]["id"].to_numpy()[pairs["before"].to_numpy()]
    other = layers.after[layer]["id"].to_numpy()[pairs["after"].to_numpy()]
    sure = (pairs["certainty"] == "sure").to_numpy()
    renumbered = {str(b): str(a) for a, b in zip(one[sure], other[sure], strict=True) if a != b}
    return renumbered, frozenset([*one[~sure], *other[~sure]])


def _changes(
    before: Survey, after: Survey, layers: _Layers, crs: str, options: CompareOptions, of_facilities: pd.DataFrame
) -> pd.DataFrame:
    parts = [of_facilities]
    for layer in KEYS:
        renumbered, aside = _found_again(layers, layer) if layer in PLACES else ({}, frozenset())
        parts.append(layer_changes(before, after, layer, crs, options, renumbered, aside))
    full = [part for part in parts if len(part)]
    if not full:
        return pd.DataFrame(columns=list(CHANGES))
    table = pd.concat(full, ignore_index=True).astype({"difference": "float64"})
    text = [name for name in CHANGES if name != "difference"]
    table[text] = table[text].astype(object).where(table[text].notna(), None)
    return table


def _doubtful_pairs(layers: _Layers, layer: str) -> list[dict[str, Any]]:
    matching = layers.matching[layer]
    size = "site_area_m2" if layer == "plots" else "floor_area_m2"
    rows = []
    for pair in rows_of(matching[matching["certainty"] == "doubtful"]):
        one, other = layers.before[layer].loc[pair.before], layers.after[layer].loc[pair.after]
        rows.append(
            {
                "layer": layer, "id_before": one["id"], "id_after": other["id"], "type": other["type"],
                "name_before": one["name"], "name_after": other["name"], "community_id": other["community_id"],
                "distance_m": pair.distance_m, "area_m2": other[size], "reason": pair.reason,
            }
        )  # fmt: skip
    return rows


def _doubtful_uses(layers: _Layers, reuse: Mapping[str, Reuse], facilities: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for layer, found in reuse.items():
        places = layers.before[layer].set_index("id")
        size = "site_area_m2" if layer == "plots" else "floor_area_m2"
        for use in rows_of(found.in_place[found.in_place["certainty"] == "doubtful"]):
            place, facility = places.loc[use.place_id], facilities.loc[use.row]
            rows.append(
                {
                    "layer": "in_place", "id_before": use.place_id, "id_after": use.facility_id,
                    "type": facility["type_after"], "name_before": place["name"], "name_after": facility["name_after"],
                    "community_id": place["community_id"], "distance_m": use.distance_m, "area_m2": place[size],
                    "reason": use.reason,
                }
            )  # fmt: skip
    return rows


def _doubtful(layers: _Layers, reuse: Mapping[str, Reuse], facilities: pd.DataFrame) -> pd.DataFrame:
    rows = [row for layer in layers.matching for row in _doubtful_pairs(layers, layer)]
    rows += _doubtful_uses(layers, reuse, facilities)
    for row in rows:
        row |= {**both(f"reason.{row['reason']}"), "same": ""}
    table = pd.DataFrame(rows, columns=list(DOUBTFUL)).astype({"distance_m": "float64", "area_m2": "float64"})
    text = ["type", "name_before", "name_after", "community_id"]
    table[text] = table[text].astype(object).where(table[text].notna(), None)
    return table.sort_values(["layer", "id_before", "id_after"], ignore_index=True)


def _titles(catalogue: Catalogue, after: Assessment) -> dict[str, dict[str, dict[str, str]]]:
    items = {}
    for item in sorted(set(after.items["item"].astype(str))):
        try:
            items[item] = dict(catalogue.rule(item).title)
        except UnknownRuleError:  # of a pack that is not laid over this catalogue: its id is shown
            continue
    types = {code: dict(rule.title) for code, rule in sorted(catalogue.facility_types.items())}
    families = catalogue.families
    standards = {name: dict(families[name].title) for name in after.meta.options.standards if name in families}
    return {"types": types, "items": items, "standards": standards}


def _per_community(data: Sources) -> pd.DataFrame:
    """Sum up each community of either round: what came and went, items, scores, residents."""
    sides = []
    for name, one in (("before", data.before), ("after", data.after)):
        frame = one.communities[["community_id", "name", "district", "residents"]].astype(
            {"community_id": object, "name": object, "district": object}
        )
        sides.append(frame.rename(columns={"residents": f"residents_{name}"}).set_index("community_id"))
    table = sides[1].join(sides[0]["residents_before"], how="outer")
    for column in ("name", "district"):
        table[column] = table[column].where(table[column].notna(), sides[0][column].reindex(table.index))
    rooms = data.places[data.places["layer"] == "rooms"]
    back, left = rooms[rooms["use"].isin(["in_use", "partly"])], rooms[rooms["use"].isin(["still", "partly"])]
    opened = data.facilities[data.facilities["service"] == "opened"]
    counts = {
        "opened": data.facilities[data.facilities["service"].isin(STARTED)].groupby("community_id").size(),
        "closed": data.facilities[data.facilities["service"].isin(STOPPED)].groupby("community_id").size(),
        "opened_m2": opened.groupby("community_id")["floor_area_m2_after"].sum(),
        "brought_back_m2": back.groupby("community_id")["used_m2"].sum(),
        "vacant_m2": left.groupby("community_id")["area_after_m2"].sum(),
        "better": data.items[data.items["change"] == "better"].groupby("community_id").size(),
        "worse": data.items[data.items["change"] == "worse"].groupby("community_id").size(),
    }
    for name, values in counts.items():
        table[name] = values.reindex(table.index).fillna(0.0).astype("float64")
    return _scores(table, data).rename_axis("community_id").reset_index().sort_values("community_id", ignore_index=True)


def _scores(table: pd.DataFrame, data: Sources) -> pd.DataFrame:
    """Add the score of every standard in both rounds."""
    for standard in common_standards(data.before, data.after):
        for name, one in (("before", data.before), ("after", data.after)):
            mine = one.scores[one.scores["standard"].astype(str) == standard]
            values = mine.set_index(mine["community_id"].astype(str))["score"]
            table[f"score_{name}.{standard}"] = values.reindex(table.index).astype("float64")
    return table


def _note(survey: Survey, assessment: Assessment) -> RoundNote:
    meta = assessment.meta
    return RoundNote(
        name=meta.name,
        round=survey.manifest.round,
        surveyed_on=meta.surveyed_on,
        on=meta.on,
        survey_digest=meta.survey_digest,
        catalogue_version=meta.catalogue_version,
        code_version=meta.code_version,
    )


def _quiet(_text: str, _done: float | None) -> None:
    return None


def compare_rounds(
    before: Round,
    after: Round,
    plan: Any = None,
    *,
    options: CompareOptions | None = None,
    catalogue: Catalogue | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Put two rounds side by side.

    Parameters
    ----------
    before, after
        Survey and assessment of the first and of the second round.
    plan
        A plan made after the first round (see `linli.feedback.projects.chosen_of`); ``None`` = there is none.
    options
        Distances and decisions; the defaults if left out.
    catalogue
        The rules of the second round, for names and the circle's distance; the national ones if left out.
    progress
        Told what is under way.

    Returns
    -------
    Outcome
        What changed, frozen.

    Raises
    ------
    InputError
        If the rounds cannot be compared (see `linli.feedback.guard`), or the plan is none.
    """
    options, catalogue, progress = options or CompareOptions(), catalogue or load_catalogue(), progress or _quiet
    progress("check", 0.0)
    problems = (*check_rounds(before, after), *check_plan(plan, before[0]))
    crs = after[0].manifest.metric_crs
    on, circle = after[1].meta.on, after[1].meta.options.circle
    circle_m = float(catalogue.value("walking/distance", circle, on=on).value or 0)
    progress("match", 0.1)
    layers = _match(before[0], after[0], crs, options)
    matched = layers.matching["facilities"]
    facilities = facility_table(layers.before["facilities"], layers.after["facilities"], matched)
    sides = layers.before["facilities"], layers.after["facilities"]
    changes = _changes(
        before[0], after[0], layers, crs, options, facility_changes(facilities, *sides, matched, options)
    )
    progress("reuse", 0.4)
    located = (facilities, sides[1], matched)
    inside = indoor_types(catalogue, on)
    reuse = {
        layer: find_reuse(
            layer, layers.before[layer], layers.after[layer], layers.matching[layer], located, inside, options
        )
        for layer in PLACES
    }
    places, in_place = (
        pd.concat([getattr(one, name) for one in reuse.values()], ignore_index=True) for name in ("places", "in_place")
    )
    progress("items", 0.6)
    reached = compare_reach(before[1], after[1])
    newly = _newly(before[1], after[1], facilities, circle_m)
    chosen = chosen_of(pd.DataFrame(columns=["place_id", "type"]) if plan is None else plan)
    data = Sources(
        facilities=facilities,
        changes=changes,
        places=places,
        in_place=in_place,
        items=_of_standards(
            compare_items(before[1], after[1], options, _known(facilities, changes)), before[1], after[1]
        ),
        wishes=compare_wishes((before[0], after[0]), facilities, reached, circle_m),
        projects=compare_projects(
            chosen,
            {layer: layers.before[layer] for layer in PLACES},
            places,
            in_place,
            facilities,
            sides[1],
            newly,
            options,
        ),
        before=before[1],
        after=after[1],
    )
    progress("totals", 0.9)
    meta = OutcomeMeta(
        name=after[1].meta.name,
        before=_note(*before),
        after=_note(*after),
        unit=after[1].meta.unit,
        standards=common_standards(before[1], after[1]),
        circle_m=circle_m,
        options=options,
        planned=plan is not None,
        notes=tuple(problem.as_dict() for problem in problems),
        titles=_titles(catalogue, after[1]),
        code_version=linli.__version__,
    )
    return _outcome(
        meta, data, reached, _doubtful(layers, reuse, facilities), compare_forecast(plan, before[1], after[1])
    )


def _newly(before: Assessment, after: Assessment, facilities: pd.DataFrame, circle_m: float) -> pd.DataFrame:
    """Count who gained by each facility that started."""
    serving = facilities[(facilities["status_after"] == "in_use") & (facilities["certainty"] == "sure")]
    changed = serving[serving["service"].isin(STARTED) | (serving["distance_m"] > 0)]
    return nearest_new(before, after, changed.set_index("id_after")["type_after"], circle_m)


def _known(table: pd.DataFrame, changes: pd.DataFrame) -> Facilities:
    """Say which facilities were given new ids, and which moved or changed."""
    sure = table[(table["certainty"] == "sure") & table["id_before"].notna() & table["id_after"].notna()]
    anew = sure[sure["id_before"] != sure["id_after"]]
    mine = changes[(changes["layer"] == "facilities") & ~changes["change"].isin(["renamed", "updated"])]
    altered = mine.loc[mine["id_before"].notna() & mine["id_after"].notna(), "id_after"]
    return Facilities(dict(zip(anew["id_before"], anew["id_after"], strict=True)), frozenset(altered))


def _of_standards(items: pd.DataFrame, before: Assessment, after: Assessment) -> pd.DataFrame:
    return items[items["standard"].isin(common_standards(before, after))].reset_index(drop=True)


def _outcome(
    meta: OutcomeMeta, data: Sources, reached: pd.DataFrame, doubtful: pd.DataFrame, forecast: pd.DataFrame
) -> Outcome:
    communities = _per_community(data)
    names = dict(zip(communities["community_id"], communities["name"], strict=True))
    titles = Titles(meta.titles["types"], meta.titles["items"], names, meta.unit)
    return Outcome(
        meta=meta,
        totals=city_totals(data, meta.unit, planned=meta.planned),
        worse=list_worse(data.items, data.changes, reached, titles, meta.circle_m),
        communities=communities,
        items=data.items,
        changes=data.changes,
        facilities=data.facilities,
        doubtful=doubtful,
        places=data.places,
        coverage=reached,
        residents=compare_residents(data.before, data.after),
        wishes=data.wishes,
        projects=data.projects[list(PROJECTS)],
        forecast=forecast,
    )
