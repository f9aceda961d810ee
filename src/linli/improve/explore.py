"""Looking around a plan: what each budget buys, in which order to build, and what if.

Every answer comes from one question with one growing pool of cuts (`linli.improve.siting`), so that asking again is
cheap; each has a bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from linli.assess import Assessment
from linli.errors import InputError, Problem
from linli.improve.choices import ImproveOptions
from linli.improve.options import Options
from linli.improve.outcome import Background, background
from linli.improve.plan import plan_from_siting
from linli.improve.question import BUDGET, Question, effort_of, make_question, maximise, require_options
from linli.improve.record import Plan
from linli.improve.siting import (
    BuildOrder,
    Effort,
    Frontier,
    Standing,
    build_order,
    frontier,
    set_out,
    what_if,
)

__all__ = ["Exploration", "ask", "budget_frontier", "order_of_building", "set_up", "shadow_prices"]


@dataclass(frozen=True, eq=False)
class Exploration:
    """A plan with the cuts behind it, ready to be asked further.

    Parameters
    ----------
    options, question
        What it was made from.
    assessment
        What the options were found from.
    standing
        The solved question; its cuts grow with every asking.
    plan
        The plan as it stands.
    counted
        What is the same whatever is chosen.
    """

    options: Options
    question: Question
    assessment: Assessment
    standing: Standing
    plan: Plan
    counted: Background


def _by_prices(choices: ImproveOptions) -> Effort:
    """Solve by the relaxation, whatever the size: its prices bound every later what-if at once."""
    return replace(effort_of(choices), method="cuts")


def _needs_budget(question: Question) -> None:
    labels = [label for one in question.constraints for label in one.labels]
    if BUDGET not in labels:
        raise InputError(
            [
                Problem(
                    code="improve.no_budget",
                    severity="error",
                    message={
                        "zh": "比较不同预算需要预算和单位造价",
                        "en": "comparing budgets needs a budget and unit costs",
                    },
                    fix={"zh": "请设 `budget` 和 `unit_costs`。", "en": "Set `budget` and `unit_costs`."},
                    column="budget",
                )
            ]
        )


def set_up(options: Options, assessment: Assessment) -> Exploration:
    """Plan, and keep what was learnt for further questions.

    Parameters
    ----------
    options
        From `linli.improve.options.find_options`.
    assessment
        What they were found from.

    Returns
    -------
    Exploration
        With the plan; the time limit (s) is soft here.

    Raises
    ------
    InputError, UnsetValueError, SolverError
        As `linli.improve.plan.plan_options`.
    """
    question = make_question(options, assessment.priority)
    standing = set_out(maximise(question), _by_prices(options.choices), catalogue=options.catalogue_version)
    counted = background(options, question)
    plan = plan_from_siting(options, question, standing.plan, assessment, counted)
    return Exploration(options, question, assessment, standing, plan, counted)


def _changed(question: Question, inside: Sequence[str], outside: Sequence[str]) -> Question:
    choices = question.choices
    forced = tuple(dict.fromkeys([one for one in choices.force_in if one not in set(outside)] + list(inside)))
    forbidden = tuple(dict.fromkeys([one for one in choices.forbid if one not in set(inside)] + list(outside)))
    return replace(question, choices=choices.model_copy(update={"force_in": forced, "forbid": forbidden}))


def ask(
    exploration: Exploration,
    *,
    force_in: Sequence[str] = (),
    forbid: Sequence[str] = (),
    budget_yuan: float | None = None,
) -> Plan:
    """Answer a what-if from the same question.

    Parameters
    ----------
    exploration
        From `set_up`.
    force_in, forbid
        Option ids that must, or must not, be chosen.
    budget_yuan
        Another budget for everything together, yuan.

    Returns
    -------
    Plan
        Of the changed question. To close or move a facility that exists, find options with `ImproveOptions.close`.

    Raises
    ------
    InputError
        If an id is no option (the message says why), or there is no budget to change.
    SolverError
        If the solver fails.
    """
    require_options(exploration.options, force_in, "force_in")
    require_options(exploration.options, forbid, "forbid")
    limits = None
    if budget_yuan is not None:
        _needs_budget(exploration.question)
        limits = {BUDGET: float(budget_yuan)}
    siting = what_if(
        exploration.standing,
        force_in=force_in,
        forbid=forbid,
        limits=limits,
        effort=_by_prices(exploration.question.choices),
    )
    question = _changed(exploration.question, force_in, forbid)
    if limits is not None:
        upper = [
            replace(one, upper=one.upper * 0 + limits[BUDGET]) if one.labels == (BUDGET,) else one
            for one in question.constraints
        ]
        question = replace(question, constraints=tuple(upper))
    return plan_from_siting(exploration.options, question, siting, exploration.assessment, exploration.counted)


def budget_frontier(options: Options, assessment: Assessment, budgets_yuan: Sequence[float]) -> Frontier:
    """Find what each budget buys.

    Parameters
    ----------
    options
        With a budget among the choices (its rows by district stay as they are).
    assessment
        What they were found from.
    budgets_yuan
        Budgets for everything together, yuan.

    Returns
    -------
    Frontier
        One row a budget: weighted need newly served, bound, status, what each yuan more brought.

    Raises
    ------
    InputError
        If there is no budget.
    SolverError
        If the solver fails.
    """
    question = make_question(options, assessment.priority)
    _needs_budget(question)
    return frontier(maximise(question), list(budgets_yuan), label=BUDGET, effort=_by_prices(options.choices))


def order_of_building(options: Options, assessment: Assessment, budgets_yuan: Sequence[float]) -> BuildOrder:
    """Find plans at growing budgets that contain one another, and what that costs.

    Parameters
    ----------
    options
        With a budget among the choices.
    assessment
        What they were found from.
    budgets_yuan
        Budgets for everything together, yuan.

    Returns
    -------
    BuildOrder
        Options in building order, and the cost of nesting at each budget.

    Raises
    ------
    InputError
        If there is no budget.
    SolverError
        If the solver fails.
    """
    question = make_question(options, assessment.priority)
    _needs_budget(question)
    return build_order(maximise(question), list(budgets_yuan), label=BUDGET, effort=_by_prices(options.choices))


def shadow_prices(found: Frontier, step_yuan: float) -> pd.DataFrame:
    """Say what each further step of money buys.

    Parameters
    ----------
    found
        From `budget_frontier`.
    step_yuan
        The step, yuan > 0 (ten million, say).

    Returns
    -------
    DataFrame
        One row an interval between budgets: `from_yuan`, `to_yuan`, `gained` (weighted need), `gained_low`,
        `gained_high` (the range that gaps leave), `per_step` (gained for each step of money).

    Raises
    ------
    ValueError
        If the step is not above 0.
    """
    if not step_yuan > 0:
        msg = f"`step_yuan` must be above 0. Got {step_yuan!r} instead."
        raise ValueError(msg)
    table = found.table
    low, high = table["objective"].to_numpy("float64"), table["bound"].to_numpy("float64")
    limit = table["limit"].to_numpy("float64")
    result = pd.DataFrame(
        {
            "from_yuan": limit[:-1],
            "to_yuan": limit[1:],
            "gained": low[1:] - low[:-1],
            "gained_low": (low[1:] - high[:-1]).clip(min=0.0),
            "gained_high": high[1:] - low[:-1],
        }
    )
    return result.assign(per_step=result["gained"] / (result["to_yuan"] - result["from_yuan"]) * step_yuan)
