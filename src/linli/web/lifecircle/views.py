"""The life circle of a place: the map, its data, what-ifs, the way, and all of it as a table. Parse, ask, render.

Every address names a place by its code; who may not see assessments there gets 404, and no answer holds a building,
resident or community outside it. All of it is asked for by GET: nothing is ever changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from linli.web.accounts.access import access, user_of
from linli.web.accounts.models import Place
from linli.web.assessments.models import Run
from linli.web.lifecircle import layers
from linli.web.lifecircle.choices import Asked, Choices, asked_of, choices_of
from linli.web.lifecircle.figures import rows_of, whole
from linli.web.lifecircle.island import cited, island_config, unit_words, walker_words, whom_words
from linli.web.lifecircle.lists import Line, circle_table, lines_of, sum_known, written
from linli.web.lifecircle.selectors import circle_place, circle_run, first_place, places_inside
from linli.web.lifecircle.stage import Stage, stage_of, warm
from linli.web.lifecircle.summary import MOST_LINES, summary_of
from linli.web.lifecircle.ways import way_from
from linli.web.lifecircle.what_if import Imagined, imagine
from linli.web.packed import json_bytes, packed
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.rows import Rows
from linli.web.pages.table import show_table
from linli.web.refusal import Refused
from linli.web.tiles import tile_of
from linli.web.vector_tile import TILE_TYPE
from linli.web.words import pick, say

__all__ = [
    "boundary",
    "buildings",
    "circle",
    "facilities",
    "reach",
    "rooms",
    "start",
    "summary",
    "table",
    "table_export",
    "tile",
    "way",
    "what_if",
]

_CONFLICT = 409
_IDEAS = ("drop", "close")
"""What an address imagines: places of new facilities, ids of closed ones."""
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class _Scene:
    """What an address is about."""

    place: Place
    run: Run
    stage: Stage
    choices: Choices
    asked: Asked

    def key(self, *parts: object) -> tuple[object, ...]:
        """Return what an answer depends on: the run with its rules, the place, and what else is named."""
        return (self.stage.digest, self.place.path, *parts)


def _place(request: HttpRequest, code: str) -> Place:
    place = circle_place(user_of(request), code)
    if place is None:
        raise Http404
    return place


def _scene(request: HttpRequest, place: Place, *, strict: bool = True) -> _Scene | None:
    """Return what is asked about, ``None`` if nothing was assessed there or there is nothing to choose."""
    run = circle_run(user_of(request), place, request.GET.get("run", ""))
    if run is None:
        return None
    stage = stage_of(run)
    choices = choices_of(stage)
    asked = asked_of(choices, request.GET, person=stage.options.person, strict=strict)
    return None if asked is None else _Scene(place, run, stage, choices, asked)


def _data(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view of data out of one that is given what it is about: 404 where there is nothing, 409 for a refusal."""

    def guarded(request: HttpRequest, code: str, **where: int) -> HttpResponse:
        scene = _scene(request, _place(request, code))
        if scene is None:
            raise Http404
        try:
            return view(request, scene, **where)
        except Refused as refused:
            return JsonResponse({"message": str(refused), "code": refused.key}, status=_CONFLICT)

    named: Callable[..., HttpResponse] = wraps(view)(guarded)
    return require_GET(access("assessments", "view")(named))


def _points(query: QueryDict) -> list[tuple[float, float]]:
    found = []
    for text in query.getlist("drop"):
        try:
            lon, lat = (float(part) for part in text.split(","))
        except ValueError:
            raise Refused("lifecircle.refuse.place", "drop", text=text[:40]) from None
        found.append((lon, lat))
    return found


def _imagined(request: HttpRequest, scene: _Scene) -> Imagined:
    return imagine(scene.stage, scene.asked.kind.code, _points(request.GET), request.GET.getlist("close"))


@require_GET
@access("assessments", "view")
def start(request: HttpRequest) -> HttpResponse:
    """Show the life circle of the highest place of one's jurisdiction."""
    place = first_place(user_of(request))
    return _circle(request, place) if place else render(request, "lifecircle/nothing.html")


