"""From options to a plan: ask the siting engine, leave out what adds nothing, count anew who is served by what.

The plan is checked before it is returned: the weighted need that the raw residents say is newly served must be what the
solver says, else `SolverError`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import linli
from linli.assess import Assessment
from linli.errors import InputError, Problem
from linli.improve.choices import ImproveOptions
from linli.improve.options import Options, find_options
from linli.improve.outcome import Background, background, coverage_change, reach_of, served_by, still_without
from linli.improve.question import Question, effort_of, make_question, maximise, minimise
from linli.improve.record import Plan, PlanMeta
from linli.improve.siting import Siting, SolverError, solve_model
from linli.rules import Catalogue
from linli.survey import Survey

__all__ = ["cheapest_plan", "make_plan", "plan_from_siting", "plan_options", "prune"]

Progress = Callable[[str, float | None], None]
Bools = npt.NDArray[np.bool_]

_ROUNDING = 1e-6
"""Relative difference of two sums of the same people, added in another order."""

NOTES = {
    "no_unit_costs": ("单位造价未填，方案以面积和数量表示", "unit costs are unset: the plan is in m² and counts"),
    "some_unit_costs": ("个选项单位造价未填", "options have no unit cost"),
    "running_unset": ("个选项的运营收支未填", "options have no running cost and income"),
    "no_limit": (
        "未设预算、数量或面积上限：方案是全部值得做的项目",
        "no budget or limit: the plan is all that is worth doing",
    ),
    "left_out": (
        "项要求不按步行距离测度，未纳入方案",
        "requirements are not measured by walking distance and are not planned for",
    ),
    "closed": ("处设施按关闭计算，「现状」不含它们", "facilities are taken as closed: «before» is without them"),
    "redundant": ("个项目不再增加服务居民，已去掉", "projects that added nobody were left out"),
}


def _note(code: str, count: int) -> dict[str, Any]:
    zh, en = NOTES[code]
    numbered = code not in {"no_unit_costs", "no_limit"}
    return {
        "code": code,
        "count": count,
        "zh": f"{count}{zh}" if numbered else zh,
        "en": f"{count} {en}" if numbered else en,
    }


def _notes(options: Options, dropped: int) -> tuple[dict[str, Any], ...]:
    table, choices = options.table, options.choices
    unset = int(table["cost_yuan"].isna().sum())
    limits = (choices.max_projects, choices.max_area_m2, *choices.max_projects_by_district.values())
    named = (*choices.max_projects_by_type.values(), *choices.max_projects_by_community.values())
    counted = [limit for limit in (*limits, *named) if limit is not None]
    limited = bool(choices.budget) or bool(counted)
    counts = {
        "no_unit_costs": unset if unset == len(table) else 0,
        "some_unit_costs": unset if unset < len(table) else 0,
        "running_unset": int(table[["yearly_cost_yuan", "yearly_income_yuan"]].isna().any(axis=1).sum()),
        "no_limit": 0 if limited else 1,
        "left_out": len(options.left_out),
        "closed": len(choices.close),
        "redundant": dropped,
    }
    return tuple(_note(code, count) for code, count in counts.items() if count)


def _lawful(question: Question, x: Bools) -> bool:
    """Tell whether a choice keeps every constraint and floor."""
    chosen = x.astype("float64")
    sides = [(one.matrix @ chosen, one.lower, one.upper) for one in question.constraints]
    served = np.asarray(question.coverage.matrix @ chosen) > 0
    for floor in question.floors:
        inside = floor.codes >= 0
        amount = np.bincount(floor.codes[inside], weights=(floor.amount * served)[inside], minlength=len(floor.lower))
        sides.append((amount, floor.lower, np.full(len(amount), np.inf)))
    for value, lower, upper in sides:
        scale = _ROUNDING * np.maximum(1.0, np.abs(np.where(np.isfinite(upper), upper, lower)))
        if ((value < lower - scale) | (value > upper + scale)).any():
            return False
    return True


def prune(question: Question, x: Bools) -> Bools:
    """Leave out, one by one, options that serve nobody who would not be served without them.

    Parameters
    ----------
    question
        The question.
    x
        Shape (options,): a lawful choice.

    Returns
    -------
    ndarray
        Shape (options,): a choice that serves the same and is lawful.
    """
    kept = x.copy()
    matrix = question.coverage.matrix.tocsc()
    matters = (question.demand["weight"].to_numpy() > 0) | (question.demand["residents"].to_numpy() > 0)
    count = np.asarray(question.coverage.matrix @ x.astype("int64"))
    forced = question.options.index.isin(list(question.choices.force_in))
    alone = question.options["newly"].to_numpy()
    for option in sorted(np.flatnonzero(x & ~forced), key=lambda i: (alone[i], i)):
        rows = matrix.indices[matrix.indptr[option] : matrix.indptr[option + 1]]
        if (matters[rows] & (count[rows] == 1)).any():
            continue
        kept[option] = False
        if _lawful(question, kept):
            count[rows] -= 1
        else:
            kept[option] = True
    return kept


def _limits(question: Question, x: Bools) -> pd.DataFrame:
    """Tabulate what bound the choice and what of it was used."""
    parts = []
    for one in question.constraints:
        if one.kind in ("force_in", "force_out"):
            continue
        used = np.asarray(one.matrix @ x.astype("float64"))
        slack = np.minimum(one.upper - used, used - one.lower)
        columns = {"kind": one.kind, "label": list(one.labels), "lower": one.lower, "used": used, "upper": one.upper}
        parts.append(pd.DataFrame({**columns, "slack": slack}))
    names = ["kind", "label", "lower", "used", "upper", "slack"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)


def _check(question: Question, siting: Siting, x: Bools, served: pd.DataFrame) -> None:
    """Hold the solver's objective against the raw residents."""
    weight = question.demand["weight"].to_numpy()[served["row"].to_numpy()].sum()
    if siting.sense == "maximise" and abs(weight - siting.objective) > _ROUNDING * max(1.0, abs(siting.objective)):
        msg = f"The solver says {siting.objective:g} newly served, the raw residents say {weight:g}."
        raise SolverError(msg)
    if not _lawful(question, x):
        msg = "The solver's choice breaks a constraint when it is counted anew."
        raise SolverError(msg)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _options_table(question: Question, x: Bools, served: pd.DataFrame) -> pd.DataFrame:
    sums = served.groupby("option_id")[["residents", "old_young"]].sum(min_count=1)  # unknown stays unknown
    sums = sums.reindex(question.options.index, fill_value=0.0)
    table = question.options.reset_index(drop=True)
    return table.assign(chosen=x, served=sums["residents"].to_numpy(), served_old_young=sums["old_young"].to_numpy())


