"""What if: force in, forbid, close, move, another budget, answered from the cuts found for the question itself."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.improve.siting.clash import explain_clash
from linli.improve.siting.constraints import force_in as forced_in
from linli.improve.siting.constraints import force_out
from linli.improve.siting.core import Core
from linli.improve.siting.effort import Effort
from linli.improve.siting.model import SitingModel, core_of, siting_of
from linli.improve.siting.result import Clash, Siting
from linli.improve.siting.solve import Answer, Prepared, prepare_core, solve_prepared
from linli.improve.siting.tables import positions

__all__ = ["Standing", "rows_of", "set_out", "what_if"]

Floats = NDArray[np.float64]


@dataclass(eq=False)
class Standing:
    """A question, its plan, and the cuts that further questions start from.

    Parameters
    ----------
    model
        The question.
    plan
        Its answer.
    prepared
        The reduced problem with its cuts, which grow.
    x
        Shape (n_options,): the plan's choice.
    effort
        How closely the plan was solved: what-ifs are by default, too.
    """

    model: SitingModel
    plan: Siting
    prepared: Prepared
    x: Floats
    effort: Effort


def rows_of(model: SitingModel) -> dict[str, int]:
    """Return the number of each constraint row, by label.

    Parameters
    ----------
    model
        The question.

    Returns
    -------
    dict
        Label → row of the core; forced options are no rows.
    """
    labels = [label for c in model.constraints if c.kind not in ("force_in", "force_out") for label in c.labels]
    return {label: row for row, label in enumerate(labels)}


def _deadline(began: float, effort: Effort) -> float:
    return np.inf if effort.time_limit_s is None else began + effort.time_limit_s


def set_out(
    model: SitingModel, effort: Effort | None = None, *, catalogue: str | None = None, explain: bool = True
) -> Standing:
    """Answer a question and keep what was learnt for what-ifs.

    Parameters
    ----------
    model
        The question.
    effort
        How long and how closely. The time limit is soft here: the cuts live in this process.
    catalogue
        Version of the rules catalogue, noted in the record.
    explain
        Whether to look for the clash if nothing is lawful, which takes further solves.

    Returns
    -------
    Standing
        With the plan.

    Raises
    ------
    SolverError
        The solver failed.
    """
    began, effort = time.monotonic(), effort or Effort()
    prepared = prepare_core(core_of(model))
    answer = solve_prepared(prepared, effort, deadline=_deadline(began, effort))
    x = np.zeros(len(model.options)) if answer.x is None else answer.x
    clash = explain_clash(model, effort) if explain and answer.status == "infeasible" else ()
    plan = siting_of(model, answer, effort, began, catalogue=catalogue, clash=clash)
    return Standing(model, plan, prepared, x, effort)


def _changed(
    model: SitingModel, core: Core, inside: NDArray[np.int64], outside: NDArray[np.int64], limits: Mapping[str, float]
) -> Core:
    lower, upper = core.lower.copy(), core.upper.copy()
    lower[inside], upper[inside] = 1.0, 1.0
    lower[outside], upper[outside] = 0.0, 0.0
    row_upper, rows = core.row_upper.copy(), rows_of(model)
    for label, limit in limits.items():
        if label not in rows:
            msg = f"No constraint row is called {label!r}. There are: {', '.join(rows)}."
            raise KeyError(msg)
        row_upper[rows[label]] = limit
    return replace(core, lower=lower, upper=upper, row_upper=row_upper)


def what_if(
    standing: Standing,
    *,
    force_in: Iterable[Hashable] = (),
    forbid: Iterable[Hashable] = (),
    limits: Mapping[str, float] | None = None,
    effort: Effort | None = None,
    explain: bool = True,
) -> Siting:
    """Answer a question that differs in what is forced, forbidden or limited.

    Parameters
    ----------
    standing
        From `set_out`; not changed but for its cuts, which grow.
    force_in
        Options that must be chosen; overrides the question's own.
    forbid
        Options that must not be chosen; overrides the question's own. To close a facility that exists, give it to the
        question as an option of no cost that is forced in, and forbid it here; to move it, force its new place in too.
    limits
        New upper limits of constraint rows by label, e.g. ``{"budget 2026": 3e6}``, in the unit of the row.
    effort
        How long and how closely; default as for the plan. The time limit is soft.
    explain
        Whether to look for the clash if nothing is lawful, which takes further solves.

    Returns
    -------
    Siting
        Of the changed question.

    Raises
    ------
    InputError
        An id is unknown.
    KeyError
        No constraint row is called so.
    ValueError
        An option is both forced in and forbidden.
    SolverError
        The solver failed.
    """
    began, effort = time.monotonic(), effort or standing.effort
    model, force_in, forbid = standing.model, tuple(force_in), tuple(forbid)
    both = sorted(map(str, set(force_in) & set(forbid)))
    if both:
        msg = f"`force_in` and `forbid` must not name the same option. Got {', '.join(both)} in both."
        raise ValueError(msg)
    inside = positions(list(force_in), model.options, "what_if", "force_in")
    outside = positions(list(forbid), model.options, "what_if", "forbid")
    core = _changed(model, standing.prepared.core, inside, outside, limits or {})
    prepared = replace(standing.prepared, core=core)
    start = np.clip(standing.x, core.lower, core.upper)
    answer: Answer = solve_prepared(prepared, effort, deadline=_deadline(began, effort), start=start)
    standing.prepared.learn(prepared)
    changed = _changed_model(model, inside, outside, limits or {})
    clash: tuple[Clash, ...] = ()
    if explain and answer.status == "infeasible":
        clash = explain_clash(_with_fixed(changed, inside, outside), effort)
    return siting_of(changed, answer, effort, began, catalogue=standing.plan.catalogue, clash=clash)


def _with_fixed(model: SitingModel, inside: NDArray[np.int64], outside: NDArray[np.int64]) -> SitingModel:
    """Return the question with what was forced and forbidden among its constraints."""
    names = pd.DataFrame(index=model.options)
    fixed = [forced_in(names, model.options[inside]), force_out(names, model.options[outside])]
    return replace(model, constraints=(*model.constraints, *(one for one in fixed if one.labels)))


def _changed_model(
    model: SitingModel, inside: NDArray[np.int64], outside: NDArray[np.int64], limits: Mapping[str, float]
) -> SitingModel:
    """Return the question as changed, against which the answer is checked."""
    touched = np.concatenate([inside, outside])
    kept = []
    for constraint in model.constraints:
        if constraint.kind in ("force_in", "force_out"):
            keep = np.flatnonzero(~np.isin(constraint.matrix.indices, touched))
            kept.append(
                replace(
                    constraint,
                    labels=tuple(constraint.labels[row] for row in keep),
                    matrix=constraint.matrix[keep],
                    lower=constraint.lower[keep],
                    upper=constraint.upper[keep],
                )
            )
        else:
            pairs = zip(constraint.labels, constraint.upper, strict=True)
            kept.append(replace(constraint, upper=np.array([limits.get(label, old) for label, old in pairs])))
    return replace(model, constraints=tuple(kept))
