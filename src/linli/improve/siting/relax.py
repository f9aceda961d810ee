"""A bound from prices: any prices on the rows of a model give one, good prices give a good one.

For prices y (one a row, of the sign that the row's bounds allow) no lawful choice v is worth more than

    offset + Σ_r y_r b_r + Σ_v max(d_v l_v, d_v u_v),   d = c − Aᵀ y,   b_r = upper bound if y_r > 0 else lower bound.

It holds however roughly the prices were found, and they stay good when a budget or the bounds of an option change: that
is what makes a what-if quick. d_v is what a choice loses at least if v stands on the other side.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linli.improve.siting.compact import compact_mip
from linli.improve.siting.core import Core
from linli.improve.siting.mip import Mip, load

__all__ = ["Relaxed", "price", "relax"]

Floats = NDArray[np.float64]

_WHOLE = 1e-3
"""An inner point this close to a whole number stands for it."""


class Relaxed(NamedTuple):
    """A relaxation: point of the options (0–1), upper bound, what each option's other side costs, prices."""

    x: Floats
    bound: float
    reduced: Floats
    prices: Floats


def _lawful(mip: Mip, prices: Floats) -> Floats:
    """Return the prices without those that the rows' bounds do not allow."""
    allowed = np.where(prices > 0, np.isfinite(mip.row_upper), np.isfinite(mip.row_lower))
    return np.where(allowed & np.isfinite(prices), prices, 0.0)


def _turned(mip: Mip, prices: Floats) -> Floats:
    """Return the prices, on rows bounded on one side with the sign that this side allows."""
    above, below = np.isfinite(mip.row_upper), np.isfinite(mip.row_lower)
    return np.where(above & ~below, np.abs(prices), np.where(below & ~above, -np.abs(prices), prices))


def _bound(mip: Mip, prices: Floats) -> tuple[float, Floats]:
    y = _lawful(mip, prices)
    reduced = mip.cost - mip.matrix.T @ y
    side = np.where(y > 0, mip.row_upper, mip.row_lower)
    paid = float((y[y != 0] * side[y != 0]).sum())
    best = np.maximum(reduced * mip.lower, reduced * mip.upper)
    return mip.offset + paid + float(best.sum()), reduced


def price(core: Core, prices: Floats) -> tuple[float, Floats]:
    """Return the bound and the reduced costs that prices on the rows of the compact model give.

    Parameters
    ----------
    core
        The problem; its limits and bounds may differ from those that the prices were found for.
    prices
        One a row of `compact_mip`.

    Returns
    -------
    bound : float
        No choice is worth more.
    reduced : ndarray, shape (n_options,)
        Positive: the option stands at 1 in the bound, and at 0 costs at least this much of it; negative likewise.
    """
    bound, reduced = _bound(compact_mip(core), prices)
    return bound, reduced[: core.covers.shape[1]]


def relax(core: Core, *, deadline: float = np.inf) -> Relaxed:
    """Solve the relaxation of the compact model by an inner-point method, without a vertex at the end.

    Parameters
    ----------
    core
        The problem.
    deadline
        Value of `time.monotonic` at which to stop.

    Returns
    -------
    Relaxed
        The bound is valid however far the method came; −inf if there is no lawful point.

    Raises
    ------
    SolverError
        HiGHS refuses the model.
    """
    mip = compact_mip(core)
    count = core.covers.shape[1]
    settings = {"solver": "ipm", "run_crossover": "off"}
    if np.isfinite(deadline):
        settings["time_limit"] = max(0.01, deadline - time.monotonic())  # type: ignore[assignment]
    solver = load(Mip(**{**mip.__dict__, "integer": np.zeros(len(mip.cost), dtype=bool)}), **settings)
    solver.run()
    if solver.modelStatusToString(solver.getModelStatus()) == "Infeasible":
        return Relaxed(core.lower, -np.inf, np.zeros(count), np.zeros(len(mip.row_lower)))
    solution = solver.getSolution()
    prices = np.array(solution.row_dual) if len(solution.row_dual) else np.zeros(len(mip.row_lower))
    point = np.array(solution.col_value)[:count] if len(solution.col_value) else core.lower
    x = np.clip(np.nan_to_num(point), 0.0, 1.0)
    x = np.where(np.abs(x - np.round(x)) <= _WHOLE, np.round(x), x)
    # Without a vertex HiGHS gives some prices of presolved rows the wrong sign; the better of both readings counts.
    readings = [prices, _turned(mip, prices)]
    bounds = [_bound(mip, reading) for reading in readings]
    better = int(bounds[1][0] < bounds[0][0])
    return Relaxed(x, bounds[better][0], bounds[better][1][:count], readings[better])
