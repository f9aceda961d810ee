"""The pages of one community: its profile, the map on it, the profile on paper; and the papers of a whole district."""

from __future__ import annotations

import hashlib
import logging
import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods

from linli.errors import LinliError
from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import Place
from linli.web.accounts.selectors import places_below
from linli.web.assessments.models import Run, ScoreRow
from linli.web.audit.services import record
from linli.web.communities import around, profile
from linli.web.communities.figures import Look, look_at, runs_shown, score_rows
from linli.web.communities.ground import LAYERS, ground_features, ground_layers, lacking_types
from linli.web.communities.overview import reason_of
from linli.web.communities.panels import round_name
from linli.web.communities.paper import profile_pdf
from linli.web.communities.portrait import portrait_of
from linli.web.communities.selectors import list_bundles, list_places
from linli.web.communities.services import bundle_request
from linli.web.communities.work import bundle_file
from linli.web.communities.writing import standard_title
from linli.web.jobs.models import Job
from linli.web.keep import Keep
from linli.web.pages.maps import map_frame
from linli.web.refusal import Refused
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import LANGUAGES, current_language, say

__all__ = ["bundle", "bundle_export", "community", "profile_export", "profile_map"]

_log = logging.getLogger("linli.communities")

_DRAWN: Keep[str] = Keep(512)


def _community(request: HttpRequest, code: str) -> Place:
    return get_object_or_404(list_places(user_of(request), "community"), code=code)


def _look(request: HttpRequest, place: Place) -> tuple[Look | None, list[Run]]:
    user = user_of(request)
    runs = runs_shown(user, place.path)
    asked = {"code": request.GET.get("round", ""), "standard": request.GET.get("standard", "")}
    return look_at(user, runs, place=place.path, **asked), runs


def _map(request: HttpRequest, place: Place, look: Look | None, portrait: profile.Portrait | None) -> dict[str, Any]:
    types = lacking_types(portrait) if portrait else []
    asked = request.GET.get("lack", "")
    kind, title, distance = next((one for one in types if one[0] == asked), types[0] if types else ("", "", 0.0))
    run = look.run if look else None
    query = urlencode({"lack": kind, **({"round": run.snapshot.round.code} if run else {})})
    words = say("communities.ground.lacking", type=title, metres=f"{distance:,.0f}") if kind else ""
    layers = ground_layers(user_of(request), place, run=run, kind=kind, title=words, query=query)
    frame = map_frame(
        request, title=place.name, data_on=run.snapshot.round.surveyed_on if run else None,
        source=round_name(run.snapshot.round) if run else "",
    )  # fmt: skip
    return {"kind": kind, "types": types, "config": {**frame, "layers": layers}}


def _of_run(look: Look, runs: list[Run], portrait: profile.Portrait | None) -> dict[str, Any]:
    """Return what the run says: the rows that pass the gate, and the portrait of the same community."""
    order = {standard: position for position, standard in enumerate(look.options.standards)}
    found = ScoreRow.objects.visible_to(look.user).filter(run=look.run, place=look.place).order_by()
    rows = sorted(found, key=lambda row: order.get(row.standard, len(order)))
    round_ = look.run.snapshot.round
    earlier = next((run for run in runs if run.snapshot.round.surveyed_on < round_.surveyed_on), None)
    about: dict[str, Any] = {
        "look": look, "round": round_, "round_name": round_name(round_), "standard": standard_title(look.standard),
        "rounds": [(run.snapshot.round.code, round_name(run.snapshot.round)) for run in runs], "rows": rows,
        "standards": [(one, standard_title(one)) for one in look.options.standards],
        "figures": profile.figures_of(look, rows, portrait), "reason": reason_of(rows[0]) if rows else "",
    }  # fmt: skip
    if earlier is not None:
        changes, refused, told = profile.changes_since(look, earlier)
        about |= {"before": earlier, "changes": changes, "refused": refused, "told": told}
    return about


def _of_portrait(look: Look, portrait: profile.Portrait) -> dict[str, Any]:
    return {
        "portrait": portrait, "missing": _missing(look, portrait), "ages": profile.ages_chart(look, portrait),
        "peers": profile.peers_of(look, portrait["peers"], look.options.standards),
    }  # fmt: skip


def _missing(look: Look, portrait: profile.Portrait) -> str:
    """Return what is missing item by item, drawn once: for a run it is the same for whoever sees the community."""

    def draw() -> str:
        gaps, more = profile.gaps_of(portrait, look.standard)
        haves = profile.means_chart(
            look, portrait["haves"].get(look.standard, ()),
            say("communities.chart.haves", standard=standard_title(look.standard)), look.standard,
        )  # fmt: skip
        about = {
            "code": look.place.rstrip("/").rsplit("/", 1)[-1], "standard": look.standard,
            "round": look.run.snapshot.round, "round_name": round_name(look.run.snapshot.round),
            "gaps": gaps, "more_gaps": more, "haves": haves,
            "scenes": profile.means_chart(look, portrait["scenes"], say("communities.chart.scenes")),
            "items": profile.items_of(portrait), "supply": profile.supply_of(portrait),
        }  # fmt: skip
        return render_to_string("communities/profile_missing.html", about)

    key = (look.run.digest, look.run.pk, site_catalogue().version, look.place, look.standard, current_language())
    return _DRAWN.get("|".join(map(str, key)), draw)


