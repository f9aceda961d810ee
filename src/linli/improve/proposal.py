"""The proposal as a record: everything that is put before a district, in one set of tables.

A plan says what goes where, a programme in which year; a proposal adds the money of others (subsidy, co-funding), what
other budgets and other policies would bring, and what running the places would earn and cost. What could not be worked
out is in `left_out`, with the setting that fills it; what was assumed is in `notes`. A table that was not asked for is
empty and has its columns all the same.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from linli.errors import SnapshotError
from linli.improve.choices import ProposalOptions
from linli.improve.programme import Programme, load_programme, save_programme
from linli.improve.record import Plan, load_plan, save_plan
from linli.improve.store import load_tables, save_tables

__all__ = [
    "COLUMNS",
    "TABLES",
    "Proposal",
    "ProposalMeta",
    "as_table",
    "load_proposal",
    "save_proposal",
]

FILE = "proposal.json"
PLAN, PROGRAMME, PROPOSAL = "plan", "programme", "proposal"
PLAN_FILE, PROGRAMME_FILE = "plan.json", "programme.json"

_T, _N, _I, _B = "object", "float64", "int64", "boolean"
_MONEY = dict.fromkeys(
    (
        "earned_yuan", "subsidy_yuan", "income_yuan", "cost_yuan", "depreciation_yuan", "balance_yuan", "capital_yuan",
        "self_financing_ratio", "subsidy_dependence",
    ),
    _N,
)  # fmt: skip

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "subsidies": {
        "community_id": _T, "district": _T, "estate_ids": _T, "area_m2": _N, "input_cost_yuan": _N,
        "average_cost_yuan_m2": _N, "cap_yuan_m2": _N, "base_yuan_m2": _N, "ratio": _N, "eligible": _B,
        "amount_yuan": _N, "ordinary_yuan": _N, "certainty": _T, "reason_zh": _T, "reason_en": _T,
    },
    "subsidy_steps": {
        "community_id": _T, "number": _I, "code": _T, "amount": _N, "unit": _T, "zh": _T, "en": _T, "clause": _T,
        "certainty": _T,
    },
    "payments": {
        "community_id": _T, "event": _T, "title_zh": _T, "title_en": _T, "share": _N, "amount_yuan": _N, "year": _N,
    },
    "co_funding": {"option_id": _T, "source": _T, "yuan": _N, "lag_years": _N, "event": _T},
    "frontier": {
        "budget_yuan": _N, "cost_yuan": _N, "objective": _N, "bound": _N, "gap": _N, "residents": _N, "old_young": _N,
        "projects": _I, "status": _T,
    },
    "shadow": {
        "from_yuan": _N, "to_yuan": _N, "gained": _N, "gained_low": _N, "gained_bound": _N, "per_step_yuan": _N,
        "residents": _N,
    },
    "order": {
        "position": _I, "budget_yuan": _N, "option_id": _T, "cost_yuan": _N, "gained": _N, "total": _N, "nested": _N,
        "free": _N, "nesting_costs": _N,
    },
    "alternatives": {
        "name": _T, "zh": _T, "en": _T, "projects": _I, "cost_yuan": _N, "floor_area_m2": _N, "site_area_m2": _N,
        "objective": _N, "bound": _N, "gap": _N, "status": _T, "residents": _N, "old_young": _N, "share_before": _N,
        "share_after": _N,
    },
    "operating_balances": {"id": _T, "level": _T, **_MONEY},
    "operating_lines": {
        "facility_id": _T, "community_id": _T, "type": _T, "line": _T, "side": _T, "stream": _T, "yuan": _N,
        "words_zh": _T, "words_en": _T, "clause": _T, "certainty": _T,
    },
    "operating_break_even": {"id": _T, "level": _T, "occupancy": _N, "price_factor": _N, "prices": _T},
    "operating_flows": {"year": _I, "yuan": _N},
    "operating_worth": {"id": _T, "level": _T, "npv_yuan": _N, "payback_years": _N},
    "operating_tornado": {
        "measure": _T, "lever": _T, "swing": _N, "base": _N, "at_low": _N, "at_high": _N, "width": _N,
    },
    "operating_range": {
        "measure": _T, "id": _T, "base": _N, "mean": _N, "p05": _N, "p25": _N, "p50": _N, "p75": _N, "p95": _N,
        "loss_share": _N,
    },
    "operating_modes": {
        "mode": _T, "title_zh": _T, "title_en": _T, "earned_yuan": _N, "subsidy_yuan": _N, "cost_yuan": _N,
        "balance_yuan": _N, "capital_yuan": _N, "self_financing_ratio": _N, "subsidy_dependence": _N,
        "price_factor": _N, "npv_yuan": _N, "payback_years": _N,
    },
    "operating_assumptions": {
        "mode": _T, "name": _T, "title_zh": _T, "title_en": _T, "value": _N, "unit": _T, "clause": _T, "certainty": _T,
        "source": _T,
    },
    "notes": {"part": _T, "id": _T, "code": _T, "zh": _T, "en": _T},
    "left_out": {"part": _T, "zh": _T, "en": _T},
}  # fmt: skip
"""Columns of every table of a proposal, and their types."""


class ProposalMeta(BaseModel):
    """What a proposal was made from, and its sums."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Mapping[str, str] = Field(description="Name of the survey, zh and en.")
    unit: str = Field(description="Unit of every count of people: residents, or m2.")
    choices: ProposalOptions = Field(description="The choices.")
    residents: float = Field(description="Who gain from the plan, each counted once however many requirements.")
    old_young: float | None = Field(description="Those of them under 6 or of 60 and over; none if ages are unknown.")
    cost_yuan: float | None = Field(description="Cost of the plan; none where a cost is unset.")
    step_yuan: float = Field(description="The step of `shadow.per_step_yuan`.")
    catalogue_version: str = Field(description="Version of the rules, packs included.")
    packs: tuple[str, ...] = Field(description="Packs laid over the national rules, by their titles (zh / en).")
    survey_digest: str = Field(description="SHA-256 of the survey's manifest.")
    code_version: str = Field(description="Version of Linli.")


