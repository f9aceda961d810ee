"""The pages of imports: take a template, send a file in, see what it would change, decide, apply, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.audit.selectors import events_about
from linli.web.imports import services
from linli.web.imports.checking import MOST_MISSING
from linli.web.imports.forms import ApplyForm, CheckAgainForm, EndForm, PlaceForm, SendForm, layer_titles
from linli.web.imports.handout import make_handout
from linli.web.imports.levels import LEVELS
from linli.web.imports.lists import BATCHES, FINDINGS, ROWS
from linli.web.imports.marked import make_marked
from linli.web.imports.models import DECISIONS, Batch
from linli.web.imports.selectors import (
    findings_of,
    list_batches,
    outcomes_of,
    places_for_uploads,
    register_counts,
    rows_of,
    same_files,
    undecided,
)
from linli.web.imports.shown import changes_of, sums_of
from linli.web.jobs.runner import perform
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.forms import add_refusal
from linli.web.pages.table import show_table
from linli.web.pages.templatetags.linli import said
from linli.web.places.models import LAYERS
from linli.web.refusal import Refused
from linli.web.words import current_language, say

__all__ = [
    "apply",
    "batch",
    "check_again",
    "decide",
    "discard",
    "file_export",
    "findings",
    "findings_export",
    "list_all",
    "list_export",
    "marked_export",
    "progress",
    "rows",
    "rows_export",
    "start",
    "template_export",
    "undo",
]

AT_ONCE_BYTES = 300_000
"""A file up to this size is checked while its sender waits a moment; larger ones are left to the worker."""
_LATEST = 10
_SHOWN_FINDINGS = 200
_SHOWN_ROWS = 20
_DECIDED_AT_ONCE = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {"xlsx": _XLSX, "csv": "text/csv"}


def _batch(request: HttpRequest, number: str, action: str = "view") -> Batch:
    return get_object_or_404(list_batches(user_of(request), action), number=number)


def _back(batch: Batch) -> str:
    return reverse("imports:batch", args=[batch.number])


def _exports(request: HttpRequest, route: str, *args: str) -> list[tuple[str, str]]:
    if not user_of(request).rights.may("surveys", "export"):
        return []
    return [(kind, reverse(route, args=[*args, kind])) for kind in FORMATS]


def _chosen(user: User, code: str) -> Place | None:
    """Return the place asked for, or the first that the person may send files in for."""
    places = places_for_uploads(user)
    return places.filter(code=code).first() or places.first()


def _started(request: HttpRequest, form: SendForm) -> HttpResponse:
    """Keep the file; a small one is checked at once. Whoever dies in between: the worker finds the job in its queue."""
    said, sent = form.cleaned_data, form.cleaned_data["file"]
    new = services.batch_send(
        actor=actor_of(request), place=said["place"].path, name=sent.name, data=sent.read(), layer=said["layer"],
        datum=said["datum"] or "wgs84", encoding=said["encoding"] or "auto",
    )  # fmt: skip
    _check_if_small(new)
    return redirect("imports:batch", number=new.number)


def _check_if_small(one: Batch) -> None:
    if one.size <= AT_ONCE_BYTES and one.job is not None:
        perform(str(one.job.pk))


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def start(request: HttpRequest) -> HttpResponse:
    """Choose a place, take its template, send a file in."""
    user = user_of(request)
    place = _chosen(user, request.POST.get("place") or request.GET.get("place") or "")
    given = {"place": place.code, "datum": "wgs84", "encoding": "auto"} if place else {}
    form = SendForm(request.POST or None, request.FILES or None, user=user, initial=given)
    if form.is_valid():
        try:
            return _started(request, form)
        except Refused as refused:
            add_refusal(form, refused)
    counts = register_counts(user, place.path) if place else {}
    about = {
        "place": place, "choose": PlaceForm(user=user, initial=given), "form": form, "total": sum(counts.values()),
        "layers": [(name, title, counts.get(name, 0)) for name, title in layer_titles()],
        "most_mb": settings.SITE.config.upload_mb, "latest": list_batches(user)[:_LATEST], "levels": LEVELS,
    }  # fmt: skip
    return render(request, "imports/start.html", about)


@require_GET
@access("places", "export")
def template_export(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give the template of a place, filled with what the register holds there, or empty."""
    user = user_of(request)
    place = get_object_or_404(places_below(user, "places", "export"), code=code)
    layers = [name for name in LAYERS if name in request.GET.getlist("layer")] or list(LAYERS)
    filled = "empty" not in request.GET
    try:
        made = make_handout(user, place, layers, filled=filled)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('imports:start')}?place={place.code}")
    about = {"name": made.name, "filled": filled, "rows": made.rows, "layers": layers, "sha256": made.sha256}
    services.template_hand_out(actor=actor_of(request), place=place.path, about=about)
    return FileResponse(made.file, as_attachment=True, filename=made.name, content_type=_XLSX)


