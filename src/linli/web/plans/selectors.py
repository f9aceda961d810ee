"""Every reading of studies, measures and planned money, through the gate; and the sheets of results, kept in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar, cast

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import runs_of
from linli.web.funds.book import lines_of
from linli.web.funds.ledger import Line
from linli.web.funds.models import BookingLine
from linli.web.jobs.models import Job
from linli.web.keep import Keep
from linli.web.plans.models import DocumentSet, Instalment, Measure, Question, Study, Work
from linli.web.plans.sheet import read_sheet
from linli.web.projects.models import Move, Project
from linli.web.standards.catalogue import site_catalogue

__all__ = [
    "Planned",
    "adopted_above",
    "adopted_for",
    "by_other_rules",
    "counts_of",
    "is_waiting",
    "ledger_of",
    "list_documents",
    "list_measures",
    "list_studies",
    "measures_of",
    "places_to_plan",
    "planned_money",
    "projects_for",
    "questions_of",
    "runs_to_plan",
    "sheet_of",
    "steps_taken",
    "work_on",
]

_SHEETS: Keep[Any] = Keep(24)
"""Sheets of a few studies: a page of one asks for two or three."""

_LEVELS = ("city", "district")

_Row = TypeVar("_Row", Study, Question, DocumentSet)


def _standing(rows: QuerySet[_Row]) -> QuerySet[_Row]:
    """Add `job_state`: where nothing waits any more, a queued row has been left by its job."""
    state = Job._all.filter(pk=OuterRef("job")).values("state")[:1]
    return cast("QuerySet[_Row]", rows.annotate(job_state=Subquery(state)))


def list_studies(user: User, action: str = "view") -> QuerySet[Study]:
    """Return the studies that a person may see, or may do `action` on, with the state of their job."""
    rows = Study.objects.visible_to(user, action)
    return _standing(rows.select_related("run__snapshot__round", "created_by", "adopted_by", "copied_from"))


def list_measures(user: User, action: str = "view") -> QuerySet[Measure]:
    """Return the measures that a person may see: of plans in force, and of studies that are theirs to see.

    Parameters
    ----------
    user
        The person.
    action
        ``view`` or another action on plans.

    Returns
    -------
    QuerySet of Measure
        In the person's places; drafts of a larger place are no business of those below it.
    """
    seen = Study.objects.visible_to(user, action).values("pk")
    rows = Measure.objects.visible_to(user, action).filter(Q(in_force=True) | Q(study__in=seen))
    return rows.select_related("study", "community", "project")


def measures_of(user: User, *, project: Project | None = None, community: str | None = None) -> QuerySet[Measure]:
    """Return the measures in force of a community, or those that a project follows, as far as a person may see them.

    Parameters
    ----------
    user
        The person.
    project
        The project that follows them.
    community
        Jurisdiction path.

    Returns
    -------
    QuerySet of Measure
        In the order of the plan.
    """
    rows = list_measures(user)
    if project is not None:
        rows = rows.filter(project=project)
    if community is not None:
        rows = rows.filter(place=community, in_force=True)
    return rows.order_by("study", "number")


def places_to_plan(user: User) -> QuerySet[Place]:
    """Return the cities and districts that a person may make studies for."""
    return places_below(user, "plans", "edit").filter(level__in=_LEVELS)


def _steps(path: str) -> list[str]:
    parts = path.rstrip("/").split("/") if path else []
    return ["/".join(parts[: i + 1]) + "/" for i in range(len(parts))]


def runs_to_plan(user: User, place: str) -> QuerySet[Run]:
    """Return the assessments that hold a place and that a person may plan from, the newest round's first.

    Parameters
    ----------
    user
        The person.
    place
        Jurisdiction path.

    Returns
    -------
    QuerySet of Run
        Done; of each round the current one first.
    """
    rows = runs_of(user).filter(state=Run.State.DONE, place__in=_steps(place))
    return rows.order_by("-snapshot__round__surveyed_on", "-current", "-number")


def by_other_rules(study: Study) -> bool:
    """Return whether the rules have changed since a study's assessment, by which it cannot be solved any more."""
    return study.run.catalogue_version != site_catalogue().version


def adopted_for(place: str) -> Study | None:
    """Return the plan in force at a place: no secret to who may see plans there, so ask that first.

    Parameters
    ----------
    place
        Jurisdiction path.

    Returns
    -------
    Study or None
        Of the smallest place that holds it.
    """
    rows = Study._all.filter(state=Study.State.ADOPTED, place__in=_steps(place))
    return max(rows.select_related("run__snapshot__round", "adopted_by"), key=lambda one: len(one.place), default=None)