def plan_from_siting(
    options: Options, question: Question, siting: Siting, assessment: Assessment, counted: Background | None = None
) -> Plan:
    """Turn an answer of the siting engine into a plan, counted anew from the raw residents.

    Parameters
    ----------
    options, question
        The options and the question made from them.
    siting
        The answer; also one to a what-if or a frontier.
    assessment
        What the options were found from.
    counted
        From `linli.improve.outcome.background`, if it is at hand.

    Returns
    -------
    Plan
        Frozen.

    Raises
    ------
    SolverError
        If the answer does not stand up to the raw residents.
    """
    found = siting.status != "infeasible" and np.isfinite(siting.objective)
    counted = counted or background(options, question)
    raw = question.options.index.isin(list(siting.chosen))
    x = prune(question, raw) if found and siting.sense == "maximise" else raw
    chosen = list(question.options.index[x])
    served = served_by(options, question, chosen)
    if found:
        _check(question, siting, x, served)
    meta = PlanMeta(
        name=dict(assessment.meta.name),
        surveyed_on=assessment.meta.surveyed_on,
        on=assessment.meta.on,
        unit=assessment.meta.unit,
        standard=options.standard,
        choices=question.choices,
        sense=siting.sense,
        status=siting.status,
        objective=_finite(siting.objective),
        bound=_finite(siting.bound),
        gap=_finite(siting.gap),
        seed=siting.seed,
        solver=siting.solver,
        method=siting.method,
        catalogue_version=options.catalogue_version,
        survey_digest=options.survey_digest,
        code_version=linli.__version__,
        costed=not options.table["cost_yuan"].isna().any(),
        clash=tuple({"kind": one.kind, "label": one.label, "relax_by": one.relax_by} for one in siting.clash),
        left_out=tuple({"requirement": name, "reason": reason} for name, reason in options.left_out),
        notes=_notes(options, int(raw.sum() - x.sum())),
        runtime_s=siting.runtime_s,
    )
    return Plan(
        meta=meta,
        options=_options_table(question, x, served),
        served=served,
        reach=reach_of(question, chosen),
        coverage=coverage_change(options, question, served, counted),
        without=still_without(options, question, chosen, served, counted),
        limits=_limits(question, x),
        refused=options.refused,
    )


