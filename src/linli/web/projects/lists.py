"""The list of projects: columns, filters and order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from linli.web.pages.table import Column, Filter, Table
from linli.web.projects.acceptance import PROJECT_TYPES
from linli.web.projects.models import Project
from linli.web.projects.standards import get_workflow, list_workflows
from linli.web.words import current_language, say

__all__ = ["PROJECTS", "state_words"]


def state_words(project: Project) -> str:
    """Return the name of a project's state that staff see."""
    return get_workflow(project.workflow).state(project.state).title[current_language()]


def _search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(number__icontains=asked) | Q(name__icontains=asked) | Q(community__name__icontains=asked))


def _states() -> Iterable[tuple[str, str]]:
    lang = current_language()
    return {state.id: state.title[lang] for workflow in list_workflows() for state in workflow.states}.items()


def _types() -> Iterable[tuple[str, str]]:
    return [(code, say(f"projects.type.{code}")) for code in PROJECT_TYPES]


def _due(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    today = timezone.localdate()
    conditions = {"late": Q(due_on__lt=today), "coming": Q(due_on__gte=today)}
    return rows.filter(conditions[asked]) if asked in conditions else rows


def _dues() -> Iterable[tuple[str, str]]:
    return [(code, say(f"projects.due.{code}")) for code in ("late", "coming")]


PROJECTS = Table(
    name="projects.list",
    order="-number",
    columns=(
        Column(
            "number", lambda p: p.number, order=("number",), link=lambda p: reverse("projects:project", args=[p.number])
        ),
        Column("name", lambda p: p.name, order=("name",)),
        Column("community", lambda p: p.community.name, order=("place",)),
        Column("type", lambda p: p.project_type, kind="words", words="projects.type", order=("project_type",)),
        Column("year", lambda p: p.year, order=("year",)),
        Column("state", state_words, order=("state",)),
        Column("entered", lambda p: p.entered_at, kind="moment", order=("entered_at",), hidden=True),
        Column("due", lambda p: p.due_on, kind="date", order=("due_on",)),
        Column("households", lambda p: p.households, kind="number", order=("households",), hidden=True),
        Column("residents", lambda p: p.residents, kind="number", order=("residents",), hidden=True),
        Column("area", lambda p: p.area_m2, kind="number", order=("area_m2",), hidden=True),
        Column("input", lambda p: p.input_cost_yuan, kind="number", order=("input_cost_yuan",), hidden=True),
        Column("operator", lambda p: p.operator, order=("operator",), hidden=True),
        Column("organisation", lambda p: p.organisation.name, order=("organisation__name",), hidden=True),
    ),
    filters=(
        Filter("q", _search),
        Filter("state", lambda rows, asked: rows.filter(state=asked), kind="choice", choices=_states),
        Filter("type", lambda rows, asked: rows.filter(project_type=asked), kind="choice", choices=_types),
        Filter("due", _due, kind="choice", choices=_dues),
    ),
)
"""Projects."""
