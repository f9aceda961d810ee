"""The studio: studies listed, begun, filled in, solved; the lists of measures and the layers of maps."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.improve.choices import LEVERS
from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import Place
from linli.web.audit.services import record
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.table import narrow, show_table
from linli.web.plans import services
from linli.web.plans.choices import from_json, to_yaml
from linli.web.plans.fields import SECTIONS
from linli.web.plans.forms import CopyForm, ExpertForm, NewStudyForm, StudyForm, run_words
from linli.web.plans.lines import Names
from linli.web.plans.lists import MEASURES, PLANNED, STUDIES, facility_words
from linli.web.plans.maps import layer_of, place_point
from linli.web.plans.models import Measure, Study
from linli.web.plans.seen import see
from linli.web.plans.selectors import adopted_for, by_other_rules, counts_of, list_measures, list_studies
from linli.web.projects.asking import ask
from linli.web.refusal import Refused
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import pick, say

__all__ = [
    "copy",
    "edit",
    "expert",
    "find_study",
    "layer",
    "list_all",
    "list_export",
    "measures_export",
    "new",
    "planned",
    "planned_export",
    "solve",
]

_GEOJSON = "geojson"
_DISTRICT = "district"


def find_study(request: HttpRequest, number: str, action: str = "view") -> Study:
    """Return a study by its number, if the person may see it, or may do `action` on it; else 404."""
    return get_object_or_404(list_studies(user_of(request), action), number=number)


def _exports(request: HttpRequest, route: str, *args: Any) -> list[tuple[str, str]]:
    if not user_of(request).rights.may("plans", "export"):
        return []
    kinds = FORMATS if route == "plans:list_export" else (*FORMATS, _GEOJSON)
    return [(kind, reverse(route, args=[*args, kind])) for kind in kinds]


@require_GET
@access("plans", "view")
def list_all(request: HttpRequest) -> HttpResponse:
    """List studies, and lead to the plans in force where one works."""
    user = user_of(request)
    shown = show_table(STUDIES, list_studies(user), request.GET, exports=_exports(request, "plans:list_export"))
    places = Place.objects.filter(level__in=("city", _DISTRICT))
    mine = [one for one in places if user.rights.may("plans", "view", one.path)]
    adopted = [(one, found) for one in mine if (found := adopted_for(one.path))]
    about = {"table": shown, "adopted": adopted, "may_edit": user.rights.may("plans", "edit")}
    return render(request, "plans/list.html", about)


@require_GET
@access("plans", "export")
def list_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of studies as a file."""
    return export_table(request, STUDIES, list_studies(user_of(request), "export"), kind, module="plans")


@require_http_methods(["GET", "POST"])
@access("plans", "edit")
def new(request: HttpRequest) -> HttpResponse:
    """Begin a study."""
    form = NewStudyForm(request.POST or None, user=user_of(request))
    made: list[Study] = []

    def do(said: dict[str, Any]) -> None:
        made.append(services.study_create(actor=actor_of(request), **said))

    answer = ask(request, form, do, title=say("plans.page.new"), lead=say("plans.page.new_lead"),
                 back=reverse("plans:list"), said="plans.said.created", template="plans/new.html")  # fmt: skip
    return redirect("plans:edit", number=made[0].number) if made else answer


def _names(study: Study) -> Names:
    """Return what people call the things of a study's place."""
    below = Place.objects.filter(path__startswith=study.place)
    types = {code: dict(rule.title) for code, rule in site_catalogue().facility_types.items()}
    communities = dict(below.filter(level="community").values_list("code", "name"))
    districts = list(below.filter(level=_DISTRICT).values_list("name", flat=True))
    return Names(types, communities, districts)


def _standards(study: Study) -> dict[str, str]:
    """Return the standards that the study's assessment judged by, with their titles."""
    families = site_catalogue().families
    return {name: pick(families[name].title) for name in study.run.options.get("standards", ()) if name in families}


def _editable(request: HttpRequest, number: str) -> Study:
    study = find_study(request, number, "edit")
    if not study.can_change:
        raise Http404
    return study


def _sections(form: StudyForm) -> list[dict[str, Any]]:
    """Return the form's fields section by section; a section with a fault is open."""
    return [
        {"name": name, "fields": [form[one] for one in fields], "open": any(one in form.errors for one in fields)}
        for name, fields in SECTIONS
    ]


def _rule_costs() -> list[dict[str, Any]]:
    """Return the unit costs that the rules have, with where they come from; ``None`` = nobody filled them in."""
    rows = []
    for name, series in site_catalogue().rule("siting_needs/unit_cost").values.items():
        last = series[-1]
        lever, _, kind = name.partition("_")
        title = say(f"plans.lever.{lever}") + (f" · {facility_words(kind)}" if kind else "")
        rows.append({"title": title, "value": last.value, "source": "" if last.value is None else last.clause})
    return rows


def _save(request: HttpRequest, study: Study, form: StudyForm | ExpertForm, name: str, content: Any) -> bool:
    """Save choices; put the service's answer into the form if it says no."""
    version = form.cleaned_data["version"]
    try:
        services.study_update(actor=actor_of(request), study=study, base_version=version, name=name, choices=content)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return False
    messages.success(request, say("plans.said.saved"))
    return True


