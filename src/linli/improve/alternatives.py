"""Other policies beside the plan: each a named change of the city's choices, solved for real.

The usual set asks what a district asks: without building, re-allocation alone, old and young first, the communities
that need it most first, half the money. A change that leaves nothing different from the plan is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from linli.assess import Assessment
from linli.errors import InputError, Problem
from linli.improve.choices import Alternative, ImproveOptions, ProposalOptions
from linli.improve.explore import set_up
from linli.improve.options import Options, find_options, newly_together
from linli.improve.proposal import as_table
from linli.improve.record import Plan
from linli.rules import Catalogue
from linli.survey import Survey

__all__ = ["AS_CHOSEN", "USUAL", "compare_alternatives", "describe_plan", "usual_alternatives"]

Progress = Callable[[str, float | None], None]

AS_CHOSEN = {"name": "as_chosen", "zh": "本方案", "en": "as planned"}
"""The first row of the table: the plan itself."""

USUAL: tuple[Alternative, ...] = (
    Alternative(name="no_building", zh="不新建", en="no building", change={"levers": ("reallocate", "convert")}),
    Alternative(name="reallocate_only", zh="只腾挪", en="re-allocation alone", change={"levers": ("reallocate",)}),
    Alternative(name="old_young_first", zh="一老一小优先", en="old and young first", change={"old_young_weight": 5.0}),
    Alternative(
        name="priority_first",
        zh="重点社区优先",
        en="communities in need first",
        change={"priority_weight": 4.0},
    ),
    Alternative(name="half_money", zh="资金减半", en="half the money", budget_share=0.5),
)
"""The usual set; what does not differ from the plan is left out."""

_FOUND_ANEW = frozenset(
    {
        "standard", "verbs", "types", "start_on", "end_on", "min_term_years", "divide_rooms", "areas_m2",
        "area_per_place_m2", "lifts", "unit_costs", "yearly_cost", "yearly_income", "close", "min_newly",
    }
)  # fmt: skip
"""Choices that decide which options there are; with others changed the options are the same."""


def _unfit(one: Alternative, what: str) -> Problem:
    return Problem(
        code="proposal.alternative",
        severity="error",
        message={"zh": f"比选方案与本方案的选择不合：{what}", "en": f"the alternative does not fit the plan: {what}"},
        fix={"zh": "请改正 `change`。", "en": "Correct its `change`."},
        column="alternatives",
        value=one.name,
    )


def _changed(choices: ImproveOptions, one: Alternative, seconds: float | None) -> ImproveOptions:
    values = {**{name: getattr(choices, name) for name in ImproveOptions.model_fields}, **one.change}
    try:
        lines = ImproveOptions.model_validate(values)
    except ValidationError as error:
        raise InputError([_unfit(one, detail["msg"]) for detail in error.errors()]) from error
    if one.budget_share is not None:
        budget = tuple(line.model_copy(update={"yuan": line.yuan * one.budget_share}) for line in lines.budget)
        lines = lines.model_copy(update={"budget": budget})
    limits = [limit for limit in (seconds, lines.time_limit_s) if limit is not None]
    return lines.model_copy(update={"time_limit_s": min(limits) if limits else None})


def _differs(choices: ImproveOptions, one: Alternative) -> bool:
    """Tell whether a change changes anything: no money to halve and no lever to close are no alternatives."""
    same = _changed(choices, one, None).model_dump(exclude={"time_limit_s"})
    return same != choices.model_dump(exclude={"time_limit_s"})


def usual_alternatives(options: Options) -> tuple[Alternative, ...]:
    """Return the usual alternatives that differ from the plan.

    Parameters
    ----------
    options
        The options and the plan's choices.

    Returns
    -------
    tuple of Alternative
        Of `USUAL`, in its order; a lever is closed only if there are options of it.
    """
    there = set(options.table["lever"])
    left = [lever for lever in options.choices.levers if lever in there]

    def closes_something(one: Alternative) -> bool:
        kept = one.change.get("levers")
        return kept is None or (any(lever in kept for lever in left) and any(lever not in kept for lever in left))

    return tuple(one for one in USUAL if closes_something(one) and _differs(options.choices, one))


def describe_plan(options: Options, plan: Plan, words: Mapping[str, str]) -> dict[str, Any]:
    """Return a plan as a row of the table of alternatives.

    Parameters
    ----------
    options
        What the plan chose among.
    plan
        The plan.
    words
        `name`, `zh`, `en`.

    Returns
    -------
    dict
        Of `linli.improve.proposal.COLUMNS` ``alternatives``.
    """
    chosen, need = plan.chosen, plan.coverage[plan.coverage["band"] == "need"]
    residents, elders = newly_together(options, list(chosen["option_id"]))
    everybody = float(need["residents"].sum())

    def share(column: str) -> float:
        return float(need[column].sum()) / everybody if everybody else float("nan")

    def number(value: float | None) -> float:
        return float("nan") if value is None else value

    return {
        **{key: words[key] for key in ("name", "zh", "en")},
        "projects": len(chosen),
        "cost_yuan": float(chosen["cost_yuan"].sum(skipna=False)),
        "floor_area_m2": float(chosen["floor_area_m2"].sum()),
        "site_area_m2": float(np.where(chosen["floor_area_m2"] > 0, 0.0, chosen["site_area_m2"]).sum()),
        "objective": number(plan.meta.objective),
        "bound": number(plan.meta.bound),
        "gap": number(plan.meta.gap),
        "status": plan.meta.status,
        "residents": residents,
        "old_young": elders,
        "share_before": share("before"),
        "share_after": share("after"),
    }


def _options_for(
    one: Alternative, choices: ImproveOptions, options: Options, survey: Survey, assessment: Assessment,
    catalogue: Catalogue,
) -> Options:  # fmt: skip
    """Return the options of a changed policy; found anew only if they are others."""
    wider = not set(choices.levers) <= set(options.choices.levers)
    if wider or _FOUND_ANEW & set(one.change) or bool(choices.budget) != bool(options.choices.budget):
        return find_options(survey, assessment, catalogue, choices)
    closed = options.table.loc[~options.table["lever"].isin(choices.levers), "option_id"]
    forbid = tuple(dict.fromkeys([*choices.forbid, *closed.astype(str)]))
    return replace(options, choices=choices.model_copy(update={"forbid": forbid}))


def compare_alternatives(
    options: Options,
    plan: Plan,
    survey: Survey,
    assessment: Assessment,
    catalogue: Catalogue,
    choices: ProposalOptions,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Solve each alternative and set it beside the plan.

    Parameters
    ----------
    options, plan
        The plan and what it chose among.
    survey, assessment, catalogue
        What the options were found from.
    choices
        Which alternatives (the usual ones if not said), and the time limit (s, shared evenly).
    progress
        Told which one is under way.

    Returns
    -------
    DataFrame
        Columns of `linli.improve.proposal.COLUMNS` ``alternatives``, the plan first, then in the order declared;
        objective and bound are in the alternative's own weights. One that cannot be kept is ``infeasible``.

    Raises
    ------
    InputError
        If a change does not fit the plan's own choices, or as `linli.improve.plan.make_plan`.
    UnsetValueError, SolverError
        As `linli.improve.plan.make_plan`.
    """
    tell = progress or (lambda _text, _done: None)
    asked: Sequence[Alternative] = usual_alternatives(options) if choices.alternatives is None else choices.alternatives
    rows = [describe_plan(options, plan, AS_CHOSEN)]
    seconds = None if choices.time_limit_s is None else choices.time_limit_s / max(len(asked), 1)
    for number, one in enumerate(asked):
        tell(one.name, number / len(asked))
        changed = _changed(options.choices, one, seconds)
        other = _options_for(one, changed, options, survey, assessment, catalogue)
        rows.append(describe_plan(other, set_up(other, assessment).plan, one.model_dump()))
    return as_table("alternatives", rows)
