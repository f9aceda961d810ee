"""Which field of the studio's form is which choice: from choices to a filled-in form, and back.

What the form does not ask for is kept as it was: an expert's view shows everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linli.improve.choices import ANY, LEVERS
from linli.web.plans.choices import StudyChoices, to_json
from linli.web.plans.lines import Head, write_lines

__all__ = ["SECTIONS", "TABLES", "content_of", "field_of", "initial_of"]

TABLES: Mapping[str, tuple[Head, ...]] = {
    "unit_costs": (Head("lever"), Head("type", optional=True), Head("amount")),
    "budget": (Head("year", optional=True), Head("district", optional=True), Head("wan")),
    "max_projects_by_type": (Head("type"), Head("count")),
    "max_projects_by_district": (Head("district"), Head("count")),
    "max_projects_by_community": (Head("community"), Head("count")),
    "community_weights": (Head("community"), Head("amount")),
    "force_in": (Head("id"),),
    "forbid": (Head("id"),),
    "close": (Head("id"),),
    "creation_list": (Head("community"),),
    "ordinary_yuan": (Head("community"), Head("wan")),
    "co_funding": (Head("source"), Head("share"), Head("types", optional=True), Head("when", optional=True)),
}
"""Fields that are tables, and their columns."""

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("aim", ("name", "standard", "verbs", "types", "levers", "start_on", "end_on")),
    ("weights", ("old_young_weight", "priority_weight", "item_weights", "community_weights")),
    ("money", ("unit_costs", "budget", "operating_balance_yuan")),
    ("limits", ("max_projects", "max_area_m2", "max_projects_by_type", "max_projects_by_community",
                "max_projects_by_district", "floor_share", "floor_scope", "min_newly", "min_term_years",
                "divide_rooms")),
    ("decided", ("force_in", "forbid", "close")),
    ("programme", ("with_programme", "first_year", "last_year", "carry_over", "max_starts", "duration_reallocate",
                   "duration_convert", "duration_build")),
    ("proposal", ("subsidy", "creation_list", "subsidy_area", "tier", "ordinary_yuan", "co_funding", "frontier",
                  "points", "alternatives", "appraisal")),
    ("effort", ("gap", "time_limit_s", "seed")),
)  # fmt: skip
"""The form's sections with their fields, in order."""

_IMPROVE = ("standard", "verbs", "types", "levers", "start_on", "end_on", "min_term_years", "divide_rooms", "min_newly",
            "old_young_weight", "priority_weight", "max_projects", "max_area_m2", "floor_scope",
            "operating_balance_yuan", "time_limit_s", "seed")  # fmt: skip
_PROGRAMME = ("carry_over", "max_starts")
_PROPOSAL = ("subsidy", "subsidy_area", "tier", "frontier", "points", "appraisal")
_COUNTS = ("max_projects_by_type", "max_projects_by_district", "max_projects_by_community")
_KEYS = {"max_projects_by_type": "type", "max_projects_by_district": "district",
         "max_projects_by_community": "community"}  # fmt: skip
_IDS = ("force_in", "forbid", "close")
_PER_CENT = 100


def _budget_rows(lines: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"year": line.year, "district": line.district, "wan": line.yuan} for line in lines]


def _cost_rows(costs: Mapping[Any, Mapping[str, float]]) -> list[dict[str, Any]]:
    return [{"lever": lever, "type": kind, "amount": yuan} for lever, by in costs.items() for kind, yuan in by.items()]


def _tables(choices: StudyChoices) -> dict[str, list[dict[str, Any]]]:
    improve, proposal = choices.improve, choices.proposal
    rows = {
        "unit_costs": _cost_rows(improve.unit_costs),
        "budget": _budget_rows(improve.budget),
        "community_weights": [{"community": k, "amount": v} for k, v in improve.community_weights.items()],
        "creation_list": [{"community": one} for one in proposal.creation_list or ()],
        "ordinary_yuan": [{"community": k, "wan": v} for k, v in proposal.ordinary_yuan.items()],
        "co_funding": [
            {"source": one.source, "share": one.share, "types": one.types, "when": one.paid}
            for one in proposal.co_funding
        ],
    }
    rows |= {name: [{_KEYS[name]: k, "count": v} for k, v in getattr(improve, name).items()] for name in _COUNTS}
    return rows | {name: [{"id": one} for one in getattr(improve, name)] for name in _IDS}


