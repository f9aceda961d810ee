"""What plans say on the pages of projects and money: measures that a project follows, subsidy planned and paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from linli.web.accounts.access import user_of
from linli.web.accounts.models import Place
from linli.web.funds.ledger import Line, Totals, sum_totals
from linli.web.pages.parts import part
from linli.web.plans.models import Measure
from linli.web.plans.selectors import Planned, ledger_of, list_measures, measures_of, planned_money
from linli.web.projects.models import Project
from linli.web.words import named

__all__ = ["PlannedRow", "measures_of_project", "planned_rows", "planned_subsidy"]

_NONE = Totals()
_Key = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A district in a year: what the plans in force count on, and what the ledger says of the linked projects."""

    year: int | None
    name: str
    planned_yuan: Decimal
    projects: int
    totals: Totals


@part("projects:project")
def measures_of_project(request: HttpRequest, project: Project) -> tuple[str, dict[str, Any]] | None:
    """Show which measures of the plan in force a project follows."""
    user = user_of(request)
    if not user.rights.may("plans", "view", project.place):
        return None
    rows = list(measures_of(user, project=project))
    may = user.rights.may("projects", "apply", project.place)
    return "plans/part_project.html", {"measures": rows, "project": project, "may_link": may}


def _totals(measures: Iterable[Measure]) -> tuple[dict[_Key, Totals], dict[_Key, int]]:
    """Return the ledger's sums and the number of linked projects, by district and budget year."""
    district = {one.project_id: "/".join(one.place.split("/")[:2]) + "/" for one in measures if one.project_id}
    numbers = {one.project.number: one.project.pk for one in measures if one.project is not None}
    lines: dict[_Key, list[Line]] = {}
    linked: dict[_Key, set[str]] = {}
    for line in ledger_of(district):
        key = district[numbers[line.account.project]], line.account.year
        lines.setdefault(key, []).append(line)
        linked.setdefault(key, set()).add(line.account.project)
    return {k: sum_totals(v) for k, v in lines.items()}, {k: len(v) for k, v in linked.items()}


def planned_rows(planned: Iterable[Planned], measures: Iterable[Measure], names: Mapping[str, str]) -> list[PlannedRow]:
    """Put planned money beside the ledger, by year and district: read, never booked.

    Parameters
    ----------
    planned
        Sums of the instalments in force.
    measures
        In force, with their projects.
    names
        Names of districts by path.

    Returns
    -------
    list of PlannedRow
        The newest year first, undated last; a year in which only one side has money is there too.
    """
    amounts = {(one.place, one.year): one.subsidy_yuan for one in planned}
    totals, linked = _totals(list(measures))
    keys = sorted({*amounts, *totals}, key=lambda key: (key[1] is None, -(key[1] or 0), key[0]))
    return [
        PlannedRow(year, names.get(place, place), amounts.get((place, year), Decimal("0.00")),
                   linked.get((place, year), 0), totals.get((place, year), _NONE))
        for place, year in keys
    ]  # fmt: skip


@part("funds:overview")
def planned_subsidy(request: HttpRequest, _: Any) -> tuple[str, dict[str, Any]] | None:
    """Show the subsidy that the plans in force count on beside what was committed and paid for their projects."""
    user = user_of(request)
    if not user.rights.may("plans", "view"):
        return None
    measures = list(list_measures(user).filter(in_force=True))
    if not measures:
        return None
    names = {one.path: named(one) for one in Place.objects.filter(level="district")}
    rows = planned_rows(planned_money(user), measures, names)
    unknown = sum(1 for one in measures if one.subsidy_yuan is None)
    return "plans/part_funds.html", {"rows": rows, "unknown": unknown}
