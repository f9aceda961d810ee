"""The list of vacant rooms: columns, filters and order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from linli.survey import layer_schema
from linli.web.accounts.selectors import place_names
from linli.web.pages.table import Column, Filter, Table
from linli.web.places.allowed import allowed_types
from linli.web.places.selectors import name_filter
from linli.web.places.vocabulary import kind_title
from linli.web.rooms.models import Offer
from linli.web.words import current_language, say

__all__ = ["ROOMS", "owner_kind_text", "type_text"]


def type_text(code: str) -> str:
    """Return a facility type's title in the page's language."""
    return kind_title("facilities", code) if code else ""


def owner_kind_text(code: object) -> str:
    """Return what kind of owner a code stands for."""
    choices = layer_schema("rooms").column("owner_kind").choices
    return choices[code][current_language()] if isinstance(code, str) and code in choices else ""


def _allowed(room: Any) -> str:
    return " / ".join(type_text(code) for code in allowed_types(room.values.get("allowed_types")))


def _states() -> Iterable[tuple[str, str]]:
    return [(code, say(f"rooms.state.{code}")) for code in Offer.State.values]


def _types() -> Iterable[tuple[str, str]]:
    return [
        (code, choice[current_language()])
        for code, choice in layer_schema("rooms").column("owner_kind").choices.items()
    ]


def _search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(key__icontains=asked) | name_filter(asked))


def _available(room: Any) -> dt.date | None:
    said = room.values.get("available_from")
    return dt.date.fromisoformat(said) if said else None


def _place(room: Any) -> str:
    return place_names([room.place], current_language())[room.place]


ROOMS = Table(
    name="rooms.list",
    order="place",
    columns=(
        Column("name", lambda r: r.name or r.key, order=("name",), link=lambda r: reverse("rooms:room", args=[r.key])),
        Column("key", lambda r: r.key, order=("key",), hidden=True),
        Column("place", _place, order=("place",)),
        Column("floor_area", lambda r: r.values.get("floor_area_m2"), kind="number", order=("values__floor_area_m2",)),
        Column("storey", lambda r: r.values.get("storey"), kind="number", order=("values__storey",)),
        Column("owner", lambda r: r.values.get("owner") or ""),
        Column("owner_kind", lambda r: owner_kind_text(r.values.get("owner_kind"))),
        Column("available_from", _available, kind="date", order=("values__available_from",)),
        Column("term", lambda r: r.values.get("term_years"), kind="number", order=("values__term_years",), hidden=True),
        Column(
            "rent", lambda r: r.values.get("rent_yuan_m2_month"), kind="number", order=("values__rent_yuan_m2_month",)
        ),
        Column("allowed", _allowed),
        Column("use", lambda r: type_text(r.offer.facility_type) if hasattr(r, "offer") else ""),
        Column("state", lambda r: r.state, kind="state", words="rooms.state", order=("state",)),
    ),
    filters=(
        Filter("q", _search),
        Filter("state", lambda rows, asked: rows.filter(state=asked), kind="choice", choices=_states),
        Filter("owner", lambda rows, asked: rows.filter(values__owner_kind=asked), kind="choice", choices=_types),
    ),
)
"""Vacant rooms with their state."""
