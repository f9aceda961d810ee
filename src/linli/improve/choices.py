"""What a city decides when it improves: weights, money, limits, what is fixed.

The ``improve:`` part of ``linli.yaml``.

Nothing in here is a figure of a standard. What a city leaves out is not guessed: without unit costs a plan is in m² and
counts, and says so. Every choice is written into the plan.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "ANY",
    "LEVERS",
    "Alternative",
    "BudgetLine",
    "CoFunding",
    "ImproveOptions",
    "Lever",
    "ProgrammeOptions",
    "ProposalOptions",
]

Lever = Literal["reallocate", "convert", "build"]

LEVERS: tuple[Lever, ...] = ("reallocate", "convert", "build")
"""腾挪, 改造, 建设: use a room as it is, convert it, build on a plot."""

ANY = "any"
"""Stands for every facility type that is not named by itself."""

Band = Literal["all", "0_2", "3_5", "6_14", "15_59", "60_79", "80_plus"]
Verb = Literal["must", "should", "where_possible"]
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
When = Annotated[str, Field(pattern=r"^(start|open)(\+\d+)?$")]
"""A year of a project: that of its start or its opening, or so many years later."""


class _Choices(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BudgetLine(_Choices):
    """Money of one year: of the city, which can go anywhere, or of a district, which stays there."""

    yuan: Amount = Field(description="Yuan.")
    year: int | None = Field(default=None, description="Year; left out = any time.")
    district: str | None = Field(default=None, description="District it belongs to; left out = the city's.")


class ImproveOptions(_Choices):
    """Every choice behind a plan, frozen; unknown fields are errors."""

    standard: str | None = Field(
        default=None,
        description="Standard whose reach requirements are planned for; the assessment's first if left out.",
    )
    verbs: Annotated[tuple[Verb, ...], Field(min_length=1)] = Field(
        default=("must",), description="How strongly meant the requirements planned for are."
    )
    types: tuple[str, ...] | None = Field(default=None, description="Facility types planned for; all if left out.")
    levers: Annotated[tuple[Lever, ...], Field(min_length=1)] = Field(
        default=LEVERS, description="Ways to get a facility that are open: reallocate, convert, build."
    )
    start_on: dt.date | None = Field(
        default=None, description="First day of the plan; the assessment's date if left out."
    )
    end_on: dt.date | None = Field(
        default=None, description="Places that become available later are left out; no limit if left out."
    )
    min_term_years: Amount = Field(
        default=0.0, description="Rooms that can be used for fewer years are left out, years."
    )
    divide_rooms: bool = Field(
        default=True, description="Whether a room or plot may be divided among several facilities as its area allows."
    )
    areas_m2: Mapping[str, Positive] = Field(
        default={}, description="Area that a facility takes of a larger place by type, m²; goes before the catalogue's."
    )
    area_per_place_m2: Mapping[str, Positive] = Field(
        default={}, description="Area per place (cot, seat, bed) by type, m²; goes before the catalogue's."
    )
    lifts: tuple[str, ...] = Field(default=(), description="Ids of rooms that a lift goes to.")
    unit_costs: Mapping[Lever, Mapping[str, Amount]] = Field(
        default={},
        description="Yuan per m² by lever and facility type, `any` for the rest; goes before the catalogue's.",
    )
    yearly_cost: Mapping[str, Amount] = Field(
        default={},
        description="Running cost without rent by type, yuan per m² and year; goes before the type's operating "
        "template. `any` is for types that have neither.",
    )
    yearly_income: Mapping[str, Amount] = Field(
        default={}, description="Running income by type, yuan per m² and year; like `yearly_cost`."
    )
    close: tuple[str, ...] = Field(
        default=(), description="Ids of facilities that are given up: they serve nobody any more."
    )
    min_newly: Amount = Field(
        default=0.0, description="Options that newly serve fewer residents (or m²) by themselves are not worth it."
    )
    old_young_weight: Amount = Field(
        default=1.0, description="Weight of a resident under 6 or of 60 and over (一老一小); others weigh 1."
    )
    band_weights: Mapping[Band, Amount] = Field(
        default={}, description="Weight of a resident by age band; goes before `old_young_weight`."
    )
    item_weights: Literal["residents", "equal"] | Mapping[str, Amount] = Field(
        default="residents",
        description=(
            "residents: everybody newly within reach counts alike, whatever the item; equal: each item counts alike, "
            "however few residents it concerns; or a weight by item (items not named weigh 1)."
        ),
    )
    community_weights: Mapping[str, Amount] = Field(
        default={}, description="Weight by community; those not named weigh 1."
    )
    priority_weight: Amount = Field(
        default=0.0, description="The community first on the priority list weighs 1 + this, the others in proportion."
    )
    budget: tuple[BudgetLine, ...] = Field(default=(), description="Money by year and district; none = not limited.")
    max_projects: Count | None = Field(default=None, description="At most so many projects.")
    max_projects_by_district: Mapping[str, Count] = Field(default={}, description="At most so many, by district.")
    max_projects_by_type: Mapping[str, Count] = Field(default={}, description="At most so many, by facility type.")
    max_projects_by_community: Mapping[str, Count] = Field(
        default={}, description="At most so many, by community; `any` for those not named."
    )
    max_area_m2: Amount | None = Field(default=None, description="At most so many m² in all: a limit without money.")
    force_in: tuple[str, ...] = Field(default=(), description="Options that are decided already.")
    forbid: tuple[str, ...] = Field(default=(), description="Options that are ruled out.")
    needs: tuple[tuple[str, str], ...] = Field(default=(), description="Pairs (a, b) of options: a only with b.")
    floor_share: Share | Mapping[str, Share] | None = Field(
        default=None,
        description="Share of its need that every community (or each one named) must have served, existing included.",
    )
    floor_scope: Literal["all", "attainable"] = Field(
        default="all",
        description="all: a floor out of reach makes the plan infeasible; attainable: as far as options go.",
    )
    operating_balance_yuan: float | None = Field(
        default=None,
        description="Least that the chosen set must leave a year (以商养服), yuan; negative = deficit borne.",
    )
    gap: Amount = Field(default=0.001, description="Relative gap at which a plan counts as optimal.")
    time_limit_s: Positive | None = Field(
        default=300.0, description="Seconds for the solver; best found + bound after."
    )
    seed: Count = Field(default=0, description="Seed of the search and the solver.")

    @model_validator(mode="after")
    def _forced_is_not_forbidden(self) -> Self:
        both = sorted(set(self.force_in) & set(self.forbid))
        if both:
            msg = f"`force_in` and `forbid` must not name the same option. Got {', '.join(both)} in both."
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.start_on and self.end_on and self.end_on < self.start_on:
            msg = f"`end_on` must not be before `start_on` ({self.start_on}). Got {self.end_on} instead."
            raise ValueError(msg)
        return self


class ProgrammeOptions(_Choices):
    """Every choice behind a programme of several years, frozen; unknown fields are errors."""

    years: Annotated[tuple[int, ...], Field(min_length=1)] = Field(description="Years of the programme, ascending.")
    budget: tuple[BudgetLine, ...] = Field(
        default=(), description="Money by year: the city's and the districts'; none at all = not limited by money."
    )
    carry_over: bool = Field(default=True, description="Whether what a year leaves is there for the next.")
    duration_years: Mapping[str, Count] = Field(
        default={"reallocate": 0, "convert": 1, "build": 2},
        description="Whole years from start to opening by lever or option id; 0 = opens in the year it starts.",
    )
    count_until: int | None = Field(
        default=None,
        description="Last year whose residents served count; left out = until the longest project has opened.",
    )
    after: tuple[tuple[str, str], ...] = Field(
        default=(), description="Pairs (a, b) of options: a starts only when b has opened."
    )
    max_starts: Count | None = Field(default=None, description="At most so many projects start in a year.")
    force_in: tuple[str, ...] = Field(default=(), description="Options that must be started within the years.")
    gap: Amount = Field(default=0.001, description="Relative gap at which a programme counts as optimal.")
    time_limit_s: Positive | None = Field(
        default=120.0, description="Seconds for the solver; best found + bound after."
    )
    seed: Count = Field(default=0, description="Seed of the solver.")

    @model_validator(mode="after")
    def _years_ascend(self) -> Self:
        if any(b - a != 1 for a, b in zip(self.years, self.years[1:], strict=False)):
            msg = f"`years` must be consecutive and ascending. Got {', '.join(map(str, self.years))} instead."
            raise ValueError(msg)
        if self.count_until is not None and self.count_until < self.years[-1]:
            msg = f"`count_until` must not be before the last year {self.years[-1]}. Got {self.count_until} instead."
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _budget_has_years(self) -> Self:
        wrong = [line.year for line in self.budget if line.year not in self.years]
        if wrong:
            msg = (
                f"every line of `budget` must name a year of {', '.join(map(str, self.years))}. Got {wrong[0]} instead."
            )
            raise ValueError(msg)
        return self


class CoFunding(_Choices):
    """What somebody else pays of the projects' costs, as the city has agreed it: nothing unless declared."""

    source: Annotated[str, Field(min_length=1)] = Field(
        description="Who pays: owners_fund (维修资金), operator, or any other name but city, district and subsidy."
    )
    share: Share = Field(description="Share of a project's cost, 0-1.")
    types: tuple[str, ...] | None = Field(default=None, description="Facility types it holds for; all if left out.")
    levers: tuple[Lever, ...] | None = Field(default=None, description="Levers it holds for; all if left out.")
    districts: tuple[str, ...] | None = Field(default=None, description="Districts it holds for; all if left out.")
    paid: When | None = Field(
        default=None, description="When: start, open, open+1 …; along with the costs if left out."
    )

    @model_validator(mode="after")
    def _is_somebody_else(self) -> Self:
        if self.source in {"city", "district", "subsidy"}:
            msg = f"`source` must name somebody else than city, district and subsidy. Got {self.source} instead."
            raise ValueError(msg)
        return self


