"""What a report is about, as records without words: the city, its regions, communities, items and facility types.

What belongs here: the frozen records that pages, workbook and PDF read. They are made from the tables of an assessment
by `linli.report.build`. Texts are pairs ``{"zh": …, "en": …}``; unknown numbers are None or NaN, never 0.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Book",
    "Community",
    "FacilityType",
    "Figures",
    "ItemInfo",
    "Mean",
    "Priority",
    "Region",
    "RequirementResult",
    "Result",
    "StandardInfo",
]

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ItemInfo:
    """One line of a standard.

    Parameters
    ----------
    id, standard, group
        ``complete_community/nursery``, ``complete_community``, group code.
    title, text
        What it is called and what it asks for.
    certainty
        ``published``, ``recalled``, ``unset``.
    clause, source
        Where it stands, in which document.
    """

    id: str
    standard: str
    group: str
    title: Text
    text: Text
    certainty: str
    clause: str
    source: str

    @property
    def name(self) -> str:
        """The part of the id after the standard."""
        return self.id.partition("/")[2]


@dataclass(frozen=True, slots=True)
class StandardInfo:
    """A standard: its items by group, and the documents it comes from."""

    id: str
    title: Text
    description: Text
    groups: Mapping[str, Text]
    items: tuple[ItemInfo, ...]
    documents: tuple[Mapping[str, Any], ...]
    weights: str


@dataclass(frozen=True, slots=True)
class FacilityType:
    """A type of facility; `asked_by` are the items that ask for it, `sized` whether one of them asks for a size."""

    code: str
    title: Text
    group: str
    asked_by: tuple[str, ...] = ()
    sized: bool = False


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One requirement in one community, as the table of the assessment says it."""

    id: str
    item: str
    row: Mapping[str, Any]
    evidence: Mapping[str, Any]
    text: Text


@dataclass(frozen=True, slots=True)
class Result:
    """One item in one community.

    Parameters
    ----------
    item
        Which item.
    status
        One of the five.
    degree, low, high
        0–1, NaN = unknown.
    shortfall, shortfall_unit
        What is missing.
    row
        Everything the table says.
    requirements
        The requirements behind it.
    """

    item: ItemInfo
    status: str
    degree: float
    low: float
    high: float
    shortfall: float
    shortfall_unit: str
    row: Mapping[str, Any]
    requirements: tuple[RequirementResult, ...]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean degree over items: a score, a have, a scene; 0–1 with its range, NaN = unknown."""

    key: str
    standard: str
    score: float
    low: float
    high: float
    known_share: float = float("nan")
    grade: str = ""
    rank: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    title: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Priority:
    """Place in the priority list, with its components (0–1 by code) and its reason."""

    rank: int
    score: float
    parts: Mapping[str, float]
    raw: Mapping[str, float]
    reason: Text


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of a city or a region; residents in the survey's unit, NaN = unknown."""

    communities: int
    residents: float
    households: float
    old_young: float
    score: float
    low: float
    high: float
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Community:
    """One community: who lives there, what is there, what is missing.

    Parameters
    ----------
    row
        Position in the book.
    id, slug, name
        Id, the id as a file name, name.
    region, district, subdistrict, kind, project_type
        Where it belongs; empty text where unknown.
    residents, households
        NaN = unknown.
    bands
        Residents by age band, NaN = unknown.
    facts
        Facts of the profile by code: ``{"value": …, "unit": …, "share_below": …}``.
    results
        By standard, in the order of its items.
    scores, haves, scenes
        Means.
    index
        The 一老一小 index: its row.
    priority
        Place in the list, None if it has none.
    facilities, rooms, plots, wishes, estates
        Rows of the survey's layers that belong to it.
    supply
        Rows by facility type: count, area, per 100 households …
    peers
        Ids, most alike first.
    """

    row: int
    id: str
    slug: str
    name: str
    region: str
    district: str
    subdistrict: str
    kind: str
    project_type: str
    residents: float
    households: float
    bands: Mapping[str, float]
    facts: Mapping[str, Mapping[str, Any]]
    results: Mapping[str, tuple[Result, ...]]
    scores: Mapping[str, Mean]
    haves: tuple[Mean, ...]
    scenes: tuple[Mean, ...]
    index: Mapping[str, Any]
    priority: Priority | None
    facilities: tuple[Mapping[str, Any], ...]
    rooms: tuple[Mapping[str, Any], ...]
    plots: tuple[Mapping[str, Any], ...]
    wishes: tuple[Mapping[str, Any], ...]
    estates: tuple[Mapping[str, Any], ...]
    supply: tuple[Mapping[str, Any], ...]
    peers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A district, or a subdistrict where there is only one district."""

    key: str
    slug: str
    communities: tuple[Community, ...]
    figures: Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class Book:
    """Everything the report says, without words.

    Parameters
    ----------
    name
        Name of the survey.
    surveyed_on, on
        Date of the data; date of the rules.
    unit
        ``residents``, or ``m2`` where floor area stands for people.
    communities, regions, standards, types
        In the order in which they are shown.
    figures
        Sums of the whole by standard.
    status_counts
        By item: how many communities by status.
    city_facilities
        How many facilities in use by type.
    coverage
        By type, for the whole: ``distance_m``, ``share`` (0–1), ``residents``, ``within``.
    meta
        The assessment's own record, as a dictionary.
    manifest
        The survey's manifest, as a dictionary.
    catalogue_version
        Version of the rules, packs included.
    total
        How many communities were assessed: those that ranks and shares are among.
    unsurveyed
        Facility types of which an open map shows none: there is none, or none is mapped.
    """

    name: Text
    surveyed_on: dt.date
    on: dt.date
    unit: str
    communities: tuple[Community, ...]
    regions: tuple[Region, ...]
    standards: tuple[StandardInfo, ...]
    types: Mapping[str, FacilityType]
    figures: Mapping[str, Figures]
    status_counts: Mapping[str, Mapping[str, int]]
    city_facilities: Mapping[str, int]
    coverage: Mapping[str, Mapping[str, Any]]
    meta: Mapping[str, Any]
    manifest: Mapping[str, Any]
    catalogue_version: str
    total: int
    unsurveyed: frozenset[str] = frozenset()

    def community(self, community_id: str) -> Community | None:
        """Return the community of an id, None if there is none."""
        return next((c for c in self.communities if c.id == community_id), None)

    def standard(self, standard_id: str) -> StandardInfo | None:
        """Return the standard of an id, None if it was not assessed."""
        return next((s for s in self.standards if s.id == standard_id), None)
