"""How far an adopted plan is: measures without a project, in which state the others' projects are, year by year.

A measure's *stage* is ``open`` (no project follows it), ``preparing`` (its project was not approved for building yet),
``building``, ``built`` or ``stopped`` (its project ended without being built).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from linli.web.funds.ledger import Totals, sum_totals
from linli.web.plans.models import Measure
from linli.web.plans.selectors import ledger_of, steps_taken
from linli.web.projects.models import Project
from linli.web.projects.standards import get_workflow

__all__ = ["STAGES", "Followed", "YearRow", "follow", "stage_of"]

STAGES = ("open", "preparing", "building", "built", "stopped")
"""In the order of work."""

BUILDING, BUILT = "approve_scheme", "complete"
"""Transitions of a workflow after which a project is being built, and is built."""


def stage_of(project: Project | None, taken: Iterable[str]) -> str:
    """Return the stage of a measure.

    Parameters
    ----------
    project
        The project that follows it, if one does.
    taken
        Transitions that the project has taken.

    Returns
    -------
    str
        One of `STAGES`.
    """
    if project is None:
        return "open"
    moves = set(taken)
    if BUILT in moves:
        return "built"
    if get_workflow(project.workflow).state(project.state).kind == "final":
        return "stopped"
    return "building" if BUILDING in moves else "preparing"


@dataclass
class YearRow:
    """The measures that are to open in a year, by stage; `year` ``None`` = not dated."""

    year: int | None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))
    cost_yuan: Decimal = Decimal("0.00")
    unpriced: int = 0

    @property
    def total(self) -> int:
        """How many measures there are."""
        return sum(self.counts.values())

    @property
    def cells(self) -> Sequence[int]:
        """Counts in the order of `STAGES`."""
        return [self.counts[stage] for stage in STAGES]


@dataclass(frozen=True)
class Followed:
    """How far a plan is.

    Parameters
    ----------
    years
        By the year in which the measures are to open.
    total
        All of them.
    stages
        Stage by measure's key.
    ledger
        What the ledger says of the linked projects, yuan.
    """

    years: Sequence[YearRow]
    total: YearRow
    stages: Mapping[int, str]
    ledger: Totals


def _add(row: YearRow, measure: Measure, stage: str) -> None:
    row.counts[stage] += 1
    if measure.cost_yuan is None:
        row.unpriced += 1
    else:
        row.cost_yuan += measure.cost_yuan


def follow(measures: Sequence[Measure]) -> Followed:
    """Say how far measures are.

    Parameters
    ----------
    measures
        With their projects.

    Returns
    -------
    Followed
        By year and in all, with the ledger's sums of the linked projects.
    """
    projects = {one.project_id for one in measures if one.project_id}
    taken = steps_taken(projects)
    years: dict[int | None, YearRow] = {}
    total, stages = YearRow(None), {}
    for one in measures:
        stage = stage_of(one.project, taken.get(one.project_id or 0, ()))
        stages[one.pk] = stage
        _add(years.setdefault(one.open_year, YearRow(one.open_year)), one, stage)
        _add(total, one, stage)
    ordered = sorted(years.values(), key=lambda row: (row.year is None, row.year or 0))
    return Followed(ordered, total, stages, sum_totals(ledger_of(projects)))
