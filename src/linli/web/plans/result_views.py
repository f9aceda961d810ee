"""What came of a study: its pages, its documents, and what would be if; and a district's part of the plan in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import Place
from linli.web.audit.selectors import events_about
from linli.web.audit.services import record
from linli.web.jobs.selectors import list_jobs
from linli.web.pages.export import FORMATS
from linli.web.pages.forms import add_refusal
from linli.web.pages.maps import map_frame
from linli.web.pages.table import show_table
from linli.web.plans import services
from linli.web.plans.coverage import coverage_page
from linli.web.plans.finance import budgets_page, money_page, programme_page
from linli.web.plans.forms import AskForm
from linli.web.plans.lines import WAN
from linli.web.plans.lists import MEASURES, PLANNED
from linli.web.plans.maps import layer_of, map_layers
from linli.web.plans.method import method_page, operation_page
from linli.web.plans.models import DocumentSet, Question, Study
from linli.web.plans.seen import Seen, figures_of, notes_of, see
from linli.web.plans.selectors import (
    adopted_above,
    adopted_for,
    by_other_rules,
    is_waiting,
    list_documents,
    list_measures,
    questions_of,
    sheet_of,
)
from linli.web.plans.views import find_study
from linli.web.refusal import Refused
from linli.web.words import named, say

__all__ = [
    "SECTIONS",
    "answer",
    "ask",
    "district",
    "district_layer",
    "document_export",
    "documents",
    "documents_write",
    "measures",
    "section",
    "study",
]

_LATEST = 20

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gpkg": "application/geopackage+sqlite3",
    "pdf": "application/pdf",
}

SECTIONS: Mapping[str, Callable[[Seen], dict[str, Any]]] = {
    "money": money_page,
    "programme": programme_page,
    "budgets": budgets_page,
    "operation": operation_page,
    "method": method_page,
}
"""Pages of a solved study beside the first, that need nothing but its sheets."""


def _code(study: Study) -> str:
    return Place.objects.get(path=study.place).code


def _solved(request: HttpRequest, number: str, action: str = "view") -> Study:
    """Return a study that has a result; one without has no such page."""
    one = find_study(request, number, action)
    if not one.has_result:
        raise Http404
    return one


def _head(request: HttpRequest, one: Study, here: str) -> dict[str, Any]:
    """Return what the head of a study's pages shows: where one is, and what may be done."""
    rights, edits = user_of(request).rights, Study.State
    may_adopt = rights.may("plans", "adopt", one.place)
    return {
        "study": one, "here": here, "place": Place.objects.get(path=one.place),
        "may_edit": rights.may("plans", "edit", one.place),
        "may_adopt": may_adopt and one.state in {edits.SOLVED, edits.SUPERSEDED},
        "may_revoke": may_adopt and one.state == edits.ADOPTED,
        "sections": tuple(SECTIONS),
    }  # fmt: skip


def _map(request: HttpRequest, seen: Seen, address: Callable[[str], str]) -> dict[str, Any]:
    on = dt.date.fromisoformat(seen.book["surveyed_on"])
    source = say("plans.map.source", study=seen.study.number)
    frame = map_frame(request, title=seen.words("map.places_title"), data_on=on, source=source)
    return {**frame, "layers": list(map_layers(seen, address))}


def _job(request: HttpRequest, one: Study | Question) -> Any:
    return list_jobs(user_of(request)).filter(pk=one.job).first() if one.job else None


@require_GET
@access("plans", "view")
def study(request: HttpRequest, number: str) -> HttpResponse:
    """Show a study: what it would be, or how far it is; once solved, its figures and its map."""
    user, one = user_of(request), find_study(request, number)
    about = {**_head(request, one, "study"), "events": events_about(user, one)[:_LATEST], "waits": is_waiting(one)}
    if not one.has_result:
        about |= {"job": _job(request, one), "other_rules": by_other_rules(one)}
        return render(request, "plans/draft.html", about)
    seen = see(one, _code(one))

    def address(name: str) -> str:
        return reverse("plans:layer", args=[one.number, name])

    about |= {"figures": figures_of(seen), "notes": notes_of(seen), "map": _map(request, seen, address), "seen": seen,
              "waste": seen.part["sums"]["without"],
              "aside": adopted_above(one) if one.state == Study.State.ADOPTED else ()}  # fmt: skip
    return render(request, "plans/study.html", about)


