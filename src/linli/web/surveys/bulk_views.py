"""The pages of bulk layers and of the files that become them: parse, call a service or selector, render."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import geopandas as gpd
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import User
from linli.web.audit.selectors import events_about
from linli.web.audit.services import record
from linli.web.geometry import feature, feature_collection
from linli.web.pages.asking import ask
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.forms import ReasonForm, WordForm
from linli.web.pages.maps import map_frame
from linli.web.pages.table import show_table
from linli.web.places.selectors import list_records
from linli.web.surveys import bulk
from linli.web.surveys.forms import ResidentsForm, UploadForm
from linli.web.surveys.layering import PREVIEW_SHAPES
from linli.web.surveys.lists import BULK, FINDINGS, UPLOADS, column_words, layer_words
from linli.web.surveys.models import BulkLayer, BulkUpload
from linli.web.surveys.outgoing import KINDS, layer_file
from linli.web.surveys.selectors import (
    findings_of,
    list_layers,
    list_uploads,
    place_name,
    places_for_uploads,
    with_place_name,
)
from linli.web.words import pick, say

__all__ = [
    "discard",
    "findings_export",
    "keep",
    "layer",
    "layer_export",
    "layer_map",
    "layers",
    "layers_export",
    "new",
    "outlines",
    "residents",
    "stop",
    "upload",
    "upload_map",
    "uploads_export",
    "use",
]

_LATEST = 20


def _trail(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [(say("surveys.bulk.title"), reverse("surveys:layers")), *steps]


def _files(route: str, *args: Any) -> list[tuple[str, str]]:
    return [(kind, reverse(f"surveys:{route}", args=[*args, kind])) for kind in FORMATS]


@require_GET
@access("surveys", "view")
def layers(request: HttpRequest) -> HttpResponse:
    """List bulk layers, and the files on their way to become some."""
    user = user_of(request)
    may = user.rights.may("surveys", "export")
    shown = show_table(BULK, with_place_name(list_layers(user)), request.GET,
                       exports=_files("layers_export") if may else ())  # fmt: skip
    waiting = list_uploads(user).exclude(state__in=(BulkUpload.State.KEPT, BulkUpload.State.DISCARDED))
    about = {"table": shown, "waiting": with_place_name(waiting), "may_send": places_for_uploads(user).exists()}
    return render(request, "surveys/layers.html", about)


@require_GET
@access("surveys", "export")
def layers_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of bulk layers as a file."""
    rows = with_place_name(list_layers(user_of(request), "export"))
    return export_table(request, BULK, rows, kind, module="surveys")


@require_GET
@access("surveys", "export")
def uploads_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of everything that was sent in as a file."""
    rows = with_place_name(list_uploads(user_of(request), "export"))
    return export_table(request, UPLOADS, rows, kind, module="surveys")


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def new(request: HttpRequest) -> HttpResponse:
    """Send in streets or buildings."""
    user = user_of(request)
    form = UploadForm(request.POST or None, request.FILES or None, user=user)
    made: list[BulkUpload] = []

    def do(said: dict[str, Any]) -> None:
        sent = said.pop("file")
        made.append(bulk.upload_receive(actor=actor_of(request), name=sent.name, chunks=sent.chunks(), **said))

    return _send(request, form, do, made, "upload")


def _send(
    request: HttpRequest, form: Any, do: Callable[[Any], None], made: list[BulkUpload], page: str
) -> HttpResponse:
    answer = ask(
        request, form, do, title=say(f"surveys.page.{page}"), lead=say(f"surveys.page.{page}_lead"),
        back=reverse("surveys:layers"), said="surveys.said.received", about={"trail": _trail(), "multipart": True},
    )  # fmt: skip
    return redirect("surveys:upload", pk=made[0].pk) if made else answer


class _InMemory(MemoryFileUploadHandler):
    """Holds a file in memory, however large: a list of persons is to be written nowhere."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Take every file."""
        super().handle_raw_input(*args, **kwargs)
        self.activated = True