def initial_of(choices: StudyChoices) -> dict[str, Any]:
    """Return what the form shows of choices.

    Parameters
    ----------
    choices
        The study's.

    Returns
    -------
    dict
        Value by field; shares in per cent, money in 10,000 yuan.
    """
    improve, programme, proposal = choices.improve, choices.programme, choices.proposal
    known: dict[str, Any] = {name: getattr(improve, name) for name in _IMPROVE}
    known |= {name: getattr(proposal, name) for name in _PROPOSAL}
    known |= {name: write_lines(rows, TABLES[name]) for name, rows in _tables(choices).items()}
    known["item_weights"] = improve.item_weights if isinstance(improve.item_weights, str) else "own"
    known["floor_share"] = improve.floor_share * _PER_CENT if isinstance(improve.floor_share, float) else None
    known["gap"] = improve.gap * _PER_CENT
    known["alternatives"] = proposal.alternatives != ()
    known["with_programme"] = programme is not None
    if programme is None:
        return known
    known |= {name: getattr(programme, name) for name in _PROGRAMME}
    known |= {"first_year": programme.years[0], "last_year": programme.years[-1]}
    return known | {f"duration_{lever}": programme.duration_years.get(lever) for lever in LEVERS}


def _improve(said: Mapping[str, Any], base: StudyChoices) -> dict[str, Any]:
    old = base.improve
    changed = {name: said[name] for name in _IMPROVE} | {name: [one["id"] for one in said[name]] for name in _IDS}
    changed["types"] = said["types"] or None
    changed["standard"] = said["standard"] or None
    changed["gap"] = said["gap"] / _PER_CENT
    costs: dict[str, dict[str, float]] = {}
    for row in said["unit_costs"]:
        costs.setdefault(row["lever"], {})[row.get("type", ANY)] = row["amount"]
    changed["unit_costs"] = costs
    changed["budget"] = [
        {"year": row.get("year"), "district": row.get("district"), "yuan": row["wan"]} for row in said["budget"]
    ]
    changed |= {name: {row[_KEYS[name]]: row["count"] for row in said[name]} for name in _COUNTS}
    changed["community_weights"] = {row["community"]: row["amount"] for row in said["community_weights"]}
    if said["item_weights"] != "own":
        changed["item_weights"] = said["item_weights"]
    if said["floor_share"] is not None:
        changed["floor_share"] = said["floor_share"] / _PER_CENT
    elif not isinstance(old.floor_share, Mapping):
        changed["floor_share"] = None
    return changed


def _programme(said: Mapping[str, Any], base: StudyChoices, budget: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not said["with_programme"]:
        return None
    old = to_json(base)["programme"] or {"budget": None, "duration_years": {}}
    before = [line.model_dump(mode="json") for line in base.improve.budget]
    same = old["budget"] is not None and sorted(map(str, before)) == sorted(map(str, _as_lines(budget)))
    durations = {lever: said[f"duration_{lever}"] for lever in LEVERS if said[f"duration_{lever}"] is not None}
    return {
        **old,
        **{name: said[name] for name in _PROGRAMME},
        "years": list(range(said["first_year"], said["last_year"] + 1)),
        "budget": old["budget"] if same else budget,
        "duration_years": {**old["duration_years"], **durations},
    }


def _as_lines(budget: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines of money with their keys in the order of a kept choice."""
    return [{"yuan": row["yuan"], "year": row["year"], "district": row["district"]} for row in budget]


def _proposal(said: Mapping[str, Any], base: StudyChoices) -> dict[str, Any]:
    old = base.proposal
    changed = {name: said[name] for name in _PROPOSAL}
    changed["tier"] = said["tier"] or None
    changed["creation_list"] = [row["community"] for row in said["creation_list"]] or None
    changed["ordinary_yuan"] = {row["community"]: row["wan"] for row in said["ordinary_yuan"]}
    kept = {(one.source, one.share): one for one in old.co_funding}
    changed["co_funding"] = [
        {
            **(kept[key].model_dump(mode="json") if (key := (row["source"], row["share"])) in kept else {}),
            "source": row["source"], "share": row["share"], "types": row.get("types"), "paid": row.get("when"),
        }
        for row in said["co_funding"]
    ]  # fmt: skip
    if not said["alternatives"]:
        changed["alternatives"] = []
    elif old.alternatives == ():
        changed["alternatives"] = None
    return changed


def content_of(said: Mapping[str, Any], base: StudyChoices) -> dict[str, Any]:
    """Return the choices that a filled-in form makes.

    Parameters
    ----------
    said
        Cleaned values by field; tables as `linli.web.plans.lines.read_lines` gives them.
    base
        The choices as they were: what the form does not ask for stays.

    Returns
    -------
    dict
        `StudyChoices`, JSON-ready, not yet checked by the model.
    """
    old = to_json(base)
    improve = {**old["improve"], **_improve(said, base)}
    return {
        "improve": improve,
        "programme": _programme(said, base, improve["budget"]),
        "proposal": {**old["proposal"], **_proposal(said, base)},
    }


def field_of(place: Sequence[str | int]) -> str:
    """Return the field that a fault of the model concerns.

    Parameters
    ----------
    place
        Where the model found it: ``("improve", "budget", 0, "yuan")``.

    Returns
    -------
    str
        Name of the field; empty if the form has none for it.
    """
    names = {name for _, fields in SECTIONS for name in fields}
    part, name = (*map(str, place[:2]), "", "")[:2]
    if part == "programme" and name in {"years", ""}:
        return "last_year"
    if name == "paid":
        return "co_funding"
    return name if name in names else ""