def _lines(request: HttpRequest, scene: _Scene) -> tuple[list[Line], bool]:
    """Return the communities as they are or, if something is imagined, would be; and whether something is."""
    imagined = _imagined(request, scene)
    changed = bool(len(imagined.drops) or request.GET.getlist("close"))
    asked, path = scene.asked, scene.place.path
    before = rows_of(scene.stage, path, scene.stage.field(asked.kind.code), asked.limit_m, asked.kind.bands)
    after = rows_of(scene.stage, path, imagined.best, asked.limit_m, asked.kind.bands) if changed else before
    return lines_of(before, after), changed


def _about(request: HttpRequest, place: Place, scene: _Scene | None) -> dict[str, Any]:
    """Return what both pages of a place say."""
    about: dict[str, Any] = {"place": place, "below": places_inside(user_of(request), place)}
    if scene is None:
        return about
    asked, query = scene.asked, request.GET.copy()
    for key, value in (("type", asked.kind.code), ("person", asked.walker.code), ("minute", str(asked.minutes))):
        query[key] = value
    return {
        **about,
        "asked": asked,
        "kind": pick(asked.kind.title),
        "person": say(f"lifecircle.person.{asked.walker.code}"),
        "metres": f"{asked.limit_m:g}",
        "unit": unit_words(scene.stage),
        "whom": whom_words(asked.kind),
        "sources": [(one.number, one.distance, cited(one.distance)) for one in scene.choices.minutes],
        "walkers": [walker_words(one) for one in scene.choices.walkers.values()],
        "margin": round(scene.stage.furthest_m),
        "query": query.urlencode(),
    }


@require_GET
@access("assessments", "view")
def circle(request: HttpRequest, code: str) -> HttpResponse:
    """Show the life circle of a place as a map; without JavaScript as its table."""
    return _circle(request, _place(request, code))


def _circle(request: HttpRequest, place: Place) -> HttpResponse:
    scene = _scene(request, place, strict=False)
    about = _about(request, place, scene)
    if scene is None:
        return render(request, "lifecircle/nothing.html", about)
    warm(scene.run)
    try:
        lines, changed = _lines(request, scene)
    except Refused as refused:
        lines, changed = [], False
        about["refused"] = str(refused)
    lines.sort(key=lambda line: -(line.gain or 0.0) if changed else -(line.without or 0.0))
    config = island_config(request, place, scene.run, scene.stage, scene.choices, scene.asked)
    more = {"config": config, "lines": lines[:MOST_LINES], "count": len(lines), "changed": changed}
    return render(request, "lifecircle/circle.html", {**about, **more})


def _asked_table(request: HttpRequest, scene: _Scene) -> tuple[Any, Any, QueryDict]:
    """Return the table, its rows, and the query with what was left out filled in."""
    lines, changed = _lines(request, scene)
    query = request.GET.copy()
    for key, value in (("type", scene.asked.kind.code), ("person", scene.asked.walker.code)):
        query.setdefault(key, value)
    query.setdefault("minute", str(scene.asked.minutes))
    return circle_table(scene.choices, imagined=changed), Rows.of(lines), query


@require_GET
@access("assessments", "view")
def table(request: HttpRequest, code: str) -> HttpResponse:
    """Show the communities of a place as a table: with and without, by age, with what is not known."""
    place = _place(request, code)
    scene = _scene(request, place, strict=False)
    about = _about(request, place, scene)
    if scene is None:
        return render(request, "lifecircle/nothing.html", about)
    try:
        made, rows, query = _asked_table(request, scene)
    except Refused as refused:
        return render(request, "lifecircle/nothing.html", {**about, "refused": str(refused)}, status=_CONFLICT)
    may = user_of(request).rights.may("assessments", "export", place.path)
    exports = [(kind, reverse("lifecircle:table_export", args=[code, kind])) for kind in FORMATS] if may else []
    shown = show_table(made, rows, query, exports=exports, keep=_IDEAS)
    figures = [
        (say(f"lifecircle.table.column.{key}"), written(sum_known([getattr(line, key) for line in rows])), "")
        for key in ("within", "without", "unknown", *(("gain",) if shown.kept else ()))
    ]
    return render(request, "lifecircle/table.html", {**about, "table": shown, "figures": figures})


