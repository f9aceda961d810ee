"""The pages of comparisons: which there are, one with what got worse first, its lists, doubts to decide, files."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.errors import SnapshotError
from linli.feedback.words import say as told
from linli.feedback.words import say_value
from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import Place, User
from linli.web.assessments.areas import Areas
from linli.web.assessments.compare import services
from linli.web.assessments.compare.forms import PairForm
from linli.web.assessments.compare.lists import (
    COMPARISONS,
    communities_table,
    comparison_state,
    items_table,
    losses_table,
    step,
)
from linli.web.assessments.compare.selectors import (
    FILES,
    changes_in,
    comparison_job,
    comparison_sums,
    comparisons_within,
    file_of,
    list_communities,
    list_comparisons,
    list_doubts,
    list_items,
    list_losses,
    reached,
    runs_to_compare,
)
from linli.web.assessments.links import record_addresses
from linli.web.assessments.models import ComparedItem, Comparison, Doubt, Loss
from linli.web.assessments.titles import figures_in, item_title, standard_title, type_title
from linli.web.audit.selectors import events_about
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.forms import add_refusal
from linli.web.pages.table import show_table
from linli.web.refusal import Refused
from linli.web.words import current_language, pick, say

__all__ = [
    "again",
    "changed",
    "changed_export",
    "community",
    "compared",
    "compared_export",
    "comparison",
    "comparisons",
    "comparisons_export",
    "decide",
    "download",
    "losses",
    "losses_export",
]

_FIRST = 12
"""Rows of a list that the first page shows."""

_SAID = {"same": True, "other": False, "open": None}
"""What a person may say of a doubt."""


def _comparison(request: HttpRequest, pk: int) -> Comparison:
    return get_object_or_404(list_comparisons(user_of(request)), pk=pk)


def _exports(user: User, route: str, *args: Any) -> list[tuple[str, str]]:
    if not user.rights.may("assessments", "export"):
        return []
    return [(kind, reverse(route, args=[*args, kind])) for kind in FORMATS]


# ------------------------------------------------------------------------------------------------ which there are
@require_http_methods(["GET", "POST"])
@access("assessments", "view")
def comparisons(request: HttpRequest) -> HttpResponse:
    """List comparisons, and ask for another one."""
    user = user_of(request)
    may_run = user.rights.may("assessments", "run")
    form = PairForm(request.POST or None, runs=runs_to_compare(user)) if may_run else None
    if form is not None and form.is_valid():
        try:
            made = services.comparison_request(actor=actor_of(request), **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect("assessments:comparison", pk=made.pk)
    table = show_table(
        COMPARISONS, list_comparisons(user), request.GET, exports=_exports(user, "assessments:comparisons_export")
    )
    return render(request, "assessments/comparisons.html", {"table": table, "form": form})


@require_GET
@access("assessments", "export")
def comparisons_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of comparisons as a file."""
    return export_table(request, COMPARISONS, list_comparisons(user_of(request)), kind, module="assessments")


# ------------------------------------------------------------------------------------------------------------ one
def _note(note: dict[str, Any]) -> dict[str, str]:
    """Return a problem, or a plain text, in the request's language."""
    lang = current_language()
    if "message" not in note:
        return {"text": pick(note), "fix": "", "value": ""}
    column = note.get("column")
    value = str(note.get("value") or "")
    named = say(f"assessments.options.{column}") if note.get("code") == "compare.option" else ""
    shown = ": ".join(part for part in (named, value) if part)
    return {"text": note["message"][lang], "fix": note["fix"][lang], "value": shown}


def _totals(comparison: Comparison) -> list[dict[str, Any]]:
    """Return the totals of the whole place in words."""
    lang, fmt = current_language(), figures_in(comparison.unit)
    rows = []
    for row in comparison.totals:
        figures = {end: fmt.n(row[end]) if end in row else "" for end in ("value", "high", "before", "after")}
        unsure = figures["high"] if row.get("high") != row.get("value") else ""
        about = {"text": row.get(lang, ""), "level": row.get("level", 0), "note": row.get(f"note_{lang}", "")}
        unit = comparison.unit if row.get("unit") == "residents" else str(row.get("unit", ""))
        known = bool(figures["value"] or figures["before"] or figures["after"])
        rows.append({**about, **figures, "high": unsure, "unit": told(f"unit.{unit}", lang), "known": known,
                     "unknown": int(row.get("unknown") or 0)})  # fmt: skip
    return rows


def _reach(user: User, one: Comparison) -> list[dict[str, Any]]:
    fmt = figures_in(one.unit)
    names = ("gained", "lost", "gained_old_young", "lost_old_young")
    return [
        {"type": type_title(str(row["type"])), **{name: fmt.n(row[name]) for name in names}}
        for row in reached(user, one).to_dict("records")
    ]


