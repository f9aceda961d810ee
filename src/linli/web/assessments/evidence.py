"""What stands behind one item of one community: value against what is required, clause, rows, ranges, what to survey.

Read from the run's own files, one community's rows at a time, and put into the words of reports.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from linli.assess.measure import note_text
from linli.report.formats import Format, known
from linli.report.model import RequirementResult
from linli.report.phrases import measured, required
from linli.units import BAND_TITLES
from linli.web.accounts.models import User
from linli.web.assessments.links import record_addresses, rule_address
from linli.web.assessments.models import Run
from linli.web.assessments.pieces import layer_of, rows_of
from linli.web.assessments.titles import figures_in, type_title
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import current_language, has_words, pick, say

__all__ = ["Asked", "Behind", "Limit", "evidence_of"]

_LAYERS = {"reach": "facilities", "count": "facilities", "area_per_residents": "facilities",
           "area_per_households": "facilities", "ratio": "estates", "answer": "answers"}  # fmt: skip
"""Where the rows behind a kind of requirement come from."""

_KEYS = {"facilities": "facility_id", "estates": "estate_id"}
_PEOPLE_ROLES = ("serving", "doubtful", "alternative")
_SHOWN = 60
"""Rows of one role that a page names; a count says how many there are."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure of the rules that a requirement was measured by.

    Parameters
    ----------
    rule, key
        Id of the rule and name of its value.
    value
        With its unit; empty if nobody published it.
    clause
        Title and clause.
    certainty
        ``published``, ``recalled``, ``unset``.
    since
        Day from which it holds.
    address
        Of the rule; empty if the person may not read it.
    """

    rule: str
    key: str
    value: str
    clause: str
    certainty: str
    since: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """A row of the survey that was counted, or not, and why.

    Parameters
    ----------
    layer, key, name
        Which row.
    role
        ``serving``, ``counted``, ``doubtful``, ``too_small``, ``alternative``.
    amount
        What it contributes, in words; empty if nothing can be said.
    distance
        How far those walk for whom it is the nearest of its type: least and most, in words.
    address
        Of the record in the register; empty if it is not there, or not for the person.
    """

    layer: str
    key: str
    name: str
    role: str
    amount: str
    distance: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement of an item, measured.

    Parameters
    ----------
    id, text, verb
        Which, what it says, ``must`` or less.
    binding
        Whether it makes the status of the item; else it is advice.
    weakest
        Whether it is the one that decides.
    status
        One of the five.
    value, required, degree, shortfall
        In words, with units and ranges.
    who
        Ages it is about; empty = everybody.
    clause, certainty
        Of the requirement itself.
    limits
        Figures it was measured by.
    rows, more
        Rows behind it, and how many are not named.
    nearest
        Least, mean and greatest walk to the nearest, in words.
    notes, steps
        What was not known, and what to survey or fill in next.
    """

    id: str
    text: str
    verb: str
    binding: bool
    weakest: bool
    status: str
    value: str
    required: str
    degree: str
    shortfall: str
    who: str
    types: str
    clause: str
    certainty: str
    limits: Sequence[Limit]
    rows: Sequence[Behind] = ()
    more: int = 0
    nearest: Sequence[str] = ()
    notes: Sequence[str] = field(default=())
    steps: Sequence[str] = field(default=())


def _limits(user: User, found: Iterable[Mapping[str, Any]], fmt: Format) -> list[Limit]:
    limits = []
    for one in found:
        rule, _, key = str(one["rule"]).rpartition(".")
        value = "" if one["missing"] else fmt.value(one["value"], one["unit"])
        certainty = "unset" if one["missing"] else str(one["certainty"])
        limits.append(
            Limit(
                rule, key, value, str(one["clause"]), certainty, str(one["valid_from"] or ""), rule_address(user, rule)
            )
        )
    return limits


def _text(item: str, requirement: str, kind: str) -> str:
    """Return what a requirement says, by the rules in force."""
    rule = site_catalogue().rules.get(item)
    if rule is None:
        return requirement
    body = next((one for one in rule.requirements if one["id"] == requirement), {})
    own = body.get("text") or body.get("question") or rule.body.get("text") or rule.body.get(f"text_{kind}")
    return pick(own or rule.title)


def _names(run: Run, layer: str, keys: Sequence[str]) -> dict[str, str]:
    """Return what rows of a layer are called."""
    if layer not in _KEYS:
        return {}
    frame = layer_of(run, layer)
    mine = frame[frame[_KEYS[layer]].isin(list(keys)) & frame["name"].notna()]
    return dict(zip(mine[_KEYS[layer]].astype(str), mine["name"].astype(str), strict=True))


