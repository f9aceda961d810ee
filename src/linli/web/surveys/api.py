"""The API of rounds, returns and snapshots: reading, through the same gate as the pages. Rounds are known by code."""

# No postponed annotations here: ninja looks names up in the module of the decorator `access`, where they are not.

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.security import django_auth
from pydantic import Field

from linli.web.accounts.access import access, user_of
from linli.web.surveys.models import Return, Round, Snapshot
from linli.web.surveys.selectors import completeness, list_rounds, list_snapshots, returns_of

__all__ = ["RoundOut", "rounds_router", "snapshots_router"]

rounds_router = Router(auth=django_auth, tags=["surveys"])
snapshots_router = Router(auth=django_auth, tags=["surveys"])

_MOST = 200


class Paging(Schema):
    """Which part of a list."""

    offset: int = Field(default=0, ge=0, le=1_000_000)
    limit: int = Field(default=50, ge=1, le=_MOST)
    state: str = Field(default="", max_length=10)


class RoundOut(Schema):
    """A round."""

    code: str
    name: str
    name_en: str
    place: str
    state: str
    surveyed_on: date
    begins: date
    due: date
    frozen_at: datetime | None
    version: int


class RoundPage(Schema):
    """A part of the list of rounds."""

    total: int
    items: list[RoundOut]


class PartOut(Schema):
    """Facts of one kind."""

    name: str
    known: int
    asked: int


class ReturnOut(Schema):
    """A community's part in a round."""

    community_id: str
    community: str
    place: str
    state: str
    days_late: int
    submitted_at: datetime | None
    known: int
    asked: int
    parts: list[PartOut]
    none_of: list[str]
    version: int


class ReturnPage(Schema):
    """A part of the list of returns."""

    total: int
    items: list[ReturnOut]


class SnapshotOut(Schema):
    """What a frozen round left."""

    round: str
    place: str
    digest: str
    rows: dict[str, int]
    code_version: str
    at: datetime


class SnapshotPage(Schema):
    """A part of the list of snapshots."""

    total: int
    items: list[SnapshotOut]


@rounds_router.get("", response=RoundPage, url_name="rounds")
@access("surveys", "view")
def rounds(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """List the rounds that I may see."""
    rows = list_rounds(user_of(request)).order_by("-surveyed_on", "-pk")
    if paging.state:
        rows = rows.filter(state=paging.state)
    return {"total": rows.count(), "items": list(rows[paging.offset : paging.offset + paging.limit])}


def _round(request: HttpRequest, code: str) -> Round:
    return get_object_or_404(list_rounds(user_of(request)), code=code)


@rounds_router.get("/{code}", response=RoundOut, url_name="round")
@access("surveys", "view")
def round_(request: HttpRequest, code: str) -> Round:
    """Give one round."""
    return _round(request, code)


def _return_out(one: Return, found: Any) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("place", "state", "days_late", "submitted_at", "none_of", "version")}
    parts = [{"name": part.name, "known": part.known, "asked": part.asked} for part in found.parts]
    return {**plain, "community_id": one.community.code, "community": one.community.name, "known": found.known,
            "asked": found.asked, "parts": parts}  # fmt: skip


@rounds_router.get("/{code}/returns", response=ReturnPage, url_name="returns")
@access("surveys", "view")
def returns(request: HttpRequest, code: str, paging: Query[Paging]) -> dict[str, Any]:
    """List what the communities of a round that I may see have handed in, and how much is known of each."""
    one = _round(request, code)
    rows = returns_of(user_of(request), one)
    if paging.state:
        rows = rows.filter(state=paging.state)
    part = list(rows[paging.offset : paging.offset + paging.limit])
    found = completeness(one, part)
    return {"total": rows.count(), "items": [_return_out(row, found[row.community.code]) for row in part]}


def _snapshot_out(one: Snapshot) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("place", "digest", "rows", "code_version", "at")}
    return {**plain, "round": one.round.code}


@snapshots_router.get("", response=SnapshotPage, url_name="snapshots")
@access("surveys", "view")
def snapshots(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """List the snapshots that I may see."""
    rows = list_snapshots(user_of(request)).order_by("-at")
    part = rows[paging.offset : paging.offset + paging.limit]
    return {"total": rows.count(), "items": [_snapshot_out(one) for one in part]}


@snapshots_router.get("/{code}", response=SnapshotOut, url_name="snapshot")
@access("surveys", "view")
def snapshot(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give the snapshot of a round."""
    return _snapshot_out(get_object_or_404(list_snapshots(user_of(request)), round__code=code))
