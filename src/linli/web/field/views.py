"""The pages of what phones sent in: lists, one entry with its history, verdicts, conflicts side by side."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.audit.selectors import events_about
from linli.web.field import services
from linli.web.field.columns import field_title, names_of, shown_value
from linli.web.field.decide.services import choices_of, conflict_decide, entry_decline
from linli.web.field.forms import ApproveForm, DeclineForm, RemarkForm, ReviewForm
from linli.web.field.lists import CONFLICTS, ENTRIES
from linli.web.field.models import Conflict, Entry, Submission
from linli.web.field.register import from_json, read_mine, read_shape
from linli.web.field.selectors import (
    conflicts_of,
    entry_of,
    list_conflicts,
    list_entries,
    list_pictures,
    list_remarks,
    list_submissions,
)
from linli.web.field.wire import GEOMETRY
from linli.web.pages.asking import ask
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.table import narrow, show_table
from linli.web.places.selectors import list_photos
from linli.web.places.services import RecordRefused
from linli.web.refusal import Refused
from linli.web.uploads import KINDS
from linli.web.words import say

__all__ = [
    "approve",
    "conflicts",
    "conflicts_export",
    "decide",
    "decline",
    "entries",
    "entries_export",
    "entry",
    "mine",
    "picture",
    "remark",
    "review",
]

_LATEST = 20
_LOOKS = {
    "accepted": "good", "conflict": "going", "invalid": "bad", "held": "going", "stale": "off", "declined": "off",
    "received": "unknown", "issues": "bad", "approved": "good",
}  # fmt: skip


def _files(route: str) -> list[tuple[str, str]]:
    return [(kind, reverse(f"field:{route}", args=[kind])) for kind in FORMATS]


def _entry(request: HttpRequest, client: Any, action: str = "view") -> Entry:
    found = entry_of(user_of(request), client, action)
    if found is None:
        raise Http404
    return found


@require_GET
@access("surveys", "view")
def entries(request: HttpRequest) -> HttpResponse:
    """List what phones sent in."""
    user = user_of(request)
    exports = _files("entries_export") if user.rights.may("surveys", "export") else ()
    shown = show_table(ENTRIES, list_entries(user), request.GET, exports=exports)
    return render(request, "field/entries.html", {"table": shown, "may_review": user.rights.may("surveys", "review")})


@require_GET
@access("surveys", "export")
def entries_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of what phones sent in as a file."""
    return export_table(request, ENTRIES, list_entries(user_of(request), "export"), kind, module="surveys")


@require_GET
@access(signed_in=True)
def mine(request: HttpRequest) -> HttpResponse:
    """List what I sent in, and what became of it; also if I have no right there any more."""
    user = user_of(request)
    shown = show_table(ENTRIES, list_entries(user).filter(by=user), request.GET)
    return render(request, "field/mine.html", {"table": shown})


def _written(layer: str, submission: Submission) -> list[tuple[str, str]]:
    """Return what a sending said, field by field, in words."""
    if layer not in {"facilities", "rooms", "answers"}:
        return []
    try:
        shape = read_shape(submission.values.get(GEOMETRY, ""))
    except Refused:
        shape = None
    state, _ = read_mine(layer, submission.values, shape, {})
    rows = []
    for name in names_of(layer):
        if name in submission.values:
            words = shown_value(layer, name, state.get(name)) or submission.values[name]
            rows.append((field_title(layer, name), words))
    return rows


