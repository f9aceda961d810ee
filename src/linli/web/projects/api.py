"""The API of projects: reading, through the same gate as the pages. Projects are known by number, not by key."""

# No postponed annotations here: ninja looks names up in the module of the decorator `access`, where they are not.

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.security import django_auth
from pydantic import Field

from linli.web.accounts.access import access, user_of
from linli.web.projects.models import Project
from linli.web.projects.selectors import list_projects, moves_of
from linli.web.projects.standards import get_workflow

__all__ = ["ProjectOut", "ProjectPage", "router"]

router = Router(auth=django_auth, tags=["projects"])

_MOST = 200


class Paging(Schema):
    """Which part of a list."""

    offset: int = Field(default=0, ge=0, le=1_000_000)
    limit: int = Field(default=50, ge=1, le=_MOST)
    state: str = Field(default="", max_length=40)


class ProjectOut(Schema):
    """A project."""

    number: str
    name: str
    community: str
    place: str
    project_type: str
    year: int
    state: str
    state_zh: str
    state_en: str
    due_on: date | None
    households: int | None
    residents: int | None
    area_m2: Decimal | None
    input_cost_yuan: Decimal | None
    operator: str


class ProjectPage(Schema):
    """A part of the list of projects."""

    total: int
    items: list[ProjectOut]


class MoveOut(Schema):
    """A step that was taken."""

    number: int
    transition: str
    before: str
    after: str
    at: str
    reason: str


def _out(project: Project) -> dict[str, Any]:
    title = get_workflow(project.workflow).state(project.state).title
    plain = {name: getattr(project, name) for name in ProjectOut.model_fields if hasattr(project, name)}
    return {**plain, "community": project.community.name, "state_zh": title.zh, "state_en": title.en}


@router.get("", response=ProjectPage, url_name="projects")
@access("projects", "view")
def projects(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """List the projects that I may see."""
    rows = list_projects(user_of(request)).order_by("number")
    if paging.state:
        rows = rows.filter(state=paging.state)
    part = rows[paging.offset : paging.offset + paging.limit]
    return {"total": rows.count(), "items": [_out(one) for one in part]}


@router.get("/{number}", response=ProjectOut, url_name="project")
@access("projects", "view")
def project(request: HttpRequest, number: str) -> dict[str, Any]:
    """Give one project."""
    return _out(get_object_or_404(list_projects(user_of(request)), number=number))


@router.get("/{number}/moves", response=list[MoveOut], url_name="project_moves")
@access("projects", "view")
def moves(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """Give a project's timeline."""
    user = user_of(request)
    one = get_object_or_404(list_projects(user), number=number)
    return [
        {**{name: getattr(move, name) for name in ("number", "transition", "before", "after", "reason")},
         "at": move.at.isoformat()}
        for move in moves_of(user, one)
    ]  # fmt: skip