def _walks(run: Run, code: str, kinds: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return, by facility, the least and the greatest walk of the homes for which it is the nearest of its type, m."""
    found: dict[str, tuple[float, float]] = {}
    for kind in kinds:
        try:
            homes = rows_of(run, "buildings", code, (f"d_{kind}", f"n_{kind}"))
        except (KeyError, ValueError):  # a type that was not measured
            continue
        near = homes[np.isfinite(homes[f"d_{kind}"].astype("float64"))]
        grouped = near.groupby(near[f"n_{kind}"].astype(str))[f"d_{kind}"]
        for key, distances in grouped:
            found[str(key)] = float(distances.min()), float(distances.max())
    return found


def _amount(row: Mapping[str, Any], role: str, value: float, fmt: Format) -> str:
    if row["requirement_kind"] == "reach":
        return fmt.folk(value) if role in _PEOPLE_ROLES else ""
    if row["unit"] in {"facilities", "answer"}:
        return ""
    unit = str(row["shortfall_unit"] or row["unit"])
    return fmt.area(value) if unit == "m2" else fmt.unit(value, unit)


def _behind(
    user: User, run: Run, code: str, row: Mapping[str, Any], evidence: Mapping[str, Any], fmt: Format
) -> list[Behind]:
    layer = _LAYERS.get(str(row["requirement_kind"]), "facilities")
    triples = [(role, *triple) for role, rows in evidence["rows"].items() for triple in rows]
    names = _names(run, layer, [str(key) for _, key, _, _ in triples])
    types = [kind for one in (evidence, *evidence["alternatives"]) for kind in one["types"]]
    walks = _walks(run, code, types) if layer == "facilities" else {}
    register = {str(key): f"{code}|{key}" if layer == "answers" else str(key) for _, key, _, _ in triples}
    addresses = record_addresses(user, layer, register.values())
    rows = []
    for role, key, _, amount in triples:
        ends = walks.get(str(key))
        distance = "" if ends is None else "–".join(dict.fromkeys(f"{end:,.0f}" for end in ends)) + " m"
        said = _amount(row, role, math.nan if amount is None else amount, fmt)
        own = register[str(key)]
        name = say("assessments.item.answer") if layer == "answers" else names.get(str(key), str(key))
        rows.append(Behind(layer, own, name, str(role), said, distance, addresses.get(own, "")))
    return rows


def _shortfall(row: Mapping[str, Any], fmt: Format, unit: str) -> str:
    short = row["shortfall"]
    if not known(short):
        return fmt.unknown if row["status"] == "unknown" else ""
    if short <= 0:
        return ""
    name = str(row["shortfall_unit"])
    parts = [fmt.area(short) if name == "m2" else fmt.unit(short, unit if name == "residents" else name)]
    sizes = ("floor_area_short_m2", "site_area_short_m2")
    parts += [fmt.area(row[size]) for size in sizes if known(row[size]) and row[size] > 0 and name != "m2"]
    if known(row["places_short"]) and row["places_short"] > 0:
        parts.append(fmt.unit(row["places_short"], "places"))
    return fmt.words("number.semicolon").join(dict.fromkeys(parts))


def _steps(notes: Sequence[str], types: str) -> list[str]:
    """Say what to survey or fill in, so that what is unknown is known next time."""
    steps = []
    for note in notes:
        code, _, name = note.partition(":")
        key = f"assessments.next.{code}"
        if has_words(key):
            steps.append(say(key, name=name, types=types))
    return steps


def _who(bands: Sequence[str]) -> str:
    lang = current_language()
    join = {"zh": "、", "en": ", "}[lang]
    return join.join(BAND_TITLES[band][lang] for band in bands if band in BAND_TITLES)


def _value(row: Mapping[str, Any], result: RequirementResult, fmt: Format) -> str:
    """Say what was found; of a walk how many of whom have it, not only their share."""
    share, people, without = measured(result, fmt), row["residents"], row["residents_without"]
    if row["requirement_kind"] != "reach" or not (known(people) and known(without)):
        return share
    return say("assessments.item.reach_value", share=share, within=fmt.folk(people - without), of=fmt.folk(people))


def _asked(user: User, run: Run, code: str, row: Mapping[str, Any], item: Mapping[str, Any]) -> Asked:
    fmt, lang = figures_in(run.unit), current_language()
    evidence = json.loads(row["evidence"])
    result = RequirementResult(row["requirement"], row["item"], row, evidence, {})
    behind = _behind(user, run, code, row, evidence, fmt)
    notes = [note for note in str(row["notes"] or "").split(";") if note]
    kinds = [kind for one in (evidence, *evidence["alternatives"]) for kind in one["types"]]
    types = {"zh": "、", "en": ", "}[lang].join(dict.fromkeys(type_title(kind) for kind in kinds))
    others = [limit for one in evidence["alternatives"] for limit in one["limits"]]
    near = evidence["nearest_m"] if evidence["nearest_m"] and None not in evidence["nearest_m"] else ()
    return Asked(
        id=row["requirement"],
        text=_text(row["item"], row["requirement"], str(item["kind"])),
        verb=row["verb"],
        binding=bool(row["binding"]),
        weakest=bool(row["binding"]) and row["requirement"] == item["weakest_requirement"],
        status=row["status"],
        value=_value(row, result, fmt),
        required=required(result, fmt),
        degree=fmt.degree(row["degree"], row["degree_low"], row["degree_high"]),
        shortfall=_shortfall(row, fmt, run.unit),
        who="" if "ages_unknown" in notes else _who(evidence["bands"]),
        types=types,
        clause=row["clause"],
        certainty=row["certainty"],
        limits=_limits(user, [*evidence["limits"], *others], fmt),
        rows=behind[:_SHOWN],
        more=max(0, len(behind) - _SHOWN),
        nearest=[fmt.metres(metres) for metres in near],
        notes=[note_text(note, lang) for note in notes],
        steps=_steps(notes, types),
    )


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def evidence_of(user: User, run: Run, code: str, item: str) -> list[Asked]:
    """Return every requirement of an item in a community, measured, with what stands behind it.

    Parameters
    ----------
    user
        The person, who has been let to see the community.
    run
        Done.
    code
        The community's code.
    item
        Id of the item.

    Returns
    -------
    list of Asked
        Those that make the status first; those that do not speak to the community are left out.

    Raises
    ------
    SnapshotError
        If a file is missing or was changed.
    """
    items = rows_of(run, "items", code)
    mine = _plain(items[items["item"] == item])
    if not mine:
        return []
    table = rows_of(run, "requirements", code)
    asked = table[(table["item"] == item) & (table["status"] != "not_applicable")]
    found = [_asked(user, run, code, row, mine[0]) for row in _plain(asked)]
    return sorted(found, key=lambda one: not one.binding)
