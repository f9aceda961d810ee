"""A programme of several years: which projects of a plan start when, and who pays.

Projects are the chosen options of a plan. They are scheduled so that as many weighted residents as possible are served
for as many years as possible, within the money of the city and the districts. The cost of a project is spread evenly
over the years of its works. *Co-funding* (subsidy, the owners' maintenance fund, an operator) comes in as amounts by
project: paid along with the costs, or so many years after the start, in which case the payers advance it. What falls
due after the last year is charged to the last year: nothing is begun that the programme cannot finish.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field
from scipy import sparse

import linli
from linli.errors import InputError, Problem, UnsetValueError
from linli.improve.choices import ProgrammeOptions
from linli.improve.record import Plan
from linli.improve.schedule import Schedule, schedule_mip
from linli.improve.siting import Effort, SolverError
from linli.improve.siting.merge import add_up, equal_rows
from linli.improve.siting.mip import MipResult, solver_version
from linli.improve.siting.process import run_mip
from linli.improve.store import load_tables, save_tables

__all__ = [
    "CITY",
    "TABLES",
    "Programme",
    "ProgrammeMeta",
    "compare_programmes",
    "load_programme",
    "make_programme",
    "save_programme",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FILE = "programme.json"
CITY = "city"
DISTRICT = "district"
_DURATIONS = {"reallocate": 0, "convert": 1, "build": 2}
_ROUNDING = 1e-6
_CENT = 0.005


class ProgrammeMeta(BaseModel):
    """What a programme was made from, and how good it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Mapping[str, str] = Field(description="Name of the survey, zh and en.")
    unit: str = Field(description="Unit of every count of people: residents, or m2.")
    choices: ProgrammeOptions = Field(description="The choices.")
    counted_until: int = Field(description="Last year whose residents served count.")
    status: Literal["optimal", "infeasible", "time_limit"] = Field(description="What was proven.")
    objective: float | None = Field(description="Weighted need-years served; none if nothing was found.")
    bound: float | None = Field(description="What no schedule can beat; none if infeasible.")
    gap: float | None = Field(description="Distance of the two over the objective.")
    seed: int = Field(description="Seed of the solver.")
    solver: str = Field(description="Name and version.")
    costed: bool = Field(description="Whether every project has a cost; if not, the programme is in m² and counts.")
    catalogue_version: str = Field(description="Version of the rules of the plan.")
    survey_digest: str = Field(description="SHA-256 of the survey's manifest.")
    code_version: str = Field(description="Version of Linli.")


@dataclass(frozen=True, eq=False)
class Programme:
    """One programme: tidy tables, none of them ever changed afterwards.

    Parameters
    ----------
    meta
        Choices, status, objective, bound, gap.
    projects
        One row a project of the plan: `option_id`, `place_name`, `lever`, `type`, `district`, `community_id`,
        `floor_area_m2`, `site_area_m2`, `cost_yuan`, `co_funding_yuan`, `own_yuan`, `newly`, `start_year`, `open_year`
        (NaN = not in the programme), `reason` (why not: ``late``, ``money_or_starts``, ``adds_nobody``; else empty).
    cash
        What is paid: `year`, `district`, `source` (``city``, ``district`` or a co-funding source), `yuan`; co-funding
        that comes later than the costs it pays back is negative for the payer in that year.
    funds
        Money of the city and the districts by year: `source`, `district`, `year`, `budget_yuan`, `spent_yuan`,
        `left_yuan` (carried over if the choices say so).
    service
        By year and requirement: `year`, `item`, `requirement`, `residents`, `old_young` newly served (or m²).
    co_funding
        As passed in: `option_id`, `source`, `yuan`, `lag_years`.
    """

    meta: ProgrammeMeta
    projects: pd.DataFrame
    cash: pd.DataFrame
    funds: pd.DataFrame
    service: pd.DataFrame
    co_funding: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return {name: getattr(self, name) for name in TABLES}


TABLES: tuple[str, ...] = tuple(field.name for field in fields(Programme) if field.name != "meta")
"""Names of the tables of a programme, in order."""


