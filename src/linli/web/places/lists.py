"""The lists of the register: one table for each layer, made from its schema, and the rows that an address asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models import Value as DbValue
from django.db.models.functions import Coalesce, NullIf
from django.http import QueryDict
from django.urls import reverse

from linli.survey import layer_schema
from linli.survey.schema import Column as SchemaColumn
from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.pages.table import Column, Filter, Table
from linli.web.places.models import KINDS, Record
from linli.web.places.selectors import list_records, name_filter
from linli.web.places.vocabulary import heading, kind_groups, kind_title, record_title, shown
from linli.web.words import current_language, say

__all__ = ["STATES", "layer_table", "listed_records", "place_choices"]

STATES = ("open", "closed", "all")
"""Which records a list shows; the first if nothing is asked."""

_SHOWN: Mapping[str, tuple[str, ...]] = {
    "communities": ("district", "subdistrict", "households", "residents", "residents_60_79", "residents_80_plus"),
    "estates": ("built_year", "old_estate", "dwellings", "parking_spaces", "charging_spaces"),
    "facilities": ("floor_area_m2", "capacity", "storey", "opening_hours", "status"),
    "rooms": ("floor_area_m2", "storey", "own_entrance", "available_from", "rent_yuan_m2_month", "allowed_types"),
    "plots": ("site_area_m2", "buildable_floor_area_m2"),
    "answers": ("value", "evidence", "answered_on"),
    "wishes": ("count", "households_asked"),
}
"""Columns that a list shows at first, besides key, name, kind and community."""

_PLACES = 400
"""So many communities are offered in the filter at once; of more, those of the street that is chosen."""


def _address(record: Record) -> str:
    return reverse("places:record", args=[record.layer, record.key])


def _value(layer: str, column: SchemaColumn) -> Callable[[Record], Any]:
    """Return what a list shows of a column: figures as figures, all else in words."""
    if column.type in ("number", "integer") and column.name != "built_year":
        return lambda record: record.values.get(column.name)
    return lambda record: shown(layer, column.name, record.values.get(column.name)) or None


def _schema_column(layer: str, column: SchemaColumn) -> Column:
    is_number = column.type in ("number", "integer") and column.name != "built_year"
    return Column(
        column.name, _value(layer, column), kind="number" if is_number else "text",
        order=(f"values__{column.name}",), hidden=column.name not in _SHOWN[layer], unknown="places.word.unknown",
        title=lambda: heading(column),
    )  # fmt: skip


def _columns(layer: str, user: User) -> Iterable[Column]:
    schema = layer_schema(layer)
    linked = user.rights.may("assessments", "view")

    def profile(record: Record) -> str:
        return reverse("communities:profile", args=[record.place_code]) if linked and record.place_code else ""  # type: ignore[attr-defined]

    def named(name: str) -> Callable[[], str]:
        return lambda: heading(schema.column(name))

    done = {"name", KINDS.get(layer), schema.key, "community_id"}
    if schema.key:
        yield Column(schema.key, lambda r: r.key, order=("key",), link=_address, title=named(schema.key))
    if "name" in schema.column_names:
        yield Column("name", record_title, order=("name",), link=_address, title=named("name"))
    if layer in KINDS:
        only_name = "name" not in schema.column_names
        yield Column("kind", lambda r: kind_title(layer, r.kind), order=("kind",), title=named(KINDS[layer]),
                     link=_address if only_name else None, unknown="places.word.unknown")  # fmt: skip
    if layer != "communities":
        yield Column("community", lambda r: r.place_name, order=("place",), link=profile)
    yield from (_schema_column(layer, column) for column in schema.columns if column.name not in done)
    yield Column("state", lambda r: "closed" if r.closed_at else "open", kind="words", words="places.state",
                 hidden=True)  # fmt: skip
    yield Column("version", lambda r: r.version, kind="number", order=("version",), hidden=True)
    yield Column("changed_by", lambda r: r.changed_by.name if r.changed_by else say("places.word.machine"), hidden=True)
    yield Column("changed", lambda r: r.changed_at, kind="moment", order=("changed_at",), hidden=layer == "communities")


def _name_of(place: Place) -> str:
    return (place.name_en or place.name) if current_language() == "en" else place.name


def place_choices(user: User, chosen: str = "") -> list[tuple[str, str]]:
    """Return the places by which a person can narrow a list, indented by their level.

    Parameters
    ----------
    user
        The person.
    chosen
        Path that is chosen now: of many communities, those in its street are offered.

    Returns
    -------
    list of tuple of str and str
        Path and name.
    """
    rows = places_below(user, "places")
    if rows.count() > _PLACES:
        street = "/".join(chosen.split("/")[:3]) + "/" if chosen.count("/") > 2 else "-"  # noqa: PLR2004 - city/district/street
        rows = rows.filter(~Q(level="community") | Q(path__startswith=street))
    found = list(rows)
    top = min((place.path.count("/") for place in found), default=0)
    return [(place.path, "　" * (place.path.count("/") - top) + _name_of(place)) for place in found]


def _kinds(layer: str) -> list[tuple[str, str]]:
    return [
        (code, f"{group} · {title}" if group else title) for group, kinds in kind_groups(layer) for code, title in kinds
    ]


def _statuses() -> list[tuple[str, str]]:
    choices = layer_schema("facilities").column("status").choices
    return [(code, one[current_language()]) for code, one in choices.items()]


def _missing(layer: str) -> list[tuple[str, str]]:
    schema = layer_schema(layer)
    return [(column.name, column.title[current_language()]) for column in schema.columns if not column.required]


def _lacks(layer: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    known = set(layer_schema(layer).column_names)
    return lambda rows, asked: rows.exclude(values__has_key=asked) if asked in known else rows


def _filters(layer: str, user: User, params: QueryDict) -> Iterable[Filter]:
    if "name" in layer_schema(layer).column_names:
        yield Filter("q", lambda rows, asked: rows.filter(name_filter(asked)))
    if layer in KINDS:
        yield Filter("kind", lambda rows, asked: rows.filter(kind=asked), kind="choice", choices=lambda: _kinds(layer))
    yield Filter("place", lambda rows, asked: rows.filter(place__startswith=asked), kind="choice",
                 choices=lambda: place_choices(user, params.get("place", "")))  # fmt: skip
    if layer == "facilities":
        yield Filter("status", lambda rows, asked: rows.filter(values__status=asked), kind="choice", choices=_statuses)
    yield Filter("missing", _lacks(layer), kind="choice", choices=lambda: _missing(layer))
    yield Filter("state", lambda rows, _: rows, kind="choice",
                 choices=lambda: [(code, say(f"places.state.{code}")) for code in STATES[1:]])  # fmt: skip


def layer_table(layer: str, user: User, params: QueryDict) -> Table:
    """Return the table of a layer.

    Parameters
    ----------
    layer
        Name of the layer.
    user
        Who looks: places and links are those of the person.
    params
        The query of the address.

    Returns
    -------
    Table
        With a column for each of the schema.
    """
    first = layer_schema(layer).key or "community"
    return Table(f"places.{layer}", tuple(_columns(layer, user)), first, tuple(_filters(layer, user, params)))


def listed_records(layer: str, user: User, params: QueryDict, action: str = "view") -> QuerySet[Record]:
    """Return the records that a list is about: open ones, unless the address asks for closed ones or all.

    Parameters
    ----------
    layer
        Name of the layer.
    user
        Who looks.
    params
        The query of the address.
    action
        What the person must be allowed to do with them.

    Returns
    -------
    QuerySet of Record
        With code and name of the community or place they belong to, and without what is drawn.
    """
    rows = list_records(user, layer, action).defer("wkb")
    state = params.get("state", "")
    if state != "all":
        rows = rows.filter(closed_at__isnull=state != "closed")
    own = Place.objects.filter(path=OuterRef("place"))
    name: Any = F("name")
    if current_language() == "en":
        name = Coalesce(NullIf(F("name_en"), DbValue("")), F("name"))
    return rows.annotate(
        place_name=Subquery(own.values(shown=name)[:1]),
        place_code=Subquery(own.filter(level="community").values("code")[:1]),
    )
