"""The lists of rounds, returns, who is late, findings, bulk layers and snapshots: columns, filters, order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from linli.survey import layer_schema
from linli.survey.schema import LAYERS as SCHEMA_LAYERS
from linli.survey.schema import PLACE_COLUMNS
from linli.web.accounts.models import Place
from linli.web.pages.rows import Rows
from linli.web.pages.table import Column, Filter, Table
from linli.web.surveys.completeness import PARTS, Completeness
from linli.web.surveys.links import record_address
from linli.web.surveys.models import BULK_LAYERS, BulkLayer, BulkUpload, Finding, Return, Round, Snapshot
from linli.web.surveys.selectors import Contact, parents_of
from linli.web.words import current_language, named, say

__all__ = [
    "BULK",
    "FINDINGS",
    "LATE",
    "RETURNS",
    "ROUNDS",
    "SNAPSHOTS",
    "UPLOADS",
    "ReturnRow",
    "column_words",
    "layer_words",
    "return_rows",
]


def layer_words(layer: str) -> str:
    """Return what a layer is called; the name itself where it is none of ours."""
    return str(layer_schema(layer).title[current_language()]) if layer in SCHEMA_LAYERS else layer


def column_words(layer: str, column: str) -> str:
    """Return what a column is called; the name itself where it is none of ours."""
    if column == "geometry":
        return say("surveys.word.position")
    if column in PLACE_COLUMNS:
        return str(PLACE_COLUMNS[column].title[current_language()])
    known = layer in SCHEMA_LAYERS and column in layer_schema(layer).column_names
    return str(layer_schema(layer).column(column).title[current_language()]) if known else column


def _in_language(place: Place | None) -> str:
    if place is None:
        return ""
    return place.name_en if place.name_en and current_language() == "en" else place.name


def _states(prefix: str, values: Iterable[str]) -> list[tuple[str, str]]:
    return [(value, say(f"surveys.{prefix}.{value}")) for value in values]


def _round_search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(code__icontains=asked) | Q(name__icontains=asked) | Q(name_en__icontains=asked))


ROUNDS = Table(
    name="surveys.rounds",
    order="-surveyed_on",
    columns=(
        Column("name", named, order=("name",), link=lambda r: reverse("surveys:round", args=[r.code])),
        Column("code", lambda r: r.code, order=("code",)),
        Column("place", lambda r: r.place_name, order=("place",)),
        Column("state", lambda r: r.shown_state, kind="state", words="surveys.state", order=("state",)),
        Column("surveyed_on", lambda r: r.surveyed_on, kind="date", order=("surveyed_on",)),
        Column("begins", lambda r: r.begins, kind="date", order=("begins",)),
        Column("due", lambda r: r.due, kind="date", order=("due",)),
        Column("frozen_at", lambda r: r.frozen_at, kind="moment", order=("frozen_at",)),
    ),
    filters=(
        Filter("q", _round_search),
        Filter(
            "state",
            lambda rows, asked: rows.filter(state=asked),
            kind="choice",
            choices=lambda: _states("state", Round.State.values),
        ),
    ),
)
"""Rounds; their rows carry `place_name`."""


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A community's part as lists show it: what is known of it, who is asked about it."""

    one: Return
    place: str
    community: str
    street: str
    district: str
    state: str
    late: int
    known: int
    asked: int
    missing: int
    found: Completeness
    submitted_at: dt.datetime | None
    contacts: tuple[Contact, ...] = ()

    def part(self, name: str) -> str:
        """Return a part as ``known / asked``."""
        part = next(part for part in self.found.parts if part.name == name)
        return f"{part.known} / {part.asked}"

    @property
    def people(self) -> str:
        """Whom to ask, with telephone."""
        return "；".join(f"{one.name} {one.phone}".strip() for one in self.contacts)


