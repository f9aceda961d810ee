"""The plan as a record: what was chosen, how good it is and how good it could be, and how it is kept on disk.

A plan is a function of survey, assessment, catalogue, choices and seed; its folder holds no clock time, so that the
same inputs give the same bytes as long as the time limit does not cut in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from linli.improve.choices import ImproveOptions
from linli.improve.store import load_tables, save_tables

__all__ = ["TABLES", "Plan", "PlanMeta", "load_plan", "save_plan"]

FILE = "plan.json"


class PlanMeta(BaseModel):
    """What a plan was made from, how good it is, and what a reader has to know about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Mapping[str, str] = Field(description="Name of the survey, zh and en.")
    surveyed_on: dt.date = Field(description="Date of the survey.")
    on: dt.date = Field(description="Date whose rules are in force.")
    unit: str = Field(description="Unit of every count of people: residents, or m2 where floor area stands for them.")
    standard: str = Field(description="Standard planned for.")
    choices: ImproveOptions = Field(description="The city's choices.")
    sense: Literal["maximise", "minimise"] = Field(description="Most need served, or least cost.")
    status: Literal["optimal", "feasible", "infeasible", "time_limit"] = Field(description="What was proven.")
    objective: float | None = Field(description="Weighted need newly served (or yuan, m²); none if nothing was found.")
    bound: float | None = Field(description="What no choice can beat; none if infeasible.")
    gap: float | None = Field(description="Distance of the two over the objective; none if nothing was found.")
    seed: int = Field(description="Seed of search and solver.")
    solver: str = Field(description="Name and version.")
    method: str = Field(description="What proved the bound: search, compact or cuts.")
    catalogue_version: str = Field(description="Version of the rules, packs included.")
    survey_digest: str = Field(description="SHA-256 of the survey's manifest.")
    code_version: str = Field(description="Version of Linli.")
    costed: bool = Field(description="Whether every option has a cost; if not, the plan is in m² and counts.")
    clash: tuple[Mapping[str, Any], ...] = Field(description="If infeasible: constraints that cannot all be kept.")
    left_out: tuple[Mapping[str, str], ...] = Field(description="Requirements not planned for: requirement, reason.")
    notes: tuple[Mapping[str, Any], ...] = Field(description="What a reader has to know: code, count, text zh and en.")
    runtime_s: float | None = Field(default=None, description="Seconds of solving; not kept on disk.")


@dataclass(frozen=True, eq=False)
class Plan:
    """One plan: tidy tables, none of them ever changed afterwards.

    Parameters
    ----------
    meta
        What it was made from, status, objective, bound, gap.
    options
        Every option (see `linli.improve.options.Options.table`) with `chosen` and, if chosen, what it serves in this
        plan: `served`, `served_old_young` (residents or m² to whom it is the nearest new one, once per requirement).
    served
        Who is newly served by what: `item`, `requirement`, `building_id`, `community_id`, `option_id`, `distance_m`,
        `residents`, `old_young`, `weight`, `row` (its number).
    reach
        Everything that the chosen options reach, nearest or not: `row` (of `served`), `option_id`.
    coverage
        Before and after by community, requirement and age band.
    without
        Who is still without and why.
    limits
        What bound the choice: `kind`, `label`, `lower`, `used`, `upper`, `slack`.
    refused
        Pairs of place and type that are no options: `place`, `place_id`, `place_kind`, `type`, `reason`.
    """

    meta: PlanMeta
    options: pd.DataFrame
    served: pd.DataFrame
    reach: pd.DataFrame
    coverage: pd.DataFrame
    without: pd.DataFrame
    limits: pd.DataFrame
    refused: pd.DataFrame

    @property
    def chosen(self) -> pd.DataFrame:
        """The chosen options."""
        return self.options[self.options["chosen"].to_numpy(dtype=bool)].reset_index(drop=True)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return {name: getattr(self, name) for name in TABLES}


TABLES: tuple[str, ...] = tuple(field.name for field in fields(Plan) if field.name != "meta")
"""Names of the tables of a plan, in order."""


def save_plan(plan: Plan, folder: Path) -> Path:
    """Write a plan as a folder of Parquet files and ``plan.json``.

    Parameters
    ----------
    plan
        What to write.
    folder
        Where to; replaced if it holds a plan already.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SnapshotError
        If the folder exists and holds something other than a plan.
    OSError
        If it cannot be written.
    """
    meta = plan.meta.model_copy(update={"runtime_s": None})
    return save_tables(folder, FILE, meta.model_dump(mode="json"), plan.tables)


def load_plan(folder: Path) -> Plan:
    """Read a plan back, refusing one that was changed.

    Parameters
    ----------
    folder
        A folder written by `save_plan`.

    Returns
    -------
    Plan
        The same tables.

    Raises
    ------
    SnapshotError
        If the folder is no plan, is incomplete, or a file was changed.
    """
    content, tables = load_tables(folder, FILE, TABLES, "linli improve")
    return Plan(meta=PlanMeta.model_validate(content), **tables)