def _problem(code: str, zh: str, en: str, value: str, column: str) -> Problem:
    fix = {"zh": "请改正。", "en": "Correct it."}
    return Problem(code, "error", {"zh": zh, "en": en}, fix, column=column, value=value)


def _funding(projects: pd.DataFrame, given: pd.DataFrame | None) -> pd.DataFrame:
    """Check co-funding and bring it into order."""
    columns = ["option_id", "source", "yuan", "lag_years"]
    if given is None or given.empty:
        money = dict.fromkeys(("yuan", "lag_years"), "float64")
        return pd.DataFrame(columns=columns, dtype="object").astype(money)
    table = given.reindex(columns=columns).astype({"yuan": "float64", "lag_years": "float64"})
    unknown = table.loc[~table["option_id"].isin(projects["option_id"]), "option_id"].unique()
    zh, en = "共担资金对应的项目不在方案中", "co-funding for a project not in the plan"
    problems = [_problem("programme.unknown_project", zh, en, str(one), "option_id") for one in unknown]
    bad = table["yuan"].isna() | (table["yuan"] < 0) | (table["lag_years"] < 0) | table["source"].isin([CITY, DISTRICT])
    zh, en = "共担资金的金额、来源或滞后年数无效", "amount, source or lag of co-funding cannot be used"
    problems += [_problem("programme.bad_funding", zh, en, str(one), "yuan") for one in table.loc[bad, "option_id"]]
    total = table.groupby("option_id")["yuan"].sum()
    cost = projects.set_index("option_id")["cost_yuan"]
    problems += [
        _problem("programme.over_funded", "共担资金超过项目造价", "co-funding exceeds the cost", str(one), "yuan")
        for one in total.index
        if one in cost.index and not total[one] <= cost[one] + _CENT
    ]
    if problems:
        raise InputError(problems)
    return table.sort_values(columns, ignore_index=True)


def _durations(projects: pd.DataFrame, choices: ProgrammeOptions) -> Ints:
    own = {**_DURATIONS, **choices.duration_years}
    pairs = zip(projects["option_id"], projects["lever"], strict=True)
    return np.array([own.get(one, own[lever]) for one, lever in pairs], dtype="int64")


def _costs(projects: pd.DataFrame, durations: Ints) -> Floats:
    """Return the whole cost due in year t (counted from the start, up to the longest works): even shares."""
    longest = int(max(durations.max(initial=0), 1))
    span = np.maximum(durations, 1)
    share = (np.arange(longest)[None, :] < span[:, None]) / span[:, None]
    cost: Floats = np.nan_to_num(projects["cost_yuan"].to_numpy("float64"))[:, None] * share
    return cost


def _flows(projects: pd.DataFrame, durations: Ints, funding: pd.DataFrame) -> tuple[Floats, dict[str, Floats]]:
    """Return by year from the start what the payers pay (net of co-funding), and what each other source pays."""
    costs = _costs(projects, durations)
    late = int(np.nan_to_num(funding["lag_years"].to_numpy("float64")).max(initial=0))
    length = max(costs.shape[1], late + 1)
    own = np.zeros((len(projects), length))
    own[:, : costs.shape[1]] = costs
    whole = costs.sum(axis=1)
    position = pd.Index(projects["option_id"])
    others: dict[str, Floats] = {}
    at = position.get_indexer(pd.Index(funding["option_id"]))
    amounts, lags = funding["yuan"].to_numpy("float64"), funding["lag_years"].to_numpy("float64")
    for i, source, yuan, lag in zip(at.tolist(), funding["source"].astype(str), amounts, lags, strict=True):
        paid = np.zeros(length)
        if np.isnan(lag):
            paid[: costs.shape[1]] = yuan * np.divide(costs[i], whole[i] or 1.0)
        else:
            paid[int(lag)] = yuan
        own[i] -= paid
        others.setdefault(source, np.zeros_like(own))[i] += paid
    return own, others


