"""The list of jobs: its columns, filters and order."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse

from linli.web.jobs.models import Job
from linli.web.pages.table import Column, Filter, Table
from linli.web.pages.templatetags.linli import job_words, said
from linli.web.words import say

__all__ = ["JOBS"]


def _states() -> Iterable[tuple[str, str]]:
    return [(code, say(f"jobs.state.{code}")) for code in Job.State.values]


JOBS = Table(
    name="jobs.list",
    order="-created",
    columns=(
        Column("kind", lambda j: job_words(j.kind), order=("kind",), link=lambda j: reverse("jobs:job", args=[j.pk])),
        Column("subject", lambda j: j.subject, order=("subject",)),
        Column("requested_by", lambda j: j.requested_by.name if j.requested_by else "", order=("requested_by__name",)),
        Column("created", lambda j: j.created_at, kind="moment", order=("created_at",)),
        Column("stage", lambda j: "" if j.is_over else said(j.stage)),
        Column("finished", lambda j: j.finished_at, kind="moment", order=("finished_at",)),
        Column("state", lambda j: j.state, kind="state", words="jobs.state", order=("state",)),
    ),
    filters=(
        Filter("q", lambda rows, asked: rows.filter(Q(subject__icontains=asked) | Q(kind__icontains=asked))),
        Filter("state", lambda rows, asked: rows.filter(state=asked), kind="choice", choices=_states),
    ),
)
"""Jobs."""