def return_rows(
    returns: Iterable[Return],
    found: Mapping[str, Completeness],
    contacts: Mapping[str, Sequence[Contact]] | None = None,
) -> Any:
    """Put returns, what is known of them and whom to ask together, as rows of a list.

    Parameters
    ----------
    returns
        Already through the gate, with their communities.
    found
        By community code.
    contacts
        By path.

    Returns
    -------
    Rows
        Of `ReturnRow`.
    """
    rows = list(returns)
    above = {path for one in rows for path in parents_of(one.place)}
    names = {place.path: place for place in Place.objects.filter(path__in=above)}
    made = []
    for one in rows:
        chain = parents_of(one.place)
        of = found[one.community.code]
        levels = {names[path].level: _in_language(names[path]) for path in chain if path in names}
        made.append(
            ReturnRow(
                one, one.place, _in_language(one.community), levels.get("street", ""), levels.get("district", ""),
                one.state, one.days_late, of.known, of.asked, of.missing, of, one.submitted_at,
                tuple((contacts or {}).get(one.place, ())),
            )
        )  # fmt: skip
    return Rows.of(made)


def _address(row: ReturnRow) -> str:
    return reverse("surveys:return", args=[row.one.round.code, row.one.community.code])


def _row_search(rows: Any, asked: str) -> Any:
    return rows.keep(lambda row: asked in row.community or asked in row.one.community.code or asked in row.street)


def _late(rows: Any, asked: str) -> Any:
    return rows.keep(lambda row: row.late > 0) if asked == "late" else rows


_WHERE = (
    Column("community", lambda r: r.community, order=("place",), link=_address),
    Column("code", lambda r: r.one.community.code, order=("place",), hidden=True),
    Column("street", lambda r: r.street, order=("street", "place")),
    Column("district", lambda r: r.district, order=("district", "place")),
    Column("state", lambda r: r.state, kind="state", words="surveys.return_state", order=("state",)),
    Column("late", lambda r: r.late or None, kind="number", order=("late",)),
)

RETURNS = Table(
    name="surveys.returns",
    order="community",
    columns=(
        *_WHERE,
        Column("known", lambda r: r.known, kind="number", order=("known",)),
        Column("asked", lambda r: r.asked, kind="number", order=("asked",)),
        Column("missing", lambda r: r.missing, kind="number", order=("missing",)),
        *(Column(f"part_{part}", lambda r, part=part: r.part(part), hidden=True) for part in PARTS),  # type: ignore[misc]
        Column("buildings", lambda r: r.found.buildings.count, kind="number", hidden=True),
        Column("ages_known", lambda r: r.found.buildings.ages_known, kind="number", hidden=True),
        Column("submitted_at", lambda r: r.submitted_at, kind="moment", order=("submitted_at",)),
    ),
    filters=(
        Filter("q", _row_search),
        Filter(
            "state",
            lambda rows, asked: rows.keep(lambda row: row.state == asked),  # type: ignore[attr-defined]
            kind="choice",
            choices=lambda: _states("return_state", Return.State.values),
        ),
        Filter("late", _late, kind="choice", choices=lambda: [("late", say("surveys.word.late"))]),
    ),
)
"""The communities of a round (`ReturnRow`)."""

LATE = Table(
    name="surveys.late",
    order="-late",
    columns=(
        *_WHERE,
        Column("missing", lambda r: r.missing, kind="number", order=("missing",)),
        Column("people", lambda r: r.people),
        Column("reminded_at", lambda r: r.one.reminded_at, kind="moment"),
    ),
    filters=(Filter("q", _row_search),),
    size=200,
)
"""Who is late (`ReturnRow`), and whom to ask."""


def _finding_search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(key__icontains=asked) | Q(value__icontains=asked) | Q(column__icontains=asked))


def _finding_link(row: Finding) -> str:
    return record_address(row.layer, row.key) if row.key else ""


def _said(texts: Mapping[str, str]) -> str:
    return texts.get(current_language(), "")