class Alternative(_Choices):
    """Another policy to set beside the plan: the same `improve` part with something changed."""

    name: Annotated[str, Field(pattern="^[a-z0-9_]+$")] = Field(description="Short name: small letters, digits, _.")
    zh: str = Field(description="What it is called in Chinese.")
    en: str = Field(description="What it is called in English.")
    change: Mapping[str, Any] = Field(default={}, description="Fields of `improve` and their other values.")
    budget_share: Amount | None = Field(default=None, description="Share of every line of money, 0.5 = half of it.")

    @model_validator(mode="after")
    def _changes_what_there_is(self) -> Self:
        ImproveOptions.model_validate(dict(self.change))
        return self


class ProposalOptions(_Choices):
    """What is worked out beside the plan and how, frozen; unknown fields are errors. Every part can be switched off."""

    subsidy: bool = Field(default=True, description="Whether the special subsidy is worked out for each community.")
    creation_list: tuple[str, ...] | None = Field(
        default=None,
        description="Communities on the list of future communities to be created; those with a `project_type` if left "
        "out.",
    )
    subsidy_area: Literal["old_estates", "estates"] = Field(
        default="old_estates",
        description="Floor area that counts: of the estates on the old-estate list, or of all estates. The rule does "
        "not say which.",
    )
    tier: str | None = Field(default=None, description="The city's grade, if a pack's ratio depends on it.")
    ordinary_yuan: Mapping[str, Amount] = Field(
        default={}, description="The ordinary old-estate subsidy that a community receives, yuan, by community."
    )
    stage_years: Mapping[str, When] = Field(
        default={
            "start": "start",
            "before_completion": "start",
            "completion": "open",
            "acceptance": "open",
            "after_completion": "open",
            "operation": "open+1",
        },
        description="Year in which a stage of the subsidy is paid by its event: start, open, open+1 …; `open` for "
        "events not named.",
    )
    co_funding: tuple[CoFunding, ...] = Field(default=(), description="What others pay; nothing unless declared.")
    frontier: bool = Field(default=True, description="Whether to work out what other budgets would buy.")
    budgets_yuan: tuple[Amount, ...] = Field(
        default=(), description="Budgets of the frontier, yuan; from 0 up to all that is worth doing if left out."
    )
    points: Annotated[int, Field(ge=2)] = Field(default=8, description="How many budgets, where none are named.")
    step_yuan: Positive = Field(default=10_000_000.0, description="«What each further … yuan buys».")
    order: bool = Field(default=True, description="Whether to work out in which order to build.")
    alternatives: tuple[Alternative, ...] | None = Field(
        default=None, description="Other policies to set beside the plan; a usual set if left out, [] = none."
    )
    appraisal: bool = Field(default=True, description="Whether to appraise the running of the chosen places.")
    draws: Annotated[int, Field(ge=1)] = Field(default=10_000, description="Draws of the appraisal's simulation.")
    time_limit_s: Positive | None = Field(
        default=300.0,
        description="Seconds for the frontier with its order, and as many for the alternatives, shared by their "
        "questions; best found + bound after.",
    )

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [one.name for one in self.alternatives or ()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            msg = f"every alternative must have a name of its own. Got {twice[0]} twice."
            raise ValueError(msg)
        return self
