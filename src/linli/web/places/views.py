"""The pages of the register as a whole: its layers, lists, maps and search. Parse, call a selector, render."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from linli.survey import layer_schema
from linli.web.accounts.access import access, user_of
from linli.web.accounts.selectors import place_names
from linli.web.geometry import feature_collection, in_box
from linli.web.packed import packed
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.maps import map_frame
from linli.web.pages.table import narrow, show_table
from linli.web.places.features import DRAWN, export_geojson, features_of, map_layer, read_box
from linli.web.places.lists import layer_table, listed_records
from linli.web.places.models import LAYERS, Record
from linli.web.places.selectors import box_of, count_records, home_box, layer_counts, newest_change
from linli.web.places.selectors import search as search_register
from linli.web.places.tiles import MOST_AT_ONCE, register_tile
from linli.web.places.twins.finding import LAYERS_WITH_TWINS
from linli.web.places.vocabulary import kind_title, record_title
from linli.web.standards.catalogue import site_catalogue
from linli.web.tiles import tile_of
from linli.web.vector_tile import TILE_TYPE
from linli.web.words import current_language, say

__all__ = ["features", "list_all", "list_export", "on_map", "register", "search", "suggestions", "tile"]

_SUGGESTED, _FOUND = 8, 100


@require_GET
@access("places", "view")
def register(request: HttpRequest) -> HttpResponse:
    """Show what the register holds, layer by layer."""
    user = user_of(request)
    counts = layer_counts(user)
    layers = [
        {"name": name, "help": layer_schema(name).help[current_language()], "twins": name in LAYERS_WITH_TWINS,
         "drawn": name in DRAWN, **counts[name]}
        for name in LAYERS
    ]  # fmt: skip
    return render(request, "places/register.html", {"layers": layers, "may_edit": user.rights.may("places", "edit")})


def _query(params: QueryDict) -> str:
    kept = params.copy()
    kept.pop("page", None)
    return f"?{kept.urlencode()}" if kept else ""


def _about(request: HttpRequest, layer: str, view: str) -> dict[str, Any]:
    """Return what list and map of a layer have in common."""
    rights = user_of(request).rights
    return {
        "layer": layer,
        "layers": LAYERS,
        "view": view,
        "query": _query(request.GET),
        "drawn": layer in DRAWN,
        "twins": layer in LAYERS_WITH_TWINS,
        "may_edit": rights.may("places", "edit"),
        "help": layer_schema(layer).help[current_language()],
    }


def _files(request: HttpRequest, layer: str) -> list[tuple[str, str]]:
    if not user_of(request).rights.may("places", "export"):
        return []
    kinds = (*FORMATS, "geojson") if layer in DRAWN else FORMATS
    return [(kind, reverse("places:list_export", args=[layer, kind])) for kind in kinds]


@require_GET
@access("places", "view")
def list_all(request: HttpRequest, layer: str) -> HttpResponse:
    """List a layer's records."""
    user = user_of(request)
    rows = listed_records(layer, user, request.GET)
    shown = show_table(
        layer_table(layer, user, request.GET), rows, request.GET, exports=_files(request, layer),
        count=lambda found: count_records(user, found, layer, _query(request.GET)),
    )  # fmt: skip
    return render(request, "places/list.html", {**_about(request, layer, "list"), "table": shown})


@require_GET
@access("places", "export")
def list_export(request: HttpRequest, layer: str, kind: str) -> FileResponse:
    """Give a layer's records as a file: the rows of the list."""
    user = user_of(request)
    rows = listed_records(layer, user, request.GET, "export")
    table = layer_table(layer, user, request.GET)
    if kind == "geojson" and layer in DRAWN:
        return export_geojson(request, layer, narrow(table, rows.defer(None), request.GET))
    return export_table(request, table, rows, kind, module="places")