@require_http_methods(["GET", "POST"])
@access("plans", "edit")
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Fill in a study's choices; every fault at once, beside its field."""
    study = _editable(request, number)
    form = StudyForm(
        request.POST or None, base=from_json(study.choices), names=_names(study), standards=_standards(study),
        initial={"version": study.version, "name": study.name},
    )  # fmt: skip
    if form.is_valid() and form.choices is not None:
        content = form.choices.model_dump(mode="json")
        if _save(request, study, form, form.cleaned_data["name"], content):
            return redirect("plans:study", number=study.number)
    costs = _rule_costs()
    unset = all(one["value"] is None for one in costs) and not study.choices["improve"]["unit_costs"]
    about = {"study": study, "form": form, "sections": _sections(form), "run": run_words(study.run),
             "rule_costs": costs, "unset_costs": unset, "other_rules": by_other_rules(study)}  # fmt: skip
    return render(request, "plans/edit.html", about)


@require_http_methods(["GET", "POST"])
@access("plans", "edit")
def expert(request: HttpRequest, number: str) -> HttpResponse:
    """Fill in every choice as YAML or JSON."""
    study = _editable(request, number)
    text = to_yaml(from_json(study.choices))
    form = ExpertForm(request.POST or None, initial={"version": study.version, "text": text})
    if form.is_valid() and _save(request, study, form, study.name, form.content):
        return redirect("plans:study", number=study.number)
    return render(request, "plans/expert.html", {"study": study, "form": form})


@require_http_methods(["GET", "POST"])
@access("plans", "edit")
def copy(request: HttpRequest, number: str) -> HttpResponse:
    """Copy a study's choices, to vary them."""
    user, study = user_of(request), find_study(request, number, "edit")
    known = {"name": say("plans.word.copy_of", name=study.name)[:100], "run": study.run_id}
    form = CopyForm(request.POST or None, user=user, place=study.place, initial=known)
    made: list[Study] = []

    def do(said: dict[str, Any]) -> None:
        made.append(services.study_copy(actor=actor_of(request), study=study, **said))

    answer = ask(request, form, do, title=f"{say('plans.page.copy')} · {study.number}", said="plans.said.created",
                 lead=say("plans.page.copy_lead"), back=reverse("plans:study", args=[number]),
                 template="plans/ask.html", about={"study": study})  # fmt: skip
    return redirect("plans:edit", number=made[0].number) if made else answer


@require_POST
@access("plans", "edit")
def solve(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a study to be solved."""
    study = find_study(request, number, "edit")
    version = request.POST.get("version", "")
    try:
        services.study_solve(
            actor=actor_of(request), study=study, base_version=int(version) if version.isdigit() else 0
        )
        messages.success(request, say("plans.said.queued"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("plans:study", number=study.number)


def _geojson(request: HttpRequest, table: Any, rows: QuerySet[Measure]) -> HttpResponse:
    """Answer with measures as GeoJSON: the rows of the screen, recorded like any export."""
    found = [place_point(one) for one in narrow(table, rows, request.GET)]
    text = json.dumps({"type": "FeatureCollection", "features": found}, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        record(
            "pages.table.export", actor=actor_of(request), module="plans", name=table.name,
            after={"rows": len(found), "sha256": digest, "format": _GEOJSON, "query": request.GET.dict()},
        )  # fmt: skip
    response = HttpResponse(text, content_type="application/geo+json; charset=utf-8")
    name = f"{table.name.replace('.', '-')}-{timezone.localdate().isoformat()}.geojson"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Rows"] = str(len(found))
    return response


def _export(request: HttpRequest, table: Any, rows: QuerySet[Measure], kind: str) -> HttpResponseBase:
    if kind == _GEOJSON:
        return _geojson(request, table, rows)
    return export_table(request, table, rows, kind, module="plans")


@require_GET
@access("plans", "export")
def measures_export(request: HttpRequest, number: str, kind: str) -> HttpResponseBase:
    """Give the measures of a study as a file."""
    study = find_study(request, number, "export")
    return _export(request, MEASURES, list_measures(user_of(request), "export").filter(study=study), kind)


@require_GET
@access("plans", "view")
def planned(request: HttpRequest) -> HttpResponse:
    """List the measures of the plans in force, those of the places that one sees."""
    rows = list_measures(user_of(request)).filter(in_force=True)
    shown = show_table(PLANNED, rows, request.GET, exports=_exports(request, "plans:planned_export"))
    counts = counts_of(rows)
    levers = [(say(f"plans.lever.{lever}"), counts[lever], "") for lever in LEVERS if counts.get(lever)]
    return render(request, "plans/planned.html", {"table": shown, "levers": levers})


@require_GET
@access("plans", "export")
def planned_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Give the measures of the plans in force as a file."""
    rows = list_measures(user_of(request), "export").filter(in_force=True)
    return _export(request, PLANNED, rows, kind)


@require_GET
@access("plans", "view")
def layer(request: HttpRequest, number: str, name: str) -> JsonResponse:
    """Give a layer of a study's map."""
    study = find_study(request, number)
    code = Place.objects.get(path=study.place).code
    found = layer_of(see(study, code), name) if study.has_result else None
    if found is None:
        raise Http404
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})