@require_GET
@access(signed_in=True)
def entry(request: HttpRequest, client: Any) -> HttpResponse:
    """Show an entry: every sending, pictures, conflicts, verdicts."""
    user, one = user_of(request), _entry(request, client)
    rights = user.rights
    sendings = [
        (each, _written(one.layer or one.form, each), each.outcome.get("message", ""),
         [text for found in (each.outcome.get("errors") or {}).values() for text in found])
        for each in list_submissions(user, one)
    ]  # fmt: skip
    about = {
        "entry": one, "sendings": sendings, "state_look": _LOOKS[one.state], "review_look": _LOOKS[one.review],
        "record_address": reverse("places:record", args=[one.layer, one.key]) if one.key else "",
        "pictures": list_pictures(user).filter(entry=one),
        "conflicts": conflicts_of(user, one), "remarks": list_remarks(user, one), "remark_form": RemarkForm(),
        "may_review": rights.may("surveys", "review", one.place) and one.by_id != user.pk,
        "review_form": ReviewForm(initial={"version": one.version}),
        "may_decide": rights.may("surveys", "edit", one.place) and rights.may("places", "edit", one.place),
        "may_remark": one.by_id == user.pk or rights.may("surveys", "edit", one.place),
        "sees_record": one.record_id is not None and rights.may("places", "view", one.place),
        "events": events_about(user, one)[:_LATEST],
    }  # fmt: skip
    return render(request, "field/entry.html", about)


@require_http_methods(["GET", "POST"])
@access("surveys", "review")
def review(request: HttpRequest, client: Any) -> HttpResponse:
    """Say whether what was sent in will do."""
    one = _entry(request, client, "review")
    form = ReviewForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.entry_review(actor=actor_of(request), entry=one, base_version=said["version"], review=said["review"],
                              text=said["text"])  # fmt: skip

    back = reverse("field:entry", args=[one.client])
    return ask(request, form, do, title=f"{say('field.page.review')} · {one}", back=back, said="field.said.reviewed",
               about={"trail": [(say("field.entries.title"), reverse("field:entries")), (str(one), back)]})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access(signed_in=True)
def remark(request: HttpRequest, client: Any) -> HttpResponse:
    """Say something about what was sent in."""
    one = _entry(request, client)

    def do(said: dict[str, Any]) -> None:
        services.remark_add(actor=actor_of(request), entry=one, text=said["text"])

    back = reverse("field:entry", args=[one.client])
    return ask(request, RemarkForm(request.POST or None), do, title=f"{say('field.page.remark')} · {one}", back=back,
               said="field.said.remarked", about={"trail": [(str(one), back)]})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("surveys", "review")
def approve(request: HttpRequest) -> HttpResponse:
    """Approve everything that the list shows and that is in the register."""
    user = user_of(request)
    rows = narrow(ENTRIES, list_entries(user, "review"), request.GET)
    waiting = rows.filter(state=Entry.State.ACCEPTED, review=Entry.Review.RECEIVED).exclude(by=user)
    found = list(waiting)

    def do(_: dict[str, Any]) -> None:
        for path in user.rights.paths("surveys", "review"):
            here = [one for one in found if one.place.startswith(path)]
            if here:
                services.entries_approve(actor=actor_of(request), entries=here, place=path)
        if not found:
            raise Refused("field.refuse.none_to_approve")

    back = f"{reverse('field:entries')}?{request.GET.urlencode()}"
    form = ApproveForm(request.POST if request.method == "POST" else None)
    return ask(request, form, do, title=say("field.page.approve"), lead=say("field.page.approve_lead", n=len(found)),
               back=back, said="field.said.approved",
               about={"trail": [(say("field.entries.title"), back)]})  # fmt: skip


@require_GET
@access(signed_in=True)
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """Give a picture that came along: its own file, or the one that the register has of it."""
    one = get_object_or_404(list_pictures(user_of(request)), pk=pk)
    file = one.file if one.file else one.photo.file if one.photo is not None else None
    if file is None:
        raise Http404
    return FileResponse(file.open("rb"), content_type=KINDS[file.name.rpartition(".")[2]])


