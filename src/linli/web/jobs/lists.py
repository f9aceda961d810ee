"""The list of jobs: its columns, filters and order."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse

from linli.web.jobs.models import Job
from linli.web.pages.table import Column, Filter, Table
from linli.web.pages.templatetags.linli import said
from linli.web.words import has_words, say

__all__ = ["JOBS", "kind_words"]


def kind_words(kind: str) -> str:
    """Return a kind's words: ``<app>.<verb>`` has ``<app>.job.<verb>``."""
    app, _, verb = kind.partition(".")
    key = f"{app}.job.{verb}"
    return say(key) if has_words(key) else kind


def _states() -> Iterable[tuple[str, str]]:
    return [(code, say(f"jobs.state.{code}")) for code in Job.State.values]


JOBS = Table(
    name="jobs.list",
    order="-created",
    columns=(
        Column("kind", lambda j: kind_words(j.kind), order=("kind",), link=lambda j: reverse("jobs:job", args=[j.pk])),
        Column("subject", lambda j: j.subject, order=("subject",)),
        Column("requested_by", lambda j: j.requested_by.name if j.requested_by else "", order=("requested_by__name",)),
        Column("created", lambda j: j.created_at, kind="moment", order=("created_at",)),
        Column("stage", lambda j: said(j.stage)),
        Column("finished", lambda j: j.finished_at, kind="moment", order=("finished_at",)),
        Column("state", lambda j: j.state, kind="state", words="jobs.state", order=("state",)),
    ),
    filters=(
        Filter("q", lambda rows, asked: rows.filter(Q(subject__icontains=asked) | Q(kind__icontains=asked))),
        Filter("state", lambda rows, asked: rows.filter(state=asked), kind="choice", choices=_states),
    ),
)
"""Jobs."""
