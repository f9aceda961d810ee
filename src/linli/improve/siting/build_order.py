"""Build in this order: choices at growing budgets of which each contains the one before, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.improve.siting.effort import Effort
from linli.improve.siting.frontier import Frontier, frontier, solve_at
from linli.improve.siting.model import SitingModel, core_of
from linli.improve.siting.solve import prepare_core

__all__ = ["BuildOrder", "build_order"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BuildOrder:
    """A nested sequence of choices.

    Parameters
    ----------
    steps
        One row an option, in building order: ``stage`` (0-based), ``option``, ``gain`` (newly served by it after those
        before it), ``total``.
    stages
        One row a limit: ``limit``, ``nested`` (objective of the nested choice), ``free`` (of the best choice at that
        limit alone), ``free_bound``, ``cost_of_nesting`` (free − nested, at least 0).
    built
        ``small_first``: each stage keeps what the one before chose; ``large_first``: each chooses from what the next
        one chooses. The better of the two over all stages.
    free
        The frontier without nesting.
    """

    steps: pd.DataFrame
    stages: pd.DataFrame
    built: Literal["small_first", "large_first"]
    free: Frontier


def _sequence(
    model: SitingModel, limits: list[float], label: str, effort: Effort, *, large_first: bool
) -> list[tuple[float, Floats]]:
    prepared = prepare_core(core_of(model))
    result: list[tuple[float, Floats]] = []
    kept: Floats | None = None
    for limit in reversed(limits) if large_first else limits:
        lower, upper = (None, kept) if large_first else (kept, None)
        plan, x = solve_at(model, prepared, label, limit, effort, lower=lower, upper=upper, start=kept)
        result.append((plan.objective, x))
        kept = x
    return result[::-1] if large_first else result


def _steps(model: SitingModel, choices: list[Floats]) -> pd.DataFrame:
    """Order the options within each stage by what they add; of several that add as much the first goes first."""
    core = core_of(model)
    by_option = core.covers.T.tocsr()
    served = np.zeros(core.covers.shape[0], dtype=bool)
    gains = np.asarray(by_option @ core.weight, dtype=np.float64)
    done, rows, total = np.zeros(len(model.options)), [], 0.0
    for stage, choice in enumerate(choices):
        left = (choice > 0) & (done == 0)
        while left.any():
            best = int(np.argmax(np.where(left, gains, -np.inf)))
            reached = by_option.indices[by_option.indptr[best] : by_option.indptr[best + 1]]
            new = reached[~served[reached]]
            gain = float(core.weight[new].sum())
            total += gain
            rows.append((stage, model.options[best], gain, total))
            served[new], left[best] = True, False
            covering = core.covers[new]
            np.subtract.at(gains, covering.indices, np.repeat(core.weight[new], np.diff(covering.indptr)))
        done = np.maximum(done, choice)
    return pd.DataFrame(rows, columns=["stage", "option", "gain", "total"])


def build_order(
    model: SitingModel, limits: Sequence[float], *, label: str = "budget", effort: Effort | None = None
) -> BuildOrder:
    """Find choices at growing limits that contain one another: x(B₁) ≤ x(B₂) ≤ ….

    Parameters
    ----------
    model
        The question, maximising, with a constraint row of that label.
    limits
        Upper limits of the row, in its unit (yuan).
    label
        The row.
    effort
        How long (for each solve; soft) and how closely.

    Returns
    -------
    BuildOrder
        With what nesting costs at each limit against a plan made for that limit alone.

    Raises
    ------
    KeyError
        No constraint row is called so.
    SolverError
        The solver failed.
    """
    effort, ascending = effort or Effort(), sorted(limits)
    free = frontier(model, ascending, label=label, effort=effort)
    up = _sequence(model, ascending, label, effort, large_first=False)
    down = _sequence(model, ascending, label, effort, large_first=True)
    large_first = sum(value for value, _ in down) > sum(value for value, _ in up)
    chosen = down if large_first else up
    nested = np.array([value for value, _ in chosen])
    best = np.maximum(free.table["objective"].to_numpy(), nested)
    stages = pd.DataFrame(
        {
            "limit": ascending,
            "nested": nested,
            "free": best,
            "free_bound": free.table["bound"],
            "cost_of_nesting": best - nested,
        }
    )
    return BuildOrder(
        _steps(model, [x for _, x in chosen]), stages, "large_first" if large_first else "small_first", free
    )