FINDINGS = Table(
    name="surveys.findings",
    order="severity",
    columns=(
        Column("severity", lambda f: f.severity, kind="state", words="surveys.severity", order=("severity", "code")),
        Column("layer", lambda f: layer_words(f.layer), order=("layer",)),
        Column("key", lambda f: f.key or f.row or "", order=("key", "row"), link=_finding_link),
        Column("column", lambda f: column_words(f.layer, f.column), order=("column",)),
        Column("message", lambda f: _said(f.message)),
        Column("value", lambda f: f.value),
        Column("allowed", lambda f: f.allowed),
        Column("fix", lambda f: _said(f.fix)),
        Column("code", lambda f: f.code, order=("code",), hidden=True),
    ),
    filters=(
        Filter("q", _finding_search),
        Filter(
            "severity",
            lambda rows, asked: rows.filter(severity=asked),
            kind="choice",
            choices=lambda: _states("severity", ("error", "warning")),
        ),
        Filter(
            "layer",
            lambda rows, asked: rows.filter(layer=asked),
            kind="choice",
            choices=lambda: [(name, layer_words(name)) for name in SCHEMA_LAYERS],
        ),
    ),
)
"""What a check found."""


def _bulk_filters(states: Filter) -> tuple[Filter, ...]:
    return (
        Filter("q", lambda rows, asked: rows.filter(title__icontains=asked)),
        Filter(
            "layer",
            lambda rows, asked: rows.filter(layer=asked),
            kind="choice",
            choices=lambda: [(name, layer_words(name)) for name in BULK_LAYERS],
        ),
        states,
    )


def _number(row: BulkLayer) -> str:
    return f"{layer_words(row.layer)} {row.number}"


BULK = Table(
    name="surveys.bulk",
    order="layer",
    columns=(
        Column(
            "layer", _number, order=("layer", "place", "-number"),
            link=lambda b: reverse("surveys:layer", args=[b.layer, b.pk]),
        ),
        Column("place", lambda b: b.place_name, order=("place",)),
        Column("title", lambda b: b.title, order=("title",)),
        Column("data_on", lambda b: b.data_on, kind="date", order=("data_on",)),
        Column("rows", lambda b: b.rows, kind="number", order=("rows",)),
        Column("active", lambda b: "active" if b.active else "inactive", kind="state", words="surveys.in_force",
               order=("-active",)),
        Column("by", lambda b: b.by.name if b.by else "", hidden=True),
        Column("at", lambda b: b.at, kind="moment", order=("at",)),
        Column("sha256", lambda b: b.sha256, hidden=True),
    ),
    filters=_bulk_filters(
        Filter(
            "active",
            lambda rows, asked: rows.filter(active=asked == "active"),
            kind="choice",
            choices=lambda: _states("in_force", ("active", "inactive")),
        )
    ),
)  # fmt: skip
"""Bulk layers; their rows carry `place_name`."""

UPLOADS = Table(
    name="surveys.uploads",
    order="-at",
    columns=(
        Column("name", lambda u: u.name, order=("name",), link=lambda u: reverse("surveys:upload", args=[u.pk])),
        Column("layer", lambda u: layer_words(u.layer), order=("layer",)),
        Column("place", lambda u: u.place_name, order=("place",)),
        Column("title", lambda u: u.title, order=("title",)),
        Column("state", lambda u: u.state, kind="state", words="surveys.upload_state", order=("state",)),
        Column("by", lambda u: u.by.name if u.by else ""),
        Column("at", lambda u: u.at, kind="moment", order=("at",)),
    ),
    filters=_bulk_filters(
        Filter(
            "state",
            lambda rows, asked: rows.filter(state=asked),
            kind="choice",
            choices=lambda: _states("upload_state", BulkUpload.State.values),
        )
    ),
)
"""Files from data departments; their rows carry `place_name`."""


def _total(row: Snapshot) -> int:
    return sum(row.rows.values())


SNAPSHOTS = Table(
    name="surveys.snapshots",
    order="-at",
    columns=(
        Column("round", lambda s: named(s.round), order=("round__name",),
               link=lambda s: reverse("surveys:snapshot", args=[s.round.code])),
        Column("place", lambda s: s.place_name, order=("place",)),
        Column("surveyed_on", lambda s: s.round.surveyed_on, kind="date", order=("round__surveyed_on",)),
        Column("at", lambda s: s.at, kind="moment", order=("at",)),
        Column("rows", _total, kind="number"),
        Column("digest", lambda s: s.digest),
        Column("code_version", lambda s: s.code_version, hidden=True),
    ),
    filters=(Filter("q", lambda rows, asked: rows.filter(round__name__icontains=asked)),),
)  # fmt: skip
"""Frozen rounds; their rows carry `place_name`."""