@require_GET
@access("assessments", "export")
def table_export(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """Give the table as a file."""
    user, place = user_of(request), _place(request, code)
    scene = _scene(request, place, strict=False)
    if scene is None or not user.rights.may("assessments", "export", place.path):
        raise Http404
    try:
        made, rows, _ = _asked_table(request, scene)
    except Refused as refused:
        return JsonResponse({"message": str(refused)}, status=_CONFLICT)
    return export_table(request, made, rows, kind, module="assessments")


@_data
def buildings(request: HttpRequest, scene: _Scene) -> HttpResponse:
    """Give the buildings of a place that is small enough to be sent whole."""
    return packed(
        request,
        scene.key("buildings"),
        lambda: json_bytes(layers.buildings(scene.stage, scene.place.path)),
    )


@_data
def facilities(request: HttpRequest, scene: _Scene) -> HttpResponse:
    """Give the facilities of a type in and just around a place."""
    kind = scene.asked.kind
    return packed(
        request,
        scene.key("facilities", kind.code),
        lambda: json_bytes(layers.facilities(scene.stage, scene.place.path, kind)),
    )


@_data
def boundary(request: HttpRequest, scene: _Scene) -> HttpResponse:
    """Give the communities of a place."""
    return packed(
        request,
        scene.key("boundary"),
        lambda: json_bytes(layers.boundary(scene.stage, scene.place.path)),
    )


@_data
def reach(request: HttpRequest, scene: _Scene) -> HttpResponse:
    """Give the assessment's distance from each building of a place to the nearest facility of a type."""
    kind = scene.asked.kind.code

    def make() -> bytes:
        return json_bytes({"distances": layers.distances(scene.stage, scene.place.path, scene.stage.field(kind))})

    return packed(request, scene.key("reach", kind), make)


@_data
def rooms(request: HttpRequest, scene: _Scene) -> HttpResponse:
    """Give the register's vacant rooms of a place, as far as one may see them."""
    body = json_bytes(layers.rooms(user_of(request), scene.place.path, scene.asked.kind.code))
    return packed(request, ("rooms", hashlib.sha256(body).hexdigest()), lambda: body)


def _changes(request: HttpRequest, scene: _Scene) -> dict[str, Any]:
    imagined = _imagined(request, scene)
    closed = request.GET.getlist("close")
    return layers.changes(scene.stage, scene.place.path, scene.asked.kind, imagined, closed)


@_data
def what_if(request: HttpRequest, scene: _Scene) -> HttpResponse:
    """Give the metres from the buildings around to facilities that are only imagined, and where some are closed."""
    key = scene.key(
        "what_if", scene.asked.kind.code, *request.GET.getlist("drop"), "close", *request.GET.getlist("close")
    )
    return packed(request, key, lambda: json_bytes(_changes(request, scene)))


@_data
def summary(request: HttpRequest, scene: _Scene) -> HttpResponse:
    """Give the figures of a place: totals, ages, communities; before and after what is imagined."""
    asked, query = scene.asked, request.GET
    key = scene.key(
        "summary",
        asked.kind.code,
        asked.walker.code,
        asked.minutes,
        *query.getlist("drop"),
        "close",
        *query.getlist("close"),
    )

    def make() -> bytes:
        return json_bytes(summary_of(scene.stage, scene.place.path, asked, _imagined(request, scene)))

    return packed(request, key, make)


@_data
def way(request: HttpRequest, scene: _Scene) -> HttpResponse:
    """Give the way from a building of the place to its nearest facility."""
    stage, asked = scene.stage, scene.asked
    row = stage.row_of(request.GET.get("building", ""))
    if row < 0 or not stage.inside(scene.place.path)[row]:
        raise Http404
    found = way_from(stage, row, asked.kind.code, _points(request.GET), request.GET.getlist("close"))
    if found is None:
        return JsonResponse(None, safe=False)
    speed = (asked.walker.speed.value or 0.0) * _SECONDS
    return JsonResponse(layers.way(stage, scene.place.path, found, whole(found.metres / speed)))


@_data
def tile(request: HttpRequest, scene: _Scene, z: int, x: int, y: int) -> HttpResponse:
    """Give a vector tile of a place: buildings by state, facilities, communities."""
    try:
        where = tile_of(z, x, y)
    except ValueError:
        raise Http404 from None
    asked = scene.asked
    key = scene.key("tile", asked.kind.code, asked.walker.code, asked.minutes, z, x, y)
    return packed(request, key, lambda: layers.tile(scene.stage, scene.place.path, asked, where), kind=TILE_TYPE)
