"""The pages that a phone keeps, and what it asks of the server: the list, the forms, the token, the way in.

Pages below ``/field/`` are kept on the device by a service worker, so that they open without a network. They hold what
the person may see anyway; a page that somebody must sign in for first is never kept.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import condition, require_GET, require_http_methods, require_POST

from linli.survey import layer_schema
from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import Place
from linli.web.field.columns import geometry_text, names_of, questions_of, texts_of
from linli.web.field.receive.services import submission_receive
from linli.web.field.selectors import (
    Thing,
    Work,
    communities_of,
    community_of,
    neighbours_of,
    outline_of,
    progress_of,
    record_for,
    work_in,
)
from linli.web.field.wire import GEOMETRY, Sent, read_sent, texts
from linli.web.geometry import feature, feature_collection
from linli.web.pages.maps import map_frame
from linli.web.places.checking import KEY_JOINT
from linli.web.places.models import Record
from linli.web.places.vocabulary import group_of_type, kind_title, question_of, record_title
from linli.web.refusal import Refused
from linli.web.words import current_language, say

__all__ = ["answer", "community", "home", "map_worker", "new", "offline_worker", "record", "submissions", "token"]

_STATIC = Path(__file__).parents[1] / "static" / "linli"
_FORMS = ("facilities", "rooms")
_AROUND = 0.003
"""Degrees around a community whose outline is not known."""


# What the browser's part asks for -----------------------------------------------------------------------------------
@cache
def _script(name: str) -> tuple[bytes, str]:
    content = (_STATIC / name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'


def _etag(name: str) -> str | None:
    return _script(name)[1] if (_STATIC / name).is_file() else None


def _serve(name: str) -> HttpResponse:
    """Give a worker's script from below the form's own path: a service worker only rules what lies beneath its own."""
    if not (_STATIC / name).is_file():
        raise Http404
    found = HttpResponse(_script(name)[0], content_type="text/javascript; charset=utf-8")
    found["Cache-Control"] = "no-cache"  # asked again every time, sent again only if it changed
    return found


@require_GET
@access(public=True)
@condition(etag_func=lambda _: _etag("offline-worker.js"))
def offline_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Give the service worker."""
    return _serve("offline-worker.js")


@require_GET
@access(public=True)
@condition(etag_func=lambda _: _etag("map-worker.js"))
def map_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Give the map's worker."""
    return _serve("map-worker.js")


@require_GET
@access(signed_in=True)
def token(request: HttpRequest) -> JsonResponse:
    """Say who is signed in, with the token by which they may send."""
    return JsonResponse({"csrf": get_token(request), "user": str(user_of(request).pk)})


def _files(request: HttpRequest, sent: Sent) -> list[tuple[str, bytes]]:
    found = []
    for at in range(len(sent.photos)):
        file = request.FILES.get(f"photo-{at}")
        if file is None:
            raise Refused("field.refuse.photo_missing")
        found.append((str(file.name), file.read()))
    return found


@require_POST
@access(signed_in=True)
def submissions(request: HttpRequest) -> JsonResponse:
    """Take in what a phone sends; who signs in may send, for what is sent in without a right is kept and held."""
    try:
        sent = read_sent(request.POST.get("submission", ""))
        found = submission_receive(actor=actor_of(request), sent=sent, files=_files(request, sent))
    except Refused as refused:
        found = {"state": "refused", "message": str(refused)}
    return JsonResponse(found)


# Pages --------------------------------------------------------------------------------------------------------------
def _name(place: Place) -> str:
    return place.name_en if current_language() == "en" and place.name_en else place.name


def _community(request: HttpRequest, code: str) -> Place:
    found = community_of(user_of(request), code)
    if found is None:
        raise Http404
    return found


