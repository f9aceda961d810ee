"""The pages of one record: all of it, its form, its position, its end and its earlier versions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import shapely
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from shapely.geometry.base import BaseGeometry

from linli.errors import Problem
from linli.survey import layer_schema
from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import User
from linli.web.accounts.selectors import place_trail
from linli.web.audit.selectors import events_about
from linli.web.geometry import Box, feature_collection
from linli.web.pages.asking import ask
from linli.web.pages.forms import add_refusal
from linli.web.pages.maps import map_frame
from linli.web.places import services
from linli.web.places.differences import differences
from linli.web.places.features import DRAWN, bounds_of, features_of, map_layer, pin_kinds
from linli.web.places.forms import RecordForm, ShapeForm, VersionReasonForm
from linli.web.places.models import Record, Version
from linli.web.places.saving import Asked, asked_by, clashes_with, left_out, wavering
from linli.web.places.selectors import home_box, list_photos, list_records, versions_of
from linli.web.places.vocabulary import facts_of, kind_title, question_of, record_title
from linli.web.refusal import Refused
from linli.web.words import current_language, has_words, say

__all__ = ["close", "edit", "new", "position", "record", "record_feature", "reopen", "restore"]

_LATEST = 20
_PICK = "pick-"


def _record(request: HttpRequest, layer: str, key: str, action: str = "view") -> Record:
    return get_object_or_404(list_records(user_of(request), layer, action), key=key)


def _address(one: Record) -> str:
    return reverse("places:record", args=[one.layer, one.key])


def _trail(layer: str, one: Record | None = None) -> list[tuple[str, str]]:
    trail = [
        (say("places.page.register"), reverse("places:register")),
        (say(f"places.layer.{layer}"), reverse("places:list", args=[layer])),
    ]
    return [*trail, (record_title(one), _address(one))] if one else trail


def _source_words(source: str) -> str:
    """Return where a version came from: ``import:12`` has the words ``places.source.import``."""
    name, _, what = source.partition(":")
    key = f"places.source.{name}"
    return say(key, what=what) if has_words(key) else source


def _history(user: User, one: Record) -> list[dict[str, Any]]:
    """Return the versions, the newest first, each with what it changed."""
    versions = list(versions_of(user, one))
    before: Sequence[Version | None] = [*versions[1:], None]
    return [
        {
            "version": now,
            "source": _source_words(now.source),
            "differences": differences(one.layer, was.values, now.values, was.shape, now.shape) if was else [],
            "closed": now.closed and not (was and was.closed),
            "reopened": bool(was and was.closed and not now.closed),
            "first": was is None,
            "now": now.number == one.version,
        }
        for now, was in zip(versions, before, strict=True)
    ]


@require_GET
@access("places", "view")
def record(request: HttpRequest, layer: str, key: str) -> HttpResponse:
    """Show all that is known of a record, and how it came to be so."""
    user, one = user_of(request), _record(request, layer, key)
    may_edit = user.rights.may("places", "edit", one.place)
    trail = place_trail(one.place)
    about = {
        "record": one,
        "layer": layer,
        "title": record_title(one),
        "kind": kind_title(layer, one.kind),
        "facts": facts_of(layer, one.values),
        "question": question_of(one.kind) if layer == "answers" else "",
        "community": next((place for place in trail if place.level == "community"), None),
        "history": _history(user, one),
        "photos": list_photos(user).filter(record=one),
        "events": events_about(user, one)[:_LATEST],
        "may_edit": may_edit,
        "drawn": layer in DRAWN,
        "config": _small_map(request, one) if one.wkb is not None else None,
    }
    return render(request, "places/record.html", about)


def _small_map(request: HttpRequest, one: Record) -> dict[str, Any]:
    frame = map_frame(request, data_on=timezone.localdate(one.changed_at), bounds=bounds_of([one.shape]))
    src = reverse("places:feature", args=[one.layer, one.key])
    return {**frame, "layers": [map_layer(one.layer, src=src)]}


@require_GET
@access("places", "view")
def record_feature(request: HttpRequest, layer: str, key: str) -> JsonResponse:
    """Give a record as GeoJSON."""
    return JsonResponse(feature_collection(features_of(layer, [_record(request, layer, key)])))


def _pin(request: HttpRequest, layer: str, shape: BaseGeometry | None, box: Box | None) -> dict[str, Any]:
    """Return what the map on which one draws is told."""
    return {
        **map_frame(request, bounds=bounds_of([shape]) or box),
        "kinds": pin_kinds(layer),
        "layers": [
            map_layer("communities", src=reverse("places:features", args=["communities"])) | {"kind": "outline"}
        ],
        "required": True,
    }


def _form_page(request: HttpRequest, form: RecordForm, one: Record | None, **about: Any) -> HttpResponse:
    layer = form.schema.name
    shape = one.shape if one else None
    pin = _pin(request, layer, shape, home_box(user_of(request))) if form.schema.geometry else None
    shown = {
        "form": form, "record": one, "layer": layer, "trail": _trail(layer, one), "pin": pin,
        "title": say("places.page.edit" if one else f"places.new.{layer}"),
        "back": _address(one) if one else reverse("places:list", args=[layer]), **about,
    }  # fmt: skip
    return render(request, "places/form.html", shown)


def _drawn(shape: BaseGeometry | None) -> str:
    """Return a position for the field of the form, with every digit, so that what nobody moves does not move."""
    return "" if shape is None else json.dumps(shapely.geometry.mapping(shape))


def _form(request: HttpRequest, layer: str, one: Record | None) -> RecordForm:
    sent = request.POST or None
    initial = {"shape": _drawn(one.shape)} if one else {}
    initial |= {name: request.GET[name] for name in layer_schema(layer).column_names if name in request.GET}
    sure = "doubted" in request.POST
    return RecordForm(sent, layer=layer, user=user_of(request), record=one, sure=sure, initial=initial)


def _save(request: HttpRequest, form: RecordForm, asked: Asked) -> Record:
    one, said = form.record, form.cleaned_data
    return services.record_save(
        actor=actor_of(request), layer=form.schema.name, key=one.key if one else said.get(form.schema.key or "", ""),
        values=asked.changed, shape=asked.shape, base_version=said["version"] if one else None, source="form",
        reason=said.get("reason", ""),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("places", "edit")
def new(request: HttpRequest, layer: str) -> HttpResponse:
    """Register something new; what it may be a duplicate of is shown first."""
    form = _form(request, layer, None)
    if not form.is_valid():
        return _form_page(request, form, None)
    return _try(request, form, None, asked_by(form))


@require_http_methods(["GET", "POST"])
@access("places", "edit")
def edit(request: HttpRequest, layer: str, key: str) -> HttpResponse:
    """Change a record; if somebody else did so meanwhile, both are shown and the person decides."""
    one = _record(request, layer, key, "edit")
    form = _form(request, layer, one)
    if not form.is_valid():
        return _form_page(request, form, one)
    asked = asked_by(form)
    if "decided" in request.POST:
        picks = {name.removeprefix(_PICK): request.POST[name] for name in request.POST if name.startswith(_PICK)}
        decided = left_out(asked, picks)
        if decided is None:
            return _conflict_page(request, form, asked, one)
        asked = decided
    return _try(request, form, one, asked)


def _doubt(layer: str, doubt: Problem) -> str:
    """Return a doubt in words: which column, what is odd about it, and what to do."""
    lang = current_language()
    known = {column.name: column.title[lang] for column in layer_schema(layer).columns}
    return say("places.form.doubt", column=known.get(doubt.column or "", say("places.word.position")),
               value=doubt.value or "", message=doubt.message[lang], fix=doubt.fix[lang])  # fmt: skip


def _named(one: Record) -> tuple[str, str]:
    return f"{record_title(one)} · {one.key}", _address(one)


def _try(request: HttpRequest, form: RecordForm, one: Record | None, asked: Asked) -> HttpResponse:
    """Save, or say what is wrong, doubtful, or changed by somebody else."""
    layer = form.schema.name
    if "doubted" not in request.POST:
        doubts, twins = wavering(user_of(request), layer, asked, new=one is None)
        if doubts or twins:
            again = RecordForm(form.data, layer=layer, user=form.user, record=one, sure=True)
            about = {"doubts": [_doubt(layer, doubt) for doubt in doubts], "twins": [_named(twin) for twin in twins]}
            return _form_page(request, again, one, **about)
    try:
        saved = _save(request, form, asked)
    except services.RecordConflict as conflict:
        if one is None or conflict.field:
            add_refusal(form, conflict)
            return _form_page(request, form, one)
        return _conflict_page(request, form, asked, conflict.current)
    except Refused as refused:
        add_refusal(form, refused)
        return _form_page(request, form, one)
    messages.success(request, say("places.said.saved"))
    return redirect(_address(saved))


def _conflict_page(request: HttpRequest, form: RecordForm, asked: Asked, current: Record) -> HttpResponse:
    """Show mine, theirs and what both began with; what was typed stays in the page."""
    left = {"csrfmiddlewaretoken", "version", "decided"}
    typed = [
        (name, value)
        for name in request.POST
        if name not in left and not name.startswith(_PICK)
        for value in request.POST.getlist(name)
    ]
    about = {
        "clashes": clashes_with(form.schema.name, asked, current), "record": current, "typed": typed,
        "trail": _trail(form.schema.name, current), "back": _address(current), "undecided": "decided" in request.POST,
        "title": say("places.page.conflict"), "who": current.changed_by,
    }  # fmt: skip
    return render(request, "places/conflict.html", about, status=200)


@require_http_methods(["GET", "POST"])
@access("places", "edit")
def position(request: HttpRequest, layer: str, key: str) -> HttpResponse:
    """Move a record's entrance, or draw its outline anew."""
    one = _record(request, layer, key, "edit")
    form = ShapeForm(request.POST or None, initial={"version": one.version, "shape": _drawn(one.shape)})

    def do(said: dict[str, Any]) -> None:
        services.record_save(actor=actor_of(request), layer=layer, key=key, values={}, shape=said["shape"],
                             base_version=said["version"], source="map", reason=said["reason"])  # fmt: skip

    about = {"trail": _trail(layer, one), "pin": _pin(request, layer, one.shape, home_box(user_of(request)))}
    return ask(request, form, do, title=say("places.page.position"), back=_address(one), said="places.said.saved",
               lead=say("places.page.position_lead"), template="places/position.html", about=about)  # fmt: skip