def _spend(own: Floats, years: int) -> Floats:
    """Return the payers' money by project, start and year; costs due later are charged to the last year.

    Money that comes in after the last year does not count: it cannot be spent in the programme.
    """
    n, length = own.shape
    spend = np.zeros((n, years, years))
    for start in range(years):
        for offset in range(length):
            year = start + offset
            if year < years:
                spend[:, start, year] += own[:, offset]
            else:
                spend[:, start, years - 1] += np.maximum(own[:, offset], 0.0)
    return spend


def _budgets(choices: ProgrammeOptions, districts: list[str]) -> tuple[Floats | None, Floats]:
    years = list(choices.years)
    own = np.zeros((len(districts), len(years)))
    if not choices.budget:
        return None, own
    city = np.zeros(len(years))
    for line in choices.budget:
        year = years.index(line.year) if line.year is not None else 0
        if line.district is None:
            city[year] += line.yuan
        elif line.district in districts:
            own[districts.index(line.district), year] += line.yuan
    return city, own


def _merged(plan: Plan, projects: pd.DataFrame) -> tuple[sparse.csr_array, Floats]:
    """Return who is served by what, rows of the same projects merged, and their weight a year."""
    rows = pd.Index(plan.served["row"])
    row, column = (
        rows.get_indexer(plan.reach["row"]),
        pd.Index(projects["option_id"]).get_indexer(plan.reach["option_id"]),
    )
    covers = sparse.csr_array((np.ones(len(row), dtype=np.int8), (row, column)), shape=(len(rows), len(projects)))
    covers.sort_indices()
    if not len(rows):
        return covers, np.zeros(0)
    group, first = equal_rows(covers)
    return sparse.csr_array(covers[first]), add_up(plan.served["weight"].to_numpy("float64"), group, len(first))


def _positions(projects: pd.DataFrame, ids: list[str], name: str) -> Ints:
    found = pd.Index(projects["option_id"]).get_indexer(pd.Index(ids, dtype=object))
    unknown = [one for one, at in zip(ids, found, strict=True) if at < 0]
    if unknown:
        zh, en = "方案中没有此项目", "the plan has no such project"
        raise InputError([_problem("programme.unknown_project", zh, en, one, name) for one in unknown])
    return np.asarray(found, dtype="int64")


def _schedule(plan: Plan, projects: pd.DataFrame, choices: ProgrammeOptions, own: Floats, durations: Ints) -> Schedule:
    districts = _district_names(projects, choices)
    city, district = _budgets(choices, districts)
    if city is not None and projects["cost_yuan"].isna().any():
        msg = "`budget` needs the cost of every project of the plan. Fill `unit_costs`, or limit `max_starts` instead."
        raise UnsetValueError(msg)
    covers, weight = _merged(plan, projects)
    years, last = len(choices.years), choices.years[-1]
    until = choices.count_until if choices.count_until is not None else last + int(durations.max(initial=0))
    available = pd.to_datetime(projects["available_from"]).dt.year.to_numpy("float64")
    first = np.nan_to_num(available - choices.years[0]).clip(min=0).astype("int64")
    pairs = [one for pair in choices.after for one in pair]
    at = _positions(projects, pairs, "after").reshape(-1, 2)
    return Schedule(
        covers=covers,
        weight=weight,
        duration=durations,
        first=first,
        years=years,
        counted=until - choices.years[0] + 1,
        spend=_spend(own, years),
        district=pd.Index(districts).get_indexer(pd.Index(_of_district(projects))).astype("int64"),
        city_yuan=city,
        district_yuan=district,
        carry_over=choices.carry_over,
        after=tuple((int(a), int(b)) for a, b in at),
        forced=tuple(_positions(projects, list(choices.force_in), "force_in").tolist()),
        max_starts=choices.max_starts,
    )


def _of_district(projects: pd.DataFrame) -> list[str]:
    """Return the district of each project; those without share an unnamed one, paid by the city."""
    return [str(name) if isinstance(name, str) else "" for name in projects["district"]]


def _district_names(projects: pd.DataFrame, choices: ProgrammeOptions) -> list[str]:
    named = [line.district for line in choices.budget if line.district is not None]
    return list(dict.fromkeys([*_of_district(projects), *named]))


