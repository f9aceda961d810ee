"""What other budgets would buy: the frontier, what each further step of money brings, and in which order to build.

All money is taken as one fund here: the lines of the districts are put together, for the question is what a sum buys.
Everything comes from one question with one growing pool of cuts (`linli.improve.explore`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from linli.assess import Assessment
from linli.improve.choices import BudgetLine, ProposalOptions
from linli.improve.explore import budget_frontier, order_of_building, shadow_prices
from linli.improve.options import Options, newly_together
from linli.improve.plan import prune
from linli.improve.proposal import as_table
from linli.improve.question import Question, make_question
from linli.improve.siting import BuildOrder, Frontier, Siting

__all__ = ["Budgets", "budget_grid", "look_at_budgets"]


@dataclass(frozen=True, eq=False)
class Budgets:
    """What budgets buy, as tables (`linli.improve.proposal.COLUMNS`)."""

    frontier: pd.DataFrame
    shadow: pd.DataFrame
    order: pd.DataFrame


def _readable(yuan: float, *, up: bool = False) -> float:
    """Round to two digits."""
    unit = 10.0 ** (math.floor(math.log10(yuan)) - 1)
    return round((math.ceil(yuan / unit - 1e-9) if up else round(yuan / unit)) * unit, 2)


def budget_grid(most_yuan: float, points: int, also: Sequence[float] = ()) -> tuple[float, ...]:
    """Return budgets from 0 up to a sum, rounded to two digits, closer together where money buys most: at the start.

    Parameters
    ----------
    most_yuan
        What everything that is worth doing costs, yuan ≥ 0; the last budget is not below it.
    points
        How many budgets above 0, ≥ 1.
    also
        Budgets to have among them, yuan.

    Returns
    -------
    tuple of float
        Ascending, 0 first.

    Examples
    --------
    >>> budget_grid(48_300_000, 4)
    (0.0, 3000000.0, 12000000.0, 27000000.0, 49000000.0)
    """
    if most_yuan <= 0:
        return tuple(sorted({0.0, *map(float, also)}))
    inner = {_readable(most_yuan * (i / points) ** 2) for i in range(1, points)}
    return tuple(sorted({0.0, *inner, _readable(most_yuan, up=True), *map(float, also)}))


def _one_fund(options: Options, yuan: float) -> Options:
    choices = options.choices.model_copy(update={"budget": (BudgetLine(yuan=yuan),)})
    return replace(options, choices=choices)


def _limited(options: Options, seconds: float | None) -> Options:
    return replace(options, choices=options.choices.model_copy(update={"time_limit_s": seconds}))


def _kept(question: Question, plan: Siting) -> list[str]:
    """Return the options of an answer that serve somebody."""
    inside = prune(question, question.options.index.isin(list(plan.chosen)))
    return list(question.options.index[inside])


def _worthwhile(options: Options, question: Question, assessment: Assessment) -> float:
    """Return what it costs to serve everybody whom options can serve."""
    most = float(question.options["cost_yuan"].sum())
    (plan,) = budget_frontier(_one_fund(options, most), assessment, [most]).plans
    return float(question.options.loc[_kept(question, plan), "cost_yuan"].sum())


def _counted(options: Options, question: Question, found: Frontier) -> pd.DataFrame:
    """Count anew what each choice of the frontier costs and whom it brings."""
    rows = []
    for plan in found.plans:
        chosen = _kept(question, plan)
        residents, elders = newly_together(options, chosen)
        cost = float(question.options.loc[chosen, "cost_yuan"].sum())
        rows.append((cost, residents, elders, len(chosen)))
    return pd.DataFrame(rows, columns=["cost_yuan", "residents", "old_young", "projects"])


def _frontier(options: Options, question: Question, found: Frontier) -> pd.DataFrame:
    table = found.table.rename(columns={"limit": "budget_yuan"}).drop(columns=["n_chosen", "used", "per_unit"])
    gap = table["gap"].where(np.isfinite(table["gap"]))
    return as_table("frontier", table.assign(gap=gap).join(_counted(options, question, found)))


def _shadow(found: Frontier, frontier: pd.DataFrame, step_yuan: float) -> pd.DataFrame:
    prices = shadow_prices(found, step_yuan)
    renamed = prices.rename(columns={"gained_high": "gained_bound", "per_step": "per_step_yuan"})
    return as_table("shadow", renamed.assign(residents=np.diff(frontier["residents"].to_numpy("float64"))))


def _order(question: Question, found: BuildOrder) -> pd.DataFrame:
    """List the options in building order; those that add nobody any more are left out."""
    forced = set(question.choices.force_in)
    steps = found.steps[(found.steps["gain"] > 0) | found.steps["option"].isin(list(forced))]
    stages = found.stages.iloc[steps["stage"].to_numpy("int64")].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "position": np.arange(1, len(steps) + 1),
            "budget_yuan": stages["limit"],
            "option_id": steps["option"].to_numpy(),
            "cost_yuan": question.options["cost_yuan"].reindex(steps["option"]).to_numpy(),
            "gained": steps["gain"].to_numpy("float64"),
            "total": steps["total"].to_numpy("float64"),
            "nested": stages["nested"],
            "free": stages["free"],
            "nesting_costs": stages["cost_of_nesting"],
        }
    )
    return as_table("order", table)


def look_at_budgets(options: Options, assessment: Assessment, choices: ProposalOptions) -> Budgets:
    """Work out what other budgets would buy.

    Parameters
    ----------
    options
        From `linli.improve.options.find_options`, every one with a cost.
    assessment
        What they were found from.
    choices
        Budgets, step, time limit (s, shared evenly by all budgets), and whether the order is asked for.

    Returns
    -------
    Budgets
        Tables; the order is empty if it is not asked for.

    Raises
    ------
    InputError
        If the choices force what is no option.
    SolverError
        If the solver fails.
    """
    own = sum(line.yuan for line in options.choices.budget)
    question = make_question(_one_fund(options, own), assessment.priority)
    also = [own] if options.choices.budget else []
    questions = (len(choices.budgets_yuan) or choices.points + 2) * (3 if choices.order else 1)
    asked = _limited(options, None if choices.time_limit_s is None else choices.time_limit_s / questions)
    budgets = choices.budgets_yuan or budget_grid(_worthwhile(asked, question, assessment), choices.points, also)
    asked = _one_fund(asked, max(budgets))
    order = order_of_building(asked, assessment, budgets) if choices.order else None
    found = order.free if order is not None else budget_frontier(asked, assessment, budgets)
    frontier = _frontier(asked, question, found)
    return Budgets(
        frontier,
        _shadow(found, frontier, choices.step_yuan),
        as_table("order") if order is None else _order(question, order),
    )
