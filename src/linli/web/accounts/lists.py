"""The lists of people, organisations and grants: their columns, filters and order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from linli.web.accounts.models import Organisation
from linli.web.accounts.roles import role_matrix
from linli.web.pages.table import Column, Filter, Table
from linli.web.words import say

__all__ = ["GRANTS", "ORGANISATIONS", "PEOPLE"]


def _code(path: str) -> str:
    """Return the code of a place, of which its path is the steps from the city."""
    return path.rstrip("/").rpartition("/")[2]


def _contains(*fields: str) -> Any:
    def apply(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
        condition = Q()
        for name in fields:
            condition |= Q(**{f"{name}__icontains": asked})
        return rows.filter(condition)

    return apply


def _active(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(is_active=asked == "active")


def _states() -> Iterable[tuple[str, str]]:
    return [(code, say(f"accounts.state.{code}")) for code in ("active", "inactive")]


def _roles() -> Iterable[tuple[str, str]]:
    return [(code, say(f"accounts.role.{code}")) for code in role_matrix().roles]


def _kinds() -> Iterable[tuple[str, str]]:
    return [(code, say(f"accounts.kind.{code}")) for code in Organisation.Kind.values]


def _by_grant_state(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    today = timezone.localdate()
    conditions = {
        "in_force": Q(revoked_at=None, begins__lte=today) & (Q(ends=None) | Q(ends__gte=today)),
        "coming": Q(revoked_at=None, begins__gt=today),
        "expired": Q(revoked_at=None, ends__lt=today),
        "revoked": Q(revoked_at__isnull=False),
    }
    return rows.filter(conditions[asked]) if asked in conditions else rows


def _grant_states() -> Iterable[tuple[str, str]]:
    return [(code, say(f"accounts.state.{code}")) for code in ("in_force", "coming", "expired", "revoked")]


PEOPLE = Table(
    name="accounts.people",
    order="username",
    columns=(
        Column(
            "username",
            lambda u: u.username,
            order=("username",),
            link=lambda u: reverse("accounts:person", args=[u.pk]),
        ),
        Column("name", lambda u: u.name, order=("name",)),
        Column("organisation", lambda u: u.organisation.name, order=("organisation__place", "organisation__name")),
        Column("title", lambda u: u.title, order=("title",)),
        Column("phone", lambda u: u.phone, hidden=True),
        Column("email", lambda u: u.email, hidden=True),
        Column("last_login", lambda u: u.last_login, kind="moment", order=("last_login",)),
        Column(
            "state",
            lambda u: "active" if u.is_active else "inactive",
            kind="state",
            words="accounts.state",
            order=("is_active",),
        ),
    ),
    filters=(
        Filter("q", _contains("username", "name", "organisation__name", "phone")),
        Filter("role", lambda rows, asked: rows.filter(grants__role=asked).distinct(), kind="choice", choices=_roles),
        Filter("state", _active, kind="choice", choices=_states),
    ),
)
"""People."""

ORGANISATIONS = Table(
    name="accounts.organisations",
    order="place",
    columns=(
        Column("name", lambda o: o.name, order=("name",), link=lambda o: reverse("accounts:organisation", args=[o.pk])),
        Column("kind", lambda o: o.kind, kind="words", words="accounts.kind", order=("kind",)),
        Column("parent", lambda o: o.parent.name if o.parent else "", order=("parent__name",)),
        Column("place", lambda o: _code(o.place), order=("place", "name")),
        Column(
            "state",
            lambda o: "active" if o.is_active else "inactive",
            kind="state",
            words="accounts.state",
            order=("is_active",),
        ),
    ),
    filters=(
        Filter("q", _contains("name", "name_en", "place")),
        Filter("kind", lambda rows, asked: rows.filter(kind=asked), kind="choice", choices=_kinds),
        Filter("state", _active, kind="choice", choices=_states),
    ),
)
"""Organisations."""

GRANTS = Table(
    name="accounts.grants",
    order="-begins",
    columns=(
        Column(
            "user",
            lambda g: f"{g.user.name} ({g.user.username})",
            order=("user__username",),
            link=lambda g: reverse("accounts:person", args=[g.user_id]),
        ),
        Column("organisation", lambda g: g.user.organisation.name, order=("user__organisation__name",)),
        Column("role", lambda g: g.role, kind="words", words="accounts.role", order=("role",)),
        Column("place", lambda g: _code(g.place), order=("place",)),
        Column("module", lambda g: g.module, kind="words", words="accounts.module", order=("module",), hidden=True),
        Column("begins", lambda g: g.begins, kind="date", order=("begins",)),
        Column("ends", lambda g: g.ends, kind="date", order=("ends",)),
        Column("state", lambda g: g.state, kind="state", words="accounts.state"),
    ),
    filters=(
        Filter("q", _contains("user__username", "user__name", "place")),
        Filter("role", lambda rows, asked: rows.filter(role=asked), kind="choice", choices=_roles),
        Filter("state", _by_grant_state, kind="choice", choices=_grant_states),
        Filter("ends_before", lambda rows, asked: rows.filter(ends__lte=asked), kind="date"),
    ),
)
"""Grants."""
