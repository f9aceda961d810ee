"""City totals in the form that a yearly report uses: lines from ``form.yaml``, each a measure over facility types.

A sum counts what is sure and known. What rests on a doubtful match is told beside it (`high`: if every doubtful match
counted), and how many facilities are in it whose area nobody knows (`unknown`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from linli.assess import Assessment
from linli.feedback.facilities import STOPPED
from linli.feedback.places import NUMBERS
from linli.feedback.words import load_table
from linli.units import OLD_AND_YOUNG, residents_column

__all__ = ["TOTALS", "Sources", "city_totals", "load_form"]

TOTALS: tuple[str, ...] = (
    "line", "section", "level", "zh", "en", "unit", "value", "high", "before", "after", "unknown", "note_zh", "note_en",
)  # fmt: skip
"""Columns of the totals."""

COMPLETE = "complete_community"
_FLOOR, _SITE = NUMBERS["facilities"][:2]
_WISHES_DONE = ("answered", "nearby")


@dataclass(frozen=True, eq=False)
class Sources:
    """What totals are summed from: tables of the outcome, and the two assessments."""

    facilities: pd.DataFrame
    changes: pd.DataFrame
    places: pd.DataFrame
    in_place: pd.DataFrame
    items: pd.DataFrame
    wishes: pd.DataFrame
    projects: pd.DataFrame
    before: Assessment
    after: Assessment


@dataclass(frozen=True, slots=True)
class _Sum:
    """A total; NaN = not known or does not apply."""

    value: float
    high: float = np.nan
    before: float = np.nan
    after: float = np.nan
    unknown: float = 0.0


Measure = Callable[[Sources, frozenset[str] | None], _Sum]


@cache
def load_form() -> Mapping[str, Any]:
    """Read the form: its sections, groups of types and lines.

    Returns
    -------
    mapping
        ``sections``, ``types`` and ``lines``.

    Raises
    ------
    RuleFileError
        If the file that ships with the package is broken.
    """
    form: Mapping[str, Any] = load_table(Path(__file__).with_name("form.yaml"))
    return form


def _of(table: pd.DataFrame, types: frozenset[str] | None, column: str = "type") -> pd.DataFrame:
    return table if types is None else table[table[column].isin(sorted(types))]


def _services(data: Sources, types: frozenset[str] | None, *services: str) -> pd.DataFrame:
    picked = _of(data.facilities, types)
    return picked[picked["service"].isin(services)]


def _doubtful(data: Sources, types: frozenset[str] | None, side: str) -> pd.DataFrame:
    """Facilities in use in one round whose match is doubtful: if it is wrong, they came or went."""
    picked = data.facilities
    picked = picked[(picked["certainty"] == "doubtful") & (picked[f"status_{side}"] == "in_use")]
    return _of(picked, types, f"type_{side}")


def _count(data: Sources, types: frozenset[str] | None, side: str, *services: str) -> _Sum:
    n = len(_services(data, types, *services))
    return _Sum(n, n + len(_doubtful(data, types, side)))


def _size(table: pd.DataFrame, column: str, side: str) -> pd.Series:
    size = table[f"{column}_{side}"]
    return size.where(size.notna(), table[f"outline_m2_{side}"]) if column == _SITE else size


def _grown(data: Sources, types: frozenset[str] | None, column: str, change: str) -> float:
    """How much facilities that serve in both rounds grew or shrank, m², ≥ 0."""
    rows = _of(data.changes[data.changes["layer"] == "facilities"], types)
    rows = rows[(rows["column"] == column) & (rows["change"] == change)]
    serve = data.facilities[
        (data.facilities["status_after"] == "in_use") & (data.facilities["status_before"] == "in_use")
    ]
    return float(rows.loc[rows["id_after"].isin(serve["id_after"]), "difference"].abs().sum())


def _added(data: Sources, types: frozenset[str] | None, column: str) -> _Sum:
    size = _size(_services(data, types, "opened"), column, "after")
    value = float(size.sum()) + _grown(data, types, column, "larger")
    doubtful = float(_size(_doubtful(data, types, "after"), column, "after").sum())
    return _Sum(value, value + doubtful, unknown=float(size.isna().sum()))


def _lost(data: Sources, types: frozenset[str] | None) -> _Sum:
    size = _services(data, types, *STOPPED)[f"{_FLOOR}_before"]
    value = float(size.sum()) + _grown(data, types, _FLOOR, "smaller")
    doubtful = float(_doubtful(data, types, "before")[f"{_FLOOR}_before"].sum())
    return _Sum(value, value + doubtful, unknown=float(size.isna().sum()))


def _in_rooms(data: Sources, types: frozenset[str] | None, *, inside: bool) -> _Sum:
    rows = data.in_place[(data.in_place["layer"] == "rooms") & (data.in_place["certainty"] == "sure")]["row"]
    opened = _services(data, types, "opened")
    size = opened[opened.index.isin(rows) == inside][f"{_FLOOR}_after"]
    value = float(size.sum()) + (0.0 if inside else _grown(data, types, _FLOOR, "larger"))
    return _Sum(value, unknown=float(size.isna().sum()))


def _rooms(data: Sources, *uses: str) -> pd.DataFrame:
    return data.places[(data.places["layer"] == "rooms") & data.places["use"].isin(uses)]


def _brought_back(data: Sources, _types: frozenset[str] | None) -> _Sum:
    value = float(_rooms(data, "in_use", "partly")["used_m2"].sum())
    return _Sum(value, value + float(_rooms(data, "doubtful")["area_before_m2"].sum()))


def _brought_back_count(data: Sources, _types: frozenset[str] | None) -> _Sum:
    n = len(_rooms(data, "in_use", "partly"))
    return _Sum(n, n + len(_rooms(data, "doubtful")))


def _vacant(data: Sources, _types: frozenset[str] | None) -> _Sum:
    rooms = data.places[data.places["layer"] == "rooms"]
    left = float(_rooms(data, "still", "partly", "doubtful")["area_after_m2"].sum())
    return _Sum(left, before=float(rooms["area_before_m2"].sum()), after=float(rooms["area_after_m2"].sum()))


def _area(use: str, column: str) -> Measure:
    return lambda data, _types: _Sum(float(_rooms(data, use)[column].sum()))


def _built(data: Sources, _types: frozenset[str] | None) -> _Sum:
    plots = data.places[data.places["layer"] == "plots"]
    value = float(plots.loc[plots["use"].isin(["in_use", "partly"]), "used_m2"].sum())
    return _Sum(value, value + float(plots.loc[plots["use"] == "doubtful", "area_before_m2"].sum()))


def _complete_ids(assessment: Assessment, *, unknown_is_met: bool) -> set[str] | None:
    """Communities in which every item of the complete-community standard is met; None if it was not assessed."""
    items = assessment.items[assessment.items["standard"].astype(str) == COMPLETE]
    if items.empty:
        return None
    fine = ["met", "not_applicable", *(["unknown"] if unknown_is_met else [])]
    good = items["status"].isin(fine).groupby(items["community_id"].astype(str)).all()
    return set(good.index[good])


def _complete(data: Sources, weight: str | None) -> _Sum:
    def total(assessment: Assessment, *, unknown_is_met: bool) -> float:
        ids = _complete_ids(assessment, unknown_is_met=unknown_is_met)
        if ids is None:
            return np.nan
        here = assessment.communities[assessment.communities["community_id"].astype(str).isin(ids)]
        return float(len(here) if weight is None else here[weight].sum())

    before, after = (total(one, unknown_is_met=False) for one in (data.before, data.after))
    return _Sum(after, total(data.after, unknown_is_met=True), before, after)


def _people(data: Sources, bands: tuple[str, ...]) -> _Sum:
    columns = [residents_column(band) for band in bands]
    before, after = (
        float(one.communities[columns].sum(axis=1, skipna=False).sum(min_count=1)) for one in (data.before, data.after)
    )
    return _Sum(after - before, before=before, after=after)


def _estates(column: str) -> Measure:
    def measure(data: Sources, _types: frozenset[str] | None) -> _Sum:
        rows = data.changes[(data.changes["layer"] == "estates") & (data.changes["column"] == column)]
        return _Sum(float(rows["difference"].sum()), unknown=float(rows["difference"].isna().sum()))

    return measure


def _switched(layer: str, column: str, before: tuple[str, ...], not_after: tuple[str, ...]) -> Measure:
    def measure(data: Sources, _types: frozenset[str] | None) -> _Sum:
        rows = data.changes[(data.changes["layer"] == layer) & (data.changes["column"] == column)]
        return _Sum(float((rows["before"].isin(before) & ~rows["after"].isin(not_after)).sum()))

    return measure


def _items(change: str) -> Measure:
    return lambda data, _types: _Sum(float((data.items["change"] == change).sum()))


def _done(data: Sources) -> pd.DataFrame:
    return data.projects[data.projects["state"] == "done"]


def _by_projects(data: Sources) -> set[str]:
    return {one for ids in _done(data)["facilities"] for one in str(ids).split(";") if one}


def _explained(data: Sources, types: frozenset[str] | None) -> _Sum:
    opened = _services(data, types, "opened")
    size = opened.loc[opened["id_after"].isin(_by_projects(data)), f"{_FLOOR}_after"]
    return _Sum(float(size.sum()), unknown=float(size.isna().sum()))


def _explained_reuse(data: Sources, _types: frozenset[str] | None) -> _Sum:
    mine = _by_projects(data)
    rooms = _rooms(data, "in_use", "partly")
    by_plan = [bool(mine & set(str(ids).split(";"))) for ids in rooms["facilities"]]
    return _Sum(float(rooms.loc[by_plan, "used_m2"].sum()))


def _of_done(column: str) -> Measure:
    return lambda data, _types: _Sum(float(_done(data)[column].sum(min_count=1)))


_MEASURES: dict[str, Measure] = {
    "added_floor": lambda data, types: _added(data, types, _FLOOR),
    "added_site": lambda data, types: _added(data, types, _SITE),
    "added_in_rooms": lambda data, types: _in_rooms(data, types, inside=True),
    "added_elsewhere": lambda data, types: _in_rooms(data, types, inside=False),
    "lost_floor": _lost,
    "opened": lambda data, types: _count(data, types, "after", "opened"),
    "reopened": lambda data, types: _Sum(len(_services(data, types, "reopened"))),
    "stopped": lambda data, types: _count(data, types, "before", *STOPPED),
    "brought_back": _brought_back,
    "brought_back_count": _brought_back_count,
    "vacant": _vacant,
    "vacated": _area("new", "area_after_m2"),
    "gone": _area("gone", "area_before_m2"),
    "built": _built,
    "complete": lambda data, _types: _complete(data, None),
    "complete_households": lambda data, _types: _complete(data, "households"),
    "lifts": _switched("buildings", "has_lift", ("false", ""), ("false", "")),
    "parking": _estates("parking_spaces"),
    "charging": _estates("charging_spaces"),
    "property": _switched("estates", "property_service", ("none",), ("none", "")),
    "residents": lambda data, _types: _people(data, ("all",)),
    "old_young": lambda data, _types: _people(data, OLD_AND_YOUNG),
    "items_better": _items("better"),
    "items_worse": _items("worse"),
    "wishes_answered": lambda data, _types: _Sum(float(data.wishes["outcome"].isin(_WISHES_DONE).sum())),
    "projects_done": lambda data, _types: _Sum(
        float(len(_done(data))), float(data.projects["state"].isin(["done", "doubtful"]).sum())
    ),
    "projects_planned": lambda data, _types: _Sum(float(len(data.projects))),
    "explained": _explained,
    "explained_reuse": _explained_reuse,
    "newly_forecast": _of_done("newly"),
    "newly_served": _of_done("served_newly"),
}


def city_totals(data: Sources, unit: str, *, planned: bool) -> pd.DataFrame:
    """Fill in the form.

    Parameters
    ----------
    data
        What to sum up.
    unit
        What stands for people: ``residents`` or ``m2``.
    planned
        Whether there is a plan; without one its lines are left out.

    Returns
    -------
    DataFrame
        One row a line, columns `TOTALS`: `value` and `high` in `unit`, `before` and `after` where it is a stock, NaN =
        not known; `unknown` = how many facilities of unknown area it leaves out.
    """
    form = load_form()
    rows = []
    for line in form["lines"]:
        if line["section"] == "plan" and not planned:
            continue
        group = line.get("types", "all")
        found = _MEASURES[line["measure"]](data, None if group == "all" else frozenset(form["types"][group]))
        note = line.get("note", {"zh": "", "en": ""})
        rows.append(
            {
                "line": line["id"], "section": line["section"], "level": line["level"],
                "zh": line["title"]["zh"], "en": line["title"]["en"],
                "unit": unit if line["unit"] == "residents" else line["unit"],
                "value": float(found.value), "high": float(found.high), "before": found.before, "after": found.after,
                "unknown": found.unknown, "note_zh": note["zh"], "note_en": note["en"],
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(TOTALS))
