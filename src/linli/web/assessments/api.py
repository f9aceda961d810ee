"""The API of assessments: reading, through the same gate as the pages. Shares are 0–1; what is not known is null."""

# No postponed annotations here: ninja looks names up in the module of the decorator `access`, where they are not.

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.security import django_auth
from pydantic import Field

from linli.web.accounts.access import access, user_of
from linli.web.assessments.lists import run_state
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.assessments.selectors import current_run, list_items, list_scores, runs_of

__all__ = ["ItemOut", "PriorityOut", "RunOut", "ScoreOut", "router"]

router = Router(auth=django_auth, tags=["assessments"])

_MOST = 1000
_BIGGEST = 2**63 - 1


class Paging(Schema):
    """Which part of a list."""

    offset: int = Field(default=0, ge=0, le=10_000_000)
    limit: int = Field(default=200, ge=1, le=_MOST)


class Asked(Paging):
    """Of which run (the current one if left out), by which standard (the run's first), which communities."""

    run: int | None = Field(default=None, ge=1, le=_BIGGEST)
    standard: str = Field(default="", max_length=40)
    place: str = Field(default="", max_length=200, description="Jurisdiction path: only communities at or below it.")


class AskedItems(Asked):
    """Which items."""

    item: str = Field(default="", max_length=80)
    status: str = Field(default="", max_length=16)


class RunOut(Schema):
    """A run: what it was made from."""

    id: int
    round: str
    number: int
    place: str
    state: str
    current: bool
    surveyed_on: date
    rules_on: date | None
    catalogue_version: str
    code_version: str
    data_digest: str
    digest: str
    unit: str
    options: dict[str, Any]
    at: datetime


class RunPage(Schema):
    """A part of the list of runs."""

    total: int
    items: list[RunOut]


class ScoreOut(Schema):
    """A community by one standard."""

    community: str
    name: str
    place: str
    standard: str
    residents: float | None
    households: float | None
    score: float | None
    score_low: float | None
    score_high: float | None
    known_share: float | None
    grade: str
    rank: int | None
    met: int
    partly: int
    not_met: int
    not_applicable: int
    unknown: int
    groups: dict[str, Any]
    scenes: dict[str, Any]


class ScorePage(Schema):
    """A part of the communities of a run."""

    run: int
    total: int
    items: list[ScoreOut]


class ItemOut(Schema):
    """An item of a community."""

    community: str
    name: str
    place: str
    standard: str
    item: str
    group: str
    verb: str
    status: str
    degree: float | None
    degree_low: float | None
    degree_high: float | None
    shortfall: float | None
    shortfall_unit: str
    residents: float | None
    residents_without: float | None
    certainty: str


class ItemPage(Schema):
    """A part of the items of a run."""

    run: int
    total: int
    items: list[ItemOut]


class PriorityOut(Schema):
    """A community in the list of who comes first; a component that is not known is not in `parts`."""

    community: str
    name: str
    place: str
    rank: int | None
    score: float | None
    parts: dict[str, Any]
    reason_zh: str
    reason_en: str
    index_old_young: float | None
    index_low: float | None
    index_high: float | None


class PriorityPage(Schema):
    """A part of the priority list of a run."""

    run: int
    total: int
    weights: dict[str, float]
    items: list[PriorityOut]


def _run_out(run: Run) -> dict[str, Any]:
    about = {name: getattr(run, name) for name in RunOut.model_fields if hasattr(run, name)}
    round_ = run.snapshot.round
    return {**about, "round": round_.code, "surveyed_on": round_.surveyed_on, "state": run_state(run),
            "data_digest": run.snapshot.digest}  # fmt: skip


def _about(request: HttpRequest, asked: Asked) -> tuple[Run, str]:
    """Return the run and the standard that are asked for."""
    user = user_of(request)
    if asked.run is None:
        run = current_run(user, asked.place or None)
        if run is None:
            raise Http404
    else:
        run = get_object_or_404(runs_of(user).filter(state=Run.State.DONE), pk=asked.run)
    names = [str(name) for name in run.options.get("standards", ())]
    if asked.standard and asked.standard not in names:
        raise Http404
    return run, asked.standard or names[0]


def _where(row: ScoreRow | ItemRow) -> dict[str, str]:
    return {"community": row.community.code, "name": row.community.name, "place": row.place}


@router.get("/runs", response=RunPage, url_name="assessment_runs")
@access("assessments", "view")
def runs(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """List the runs that concern me, the newest round first."""
    rows = runs_of(user_of(request))
    part = rows[paging.offset : paging.offset + paging.limit]
    return {"total": rows.count(), "items": [_run_out(one) for one in part]}


@router.get("/scores", response=ScorePage, url_name="assessment_scores")
@access("assessments", "view")
def scores(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the communities that I may see, by one standard."""
    run, standard = _about(request, asked)
    rows = list_scores(user_of(request), run, standard).filter(place__startswith=asked.place).order_by("place")
    part = rows[asked.offset : asked.offset + asked.limit]
    names = [name for name in ScoreOut.model_fields if name not in {"community", "name", "place"}]
    items = [{**_where(row), **{name: getattr(row, name) for name in names}} for row in part]
    return {"run": run.pk, "total": rows.count(), "items": items}


@router.get("/items", response=ItemPage, url_name="assessment_items")
@access("assessments", "view")
def items(request: HttpRequest, asked: Query[AskedItems]) -> dict[str, Any]:
    """List the items of the communities that I may see, by one standard."""
    run, standard = _about(request, asked)
    rows = list_items(user_of(request), run, standard).filter(place__startswith=asked.place)
    rows = rows.filter(item=asked.item) if asked.item else rows
    rows = rows.filter(status=asked.status) if asked.status else rows
    rows = rows.order_by("place", "pk")
    part = rows[asked.offset : asked.offset + asked.limit]
    names = [name for name in ItemOut.model_fields if name not in {"community", "name", "place"}]
    found = [{**_where(row), **{name: getattr(row, name) for name in names}} for row in part]
    return {"run": run.pk, "total": rows.count(), "items": found}


@router.get("/priority", response=PriorityPage, url_name="assessment_priority")
@access("assessments", "view")
def priority(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List who comes first among the communities that I may see, with what that rests on."""
    run, standard = _about(request, asked)
    rows = list_scores(user_of(request), run, standard).filter(place__startswith=asked.place)
    rows = rows.order_by("priority_rank", "pk")
    found = [
        {
            **_where(row), "rank": row.priority_rank, "score": row.priority_score, "parts": row.priority_parts,
            "reason_zh": row.priority_reason.get("zh", ""), "reason_en": row.priority_reason.get("en", ""),
            "index_old_young": row.index_old_young, "index_low": row.index_low, "index_high": row.index_high,
        }
        for row in rows[asked.offset : asked.offset + asked.limit]
    ]  # fmt: skip
    return {"run": run.pk, "total": rows.count(), "weights": run.options.get("priority", {}), "items": found}
