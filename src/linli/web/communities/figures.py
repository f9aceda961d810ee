"""The figures of a run as somebody sees them, read with few queries and kept: a run is never changed.

*Look*: what somebody looks at: a run by one standard, at or below a place, as far as the gate lets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from linli.assess import AssessOptions
from linli.assess.score import OPTIONAL
from linli.web.accounts.models import User
from linli.web.assessments.keep import Keep
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.assessments.selectors import runs_of
from linli.web.communities.sums import STATUSES, Row

__all__ = [
    "ItemSum",
    "Look",
    "forget_figures",
    "item_rows",
    "item_sums",
    "look_at",
    "look_rows",
    "runs_shown",
    "score_rows",
]

_ROWS: Keep[tuple[Row, ...]] = Keep(64)
_ITEMS: Keep[tuple[ItemSum, ...]] = Keep(64)

_LACKING = ("not_met", "partly")
_ROW = ("place", "residents", "old_young", "households", "score", "score_low", "score_high", "grade", "rank",
        *STATUSES, "index_old_young", "priority_rank", "priority_score")  # fmt: skip


_FIELDS = tuple(field.name for field in fields(Row))


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody looks at.

    Parameters
    ----------
    user
        Who.
    run
        Done.
    standard
        Family of rules.
    place
        Jurisdiction path; empty = wherever the person may see.
    action
        What the person must be allowed: ``view``, or ``export``.
    """

    user: User
    run: Run
    standard: str
    place: str = ""
    action: str = "view"

    @property
    def options(self) -> AssessOptions:
        """The choices behind the run."""
        return AssessOptions.model_validate(self.run.options)

    @property
    def key(self) -> str:
        """Names what is seen: the same for all who see the same."""
        paths = self.user.rights.paths("assessments", self.action)
        return "|".join((str(self.run.pk), self.run.digest, self.standard, self.place, *paths))


@dataclass(frozen=True, slots=True)
class ItemSum:
    """An item over communities.

    Parameters
    ----------
    item, group, verb
        Id of the rule, its group, how strongly it is asked for.
    counts
        Communities by status, in the order of `STATUSES`.
    residents, without
        People concerned, and those of them beyond reach, where both are known; None where no community knows.
    unknown
        Communities where that is not known, though the item is about reach elsewhere.
    """

    item: str
    group: str
    verb: str
    counts: tuple[int, ...]
    residents: float | None
    without: float | None
    unknown: int

    @property
    def reached(self) -> float | None:
        """Share of residents within reach, 0–1."""
        if not self.residents or self.without is None:
            return None
        return 1 - self.without / self.residents

    @property
    def met_share(self) -> float | None:
        """Share of the communities that it applies to and that are known which meet it, 0–1."""
        met, partly, not_met, _, _ = self.counts
        known = met + partly + not_met
        return met / known if known else None


def runs_shown(user: User, place: str | None) -> list[Run]:
    """Return the runs that pages show of rounds, newest first: those that hold a place, or else the widest.

    Parameters
    ----------
    user
        The person.
    place
        Jurisdiction path; ``None`` = wherever the person may see.

    Returns
    -------
    list of Run
        One a round, all of them of the same place of the tree.
    """
    found = list(runs_of(user).filter(current=True, state=Run.State.DONE))
    paths = (place,) if place is not None else user.rights.paths("assessments", "view")
    holding = [run for run in found if all(path.startswith(run.place) for path in paths)]
    if place is not None or holding:
        at = holding[0].place if holding else None
    else:
        at = min((run.place for run in found), key=len, default=None)
    return [run for run in found if run.place == at]


def look_at(user: User, runs: Sequence[Run], *, place: str = "", code: str = "", standard: str = "") -> Look | None:
    """Return a look at one of some runs.

    Parameters
    ----------
    user
        The person.
    runs
        From `runs_shown`.
    place
        Jurisdiction path to look at.
    code
        Code of the round that is asked for; the newest if there is none of it.
    standard
        The standard that is asked for; the run's first if it was not assessed by it.

    Returns
    -------
    Look or None
        ``None`` if nothing was assessed yet.
    """
    run = next((run for run in runs if run.snapshot.round.code == code), runs[0] if runs else None)
    if run is None:
        return None
    standards = AssessOptions.model_validate(run.options).standards
    return Look(user, run, standard if standard in standards else standards[0], place)


def score_rows(look: Look) -> QuerySet[ScoreRow]:
    """Return the communities of a look as rows to list.

    Parameters
    ----------
    look
        What somebody looks at.

    Returns
    -------
    QuerySet of ScoreRow
        With their communities.
    """
    rows = ScoreRow.objects.visible_to(look.user, look.action).filter(run=look.run, standard=look.standard)
    return rows.filter(place__startswith=look.place).select_related("community")


def item_rows(look: Look) -> QuerySet[ItemRow]:
    """Return the items of the communities of a look.

    Parameters
    ----------
    look
        What somebody looks at.

    Returns
    -------
    QuerySet of ItemRow
        Of its standard.
    """
    rows = ItemRow.objects.visible_to(look.user, look.action).filter(run=look.run, standard=look.standard)
    return rows.filter(place__startswith=look.place)


def _counting(rows: QuerySet[Any]) -> dict[str, tuple[int, int]]:
    """Return by place how many items that count fall short, and how many nobody can tell yet."""
    counts = (
        rows.exclude(verb=OPTIONAL)
        .order_by()
        .values_list("place")
        .annotate(
            short=Count("pk", filter=Q(status__in=_LACKING)),
            open=Count("pk", filter=Q(status="unknown")),
        )
    )
    return {place: (short, unknown) for place, short, unknown in counts}


def look_rows(look: Look) -> tuple[Row, ...]:
    """Return the communities of a look.

    Parameters
    ----------
    look
        The look.

    Returns
    -------
    tuple of Row
        In the order of their paths; shared by all threads.
    """

    def read() -> tuple[Row, ...]:
        counted = _counting(item_rows(look))
        rows = []
        for values in score_rows(look).order_by("place").values_list(*_ROW):
            before, counts, after = values[:9], values[9:-3], values[-3:]
            about = dict(zip(_FIELDS, (*before, counts, *counted.get(before[0], (0, 0)), *after), strict=True))
            rows.append(Row(**about))
        return tuple(rows)

    return _ROWS.get(look.key, read)


def item_sums(look: Look) -> tuple[ItemSum, ...]:
    """Return the items of a look over all its communities.

    Parameters
    ----------
    look
        The look.

    Returns
    -------
    tuple of ItemSum
        By id of the item.
    """

    def read() -> tuple[ItemSum, ...]:
        known = Q(residents__isnull=False, residents_without__isnull=False)
        sums = {status: Count("pk", filter=Q(status=status)) for status in STATUSES}
        found = (
            item_rows(look)
            .order_by()
            .values("item", "group", "verb")
            .annotate(
                **sums,
                people=Sum("residents", filter=known),
                beyond=Sum("residents_without", filter=known),
                lost=Count("pk", filter=~known & ~Q(status="not_applicable")),
            )
            .order_by("item")
        )
        return tuple(_item_sum(row) for row in found)

    return _ITEMS.get(look.key, read)


def _item_sum(row: dict[str, Any]) -> ItemSum:
    return ItemSum(
        row["item"], row["group"], row["verb"], tuple(row[status] for status in STATUSES), row["people"],
        row["beyond"], row["lost"] if row["people"] is not None else 0,
    )  # fmt: skip


def forget_figures() -> None:
    """Read everything anew: for tests, whose databases are emptied."""
    _ROWS.clear()
    _ITEMS.clear()