@require_GET
@access("places", "view")
def on_map(request: HttpRequest, layer: str) -> HttpResponse:
    """Show a layer's records on a map: the rows of the list."""
    user = user_of(request)
    rows = listed_records(layer, user, request.GET)
    table = layer_table(layer, user, request.GET)
    shown = show_table(table, rows, request.GET, exports=_files(request, layer))
    config = _map(request, layer, narrow(table, rows, request.GET), shown.total)
    about = {**_about(request, layer, "map"), "table": shown, "config": config}
    return render(request, "places/map.html", about)


def _map(request: HttpRequest, layer: str, rows: QuerySet[Record], total: int) -> dict[str, Any]:
    """Return what the map island is told: of few rows their features at once, of many their tiles."""
    newest = newest_change(user_of(request), layer)
    box = box_of(rows) if total <= MOST_AT_ONCE else home_box(user_of(request)) or box_of(rows)
    day = timezone.localdate(newest) if newest else None
    frame = map_frame(request, title=say(f"places.layer.{layer}"), data_on=day, bounds=box)
    query = _query(request.GET)
    if total <= MOST_AT_ONCE:
        return {**frame, "layers": [map_layer(layer, src=reverse("places:features", args=[layer]) + query)]}
    address = reverse("places:tile", args=[layer, 0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")
    return {**frame, "layers": [map_layer(layer, tiles=address + query)]}


@require_GET
@access("places", "view")
def tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """Give a square of the map of a layer: the rows of the list."""
    user = user_of(request)
    try:
        square = tile_of(z, x, y)
    except ValueError as error:
        raise Http404 from error

    state = (layer, user.rights.paths("places", "view"), _query(request.GET), newest_change(user, layer))

    def make() -> bytes:
        rows = narrow(layer_table(layer, user, request.GET), listed_records(layer, user, request.GET), request.GET)
        return register_tile(layer, square, rows, repr(state))

    key = ("places", *state, z, x, y, current_language(), site_catalogue().version)
    return packed(request, key, make, kind=TILE_TYPE)


@gzip_page
@require_GET
@access("places", "view")
def features(request: HttpRequest, layer: str) -> HttpResponse:
    """Give a layer's records as GeoJSON: the rows of the list, or those of them in a box or with some keys."""
    user = user_of(request)
    try:
        box = read_box(request.GET.get("bbox", ""))
    except ValueError as error:
        return HttpResponseBadRequest(str(error))
    rows = narrow(layer_table(layer, user, request.GET), listed_records(layer, user, request.GET), request.GET)
    rows = rows.defer(None).exclude(wkb=None)
    if box is not None:
        rows = rows.filter(in_box(box))
    if keys := request.GET.getlist("key"):
        rows = rows.filter(key__in=keys)
    return JsonResponse(feature_collection(features_of(layer, rows)))


def _found(request: HttpRequest, limit: int) -> dict[str, Any]:
    text = request.GET.get("q", "").strip()[:100]
    found = search_register(user_of(request), text, limit)
    names = place_names(
        [*(one.path for one in found.places), *(one.place for one in found.records)], current_language()
    )
    records = [
        {"layer": one.layer, "title": record_title(one), "kind": kind_title(one.layer, one.kind), "key": one.key,
         "address": reverse("places:record", args=[one.layer, one.key]), "where": names.get(one.place, "")}
        for one in found.records
    ]  # fmt: skip
    places = [{"place": one, "where": names.get(one.path, "")} for one in found.places]
    return {"text": text, "places": places, "records": records, "more": found.more}


@require_GET
@access("places", "view")
def search(request: HttpRequest) -> HttpResponse:
    """Show the places and records whose names have what was typed."""
    return render(request, "places/search.html", _found(request, _FOUND))


@require_GET
@access("places", "view")
def suggestions(request: HttpRequest) -> HttpResponse:
    """Give the first finds while somebody types, to be put beneath the field."""
    return render(request, "places/suggestions.html", _found(request, _SUGGESTED))