@csrf_protect
def _residents(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = ResidentsForm(request.POST or None, request.FILES or None, user=user)
    made: list[BulkUpload] = []

    def do(said: dict[str, Any]) -> None:
        sent = said.pop("file")
        made.append(bulk.residents_receive(actor=actor_of(request), name=sent.name, data=sent.read(), **said))

    return _send(request, form, do, made, "residents")


@csrf_exempt  # checked within, once it is said that the file stays in memory
@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def residents(request: HttpRequest) -> HttpResponse:
    """Send in residents by building, or a list of them that is counted and not kept."""
    request.upload_handlers = [_InMemory(request)]
    return _residents(request)


def _upload(request: HttpRequest, pk: int, action: str = "view") -> BulkUpload:
    return get_object_or_404(list_uploads(user_of(request), action), pk=pk)


def _layer(request: HttpRequest, name: str, pk: int, action: str = "view") -> BulkLayer:
    return get_object_or_404(list_layers(user_of(request), action), layer=name, pk=pk)


def _preview(request: HttpRequest, of: BulkUpload | BulkLayer, src: str, bounds: Any) -> dict[str, Any]:
    """Return the map of a layer: what is in it, on the outlines of the communities."""
    outline = {"id": "outlines", "label": layer_words("communities"), "kind": "outline",
               "src": reverse("surveys:outlines", args=[of.place])}  # fmt: skip
    shown: dict[str, Any] = {"id": of.layer, "label": layer_words(of.layer), "src": src}
    if of.layer == "buildings":
        fields = [{"key": key, "label": column_words("buildings", key), "format": "number", "digits": 0}
                  for key in ("residents", "dwellings", "storeys")]  # fmt: skip
        shown |= {"kind": "people", "value": "residents", "fields": fields}
    else:
        shown["kind"] = "lines"
    frame = map_frame(request, title=layer_words(of.layer), data_on=of.data_on, source=of.title, bounds=bounds)
    return {**frame, "layers": [shown, outline]}


def _drawn(rows: int | None) -> int:
    """Return how many rows the map draws where it does not draw all, else 0."""
    return PREVIEW_SHAPES if (rows or 0) > PREVIEW_SHAPES else 0


def _columns(summary: dict[str, Any], name: str) -> list[tuple[str, str]]:
    return [(column_words(name, ours), theirs) for part in summary.get("parts", ()) for ours, theirs in
            part["columns"].items()]  # fmt: skip


def _rounded(number: float) -> float:
    return int(number) if float(number).is_integer() else round(number, 1)


_COUNTS = {
    "streets": ("rows", "length_km"),
    "buildings": (
        "rows", "communities", "outside", "floor_area_known", "residents_known", "ages_known", "residents",
    ),
}  # fmt: skip
"""What is told of each layer, in order."""


def _figures(layer_: str, summary: dict[str, Any]) -> list[tuple[str, Any, str]]:
    """Return what was counted, as far as it is known."""
    known = dict(summary)
    if "length_m" in known:
        known["length_km"] = round(known["length_m"] / 1000, 1)
    unknown = say("surveys.word.unknown")
    return [
        (say(f"surveys.count.{name}"), unknown if known[name] is None else _rounded(known[name]), "")
        for name in _COUNTS[layer_]
        if name in known
    ]


@require_GET
@access("surveys", "view")
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file holds before it is kept: counts, columns, encoding, a map, every problem."""
    user, one = user_of(request), _upload(request, pk)
    summary = one.summary
    sample = summary.get("sample") or []
    may = user.rights.may("surveys", "edit", one.place)
    may_export = user.rights.may("surveys", "export")
    about = {
        "one": one, "place": place_name(one.place), "layer": layer_words(one.layer), "summary": summary,
        "figures": _figures(one.layer, summary), "columns": _columns(summary, one.layer),
        "ignored": [name for part in summary.get("parts", ()) for name in part["ignored"]],
        "encodings": [(part["encoding"], pick(part["encoding_reason"] or {}), part["preview"])
                      for part in summary.get("parts", ()) if part["encoding"]],
        "heads": [column_words(one.layer, name) for name in sample[0]] if sample else [],
        "sample": [[_shown(cell) for cell in row.values()] for row in sample],
        "notes": [pick(note) for note in summary.get("notes", ())],
        "map": _preview(request, one, reverse("surveys:upload_map", args=[one.pk]), summary.get("bounds"))
               if one.state == BulkUpload.State.READY else None,
        "drawn": _drawn(summary.get("rows")),
        "may_keep": may and one.state == BulkUpload.State.READY,
        "may_discard": may and one.state not in {BulkUpload.State.KEPT, BulkUpload.State.DISCARDED},
        "table": show_table(FINDINGS, findings_of(user, one), request.GET,
                            exports=_files("upload_findings_export", one.pk) if may_export else ()),
        "before": _in_force(user, one),
        "events": events_about(user, one)[:_LATEST],
    }  # fmt: skip
    return render(request, "surveys/upload.html", about)


def _shown(cell: Any) -> str:
    if isinstance(cell, bool):
        return say(f"pages.word.{'yes' if cell else 'no'}")
    return "" if cell is None else str(cell)


def _in_force(user: User, one: BulkUpload) -> BulkLayer | None:
    return list_layers(user).filter(layer=one.layer, place=one.place, active=True).first()


@require_GET
@access("surveys", "view")
def upload_map(request: HttpRequest, pk: int) -> JsonResponse:
    """Give what a file holds as the map draws it."""
    return JsonResponse(bulk.preview_of_upload(_upload(request, pk)))


@require_GET
@access("surveys", "export")
def findings_export(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """Give what the check of a file found as a file."""
    one = _upload(request, pk, "export")
    return export_table(request, FINDINGS, findings_of(user_of(request), one, "export"), kind, module="surveys")


@require_GET
@access("surveys", "view")
def outlines(request: HttpRequest, place: str) -> JsonResponse:
    """Give the outlines of the communities of a place, as far as one may see them."""
    rows = list_records(user_of(request), "communities").filter(place__startswith=place, closed_at=None)
    return JsonResponse(feature_collection(feature(row.key, row.shape, {"name": row.name}) for row in rows))


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was made of a file: it becomes the layer in force."""
    one = _upload(request, pk, "edit")
    if one.state != BulkUpload.State.READY:
        raise Http404
    made: list[BulkLayer] = []

    def do(said: dict[str, Any]) -> None:
        made.append(bulk.upload_keep(actor=actor_of(request), upload=one, reason=said["reason"]))

    before = _in_force(user_of(request), one)
    about = {"rows": one.summary["rows"], "before": before, "layer": layer_words(one.layer)}
    answer = _ask(request, do, "keep", reverse("surveys:upload", args=[one.pk]), one.name, "kept", about)
    return redirect(_layer_address(made[0])) if made else answer


def _layer_address(one: BulkLayer) -> str:
    return reverse("surveys:layer", args=[one.layer, one.pk])


def _called(one: BulkLayer) -> str:
    return f"{layer_words(one.layer)} {one.number} · {one.title}"


def _ask(
    request: HttpRequest, do: Callable[[dict[str, Any]], None], page: str, back: str, name: str, said: str,
    about: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    shown = {"trail": _trail((name, back)), **(about or {})}
    return ask(request, ReasonForm(request.POST or None), do, title=f"{say(f'surveys.page.{page}')} · {name}",
               lead=say(f"surveys.page.{page}_lead"), back=back, said=f"surveys.said.{said}",
               template="surveys/switch.html", about=shown)  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw away a file that was not kept."""
    one = _upload(request, pk, "edit")

    def do(_: dict[str, Any]) -> None:
        bulk.upload_discard(actor=actor_of(request), upload=one)

    form = WordForm(request.POST if request.method == "POST" else None)
    return ask(request, form, do, title=f"{say('surveys.page.discard')} · {one.name}",
               lead=say("surveys.page.discard_lead"), back=reverse("surveys:layers"), said="surveys.said.discarded",
               about={"trail": _trail((one.name, reverse("surveys:upload", args=[one.pk])))})  # fmt: skip


@require_GET
@access("surveys", "view")
def layer(request: HttpRequest, layer: str, pk: int) -> HttpResponse:
    """Show a bulk layer: whose, of when, what is in it, its other versions."""
    user, one = user_of(request), _layer(request, layer, pk)
    may = user.rights.may("surveys", "edit", one.place)
    may_export = user.rights.may("surveys", "export", one.place)
    about = {
        "one": one, "place": place_name(one.place), "layer": layer_words(one.layer),
        "figures": _figures(one.layer, {**one.source, "rows": one.rows}),
        "notes": [pick(note) for note in one.notes],
        "map": _preview(request, one, reverse("surveys:layer_map", args=[one.layer, one.pk]), one.source.get("bounds")),
        "drawn": _drawn(one.rows),
        "versions": list_layers(user).filter(layer=one.layer, place=one.place),
        "may_use": may and not one.active, "may_stop": may and one.active,
        "exports": [(kind, reverse("surveys:layer_export", args=[one.layer, one.pk, kind])) for kind in KINDS]
                   if may_export else [],
        "events": events_about(user, one)[:_LATEST],
    }  # fmt: skip
    return render(request, "surveys/layer.html", about)


@require_GET
@access("surveys", "view")
def layer_map(request: HttpRequest, layer: str, pk: int) -> JsonResponse:
    """Give a bulk layer as the map draws it."""
    return JsonResponse(bulk.preview_of_layer(_layer(request, layer, pk)))


@require_GET
@access("surveys", "export")
def layer_export(request: HttpRequest, layer: str, pk: int, kind: str) -> HttpResponse:
    """Give a bulk layer as a file."""
    one = _layer(request, layer, pk, "export")
    if kind not in KINDS or not one.path.is_file():
        raise Http404
    frame = gpd.read_parquet(one.path)
    data = layer_file(frame, one.layer, kind)
    with transaction.atomic():
        record("surveys.layer.export", actor=actor_of(request), module="surveys", object_=one, place=one.place,
               after={"rows": len(frame), "sha256": hashlib.sha256(data).hexdigest(), "format": kind})  # fmt: skip
    answer = HttpResponse(data, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{one.layer}-{one.number}.{kind}"'
    answer["X-Rows"] = str(len(frame))
    return answer


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def use(request: HttpRequest, layer: str, pk: int) -> HttpResponse:
    """Put an earlier version in force again."""
    one = _layer(request, layer, pk, "edit")

    def do(said: dict[str, Any]) -> None:
        bulk.layer_use(actor=actor_of(request), layer=one, reason=said["reason"])

    before = list_layers(user_of(request)).filter(layer=one.layer, place=one.place, active=True).first()
    about = {"rows": one.rows, "before": before, "layer": layer_words(one.layer)}
    return _ask(request, do, "use", _layer_address(one), _called(one), "moved", about)


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def stop(request: HttpRequest, layer: str, pk: int) -> HttpResponse:
    """Take a version out of force and put none in its place."""
    one = _layer(request, layer, pk, "edit")

    def do(said: dict[str, Any]) -> None:
        bulk.layer_stop(actor=actor_of(request), layer=one, reason=said["reason"])

    return _ask(request, do, "stop", _layer_address(one), _called(one), "moved")
