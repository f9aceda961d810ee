"""Lists of results: items of communities, who comes first, and runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from linli.assess.options import PRIORITY_COMPONENTS
from linli.assess.priority import COMPONENT_TITLES
from linli.assess.status import STATUSES
from linli.report.phrases import part_text
from linli.web.accounts.models import User
from linli.web.assessments.about import About
from linli.web.assessments.areas import Areas, area_filters
from linli.web.assessments.matrix import item_address, percent
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.assessments.selectors import run_items
from linli.web.assessments.titles import (
    figures_in,
    group_title,
    item_title,
    items_of_scene,
    scene_title,
    scenes_in_order,
)
from linli.web.pages.table import Column, Filter, Table
from linli.web.words import named, pick, say

__all__ = ["RUNS", "items_table", "percent_column", "priority_table", "residents_column", "run_state"]

_UNKNOWN = "assessments.status.unknown"


def percent_column(key: str, field: str, *, digits: int | None = None) -> Column:
    """Return a column of a share in per cent, or of a figure with so many digits; for files.

    Parameters
    ----------
    key
        Its name.
    field
        The row's field.
    digits
        Digits of a figure that is no share.
    """

    def value(row: Any) -> float | None:
        found = getattr(row, field)
        return percent(found) if digits is None else (None if found is None else round(found, digits))

    return Column(key, value, kind="number", order=(field,), unknown=_UNKNOWN, hidden=True)


def residents_column(key: str, field: str, *, hidden: bool = False) -> Column:
    """Return a column of whole residents (or m²) that may not be known.

    Parameters
    ----------
    key
        Its name.
    field
        The row's field.
    hidden
        Whether it is shown only when chosen.
    """

    def value(row: Any) -> int | None:
        found = getattr(row, field)
        return None if found is None else round(found)

    return Column(key, value, kind="number", order=(field,), unknown=_UNKNOWN, hidden=hidden)


# ------------------------------------------------------------------------------------------------------------ items
def _of_group(rows: QuerySet[Any], group: str) -> QuerySet[Any]:
    return rows.filter(group=group)


def _of_scene(rows: QuerySet[Any], scene: str) -> QuerySet[Any]:
    return rows.filter(item__in=items_of_scene(scene))


def _item_filters(user: User, about: About) -> Iterable[Filter]:
    every = run_items(about.run, about.standard)
    groups = dict.fromkeys(group for _, group in every)
    yield from area_filters(user, about.run)
    yield Filter("group", _of_group, "choice", lambda: [(one, group_title(about.standard, one)) for one in groups])
    yield Filter("scene", _of_scene, "choice", lambda: [(one, scene_title(one)) for one in scenes_in_order()])
    yield Filter("item", lambda rows, asked: rows.filter(item=asked), "choice",
                 lambda: [(one, item_title(one)) for one, _ in every])  # fmt: skip
    yield Filter("status", lambda rows, asked: rows.filter(status=asked), "choice",
                 lambda: [(one, say(f"assessments.status.{one}")) for one in STATUSES])  # fmt: skip


def _item_columns(about: About, areas: Areas) -> Iterable[Column]:
    fmt = figures_in(about.run.unit)

    def degree(row: ItemRow) -> str:
        return fmt.degree(row.degree, row.degree_low, row.degree_high)

    def shortfall(row: ItemRow) -> str | None:
        if row.shortfall is None:
            return None
        unit = about.run.unit if row.shortfall_unit == "residents" else row.shortfall_unit
        if row.shortfall <= 0:
            return ""
        return fmt.area(row.shortfall) if unit == "m2" else fmt.unit(row.shortfall, unit)

    yield from areas.columns()
    yield Column("group", lambda row: group_title(row.standard, row.group), order=("group",))
    yield Column("item", lambda row: item_title(row.item), order=("item",),
                 link=lambda row: item_address(row.community.code, row.item, about.run_query))  # fmt: skip
    yield Column("status", lambda row: row.status, kind="state", words="assessments.status", order=("status",))
    yield Column("degree", degree, order=("degree",), unknown=_UNKNOWN)
    yield residents_column("without", "residents_without")
    yield Column("shortfall", shortfall, order=("shortfall",), unknown=_UNKNOWN)
    yield residents_column("residents", "residents", hidden=True)
    yield percent_column("degree_figure", "degree")
    yield percent_column("degree_low", "degree_low")
    yield percent_column("degree_high", "degree_high")
    yield percent_column("floor", "floor_area_short_m2", digits=1)
    yield Column("verb", lambda row: row.verb or None, kind="words", words="assessments.verb", order=("verb",),
                 hidden=True)  # fmt: skip
    yield Column("certainty", lambda row: row.certainty or None, kind="words", words="assessments.certainty",
                 order=("certainty",), hidden=True)  # fmt: skip


def items_table(user: User, about: About, areas: Areas) -> Table:
    """Return the list of items of communities.

    Parameters
    ----------
    user
        The person.
    about
        Run and standard.
    areas
        Told the rows of a page (or of a file) before it is drawn.

    Returns
    -------
    Table
        Of `ItemRow`.
    """
    return Table(
        name="assessments.items",
        order="community",
        columns=tuple(_item_columns(about, areas)),
        filters=tuple(_item_filters(user, about)),
    )


# ---------------------------------------------------------------------------------------------------------- priority
def _lacks(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    """Keep communities that a component speaks for, or of which one is not known."""
    if asked == "unknown":
        lacking = Q()
        for name in PRIORITY_COMPONENTS:
            lacking |= Q(**{f"priority_parts__{name}__part__isnull": True})
        return rows.filter(lacking)
    if asked in PRIORITY_COMPONENTS:
        return rows.filter(**{f"priority_parts__{asked}__part__gt": 0})
    return rows


def _component(name: str, run: Run) -> Iterable[Column]:
    fmt = figures_in(run.unit)

    def part(row: ScoreRow) -> Mapping[str, Any]:
        found: Mapping[str, Any] = row.priority_parts.get(name) or {}
        return found

    def text(row: ScoreRow) -> str | None:
        raw = part(row).get("raw")
        return None if raw is None else part_text(name, float(raw), fmt)

    title = pick(COMPONENT_TITLES[name])
    order = (f"priority_parts__{name}__part",)
    yield Column(name, text, order=order, unknown=_UNKNOWN, title=lambda: title)
    words = say("assessments.priority.part", title=title)
    yield Column(f"{name}_part", lambda row: percent(part(row).get("part")), kind="number", order=order,
                 unknown=_UNKNOWN, title=lambda: words, hidden=True)  # fmt: skip


def _unknown_parts(row: ScoreRow) -> str:
    lacking = [name for name in PRIORITY_COMPONENTS if (row.priority_parts.get(name) or {}).get("part") is None]
    return say("assessments.priority.join").join(pick(COMPONENT_TITLES[name]) for name in lacking)


def _reason(row: ScoreRow) -> str:
    """Return why, without the rank, which has a column of its own."""
    text = pick(row.priority_reason)
    for mark in ("：", ": "):
        head, found, rest = text.partition(mark)
        if found and str(row.priority_rank) in head:
            return rest
    return text


def priority_table(user: User, about: About, areas: Areas) -> Table:
    """Return the list of who comes first.

    Parameters
    ----------
    user
        The person.
    about
        Run and standard.
    areas
        Told the rows of a page (or of a file) before it is drawn.

    Returns
    -------
    Table
        Of `ScoreRow`.
    """
    fmt = figures_in(about.run.unit)
    choices = [(name, say("assessments.priority.with", title=pick(COMPONENT_TITLES[name])))
               for name in PRIORITY_COMPONENTS]  # fmt: skip
    choices.append(("unknown", say("assessments.priority.with_unknown")))

    def index(row: ScoreRow) -> str | None:
        if row.index_old_young is None:
            return None
        return fmt.degree(row.index_old_young, row.index_low, row.index_high)

    return Table(
        name="assessments.priority",
        order="rank",
        columns=(
            Column("rank", lambda row: row.priority_rank, kind="number", order=("priority_rank",), unknown=_UNKNOWN),
            *areas.columns(),
            Column("reason", _reason, order=("priority_rank",)),
            Column("score", lambda row: percent(row.priority_score), kind="number", order=("priority_score",),
                   unknown=_UNKNOWN),
            *(column for name in PRIORITY_COMPONENTS for column in _component(name, about.run)),
            Column("unknown", _unknown_parts),
            Column("index", index, order=("index_old_young",), unknown=_UNKNOWN, hidden=True),
            residents_column("residents", "residents", hidden=True),
            residents_column("old_young", "old_young", hidden=True),
            Column("standing", lambda row: None if row.score is None else fmt.score(row.score, row.score_low,
                   row.score_high), order=("score",), unknown=_UNKNOWN, hidden=True),
        ),
        filters=(*area_filters(user, about.run), Filter("component", _lacks, "choice", lambda: choices)),
    )  # fmt: skip


# -------------------------------------------------------------------------------------------------------------- runs
def run_state(run: Run) -> str:
    """Return how a run stands: queued ones whose job is over have come to nothing."""
    if run.state == Run.State.QUEUED:
        job = getattr(run, "job_state", None)
        return "running" if job == "running" else "failed" if job in {"failed", "cancelled", "done"} else "queued"
    return str(run.state)


def _round(run: Run) -> str:
    return named(run.snapshot.round)


RUNS = Table(
    name="assessments.runs",
    order="-surveyed",
    columns=(
        Column("run", named, order=("snapshot__round__name", "number"),
               link=lambda run: reverse("assessments:run", args=[run.pk])),
        Column("surveyed", lambda run: run.snapshot.round.surveyed_on, kind="date",
               order=("snapshot__round__surveyed_on", "number")),
        Column("state", run_state, kind="state", words="assessments.state", order=("state",)),
        Column("current", lambda run: say("assessments.runs.is_current") if run.current else "", order=("current",)),
        Column("rules_on", lambda run: run.rules_on, kind="date", order=("rules_on",)),
        Column("catalogue", lambda run: run.catalogue_version, order=("catalogue_version",)),
        Column("engine", lambda run: run.code_version, order=("code_version",)),
        Column("data", lambda run: run.snapshot.digest[:12], order=("snapshot__digest",), hidden=True),
        Column("by", lambda run: run.by.name if run.by else say("assessments.runs.machine"), order=("by__name",)),
        Column("at", lambda run: run.at, kind="moment", order=("at",)),
        Column("finished", lambda run: run.finished_at, kind="moment", order=("finished_at",), hidden=True),
    ),
    filters=(
        Filter("q", lambda rows, asked: rows.filter(snapshot__round__name__icontains=asked)),
        Filter("current", lambda rows, asked: rows.filter(current=asked == "yes"), "choice",
               lambda: [(one, say(f"pages.word.{one}")) for one in ("yes", "no")]),
    ),
)  # fmt: skip
"""Runs: which data, rules, engine."""
