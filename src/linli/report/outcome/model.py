"""What the pages of a comparison are about, as records without words.

What belongs here: the frozen records that pages, maps and charts read; `linli.report.outcome.build` makes them. Pairs
are (first round, second round); unknown numbers are NaN, never 0; people are in the survey's unit (residents, or m²).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from linli.feedback import Outcome
from linli.report.model import Book

__all__ = ["VERDICTS", "CommunityChange", "ItemChange", "ItemLine", "OutcomeBook", "Place"]

Text = Mapping[str, str]
Pair = tuple[float, float]

VERDICTS: tuple[str, ...] = ("better", "mixed", "worse", "same", "alone")
"""A community by its items of one standard: some better; some better and some worse; some worse; none of either; it is
in one round only."""


@dataclass(frozen=True, slots=True)
class CommunityChange:
    """One community of either round.

    Parameters
    ----------
    id, slug, name, district
        Id, the id as a file name, name, district (empty text where unknown).
    residents
        In both rounds.
    scores
        By standard: 0–1, in both rounds.
    changes
        By standard: how many of its items by what happened to them (`linli.feedback.items.CHANGES_OF_ITEMS`).
    opened, closed
        Facilities that started and that stopped.
    opened_m2, brought_back_m2, vacant_m2
        Floor area of facilities opened, of rooms brought back into use, of rooms still vacant.
    worse
        How many entries the list of what got worse has for it.
    """

    id: str
    slug: str
    name: str
    district: str
    residents: Pair
    scores: Mapping[str, Pair]
    changes: Mapping[str, Mapping[str, int]]
    opened: int
    closed: int
    opened_m2: float
    brought_back_m2: float
    vacant_m2: float
    worse: int

    def count(self, change: str, standard: str | None = None) -> int:
        """Return how many items changed so, of one standard or of all."""
        asked = [standard] if standard else list(self.changes)
        return sum(self.changes.get(name, {}).get(change, 0) for name in asked)

    def verdict(self, standard: str) -> str:
        """Return one of `VERDICTS`."""
        if not self.changes.get(standard):
            return "alone"
        better, worse = self.count("better", standard), self.count("worse", standard)
        if better and worse:
            return "mixed"
        return "better" if better else "worse" if worse else "same"


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item that changed in one community.

    Parameters
    ----------
    community, standard, item, title
        Where, by which standard, which, and what it is called.
    change, status, degree
        What happened; status and degree (0–1) in both rounds.
    concerned, gained
        People whom it concerns; of them those newly within reach, negative = lost, NaN = it counts no people.
    cause
        Code of `linli.feedback.items`.
    facilities
        By ``came``, ``went``, ``altered``: names of the facilities behind it.
    """

    community: CommunityChange
    standard: str
    item: str
    title: Text
    change: str
    status: tuple[str, str]
    degree: Pair
    concerned: float
    gained: float
    cause: str
    facilities: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item over the whole city.

    Parameters
    ----------
    item, title
        Which, and what it is called.
    degree
        Mean over the communities where both rounds can be compared, weighted by those whom it concerns now, 0–1.
    changes
        How many communities by what happened to it.
    statuses
        How many communities by status, in both rounds.
    gained, lost
        People newly within reach, and no longer; 0 where it counts no people.
    """

    item: str
    title: Text
    degree: Pair
    changes: Mapping[str, int]
    statuses: tuple[Mapping[str, int], Mapping[str, int]]
    gained: float
    lost: float


@dataclass(frozen=True, slots=True)
class Place:
    """Something that happened at a place and is drawn on the map.

    Parameters
    ----------
    number
        Its number on the map and in the table, from 1.
    kind
        ``opened``, ``reopened``, ``closed``, ``suspended``, ``moved``, ``room`` or ``plot`` (brought back into use).
    id, name, type, community
        Of the facility, or of the room or plot (whose `type` are the types that started there).
    area_m2
        Floor area, site area of open spaces and plots; NaN = unknown.
    x, y
        Longitude and latitude.
    origin
        Where it was before it moved, or None.
    projects
        Ids of the plan's options that explain it.
    """

    number: int
    kind: str
    id: str
    name: str
    type: str
    community: CommunityChange | None
    area_m2: float
    x: float
    y: float
    origin: Pair | None = None
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class OutcomeBook:
    """Everything that the pages say.

    Parameters
    ----------
    outcome
        The comparison.
    book
        The second round as its report tells it: names, standards, manifest.
    communities, items, lines, places
        In the order in which they are shown; `lines` by standard.
    residents
        By age band, ``all`` first, in both rounds; only bands known in either.
    names
        Name of each facility by id.
    """

    outcome: Outcome
    book: Book
    communities: tuple[CommunityChange, ...]
    items: tuple[ItemChange, ...]
    lines: Mapping[str, tuple[ItemLine, ...]]
    places: tuple[Place, ...]
    residents: Mapping[str, Pair]
    names: Mapping[str, str]

    @property
    def main(self) -> str:
        """The standard that maps and charts of the overview show: the first one."""
        return self.outcome.meta.standards[0]

    @cached_property
    def _by_id(self) -> dict[str, CommunityChange]:
        return {one.id: one for one in self.communities}

    def community(self, community_id: object) -> CommunityChange | None:
        """Return the community of an id, None if there is none."""
        return self._by_id.get(str(community_id))

    def total(self, line: str) -> pd.Series:
        """Return a line of the totals by its code; values are NaN where the form has no such line."""
        found = self.outcome.totals[self.outcome.totals["line"] == line]
        return found.iloc[0] if len(found) else pd.Series({"value": float("nan"), "high": float("nan"), "unit": ""})