@require_GET
@access("plans", "view")
def section(request: HttpRequest, number: str, section: str) -> HttpResponse:
    """Show a page of a solved study: coverage, money, programme, budgets, operation, or method."""
    one = _solved(request, number)
    seen = see(one, _code(one))
    if section == "coverage":
        found = coverage_page(seen, request.GET.get("community", ""))
    elif section in SECTIONS:
        found = SECTIONS[section](seen)
    else:
        raise Http404
    about = {**_head(request, one, section), **found, "seen": seen, "unit": seen.book["unit"]}
    return render(request, f"plans/{section}.html", about)


@require_GET
@access("plans", "view")
def measures(request: HttpRequest, number: str) -> HttpResponse:
    """List the measures of a study."""
    user, one = user_of(request), _solved(request, number)
    rows = list_measures(user).filter(study=one)
    kinds = (*FORMATS, "geojson") if user.rights.may("plans", "export", one.place) else ()
    files = [(kind, reverse("plans:measures_export", args=[number, kind])) for kind in kinds]
    about = {**_head(request, one, "measures"), "table": show_table(MEASURES, rows, request.GET, exports=files)}
    return render(request, "plans/measures.html", about)


def _options(one: Study, community: str) -> list[dict[str, Any]]:
    found = sheet_of(one, f"options-{_code(one)}")
    return [row for row in found if row["community_id"] == community] if community else []


@require_http_methods(["GET", "POST"])
@access("plans", "edit")
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask what a plan would be if options were decided or ruled out, or the money were another."""
    user, one = user_of(request), _solved(request, number, "edit")
    known = {"ask_in": request.GET.get("in", ""), "ask_out": request.GET.get("out", "")}
    form = AskForm(request.POST or None, initial=known)
    if form.is_valid():
        said = form.cleaned_data
        wan: Decimal | None = said["budget_wan"]
        budget = None if wan is None else (wan * WAN).quantize(Decimal("0.01"))
        try:
            asked = services.question_ask(actor=actor_of(request), study=one, force_in=said["ask_in"],
                                          forbid=said["ask_out"], budget_yuan=budget)  # fmt: skip
            return redirect("plans:answer", number=number, asked=asked.number)
        except Refused as refused:
            add_refusal(form, refused)
    seen = see(one, _code(one))
    community = request.GET.get("community", "")
    rows = [{**row, "facility": seen.facility(row["type"])} for row in _options(one, community)]
    about = {
        **_head(request, one, "ask"), "form": form, "questions": questions_of(user, one)[:_LATEST], "options": rows,
        "communities": seen.part["communities"], "community": community, "seen": seen,
    }  # fmt: skip
    return render(request, "plans/ask_what.html", about)


@require_GET
@access("plans", "edit")
def answer(request: HttpRequest, number: str, asked: int) -> HttpResponse:
    """Show what was asked, and the answer beside the plan as it is."""
    user, one = user_of(request), _solved(request, number, "edit")
    question = get_object_or_404(questions_of(user, one), number=asked)
    seen = see(one, _code(one))
    names = {row["id"]: row["name"] for row in seen.part["communities"]}
    changes = [{**row, "name": names.get(row["community_id"], row["community_id"])}
               for row in question.result.get("communities", ())]  # fmt: skip
    about = {**_head(request, one, "ask"), "question": question, "waits": is_waiting(question), "seen": seen,
             "job": _job(request, question), "changes": changes,
             "before": question.result.get("before"), "after": question.result.get("after")}  # fmt: skip
    return render(request, "plans/answer.html", about)


def _sets(request: HttpRequest, one: Study, places: list[Place]) -> list[dict[str, Any]]:
    """Return, by place, the documents that are there or could be written."""
    user = user_of(request)
    found = {row.place: row for row in list_documents(user).filter(study=one)}
    return [
        {"place": place, "documents": found.get(place.path), "may": user.rights.may("plans", "export", place.path),
         "waits": is_waiting(found[place.path]) if place.path in found else False}
        for place in places
    ]  # fmt: skip


def _parts(one: Study) -> list[Place]:
    """Return the places of a study that it has sheets of: its own, and its districts."""
    codes = [part["code"] for part in sheet_of(one, "book")["parts"]]
    return list(Place.objects.filter(code__in=codes, path__startswith=one.place).order_by("path"))


@require_GET
@access("plans", "view")
def documents(request: HttpRequest, number: str) -> HttpResponse:
    """List the documents of a study: as a whole and for each district."""
    one = _solved(request, number)
    about = {**_head(request, one, "documents"), "sets": _sets(request, one, _parts(one))}
    return render(request, "plans/documents.html", about)


@require_POST
@access("plans", "export")
def documents_write(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the documents of a place to be written: of a study, or of the plan in force there."""
    place = _place(request, code, "export")
    number = request.POST.get("study", "")
    one = find_study(request, number, "export") if number else adopted_for(place.path)
    if one is None:
        raise Http404
    try:
        services.documents_request(actor=actor_of(request), study=one, place=place.path)
        messages.success(request, say("plans.said.documents"))
    except Refused as refused:
        messages.error(request, str(refused))
    if number:
        return redirect("plans:documents", number=number)
    return redirect("plans:district", code=code)


