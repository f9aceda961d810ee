"""What a plan's documents are about, as records without words: projects, coverage before and after, money, operation.

What belongs here: the frozen records that pages, workbook, map layers and the district plan read. They are made by
`linli.report.plan.build`. Texts are pairs ``{"zh": …, "en": …}``; unknown numbers are None or NaN, never 0; money is in
yuan, areas in m², people in the survey's unit (residents, or m² of housing where floor area stands for them).

A *need* is one resident under one requirement: somebody who lacks a pharmacy and a nursery counts twice. *People* are
counted once, however many requirements they gain or lack.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from linli.report.model import Book

__all__ = [
    "Alternative",
    "Cash",
    "Change",
    "CommunityChange",
    "FrontierPoint",
    "Fund",
    "Limit",
    "Operating",
    "Part",
    "Payment",
    "PlanBook",
    "Project",
    "Requirement",
    "Stream",
    "Subsidy",
    "SubsidyStep",
    "Sums",
    "Without",
    "YearStep",
]

Text = Mapping[str, str]
Row = Mapping[str, Any]
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Project:
    """One chosen option: a facility type in a place.

    Parameters
    ----------
    number
        From 1: by year, then district, community and place; the same in every document.
    option_id, place_id, place_kind, place_name
        ``room:R1:nursery``, ``R1``, ``room`` or ``plot``, its name.
    community_id, community, district
        Where it lies; empty text where unknown.
    lever, type
        ``reallocate``, ``convert``, ``build``; facility type code.
    floor_area_m2, site_area_m2, capacity
        NaN = unknown; 0 = takes none.
    cost_yuan
        NaN = no unit cost is set.
    subsidy_yuan, other_yuan, own_yuan
        Of the cost: subsidy, other people's money (owners' fund, operator), the rest (city and district).
        NaN = unknown.
    start_year, open_year
        None where there is no programme, or it is not in it.
    postponed
        Why it is not in the programme: ``late``, ``money_or_starts``, ``adds_nobody``; else empty.
    served, served_old_young
        Needs that this plan has it serve (the nearest new facility serves), each need once.
    newly, newly_old_young
        People whom it would newly serve if it were the only one, each once.
    yearly_cost_yuan, yearly_income_yuan
        NaN = unset.
    available_from
        First day of use; None = at once or unknown.
    requirements
        Keys of the requirements it serves.
    forced
        Whether it was decided beforehand.
    order
        Place in the building order, None if there is none.
    notes
        Codes of `linli.improve.sites.NOTES`.
    x, y
        Longitude, latitude, degrees.
    """

    number: int
    option_id: str
    place_id: str
    place_kind: str
    place_name: str
    community_id: str
    community: str
    district: str
    lever: str
    type: str
    floor_area_m2: float
    site_area_m2: float
    capacity: float
    cost_yuan: float
    subsidy_yuan: float
    other_yuan: float
    own_yuan: float
    start_year: int | None
    open_year: int | None
    postponed: str
    served: float
    served_old_young: float
    newly: float
    newly_old_young: float
    yearly_cost_yuan: float
    yearly_income_yuan: float
    available_from: dt.date | None
    requirements: tuple[str, ...]
    forced: bool
    order: int | None
    notes: tuple[str, ...]
    x: float
    y: float

    @property
    def area_m2(self) -> float:
        """Floor area, or the ground it takes where it has no floor."""
        return self.floor_area_m2 if not self.floor_area_m2 <= 0 else self.site_area_m2


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement that was planned for.

    Parameters
    ----------
    key
        ``complete_community/nursery.reach``.
    item, id
        ``complete_community/nursery``, ``reach``.
    title, item_title
        Short name, unique in the plan; title of the item.
    text
        What the standard says.
    types
        Facility types that meet it.
    bands
        Age bands whose need it is; empty = everybody.
    distance_m
        Walking distance, m; NaN if it is unset.
    clause
        Where it stands.
    """

    key: str
    item: str
    id: str
    title: Text
    item_title: Text
    text: Text
    types: tuple[str, ...]
    bands: tuple[str, ...]
    distance_m: float
    clause: str