def _starts(schedule: Schedule, result: MipResult) -> Ints:
    """Return the year (0-based) in which each project starts, −1 = not at all."""
    if result.point is None:
        return np.full(schedule.n, -1)
    y = np.round(result.point[: schedule.n * schedule.years]).reshape(schedule.n, schedule.years)
    return np.where(y.any(axis=1), y.argmax(axis=1), -1)


def _useful(schedule: Schedule, starts: Ints) -> Ints:
    """Take out projects that serve nobody in any counted year, unless forced or others rest on them."""
    kept = starts.copy()
    basis = {b for _, b in schedule.after} | set(schedule.forced)
    for project in np.flatnonzero(starts >= 0):
        if project in basis:
            continue
        without = kept.copy()
        without[project] = -1
        if _need_years(schedule, without) >= _need_years(schedule, kept) - _CENT:
            kept = without
    return kept


def _open_in(schedule: Schedule, starts: Ints, year: int) -> npt.NDArray[np.bool_]:
    opened: npt.NDArray[np.bool_] = (starts >= 0) & (starts + schedule.duration <= year)
    return opened


def _need_years(schedule: Schedule, starts: Ints) -> float:
    """Return the objective of a schedule, counted anew: weighted need served, summed over the years that count."""
    total = 0.0
    for year in range(schedule.open_years):
        opened = _open_in(schedule, starts, year)
        times = 1 if year < schedule.open_years - 1 else 1 + schedule.counted - schedule.open_years
        served = np.asarray(schedule.covers @ opened.astype("int64")) > 0
        total += float(schedule.weight[served].sum()) * times
    return total


def _city_part(schedule: Schedule, spent: Floats) -> Floats:
    """Return what the city pays by district and year: what the district's own money cannot, as late as can be.

    `spent` has shape (districts, T).
    """
    if schedule.city_yuan is None:
        return np.zeros_like(spent)
    own = schedule.district_yuan
    if not schedule.carry_over:
        return np.maximum(spent - own, 0.0)
    lacking = np.maximum(np.cumsum(spent, axis=1) - np.cumsum(own, axis=1), 0.0)
    return np.diff(np.maximum.accumulate(lacking, axis=1), axis=1, prepend=0.0)


def _paid(
    schedule: Schedule,
    choices: ProgrammeOptions,
    names: list[str],
    starts: Ints,
    own: Floats,
    others: dict[str, Floats],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tabulate who pays what in which year, and what is left of each fund."""
    began, years = np.flatnonzero(starts >= 0), list(choices.years)
    spent = np.zeros((len(names), len(years)))
    np.add.at(spent, schedule.district[began], schedule.spend[began, starts[began]])
    city = _city_part(schedule, spent)
    flow = pd.DataFrame(
        [
            (years[0] + int(starts[i]) + int(offset), names[schedule.district[i]], source, table[i, offset])
            for source, table in (("own", own), *others.items())
            for i in began
            for offset in np.flatnonzero(table[i])
        ],
        columns=["year", "district", "source", "yuan"],
    )
    keys = ["year", "district", "source"]
    flow = flow.groupby(keys)["yuan"].sum().reset_index()
    other = flow[flow["source"] != "own"]
    # Co-funding that comes in after the last year goes back to who advanced it: to each their part of what they paid.
    late = flow[(flow["source"] == "own") & (flow["year"] > years[-1]) & (flow["yuan"] < -_CENT)]
    by_city = dict(zip(names, city.sum(axis=1) / np.maximum(spent.sum(axis=1), _CENT), strict=True))
    share = late["district"].map(by_city).astype("float64")
    back = [late.assign(source=who, yuan=late["yuan"] * part) for who, part in ((CITY, share), (DISTRICT, 1 - share))]
    other = pd.concat([other, *(part[part["yuan"] < -_CENT] for part in back)], ignore_index=True)
    payer = [
        (year, name, source, value)
        for d, name in enumerate(names)
        for t, year in enumerate(years)
        for source, value in ((CITY, city[d, t]), (DISTRICT, spent[d, t] - city[d, t]))
        if abs(value) > _CENT
    ]
    cash = pd.concat([pd.DataFrame(payer, columns=list(flow.columns)), other], ignore_index=True)
    cash = cash.sort_values(keys, ignore_index=True).astype({"year": "int64", "yuan": "float64"})
    return cash, _fund_table(schedule, years, names, spent, city)


def _fund_table(schedule: Schedule, years: list[int], names: list[str], spent: Floats, city: Floats) -> pd.DataFrame:
    parts = []
    if schedule.city_yuan is not None:
        funds = [(CITY, "", schedule.city_yuan, city.sum(axis=0))]
        funds += [(DISTRICT, name, schedule.district_yuan[d], spent[d] - city[d]) for d, name in enumerate(names)]
        for source, name, budget, used in funds:
            left = np.cumsum(budget - used) if schedule.carry_over else budget - used
            columns = {"source": source, "district": name, "year": years, "budget_yuan": budget, "spent_yuan": used}
            parts.append(pd.DataFrame({**columns, "left_yuan": left}))
    names_ = ["source", "district", "year", "budget_yuan", "spent_yuan", "left_yuan"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names_)


def _service(plan: Plan, schedule: Schedule, projects: pd.DataFrame, starts: Ints, first_year: int) -> pd.DataFrame:
    """Count who is newly served in each year, from the plan's raw rows."""
    served = plan.served.set_index("row")
    column = pd.Index(projects["option_id"]).get_indexer(plan.reach["option_id"])
    parts = []
    for year in range(schedule.counted):
        opened = _open_in(schedule, starts, year)
        rows = plan.reach["row"].to_numpy()[opened[column]]
        here = served.loc[np.unique(rows)]
        sums = here.groupby(["item", "requirement"], as_index=False)[["residents", "old_young"]].sum(min_count=1)
        parts.append(sums.assign(year=first_year + year))
    names = ["year", "item", "requirement", "residents", "old_young"]
    return pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)


