"""What columns and values of the register are called, in the reader's language, and in what order they are offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from linli.rules import Catalogue
from linli.survey import layer_schema
from linli.survey.schema import Column
from linli.web.places.checking import choices_of
from linli.web.places.models import KINDS, Record
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import Language, current_language, say

__all__ = [
    "Fact",
    "facts_of",
    "group_of_type",
    "heading",
    "item_groups",
    "kind_groups",
    "kind_title",
    "question_of",
    "record_title",
    "shown",
    "type_groups",
]

Groups = list[tuple[str, list[tuple[str, str]]]]
"""Title of a group, and pairs of code and title."""

_CACHED = 64


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of a record as it is shown.

    Parameters
    ----------
    name
        Name of the column.
    title, unit
        What it is, and in what.
    text
        The value; empty where it is not known.
    """

    name: str
    title: str
    unit: str
    text: str


def heading(column: Column) -> str:
    """Return a column's title with its unit, where that says more."""
    lang = current_language()
    left, right = ("（", "）") if lang == "zh" else (" (", ")")
    title, unit = column.title[lang], column.unit[lang] if column.unit else ""
    return f"{title}{left}{unit}{right}" if unit and unit != title else title


@lru_cache(maxsize=_CACHED)
def _labels(layer: str, name: str, lang: Language, _version: str) -> Mapping[str, str]:
    column = layer_schema(layer).column(name)
    if layer == "answers" and name == "item":
        return {code: rule.title[lang] for code, rule in site_catalogue().rules.items()}
    return {code: choice[lang] for code, choice in choices_of(column).items()}


def _labels_of(layer: str, name: str) -> Mapping[str, str]:
    return _labels(layer, name, current_language(), site_catalogue().version)


def shown(layer: str, name: str, value: Any) -> str:
    """Return a value as it is read.

    Parameters
    ----------
    layer, name
        Which column of which layer.
    value
        As the register keeps it; ``None`` = not known.

    Returns
    -------
    str
        Codes in words, digits grouped, yes and no in words; empty where it is not known.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return say(f"pages.word.{'yes' if value else 'no'}")
    if isinstance(value, int | float):
        return str(value) if name == "built_year" else f"{value:,}"
    labels = _labels_of(layer, name)
    if layer_schema(layer).column(name).type == "list":
        joint = "、" if current_language() == "zh" else ", "
        return joint.join(labels.get(code, code) for code in str(value).split(";"))
    return labels.get(str(value), str(value))


def facts_of(layer: str, values: Mapping[str, Any]) -> list[Fact]:
    """Return all values of a record in the order of the schema, those that are not known too.

    Parameters
    ----------
    layer
        Name of the layer.
    values
        As `Record.values`.

    Returns
    -------
    list of Fact
        One for each column.
    """
    lang = current_language()
    return [
        Fact(column.name, column.title[lang], column.unit[lang] if column.unit else "",
             shown(layer, column.name, values.get(column.name)))
        for column in layer_schema(layer).columns
    ]  # fmt: skip


def kind_title(layer: str, kind: str) -> str:
    """Return what a record's kind is called; empty if it has none."""
    return shown(layer, KINDS[layer], kind) if kind and layer in KINDS else ""


def record_title(record: Record) -> str:
    """Return what a record is called on a page: its name, else what it is."""
    if record.layer in ("answers", "wishes"):
        return kind_title(record.layer, record.kind)
    if record.name and record.name != record.kind:
        return record.name
    return kind_title(record.layer, record.kind) or record.key


def group_of_type(code: str) -> str:
    """Return the group of a facility type; empty if it has none."""
    rule = site_catalogue().facility_types.get(code)
    return (rule.group or "") if rule else ""


def type_groups() -> Groups:
    """Return the facility types by their groups, in the order of the catalogue."""
    catalogue, lang = site_catalogue(), current_language()
    titles = catalogue.families["facility_types"].groups
    found: dict[str, list[tuple[str, str]]] = {group: [] for group in titles}
    for code, rule in catalogue.facility_types.items():
        found.setdefault(rule.group or "", []).append((code, rule.title[lang]))
    return [(titles[group][lang] if group in titles else "", types) for group, types in found.items() if types]


def _questions(catalogue: Catalogue) -> Iterator[tuple[str, Mapping[str, str]]]:
    for rule in catalogue.rules.values():
        asked = [one["question"] for one in rule.requirements if one["kind"] == "answer" and "question" in one]
        if asked:
            yield rule.id, asked[0]


def item_groups() -> Groups:
    """Return the items that only people can answer, by standard."""
    catalogue, lang = site_catalogue(), current_language()
    found: dict[str, list[tuple[str, str]]] = {}
    for item, _ in _questions(catalogue):
        rule = catalogue.rule(item)
        found.setdefault(catalogue.families[rule.family].title[lang], []).append((item, rule.title[lang]))
    return list(found.items())


def question_of(item: str) -> str:
    """Return what is asked about an item; empty if nothing is."""
    asked: Mapping[str, str] = dict(_questions(site_catalogue())).get(item, {})
    return asked.get(current_language(), "")


def kind_groups(layer: str) -> Groups:
    """Return the kinds that a layer's records can have, in groups; empty for a layer without kinds."""
    if layer in ("facilities", "wishes"):
        return type_groups()
    if layer == "answers":
        return item_groups()
    choices: Sequence[tuple[str, str]] = list(_labels_of(layer, KINDS[layer]).items()) if layer in KINDS else []
    return [("", list(choices))] if choices else []
