"""Explaining a number: from one item of one community back to rows, distances, clauses and options.

What belongs here: putting the evidence that an assessment carries into words and into a JSON-ready record, with two
walks as examples: the nearest and the farthest building of the community that have a qualifying facility.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from linli.assess.measure import note_text
from linli.assess.record import Assessment, community
from linli.assess.routes import Route, example_routes
from linli.errors import UnknownRuleError
from linli.rules import Catalogue
from linli.survey import Survey
from linli.units import BAND_TITLES

__all__ = ["Explanation", "explain"]

Lang = Literal["zh", "en"]

STATUS: dict[str, dict[str, str]] = {
    "met": {"zh": "达标", "en": "met"},
    "partly": {"zh": "部分达标", "en": "partly met"},
    "not_met": {"zh": "未达标", "en": "not met"},
    "not_applicable": {"zh": "不适用", "en": "not applicable"},
    "unknown": {"zh": "待补", "en": "unknown"},
}
VERB: dict[str, dict[str, str]] = {
    "must": {"zh": "应", "en": "must"},
    "should": {"zh": "宜", "en": "should"},
    "where_possible": {"zh": "有条件的", "en": "where possible"},
    "qualitative": {"zh": "定性", "en": "qualitative"},
}
CERTAINTY: dict[str, dict[str, str]] = {
    "published": {"zh": "已见公开文本", "en": "published"},
    "recalled": {"zh": "凭记忆，未核对原文", "en": "recalled, the text was not at hand"},
    "unset": {"zh": "未公布", "en": "unset"},
}
UNIT: dict[str, dict[str, str]] = {
    "residents": {"zh": "人", "en": " residents"},
    "m2": {"zh": " m²", "en": " m²"},
    "m": {"zh": " m", "en": " m"},
    "facilities": {"zh": "处", "en": " facilities"},
    "spaces": {"zh": "个车位", "en": " spaces"},
    "dwellings": {"zh": "套", "en": " dwellings"},
    "households": {"zh": "户", "en": " households"},
    "per_dwelling": {"zh": "个/套", "en": " per dwelling"},
    "places": {"zh": "个", "en": " places"},
    "count": {"zh": "处", "en": ""},
}
WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "head": "{name}（{id}）· {title}（{item}）",
        "status": "{status}，达标程度 {degree}{range}",
        "range": "，范围 {low}—{high}",
        "without": "，未覆盖 {count}",
        "advice": "建议（不计入达标）：{ids}",
        "requirement": "【{id}】{verb}：{text}",
        "role": "{head}（{role}）",
        "binding": "计入达标",
        "advisory": "仅作建议",
        "reach": "{people}{who}中 {degree}{range}在 {metres} m 步行距离内有合格设施",
        "value": "现有 {value}，要求 {required}，达标程度 {degree}{range}",
        "answer": "回答：{degree}",
        "short": "缺口 {short}",
        "limit": "依据 {rule} = {value}：{clause}（{certainty}，自 {since} 起）",
        "unset": "依据 {rule}：未公布，可在规则包中填写",
        "serving": "计入",
        "counted": "计入",
        "doubtful": "规模未知",
        "too_small": "规模不足",
        "alternative": "以替代方式计入",
        "row": "{name}（{id}，第 {row} 行）",
        "amount": "{row}{amount}",
        "serves": "就近服务 {amount}",
        "none": "无",
        "nearest": "到最近设施：最近 {0} m，平均 {1} m，最远 {2} m",
        "shortest_route": "计入者中最近一例：{building} → {facility}，{metres} m",
        "longest_route": "计入者中最远一例：{building} → {facility}，{metres} m",
        "note": "注意：{note}",
        "options": "选项：{circle}，{person}，达标线 {met}；规则日期 {on}，规则版本 {version}，调查 {digest}",
        "comma": "；",
        "all": "居民",
        "unknown": "未知",
    },
    "en": {
        "head": "{name} ({id}) · {title} ({item})",
        "status": "{status}, degree {degree}{range}",
        "range": ", range {low}–{high}",
        "without": ", {count} without",
        "advice": "Advice (does not decide the status): {ids}",
        "requirement": "[{id}] {verb}: {text}",
        "role": "{head} ({role})",
        "binding": "decides the status",
        "advisory": "advice only",
        "reach": "{degree}{range} of {people}{who} have a qualifying facility within a walk of {metres} m",
        "value": "found {value}, asked {required}, degree {degree}{range}",
        "answer": "Answer: {degree}",
        "short": "Missing: {short}",
        "limit": "From {rule} = {value}: {clause} ({certainty}, in force since {since})",
        "unset": "From {rule}: nobody published it; fill it in a pack",
        "serving": "Counted",
        "counted": "Counted",
        "doubtful": "Of unknown size",
        "too_small": "Too small",
        "alternative": "Counted instead",
        "row": "{name} ({id}, row {row})",
        "amount": "{row} {amount}",
        "serves": "nearest for {amount}",
        "none": "none",
        "nearest": "To the nearest: least {0} m, mean {1} m, greatest {2} m",
        "shortest_route": "Nearest walk that counts: {building} → {facility}, {metres} m",
        "longest_route": "Farthest walk that counts: {building} → {facility}, {metres} m",
        "note": "Note: {note}",
        "options": (
            "Options: {circle}, {person}, met share {met}; rules of {on}, catalogue {version}, survey {digest}"
        ),
        "comma": "; ",
        "all": " residents",
        "unknown": "unknown",
    },
}
SERVES = ("serving", "doubtful", "alternative")
"""Roles of facilities that somebody has as the nearest."""
SHOWN = 8
"""How many facilities a line names before it says how many more there are."""


@dataclass(frozen=True)
class Explanation:
    """Where the numbers of one item of one community come from.

    Parameters
    ----------
    text
        In words, a line a fact.
    facts
        The same, JSON-ready.
    routes
        Example walks, with their lines.
    """

    text: str
    facts: Mapping[str, Any]
    routes: tuple[Route, ...] = ()


def _number(value: float | None, unit: str, lang: Lang) -> str:
    if value is None or math.isnan(value):
        return WORDS[lang]["unknown"]
    if unit in {"share", "answer"}:
        return f"{value:.1%}".replace(".0%", "%")
    # people come in whole numbers; residents spread over buildings have decimals that mean nothing
    digits = f"{value:,.0f}" if unit == "residents" else f"{value:,.2f}".rstrip("0").rstrip(".")
    return digits + UNIT.get(unit, {}).get(lang, f" {unit}")


def _range(row: Mapping[str, Any], lang: Lang, prefix: str = "degree") -> str:
    low, high = row[f"{prefix}_low"], row[f"{prefix}_high"]
    if math.isnan(low) or (low == row[prefix] == high):
        return ""
    return WORDS[lang]["range"].format(low=_number(low, "share", lang), high=_number(high, "share", lang))


def _people(row: Mapping[str, Any], bands: list[str], unit: str, lang: Lang) -> tuple[str, str]:
    noted = "ages_unknown" in str(row["notes"]).split(";")
    if not bands or noted:
        return _number(row["residents"], unit, lang), ""
    join = {"zh": "、", "en": ", "}[lang]
    named = join.join(BAND_TITLES[band][lang] for band in bands)
    return _number(row["residents"], unit, lang), {"zh": f"（{named}）", "en": f" of {named}"}[lang]


def _limits(limits: list[dict[str, Any]], lang: Lang) -> list[str]:
    words = WORDS[lang]
    lines = []
    for limit in limits:
        if limit["missing"]:
            lines.append(words["unset"].format(rule=limit["rule"]))
            continue
        value = _number(limit["value"], limit["unit"], lang)
        since, certainty = limit["valid_from"], CERTAINTY[limit["certainty"]][lang]
        clause = limit["clause"]
        lines.append(
            words["limit"].format(rule=limit["rule"], value=value, clause=clause, certainty=certainty, since=since)
        )
    return lines


def _amount_unit(row: Mapping[str, Any], role: str, unit: str) -> str:
    """Name the unit of what the rows of a role contribute; empty where the amount says nothing."""
    if row["requirement_kind"] == "reach":
        return unit if role in SERVES else ""
    return {"facilities": ""}.get(str(row["unit"]), str(row["shortfall_unit"]))


def _row(
    identity: str, number: int, amount: float, names: Mapping[str, str], unit: str, *, serves: bool, lang: Lang
) -> str:
    words = WORDS[lang]
    much = _number(amount, unit, lang) if unit else ""
    much = words["serves"].format(amount=much) if serves and much else much
    place = words["row"].format(name=names.get(identity) or identity, id=identity, row=number)
    return words["amount"].format(row=place, amount=much) if much else place


def _named(rows: list[list[Any]], role: str, names: Mapping[str, str], unit: str, lang: Lang) -> str:
    words = WORDS[lang]
    shown = []
    for identity, number, amount in rows[:SHOWN]:
        shown.append(_row(identity, number, amount, names, unit, serves=role in SERVES, lang=lang))
    more = f" … ({len(rows)})" if len(rows) > SHOWN else ""
    return {"zh": "：", "en": ": "}[lang].join([words[role], words["comma"].join(shown) + more])


def _measured(row: Mapping[str, Any], evidence: Mapping[str, Any], unit: str, lang: Lang) -> str:
    words = WORDS[lang]
    degree, span = _number(row["degree"], "share", lang), _range(row, lang)
    if row["requirement_kind"] == "reach" and not math.isnan(row["distance_m"]):
        people, who = _people(row, evidence["bands"], unit, lang)
        metres = f"{row['distance_m']:g}"
        return words["reach"].format(people=people, who=who, degree=degree, range=span, metres=metres)
    if row["requirement_kind"] == "answer":
        return words["answer"].format(degree=degree)
    value, required = (_number(row[name], row["unit"], lang) for name in ("value", "required"))
    return words["value"].format(value=value, required=required, degree=degree, range=span)


def _requirement_lines(
    row: Mapping[str, Any], evidence: Mapping[str, Any], text: str, names: Mapping[str, str], unit: str, lang: Lang
) -> list[str]:
    words = WORDS[lang]
    role = "binding" if row["binding"] else "advisory"
    head = words["requirement"].format(id=row["requirement"], verb=VERB[row["verb"]][lang], text=text)
    lines = [words["role"].format(head=head, role=words[role]), _measured(row, evidence, unit, lang)]
    if row["shortfall"] and not math.isnan(row["shortfall"]):
        lines.append(words["short"].format(short=_number(row["shortfall"], row["shortfall_unit"], lang)))
    lines += _limits(evidence["limits"], lang)
    for other in evidence["alternatives"]:
        lines += _limits(other["limits"], lang)
    for role, rows in evidence["rows"].items():
        lines.append(_named(rows, role, names, _amount_unit(row, role, unit), lang))
    if evidence["nearest_m"] and None not in evidence["nearest_m"]:
        lines.append(words["nearest"].format(*(f"{metres:g}" for metres in evidence["nearest_m"])))
    notes = [note for note in str(row["notes"]).split(";") if note]
    return [*lines, *(words["note"].format(note=note_text(note, lang)) for note in notes)]


def _question(catalogue: Catalogue, item: str, requirement: str, kind: str, lang: Lang) -> str:
    rule = catalogue.rule(item)
    body = next((body for body in rule.requirements if body["id"] == requirement), {})
    own = body.get("text") or body.get("question") or rule.body.get("text") or rule.body.get(f"text_{kind}")
    return str((own or rule.title)[lang])


def _names(survey: Survey) -> dict[str, str]:
    facilities = survey.layers["facilities"]
    named = facilities[facilities["name"].notna()]
    return dict(zip(named["facility_id"].astype(str), named["name"].astype(str), strict=True))


def _item_row(rows: Mapping[str, pd.DataFrame], item: str) -> dict[str, Any]:
    found = rows["items"][rows["items"]["item"] == item]
    if found.empty:
        known = ", ".join(rows["items"]["item"].head(SHOWN))
        msg = f"`item` must be an item of the standards assessed: {known} … Got {item!r} instead."
        raise UnknownRuleError(msg)
    return dict(found.iloc[0])


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def explain(
    assessment: Assessment,
    survey: Survey,
    catalogue: Catalogue,
    community_id: str,
    item: str,
    lang: Lang = "en",
) -> Explanation:
    """Explain one item of one community.

    Parameters
    ----------
    assessment
        The assessment to explain.
    survey
        The survey it was made from.
    catalogue
        The rules it was made with.
    community_id, item
        Which community, and which item (``complete_community/nursery``).
    lang
        ``zh`` or ``en``.

    Returns
    -------
    Explanation
        Text, record, and example walks (m along the streets).

    Raises
    ------
    InputError
        If there is no such community.
    UnknownRuleError
        If the item was not assessed.
    """
    rows = community(assessment, community_id)
    row = _item_row(rows, item)
    asked = rows["requirements"][rows["requirements"]["item"] == item]
    words, unit, options = WORDS[lang], assessment.meta.unit, assessment.meta.options
    names = _names(survey)
    title = catalogue.rule(item).title[lang]
    name = str(rows["communities"]["name"].iloc[0])
    status = STATUS[row["status"]][lang]
    degree = _number(row["degree"], "share", lang)
    lines = [
        words["head"].format(name=name, id=community_id, title=title, item=item),
        words["status"].format(status=status, degree=degree, range=_range(row, lang)),
    ]
    if row["residents_without"] > 0:
        lines[-1] += words["without"].format(count=_number(row["residents_without"], unit, lang))
    facts: list[dict[str, Any]] = []
    for record in _records(asked[asked["status"] != "not_applicable"]):
        evidence = json.loads(record["evidence"])
        text = _question(catalogue, item, record["requirement"], str(row["kind"]), lang)
        lines += _requirement_lines(record, evidence, text, names, unit, lang)
        facts.append({**_plain(record), "evidence": evidence, "text": text})
    routes = example_routes(survey, assessment, community_id, asked)
    for route in routes:
        facility = names.get(route.facility_id) or route.facility_id
        template = words[f"{route.which}_route"]
        lines.append(template.format(building=route.building_id, facility=facility, metres=f"{route.distance_m:g}"))
    if row["advice"]:
        lines.append(words["advice"].format(ids=row["advice"]))
    meta = assessment.meta
    met = _number(options.met_share, "share", lang)
    version, digest = meta.catalogue_version, meta.survey_digest[:12]
    lines.append(
        words["options"].format(
            circle=options.circle, person=options.person, met=met, on=meta.on, version=version, digest=digest
        )
    )
    whole = {
        **_plain(row),
        "name": name,
        "title": title,
        "requirements": facts,
        "routes": [route.as_dict() for route in routes],
        "options": options.model_dump(mode="json"),
        "catalogue_version": meta.catalogue_version,
        "survey_digest": meta.survey_digest,
    }
    return Explanation("\n".join(lines), whole, routes)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with Python scalars only, unknown as null."""
    plain = {}
    for name, given in row.items():
        value = given.item() if hasattr(given, "item") else given
        plain[str(name)] = None if isinstance(value, float) and math.isnan(value) else value
    return plain