def _island(request: HttpRequest, kept: list[str], **more: Any) -> dict[str, Any]:
    """Return what every island of a phone's page needs, and the pages to keep with it."""
    here = request.get_full_path()
    return {
        "user": str(user_of(request).pk), "endpoint": reverse("field:submissions"), "token": reverse("field:token"),
        "worker": reverse("field:offline_worker"), "scope": reverse("field:home"),
        "sign_in": f"{reverse('account_login')}?next={here}", "shell": kept, **more,
    }  # fmt: skip


@require_GET
@access("surveys", "edit")
def home(request: HttpRequest) -> HttpResponse:
    """List the communities in which I survey; where there is one, what is to be surveyed there."""
    found = list(communities_of(user_of(request))[:2])
    if len(found) == 1:
        return _list(request, found[0])
    return render(request, "field/home.html", {"rows": progress_of(user_of(request))})


def _address(thing: Thing, code: str) -> str:
    if thing.asks == "question":
        return reverse("field:answer", args=[code, thing.kind])
    if thing.asks == "type":
        return f"{reverse('field:new', args=[code, 'facilities'])}?type={thing.kind}"
    return reverse("field:record", args=[code, thing.layer, thing.key])


def _pages(work: Work) -> list[str]:
    """Return every form of a community's list, to be kept on the device."""
    code = work.community.code
    forms = [reverse("field:new", args=[code, layer]) for layer in _FORMS]
    return [*forms, *(_address(thing, code) for thing in work.things)]


@require_GET
@access("surveys", "edit")
def community(request: HttpRequest, code: str) -> HttpResponse:
    """List what is to be surveyed in a community."""
    return _list(request, _community(request, code))


def _list(request: HttpRequest, place: Place) -> HttpResponse:
    code, work = place.code, work_in(user_of(request), place)
    config = _island(request, [request.path], pages=_pages(work), community=code)
    about = {
        "place": place, "name": _name(place), "work": work, "config": config,
        "things": [(thing, _address(thing, code)) for thing in work.things],
        "joint": "、" if current_language() == "zh" else ", ",
        "days": (work.round.due - timezone.localdate()).days if work.round else None,
    }  # fmt: skip
    return render(request, "field/community.html", about)


def _neighbour(row: Record) -> dict[str, Any]:
    about = {"name": record_title(row)}
    if row.layer == "facilities":
        about["group"] = group_of_type(row.kind)
    return feature(row.key, None if row.shape is None else row.shape.representative_point(), about)


def _map(request: HttpRequest, place: Place, layer: str, one: Record | None) -> dict[str, Any]:
    """Return the pin's map: the community's outline and what is known nearby, all of it in the page itself."""
    outline = outline_of(place)
    shape = outline.shape if outline is not None else None
    user = user_of(request)
    near = [_neighbour(row) for row in neighbours_of(user, place, layer) if one is None or row.pk != one.pk]
    layers: list[dict[str, Any]] = [
        {"id": "near", "label": say("field.word.near"), "kind": "facilities", "features": feature_collection(near)}
    ]
    frame = map_frame(request, bounds=shape.bounds if shape is not None else None)
    if shape is not None:
        area = feature(place.code, shape, {"name": _name(place)})
        layers.insert(0, {"id": "area", "label": _name(place), "kind": "outline",
                          "features": feature_collection([area])})  # fmt: skip
        frame["area"] = area["geometry"]
    kinds = [kind for kind in ("point", "multipoint", "polygon") if kind in layer_schema(layer).geometry]
    return {**frame, "required": True, "kinds": kinds, "layers": layers, "worker": reverse("field:map_worker")}


