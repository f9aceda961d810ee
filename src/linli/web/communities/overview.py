"""What the overview of a city, a district or a street says, from the figures of a look.

*Part*: a place of the next level with what its communities come to. *Moment*: one round in the trend.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from linli.assess import AssessOptions
from linli.errors import RuleError
from linli.feedback.guard import REFUSED_OPTIONS
from linli.report.model import Priority
from linli.report.phrases import reason
from linli.rules.records import Value
from linli.web.accounts.models import Place
from linli.web.assessments.models import Run, ScoreRow
from linli.web.communities.figures import Look, Scores, item_rows, look_rows, look_scores, look_sums, score_rows
from linli.web.communities.sums import Sums, step_of
from linli.web.communities.writing import format_of, group_title, item_title, standard_title
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import say

__all__ = [
    "TARGET",
    "First",
    "Moment",
    "Part",
    "Sheet",
    "first_ones",
    "parts_of",
    "reason_of",
    "sheet_of",
    "target_of",
    "trend",
]

TARGET = ("targets/national", "complete_community_2030")
"""The published target that the share of communities is held against."""

_ROUNDS = 8
"""So many rounds back the trend goes."""


@dataclass(frozen=True, slots=True)
class Part:
    """A place below the one that is looked at.

    Parameters
    ----------
    place
        The place; ``None`` if it is not in the tree any more.
    path
        Its path.
    sums
        What its communities come to.
    rank
        By the mean score among its like; equals share one, None = unknown.
    """

    place: Place | None
    path: str
    sums: Sums
    rank: int | None

    # What tables sort by.
    @property
    def communities(self) -> int:
        """How many communities."""
        return self.sums.communities

    @property
    def residents(self) -> float | None:
        """Those that are known."""
        return self.sums.residents.value

    @property
    def score(self) -> float | None:
        """Mean score, 0–1."""
        return self.sums.score

    @property
    def met(self) -> float:
        """Share of communities that meet every item, at least, 0–1."""
        found = self.sums.met_share
        return found[0] if found else 0.0


@dataclass(frozen=True, slots=True)
class First:
    """A community of the priority list with its reason."""

    rank: int
    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The communities of a district with the status of every item.

    Parameters
    ----------
    groups
        Title of each group of items, and how many it has.
    items
        Title of each item.
    lines
        A community with the status of each item.
    """

    groups: tuple[tuple[str, int], ...]
    items: tuple[str, ...]
    lines: tuple[tuple[ScoreRow, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A round in the trend.

    Parameters
    ----------
    run
        The run that pages show of it.
    scores
        Its mean score then.
    refused
        Why its score cannot be held against the newest: words, empty if it can.
    told
        What a reader has to know although it can.
    """

    run: Run
    scores: Scores
    refused: tuple[str, ...]
    told: tuple[str, ...]

    @property
    def on(self) -> dt.date:
        """The day of the survey."""
        return self.run.snapshot.round.surveyed_on


def parts_of(look: Look) -> tuple[Part, ...]:
    """Return the places of the level at which the communities of a look differ, with their sums.

    Parameters
    ----------
    look
        What somebody looks at.

    Returns
    -------
    tuple of Part
        Best mean score first; none where the next level are the communities themselves.
    """
    rows = look_rows(look)
    sums = look_sums(look, step_of(row.place for row in rows))
    if len(sums) == len(rows):
        return ()
    places = {place.path: place for place in Place.objects.filter(path__in=sums)}
    scores = sorted((found.score for found in sums.values() if found.score is not None), reverse=True)
    parts = [
        Part(places.get(path), path, found, None if found.score is None else scores.index(found.score) + 1)
        for path, found in sums.items()
    ]
    return tuple(sorted(parts, key=lambda part: (part.rank is None, part.rank, part.path)))


def first_ones(look: Look, most: int) -> tuple[First, ...]:
    """Return the communities of a look that come first, with the reason.

    Parameters
    ----------
    look
        What somebody looks at.
    most
        How many.

    Returns
    -------
    tuple of First
        By their place in the list of the whole round.
    """
    first = score_rows(look).filter(priority_rank__isnull=False).order_by("priority_rank")[:most]
    return tuple(First(one.priority_rank or 0, one.community, reason_of(one)) for one in first)


def reason_of(row: ScoreRow) -> str:
    """Return why a community has its place in the priority list, without the place itself; empty if it has none.

    Parameters
    ----------
    row
        The community in a run.

    Returns
    -------
    str
        One line in the language of the page.
    """
    if not row.priority_rank or not row.priority_reason:
        return ""
    return reason(Priority(row.priority_rank, 0.0, {}, {}, row.priority_reason), format_of())


def sheet_of(look: Look) -> Sheet:
    """Return the communities of a look with the status of every item.

    Parameters
    ----------
    look
        What somebody looks at.

    Returns
    -------
    Sheet
        Communities by their place in the tree; an item that a community has no row of is unknown there.
    """
    rules = site_catalogue().items(look.standard)
    found: dict[str, dict[str, str]] = {}
    for place, item, status in item_rows(look).values_list("place", "item", "status"):
        found.setdefault(place, {})[item] = status
    lines = [
        (row, tuple(found.get(row.place, {}).get(rule.id, "unknown") for rule in rules))
        for row in score_rows(look).order_by("place")
    ]
    groups: dict[str, int] = {}
    for rule in rules:
        groups[rule.group or look.standard] = groups.get(rule.group or look.standard, 0) + 1
    heads = tuple((group_title(look.standard, group), count) for group, count in groups.items())
    return Sheet(heads, tuple(item_title(rule.id) for rule in rules), tuple(lines))


def compared(then: Run, now: Run, standard: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return why two runs do not compare, and what to know if they do (as `linli.feedback.guard` has it).

    Parameters
    ----------
    then, now
        The runs.
    standard
        By which they are compared.

    Returns
    -------
    tuple
        Two sequences of words, each perhaps empty.
    """
    one, other = (AssessOptions.model_validate(run.options) for run in (then, now))
    refused = [
        say("communities.trend.option", option=say(f"communities.option.{name}"))
        for name in REFUSED_OPTIONS
        if getattr(one, name) != getattr(other, name)
    ]
    if then.unit != now.unit:
        refused.append(say("communities.trend.unit"))
    if standard not in one.standards:
        refused.append(say("communities.trend.standard", standard=standard_title(standard)))
    told = [say("communities.trend.rules")] if then.catalogue_version != now.catalogue_version else []
    return tuple(refused), tuple(told)


def trend(look: Look, runs: Sequence[Run]) -> tuple[Moment, ...]:
    """Return how a look came out round by round.

    Parameters
    ----------
    look
        What somebody looks at: the round that the others are held against.
    runs
        The runs that pages show, newest first.

    Returns
    -------
    tuple of Moment
        Oldest first, up to the round that is looked at.
    """
    until, now = look.run.snapshot.round.surveyed_on, look_scores(look).communities
    shown = [run for run in runs if run.snapshot.round.surveyed_on <= until][:_ROUNDS]
    moments = []
    for run in reversed(shown):
        refused, told = compared(run, look.run, look.standard)
        scores = look_scores(replace(look, run=run))
        if not refused and scores.communities != now:
            told = (*told, say("communities.trend.communities", n=scores.communities, now=now))
        moments.append(Moment(run, scores, refused, told))
    return tuple(moments)


def target_of(on: dt.date) -> Value | None:
    """Return the published target for the share of complete communities in force on a day.

    Parameters
    ----------
    on
        The day.

    Returns
    -------
    Value or None
        A share, 0–1, with its citation; ``None`` if there is none.
    """
    try:
        return site_catalogue().value(*TARGET, on=on)
    except RuleError:
        return None