def _item(row: ComparedItem, unit: str) -> dict[str, Any]:
    fmt = figures_in(unit)
    return {
        "row": row,
        "title": item_title(row.item),
        "standard": standard_title(row.standard),
        "degree": f"{fmt.pct(row.degree_before)} → {fmt.pct(row.degree_after)}",
        "gained": "" if row.gained is None else fmt.folk(row.gained),
        "cause": told(f"cause.{row.cause}", current_language()) if row.cause else "",
        "step": step(row.degree_change),
    }


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _loss(row: Loss) -> dict[str, Any]:
    """Return a loss in words; an item says of which standard it is, since two may ask for the same."""
    standard = standard_title(row.subject.partition("/")[0]) if row.kind == "item" and "/" in row.subject else ""
    return {"row": row, "text": pick(row.text), "standard": standard,
            "lost": _whole(row.lost), "residents": _whole(row.residents)}  # fmt: skip


def _result(user: User, one: Comparison) -> dict[str, Any]:
    """Return what the page of a comparison shows, as far as the person may see it."""
    better = list_items(user, one).filter(change="better").order_by("-gained", "pk")[:_FIRST]
    about: dict[str, Any] = {
        "sums": comparison_sums(user, one),
        "losses": [_loss(row) for row in list_losses(user, one)[:_FIRST]],
        "better": [_item(row, one.unit) for row in better],
    }
    if user.rights.may("assessments", "view", one.place):
        about["totals"] = _totals(one)
    try:
        about["reach"] = _reach(user, one)
    except SnapshotError as error:
        about["broken"] = str(error)
    return about


@require_GET
@access("assessments", "view")
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a comparison: what a reader has to know, what got worse, what got better, who gained."""
    one, user = _comparison(request, pk), user_of(request)
    about: dict[str, Any] = {
        "one": one, "state": comparison_state(one), "job": comparison_job(user, one),
        "notes": [_note(note) for note in one.notes], "standards": [standard_title(name) for name in one.standards],
        "circle": _whole(one.circle_m), "may_run": user.rights.may("assessments", "run", one.place),
        "events": events_about(user, one),
        "files": _files(one) if user.rights.may("assessments", "export", one.place) else [],
    }  # fmt: skip
    if one.digest:
        about |= _result(user, one)
    return render(request, "assessments/comparison.html", about)


def _files(one: Comparison) -> list[tuple[str, str]]:
    """Return the files that are there, with what they are."""
    there = [name for name in FILES if (path := file_of(one, name)) is not None and path.is_file()]
    return [(name, say(f"assessments.compare_file.{name.replace('.', '_')}")) for name in there]


@require_POST
@access("assessments", "run")
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Work a comparison out anew."""
    one = get_object_or_404(comparisons_within(user_of(request), "run"), pk=pk)
    try:
        services.comparison_again(actor=actor_of(request), comparison=one)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("assessments:comparison", pk=pk)


# ----------------------------------------------------------------------------------------------------------- lists
def _list(request: HttpRequest, pk: int, route: str, make: Any, rows: Any) -> HttpResponse:
    one, user, areas = _comparison(request, pk), user_of(request), Areas()
    table = show_table(
        make(user, one, areas), rows(user, one), request.GET,
        exports=_exports(user, f"assessments:{route}_export", pk), prepare=areas.read,
    )  # fmt: skip
    return render(request, "assessments/comparison_list.html", {"one": one, "table": table})


def _file(request: HttpRequest, pk: int, kind: str, make: Any, rows: Any) -> FileResponse:
    one, user, areas = _comparison(request, pk), user_of(request), Areas()
    found = rows(user, one, "export")
    areas.read(found)
    return export_table(request, make(user, one, areas), found, kind, module="assessments")


@require_GET
@access("assessments", "view")
def losses(request: HttpRequest, pk: int) -> HttpResponse:
    """List everything that got worse."""
    return _list(request, pk, "losses", losses_table, list_losses)