@require_GET
@access("surveys", "view")
def conflicts(request: HttpRequest) -> HttpResponse:
    """List what a person has to decide."""
    user = user_of(request)
    exports = _files("conflicts_export") if user.rights.may("surveys", "export") else ()
    query = request.GET.copy()
    if not query:
        query["state"] = Conflict.State.OPEN.value
    shown = show_table(CONFLICTS, list_conflicts(user), query, exports=exports)
    return render(request, "field/conflicts.html", {"table": shown})


@require_GET
@access("surveys", "export")
def conflicts_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of conflicts as a file."""
    return export_table(request, CONFLICTS, list_conflicts(user_of(request), "export"), kind, module="surveys")


def _decided(conflict: Conflict) -> list[dict[str, str]]:
    """Return how a conflict looked when it arose, and what was chosen."""
    layer = conflict.entry.layer or conflict.entry.form
    out = []
    for field in conflict.fields:
        name = str(field["name"])
        sides = {side: shown_value(layer, name, from_json(name, field[side])) for side in ("base", "mine", "theirs")}
        out.append({"title": field_title(layer, name), "chosen": conflict.choices.get(name, ""), **sides})
    return out


@require_http_methods(["GET", "POST"])
@access("surveys", "view")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a conflict side by side, and decide it."""
    user = user_of(request)
    one = get_object_or_404(list_conflicts(user), pk=pk)
    entry, rights = one.entry, user.rights
    may = rights.may("surveys", "edit", entry.place) and rights.may("places", "edit", entry.place)
    errors: list[str] = []
    if request.method == "POST":
        one = get_object_or_404(list_conflicts(user, "edit"), pk=pk)
        told = _decide(request, one)
        if not told:
            return redirect("field:entry", client=entry.client)
        errors = told
    is_open, said = one.state == Conflict.State.OPEN, request.POST
    choices = [
        (choice, said.get(f"take_{choice.name}") or choice.suggestion, said.get(f"type_{choice.name}", ""))
        for choice in (choices_of(one) if is_open else ())
    ]  # fmt: skip
    photos = list_photos(user).filter(record=entry.record) if entry.record_id else list_photos(user).none()
    about = {
        "conflict": one, "entry": entry, "is_open": is_open, "may": may and is_open, "errors": errors,
        "choices": choices, "decided": _decided(one), "reason": said.get("reason", ""),
        "unknown": say("field.word.unknown"), "look": "going" if is_open else "off",
        "record_version": entry.record.version if entry.record else "", "decline_form": DeclineForm(),
        "pictures": list_pictures(user).filter(entry=entry), "photos": photos[:_LATEST], "geometry": GEOMETRY,
    }  # fmt: skip
    return render(request, "field/decide.html", about)


def _decide(request: HttpRequest, conflict: Conflict) -> list[str]:
    """Decide as the form says; return what is wrong."""
    said = request.POST
    taken = {name.removeprefix("take_"): str(said[name]) for name in said if name.startswith("take_")}
    typed = {name.removeprefix("type_"): str(said[name]) for name in said if name.startswith("type_")}
    version = said.get("version", "")
    try:
        conflict_decide(
            actor=actor_of(request), conflict=conflict, taken=taken, typed=typed, reason=said.get("reason", ""),
            theirs_version=int(version) if version.isdigit() else None,
        )  # fmt: skip
    except RecordRefused as refused:
        return str(refused).splitlines()
    except Refused as refused:
        return [str(refused)]
    return []


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Take nothing of what was sent, and say why."""
    one = get_object_or_404(list_conflicts(user_of(request), "edit"), pk=pk)

    def do(said: dict[str, Any]) -> None:
        entry_decline(actor=actor_of(request), conflict=one, reason=said["reason"])

    back = reverse("field:entry", args=[one.entry.client])
    return ask(request, DeclineForm(request.POST or None), do, title=f"{say('field.page.decline')} · {one}",
               lead=say("field.page.decline_lead"), back=back, said="field.said.declined_done",
               about={"trail": [(say("field.conflicts.title"), reverse("field:conflicts"))]})  # fmt: skip
