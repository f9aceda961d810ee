"""The lists of studies and measures: columns, filters and order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from linli.improve.choices import LEVERS
from linli.web.pages.place import place_address
from linli.web.pages.table import Column, Filter, Table
from linli.web.plans.models import Measure, Study
from linli.web.projects.lists import state_words
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import current_language, has_words, named, pick, say

__all__ = ["MEASURES", "PLANNED", "STUDIES", "facility_words", "standard_words", "status_words"]


_UNKNOWN = "plans.word.unknown"
_SHOWN = 4
"""Digits of a gap that pages show: 0.01 %."""


def status_words(status: str, gap: float | None) -> str:
    """Return what was proven; what is optimal but for a gap is so within the tolerance."""
    key = "optimal_within" if status == "optimal" and gap and round(gap, _SHOWN) > 0 else status
    whole = f"plans.status.{key}"
    return say(whole) if has_words(whole) else status


def facility_words(code: str) -> str:
    """Return what a facility type is called; a type that the rules do not know any more is its code."""
    found = site_catalogue().facility_types.get(code)
    return pick(found.title) if found else code


def standard_words(code: str) -> str:
    """Return what a standard is called; one that the rules do not know any more is its code."""
    found = site_catalogue().families.get(code)
    return pick(found.title) if found else code


def _figure(key: str, name: str, *, digits: int | None = None, hidden: bool = False) -> Column:
    """Return a column of a figure; what is not known is said, never left empty."""

    def read(row: Any) -> Any:
        value = getattr(row, name)
        return value if value is None or digits is None else round(value, digits or None)

    return Column(key, read, kind="number", order=(name,), unknown=_UNKNOWN, hidden=hidden)


def _result(key: str, name: str, *, digits: int | None = None, hidden: bool = False) -> Column:
    """Return a column of a result: before there is one the cell is empty, after that what is not known is said."""
    figure = _figure(key, name, digits=digits)

    def read(study: Study) -> Any:
        if not study.has_result:
            return ""
        value = figure.value(study)
        return say(_UNKNOWN) if value is None else value

    return Column(key, read, kind="number", order=(name,), hidden=hidden)


def _search_studies(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(number__icontains=asked) | Q(name__icontains=asked))


def _states() -> Iterable[tuple[str, str]]:
    return [(code, say(f"plans.state.{code}")) for code in Study.State.values]


def _gap(study: Study) -> str:
    return f"{study.gap:.2%}" if study.has_result and study.gap is not None else ""


STUDIES = Table(
    name="plans.list",
    order="-created",
    columns=(
        Column("number", lambda s: s.number, order=("number",), link=lambda s: reverse("plans:study", args=[s.number])),
        Column("name", lambda s: s.name, order=("name",)),
        Column("state", lambda s: s.state, kind="state", words="plans.state", order=("state",)),
        Column("round", lambda s: named(s.run.snapshot.round), order=("run__snapshot__round__surveyed_on",)),
        _result("residents", "residents", digits=0),
        _result("projects", "projects"),
        _result("cost", "cost_yuan"),
        _result("subsidy", "subsidy_yuan", hidden=True),
        _result("area", "floor_area_m2", digits=0, hidden=True),
        Column("status", lambda s: status_words(s.solver_status, s.gap), order=("solver_status",)),
        Column("gap", _gap, order=("gap",), hidden=True),
        Column("by", lambda s: s.created_by.name if s.created_by else "", order=("created_by__name",)),
        Column("created", lambda s: s.created_at, kind="moment", order=("created_at",)),
        Column("solved", lambda s: s.solved_at, kind="moment", order=("solved_at",), hidden=True),
        Column("adopted", lambda s: s.adopted_at, kind="moment", order=("adopted_at",), hidden=True),
    ),
    filters=(
        Filter("q", _search_studies),
        Filter("state", lambda rows, asked: rows.filter(state=asked), kind="choice", choices=_states),
    ),
)
"""Studies."""


def _search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(
        Q(place_name__icontains=asked) | Q(place_key__icontains=asked) | Q(community__name__icontains=asked)
    )


def _levers() -> Iterable[tuple[str, str]]:
    return [(code, say(f"plans.lever.{code}")) for code in LEVERS]


def _types() -> Iterable[tuple[str, str]]:
    lang = current_language()
    return [(code, rule.title[lang]) for code, rule in site_catalogue().facility_types.items()]


def _year(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(open_year=int(asked)) if asked.isdigit() else rows.filter(open_year=None)


def _linked(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(project__isnull=asked == "open")


def _links() -> Iterable[tuple[str, str]]:
    return [(code, say(f"plans.linked.{code}")) for code in ("open", "linked")]


def _project_link(measure: Measure) -> str:
    return reverse("projects:project", args=[measure.project.number]) if measure.project else ""


_COLUMNS = (
    Column("number", lambda m: m.number, kind="number", order=("number",)),
    Column("place", lambda m: m.place_name or m.place_key, order=("place_name",)),
    Column("facility", lambda m: facility_words(m.facility_type), order=("facility_type",)),
    Column("lever", lambda m: m.lever, kind="words", words="plans.lever", order=("lever",)),
    Column("community", lambda m: m.community.name, order=("place",), link=lambda m: place_address(m.community)),
    _figure("area", "floor_area_m2", digits=0),
    _figure("site", "site_area_m2", digits=0),
    _figure("cost", "cost_yuan"),
    _figure("subsidy", "subsidy_yuan"),
    _figure("other", "other_yuan", hidden=True),
    _figure("own", "own_yuan", hidden=True),
    _figure("residents", "residents", digits=0),
    _figure("old_young", "old_young", digits=0, hidden=True),
    _figure("alone", "alone", digits=0, hidden=True),
    Column("begin", lambda m: m.begin_year, order=("begin_year",), unknown="plans.word.undated"),
    Column("open", lambda m: m.open_year, order=("open_year",), unknown="plans.word.undated"),
    Column("project", lambda m: m.project.number if m.project else "", order=("project__number",), link=_project_link),
    Column("project_state", lambda m: state_words(m.project) if m.project else "", order=("project__state",)),
    Column("option", lambda m: m.option, order=("option",), hidden=True),
    Column("longitude", lambda m: m.longitude, hidden=True),
    Column("latitude", lambda m: m.latitude, hidden=True),
)
_FILTERS = (
    Filter("q", _search),
    Filter("lever", lambda rows, asked: rows.filter(lever=asked), kind="choice", choices=_levers),
    Filter("type", lambda rows, asked: rows.filter(facility_type=asked), kind="choice", choices=_types),
    Filter("year", _year),
    Filter("linked", _linked, kind="choice", choices=_links),
)

MEASURES = Table(name="plans.measures", order="number", columns=_COLUMNS, filters=_FILTERS)
"""The measures of one study."""

PLANNED = Table(
    name="plans.planned",
    order="community",
    columns=(
        Column("study", lambda m: m.study.number, order=("study__number",)),
        *_COLUMNS,
    ),
    filters=_FILTERS,
)
"""The measures of the plans in force, those of every place that a person may see."""
