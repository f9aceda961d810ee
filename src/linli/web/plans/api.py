"""The API of plans: reading, through the same gate as the pages. Studies are known by number, not by key."""

# No postponed annotations here: ninja looks names up in the module of the decorator `access`, where they are not.

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.security import django_auth
from pydantic import Field

from linli.web.accounts.access import access, user_of
from linli.web.plans.models import Measure, Study
from linli.web.plans.selectors import list_measures, list_studies, planned_money

__all__ = ["MeasureOut", "MeasurePage", "PlannedOut", "StudyOut", "StudyPage", "router"]

router = Router(auth=django_auth, tags=["plans"])

_MOST = 200


class Paging(Schema):
    """Which part of a list."""

    offset: int = Field(default=0, ge=0, le=1_000_000)
    limit: int = Field(default=50, ge=1, le=_MOST)


class StudyQuery(Paging):
    """Which studies."""

    state: str = Field(default="", max_length=12)


class StudyOut(Schema):
    """A siting study. Figures are null until it is solved, and where they are not known."""

    number: str
    name: str
    place: str
    state: str
    solver_status: str
    objective: float | None
    bound: float | None
    gap: float | None
    unit: str
    projects: int | None
    residents: float | None
    old_young: float | None
    floor_area_m2: float | None
    cost_yuan: Decimal | None
    subsidy_yuan: Decimal | None
    catalogue_version: str
    created_at: datetime
    solved_at: datetime | None
    adopted_at: datetime | None


class StudyPage(Schema):
    """A part of the list of studies."""

    total: int
    items: list[StudyOut]


class MeasureOut(Schema):
    """A measure: a facility of a type in a place, built, converted or re-allocated."""

    study: str
    number: int
    option: str
    in_force: bool
    community_id: str
    community: str
    lever: str
    facility_type: str
    place_kind: str
    place_key: str
    place_name: str
    floor_area_m2: float | None
    site_area_m2: float | None
    cost_yuan: Decimal | None
    subsidy_yuan: Decimal | None
    other_yuan: Decimal | None
    own_yuan: Decimal | None
    residents: float | None
    old_young: float | None
    begin_year: int | None
    open_year: int | None
    longitude: float | None
    latitude: float | None
    project: str | None


class MeasurePage(Schema):
    """A part of a list of measures."""

    total: int
    items: list[MeasureOut]


class PlannedOut(Schema):
    """The subsidy that the plans in force count on in a district and year; `year` null = not dated."""

    place: str
    year: int | None
    subsidy_yuan: Decimal


def _study(study: Study) -> dict[str, Any]:
    return {name: getattr(study, name) for name in StudyOut.model_fields}


def _measure(one: Measure) -> dict[str, Any]:
    known = {name: getattr(one, name) for name in MeasureOut.model_fields if name not in {"study", "community_id"}}
    known |= {"study": one.study.number, "community_id": one.community.code, "community": one.community.name}
    return known | {"project": one.project.number if one.project else None}


def _page(rows: Any, asked: Paging, out: Any) -> dict[str, Any]:
    part = rows[asked.offset : asked.offset + asked.limit]
    return {"total": rows.count(), "items": [out(one) for one in part]}


@router.get("", response=StudyPage, url_name="plans")
@access("plans", "view")
def studies(request: HttpRequest, asked: Query[StudyQuery]) -> dict[str, Any]:
    """List the studies that I may see."""
    rows = list_studies(user_of(request)).order_by("number")
    return _page(rows.filter(state=asked.state) if asked.state else rows, asked, _study)


@router.get("/measures", response=MeasurePage, url_name="plans_in_force")
@access("plans", "view")
def in_force(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    """List the measures of the plans in force in the places that I may see."""
    rows = list_measures(user_of(request)).filter(in_force=True).order_by("place", "study", "number")
    return _page(rows, asked, _measure)


@router.get("/planned", response=list[PlannedOut], url_name="plans_planned")
@access("plans", "view")
def planned(request: HttpRequest) -> list[dict[str, Any]]:
    """Give the subsidy planned by district and year: sums of what the plans in force count on, never booked."""
    rows = planned_money(user_of(request))
    return [{name: getattr(one, name) for name in PlannedOut.model_fields} for one in rows]


@router.get("/{number}", response=StudyOut, url_name="plan")
@access("plans", "view")
def study(request: HttpRequest, number: str) -> dict[str, Any]:
    """Give one study."""
    return _study(get_object_or_404(list_studies(user_of(request)), number=number))


@router.get("/{number}/measures", response=MeasurePage, url_name="plan_measures")
@access("plans", "view")
def measures(request: HttpRequest, number: str, asked: Query[Paging]) -> dict[str, Any]:
    """List the measures of a study."""
    user = user_of(request)
    one = get_object_or_404(list_studies(user), number=number)
    return _page(list_measures(user).filter(study=one).order_by("number"), asked, _measure)