def _projects(
    projects: pd.DataFrame, schedule: Schedule, starts: Ints, funding: pd.DataFrame, first_year: int
) -> pd.DataFrame:
    names = [
        "option_id", "place_name", "lever", "type", "district", "community_id", "floor_area_m2", "site_area_m2",
        "cost_yuan", "newly",
    ]  # fmt: skip
    given = funding.groupby("option_id")["yuan"].sum().reindex(projects["option_id"]).fillna(0.0).to_numpy()
    within = starts >= 0
    year = np.where(within, starts + first_year, np.nan)
    late = schedule.first >= schedule.years
    useless = schedule.first + schedule.duration >= schedule.counted
    why = np.select([within, late, useless], ["", "late", "adds_nobody"], "money_or_starts").astype(object)
    return projects[names].assign(
        co_funding_yuan=given,
        own_yuan=projects["cost_yuan"].to_numpy() - given,
        start_year=year,
        open_year=year + schedule.duration,
        reason=why,
    )


def _check(schedule: Schedule, result: MipResult, starts: Ints) -> float:
    """Hold the solver's objective against the schedule counted anew."""
    counted = _need_years(schedule, starts)
    if result.point is not None and counted < result.objective - _ROUNDING * max(1.0, abs(result.objective)):
        msg = f"The solver says {result.objective:g} need-years, the schedule counted anew says {counted:g}."
        raise SolverError(msg)
    return counted


