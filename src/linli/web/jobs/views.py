"""The pages of jobs: my list, one with its progress, cancel."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import User
from linli.web.jobs import services
from linli.web.jobs.lists import JOBS
from linli.web.jobs.models import Job
from linli.web.jobs.registry import page_of
from linli.web.jobs.selectors import list_jobs
from linli.web.pages.table import show_table
from linli.web.pages.templatetags.linli import job_words
from linli.web.refusal import Refused
from linli.web.words import has_words, say

__all__ = ["job", "job_cancel", "jobs", "progress"]


@require_GET
@access(signed_in=True)
def jobs(request: HttpRequest) -> HttpResponse:
    """List my jobs, and those of places that I may watch over."""
    return render(request, "jobs/list.html", {"table": show_table(JOBS, list_jobs(user_of(request)), request.GET)})


def _about(user: User, one: Job) -> dict[str, object]:
    mine = one.requested_by_id == user.pk
    may = not one.is_over and (mine or user.rights.may("jobs", "cancel", one.place))
    results = [(say(f"jobs.result.{name}"), value) for name, value in (one.result or {}).items()
               if has_words(f"jobs.result.{name}")]  # fmt: skip
    page = page_of(one.kind, user, one.arguments) if one.is_over else ""
    return {"job": one, "kind": job_words(one.kind), "may_cancel": may, "results": results, "page": page}


@require_GET
@access(signed_in=True)
def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a job."""
    user = user_of(request)
    return render(request, "jobs/job.html", _about(user, get_object_or_404(list_jobs(user), pk=pk)))


@require_GET
@access(signed_in=True)
def progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the moving part of a job's page, asked for every second while it runs."""
    user = user_of(request)
    return render(request, "jobs/progress.html", _about(user, get_object_or_404(list_jobs(user), pk=pk)))


@require_POST
@access(signed_in=True)
def job_cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel a job: one's own, or one that one may cancel."""
    user = user_of(request)
    mine = list_jobs(user).filter(requested_by=user)
    one = get_object_or_404(mine | Job.objects.visible_to(user, "cancel").select_related("requested_by"), pk=pk)
    try:
        services.job_cancel(actor=actor_of(request), job=one)
        messages.success(request, say("jobs.said.cancel"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("jobs:job", pk=pk)