def plan_options(options: Options, assessment: Assessment) -> Plan:
    """Choose among options that were found already.

    Parameters
    ----------
    options
        From `find_options`, with the choices.
    assessment
        What they were found from.

    Returns
    -------
    Plan
        Status ``infeasible`` with the clash if the choices contradict each other.

    Raises
    ------
    InputError
        If the choices force what is no option.
    UnsetValueError
        If there is a budget and no unit cost.
    SolverError
        If the solver fails or its answer does not stand up to the raw residents.
    """
    question = make_question(options, assessment.priority)
    siting = solve_model(maximise(question), effort_of(options.choices), catalogue=options.catalogue_version)
    return plan_from_siting(options, question, siting, assessment)


def cheapest_plan(options: Options, assessment: Assessment) -> Plan:
    """Find the cheapest way to lift every community to the level of `floor_share`.

    Parameters
    ----------
    options
        From `find_options`, with a floor among the choices.
    assessment
        What they were found from.

    Returns
    -------
    Plan
        Sense ``minimise``: objective and bound in yuan, or in m² where a unit cost is unset.

    Raises
    ------
    InputError
        If the choices set no floor.
    SolverError
        If the solver fails.
    """
    if options.choices.floor_share is None:
        raise InputError([_no_floor()])
    question = make_question(options, assessment.priority)
    siting = solve_model(minimise(question), effort_of(options.choices), catalogue=options.catalogue_version)
    return plan_from_siting(options, question, siting, assessment)


def _no_floor() -> Problem:
    return Problem(
        code="improve.no_floor",
        severity="error",
        message={"zh": "最低成本方案需要目标水平", "en": "a least-cost plan needs a level to reach"},
        fix={"zh": "请设 `floor_share`。", "en": "Set `floor_share`."},
        column="floor_share",
    )


def make_plan(
    survey: Survey,
    assessment: Assessment,
    catalogue: Catalogue,
    choices: ImproveOptions,
    progress: Progress | None = None,
) -> Plan:
    """Find the options and choose among them.

    Parameters
    ----------
    survey
        A survey; not changed.
    assessment
        Of this survey, with this catalogue.
    catalogue
        The standards and siting needs, with the city's packs over them.
    choices
        The city's.
    progress
        Told the stage under way and the fraction done (0–1).

    Returns
    -------
    Plan
        What to do, what it brings, and who is still without and why.

    Raises
    ------
    InputError
        If the assessment was made from something else, or the choices name what does not exist.
    UnsetValueError
        If there is a budget and no unit cost.
    SolverError
        If the solver fails or its answer does not stand up to the raw residents.
    """
    tell = progress or (lambda _text, _done: None)
    options = find_options(survey, assessment, catalogue, choices, lambda text, _: tell(text, None))
    tell("plan", 0.6)
    plan = plan_options(options, assessment)
    tell("done", 1.0)
    return plan