def _turn(request: HttpRequest, one: Record, word: str, do: Any) -> HttpResponse:
    form = VersionReasonForm(request.POST or None, initial={"version": one.version})

    def act(said: dict[str, Any]) -> None:
        do(actor=actor_of(request), record=one, base_version=said["version"], reason=said["reason"])

    title = f"{say(f'places.page.{word}')} · {record_title(one)}"
    return ask(request, form, act, title=title, lead=say(f"places.page.{word}_lead"), back=_address(one),
               said=f"places.said.{word}", about={"trail": _trail(one.layer, one)})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("places", "edit")
def close(request: HttpRequest, layer: str, key: str) -> HttpResponse:
    """Close a record, with a reason."""
    one = _record(request, layer, key, "edit")
    return _turn(request, one, "close", lambda **said: services.record_close(source="form", **said))


@require_http_methods(["GET", "POST"])
@access("places", "edit")
def reopen(request: HttpRequest, layer: str, key: str) -> HttpResponse:
    """Open a closed record again, with a reason."""
    one = _record(request, layer, key, "edit")
    return _turn(request, one, "reopen", lambda **said: services.record_reopen(source="form", **said))


@require_http_methods(["GET", "POST"])
@access("places", "edit")
def restore(request: HttpRequest, layer: str, key: str, number: int) -> HttpResponse:
    """Make a record what it was in an earlier version; what that changes is shown first."""
    one = _record(request, layer, key, "edit")
    version = get_object_or_404(versions_of(user_of(request), one), number=number)
    form = VersionReasonForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.record_restore(actor=actor_of(request), record=one, base_version=said["version"], number=number,
                                reason=said["reason"])  # fmt: skip

    changes = differences(layer, one.values, version.values, one.shape, version.shape)
    return ask(request, form, do, title=say("places.page.restore", n=number), back=_address(one),
               lead=say("places.page.restore_lead"), said="places.said.saved", template="places/restore.html",
               about={"trail": _trail(layer, one), "changes": changes})  # fmt: skip