def adopted_above(study: Study) -> list[Study]:
    """Return the plans in force that adopting a study would end: those of its place and below it."""
    rows = Study._all.filter(state=Study.State.ADOPTED, place__startswith=study.place).exclude(pk=study.pk)
    return list(rows.order_by("place"))


def questions_of(user: User, study: Study) -> QuerySet[Question]:
    """Return what was asked of a study, as far as a person may see it, the latest first."""
    return _standing(Question.objects.visible_to(user).filter(study=study).select_related("by"))


def list_documents(user: User, action: str = "view") -> QuerySet[DocumentSet]:
    """Return the documents that a person may see, or may do `action` on: of plans in force, and of studies they see."""
    seen = Study.objects.visible_to(user, action).values("pk")
    rows = DocumentSet.objects.visible_to(user, action)
    rows = rows.filter(Q(study__state=Study.State.ADOPTED) | Q(study__in=seen))
    return _standing(rows.select_related("study", "by"))


def projects_for(user: User, measures: Iterable[Measure]) -> QuerySet[Project]:
    """Return the projects that measures could be linked with: of their communities, and the person's to apply for."""
    places = {one.place for one in measures}
    return Project.objects.visible_to(user, "apply").filter(place__in=places).order_by("-number")


def sheet_of(study: Study, name: str) -> Any:
    """Return a sheet of a study's result (`linli.web.plans.sheet`): ask first whether the person may see its place.

    Parameters
    ----------
    study
        With a result.
    name
        ``book``, ``part-<code>``, ``options-<code>``, ``areas-<code>``, ``without-<code>``.

    Returns
    -------
    object
        Kept in memory by the result's folder, which never changes. Do not change it.

    Raises
    ------
    FileNotFoundError
        If the result has none of that name.
    """
    return _SHEETS.get(f"{study.path}/{name}", lambda: read_sheet(study.path, name))


@dataclass(frozen=True, slots=True)
class Planned:
    """What the plans in force have a district receive in a year; `year` ``None`` = not dated.

    Parameters
    ----------
    place
        Jurisdiction path of the district.
    year
        The year.
    subsidy_yuan
        Sum of the instalments.
    """

    place: str
    year: int | None
    subsidy_yuan: Decimal


def _district_of(path: str) -> str:
    return "/".join(path.split("/")[:2]) + "/"


def planned_money(user: User) -> list[Planned]:
    """Return the subsidy that the plans in force count on, by district and year, in the places that a person sees.

    Parameters
    ----------
    user
        The person.

    Returns
    -------
    list of Planned
        The sums of the instalments, and nothing else: a plan books no money.
    """
    rows = Instalment.objects.visible_to(user).filter(in_force=True).order_by()
    sums: dict[tuple[str, int | None], Decimal] = {}
    for place, year, amount in rows.values_list("place", "year").annotate(Sum("amount_yuan")):
        key = _district_of(place), year
        sums[key] = sums.get(key, Decimal("0.00")) + amount
    ordered = sorted(sums.items(), key=lambda one: (one[0][1] is None, -(one[0][1] or 0), one[0][0]))
    return [Planned(place, year, amount) for (place, year), amount in ordered]


def counts_of(rows: QuerySet[Measure]) -> Mapping[str, int]:
    """Return how many measures there are by lever."""
    return dict(rows.order_by().values_list("lever").annotate(Count("pk")))


def is_waiting(one: Study | Question | DocumentSet) -> bool:
    """Return whether a job works on something, or will: not one that ended without a word."""
    return one.state == Work.QUEUED and getattr(one, "job_state", None) in {Job.State.QUEUED, Job.State.RUNNING}


def steps_taken(projects: Iterable[int]) -> dict[int, set[str]]:
    """Return the transitions that projects have taken, by their keys: for figures, so ask first who may see them."""
    found: dict[int, set[str]] = {}
    rows = Move._all.filter(project__in=list(projects)).order_by()
    for project, transition in rows.values_list("project", "transition").distinct():
        found.setdefault(project, set()).add(transition)
    return found


def ledger_of(projects: Iterable[int]) -> list[Line]:
    """Return the lines of the ledger that concern projects, added up: ask first who may see money there."""
    return lines_of(BookingLine._all.filter(project__in=list(projects)))


def work_on(table: type[_Row], pk: int) -> _Row:
    """Return what a job works on, by its key: for the machine."""
    found: _Row = table._all.get(pk=pk)
    return found
