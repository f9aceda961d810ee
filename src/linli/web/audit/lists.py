"""The list of events: its columns, filters and order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from linli.web.accounts.roles import role_matrix
from linli.web.pages.table import Column, Filter, Table
from linli.web.pages.templatetags.linli import actor_words, event_words
from linli.web.words import say, word_table

__all__ = ["EVENTS"]


def _codes_called(asked: str) -> list[str]:
    """Return the codes of the events whose words, in either language, hold a text: people search for what they read."""
    wanted, found = asked.casefold(), []
    for key, texts in word_table().items():
        app, _, rest = key.partition(".event.")
        if rest and "." not in app and any(wanted in text.casefold() for text in texts.values()):
            found.append(f"{app}.{rest}")
    return found


def _search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    condition = Q(actor_name__icontains=asked) | Q(object_name__icontains=asked) | Q(reason__icontains=asked)
    condition |= Q(actor__name__icontains=asked) | Q(event__icontains=asked) | Q(event__in=_codes_called(asked))
    return rows.filter(condition | Q(request=asked) | Q(address=asked))


def _modules() -> Iterable[tuple[str, str]]:
    return [(code, say(f"accounts.module.{code}")) for code in role_matrix().modules]


EVENTS = Table(
    name="audit.events",
    order="-number",
    columns=(
        Column(
            "number",
            lambda e: e.number,
            kind="number",
            order=("number",),
            link=lambda e: reverse("audit:event", args=[e.number]),
        ),
        Column("at", lambda e: e.at, kind="moment", order=("at",)),
        Column("actor", actor_words, order=("actor_name",)),
        Column("on_behalf_of", lambda e: e.on_behalf_of.username if e.on_behalf_of else "", hidden=True),
        Column("event", lambda e: event_words(e.event), order=("event",)),
        Column("object", lambda e: e.object_name, order=("object_name",)),
        Column("module", lambda e: e.module, kind="words", words="accounts.module", order=("module",)),
        Column("place", lambda e: e.place, order=("place",), hidden=True),
        Column("reason", lambda e: e.reason),
        Column("address", lambda e: e.address, hidden=True),
        Column("request", lambda e: e.request, hidden=True),
        Column("before", lambda e: e.before, hidden=True),
        Column("after", lambda e: e.after, hidden=True),
        Column("hash", lambda e: e.hash, hidden=True),
    ),
    filters=(
        Filter("q", _search),
        Filter("module", lambda rows, asked: rows.filter(module=asked), kind="choice", choices=_modules),
        Filter("from", lambda rows, asked: rows.filter(at__date__gte=asked), kind="date"),
        Filter("until", lambda rows, asked: rows.filter(at__date__lte=asked), kind="date"),
        Filter("object", lambda rows, asked: rows.filter(object_name__icontains=asked)),
    ),
)
"""Events."""
