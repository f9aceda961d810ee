"""The list of providers: columns, filters and order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from linli.web.pages.table import Column, Filter, Table
from linli.web.providers.services import criteria_in_force
from linli.web.words import current_language, say

__all__ = ["PROVIDERS", "category_titles"]

STATES = ("draft", "applied", "returned", "approved", "listed", "declined", "removed")


def category_titles() -> dict[str, str]:
    """Return the categories' titles by code, in the page's language."""
    lang = current_language()
    return {one.id: one.title[lang] for one in criteria_in_force().categories}


def _categories(provider: Any) -> str:
    titles = category_titles()
    return " / ".join(titles.get(code, code) for code in provider.categories)


def _search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(number__icontains=asked) | Q(name__icontains=asked) | Q(services__icontains=asked))


def _states() -> Iterable[tuple[str, str]]:
    return [(code, say(f"providers.state.{code}")) for code in STATES]


PROVIDERS = Table(
    name="providers.list",
    order="number",
    columns=(
        Column(
            "number",
            lambda p: p.number,
            order=("number",),
            link=lambda p: reverse("providers:provider", args=[p.number]),
        ),
        Column("name", lambda p: p.name, order=("name",)),
        Column("categories", _categories),
        Column("sites", lambda p: p.sites, kind="number", order=("sites",)),
        Column("state", lambda p: p.state, kind="words", words="providers.state", order=("state",)),
        Column(
            "warned", lambda p: "warned" if p.warned else "", kind="words", words="providers.state", order=("warned",)
        ),
        Column("since", lambda p: p.since, kind="date", order=("since",)),
        Column("contact", lambda p: p.contact, hidden=True),
    ),
    filters=(
        Filter("q", _search),
        Filter("state", lambda rows, asked: rows.filter(state=asked), kind="choice", choices=_states),
    ),
)
"""Providers."""
