"""The lists of applications and of the ledger: columns, filters and order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from linli.web.funds.ledger import KINDS
from linli.web.funds.models import Booking
from linli.web.pages.table import Column, Filter, Table
from linli.web.words import current_language, say

__all__ = ["APPLICATIONS", "LEDGER", "place_words"]

STATES = ("submitted", "first_approved", "approved", "returned", "declined", "withdrawn")


def _by(field: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    return lambda rows, asked: rows.filter(**{field: asked})


def _year(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(year=int(asked)) if asked.isdecimal() and len(asked) == len("2026") else rows.none()


def _search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(number__icontains=asked) | Q(project__name__icontains=asked))


def _search_ledger(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(voucher__icontains=asked) | Q(memo__icontains=asked) | Q(project__number__icontains=asked))


def _choices(prefix: str, *codes: str) -> Callable[[], Iterable[tuple[str, str]]]:
    return lambda: [(code, say(f"{prefix}.{code}")) for code in codes]


def place_words(booking: Booking) -> str:
    """Return what the place of an entry's money is called; one that is no more is its path."""
    name, name_en = getattr(booking, "place_name", None), getattr(booking, "place_name_en", "")
    return (name_en if current_language() == "en" else "") or name or booking.place


APPLICATIONS = Table(
    name="funds.applications",
    order="-number",
    columns=(
        Column(
            "number",
            lambda a: a.number,
            order=("number",),
            link=lambda a: reverse("funds:application", args=[a.number]),
        ),
        Column("project", lambda a: a.project.name, order=("project__name",)),
        Column("year", lambda a: a.year, order=("year",)),
        Column("computed", lambda a: a.computed_yuan, kind="number", order=("computed_yuan",)),
        Column("asked", lambda a: a.asked_yuan, kind="number", order=("asked_yuan",)),
        Column("approved", lambda a: a.approved_yuan, kind="number", order=("approved_yuan",)),
        Column("state", lambda a: a.state, kind="words", words="funds.state", order=("state",)),
        Column("applied_by", lambda a: a.applied_by.name, order=("applied_by__name",), hidden=True),
        Column("applied_at", lambda a: a.applied_at, kind="moment", order=("applied_at",)),
    ),
    filters=(
        Filter("q", _search),
        Filter("state", _by("state"), kind="choice", choices=_choices("funds.state", *STATES)),
        Filter("year", _year),
    ),
)
"""Applications."""

LEDGER = Table(
    name="funds.ledger",
    order="-number",
    columns=(
        Column("number", lambda b: b.number, kind="number", order=("number",)),
        Column("on", lambda b: b.on, kind="date", order=("on",)),
        Column("kind", lambda b: b.kind, kind="words", words="funds.kind", order=("kind",)),
        Column("year", lambda b: b.year, order=("year",)),
        Column("place", place_words, order=("place",)),
        Column("project", lambda b: b.project.number if b.project else "", order=("project__number",)),
        Column("amount", lambda b: b.amount_yuan, kind="number", order=("amount_yuan",)),
        Column("voucher", lambda b: b.voucher, order=("voucher",)),
        Column("memo", lambda b: b.memo),
        Column("by", lambda b: b.by.name if b.by else "", order=("by__name",)),
        Column(
            "reverse",
            lambda b: "" if b.kind in {"reversal", "approve"} else say("funds.word.reverse"),
            link=lambda b: "" if b.kind in {"reversal", "approve"} else reverse("funds:reverse", args=[b.number]),
        ),
    ),
    filters=(
        Filter("q", _search_ledger),
        Filter("kind", _by("kind"), kind="choice", choices=_choices("funds.kind", *KINDS, "reversal")),
        Filter("year", _year),
    ),
)
"""Entries of the ledger."""
