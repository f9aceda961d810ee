"""Deciding on plans: studies compared, one adopted or revoked, its measures carried on as projects, how far it is."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import Place
from linli.web.audit.services import record
from linli.web.pages.export import FORMATS
from linli.web.pages.maps import map_frame
from linli.web.plans import services
from linli.web.plans.compare import MOST, Comparison, compare, compare_rows
from linli.web.plans.forms import AdoptForm, LinkForm, ProjectForm, UnlinkForm
from linli.web.plans.lists import facility_words
from linli.web.plans.maps import place_features, place_fields
from linli.web.plans.models import Measure, Study
from linli.web.plans.progress import STAGES, follow
from linli.web.plans.seen import Seen, see
from linli.web.plans.selectors import adopted_above, list_measures, list_studies
from linli.web.plans.views import find_study
from linli.web.projects.asking import ask
from linli.web.projects.models import Project
from linli.web.words import say

__all__ = [
    "adopt",
    "begin_project",
    "compare_export",
    "compare_layer",
    "compare_studies",
    "link_project",
    "progress",
    "revoke",
    "unlink_project",
]

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def _look(study: Study) -> Seen:
    return see(study, Place.objects.get(path=study.place).code)


def _chosen(request: HttpRequest, action: str = "view") -> list[Study]:
    """Return the solved studies that the address names, each once, in its order."""
    asked = list(dict.fromkeys(request.GET.getlist("study")))[:MOST]
    rows = {one.number: one for one in list_studies(user_of(request), action).filter(number__in=asked)}
    return [rows[number] for number in asked if number in rows and rows[number].has_result]


def _comparison(request: HttpRequest, action: str = "view") -> Comparison:
    found = _chosen(request, action)
    if len(found) < 2:  # noqa: PLR2004 - one by itself is no comparison
        raise Http404
    return compare([_look(one) for one in found])


def _compare_map(request: HttpRequest, found: Comparison) -> dict[str, Any]:
    """Return the map of differences: what all or several have, and what only one has."""
    query = request.GET.urlencode()

    def one(name: str, label: str) -> dict[str, Any]:
        address = f"{reverse('plans:compare_layer', args=[name])}?{query}"
        return {"id": name, "label": label, "kind": "facilities", "src": address, "fields": place_fields(found.seen[0])}

    address = reverse("plans:layer", args=[found.seen[0].study.number, "communities"])
    outline = {"id": "outline", "label": say("plans.compare.outline"), "kind": "outline", "src": address}
    layers = [outline, one("shared", say("plans.compare.shared", n=len(found.shared)))]
    layers += [
        one(f"only-{i}", say("plans.compare.only", study=seen.study.number, n=len(found.only(i))))
        for i, seen in enumerate(found.seen)
    ]
    return {**map_frame(request, title=say("plans.compare.map")), "layers": layers}


@require_GET
@access("plans", "view")
def compare_studies(request: HttpRequest) -> HttpResponse:
    """Set two to four studies side by side; with fewer, let them be chosen."""
    user, chosen = user_of(request), _chosen(request)
    solved = (Study.State.SOLVED, Study.State.ADOPTED, Study.State.SUPERSEDED)
    about: dict[str, Any] = {"studies": list_studies(user).filter(state__in=solved), "chosen": chosen, "most": MOST}
    if len(chosen) > 1:
        found = compare([_look(one) for one in chosen])
        query = request.GET.urlencode()
        files = [(kind, f"{reverse('plans:compare_export', args=[kind])}?{query}") for kind in FORMATS]
        about |= {"found": found, "map": _compare_map(request, found),
                  "exports": files if user.rights.may("plans", "export") else ()}  # fmt: skip
    return render(request, "plans/compare.html", about)


@require_GET
@access("plans", "view")
def compare_layer(request: HttpRequest, name: str) -> JsonResponse:
    """Give a layer of the map of differences."""
    found = _comparison(request)
    if name == "shared":
        return JsonResponse(place_features(found.seen[0], found.shared), json_dumps_params={"ensure_ascii": False})
    position = name.removeprefix("only-")
    if not position.isdigit() or int(position) >= len(found.seen):
        raise Http404
    at = int(position)
    return JsonResponse(place_features(found.seen[at], found.only(at)), json_dumps_params={"ensure_ascii": False})


def _xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(say("plans.compare.title")[:31])
    sheet.set_column(0, 8, 20)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if isinstance(value, int | float | Decimal):
                sheet.write_number(i, j, value)
            else:
                sheet.write_string(i, j, "" if value is None else str(value))
    book.close()
    return file.getvalue()


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    for row in rows:
        # A cell that a spreadsheet program would take for a formula is marked as text.
        writer.writerow(
            [
                f"'{one}" if isinstance(one, str) and one.startswith(_RISKY) else "" if one is None else one
                for one in row
            ]
        )
    return file.getvalue().encode("utf-8-sig")


@require_GET
@access("plans", "export")
def compare_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Give a comparison as a file."""
    writers = {"xlsx": _xlsx, "csv": _csv}
    if kind not in writers:
        raise Http404
    found = _comparison(request, "export")
    rows = compare_rows(found)
    content = writers[kind](rows)
    numbers = [one.study.number for one in found.seen]
    with transaction.atomic():
        record(
            "plans.compare.export", actor=actor_of(request), module="plans", name=" / ".join(numbers),
            after={"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest(), "format": kind},
        )  # fmt: skip
    response = HttpResponse(content, content_type=_TYPES[kind])
    name = f"plans-compare-{timezone.localdate().isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _money_by_year(study: Study) -> list[tuple[Any, Decimal]]:
    """Return the planned subsidy by year, undated last."""
    sums: dict[int | None, Decimal] = {}
    for one in study.instalments.all():
        sums[one.year] = sums.get(one.year, Decimal("0.00")) + one.amount_yuan
    return sorted(sums.items(), key=lambda item: (item[0] is None, item[0] or 0))


def _changes(study: Study) -> list[dict[str, Any]]:
    """Return, for each plan that adopting a study would end, what they have in common and what goes and comes."""
    new = set(study.measures.values_list("option", flat=True))
    rows = []
    for one in adopted_above(study):
        old = set(one.measures.values_list("option", flat=True))
        going = one.measures.exclude(option__in=new).exclude(project=None).select_related("project")
        rows.append({"study": one, "common": len(new & old), "added": len(new - old), "gone": len(old - new),
                     "linked": list(going)})  # fmt: skip
    return rows


@require_http_methods(["GET", "POST"])
@access("plans", "adopt", fresh=True)
def adopt(request: HttpRequest, number: str) -> HttpResponse:
    """Adopt a plan: what it holds and what changes is shown first."""
    study = find_study(request, number, "adopt")
    if study.state not in {Study.State.SOLVED, Study.State.SUPERSEDED}:
        raise Http404
    form = AdoptForm(request.POST or None, initial={"version": study.version})
    seen = _look(study)

    def do(said: dict[str, Any]) -> None:
        services.study_adopt(actor=actor_of(request), study=study, base_version=said["version"], reason=said["reason"])

    about = {"study": study, "place": Place.objects.get(path=study.place), "years": seen.part["years"],
             "money": _money_by_year(study), "changes": _changes(study), "measures": study.measures.count(),
             "unknown": study.measures.filter(subsidy_yuan=None).count()}  # fmt: skip
    return ask(request, form, do, title=f"{say('plans.page.adopt')} · {study.number}", said="plans.said.adopted",
               back=reverse("plans:study", args=[number]), template="plans/adopt.html", about=about)  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("plans", "adopt", fresh=True)
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    """Revoke an adoption."""
    study = find_study(request, number, "adopt")
    if study.state != Study.State.ADOPTED:
        raise Http404
    form = AdoptForm(request.POST or None, initial={"version": study.version})
    lead = say("plans.page.revoke_lead", n=study.measures.count(), linked=study.measures.exclude(project=None).count())

    def do(said: dict[str, Any]) -> None:
        services.study_revoke(actor=actor_of(request), study=study, base_version=said["version"], reason=said["reason"])

    return ask(request, form, do, title=f"{say('plans.page.revoke')} · {study.number}", said="plans.said.revoked",
               lead=lead, back=reverse("plans:study", args=[number]),
               template="plans/ask.html", about={"study": study})  # fmt: skip


def _community(request: HttpRequest, code: str) -> Place:
    """Return a community for which the person may apply for projects."""
    place = get_object_or_404(Place, code=code, level="community")
    if not user_of(request).rights.may("projects", "apply", place.path):
        raise Http404
    return place


def _measure_words(measure: Measure) -> str:
    """Return a measure in one line."""
    parts = (str(measure.number), measure.place_name or measure.place_key, facility_words(measure.facility_type),
             say(f"plans.lever.{measure.lever}"), str(measure.open_year or say("plans.word.undated")))  # fmt: skip
    return " · ".join(parts)


def _named(rows: Sequence[Measure]) -> list[tuple[Measure, str]]:
    return [(one, _measure_words(one)) for one in rows]


def _open_measures(request: HttpRequest, place: Place) -> list[Measure]:
    rows = list_measures(user_of(request)).filter(in_force=True, project=None, place=place.path)
    return list(rows.order_by("study", "number"))


@require_http_methods(["GET", "POST"])
@access("projects", "apply")
def begin_project(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a creation project for measures of a community."""
    place = _community(request, code)
    rows = _open_measures(request, place)
    years = [one.begin_year for one in rows if one.begin_year]
    known = {"measures": [one.pk for one in rows], "name": say("plans.word.project_of", community=place.name),
             "year": min(years, default=timezone.localdate().year)}  # fmt: skip
    form = ProjectForm(request.POST or None, measures=_named(rows), initial=known)
    made: list[Project] = []

    def do(said: dict[str, Any]) -> None:
        organisation = user_of(request).organisation
        made.append(services.measures_begin_project(actor=actor_of(request), organisation=organisation, **said))

    answer = ask(request, form, do, title=f"{say('plans.page.begin')} · {place.name}", said="plans.said.begun",
                 lead=say("plans.page.begin_lead"), back=reverse("plans:planned"), template="plans/ask.html",
                 about={"nothing": not rows})  # fmt: skip
    return redirect("projects:project", number=made[0].number) if made else answer


@require_http_methods(["GET", "POST"])
@access("projects", "apply")
def link_project(request: HttpRequest, code: str) -> HttpResponse:
    """Link measures of a community with a project that is there already."""
    place = _community(request, code)
    rows = _open_measures(request, place)
    form = LinkForm(request.POST or None, user=user_of(request), measures=_named(rows))

    def do(said: dict[str, Any]) -> None:
        services.measures_link(actor=actor_of(request), **said)

    return ask(request, form, do, title=f"{say('plans.page.link')} · {place.name}", lead=say("plans.page.link_lead"),
               back=reverse("plans:planned"), said="plans.said.linked", template="plans/ask.html",
               about={"nothing": not rows})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("projects", "apply")
def unlink_project(request: HttpRequest, code: str) -> HttpResponse:
    """Undo the link of measures of a community with their project."""
    place = _community(request, code)
    rows = list(list_measures(user_of(request)).filter(in_force=True, place=place.path).exclude(project=None))
    named = [(one, f"{_measure_words(one)} → {one.project}") for one in rows]
    form = UnlinkForm(request.POST or None, measures=named)

    def do(said: dict[str, Any]) -> None:
        services.measures_unlink(actor=actor_of(request), **said)

    return ask(request, form, do, title=f"{say('plans.page.unlink')} · {place.name}", said="plans.said.unlinked",
               lead=say("plans.page.unlink_lead"), back=reverse("plans:planned"), template="plans/ask.html",
               about={"nothing": not rows})  # fmt: skip


def _by_community(rows: Sequence[Measure]) -> list[dict[str, Any]]:
    """Return communities with measures that no project follows."""
    found: dict[int, dict[str, Any]] = {}
    for one in rows:
        if one.project_id is None:
            row = found.setdefault(one.community_id, {"place": one.community, "n": 0})
            row["n"] += 1
    return sorted(found.values(), key=lambda row: row["place"].path)


@require_GET
@access("plans", "view")
def progress(request: HttpRequest) -> HttpResponse:
    """Show how far the plans in force are, in the places that one sees: against the years of the plan."""
    user = user_of(request)
    rows = list(list_measures(user).filter(in_force=True))
    followed = follow(rows)
    rights = user.rights
    about = {"followed": followed, "stages": STAGES, "open": _by_community(rows),
             "sees_money": rights.may("funds", "view"), "may_apply": rights.may("projects", "apply")}  # fmt: skip
    return render(request, "plans/progress.html", about)