@dataclass(frozen=True, eq=False)
class Proposal:
    """What is put before a district: plan, programme and tidy tables (`COLUMNS`), none of them ever changed afterwards.

    Counts of people: `residents`, `old_young` count everybody who gains once, however many requirements; `objective`,
    `bound`, `gained` are weighted need, once per requirement.

    Parameters
    ----------
    meta
        Choices, sums and versions.
    plan
        What goes where, and who gains.
    programme
        In which year and whose money; ``None`` where none was asked for.
    subsidies
        One row a community with projects: what the rule says of it. `eligible` NA and `amount_yuan` NaN = not worked
        out, `reason_zh`, `reason_en` say why; `ordinary_yuan` is the ordinary old-estate subsidy, a line of its own.
    subsidy_steps
        Every amount step by step, in words with clause and certainty.
    payments
        Stages by community and year; `share` is the stage's, `amount_yuan` what of it falls in the year; `year` NaN
        where there is no programme or it does not hold the project.
    co_funding
        Money of others by project: `source` (``subsidy``, ``owners_fund``, ``operator`` …), `lag_years` after the
        project's start (NaN = along with the costs), `event` of the subsidy's stage.
    frontier
        What each budget buys.
    shadow
        What each further step of money buys: `gained` between the budgets, `gained_low` to `gained_bound` the range
        that gaps leave, `per_step_yuan` gained for each `meta.step_yuan`; `residents` the difference of residents.
    order
        Build in this order: `budget_yuan` is the stage, `nested`, `free`, `nesting_costs` are its (weighted need).
    alternatives
        Other policies, each solved; `share_before`, `share_after` of the need planned for.
    operating_balances, operating_lines, operating_break_even, operating_flows, operating_worth, operating_tornado,
    operating_range, operating_modes, operating_assumptions
        What running the chosen places brings and costs (`linli.operate`): yuan a month, flows and worth in yuan;
        `measure` is ``balance`` (a month) or ``npv``; `prices` is JSON.
    notes
        What was assumed, by part; `id` is the community or project it concerns.
    left_out
        What was not worked out, and which setting fills it.
    """

    meta: ProposalMeta
    plan: Plan
    programme: Programme | None
    subsidies: pd.DataFrame
    subsidy_steps: pd.DataFrame
    payments: pd.DataFrame
    co_funding: pd.DataFrame
    frontier: pd.DataFrame
    shadow: pd.DataFrame
    order: pd.DataFrame
    alternatives: pd.DataFrame
    operating_balances: pd.DataFrame
    operating_lines: pd.DataFrame
    operating_break_even: pd.DataFrame
    operating_flows: pd.DataFrame
    operating_worth: pd.DataFrame
    operating_tornado: pd.DataFrame
    operating_range: pd.DataFrame
    operating_modes: pd.DataFrame
    operating_assumptions: pd.DataFrame
    notes: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return {name: getattr(self, name) for name in TABLES}