@require_GET
@access("surveys", "view")
def list_all(request: HttpRequest) -> HttpResponse:
    """List batches."""
    exports = _exports(request, "imports:list_export")
    shown = show_table(BATCHES, list_batches(user_of(request)), request.GET, exports=exports)
    return render(request, "imports/list.html", {"table": shown})


@require_GET
@access("surveys", "export")
def list_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of batches as a file."""
    return export_table(request, BATCHES, list_batches(user_of(request), "export"), kind, module="surveys")


@require_GET
@access("surveys", "view")
def batch(request: HttpRequest, number: str) -> HttpResponse:
    """Show a batch: how each level came out, the sums, what was found, what would change, what happened."""
    user, one = user_of(request), _batch(request, number)
    found, would = findings_of(user, one), rows_of(user, one)
    changing = would.filter(action__in=("new", "changed")).order_by("action", "pk")
    about = {
        "batch": one, "sums": sums_of(one), "findings": found[:_SHOWN_FINDINGS], "found": found.count(),
        "changing": [(row, changes_of(row)) for row in changing[:_SHOWN_ROWS]], "would": changing.count(),
        "undecided": undecided(one).count(), "conflicts": would.filter(action="conflict").count(),
        "outcomes": outcomes_of(user, one), "same": same_files(user, one)[:1], "shown": _SHOWN_FINDINGS,
        "may_edit": user.rights.may("surveys", "edit", one.place), "may_export": user.rights.may("surveys", "export"),
        "findings_files": _exports(request, "imports:findings_export", number),
        "events": events_about(user, one)[:_LATEST],
    }  # fmt: skip
    return render(request, "imports/batch.html", about)


@require_GET
@access("surveys", "view")
def progress(request: HttpRequest, number: str) -> JsonResponse:
    """Say how far the check of a batch is, for the page that waits for it."""
    one = _batch(request, number)
    if one.job is None:
        raise Http404
    failed = one.is_stuck
    return JsonResponse(
        {
            "state": one.job.state, "stage": said(one.job.stage), "fraction": one.job.fraction,
            "seconds_left": one.job.seconds_left, "message": say("imports.word.stuck") if failed else "",
            "href": _back(one),
        }
    )  # fmt: skip


@require_GET
@access("surveys", "view")
def findings(request: HttpRequest, number: str) -> HttpResponse:
    """List all that was found in a batch's file."""
    one = _batch(request, number)
    exports = _exports(request, "imports:findings_export", number)
    shown = show_table(FINDINGS, findings_of(user_of(request), one), request.GET, exports=exports)
    return render(request, "imports/findings.html", {"batch": one, "table": shown})


@require_GET
@access("surveys", "export")
def findings_export(request: HttpRequest, number: str, kind: str) -> FileResponse:
    """Give all that was found as a file."""
    one = _batch(request, number, "export")
    found = findings_of(user_of(request), one, "export")
    return export_table(request, FINDINGS, found, kind, module="surveys")


@require_GET
@access("surveys", "view")
def rows(request: HttpRequest, number: str) -> HttpResponse:
    """List what each row would do, or did."""
    one = _batch(request, number)
    exports = _exports(request, "imports:rows_export", number)
    shown = show_table(ROWS, rows_of(user_of(request), one), request.GET, exports=exports)
    return render(request, "imports/rows.html", {"batch": one, "table": shown})


@require_GET
@access("surveys", "export")
def rows_export(request: HttpRequest, number: str, kind: str) -> FileResponse:
    """Give the rows of a batch as a file."""
    one = _batch(request, number, "export")
    return export_table(request, ROWS, rows_of(user_of(request), one, "export"), kind, module="surveys")


@require_GET
@access("surveys", "export")
def file_export(request: HttpRequest, number: str) -> FileResponse:
    """Give the file as it was sent in."""
    one = _batch(request, number, "export")
    services.file_hand_out(actor=actor_of(request), batch=one, what="file")
    return FileResponse(one.file.open("rb"), as_attachment=True, filename=one.name, content_type=_TYPES[one.kind])


