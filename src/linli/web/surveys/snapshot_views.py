"""The pages of snapshots: what was frozen, its hashes, its layers as files."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from linli.errors import SnapshotError
from linli.survey import load_layer, load_snapshot
from linli.survey.schema import LAYERS
from linli.survey.snapshot import read_manifest
from linli.web.accounts.access import access, actor_of, user_of
from linli.web.audit.selectors import events_about
from linli.web.audit.services import record
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.table import show_table
from linli.web.surveys.lists import SNAPSHOTS, layer_words
from linli.web.surveys.models import Snapshot
from linli.web.surveys.outgoing import KINDS, layer_file
from linli.web.surveys.selectors import list_snapshots, place_name, with_place_name
from linli.web.surveys.services import snapshot_verified
from linli.web.words import current_language, say

__all__ = ["layer_export", "list_all", "list_export", "snapshot", "verify"]

_LATEST = 20


def _snapshot(request: HttpRequest, code: str, action: str = "view") -> Snapshot:
    return get_object_or_404(list_snapshots(user_of(request), action), round__code=code)


@require_GET
@access("surveys", "view")
def list_all(request: HttpRequest) -> HttpResponse:
    """List snapshots."""
    user = user_of(request)
    files = [(kind, reverse("surveys:snapshots_export", args=[kind])) for kind in FORMATS]
    may = user.rights.may("surveys", "export")
    shown = show_table(SNAPSHOTS, with_place_name(list_snapshots(user)), request.GET, exports=files if may else ())
    return render(request, "surveys/snapshots.html", {"table": shown})


@require_GET
@access("surveys", "export")
def list_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of snapshots as a file."""
    rows = with_place_name(list_snapshots(user_of(request), "export"))
    return export_table(request, SNAPSHOTS, rows, kind, module="surveys")


@require_GET
@access("surveys", "view")
def snapshot(request: HttpRequest, code: str) -> HttpResponse:
    """Show a snapshot: its manifest, rows and hashes, and the layers as files."""
    user, one = user_of(request), _snapshot(request, code)
    lang = current_language()
    try:
        manifest = read_manifest(one.path)
    except SnapshotError:
        manifest = None
    may = user.rights.may("surveys", "export", one.place)
    layers = [
        {"title": layer_words(name), "rows": manifest.rows.get(name, 0), "sha256": manifest.files[f"{name}.parquet"],
         "files": [(kind, reverse("surveys:snapshot_layer_export", args=[code, name, kind])) for kind in KINDS]
                  if may else []}
        for name in LAYERS
    ] if manifest else []  # fmt: skip
    about = {
        "one": one, "round": one.round, "place": place_name(one.place), "manifest": manifest,
        "residents": manifest.residents.text[lang] if manifest else "", "layers": layers,
        "sources": [(source, layer_words(source.layer)) for source in manifest.sources] if manifest else [],
        "warnings": [(problem.place(lang), problem.message[lang], problem.fix[lang]) for problem in manifest.problems()]
                    if manifest else [],
        "events": events_about(user, one)[:_LATEST],
    }  # fmt: skip
    return render(request, "surveys/snapshot.html", about)


@require_POST
@access("surveys", "view")
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Hold a snapshot against its hashes, and say what came of it."""
    one = _snapshot(request, code)
    try:
        whole = load_snapshot(one.path).manifest.digest == one.digest
    except SnapshotError:
        whole = False
    snapshot_verified(actor=actor_of(request), snapshot=one, whole=whole)
    if whole:
        messages.success(request, say("surveys.said.whole"))
    else:
        messages.error(request, say("surveys.said.broken"))
    return redirect("surveys:snapshot", code=code)


@require_GET
@access("surveys", "export")
def layer_export(request: HttpRequest, code: str, layer: str, kind: str) -> HttpResponse:
    """Give a layer of a snapshot as a file."""
    one = _snapshot(request, code, "export")
    if layer not in LAYERS or kind not in KINDS:
        raise Http404
    try:
        frame: Any = load_layer(one.path, layer)
    except SnapshotError:
        messages.error(request, say("surveys.said.broken"))
        return redirect("surveys:snapshot", code=code)
    data = layer_file(frame, layer, kind)
    said = {"layer": layer, "rows": len(frame), "sha256": hashlib.sha256(data).hexdigest(), "format": kind}
    with transaction.atomic():
        record("surveys.snapshot.export", actor=actor_of(request), module="surveys", object_=one, place=one.place,
               after=said)  # fmt: skip
    answer = HttpResponse(data, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{code}-{layer}.{kind}"'
    answer["X-Rows"] = str(len(frame))
    return answer