@require_GET
@access("plans", "export")
def document_export(request: HttpRequest, pk: int, position: int) -> FileResponse:
    """Give one document; who took it is recorded."""
    found = get_object_or_404(list_documents(user_of(request), "export"), pk=pk, state="done")
    if not 0 <= position < len(found.files):
        raise Http404
    known = found.files[position]
    path = found.path / known["name"]
    if not path.is_file():
        raise Http404
    with transaction.atomic():
        record(
            "plans.documents.export", actor=actor_of(request), module="plans", object_=found, place=found.place,
            name=known["name"], after={"sha256": known["sha256"], "size": known["size"]},
        )  # fmt: skip
    return FileResponse(path.open("rb"), as_attachment=True, filename=_file_name(found, known["name"]),
                        content_type=_TYPES[path.suffix.lstrip(".")])  # fmt: skip


def _file_name(found: DocumentSet, name: str) -> str:
    """Return a name that tells of which plan and place a file is."""
    last = name.rpartition("/")[2]
    place = Place.objects.get(path=found.place)
    return f"{found.study.number}-{place.code}-{last}" if "/" not in name else f"{found.study.number}-{last}"


def _place(request: HttpRequest, code: str, action: str = "view") -> Place:
    """Return a city or district by its code, if the person may see plans there."""
    place = get_object_or_404(Place, code=code, level__in=("city", "district"))
    if not user_of(request).rights.may("plans", action, place.path):
        raise Http404
    return place


def _in_force(place: Place) -> Seen | None:
    """Return the plan in force at a place, looked at for that place."""
    one = adopted_for(place.path)
    if one is None or place.code not in {part["code"] for part in sheet_of(one, "book")["parts"]}:
        return None
    return see(one, place.code)


@require_GET
@access("plans", "view")
def district(request: HttpRequest, code: str) -> HttpResponse:
    """Show the plan of a district 一区一规划: its part of the plan in force, with map, measures, money, documents."""
    user, place = user_of(request), _place(request, code)
    seen, title = _in_force(place), say("plans.district.of", place=named(place))
    if seen is None:
        may_edit = user.rights.may("plans", "edit", place.path)
        return render(request, "plans/district_none.html", {"place": place, "title": title, "may_edit": may_edit})

    def address(name: str) -> str:
        return reverse("plans:district_layer", args=[code, name])

    rows = list_measures(user).filter(study=seen.study, place__startswith=place.path, in_force=True)
    about = {
        "place": place, "title": title, "study": seen.study, "seen": seen, "part": seen.part,
        "figures": figures_of(seen), "notes": notes_of(seen),
        "map": _map(request, seen, address), "table": show_table(PLANNED, rows, request.GET),
        "sets": _sets(request, seen.study, [place]), "sees_study": user.rights.may("plans", "view", seen.study.place),
        "communities": [{**one, "needs": one["changes"].get("")} for one in seen.part["communities"]],
        **programme_page(seen), "money": money_page(seen),
    }  # fmt: skip
    return render(request, "plans/district.html", about)


@require_GET
@access("plans", "view")
def district_layer(request: HttpRequest, code: str, name: str) -> JsonResponse:
    """Give a layer of a district's map."""
    seen = _in_force(_place(request, code))
    found = layer_of(seen, name) if seen else None
    if found is None:
        raise Http404
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})