@dataclass(frozen=True, slots=True)
class Change:
    """Who is within reach before and after, under one requirement (``""`` = all, in needs) and one band.

    Parameters
    ----------
    requirement
        Key, or empty for the sum over requirements.
    band
        ``need`` (those whose need it is), ``all``, or an age band.
    residents, before, after
        In the communities that it binds; within reach before and after the plan.
    """

    requirement: str
    band: str
    residents: float
    before: float
    after: float

    @property
    def newly(self) -> float:
        """Those whom the plan brings within reach."""
        return self.after - self.before

    @property
    def without(self) -> float:
        """Those still without."""
        return self.residents - self.after

    @property
    def share_before(self) -> float:
        """Within reach before, 0–1; NaN where nobody is concerned."""
        return min(self.before / self.residents, 1.0) if self.residents > 0 else NAN

    @property
    def share_after(self) -> float:
        """Within reach after, 0–1; NaN where nobody is concerned."""
        return min(self.after / self.residents, 1.0) if self.residents > 0 else NAN


@dataclass(frozen=True, slots=True)
class Without:
    """Residents still without under one requirement for one reason (see `linli.improve.outcome.WHY`)."""

    requirement: str
    reason: str
    detail: str
    residents: float
    old_young: float
    buildings: int


@dataclass(frozen=True, slots=True)
class Cash:
    """What one source pays in one year: ``city``, ``district``, or a co-funding source such as ``subsidy``."""

    year: int
    district: str
    source: str
    yuan: float


@dataclass(frozen=True, slots=True)
class Fund:
    """Money of the city or a district in one year: given, spent, left (carried over if the choices say so)."""

    source: str
    district: str
    year: int
    budget_yuan: float
    spent_yuan: float
    left_yuan: float


@dataclass(frozen=True, slots=True)
class YearStep:
    """What a year brings: projects begun and opened, money spent, needs newly served by then."""

    year: int
    started: int
    opened: int
    yuan: float
    residents: float
    old_young: float


