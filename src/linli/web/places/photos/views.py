"""The pages of photos."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.pages.asking import ask
from linli.web.pages.forms import ReasonForm
from linli.web.places.forms import PhotoForm
from linli.web.places.models import Photo, Record
from linli.web.places.photos.services import photo_add, photo_withdraw
from linli.web.places.selectors import list_photos, list_records
from linli.web.places.vocabulary import record_title
from linli.web.words import say

__all__ = ["new", "photo", "photo_small", "withdraw"]

_TYPE = "image/jpeg"


def _photo(request: HttpRequest, pk: int, action: str = "view") -> Photo:
    return get_object_or_404(list_photos(user_of(request), action), pk=pk)


def _back(record: Record) -> str:
    return reverse("places:record", args=[record.layer, record.key])


@require_GET
@access("places", "view")
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """Give a photo."""
    return FileResponse(_photo(request, pk).file.open("rb"), content_type=_TYPE)


@require_GET
@access("places", "view")
def photo_small(request: HttpRequest, pk: int) -> FileResponse:
    """Give a photo in the size of a list."""
    return FileResponse(_photo(request, pk).small.open("rb"), content_type=_TYPE)


@require_http_methods(["GET", "POST"])
@access("places", "edit")
def new(request: HttpRequest, layer: str, key: str) -> HttpResponse:
    """Add a photo to a record."""
    one = get_object_or_404(list_records(user_of(request), layer, "edit"), key=key)
    form = PhotoForm(request.POST or None, request.FILES or None)

    def do(said: dict[str, Any]) -> None:
        photo_add(actor=actor_of(request), record=one, name=said["file"].name, data=said["file"].read())

    trail = [(record_title(one), _back(one))]
    return ask(request, form, do, title=say("places.page.photo_new"), lead=say("places.page.photo_lead"),
               back=_back(one), said="places.said.photo", about={"multipart": True, "trail": trail})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("places", "edit")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a photo away, with a reason."""
    one = _photo(request, pk, "edit")

    def do(said: dict[str, Any]) -> None:
        photo_withdraw(actor=actor_of(request), photo=one, reason=said["reason"])

    trail = [(record_title(one.record), _back(one.record))]
    return ask(request, ReasonForm(request.POST or None), do, title=say("places.page.photo_withdraw"),
               lead=say("places.page.photo_withdraw_lead", name=one.name), back=_back(one.record),
               said="places.said.photo_withdrawn", about={"trail": trail})  # fmt: skip
