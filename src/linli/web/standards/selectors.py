"""Every reading of the standards: the rules themselves, the city's changes, and waivers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from linli.rules import NATIONAL, Rule, Value
from linli.rules.describe import describe_value
from linli.web.accounts.models import Place, User
from linli.web.standards.catalogue import site_catalogue
from linli.web.standards.models import Change, Waiver
from linli.web.standards.packs import PACK
from linli.web.words import current_language, say

__all__ = [
    "RuleRow",
    "ValueRow",
    "changes_of",
    "city_place",
    "holding",
    "list_changes",
    "list_waivers",
    "rule_rows",
    "standing_of",
    "value_rows",
    "waivers_on",
]


_SHORT = 4
"""So many figures of a rule stand in the list; the rule's own page has them all."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as the list shows it: its values of today in words, all of them and the first few."""

    rule: Rule
    position: int
    id: str
    title: str
    family: str
    group: str
    certainty: str
    figures: str
    short: str
    since: dt.date | None
    packs: str


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One dated value as people read it."""

    rule: Rule
    id: str
    title: str
    text: str
    valid_from: dt.date
    value: Value


def _joint(parts: list[str]) -> str:
    return ("；" if current_language() == "zh" else "; ").join(parts)


def _shortened(figures: list[str]) -> str:
    if len(figures) <= _SHORT:
        return _joint(figures)
    return _joint([*figures[:_SHORT], say("standards.word.figures", n=len(figures))])


def rule_rows() -> list[RuleRow]:
    """Return every rule in force, in the catalogue's order.

    Returns
    -------
    list of RuleRow
        In the page's language.
    """
    lang, catalogue, today = current_language(), site_catalogue(), timezone.localdate()
    rows = []
    for position, rule in enumerate(catalogue.rules.values()):
        family = catalogue.families[rule.family]
        newest = [holding(series, today) or series[-1] for series in rule.values.values()]
        figures = [f"{value.title[lang]} {describe_value(value, lang)}" for value in newest]
        group = family.groups[rule.group][lang] if rule.group and rule.group in family.groups else ""
        since = max((value.valid_from for value in newest), default=None)
        laid = [name for name in dict.fromkeys((rule.source, *rule.packs)) if name != NATIONAL]
        row = RuleRow(
            rule, position, rule.id, rule.title[lang], family.title[lang], group, rule.certainty, _joint(figures),
            _shortened(figures), since, _joint(laid),
        )  # fmt: skip
        rows.append(row)
    return rows


def value_rows(rules: Iterable[Rule]) -> list[ValueRow]:
    """Return every dated value of some rules, the newest of each name first."""
    lang = current_language()
    return [
        ValueRow(rule, value.id, value.title[lang], describe_value(value, lang), value.valid_from, value)
        for rule in rules
        for series in rule.values.values()
        for value in reversed(series)
    ]


def city_place(user: User) -> Place | None:
    """Return the city for whose pack a person may propose or review, if there is one."""
    paths = {*user.rights.paths("standards", "edit"), *user.rights.paths("standards", "review")}
    return Place.objects.filter(level="city", path__in=paths).first()


def holding(series: Sequence[Value], on: dt.date) -> Value | None:
    """Return which value of a series, in order of their days, holds on a day."""
    return next((value for value in reversed(series) if value.valid_from <= on), None)


def standing_of(change: Change) -> str:
    """Return how a proposal stands today: its state, and of an approved one what the rules make of it.

    Parameters
    ----------
    change
        Any.

    Returns
    -------
    str
        ``in_force``, ``coming``, ``superseded`` by a value of a later day, ``inactive`` where a pack above the city's
        or another value for the same day goes before it; the state itself of what is not approved.
    """
    if change.state != Change.State.APPROVED:
        return change.state
    rule, today = site_catalogue().rules.get(change.rule), timezone.localdate()
    series = rule.values.get(change.value_name, ()) if rule else ()
    said = (PACK, change.valid_from, change.value)
    mine = next((one for one in series if (one.source, one.valid_from, one.value) == said), None)
    if mine is None:
        return "inactive"
    if mine.valid_from > today:
        return "coming"
    return "in_force" if mine is holding(series, today) else "superseded"


def list_changes(user: User, action: str = "view") -> QuerySet[Change]:
    """Return the proposals that a person may see, or may do `action` on."""
    return Change.objects.visible_to(user, action).select_related("created_by", "decided_by")


def changes_of(user: User, rule: str) -> QuerySet[Change]:
    """Return the proposals for a rule that a person may see."""
    return list_changes(user).filter(rule=rule)


def list_waivers(user: User, action: str = "view") -> QuerySet[Waiver]:
    """Return the waivers that a person may see, or may do `action` on."""
    return Waiver.objects.visible_to(user, action).select_related("created_by", "decided_by")


def waivers_on(place: str, on: dt.date, *, public_only: bool = False) -> list[Waiver]:
    """Return the waivers that hold for a place on a day: its own and those of the places above. To be printed with it.

    Parameters
    ----------
    place
        Jurisdiction path.
    on
        The day of the result.
    public_only
        Only those that residents may read.

    Returns
    -------
    list of Waiver
        Granted, by item.
    """
    parts = place.rstrip("/").split("/")
    above = ["/".join(parts[: i + 1]) + "/" for i in range(len(parts))]
    rows = Waiver._all.filter(state=Waiver.State.GRANTED, place__in=above, begins__lte=on, ends__gte=on)
    if public_only:
        rows = rows.filter(public=True)
    return list(rows.select_related("decided_by").order_by("item", "place"))