@dataclass(frozen=True, slots=True)
class SubsidyStep:
    """One step of the working-out of an amount, in words, with the clause it rests on."""

    number: int
    code: str
    amount: float
    unit: str
    words: Text
    clause: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One instalment of a subsidy: the event that releases it, its share, amount and year (None = not dated)."""

    event: str
    title: Text
    share: float
    amount_yuan: float
    year: int | None


@dataclass(frozen=True, slots=True)
class Subsidy:
    """The subsidy of one community's project; NaN = cannot be worked out, and `reason` says why."""

    community_id: str
    community: str
    district: str
    estate_ids: tuple[str, ...]
    area_m2: float
    input_cost_yuan: float
    average_cost_yuan_m2: float
    cap_yuan_m2: float
    base_yuan_m2: float
    ratio: float
    eligible: bool | None
    amount_yuan: float
    ordinary_yuan: float
    certainty: str
    reason: Text
    steps: tuple[SubsidyStep, ...] = ()
    payments: tuple[Payment, ...] = ()


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """The best that a budget buys: weighted needs lie between `objective` (found) and `bound` (cannot be beaten)."""

    budget_yuan: float
    cost_yuan: float
    objective: float
    bound: float
    gap: float
    residents: float
    old_young: float
    projects: int
    status: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to plan, solved for real, to compare with the others; `row` holds everything the table says."""

    name: str
    title: Text
    projects: int
    cost_yuan: float
    floor_area_m2: float
    objective: float
    bound: float
    gap: float
    status: str
    residents: float
    old_young: float
    share_before: float
    share_after: float
    row: Row = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operating:
    """The monthly account of a facility (by option id), a community, or everything (``all``); yuan a month."""

    id: str
    level: str
    earned_yuan: float
    subsidy_yuan: float
    income_yuan: float
    cost_yuan: float
    depreciation_yuan: float
    balance_yuan: float
    capital_yuan: float
    self_financing_ratio: float
    subsidy_dependence: float


@dataclass(frozen=True, slots=True)
class Stream:
    """One line of account added up: `side` (``earned``, ``subsidy``, ``cost``), stream (rent, wages…), yuan a month."""

    side: str
    stream: str
    yuan: float


@dataclass(frozen=True, slots=True)
class Limit:
    """What bound the choice; infinite = no limit on that side."""

    kind: str
    label: str
    lower: float
    used: float
    upper: float
    slack: float


@dataclass(frozen=True, slots=True)
class Sums:
    """The figures of the city or a district.

    Parameters
    ----------
    projects, places, communities
        How many projects, in how many places, in how many communities.
    by_lever, by_type
        Projects by code.
    area_by_lever
        Area by lever, m².
    floor_area_m2, site_area_m2
        What they take.
    cost_yuan, subsidy_yuan, other_yuan, own_yuan
        Sums; NaN if any project has none.
    unpriced
        Projects without a cost.
    scheduled
        Projects in the programme; None where there is none.
    people, gaining, gaining_old_young
        Residents; those whom the plan brings at least one thing within reach, each once; the old and young of these.
    lacking_before, lacking_after
        Residents who lack at least one thing before and after, each once.
    needs
        Needs over all requirements: before and after.
    without
        Needs still unserved by reason.
    """

    projects: int
    places: int
    communities: int
    by_lever: Mapping[str, int]
    by_type: Mapping[str, int]
    area_by_lever: Mapping[str, float]
    floor_area_m2: float
    site_area_m2: float
    cost_yuan: float
    subsidy_yuan: float
    other_yuan: float
    own_yuan: float
    unpriced: int
    scheduled: int | None
    people: float
    gaining: float
    gaining_old_young: float
    lacking_before: float
    lacking_after: float
    needs: Change
    without: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CommunityChange:
    """One community: coverage before and after, its projects, and who is still without.

    Parameters
    ----------
    id, slug, name, district, residents
        As in the assessment's report.
    changes
        By (requirement, band); requirement ``""`` is the sum over requirements in needs.
    projects
        Numbers.
    without
        By requirement and reason.
    gaining, lacking_before, lacking_after
        People, each once.
    """

    id: str
    slug: str
    name: str
    district: str
    residents: float
    changes: Mapping[tuple[str, str], Change]
    projects: tuple[int, ...]
    without: tuple[Without, ...]
    gaining: float
    lacking_before: float
    lacking_after: float

    @property
    def needs(self) -> Change:
        """Over all requirements, in needs."""
        return self.changes["", "need"]


@dataclass(frozen=True, slots=True)
class Part:
    """The whole city (`key` empty) or one district: what a plan document of it shows.

    Parameters
    ----------
    key, slug
        Name of the district, empty for the whole city; as a file name.
    communities
        Its communities, in the order of the book.
    projects
        Its projects, by number.
    sums
        Its figures.
    changes
        By (requirement, band), requirement ``""`` = all, in needs.
    without
        Who is still without, by requirement and reason.
    years
        What each year brings; empty where there is no programme.
    cash, funds
        Who pays when, and what is left; empty where there is no programme or no cost. The city's own fund (district
        ``""``) is among the funds of the whole only.
    subsidies
        By community.
    operating
        Accounts by community and in all (`id` is ``all``), yuan a month.
    streams
        Income and cost by stream, yuan a month.
    """

    key: str
    slug: str
    communities: tuple[CommunityChange, ...]
    projects: tuple[Project, ...]
    sums: Sums
    changes: Mapping[tuple[str, str], Change]
    without: tuple[Without, ...]
    years: tuple[YearStep, ...]
    cash: tuple[Cash, ...]
    funds: tuple[Fund, ...]
    subsidies: tuple[Subsidy, ...]
    operating: tuple[Operating, ...]
    streams: tuple[Stream, ...]

    @property
    def account(self) -> Operating | None:
        """The account of all its facilities together; None if operation was not worked out."""
        return next((one for one in self.operating if one.level == "all"), None)


@dataclass(frozen=True, eq=False)
class PlanBook:
    """Everything the plan's documents say, without words.

    Parameters
    ----------
    name, surveyed_on, on, unit
        Name of the survey, date of the data, date of the rules, unit of people.
    standard
        Id of the standard planned for.
    costed
        Whether every project has a cost; if not, everything is in m² and counts.
    requirements
        Planned for, in the order of the standard.
    city, districts
        The whole and its parts; one part without a name where no district is known.
    programme_years
        Years of the programme; empty where there is none.
    proposal, plan, programme
        Records of status, objective, bound, gap, solver, choices… as dictionaries; `programme` is None without one.
    frontier, shadow, order, alternatives
        What each budget buys; what each further step of money buys; the building order (columns as
        `linli.improve.proposal.COLUMNS`, the order also with ``place_name`` and ``type``); ways compared. Empty if not
        made.
    limits
        What bound the choice.
    refused
        Pairs of place and type that are no options, counted: ``place_kind, reason, count``.
    flows, worth, tornado, range, modes, assumptions, break_even
        Further results of the operation, as rows (same columns); empty if not worked out.
    facility_accounts
        The account of each facility (`id` is the option's).
    operating_lines
        Every line of every facility's account, with its working in words.
    notes
        What a reader has to know: ``code, count, zh, en``.
    assumed
        What was assumed: ``part, id, code, zh, en``.
    left_out
        What was not worked out and which setting fills it: ``part, zh, en``.
    unplanned
        Requirements not planned for: ``requirement, reason, title``.
    buildings
        ``building_id, community_id, x, y`` (degrees), ``residents, needs, before, after`` (needs served), ``gaining,
        lacking_before, lacking_after`` (people, each once).
    building_needs
        One row a building and requirement not served before: ``building_id, community_id, requirement, residents``
        (whose need it is), ``newly`` (whether the plan serves it), ``x, y``.
    served
        The plan's table of who is newly served by what.
    assessment
        The report's record of the assessment: communities, scores, findings.
    """

    name: Text
    surveyed_on: dt.date
    on: dt.date
    unit: str
    standard: str
    costed: bool
    requirements: tuple[Requirement, ...]
    city: Part
    districts: tuple[Part, ...]
    programme_years: tuple[int, ...]
    proposal: Row
    plan: Row
    programme: Row | None
    frontier: tuple[FrontierPoint, ...]
    shadow: tuple[Row, ...]
    order: tuple[Row, ...]
    alternatives: tuple[Alternative, ...]
    limits: tuple[Limit, ...]
    refused: tuple[Row, ...]
    flows: tuple[Row, ...]
    worth: tuple[Row, ...]
    tornado: tuple[Row, ...]
    range: tuple[Row, ...]
    modes: tuple[Row, ...]
    assumptions: tuple[Row, ...]
    break_even: tuple[Row, ...]
    facility_accounts: tuple[Operating, ...]
    operating_lines: tuple[Row, ...]
    notes: tuple[Row, ...]
    assumed: tuple[Row, ...]
    left_out: tuple[Row, ...]
    unplanned: tuple[Row, ...]
    buildings: pd.DataFrame
    building_needs: pd.DataFrame
    served: pd.DataFrame
    assessment: Book

    @property
    def projects(self) -> tuple[Project, ...]:
        """Every project, by number."""
        return self.city.projects

    @property
    def communities(self) -> tuple[CommunityChange, ...]:
        """Every community."""
        return self.city.communities

    def part(self, district: str | None) -> Part:
        """Return the part of a district, or the whole for None.

        Raises
        ------
        KeyError
            If there is no such district.
        """
        if district is None:
            return self.city
        for one in self.districts:
            if one.key == district:
                return one
        raise KeyError(district)

    def requirement(self, key: str) -> Requirement:
        """Return the requirement of a key.

        Raises
        ------
        KeyError
            If it was not planned for.
        """
        for one in self.requirements:
            if one.key == key:
                return one
        raise KeyError(key)
