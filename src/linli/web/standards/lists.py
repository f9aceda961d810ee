"""The lists of the standards: proposals for the city's pack, and waivers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from linli.rules import CERTAINTIES, Value
from linli.rules.describe import describe_value
from linli.web.accounts.selectors import place_names
from linli.web.pages.rows import Rows
from linli.web.pages.table import Column, Filter, Table, narrow
from linli.web.standards.catalogue import site_catalogue
from linli.web.standards.models import Change, Waiver
from linli.web.standards.selectors import RuleRow, rule_rows, standing_of
from linli.web.words import current_language, say

__all__ = ["CHANGES", "RULES", "VALUES", "WAIVERS", "found_rules", "rule_title", "value_text"]


def rule_title(rule: str) -> str:
    """Return a rule's title in the page's language, or its id if it is no more."""
    rules = site_catalogue().rules
    return rules[rule].title[current_language()] if rule in rules else rule


def value_text(change: Change) -> str:
    """Return a proposal's value with its unit, written as those of the rules."""
    value = Value(change.rule, change.value_name, {}, change.value, change.unit, change.valid_from, {}, "recalled",
                  change.checked_on)  # fmt: skip
    return describe_value(value, current_language())


def _states(name: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, say(f"standards.{name}.{code}")) for code in codes]


def _families() -> list[tuple[str, str]]:
    lang = current_language()
    return [(name, family.title[lang]) for name, family in site_catalogue().families.items()]


def _certainties() -> list[tuple[str, str]]:
    return [(code, say(f"standards.certainty.{code}")) for code in CERTAINTIES]


def _packs() -> list[tuple[str, str]]:
    return [(pack.name, pack.title[current_language()]) for pack in site_catalogue().packs]


def _keep(rows: Any, test: Callable[[RuleRow], bool]) -> Any:
    return rows.keep(test)


RULES = Table(
    name="standards.rules",
    order="family",
    size=100,
    columns=(
        Column("title", lambda r: r.title, order=("title",),
               link=lambda r: reverse("standards:rule", args=r.id.split("/"))),
        Column("id", lambda r: r.id, order=("id",), hidden=True),
        Column("family", lambda r: r.family, order=("position",)),
        Column("group", lambda r: r.group, order=("group",), hidden=True),
        Column("figures", lambda r: r.short),
        Column("since", lambda r: r.since, kind="date", order=("since",)),
        Column("packs", lambda r: r.packs, order=("packs",)),
        Column("certainty", lambda r: r.certainty, kind="state", words="standards.certainty", order=("certainty",)),
    ),
    filters=(
        Filter("q", lambda rows, asked: _keep(rows, lambda r: asked.casefold() in _words(r))),
        Filter("family", lambda rows, asked: _keep(rows, lambda r: r.rule.family == asked), kind="choice",
               choices=_families),
        Filter("certainty", lambda rows, asked: _keep(rows, lambda r: r.certainty == asked), kind="choice",
               choices=_certainties),
        Filter("pack", lambda rows, asked: _keep(rows, lambda r: asked in {r.rule.source, *r.rule.packs}),
               kind="choice", choices=_packs),
    ),
)  # fmt: skip
"""The rules in force."""

VALUES = Table(
    name="standards.values",
    order="id",
    columns=(
        Column("rule", lambda v: v.rule.title[current_language()]),
        Column("id", lambda v: v.id, order=("id",)),
        Column("title", lambda v: v.title),
        Column("text", lambda v: v.text),
        Column("value", lambda v: v.value.value, kind="number"),
        Column("unit", lambda v: v.value.unit),
        Column("valid_from", lambda v: v.valid_from, kind="date"),
        Column("reference", lambda v: v.value.clause),
        Column("certainty", lambda v: say(f"standards.certainty.{v.value.certainty}")),
        Column("checked_on", lambda v: v.value.last_checked_on, kind="date"),
        Column("source", lambda v: v.value.source),
    ),
)
"""Every dated value of the rules found: what the list of rules gives as a file."""


def _words(row: RuleRow) -> str:
    title = row.rule.title
    return f"{row.id} {title['zh']} {title['en']} {row.figures}".casefold()


def found_rules(params: QueryDict) -> QuerySet[Any]:
    """Return the rules that a query of the list asks for, as rows of `RULES`."""
    return narrow(RULES, Rows.of(rule_rows()), params)


def _search_changes(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(rule__icontains=asked) | Q(value_name__icontains=asked) | Q(reference_title__icontains=asked))


CHANGES = Table(
    name="standards.changes",
    order="-created",
    columns=(
        Column("rule", lambda c: rule_title(c.rule), order=("rule",),
               link=lambda c: reverse("standards:change", args=[c.pk])),
        Column("id", lambda c: f"{c.rule}.{c.value_name}", order=("rule", "value_name")),
        Column("value", value_text),
        Column("valid_from", lambda c: c.valid_from, kind="date", order=("valid_from",)),
        Column("reference", lambda c: f"{c.reference_title} {c.clause}".strip(), order=("reference_title",)),
        Column("created_by", lambda c: c.created_by.name, order=("created_by__name",)),
        Column("created", lambda c: c.created_at, kind="moment", order=("created_at",)),
        Column("decided_by", lambda c: c.decided_by.name if c.decided_by else "", order=("decided_by__name",)),
        Column("state", standing_of, kind="state", words="standards.state", order=("state",)),
    ),
    filters=(
        Filter("q", _search_changes),
        Filter("state", lambda rows, asked: rows.filter(state=asked), kind="choice",
               choices=lambda: _states("state", Change.State.values)),
    ),
)  # fmt: skip
"""Proposals for the city's pack."""

WAIVERS = Table(
    name="standards.waivers",
    order="-begins",
    columns=(
        Column("item", lambda w: rule_title(w.item), order=("item",),
               link=lambda w: reverse("standards:waiver", args=[w.pk])),
        Column("place", lambda w: place_names([w.place], current_language())[w.place], order=("place",)),
        Column("begins", lambda w: w.begins, kind="date", order=("begins",)),
        Column("ends", lambda w: w.ends, kind="date", order=("ends",)),
        Column("reason", lambda w: w.reason),
        Column("public", lambda w: say(f"pages.word.{'yes' if w.public else 'no'}"), order=("public",)),
        Column("created_by", lambda w: w.created_by.name, order=("created_by__name",), hidden=True),
        Column("decided_by", lambda w: w.decided_by.name if w.decided_by else "", order=("decided_by__name",)),
        Column("state", lambda w: w.standing, kind="state", words="standards.standing", order=("state",)),
    ),
    filters=(
        Filter("q", lambda rows, asked: rows.filter(Q(item__icontains=asked) | Q(reason__icontains=asked))),
        Filter("state", lambda rows, asked: rows.filter(state=asked), kind="choice",
               choices=lambda: _states("standing", Waiver.State.values)),
    ),
)  # fmt: skip
"""Waivers."""
