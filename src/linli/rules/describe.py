"""The catalogue in words: values as people write them, and the reference page of the documentation.

`describe_rules` writes Markdown from the catalogue, so the page cannot say anything that the rules do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from linli.rules.loader import load_catalogue
from linli.rules.lookup import Catalogue
from linli.rules.records import Family, Rule, Value
from linli.rules.schema import UNITS
from linli.units import BAND_TITLES

__all__ = ["CERTAINTY_TITLES", "describe_rules", "describe_value"]

Language = Literal["zh", "en"]

CERTAINTY_TITLES: dict[str, dict[str, str]] = {
    "published": {"zh": "已见公开文本", "en": "published"},
    "recalled": {"zh": "凭记忆，未核原文", "en": "recalled"},
    "unset": {"zh": "无公开数值，待填", "en": "unset"},
}
"""What each certainty is called."""

_UNSURE = {"zh": "（不牢）", "en": " (unsure)"}
_ENDED = {"zh": "终止", "en": "ended"}
_YES_NO = {"zh": ("否", "是"), "en": ("no", "yes")}
_SHARE_DIGITS = 4

_HEADS: dict[str, dict[str, tuple[str, ...]]] = {
    "values": {
        "zh": ("规则", "取值", "数值", "自", "可信度", "出处"),
        "en": ("rule", "value", "figure", "from", "certainty", "source"),
    },
    "items": {"zh": ("项目", "名称", "要求"), "en": ("item", "name", "requirement")},
    "types": {
        "zh": ("代码", "名称", "类别", "服务对象", "OSM 标签", "高德代码", "要求它的项目"),
        "en": ("code", "name", "group", "serves", "OSM tags", "AMap codes", "asked for by"),
    },
    "links": {"zh": ("自", "至", "理由"), "en": ("from", "to", "reason")},
}


def describe_value(value: Value, lang: Language) -> str:
    """Write a value with its unit as people do.

    Parameters
    ----------
    value
        Any value of a rule.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    str
        ``200 m²``, ``60 %``, ``yes``; a dash where it is unset, the word for «ended» where the rule ends.
    """
    if value.certainty == "unset":
        return "–"
    if value.value is None:
        return _ENDED[lang]
    if isinstance(value.value, bool):
        return _YES_NO[lang][value.value]
    if isinstance(value.value, str):
        return value.value
    if value.unit == "share":
        return f"{round(value.value * 100, _SHARE_DIGITS):g} %"
    number = f"{value.value:,}".removesuffix(".0")
    return f"{number} {UNITS[value.unit][lang]}".strip()


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|") or "–"


def _table(heads: tuple[str, ...], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    body = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    if body:
        yield f"| {' | '.join(heads)} |"
        yield "|" + "---|" * len(heads)
        yield from body
        yield ""


def _value_rows(rules: Iterable[Rule], lang: Language) -> Iterator[tuple[str, ...]]:
    for rule in rules:
        for name, series in rule.values.items():
            for value in series:
                certainty = CERTAINTY_TITLES[value.certainty][lang] + (_UNSURE[lang] if value.unsure else "")
                yield (
                    f"`{rule.id}`",
                    f"`{name}` {value.title[lang]}",
                    describe_value(value, lang),
                    value.valid_from.isoformat(),
                    certainty,
                    value.clause,
                )


def _words(body: Mapping[str, Any], lang: Language) -> str:
    if "text" in body:
        return str(body["text"][lang])
    new, existing = {"zh": ("新建：", "既有："), "en": ("New: ", "Existing: ")}[lang]
    return f"{new}{body['text_new'][lang]} {existing}{body['text_existing'][lang]}"


def _type_rows(catalogue: Catalogue, family: Family, lang: Language) -> Iterator[tuple[str, ...]]:
    for code, rule in catalogue.facility_types.items():
        bands = [BAND_TITLES[band][lang] for band in rule.body["age_bands"]]
        yield (
            f"`{code}`",
            rule.title[lang],
            family.groups[rule.group][lang] if rule.group else "",
            ", ".join(bands),
            ", ".join(f"`{tag}`" for tag in rule.body.get("osm", ())),
            ", ".join(rule.body.get("amap", ())),
            ", ".join(f"`{item}`" for item in catalogue.asked_by(code)),
        )


def _family_lines(catalogue: Catalogue, family: Family, lang: Language) -> Iterator[str]:
    rules = catalogue.family(family.id)
    yield f"## {family.title[lang]} `{family.id}`"
    yield ""
    yield family.description[lang]
    yield ""
    for document in family.documents:
        number = f" ({document['number']})" if "number" in document else ""
        note = f" — {document['note'][lang]}" if "note" in document else ""
        yield f"- {document['title'][lang]}{number}{note}"
    yield ""
    items = [rule for rule in rules if rule.is_item]
    yield from _table(
        _HEADS["items"][lang], ((f"`{rule.id}`", rule.title[lang], _words(rule.body, lang)) for rule in items)
    )
    if family.kind == "vocabulary":
        yield from _table(_HEADS["types"][lang], _type_rows(catalogue, family, lang))
    links = [link for rule in rules for link in rule.body.get("links", ())]
    yield from _table(
        _HEADS["links"][lang], ((f"`{link['from']}`", f"`{link['to']}`", link["reason"][lang]) for link in links)
    )
    yield from _table(_HEADS["values"][lang], _value_rows(rules, lang))


def describe_rules(lang: Language, catalogue: Catalogue | None = None) -> str:
    """Write the whole catalogue as Markdown.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    catalogue
        The one to write; the national one if left out.

    Returns
    -------
    str
        Sections of the second level, one a family, with tables of items, values, types and links.
    """
    catalogue = catalogue or load_catalogue()
    return "\n".join(line for family in catalogue.families.values() for line in _family_lines(catalogue, family, lang))
