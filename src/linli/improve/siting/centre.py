"""p-centre: nobody has farther than needs be; found by bisection over the distances, each step a set covering."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.improve.siting.ask import solve_model
from linli.improve.siting.constraints import Constraint, at_most
from linli.improve.siting.coverage import coverage_from_pairs
from linli.improve.siting.effort import Effort
from linli.improve.siting.least_cost import least_cost_model
from linli.improve.siting.result import Siting

__all__ = ["p_centre"]

Floats = NDArray[np.float64]


def _candidates(distances: pd.DataFrame, demand: pd.Index) -> Floats:
    """Return the distances that the longest way can have: from the best that each row can get, upwards."""
    known = distances[distances["demand"].isin(demand)]
    metres = np.unique(known["distance_m"].dropna().to_numpy(dtype=np.float64))
    least = known.groupby("demand", sort=False)["distance_m"].min().max()
    return metres[metres >= least] if len(metres) else np.zeros(0)


def _left(effort: Effort, began: float) -> Effort:
    if effort.time_limit_s is None:
        return effort
    return replace(effort, time_limit_s=max(0.1, effort.time_limit_s - (time.monotonic() - began)))


def p_centre(
    options: pd.DataFrame,
    demand: pd.DataFrame,
    distances: pd.DataFrame,
    p: int | None = None,
    *,
    existing: Iterable[Hashable] = (),
    constraints: Sequence[Constraint] = (),
    effort: Effort | None = None,
    catalogue: str | None = None,
) -> Siting:
    """Choose options so that the longest way to the nearest is least: min max_j min_{i chosen or existing} d_ij.

    Parameters
    ----------
    options
        Index = option id.
    demand
        Index = demand id; every row counts, whatever its weight.
    distances
        One row a pair: ``option`` (options and existing facilities), ``demand``, ``distance_m`` (metres ≥ 0).
    p
        How many options to choose at most, ≥ 0; ``None`` = as `constraints` say. Existing facilities do not count.
    existing
        Ids of facilities that exist already.
    constraints
        What else binds the choice.
    effort
        How long (all steps together) and how closely.
    catalogue
        Version of the rules catalogue, noted in the record.

    Returns
    -------
    Siting
        Objective = the longest way, metres; bound = a distance that cannot be undercut. Among choices of the same
        longest way one with few options.

    Raises
    ------
    InputError
        A table is wrong.
    SolverError
        The solver failed.

    References
    ----------
    Minieka (1970), SIAM Review 12, 138–139.
    """
    began, effort = time.monotonic(), effort or Effort()
    existing = tuple(existing)
    everything = options.index.append(pd.Index(list(existing))) if existing else options.index
    bound_by = [*constraints, *([] if p is None else [at_most(options, p)])]

    def within(limit: float, *, explain: bool = False) -> Siting:
        model = least_cost_model(
            options,
            demand,
            coverage_from_pairs(distances, everything, demand.index, limit_m=limit),
            cost=None,
            everybody=True,
            existing=existing,
            constraints=bound_by,
        )
        # A choice is enough here; fewer options is only a nicety, so any gap will do.
        return solve_model(model, replace(_left(effort, began), gap=1.0), catalogue=catalogue, explain=explain)

    metres = _candidates(distances, demand.index)
    low, high, best, proven = 0, len(metres) - 1, None, True
    while low <= high:
        middle = (low + high) // 2
        trial = within(metres[middle])
        if trial.chosen or np.isfinite(trial.objective):
            best, high = trial, middle - 1
        elif trial.status == "infeasible":
            low = middle + 1
        else:
            proven = False
            break
    if best is None:
        last = within(np.inf, explain=True)
        if np.isfinite(last.objective) and len(metres):
            best, high = last, len(metres) - 1
        else:
            return replace(last, runtime_s=time.monotonic() - began)
    longest = float(best.served["distance_m"].max()) if len(best.served) else 0.0
    bound = longest if proven else float(metres[low])
    gap = 0.0 if longest <= bound else (longest - bound) / longest
    return replace(
        best,
        status="optimal" if gap <= effort.gap else "time_limit",
        objective=longest,
        bound=bound,
        gap=gap,
        seed=effort.seed,
        runtime_s=time.monotonic() - began,
    )
