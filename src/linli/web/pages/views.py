"""One's desk, the language switch, and the site's health."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

import linli
from linli.web.accounts.access import access, user_of
from linli.web.accounts.models import User
from linli.web.accounts.selectors import active_people, grants_of, place_names, places_below
from linli.web.accounts.services import language_choose
from linli.web.audit.selectors import events_concerning
from linli.web.jobs.selectors import job_counts, jobs_of
from linli.web.words import current_language

__all__ = ["desk", "health", "metrics", "set_language"]

_LATEST = 8


@require_GET
@access(signed_in=True)
def desk(request: HttpRequest) -> HttpResponse:
    """Show what is mine: jurisdiction, grants, jobs, and what happened that concerns me."""
    user = user_of(request)
    grants = [grant for grant in grants_of(user, user) if grant.state in {"in_force", "coming"}]
    events = list(events_concerning(user)[:_LATEST])
    paths = {*(grant.place for grant in grants), *user.rights.places, *(event.place for event in events)}
    levels: dict[str, int] = {}
    for level in places_below(user).values_list("level", flat=True):
        levels[level] = levels.get(level, 0) + 1
    about = {
        "grants": grants,
        "deputies": [one for one in user.stands_in_for.select_related("principal") if one.state == "in_force"],
        "places": user.rights.places,
        "levels": levels,
        "jobs": jobs_of(user)[:_LATEST],
        "events": events,
        "names": place_names(paths, current_language()),
    }
    return render(request, "pages/desk.html", about)


@require_POST
@access(public=True)
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language and go back to where one was."""
    lang = "en" if request.POST.get("language") == "en" else "zh"
    back = request.POST.get("next", "/")
    allowed = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = redirect(back if allowed else "/")
    year_s = 365 * 24 * 3600
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, lang, max_age=year_s, samesite="Lax", secure=request.is_secure(), httponly=True
    )
    if isinstance(request.user, User):
        language_choose(user=request.user, language=lang)
    return response


@require_GET
@access(public=True)
def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Say whether the site can do its work: 200 if the database answers and is up to date, else 503."""
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return JsonResponse({"status": "failing", "database": False}, status=503)
    about = {
        "status": "behind" if behind else "ok",
        "database": True,
        "migrated": not behind,
        "read_only": settings.SITE.is_read_only,
        "version": linli.__version__,
    }
    return JsonResponse(about, status=503 if behind else 200)


@require_GET
@access("system", "view")
def metrics(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Give the figures of the site in the text form that Prometheus reads."""
    lines = ["# TYPE linli_jobs gauge", *(f'linli_jobs{{state="{s}"}} {n}' for s, n in job_counts().items())]
    lines += ["# TYPE linli_users gauge", f"linli_users {active_people()}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")