def make_programme(plan: Plan, choices: ProgrammeOptions, co_funding: pd.DataFrame | None = None) -> Programme:
    """Schedule the projects of a plan over the years, as many served as early as the money allows.

    Parameters
    ----------
    plan
        The plan; its chosen options are the projects.
    choices
        Years, money, durations, precedence.
    co_funding
        Other people's money: `option_id`, `source` (``subsidy``, ``maintenance_fund``, ``operator``…), `yuan` ≥ 0 and
        optionally `lag_years` (paid so many years after the start; empty = along with the costs).

    Returns
    -------
    Programme
        Status ``infeasible`` without projects if what is forced does not fit.

    Raises
    ------
    InputError
        If co-funding or choices name projects that the plan does not have, or a project is funded beyond its cost.
    UnsetValueError
        If there is a budget and a project has no cost.
    SolverError
        If the solver fails.
    """
    projects = plan.chosen
    funding, durations = _funding(projects, co_funding), _durations(projects, choices)
    own, others = _flows(projects, durations, funding)
    schedule = _schedule(plan, projects, choices, own, durations)
    effort = Effort(gap=choices.gap, time_limit_s=choices.time_limit_s, seed=choices.seed)
    empty = MipResult("optimal", np.zeros(0), 0.0, 0.0)
    result = run_mip(schedule_mip(schedule), effort) if schedule.n else empty
    found = result.point is not None
    starts = _useful(schedule, _starts(schedule, result))
    counted = _check(schedule, result, starts)
    cash, funds = _paid(schedule, choices, _district_names(projects, choices), starts, own, others)
    first_year = choices.years[0]
    gap = max(0.0, result.bound - counted) / max(abs(counted), _ROUNDING) if found else None
    meta = ProgrammeMeta(
        name=dict(plan.meta.name),
        unit=plan.meta.unit,
        choices=choices,
        counted_until=first_year + schedule.counted - 1,
        status=result.status,
        objective=counted if found else None,
        bound=max(result.bound, counted) if np.isfinite(result.bound) else None,
        gap=gap if gap is not None and np.isfinite(gap) else None,
        seed=choices.seed,
        solver=solver_version(),
        costed=not projects["cost_yuan"].isna().any(),
        catalogue_version=plan.meta.catalogue_version,
        survey_digest=plan.meta.survey_digest,
        code_version=linli.__version__,
    )
    return Programme(
        meta=meta,
        projects=_projects(projects, schedule, starts, funding, first_year),
        cash=cash,
        funds=funds,
        service=_service(plan, schedule, projects, starts, first_year),
        co_funding=funding,
    )


def compare_programmes(programmes: Mapping[str, Programme]) -> pd.DataFrame:
    """Put alternatives side by side.

    Parameters
    ----------
    programmes
        By name.

    Returns
    -------
    DataFrame
        One row each: `name`, `projects`, `cost_yuan`, `city_yuan`, `district_yuan`, `co_funding_yuan`, `last_opening`,
        `served_first_year`, `served_last_year` (residents or m², once per requirement), `need_years` (objective),
        `bound`, `gap`, `status`.
    """
    rows = []
    for name, one in programmes.items():
        within = one.projects[one.projects["start_year"].notna()]
        paid = one.cash.groupby("source")["yuan"].sum()
        by_year = one.service.groupby("year")["residents"].sum()
        first, last = one.meta.choices.years[0], one.meta.counted_until
        rows.append(
            {
                "name": name,
                "projects": len(within),
                "cost_yuan": within["cost_yuan"].sum(min_count=1),
                "city_yuan": paid.get(CITY, 0.0),
                "district_yuan": paid.get(DISTRICT, 0.0),
                "co_funding_yuan": paid.drop([CITY, DISTRICT], errors="ignore").sum(),
                "last_opening": within["open_year"].max(),
                "served_first_year": by_year.get(first, 0.0),
                "served_last_year": by_year.get(last, 0.0),
                "need_years": one.meta.objective,
                "bound": one.meta.bound,
                "gap": one.meta.gap,
                "status": one.meta.status,
            }
        )
    return pd.DataFrame(rows)


def save_programme(programme: Programme, folder: Path) -> Path:
    """Write a programme as a folder of Parquet files and ``programme.json``.

    Parameters
    ----------
    programme
        What to write.
    folder
        Where to; replaced if it holds a programme already.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SnapshotError
        If the folder exists and holds something other than a programme.
    OSError
        If it cannot be written.
    """
    return save_tables(folder, FILE, programme.meta.model_dump(mode="json"), programme.tables)


def load_programme(folder: Path) -> Programme:
    """Read a programme back, refusing one that was changed.

    Parameters
    ----------
    folder
        A folder written by `save_programme`.

    Returns
    -------
    Programme
        The same tables.

    Raises
    ------
    SnapshotError
        If the folder is no programme, is incomplete, or a file was changed.
    """
    content, tables = load_tables(folder, FILE, TABLES, "linli improve")
    return Programme(meta=ProgrammeMeta.model_validate(content), **tables)