@require_GET
@access("assessments", "export")
def losses_export(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """Give what got worse as a file."""
    return _file(request, pk, kind, losses_table, list_losses)


@require_GET
@access("assessments", "view")
def changed(request: HttpRequest, pk: int) -> HttpResponse:
    """List every item that changed."""
    return _list(request, pk, "changed", items_table, list_items)


@require_GET
@access("assessments", "export")
def changed_export(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """Give the items that changed as a file."""
    return _file(request, pk, kind, items_table, list_items)


@require_GET
@access("assessments", "view")
def compared(request: HttpRequest, pk: int) -> HttpResponse:
    """List communities before and after."""
    return _list(request, pk, "compared", communities_table, list_communities)


@require_GET
@access("assessments", "export")
def compared_export(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """Give communities before and after as a file."""
    return _file(request, pk, kind, communities_table, list_communities)


def _change(row: dict[str, Any]) -> dict[str, str]:
    """Return a change of a facility in words."""
    lang = current_language()
    column = str(row["column"] or "")
    ends = {
        end: say_value("facilities", column, str(row[end]), lang) if row[end] else "" for end in ("before", "after")
    }
    return {
        "change": told(f"change.{row['change']}", lang), "type": type_title(str(row["type"] or "")),
        "name": str(row["name"] or ""), "column": told(f"column.{column}", lang) if column else "",
        "evidence": told(f"evidence.{row['evidence']}", lang) if row["evidence"] else "", **ends,
    }  # fmt: skip


@require_GET
@access("assessments", "view")
def community(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Show one community before and after."""
    one, user = _comparison(request, pk), user_of(request)
    place = get_object_or_404(Place.objects.filter(level="community"), code=code)
    row = get_object_or_404(list_communities(user, one), community=place)
    fmt = figures_in(one.unit)
    scores = [
        {
            "standard": standard_title(name),
            **{end: fmt.score((row.scores.get(name) or {}).get(end)) for end in ("before", "after")},
        }
        for name in one.standards
    ]
    about: dict[str, Any] = {
        "one": one, "row": row, "place": place, "scores": scores,
        "residents": [fmt.folk(row.residents_before), fmt.folk(row.residents_after)],
        "items": [_item(item, one.unit) for item in list_items(user, one).filter(community=place)],
        "losses": [_loss(loss) for loss in list_losses(user, one).filter(community=place)],
    }  # fmt: skip
    try:
        about["changes"] = [_change(change) for change in changes_in(one, code)]
    except SnapshotError as error:
        about["broken"] = str(error)
    return render(request, "assessments/comparison_community.html", about)


# ---------------------------------------------------------------------------------------------------------- doubts
def _doubts(user: User, one: Comparison) -> list[dict[str, Any]]:
    rows = list(list_doubts(user, one))
    links: dict[str, dict[str, str]] = {}
    for layer in ("facilities", "rooms", "plots"):
        keys = {key for row in rows for key in (row.before_id, row.after_id)}
        links[layer] = record_addresses(user, layer, keys)
    return [_doubt(row, links) for row in rows]


def _doubt(row: Doubt, links: dict[str, dict[str, str]]) -> dict[str, Any]:
    sides = [(row.before_id, row.name_before), (row.after_id, row.name_after)]
    found = {key: address for one in links.values() for key, address in one.items()}
    said = next(code for code, same in _SAID.items() if same is row.same)
    return {
        "row": row, "text": pick(row.text), "said": said, "layer": told(f"layer.{row.layer}", current_language()),
        "type": type_title(row.type) if row.type else "",
        "sides": [{"key": key, "name": name, "address": found.get(key, "")} for key, name in sides],
        "distance": "" if row.distance_m is None else f"{row.distance_m:,.0f} m",
        "area": "" if row.area_m2 is None else f"{row.area_m2:,.0f} m²",
    }  # fmt: skip


def _decisions(request: HttpRequest) -> dict[int, bool | None]:
    found = {}
    for name, said in request.POST.items():
        head, _, pk = name.partition("-")
        if head == "doubt" and pk.isdigit() and said in _SAID:
            found[int(pk)] = _SAID[said]
    return found


@require_http_methods(["GET", "POST"])
@access("assessments", "run")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the doubtful matches of a comparison, and take what a person says of them."""
    user = user_of(request)
    one = get_object_or_404(comparisons_within(user, "run"), pk=pk)
    refused_by = ""
    if request.method == "POST":
        version = request.POST.get("base_version", "")
        base = int(version) if version.isdigit() else 0
        said = _decisions(request)
        try:
            services.comparison_decide(actor=actor_of(request), comparison=one, base_version=base, decisions=said)
        except Refused as refused:
            refused_by = str(refused)
        else:
            messages.success(request, say("assessments.said.decided"))
            return redirect("assessments:comparison", pk=pk)
    about = {"one": one, "doubts": _doubts(user, one), "refused": refused_by, "choices": tuple(_SAID)}
    return render(request, "assessments/decide.html", about)


@require_GET
@access("assessments", "export")
def download(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Give a file of a comparison, and record that it was taken."""
    one = get_object_or_404(comparisons_within(user_of(request), "export"), pk=pk)
    path = file_of(one, name)
    if path is None or not path.is_file():
        raise Http404
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    services.comparison_taken(actor=actor_of(request), comparison=one, name=name, digest=digest)
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{one.after.snapshot.round.code}-{name}")
