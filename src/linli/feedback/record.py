"""The outcome as a record: two rounds side by side, and how it is kept on disk.

An outcome is a pure function of the two rounds, the plan and the choices; its folder holds no clock time, so that the
same inputs give the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from linli.errors import Problem
from linli.feedback.choices import CompareOptions
from linli.improve.store import load_tables, save_tables

__all__ = ["TABLES", "Outcome", "OutcomeMeta", "RoundNote", "load_outcome", "save_outcome"]

FILE = "outcome.json"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RoundNote(_Record):
    """Where one round comes from."""

    name: Mapping[str, str] = Field(description="Name of the survey, zh and en.")
    round: str | None = Field(description="Its round, as declared.")
    surveyed_on: dt.date = Field(description="Date of the survey.")
    on: dt.date = Field(description="Date whose rules were in force.")
    survey_digest: str = Field(description="SHA-256 of the survey's manifest.")
    catalogue_version: str = Field(description="Version of the rules, packs included.")
    code_version: str = Field(description="Version of Linli that assessed it.")


class OutcomeMeta(_Record):
    """What an outcome was made from, and what a reader has to know about it."""

    name: Mapping[str, str] = Field(description="Name of the later survey, zh and en.")
    before: RoundNote = Field(description="The first round.")
    after: RoundNote = Field(description="The second round.")
    unit: str = Field(description="Unit of every count of people: residents, or m2 where floor area stands for them.")
    standards: tuple[str, ...] = Field(description="Standards compared.")
    circle_m: float = Field(description="Distance of the life circle, m.")
    options: CompareOptions = Field(description="The choices.")
    planned: bool = Field(description="Whether a plan was held against it.")
    notes: tuple[Mapping[str, Any], ...] = Field(description="What a reader has to know: problems, as dictionaries.")
    titles: Mapping[str, Mapping[str, Mapping[str, str]]] = Field(
        description="What facility types and items are called: types, items, standards → code → zh, en."
    )
    code_version: str = Field(description="Version of Linli.")

    def problems(self) -> tuple[Problem, ...]:
        """Return the notes as problems."""
        return tuple(Problem(**note) for note in self.notes)


@dataclass(frozen=True, eq=False)
class Outcome:
    """Two rounds side by side: tidy tables, none of them ever changed afterwards.

    Parameters
    ----------
    meta
        What it was made from.
    totals
        City totals in the form of a yearly report (`linli.feedback.totals`).
    worse
        What got worse, most residents first.
    communities
        One row a community of either round: what came and went, items better and worse, scores, residents.
    items
        One row a community and item: status and degree in both rounds, change, residents, cause.
    changes
        One row a change of any layer, cell by cell.
    facilities
        One row a facility of either round: how it was found again, and how it stood in each.
    doubtful
        Matches to be decided, with reasons; `same` is empty, for somebody to fill in.
    places
        Rooms and plots: back in use, still vacant, newly listed.
    coverage
        Who came within reach of what and who no longer is, with today's residents.
    residents
        Residents by community and band, where they differ.
    wishes
        What households asked for in both rounds, and what became of it.
    projects
        The plan's projects and what came of them; no rows without a plan.
    forecast
        The plan's forecast against what was found; no rows without a plan.
    """

    meta: OutcomeMeta
    totals: pd.DataFrame
    worse: pd.DataFrame
    communities: pd.DataFrame
    items: pd.DataFrame
    changes: pd.DataFrame
    facilities: pd.DataFrame
    doubtful: pd.DataFrame
    places: pd.DataFrame
    coverage: pd.DataFrame
    residents: pd.DataFrame
    wishes: pd.DataFrame
    projects: pd.DataFrame
    forecast: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return {name: getattr(self, name) for name in TABLES}

    @property
    def is_empty(self) -> bool:
        """Whether the two rounds do not differ."""
        still = (self.items["change"] == "same").all()
        return bool(still) and not any(len(t) for t in (self.changes, self.doubtful, self.coverage, self.residents))


TABLES: tuple[str, ...] = tuple(field.name for field in fields(Outcome) if field.name != "meta")
"""Names of the tables of an outcome, in order."""


def save_outcome(outcome: Outcome, folder: Path) -> Path:
    """Write an outcome as a folder of Parquet files and ``outcome.json``.

    Parameters
    ----------
    outcome
        What to write.
    folder
        Where to; replaced if it holds an outcome already.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SnapshotError
        If the folder exists and holds something other than an outcome.
    OSError
        If it cannot be written.
    """
    return save_tables(folder, FILE, outcome.meta.model_dump(mode="json"), outcome.tables)


def load_outcome(folder: Path) -> Outcome:
    """Read an outcome back, refusing one that was changed.

    Parameters
    ----------
    folder
        A folder written by `save_outcome`.

    Returns
    -------
    Outcome
        The same tables.

    Raises
    ------
    SnapshotError
        If the folder is no outcome, is incomplete, or a file was changed.
    """
    content, tables = load_tables(folder, FILE, TABLES, "linli compare")
    return Outcome(meta=OutcomeMeta.model_validate(content), **tables)