def _form(
    request: HttpRequest, place: Place, layer: str, one: Record | None, *, title: str, fixed: dict[str, str],
    lead: str = "", start: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Show a form, or take in what a browser without scripts sends."""
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = {**(start or {}), **(one.values if one else {})}
    shape = one.shape if one else None
    back = reverse("field:community", args=[place.code])
    if request.method == "POST":
        told = _plain_post(request, layer, one)
        if told.get("state") == "accepted":
            messages.success(request, told.get("message") or say("field.said.accepted"))
            return redirect(back)
        if told.get("state") == "conflict":
            return redirect(told["href"])
        errors = told.get("errors") or {"": [told.get("message", "")]}
        values = {
            **values,
            **{name: text for name, text in texts(request.POST.dict()).items() if name in names_of(layer)},
        }
    named = f"{layer}/{one.key}" if one else f"answers/{_answer_key(fixed)}" if layer == "answers" else None
    config = _island(
        request, [request.path, back], form=layer, title=title, back=back, record=named,
        title_field="name" if layer != "answers" else "item_title", base_version=one.version if one else None,
        base=texts_of(layer, one.values, one.shape) if one else None, photo_position=True,
    )  # fmt: skip
    about = {
        "place": place, "name": _name(place), "title": title, "lead": lead, "layer": layer, "one": one, "back": back,
        "questions": questions_of(layer, values), "fixed": fixed, "config": config, "errors": errors,
        "geometry": request.POST.get(GEOMETRY) or geometry_text(shape) if layer_schema(layer).geometry else None,
        "map": _map(request, place, layer, one) if layer_schema(layer).geometry else None,
    }  # fmt: skip
    return render(request, "field/form.html", about)


def _answer_key(fixed: dict[str, str]) -> str:
    return KEY_JOINT.join((fixed["community_id"], fixed["item"]))


def _plain_post(request: HttpRequest, layer: str, one: Record | None) -> dict[str, Any]:
    """Take in a form that was sent without scripts, by the same way as a phone's."""
    files = [(str(file.name), file.read()) for file in request.FILES.getlist("photos")]
    fields = {
        name: request.POST.getlist(name) for name in request.POST if name not in {"csrfmiddlewaretoken", "client"}
    }
    said = {
        "id": request.POST.get("client") or str(uuid.uuid4()), "revision": 0, "form": layer,
        "record": f"{one.layer}/{one.key}" if one else None,
        "base_version": request.POST.get("base_version") or (one.version if one else None),
        "base": texts_of(layer, one.values, one.shape) if one else None,
        "values": {name: found if len(found) > 1 else found[0] for name, found in fields.items()},
        "photos": [{"name": name[:200]} for name, _ in files], "saved_at": timezone.now().isoformat(),
    }  # fmt: skip
    try:
        return submission_receive(actor=actor_of(request), sent=read_sent(json.dumps(said)), files=files)
    except Refused as refused:
        return {"state": "refused", "message": str(refused)}


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def new(request: HttpRequest, code: str, layer: str) -> HttpResponse:
    """Fill in a new facility or room."""
    place = _community(request, code)
    if layer not in _FORMS:
        raise Http404
    kind = request.GET.get("type", "")
    start = {"type": kind} if layer == "facilities" and kind_title("facilities", kind) else {}
    return _form(request, place, layer, None, title=say(f"field.page.new_{layer}"), start=start,
                 fixed={"community_id": code})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def record(request: HttpRequest, code: str, layer: str, key: str) -> HttpResponse:
    """Fill in what is known of a facility or room."""
    place = _community(request, code)
    one = record_for(user_of(request), place, layer, key) if layer in _FORMS else None
    if one is None:
        raise Http404
    return _form(request, place, layer, one, title=record_title(one), lead=kind_title(layer, one.kind), fixed={})


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def answer(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """Answer a question that no map can measure."""
    place = _community(request, code)
    question = question_of(item)
    if not question:
        raise Http404
    one = record_for(user_of(request), place, "answers", KEY_JOINT.join((code, item)))
    title = kind_title("answers", item)
    fixed = {"community_id": code, "item": item, "item_title": title}
    start = {"answered_on": timezone.localdate().isoformat()}
    return _form(request, place, "answers", one, title=title, lead=question, fixed=fixed, start=start)
