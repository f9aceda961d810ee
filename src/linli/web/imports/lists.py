"""The lists of batches, of findings and of rows: columns, filters and order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from linli.web.imports.levels import LEVELS
from linli.web.imports.models import ACTIONS, Batch
from linli.web.imports.shown import changes_text
from linli.web.pages.table import Column, Filter, Table
from linli.web.places.models import LAYERS
from linli.web.words import current_language, pick, say

__all__ = ["BATCHES", "FINDINGS", "ROWS"]


def _place(batch: Any) -> str:
    name = batch.place_name_en if current_language() == "en" else batch.place_name
    return str(name or batch.place_name or batch.place)


def _words(prefix: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, say(f"{prefix}.{code}")) for code in codes]


def _layers() -> list[tuple[str, str]]:
    return [(name, say(f"places.layer.{name}")) for name in LAYERS]


def _search_batches(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(number__icontains=asked) | Q(name__icontains=asked) | Q(created_by__name__icontains=asked))


def _search_findings(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(sheet__icontains=asked) | Q(column__icontains=asked) | Q(value__icontains=asked))


def _address(batch: Any) -> str:
    return reverse("imports:batch", args=[batch.number])


BATCHES = Table(
    name="imports.list",
    order="-created",
    columns=(
        Column("number", lambda b: b.number, order=("pk",), link=_address),
        Column("name", lambda b: b.name, order=("name",)),
        Column("place", _place, order=("place",)),
        Column("state", lambda b: b.state, kind="state", words="imports.state", order=("state",)),
        Column("read", lambda b: b.totals["read"], kind="number"),
        Column("new", lambda b: b.totals["new"], kind="number"),
        Column("changed", lambda b: b.totals["changed"], kind="number"),
        Column("error", lambda b: b.totals["error"], kind="number"),
        Column("by", lambda b: b.created_by.name, order=("created_by__name",)),
        Column("created", lambda b: b.created_at, kind="moment", order=("created_at",)),
        Column("applied", lambda b: b.applied_at, kind="moment", order=("applied_at",)),
        Column("reason", lambda b: b.reason, hidden=True),
        Column("sha256", lambda b: b.sha256, hidden=True),
    ),
    filters=(
        Filter("q", _search_batches),
        Filter(
            "state",
            lambda rows, asked: rows.filter(state=asked),
            kind="choice",
            choices=lambda: _words("imports.state", Batch.State.values),
        ),
        Filter("since", lambda rows, asked: rows.filter(created_at__date__gte=asked), kind="date"),
        Filter("until", lambda rows, asked: rows.filter(created_at__date__lte=asked), kind="date"),
    ),
)
"""Batches."""

FINDINGS = Table(
    name="imports.findings",
    order="severity",
    size=200,
    columns=(
        Column("severity", lambda f: f.severity, kind="state", words="imports.severity", order=("severity", "number")),
        Column("sheet", lambda f: f.sheet, order=("sheet", "row")),
        Column("row", lambda f: f.row, order=("row", "number")),
        Column("column", lambda f: f.column, order=("column", "row")),
        Column("value", lambda f: f.value, order=("value",)),
        Column("message", lambda f: pick(f.message)),
        Column("allowed", lambda f: pick(f.allowed)),
        Column("fix", lambda f: pick(f.fix)),
        Column("help", lambda f: pick(f.help), hidden=True),
        Column("level", lambda f: f.level, kind="words", words="imports.level", order=("level", "number"), hidden=True),
        Column("code", lambda f: f.code, order=("code", "number"), hidden=True),
    ),
    filters=(
        Filter("q", _search_findings),
        Filter(
            "severity",
            lambda rows, asked: rows.filter(severity=asked),
            kind="choice",
            choices=lambda: _words("imports.severity", ("error", "warning")),
        ),
        Filter(
            "level",
            lambda rows, asked: rows.filter(level=asked),
            kind="choice",
            choices=lambda: _words("imports.level", LEVELS[1:-1]),
        ),
    ),
)
"""What was found in a file."""

ROWS = Table(
    name="imports.rows",
    order="row",
    size=100,
    columns=(
        Column("action", lambda r: r.action, kind="words", words="imports.action", order=("action", "pk")),
        Column("layer", lambda r: say(f"places.layer.{r.layer}"), order=("layer", "pk")),
        Column("sheet", lambda r: r.sheet, order=("sheet", "row"), hidden=True),
        Column("row", lambda r: r.row, order=("pk",)),
        Column("key", lambda r: r.key, order=("key",)),
        Column("name", lambda r: r.name, order=("name",)),
        Column("changes", changes_text),
        Column("decision", lambda r: r.decision, kind="words", words="imports.decision", order=("decision", "pk")),
        Column(
            "merged", lambda r: "merged" if r.merged else "", kind="words", words="imports.word", order=("merged", "pk")
        ),
    ),
    filters=(
        Filter("q", lambda rows, asked: rows.filter(Q(key__icontains=asked) | Q(name__icontains=asked))),
        Filter(
            "action",
            lambda rows, asked: rows.filter(action=asked),
            kind="choice",
            choices=lambda: _words("imports.action", ACTIONS),
        ),
        Filter("layer", lambda rows, asked: rows.filter(layer=asked), kind="choice", choices=_layers),
    ),
)
"""What each row would do."""
