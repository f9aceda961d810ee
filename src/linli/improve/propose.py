"""From a plan to a proposal: its programme, the money of others, other budgets, other policies, its operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd

import linli
from linli.assess import Assessment
from linli.improve.alternatives import compare_alternatives
from linli.improve.budgets import Budgets, look_at_budgets
from linli.improve.choices import ImproveOptions, ProgrammeOptions, ProposalOptions
from linli.improve.co_funding import declared_funding, durations_of
from linli.improve.grants import Grants, dated_payments, grant, renewals
from linli.improve.options import Options, find_options, newly_together
from linli.improve.plan import plan_options
from linli.improve.programme import Programme, make_programme
from linli.improve.proposal import Proposal, ProposalMeta, as_table
from linli.improve.record import Plan
from linli.improve.running import TABLES as OPERATING
from linli.improve.running import Running, appraise_places
from linli.operate.money import to_decimal
from linli.rules import Catalogue
from linli.survey import Survey

__all__ = ["make_proposal", "propose"]

Progress = Callable[[str, float | None], None]


@dataclass
class _Book:
    """Notes and what was left out, as they come up."""

    notes: list[dict[str, str]] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)

    def note(self, part: str, code: str, zh: str, en: str) -> None:
        self.notes.append({"part": part, "id": "", "code": code, "zh": zh, "en": en})

    def leave(self, part: str, zh: str, en: str) -> None:
        self.left_out.append({"part": part, "zh": zh, "en": en})


def _together(notes: Iterable[Mapping[str, str]]) -> pd.DataFrame:
    """Write a note that concerns several communities once, their ids joined."""
    table = as_table("notes", pd.DataFrame(list(notes), columns=["part", "id", "code", "zh", "en"]))
    keys = ["part", "code", "zh", "en"]
    return as_table("notes", table.groupby(keys, sort=False)["id"].agg(";".join).reset_index())


def _no_grants() -> Grants:
    stages = pd.DataFrame(columns=["community_id", "event", "title_zh", "title_en", "share"])
    return Grants(as_table("subsidies"), as_table("subsidy_steps"), as_table("co_funding"), stages, [], [])


def _grants(
    plan: Plan, survey: Survey, catalogue: Catalogue, choices: ProposalOptions, durations: Mapping[str, int]
) -> Grants:
    if not choices.subsidy or plan.chosen.empty:
        return _no_grants()
    communities, estates = (pd.DataFrame(survey.layers[name]) for name in ("communities", "estates"))
    found = renewals(plan.chosen, communities, estates, choices)
    return grant(found, catalogue, choices, durations, on=plan.meta.on)


def _funding(
    plan: Plan, grants: Grants, choices: ProposalOptions, durations: Mapping[str, int], book: _Book
) -> pd.DataFrame:
    """Put the subsidy and what others have agreed to pay together."""
    taken: dict[str, Decimal] = {}
    for option, yuan in zip(grants.co_funding["option_id"], grants.co_funding["yuan"], strict=True):
        taken[option] = taken.get(option, Decimal(0)) + to_decimal(yuan, "yuan")
    agreed, notes = declared_funding(plan.chosen, choices.co_funding, taken, durations)
    book.notes += notes
    parts = [one for one in (grants.co_funding, agreed) if len(one)]
    return as_table("co_funding", pd.concat(parts, ignore_index=True) if parts else ())


def _programme(plan: Plan, funding: pd.DataFrame, choices: ProgrammeOptions | None, book: _Book) -> Programme | None:
    if choices is None:
        zh = "未作年度安排：请填 programme（年份、各年资金）"
        book.leave("programme", zh, "no years: fill `programme` (years, money by year)")
        return None
    costed = not plan.chosen["cost_yuan"].isna().any()
    if choices.budget and not costed:
        zh = "有项目造价未填，不能按年度资金安排：请填 improve.unit_costs 或规则包 siting_needs/unit_cost"
        en = "projects without a cost cannot be paid by year: fill `improve.unit_costs` or `siting_needs/unit_cost`"
        book.leave("programme", zh, en)
        return None
    return make_programme(plan, choices, funding if len(funding) else None)


def _starts(programme: Programme | None, grants: Grants, book: _Book) -> dict[str, float]:
    """Return in which year each project starts, and note whose subsidy has none."""
    if programme is None:
        return {}
    starts = dict(zip(programme.projects["option_id"], programme.projects["start_year"], strict=True))
    granted = grants.co_funding["option_id"].unique()
    late = [one for one in granted if pd.isna(starts.get(one))]
    if late:
        zh = f"{len(late)} 个有奖补的项目未排入年度安排，其奖补不计入年度资金"
        en = f"{len(late)} projects with a subsidy are not in the programme; their subsidy is in none of its years"
        book.note("subsidy", "not_scheduled", zh, en)
    return starts


def _budgets(options: Options, assessment: Assessment, choices: ProposalOptions, book: _Book) -> Budgets:
    empty = Budgets(as_table("frontier"), as_table("shadow"), as_table("order"))
    if not choices.frontier or options.table.empty:
        return empty
    unset = int(options.table["cost_yuan"].isna().sum())
    if unset:
        zh = f"{unset} 个选项造价未填，不能比较预算：请填 improve.unit_costs 或规则包 siting_needs/unit_cost"
        en = f"{unset} options have no cost, budgets cannot be compared: fill `improve.unit_costs` or "
        book.leave("frontier", zh, en + "`siting_needs/unit_cost` in a pack")
        return empty
    if any(line.district is not None for line in options.choices.budget):
        zh, en = "各区资金合并为一笔计算", "the districts' money is put together as one fund"
        book.note("frontier", "one_fund", zh, en)
    return look_at_budgets(options, assessment, choices)


def _others(
    options: Options, plan: Plan, survey: Survey, assessment: Assessment, catalogue: Catalogue,
    choices: ProposalOptions, tell: Callable[[str], None],
) -> pd.DataFrame:  # fmt: skip
    if choices.alternatives == () or options.table.empty:
        return as_table("alternatives")
    return compare_alternatives(options, plan, survey, assessment, catalogue, choices, lambda name, _: tell(name))


def _running(plan: Plan, options: Options, catalogue: Catalogue, choices: ProposalOptions) -> Running:
    if not choices.appraisal or plan.chosen.empty:
        return Running({name: as_table(name) for name in OPERATING})
    return appraise_places(
        plan.chosen, options.places, catalogue, on=plan.meta.on, draws=choices.draws, seed=plan.meta.seed
    )


def _meta(plan: Plan, options: Options, catalogue: Catalogue, choices: ProposalOptions) -> ProposalMeta:
    chosen = plan.chosen
    residents, elders = newly_together(options, list(chosen["option_id"]))
    cost = chosen["cost_yuan"].sum(skipna=False)
    return ProposalMeta(
        name=plan.meta.name,
        unit=plan.meta.unit,
        choices=choices,
        residents=residents,
        old_young=None if pd.isna(elders) else elders,
        cost_yuan=None if pd.isna(cost) else float(cost),
        step_yuan=choices.step_yuan,
        catalogue_version=catalogue.version,
        packs=tuple(f"{pack.title['zh']} / {pack.title['en']}" for pack in catalogue.packs),
        survey_digest=plan.meta.survey_digest,
        code_version=linli.__version__,
    )


def propose(
    options: Options,
    plan: Plan,
    survey: Survey,
    assessment: Assessment,
    catalogue: Catalogue,
    programme: ProgrammeOptions | None,
    choices: ProposalOptions,
    progress: Progress | None = None,
) -> Proposal:
    """Work out what belongs to a plan that is there already.

    Parameters
    ----------
    options, plan
        The plan and what it chose among.
    survey, assessment, catalogue
        What the options were found from.
    programme
        Years and money; ``None`` = none is asked for.
    choices
        Which parts, and how.
    progress
        Told the part under way and the fraction done (0–1).

    Returns
    -------
    Proposal
        Frozen; parts that could not be worked out are empty and named in `left_out`.

    Raises
    ------
    InputError
        If an alternative or the programme names what does not exist.
    SolverError
        If the solver fails.
    """
    tell = progress or (lambda _text, _done: None)
    book = _Book()
    durations = durations_of(plan.chosen, programme)
    tell("subsidy", 0.0)
    grants = _grants(plan, survey, catalogue, choices, durations)
    funding = _funding(plan, grants, choices, durations, book)
    tell("programme", 0.1)
    spread = _programme(plan, funding, programme, book)
    starts = _starts(spread, grants, book)
    tell("operation", 0.3)
    running = _running(plan, options, catalogue, choices)
    tell("budgets", 0.4)
    budgets = _budgets(options, assessment, choices, book)
    tell("alternatives", 0.7)
    others = _others(options, plan, survey, assessment, catalogue, choices, lambda name: tell(name, None))
    left = [*grants.left_out, *running.left_out, *book.left_out]
    tell("done", 1.0)
    return Proposal(
        meta=_meta(plan, options, catalogue, choices),
        plan=plan,
        programme=spread,
        subsidies=grants.subsidies,
        subsidy_steps=grants.steps,
        payments=dated_payments(grants, plan.chosen, starts),
        co_funding=funding,
        frontier=budgets.frontier,
        shadow=budgets.shadow,
        order=budgets.order,
        alternatives=others,
        notes=_together([*grants.notes, *running.notes, *book.notes]),
        left_out=as_table("left_out", left),
        **running.tables,
    )


def make_proposal(
    survey: Survey,
    assessment: Assessment,
    catalogue: Catalogue,
    improve: ImproveOptions,
    programme: ProgrammeOptions | None = None,
    choices: ProposalOptions | None = None,
    progress: Progress | None = None,
) -> Proposal:
    """Find options, plan, and work out everything that is put before a district.

    Parameters
    ----------
    survey
        A survey; not changed.
    assessment
        Of this survey, with this catalogue.
    catalogue
        The standards and siting needs, with the city's packs over them.
    improve, programme, choices
        The city's; without a programme no years, without `choices` the usual parts.
    progress
        Told the stage under way and the fraction done (0–1).

    Returns
    -------
    Proposal
        Frozen.

    Raises
    ------
    InputError
        If the assessment was made from something else, or the choices name what does not exist.
    UnsetValueError
        If there is a budget and no unit cost at all.
    SolverError
        If the solver fails or its answer does not stand up to the raw residents.
    """
    tell = progress or (lambda _text, _done: None)
    options = find_options(survey, assessment, catalogue, improve, lambda text, _: tell(text, None))
    tell("plan", 0.2)
    plan = plan_options(options, assessment)
    return propose(
        options, plan, survey, assessment, catalogue, programme, choices or ProposalOptions(),
        lambda text, done: tell(text, None if done is None else 0.4 + 0.6 * done),
    )  # fmt: skip
