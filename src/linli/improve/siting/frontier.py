"""What each budget buys: best choices over a range of limits, each with its bound, from one growing pool of cuts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.improve.siting.effort import Effort
from linli.improve.siting.model import SitingModel, core_of, siting_of
from linli.improve.siting.result import Siting
from linli.improve.siting.solve import Prepared, prepare_core, solve_prepared
from linli.improve.siting.what_if import rows_of

__all__ = ["Frontier", "frontier", "solve_at"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Frontier:
    """Best choices over a range of limits.

    Parameters
    ----------
    table
        One row a limit, ascending: ``limit``, ``objective``, ``bound``, ``gap``, ``status``, ``n_chosen``, ``used``
        (what the choice takes of the limit), ``per_unit`` (objective gained since the row above for each unit of
        the limit). True values lie between ``objective`` and ``bound``.
    plans
        The record of each row.
    """

    table: pd.DataFrame
    plans: tuple[Siting, ...]


def solve_at(
    model: SitingModel,
    prepared: Prepared,
    label: str,
    limit: float,
    effort: Effort,
    *,
    lower: Floats | None = None,
    upper: Floats | None = None,
    start: Floats | None = None,
) -> tuple[Siting, Floats]:
    """Solve a prepared question at one limit.

    Parameters
    ----------
    model, prepared
        The question and its reduced problem, whose cuts grow.
    label, limit
        Constraint row and its upper limit, in its unit.
    effort
        How long (soft) and how closely.
    lower, upper
        Shape (n_options,), 0 or 1: further bounds on the options.
    start
        Shape (n_options,), 0 or 1: where to start.

    Returns
    -------
    Siting
        The record.
    ndarray
        The choice, shape (n_options,).

    Raises
    ------
    KeyError
        No constraint row is called so.
    SolverError
        The solver failed.
    """
    began = time.monotonic()
    rows = rows_of(model)
    if label not in rows:
        msg = f"No constraint row is called {label!r}. There are: {', '.join(rows)}."
        raise KeyError(msg)
    core = prepared.core
    row_upper = core.row_upper.copy()
    row_upper[rows[label]] = limit
    bounded = replace(
        core,
        row_upper=row_upper,
        lower=core.lower if lower is None else np.maximum(core.lower, lower),
        upper=core.upper if upper is None else np.minimum(core.upper, upper),
    )
    one = replace(prepared, core=bounded)
    deadline = np.inf if effort.time_limit_s is None else began + effort.time_limit_s
    answer = solve_prepared(one, effort, deadline=deadline, start=start)
    prepared.learn(one)
    limited = tuple(
        replace(
            c, upper=np.array([limit if name == label else old for name, old in zip(c.labels, c.upper, strict=True)])
        )
        for c in model.constraints
    )
    x = np.zeros(len(model.options)) if answer.x is None else answer.x
    return siting_of(replace(model, constraints=limited), answer, effort, began), x


def frontier(
    model: SitingModel, limits: Sequence[float], *, label: str = "budget", effort: Effort | None = None
) -> Frontier:
    """Find the best choice at each of several limits of one constraint row.

    Parameters
    ----------
    model
        The question, maximising, with a constraint row of that label.
    limits
        Upper limits, in the unit of the row (yuan).
    label
        The row.
    effort
        How long (for each limit; soft) and how closely.

    Returns
    -------
    Frontier
        Ascending by limit.

    Raises
    ------
    KeyError
        No constraint row is called so.
    SolverError
        The solver failed.

    Notes
    -----
    A choice lawful at a limit is lawful at every larger one, and a bound at a limit holds at every smaller one; both
    are used. The choices are not nested: see `linli.improve.siting.build_order`.
    """
    effort = effort or Effort()
    prepared = prepare_core(core_of(model))
    plans: list[Siting] = []
    x: Floats | None = None
    use = _row(model, label)
    used = []
    for limit in sorted(limits):
        plan, x = solve_at(model, prepared, label, limit, effort, start=x)
        plans.append(plan)
        used.append(float(use @ x))
    bounds = np.minimum.accumulate([plan.bound for plan in plans][::-1])[::-1]
    objective = np.array([plan.objective for plan in plans])
    steps = np.diff(np.array(sorted(limits), dtype=np.float64), prepend=0.0)
    gained = np.diff(objective, prepend=0.0)
    table = pd.DataFrame(
        {
            "limit": sorted(limits),
            "objective": objective,
            "bound": bounds,
            "gap": np.abs(bounds - objective) / np.maximum(np.abs(objective), np.finfo(float).tiny),
            "status": [plan.status for plan in plans],
            "n_chosen": [len(plan.chosen) for plan in plans],
            "used": used,
            "per_unit": np.divide(gained, steps, out=np.full(len(steps), np.nan), where=steps > 0),
        }
    )
    return Frontier(table, tuple(plans))


def _row(model: SitingModel, label: str) -> Floats:
    """Return the coefficients of a constraint row."""
    for constraint in model.constraints:
        if label in constraint.labels:
            return np.asarray(constraint.matrix[[constraint.labels.index(label)]].toarray()).ravel()
    return np.zeros(len(model.options))
