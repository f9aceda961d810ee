"""The figures of a run as somebody sees them, read with few queries and kept: a run is never changed.

*Look*: what somebody looks at: a run by one standard, at or below a place, as far as the gate lets them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

from django.db.models import QuerySet

from linli.assess import AssessOptions
from linli.assess.score import OPTIONAL
from linli.web.accounts.models import User
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.assessments.selectors import runs_of
from linli.web.communities.sums import STATUSES, Row, Scored, Sums, add_up, by_step, mean_score
from linli.web.keep import Keep

__all__ = [
    "ItemSum",
    "Look",
    "Scores",
    "forget_figures",
    "item_rows",
    "item_sums",
    "look_at",
    "look_rows",
    "look_scores",
    "look_sums",
    "runs_shown",
    "score_rows",
]

_ROWS: Keep[tuple[Row, ...]] = Keep(64)
_SUMS: Keep[Mapping[str, Sums]] = Keep(256)
_SCORES: Keep[Scores] = Keep(256)
_ITEMS: Keep[_Items] = Keep(64)

_LACKING = frozenset({"not_met", "partly"})
_ORDER = {status: position for position, status in enumerate(STATUSES)}
_CHUNK = 5000
_ITEM = ("place", "item", "group", "verb", "status", "residents", "residents_without")
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
class Scores:
    """The mean score of a look: how many communities, score with its range, 0–1, None = unknown."""

    communities: int
    score: float | None
    low: float | None
    high: float | None


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


class _Items(NamedTuple):
    sums: tuple[ItemSum, ...]
    counting: dict[str, tuple[int, int]]


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


@dataclass(slots=True)
class _Tally:
    """An item while it is being added up."""

    group: str
    verb: str
    counts: list[int]
    residents: float = 0.0
    without: float = 0.0
    measured: int = 0
    unmeasured: int = 0

    def add(self, status: str, residents: float | None, without: float | None) -> None:
        self.counts[_ORDER[status]] += 1
        if residents is not None and without is not None:
            self.residents += residents
            self.without += without
            self.measured += 1
        elif status != "not_applicable":
            self.unmeasured += 1

    def total(self, item: str) -> ItemSum:
        known = self.measured > 0
        return ItemSum(
            item, self.group, self.verb, tuple(self.counts), self.residents if known else None,
            self.without if known else None, self.unmeasured if known else 0,
        )  # fmt: skip


def _items(look: Look) -> _Items:
    """Read the items of a look once: added up by item, and by place how many fall short and how many are open."""

    def read() -> _Items:
        tallies: dict[str, _Tally] = {}
        counting: dict[str, tuple[int, int]] = {}
        # In the order of an index, which spares the database a sort.
        rows = item_rows(look).order_by("place").values_list(*_ITEM)
        for place, item, group, verb, status, residents, without in rows.iterator(chunk_size=_CHUNK):
            tally = tallies.get(item) or tallies.setdefault(item, _Tally(group, verb, [0] * len(STATUSES)))
            tally.add(status, residents, without)
            if verb != OPTIONAL:
                short, unknown = counting.get(place, (0, 0))
                counting[place] = (short + (status in _LACKING), unknown + (status == "unknown"))
        return _Items(tuple(tallies[item].total(item) for item in sorted(tallies)), counting)

    return _ITEMS.get(look.key, read)


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
        counted = _items(look).counting
        rows = []
        for values in score_rows(look).order_by("place").values_list(*_ROW):
            before, counts, after = values[:9], values[9:-3], values[-3:]
            about = dict(zip(_FIELDS, (*before, counts, *counted.get(before[0], (0, 0)), *after), strict=True))
            rows.append(Row(**about))
        return tuple(rows)

    return _ROWS.get(look.key, read)


def look_sums(look: Look, step: int = 0) -> Mapping[str, Sums]:
    """Return what the communities of a look come to, by the place of a level that they lie in.

    Parameters
    ----------
    look
        The look.
    step
        How many parts of a path name the level; 0 = all together.

    Returns
    -------
    mapping
        Sums by path, in the order of paths; shared by all threads.
    """

    def read() -> Mapping[str, Sums]:
        rows = look_rows(look)
        groups = by_step(rows, step) if step else {"": list(rows)}
        return {path: add_up(some) for path, some in groups.items()}

    return _SUMS.get(f"{look.key}|{step}", read)


def look_scores(look: Look) -> Scores:
    """Return the mean score of a look: all that a trend needs of an earlier round.

    Parameters
    ----------
    look
        The look.

    Returns
    -------
    Scores
        The same as `look_sums` says.
    """

    def read() -> Scores:
        found = score_rows(look).order_by("place").values_list("residents", "score", "score_low", "score_high")
        rows = [Scored(*values) for values in found]
        return Scores(len(rows), *mean_score(rows))

    return _SCORES.get(look.key, read)


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
    return _items(look).sums


def forget_figures() -> None:
    """Read everything anew: for tests, whose databases are emptied."""
    for kept in (_ROWS, _SUMS, _SCORES, _ITEMS):
        kept.clear()
