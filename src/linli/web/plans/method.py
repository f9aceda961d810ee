"""How a plan came about: solver, choices, limits, versions, what was left out; and the running of its places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.improve.choices import ImproveOptions
from linli.operate.lines import STREAMS
from linli.report.formats import known
from linli.report.words import sentence_case
from linli.units import BAND_TITLES
from linli.web.plans.lists import standard_words, status_words
from linli.web.plans.seen import Seen, chart
from linli.web.words import current_language, pick, say

__all__ = ["choice_rows", "method_page", "operation_page"]

_ALWAYS = ("verbs", "levers", "old_young_weight", "item_weights", "budget", "unit_costs", "gap", "seed")
_SIDES = ("earned", "subsidy", "cost")


def _key(seen: Seen, key: str) -> str:
    """Return what a key of a choice is called: a facility type, an age, a lever, or the code itself."""
    if key in seen.book["types"]:
        return seen.facility(key)
    if key in BAND_TITLES:
        return BAND_TITLES[key][current_language()]
    for prefix in ("lever", "verb", "word"):
        if seen.words.has(f"{prefix}.{key}"):
            return seen.words(f"{prefix}.{key}")
    return key


def _text(seen: Seen, value: Any, name: str = "") -> str:
    """Write a choice in words."""
    if isinstance(value, Mapping) and "yuan" in value:
        parts = (value.get("year"), value.get("district"), seen.money.amount(value["yuan"]))
        return " ".join(str(part) for part in parts if part)
    if isinstance(value, Mapping):
        colon = seen.words("word.colon")
        return seen.words("number.semicolon").join(
            f"{_key(seen, str(k))}{colon}{_text(seen, one)}" for k, one in value.items()
        )
    if isinstance(value, list | tuple):
        return seen.words("number.semicolon").join(_text(seen, one) for one in value)
    if isinstance(value, str):
        key = f"plans.{name}.{value}"
        return say(key) if name in {"item_weights", "floor_scope"} else _key(seen, value)
    if name == "gap":
        return seen.fmt.pct(value, 2)
    return seen.fmt.value(value) if known(value) else seen.words("word.none")


def choice_rows(seen: Seen) -> list[tuple[str, str]]:
    """Return the city's choices: those that always matter, and those that differ from the usual.

    Parameters
    ----------
    seen
        The study.

    Returns
    -------
    list of tuple of str
        Title and value in words.
    """
    usual = ImproveOptions().model_dump(mode="json")
    chosen = seen.study.choices.get("improve", {})
    rows = []
    for name in ImproveOptions.model_fields:
        value = chosen.get(name, usual[name])
        if name not in _ALWAYS and value == usual[name]:
            continue
        title = seen.words(f"choice_plan.{name}") if seen.words.has(f"choice_plan.{name}") else name
        empty = value in ({}, [], None)
        unset = say("plans.word.by_rules" if name == "unit_costs" and seen.book["costed"] else "plans.word.not_set")
        rows.append((title, unset if empty else _text(seen, value, name)))
    return rows


def _result(seen: Seen) -> list[tuple[str, str]]:
    book, words, fmt = seen.book, seen.words, seen.fmt
    plan = book["plan"]
    return [
        (words("result.status"), status_words(plan["status"], plan["gap"])),
        (words("result.sense"), words(f"sense.{plan['sense']}")),
        (words("result.objective"), fmt.n(plan["objective"])),
        (words("result.bound"), fmt.n(plan["bound"])),
        (words("result.gap"), fmt.pct(plan["gap"], 2)),
        (words("result.method"), words(f"method_plan.{plan['method']}")),
        (words("result.solver"), plan["solver"]),
        (words("result.seed"), str(plan["seed"])),
        (words("result.standard"), standard_words(plan["standard"])),
        (words("result.on"), book["on"]),
        (words("result.rules"), plan["catalogue_version"]),
        (words("result.packs"), words("number.semicolon").join(book["proposal"]["packs"]) or words("word.none")),
        (words("result.survey"), plan["survey_digest"]),
        (words("result.code"), plan["code_version"]),
    ]


def _limits(seen: Seen) -> list[dict[str, Any]]:
    """Return what bound the choice; rooms and plots, each of which limits by its area, only where they are full."""
    rows = []
    for one in seen.book["limits"]:
        if one["kind"] == "shared_area" and (one["slack"] > 1 or not one["used"]):
            continue
        kind = f"limit_kind.{one['kind']}"
        tail = str(one["label"]).partition(" ")[2]
        label = seen.words("card.budget") if one["label"] == "budget" else _key(seen, tail or str(one["label"]))
        rows.append({**one, "title": seen.words(kind) if seen.words.has(kind) else one["kind"], "label": label})
    return rows


def method_page(seen: Seen) -> dict[str, Any]:
    """Return what the page of method and provenance shows.

    Parameters
    ----------
    seen
        The study.

    Returns
    -------
    dict
        Result, choices, limits, requirements not planned for, what was left out or assumed, how it is done.
    """
    words = seen.words
    unplanned = dict.fromkeys(
        (sentence_case(pick(one["title"])), words(f"unplanned.{_reason(seen, one['reason'])}"))
        for one in seen.book["unplanned"]
    )
    how = [
        (words(f"how_plan.{name}.title"), words(f"how_plan.{name}.text"))
        for name in ("options", "choice", "counted", "people", "years")
    ]
    return {
        "result": _result(seen),
        "choices": choice_rows(seen),
        "limits": _limits(seen),
        "unplanned": list(unplanned),
        "left_out": [pick(one) for one in seen.book["left_out"]],
        "assumed": [pick(one) for one in seen.book["assumed"]],
        "how": how,
    }


def _reason(seen: Seen, reason: str) -> str:
    return reason if seen.words.has(f"unplanned.{reason}") else "other"


def _accounts(seen: Seen) -> list[dict[str, Any]]:
    """Return the accounts by facility with its place and type."""
    projects = {one["option_id"]: one for one in seen.part["projects"]}
    rows = []
    for one in seen.part["facility_accounts"]:
        project = projects[one["id"]]
        title = f"{project['place_name'] or project['place_id']} · {seen.facility(project['type'])}"
        rows.append({**one, "title": title, "number": project["number"]})
    return sorted(rows, key=lambda row: row["number"])


def _streams(seen: Seen) -> dict[str, Any] | None:
    rows = seen.part["streams"]
    if not rows:
        return None
    scale, unit = seen.money.axis(max(abs(one["yuan"]) for one in rows))
    bars = [
        {"label": f"{seen.words('side.' + one['side'])} · {_stream(one['stream'])}",
         "value": round(one["yuan"] / scale, 2)}
        for one in sorted(rows, key=lambda row: (_SIDES.index(row["side"]), -row["yuan"]))
    ]  # fmt: skip
    return chart("bars", say("plans.word.streams"), unit=say("plans.word.a_month", unit=unit), digits=1, rows=bars)


def _stream(code: str) -> str:
    return sentence_case(pick(STREAMS[code])) if code in STREAMS else code


def _tornado(seen: Seen) -> list[dict[str, Any]]:
    return [
        {**one, "title": seen.words(f"operate_lever.{one['lever']}")}
        for one in seen.book["tornado"]
        if one["measure"] == "balance" and seen.words.has(f"operate_lever.{one['lever']}")
    ]


def operation_page(seen: Seen) -> dict[str, Any]:
    """Return what the page of operation shows: yuan a month.

    Parameters
    ----------
    seen
        The study and the place.

    Returns
    -------
    dict
        The account as a whole and by facility, by stream, how sure it is, other modes; what was not appraised.
    """
    account = next((one for one in seen.part["operating"] if one["level"] == "all"), None)
    range_ = next((one for one in seen.book["range"] if one["id"] == "all" and one["measure"] == "balance"), None)
    worth = next((one for one in seen.book["worth"] if one["level"] == "all"), None)
    streams = _streams(seen)
    lang = current_language()
    return {
        "account": account,
        "charts": [streams] if streams else [],
        "accounts": _accounts(seen),
        "tornado": _tornado(seen),
        "range": range_,
        "worth": worth,
        "modes": [{**one, "title": one[f"title_{lang}"]} for one in seen.book["modes"]],
        "left_out": [pick(one) for one in seen.book["left_out"] if one["part"] == "operation"],
        "assumed": [pick(one) for one in seen.book["assumed"] if one["part"] == "operation"],
    }
