"""Lists of comparisons: which there are, what got worse, items, communities before and after."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.urls import reverse

from linli.feedback.items import CHANGES_OF_ITEMS
from linli.feedback.words import say as told
from linli.web.accounts.models import User
from linli.web.assessments.areas import Areas, area_filters
from linli.web.assessments.lists import percent_column, residents_column
from linli.web.assessments.matrix import percent
from linli.web.assessments.models import ComparedCommunity, ComparedItem, Comparison, Loss
from linli.web.assessments.titles import figures_in, item_title, standard_title
from linli.web.pages.table import Column, Filter, Table
from linli.web.words import current_language, pick, say

__all__ = ["COMPARISONS", "communities_table", "comparison_state", "items_table", "losses_table", "step"]

_UNKNOWN = "assessments.status.unknown"


def comparison_state(comparison: Comparison) -> str:
    """Return how a comparison stands: queued ones whose job is over have come to nothing."""
    if comparison.state == Comparison.State.QUEUED:
        job = getattr(comparison, "job_state", None)
        return "running" if job == "running" else "failed" if job in {"failed", "cancelled"} else "queued"
    return str(comparison.state)


COMPARISONS = Table(
    name="assessments.comparisons",
    order="-at",
    columns=(
        Column("before", lambda one: str(one.before), order=("before__snapshot__round__surveyed_on", "before__number")),
        Column("after", lambda one: str(one.after), order=("after__snapshot__round__surveyed_on", "after__number"),
               link=lambda one: reverse("assessments:comparison", args=[one.pk])),
        Column("state", comparison_state, kind="state", words="assessments.compare.state", order=("state",)),
        Column("doubts", lambda one: one.open_doubts or 0, kind="number", order=("open_doubts",)),
        Column("by", lambda one: one.by.name if one.by else "", order=("by__name",), minor=True),
        Column("at", lambda one: one.at, kind="moment", order=("at",)),
        Column("finished", lambda one: one.finished_at, kind="moment", order=("finished_at",), hidden=True),
    ),
    filters=(Filter("q", lambda rows, asked: rows.filter(after__snapshot__round__name__icontains=asked)),),
)  # fmt: skip
"""Comparisons: which rounds, how they stand."""


def step(change: float | None, digits: int = 0) -> str:
    """Return a change of a share (−1–1) in points, signed; empty if it is not known.

    Parameters
    ----------
    change
        The difference of two shares.
    digits
        Digits after the point.

    Examples
    --------
    >>> step(0.125, 1), step(-0.5), step(0.0)
    ('+12.5', '−50', '0')
    """
    if change is None:
        return ""
    points = round(change * 100, digits)
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return f"{sign}{abs(points):.{digits}f}"


def _told(group: str, code: str) -> str:
    return told(f"{group}.{code}", current_language())


# ------------------------------------------------------------------------------------------------- what got worse
def _people(key: str) -> Column:
    """Return a column of residents where a loss can be counted in people at all."""

    def value(row: Loss) -> int | None:
        found = getattr(row, key)
        return None if found is None else round(found)

    return Column(key, value, kind="number", order=(key,), unknown="assessments.losses.no_people")


def _standard(row: Loss) -> str:
    """Return of which standard an item is, since two may ask for the same."""
    return standard_title(row.subject.partition("/")[0]) if row.kind == "item" and "/" in row.subject else ""


def losses_table(user: User, comparison: Comparison, areas: Areas) -> Table:
    """Return the list of what got worse.

    Parameters
    ----------
    user
        The person.
    comparison
        Which.
    areas
        Told the rows of a page (or of a file) before it is drawn.

    Returns
    -------
    Table
        Of `Loss`.
    """
    kinds = ("item", "closed", "suspended", "unlisted", "smaller", "farther", "answer", "estate", "building")

    def of_kind(rows: Any, asked: str) -> Any:
        return rows.filter(kind=asked)

    return Table(
        name="assessments.losses",
        order="rank",
        columns=(
            Column("rank", lambda row: row.rank, kind="number", order=("rank",)),
            *areas.columns(),
            Column("kind", lambda row: _told("kind", row.kind), order=("kind",)),
            Column("text", lambda row: pick(row.text), order=("rank",)),
            Column("standard", _standard, order=("subject",)),
            _people("lost"),
            _people("residents"),
            Column("cause", lambda row: _told("cause", row.cause) if row.cause else "", order=("cause",)),
        ),
        filters=(
            *area_filters(user, comparison.after),
            Filter("kind", of_kind, "choice", lambda: [(one, _told("kind", one)) for one in kinds]),
        ),
    )


# ---------------------------------------------------------------------------------------------------------- items
def items_table(user: User, comparison: Comparison, areas: Areas) -> Table:
    """Return the list of items that changed.

    Parameters
    ----------
    user
        The person.
    comparison
        Which.
    areas
        Told the rows of a page (or of a file) before it is drawn.

    Returns
    -------
    Table
        Of `ComparedItem`.
    """
    fmt = figures_in(comparison.unit)
    changes = [code for code in CHANGES_OF_ITEMS if code != "same"]

    def status(row: ComparedItem) -> str:
        ends = [row.status_before, row.status_after]
        return " → ".join(say(f"assessments.status.{one}") if one else "" for one in ends)

    def degree(row: ComparedItem) -> str:
        return f"{fmt.pct(row.degree_before)} → {fmt.pct(row.degree_after)}"

    return Table(
        name="assessments.changed",
        order="-gained",
        columns=(
            *areas.columns(),
            Column("standard", lambda row: standard_title(row.standard), order=("standard",), hidden=True),
            Column("item", lambda row: item_title(row.item), order=("item",)),
            Column("change", lambda row: row.change, kind="state", words="assessments.compare.change",
                   order=("change",)),
            Column("status", status, order=("status_after",)),
            Column("degree", degree, order=("degree_change",), unknown=_UNKNOWN),
            Column("step", lambda row: None if row.degree_change is None else percent(row.degree_change),
                   kind="number", order=("degree_change",), unknown=_UNKNOWN, hidden=True),
            percent_column("degree_before", "degree_before"),
            percent_column("degree_after", "degree_after"),
            residents_column("gained", "gained"),
            residents_column("concerned", "concerned", hidden=True),
            residents_column("without_before", "without_before", hidden=True),
            residents_column("without_after", "without_after", hidden=True),
            Column("cause", lambda row: _told("cause", row.cause) if row.cause else "", order=("cause",)),
            Column("came", lambda row: row.came, order=("came",), hidden=True),
            Column("went", lambda row: row.went, order=("went",), hidden=True),
        ),
        filters=(
            *area_filters(user, comparison.after),
            Filter("change", lambda rows, asked: rows.filter(change=asked), "choice",
                   lambda: [(one, say(f"assessments.compare.change.{one}")) for one in changes]),
            Filter("standard", lambda rows, asked: rows.filter(standard=asked), "choice",
                   lambda: [(one, standard_title(one)) for one in comparison.standards]),
        ),
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------------- communities
def _score(standard: str, end: str) -> Callable[[ComparedCommunity], float | None]:
    def of(row: ComparedCommunity) -> float | None:
        return percent((row.scores.get(standard) or {}).get(end))

    return of


def _scores(comparison: Comparison) -> list[Column]:
    columns = []
    for standard in comparison.standards:
        for end in ("before", "after"):
            title = say(f"assessments.compare.score_{end}", standard=standard_title(standard))
            columns.append(
                Column(
                    f"{standard}_{end}", _score(standard, end), kind="number", unknown=_UNKNOWN,
                    order=(f"scores__{standard}__{end}",), title=partial(str, title),
                    hidden=standard != comparison.standards[0],
                )
            )  # fmt: skip
    return columns


def _number(key: str, *, hidden: bool = False) -> Column:
    def value(row: ComparedCommunity) -> float | int:
        found = getattr(row, key)
        return round(found) if isinstance(found, float) else found

    return Column(key, value, kind="number", order=(key,), hidden=hidden)


def communities_table(user: User, comparison: Comparison, areas: Areas) -> Table:
    """Return the list of communities before and after.

    Parameters
    ----------
    user
        The person.
    comparison
        Which.
    areas
        Told the rows of a page (or of a file) before it is drawn.

    Returns
    -------
    Table
        Of `ComparedCommunity`.
    """

    def address(row: ComparedCommunity) -> str:
        return reverse("assessments:comparison_community", args=[comparison.pk, row.community.code])

    def change(row: ComparedCommunity) -> float | None:
        return percent(row.score_change)

    return Table(
        name="assessments.compared",
        order="community",
        columns=(
            *areas.columns(),
            Column("detail", lambda _: say("assessments.compare.detail"), link=address),
            *_scores(comparison),
            Column("score_change", change, kind="number", order=("score_change",), unknown=_UNKNOWN),
            _number("better"), _number("worse"), _number("gained"), _number("lost"), _number("opened"),
            _number("closed"), _number("opened_m2"), _number("brought_back_m2"), _number("vacant_m2", hidden=True),
            residents_column("residents_before", "residents_before", hidden=True),
            residents_column("residents_after", "residents_after", hidden=True),
        ),
        filters=area_filters(user, comparison.after),
    )  # fmt: skip