@require_GET
@access("assessments", "view")
def community(request: HttpRequest, code: str) -> HttpResponse:
    """Show all that concerns a community: 一社一画像."""
    place, user = _community(request, code), user_of(request)
    look, runs = _look(request, place)
    portrait = portrait_of(look.run, code) if look and score_rows(look).exists() else None
    about = {
        "place": place,
        "map": _map(request, place, look, portrait),
        "register": around.register_of(user, place),
        "wishes": around.wishes_of(user, place),
        "cases": around.cases_of(user, place),
        "measures": around.measures_here(user, place),
        "survey": around.survey_state(user, place),
        "latest": around.latest_of(user, place),
        "may_export": user.rights.may("assessments", "export", place.path),
        **(_of_run(look, runs, portrait) if look else {}),
        **(_of_portrait(look, portrait) if look and portrait else {}),
    }
    return render(request, "communities/profile.html", about)


@require_GET
@access("assessments", "view")
def profile_map(request: HttpRequest, code: str, layer: str) -> JsonResponse:
    """Give a layer of a community's map."""
    place = _community(request, code)
    if layer not in LAYERS:
        raise Http404
    look, _ = _look(request, place)
    kind, distance = "", 0.0
    if layer == "people" and look:
        portrait = portrait_of(look.run, code)
        types = {one: metres for one, _, metres in lacking_types(portrait)} if portrait else {}
        kind = request.GET.get("lack", "")
        kind, distance = (kind, types[kind]) if kind in types else ("", 0.0)
    found = ground_features(
        user_of(request), place, layer, run=look.run if look else None, kind=kind, distance_m=distance
    )
    return JsonResponse(found, content_type="application/geo+json; charset=utf-8")


@require_GET
@access("assessments", "export")
def profile_export(request: HttpRequest, code: str, lang: str) -> HttpResponseBase:
    """Give the profile of a community as a PDF of two A4 pages, and record that it was taken."""
    place = get_object_or_404(places_below(user_of(request), "assessments", "export"), level="community", code=code)
    look, _ = _look(request, place)
    if lang not in LANGUAGES or look is None:
        raise Http404
    try:
        file = profile_pdf(look.run, code, lang)
    except (LinliError, KeyError, OSError):
        _log.exception("a profile could not be set", extra={"run": look.run.pk, "community": code})
        messages.error(request, say("communities.refuse.paper"))
        return redirect("communities:profile", code=code)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    after = {"run": look.run.pk, "language": lang, "sha256": digest}
    with transaction.atomic():
        record(
            "communities.profile.export", actor=actor_of(request), module="assessments", object_=look.run,
            place=place.path, name=place.name, after=after,
        )  # fmt: skip
    name = f"{place.name}-{look.run.snapshot.round.code}-{lang}.pdf"
    return FileResponse(file.open("rb"), as_attachment=False, filename=name, content_type="application/pdf")


@require_http_methods(["GET", "POST"])
@access("assessments", "export")
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the profiles of a district as one file, and find those that were made."""
    user = user_of(request)
    place = get_object_or_404(places_below(user, "assessments", "export"), level="district", code=code)
    runs = runs_shown(user, place.path)
    if request.method == "POST" and runs:
        try:
            job = bundle_request(
                actor=actor_of(request), place=place, lang=request.POST.get("lang", ""), run=runs[0].pk
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            return redirect("jobs:job", pk=job.pk)
    about = {
        "place": place,
        "jobs": list_bundles(user).filter(place=place.path),
        "run": runs[0] if runs else None,
        "count": _count(request, place),
    }
    return render(request, "communities/bundle.html", about)


def _count(request: HttpRequest, place: Place) -> int:
    below = places_below(user_of(request), "assessments", "export")
    return below.filter(level="community", path__startswith=place.path).count()


@require_GET
@access("assessments", "export")
def bundle_export(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """Give a file of profiles, and record that it was taken."""
    job = get_object_or_404(list_bundles(user_of(request)), pk=pk, state=Job.State.DONE)
    file = bundle_file(str(job.pk))
    if not file.exists():
        raise Http404
    after = {"job": str(job.pk), **(job.result or {})}
    with transaction.atomic():
        record(
            "communities.bundle.export", actor=actor_of(request), module="assessments", object_=job, place=job.place,
            name=job.subject, after=after,
        )  # fmt: skip
    name = f"{job.subject}-{job.created_at:%Y-%m-%d}.zip"
    return FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