@require_GET
@access("surveys", "export")
def marked_export(request: HttpRequest, number: str) -> FileResponse:
    """Give the file back with every finding noted in its cell."""
    one = _batch(request, number, "export")
    file = make_marked(one, findings_of(user_of(request), one, "export").select_related("batch"), current_language())
    services.file_hand_out(actor=actor_of(request), batch=one, what="marked")
    name = f"{one.name.rpartition('.')[0] or one.number}-{say('imports.word.marked')}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)


def _ask(
    request: HttpRequest, one: Batch, form: forms.Form, do: Callable[[dict[str, Any]], Any], name: str, **about: Any
) -> HttpResponse:
    """Ask before something is done; `name` names the page's words and what is said afterwards."""
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, say(f"imports.said.{name}"))
            return redirect(_back(one))
    shown = {"batch": one, "form": form, "name": name, "sums": sums_of(one), **about}
    return render(request, "imports/ask.html", shown)


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def check_again(request: HttpRequest, number: str) -> HttpResponse:
    """Check the file anew, read in another way or beside the register as it is now."""
    one = _batch(request, number, "edit")
    known = {"datum": one.datum, "layer": one.layer, "encoding": one.encoding, "version": one.version}

    def do(said: dict[str, Any]) -> None:
        values = {**said}
        version = values.pop("version")
        again = services.batch_check_again(actor=actor_of(request), batch=one, base_version=version, **values)
        _check_if_small(again)

    return _ask(request, one, CheckAgainForm(request.POST or None, initial=known), do, "check_again")


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Decide conflicts, side by side."""
    one = _batch(request, number, "edit")
    if request.method == "POST":
        return _decided(request, one)
    conflicts = rows_of(user_of(request), one).filter(action="conflict").order_by("decision", "pk")
    page = Paginator(conflicts, _DECIDED_AT_ONCE).get_page(request.GET.get("page"))
    about = {
        "batch": one, "page": page, "rows": [(row, changes_of(row)) for row in page.object_list],
        "decisions": DECISIONS, "undecided": undecided(one).count(), "ready": one.state == Batch.State.READY,
    }  # fmt: skip
    return render(request, "imports/decide.html", about)


def _decided(request: HttpRequest, one: Batch) -> HttpResponse:
    version, rest = request.POST.get("version", ""), request.POST.get("rest", "")
    said: dict[int, str] = {}
    if rest:
        said = dict.fromkeys(undecided(one).values_list("pk", flat=True), rest)
    for name in request.POST:
        number, value = name.removeprefix("row-"), request.POST.get(name, "")
        if number != name and number.isdecimal() and value:
            said[int(number)] = value
    try:
        base = int(version) if version.isdecimal() else -1
        services.batch_decide(actor=actor_of(request), batch=one, base_version=base, decisions=said)
        messages.success(request, say("imports.said.decide"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("imports:decide" if undecided(one).exists() else "imports:batch", number=one.number)


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def apply(request: HttpRequest, number: str) -> HttpResponse:
    """Write a batch into the register, after saying how much would change."""
    one = _batch(request, number, "edit")
    missing = one.totals["missing"]
    closable = missing if all(counts.get("missing", 0) <= MOST_MISSING for counts in one.counts.values()) else 0
    form = ApplyForm(request.POST or None, missing=closable, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.batch_apply(
            actor=actor_of(request), batch=one, base_version=said["version"], reason=said["reason"],
            close_missing=said.get("close_missing", False),
        )  # fmt: skip

    return _ask(request, one, form, do, "apply", too_many=missing if missing and not closable else 0)


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Take an applied batch back."""
    one = _batch(request, number, "edit")

    def do(said: dict[str, Any]) -> None:
        services.batch_undo(actor=actor_of(request), batch=one, base_version=said["version"], reason=said["reason"])

    return _ask(request, one, EndForm(request.POST or None, initial={"version": one.version}), do, "undo", danger=True,
                outcomes=outcomes_of(user_of(request), one))  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def discard(request: HttpRequest, number: str) -> HttpResponse:
    """Put a batch aside that will not be applied."""
    one = _batch(request, number, "edit")

    def do(said: dict[str, Any]) -> None:
        services.batch_discard(actor=actor_of(request), batch=one, base_version=said["version"], reason=said["reason"])

    return _ask(request, one, EndForm(request.POST or None, initial={"version": one.version}), do, "discard",
                danger=True)  # fmt: skip
