"""What the rows of many communities come to: a city, a district, a street.

What belongs here: plain sums over rows, without database. A *sum* says over how many communities it goes and of how
many nobody knows: the unknown is never taken for nought. The score of a place is the mean of its communities' scores,
each weighted by its residents where they are known everywhere, else by one (as in the library's report).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["STATUSES", "Row", "Scored", "Sum", "Sums", "add_up", "by_step", "mean_score", "step_of"]

STATUSES = ("met", "partly", "not_met", "not_applicable", "unknown")


class Scored(NamedTuple):
    """The score of a community with its range, 0–1, and its residents; None = unknown."""

    residents: float | None
    score: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A community in a run by one standard.

    Parameters
    ----------
    place
        Jurisdiction path.
    residents, old_young, households
        People (or m² of housing, where these stand for them), None = unknown.
    score, low, high
        0–1 with its range, None = unknown.
    grade, rank
        By the score; empty or None where there is no score.
    counts
        Items by status, in the order of `STATUSES`.
    short, open
        Items that count and fall short; items that count and that nobody can tell yet.
    index
        The 一老一小 index, 0–1, None = unknown.
    priority, urgency
        Place in the list of who comes first, and the score behind it, 0–1.
    """

    place: str
    residents: float | None
    old_young: float | None
    households: float | None
    score: float | None
    low: float | None
    high: float | None
    grade: str
    rank: int | None
    counts: tuple[int, ...]
    short: int
    open: int
    index: float | None
    priority: int | None
    urgency: float | None

    @property
    def old_young_share(self) -> float | None:
        """Share of the residents who are old or young, 0–1."""
        return self.old_young / self.residents if self.residents and self.old_young is not None else None

    @property
    def standing(self) -> str:
        """``met`` if every item that counts is met, ``not_met`` if one falls short, else ``unknown``."""
        return "not_met" if self.short else "unknown" if self.open else "met"


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum: its value over those that are known (None = nobody knows), and how many are not."""

    value: float | None = None
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Sums:
    """What some communities come to.

    Parameters
    ----------
    communities
        How many.
    residents, old_young, households
        Sums.
    score, low, high
        Mean score, 0–1, None = unknown.
    unscored
        How many have no score.
    items
        How many items of communities have each status.
    standing
        How many communities meet every item that counts, fall short of one, cannot be told yet.
    grades
        How many communities have each grade.
    """

    communities: int = 0
    residents: Sum = Sum()
    old_young: Sum = Sum()
    households: Sum = Sum()
    score: float | None = None
    low: float | None = None
    high: float | None = None
    unscored: int = 0
    items: Mapping[str, int] = field(default_factory=dict)
    standing: Mapping[str, int] = field(default_factory=dict)
    grades: Mapping[str, int] = field(default_factory=dict)

    @property
    def met_share(self) -> tuple[float, float] | None:
        """Least and greatest share of communities that meet every item, 0–1: the unknown may or may not."""
        if not self.communities:
            return None
        met, unknown = self.standing.get("met", 0), self.standing.get("unknown", 0)
        return met / self.communities, (met + unknown) / self.communities


def _sum(values: Sequence[float | None]) -> Sum:
    known = [value for value in values if value is not None]
    return Sum(sum(known) if known else None, len(values) - len(known))


def mean_score(rows: Sequence[Row] | Sequence[Scored]) -> tuple[float | None, float | None, float | None]:
    """Return the mean score of communities with its range.

    Parameters
    ----------
    rows
        Of one run and one standard.

    Returns
    -------
    tuple
        Score, lowest and highest, 0–1; None where nobody knows.
    """
    weights = [row.residents for row in rows]
    known = all(weight is not None for weight in weights) and sum(weight or 0.0 for weight in weights) > 0
    weigh = [weight or 0.0 for weight in weights] if known else [1.0] * len(rows)

    def mean(values: Iterable[float | None]) -> float | None:
        pairs = [(value, weight) for value, weight in zip(values, weigh, strict=True) if value is not None]
        total = sum(weight for _, weight in pairs)
        return sum(value * weight for value, weight in pairs) / total if total > 0 else None

    return mean(row.score for row in rows), mean(row.low for row in rows), mean(row.high for row in rows)


def _count(keys: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key in keys:
        found[key] = found.get(key, 0) + 1
    return found


def add_up(rows: Sequence[Row]) -> Sums:
    """Add communities up.

    Parameters
    ----------
    rows
        Of one run and one standard.

    Returns
    -------
    Sums
        Of them all; residents and households in the run's unit.
    """
    score, low, high = mean_score(rows)
    return Sums(
        communities=len(rows),
        residents=_sum([row.residents for row in rows]),
        old_young=_sum([row.old_young for row in rows]),
        households=_sum([row.households for row in rows]),
        score=score,
        low=low,
        high=high,
        unscored=sum(row.score is None for row in rows),
        items={status: sum(row.counts[i] for row in rows) for i, status in enumerate(STATUSES)},
        standing=_count(row.standing for row in rows),
        grades=dict(sorted(_count(row.grade for row in rows if row.grade).items())),
    )


def step_of(paths: Iterable[str]) -> int:
    """Return how many parts of the paths name the highest level at which they differ.

    Parameters
    ----------
    paths
        Jurisdiction paths of communities.

    Returns
    -------
    int
        2 where they lie in several districts of a city, 3 in several streets of one district, 4 in one street.
    """
    parts = [path.rstrip("/").split("/") for path in paths]
    if not parts:
        return 1
    shortest = min(len(one) for one in parts)
    for depth in range(1, shortest):
        if len({tuple(one[:depth]) for one in parts}) > 1:
            return depth
    return shortest


def by_step(rows: Iterable[Row], step: int) -> dict[str, list[Row]]:
    """Gather communities by the place of a level that they lie in.

    Parameters
    ----------
    rows
        Of any places.
    step
        How many parts of a path name the level.

    Returns
    -------
    dict
        Rows by path, in the order of paths.
    """
    found: dict[str, list[Row]] = {}
    for row in rows:
        path = "".join(f"{part}/" for part in row.place.split("/")[:step])
        found.setdefault(path, []).append(row)
    return dict(sorted(found.items()))