TABLES: tuple[str, ...] = tuple(
    field.name for field in fields(Proposal) if field.name not in {"meta", "plan", "programme"}
)
"""Names of the tables of a proposal, in order."""


def as_table(name: str, rows: pd.DataFrame | Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """Bring rows into the columns and types of a table.

    Parameters
    ----------
    name
        A key of `COLUMNS`.
    rows
        The rows; columns left out are missing, others are dropped. None = an empty table.

    Returns
    -------
    DataFrame
        Index 0, 1, ….
    """
    columns = COLUMNS[name]
    table = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows), columns=list(columns))
    table = table.reindex(columns=list(columns)).reset_index(drop=True).astype(dict(columns))
    texts = [column for column, kind in columns.items() if kind == _T]
    return table.assign(**{column: table[column].where(table[column].notna(), None) for column in texts})


def _digest(path: Path) -> str:
    """Return the SHA-256 of a record's JSON file, which holds the hashes of its tables."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def save_proposal(proposal: Proposal, out: Path) -> Path:
    """Write a proposal as the folders ``plan/``, ``programme/`` (if there is one) and ``proposal/``.

    Parameters
    ----------
    proposal
        What to write.
    out
        The folder that holds them; what an earlier run left in these three is replaced.

    Returns
    -------
    Path
        ``out/proposal``.

    Raises
    ------
    SnapshotError
        If one of them holds something else.
    OSError
        If it cannot be written.
    """
    beside = {PLAN: _digest(save_plan(proposal.plan, out / PLAN) / PLAN_FILE)}
    if proposal.programme is not None:
        beside[PROGRAMME] = _digest(save_programme(proposal.programme, out / PROGRAMME) / PROGRAMME_FILE)
    elif (out / PROGRAMME / PROGRAMME_FILE).exists():
        shutil.rmtree(out / PROGRAMME)  # of an earlier run, it would be taken for this one's
    content = {**proposal.meta.model_dump(mode="json"), "beside": beside}
    return save_tables(out / PROPOSAL, FILE, content, proposal.tables)


def load_proposal(out: Path) -> Proposal:
    """Read a proposal back, refusing one that was changed.

    Parameters
    ----------
    out
        A folder in which `save_proposal` wrote.

    Returns
    -------
    Proposal
        The same tables.

    Raises
    ------
    SnapshotError
        If there is no proposal, it is incomplete, a file was changed, or the plan beside it is another one.
    """
    content, tables = load_tables(out / PROPOSAL, FILE, TABLES, "linli improve")
    beside = content.pop("beside")
    for folder, file in ((PLAN, PLAN_FILE), (PROGRAMME, PROGRAMME_FILE)):
        path = out / folder / file
        if folder in beside and not (path.is_file() and _digest(path) == beside[folder]):
            msg = f"{out / folder} is not what {out / PROPOSAL} was made from. Make both again with `linli improve`."
            raise SnapshotError(msg)
    plan = load_plan(out / PLAN)
    programme = load_programme(out / PROGRAMME) if PROGRAMME in beside else None
    meta = ProposalMeta.model_validate(content)
    return Proposal(meta, plan, programme, **{name: as_table(name, table) for name, table in tables.items()})
