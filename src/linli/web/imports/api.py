"""The API of imports: send files in, and read batches with what was found; through the same gate as the pages.

Applying is a person's decision about what the page shows, so that it is not offered here.
"""

# No postponed annotations here: ninja looks names up in the module of the decorator `access`, where they are not.

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.security import django_auth
from pydantic import Field

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import Place
from linli.web.imports.models import Batch
from linli.web.imports.selectors import findings_of, list_batches, places_for_uploads
from linli.web.imports.services import batch_send

__all__ = ["BatchOut", "BatchPage", "FindingOut", "router"]

router = Router(auth=django_auth, tags=["batches"])

_MOST = 500
CREATED = 201


class Paging(Schema):
    """Which part of a list."""

    offset: int = Field(default=0, ge=0, le=1_000_000)
    limit: int = Field(default=50, ge=1, le=_MOST)


class Asked(Paging):
    """Which batches."""

    state: str = Field(default="", max_length=20)


class Reading(Schema):
    """What a file is for and how it is read."""

    place: str = Field(max_length=32)
    layer: Literal["", "communities", "estates", "facilities", "rooms", "plots", "answers", "wishes"] = ""
    datum: Literal["wgs84", "gcj02", "bd09"] = "wgs84"
    encoding: Literal["auto", "utf-8", "gb18030", "utf-16"] = "auto"


class Counts(Schema):
    """What the rows of a layer are: `read` is the sum of the others but `missing`."""

    read: int
    new: int
    changed: int
    unchanged: int
    conflict: int
    error: int
    left_out: int
    missing: int


class BatchOut(Schema):
    """A batch."""

    number: str
    name: str
    place: str
    state: str
    sha256: str
    size: int
    datum: str
    created_at: datetime
    checked_at: datetime | None
    applied_at: datetime | None
    undone_at: datetime | None
    counts: dict[str, Counts]
    levels: list[dict[str, Any]]


class BatchPage(Schema):
    """A part of the list of batches."""

    total: int
    items: list[BatchOut]


class FindingOut(Schema):
    """One thing wrong or odd."""

    number: int
    severity: str
    level: str
    code: str
    sheet: str
    row: int | None
    column: str
    value: str
    message: dict[str, str]
    allowed: dict[str, str]
    fix: dict[str, str]


class FindingPage(Schema):
    """A part of what was found."""

    total: int
    items: list[FindingOut]


def _out(one: Batch) -> dict[str, Any]:
    return {name: getattr(one, name) for name in BatchOut.model_fields}


@router.get("", response=BatchPage, url_name="batches")
@access("surveys", "view")
def batches(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the batches that I may see, the newest first."""
    rows = list_batches(user_of(request)).order_by("-pk")
    if asked.state:
        rows = rows.filter(state=asked.state)
    part = rows[asked.offset : asked.offset + asked.limit]
    return {"total": rows.count(), "items": [_out(one) for one in part]}


@router.post("", response={CREATED: BatchOut}, url_name="batches")
@access("surveys", "edit")
def send(request: HttpRequest, about: Form[Reading], file: File[UploadedFile]) -> Status[dict[str, Any]]:
    """Send a file in for a place (its code). It is checked by a job; nothing of it is applied."""
    place: Place | None = places_for_uploads(user_of(request)).filter(code=about.place).first()
    if place is None:
        raise Http404
    new = batch_send(
        actor=actor_of(request), place=place.path, name=file.name or "", data=file.read(), layer=about.layer,
        datum=about.datum, encoding=about.encoding,
    )  # fmt: skip
    return Status(CREATED, _out(new))


@router.get("/{number}", response=BatchOut, url_name="batch")
@access("surveys", "view")
def batch(request: HttpRequest, number: str) -> dict[str, Any]:
    """Give one batch."""
    return _out(get_object_or_404(list_batches(user_of(request)), number=number))


@router.get("/{number}/findings", response=FindingPage, url_name="batch_findings")
@access("surveys", "view")
def findings(request: HttpRequest, number: str, paging: Query[Paging]) -> dict[str, Any]:
    """Give what was found in a batch's file, errors first."""
    user = user_of(request)
    rows = findings_of(user, get_object_or_404(list_batches(user), number=number))
    part = rows[paging.offset : paging.offset + paging.limit]
    return {"total": rows.count(), "items": [{n: getattr(f, n) for n in FindingOut.model_fields} for f in part]}
