"""The choices behind an assessment: what a city decides, as against what a standard says.

Nothing in here is a figure of a standard: those come from the rules catalogue, with date and clause. What is in here
is written into every assessment, so that two assessments can be told apart by their choices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["PRIORITY_COMPONENTS", "AssessOptions", "Level", "Person"]

Level = Literal["five_minute", "ten_minute", "fifteen_minute"]
"""The level of life circle whose walking distance is meant by «circle»."""

Person = Literal["adult", "elder", "carer", "wheelchair"]
"""Whose walk counts."""

PRIORITY_COMPONENTS: tuple[str, ...] = (
    "old_estates",
    "residents_without",
    "old_and_young",
    "wishes",
    "spare_rooms",
)
"""What the priority list weighs, in the order in which it is shown."""

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class AssessOptions(BaseModel):
    """Every choice of an assessment, frozen; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    standards: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        default=("complete_community", "living_circle"),
        description="Families of the catalogue to assess, each by itself: standards conflict, so nothing is mixed.",
    )
    on: dt.date | None = Field(
        default=None,
        description="Rules in force on this date; the date of the survey if left out.",
    )
    circle: Level = Field(
        default="five_minute",
        description="Level whose walking distance is used where a standard says «within the life circle».",
    )
    person: Person = Field(
        default="adult",
        description=(
            "Whose walk counts. A standard's distance holds for an adult; for others it is the distance that they walk "
            "in the level's minutes, never more than the standard's."
        ),
    )
    met_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=1.0,
        description="Degree from which an item counts as met, 0–1; 1 = every resident, because no standard says less.",
    )
    grades: Mapping[str, Share] = Field(
        default={"A": 0.9, "B": 0.75, "C": 0.6},
        description="Lowest score of each grade, 0–1; below the last comes the next letter. The city's own scale.",
    )
    weights: Literal["catalogue", "equal"] | Mapping[str, Weight] = Field(
        default="catalogue",
        description=(
            "Weights of the items in a score: the catalogue's where it sets any (else equal), equal, or by item id "
            "(items not named weigh 1)."
        ),
    )
    ages_unknown: Literal["all_residents", "unknown"] = Field(
        default="all_residents",
        description=(
            "What to do with a demand that concerns some ages only where ages are not known: measure it for all "
            "residents and say so, or leave it unknown."
        ),
    )
    absent_types: Literal["auto", "none", "unknown"] = Field(
        default="auto",
        description=(
            "What it means when the survey holds no facility of a type: that there is none, or that nobody looked. "
            "auto = none where somebody filled in a survey table (xlsx, csv), unknown where facilities come from maps."
        ),
    )
    max_offset_m: Annotated[float, Field(gt=0, le=2000)] = Field(
        default=200.0,
        description="A building or facility farther than this from every street cannot be placed: unknown, m.",
    )
    island_m: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        default=500.0,
        description=(
            "Streets joined to fewer metres of street than this are passed over when places are put on streets (the "
            "longest network never is): a path drawn without its connection would cut off whoever stands next to it; m."
        ),
    )
    catchment: Literal["zones", "gaussian"] = Field(
        default="zones",
        description="Decay of the capacity-weighted access (E2SFCA): the catalogue's three zones, or a Gaussian curve.",
    )
    priority: Mapping[str, Weight] = Field(
        default=dict.fromkeys(PRIORITY_COMPONENTS, 1.0),
        description="Weight of each component of the priority list; a component left out weighs 0.",
    )
    peers: Annotated[int, Field(ge=0, le=20)] = Field(
        default=3,
        description="How many communities of a similar profile are named for each community.",
    )

    @model_validator(mode="after")
    def _priority_is_known(self) -> Self:
        unknown = sorted(set(self.priority) - set(PRIORITY_COMPONENTS))
        if unknown:
            msg = f"`priority` must name only {', '.join(PRIORITY_COMPONENTS)}. Got {', '.join(unknown)} as well."
            raise ValueError(msg)
        if not any(self.priority.values()):
            msg = "`priority` must give at least one component a weight above 0."
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _standards_once(self) -> Self:
        if len(set(self.standards)) != len(self.standards):
            msg = f"`standards` must name each standard once. Got {', '.join(self.standards)} instead."
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _grades_descend(self) -> Self:
        floors = list(self.grades.values())
        if floors != sorted(floors, reverse=True):
            msg = "`grades` must fall from the best grade to the last. Got " + ", ".join(
                f"{grade}: {floor}" for grade, floor in self.grades.items()
            )
            raise ValueError(msg)
        return self
