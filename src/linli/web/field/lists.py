"""The lists of what phones sent in and of conflicts: columns, filters and order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from linli.web.field.models import FORMS, Conflict, Entry
from linli.web.pages.table import Column, Filter, Table
from linli.web.words import current_language, say

__all__ = ["CONFLICTS", "ENTRIES"]


def _words(prefix: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, say(f"{prefix}.{code}")) for code in codes]


def _search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(title__icontains=asked) | Q(key__icontains=asked) | Q(by__name__icontains=asked))


def _below(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    """Keep those of a place whose code begins so: a community's, a street's, a district's."""
    return rows.filter(place__contains=f"/{asked}") if asked.isdigit() else rows.none()


def _place(row: Any) -> str:
    """Return what a row's place is called, with its code where it has no name."""
    named: str = (row.place_en or row.place_zh) if current_language() == "en" else row.place_zh
    return named or getattr(row, "place", "").rstrip("/").rpartition("/")[2]


ENTRIES = Table(
    name="field.entries",
    order="-received_at",
    columns=(
        Column("title", lambda e: e.title or e.key or str(e.client)[:8], order=("title",),
               link=lambda e: reverse("field:entry", args=[e.client])),
        Column("form", lambda e: e.form, kind="words", words="field.form_name", order=("form",)),
        Column("key", lambda e: e.key, order=("key",), hidden=True),
        Column("community", _place, order=("place",)),
        Column("by", lambda e: e.by.name, order=("by__name",)),
        Column("saved_at", lambda e: e.saved_at, kind="moment", order=("saved_at",)),
        Column("received_at", lambda e: e.received_at, kind="moment", order=("received_at",), hidden=True),
        Column("state", lambda e: e.state, kind="words", words="field.state", order=("state",)),
        Column("review", lambda e: e.review, kind="words", words="field.review", order=("review",)),
        Column("round", lambda e: e.round.name if e.round else "", order=("round__surveyed_on",), hidden=True),
    ),
    filters=(
        Filter("q", _search),
        Filter("place", _below),
        Filter("round", lambda rows, asked: rows.filter(Q(round__code=asked) | Q(round__name__icontains=asked))),
        Filter("form", lambda rows, asked: rows.filter(form=asked), kind="choice",
               choices=lambda: _words("field.form_name", FORMS)),
        Filter("state", lambda rows, asked: rows.filter(state=asked), kind="choice",
               choices=lambda: _words("field.state", Entry.State.values)),
        Filter("review", lambda rows, asked: rows.filter(review=asked), kind="choice",
               choices=lambda: _words("field.review", Entry.Review.values)),
    ),
)  # fmt: skip
"""What phones sent in."""

CONFLICTS = Table(
    name="field.conflicts",
    order="-at",
    columns=(
        Column("title", lambda c: c.entry.title or c.entry.key, order=("entry__title",),
               link=lambda c: reverse("field:decide", args=[c.pk])),
        Column("kind", lambda c: c.kind, kind="words", words="field.kind", order=("kind",)),
        Column("community", _place, order=("entry__place",)),
        Column("by", lambda c: c.entry.by.name, order=("entry__by__name",)),
        Column("fields", lambda c: len(c.fields), kind="number"),
        Column("at", lambda c: c.at, kind="moment", order=("at",)),
        Column("state", lambda c: c.state, kind="words", words="field.conflict_state", order=("state",)),
        Column("decided_by", lambda c: c.decided_by.name if c.decided_by else "", hidden=True),
        Column("decided_at", lambda c: c.decided_at, kind="moment", order=("decided_at",), hidden=True),
        Column("reason", lambda c: c.reason, hidden=True),
    ),
    filters=(
        Filter("q", lambda rows, asked: rows.filter(
            Q(entry__title__icontains=asked) | Q(entry__key__icontains=asked) | Q(entry__by__name__icontains=asked))),
        Filter("state", lambda rows, asked: rows.filter(state=asked), kind="choice",
               choices=lambda: _words("field.conflict_state", Conflict.State.values)),
        Filter("kind", lambda rows, asked: rows.filter(kind=asked), kind="choice",
               choices=lambda: _words("field.kind", Conflict.Kind.values)),
    ),
)  # fmt: skip
"""What a person has to decide."""
