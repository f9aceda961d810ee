"""The range of outcomes when every lever is off at once, each by chance (蒙特卡洛模拟).

A draw takes, for each lever, a factor from a triangle 1 − swing … 1 … 1 + swing, the same for all facilities (if wages
rise they rise everywhere), independent of the other levers. Occupancy never goes above 1, so its factors above that
count less. Drawn by numpy's PCG64 from the seed given, levers in the order of `linli.operate.lines.LEVERS`: the same
seed gives the same figures, and a lever with no swing takes its draws all the same. Floats; what is shown is rounded to
the fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.operate.account import Account
from linli.operate.contract import Contract
from linli.operate.lines import LEVERS
from linli.operate.tornado import Measure, check_swings, measure

__all__ = ["QUANTILES", "Simulation", "draw_factors", "simulate"]

QUANTILES: tuple[float, ...] = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles that are shown."""


@dataclass(frozen=True, eq=False)
class Simulation:
    """What a simulation found.

    Parameters
    ----------
    table
        One row a group of facilities: ``id, base, mean, p05, p25, p50, p75, p95`` (yuan) and ``loss_share``, the share
        of draws in which the measure is below 0.
    what
        ``balance`` (yuan a month) or ``npv`` (yuan).
    draws, seed
        How many, and from which seed.
    swings
        Share by lever.
    """

    table: pd.DataFrame
    what: Measure
    draws: int
    seed: int
    swings: Mapping[str, float]


def draw_factors(swings: Mapping[str, float], draws: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Draw a factor for every lever.

    Parameters
    ----------
    swings
        Share 0–1 by lever.
    draws
        How many, ≥ 1.
    seed
        Of the generator, ≥ 0.

    Returns
    -------
    dict
        Array, shape (draws,), within 1 ± swing, by lever.

    Raises
    ------
    ValueError
        If a lever is not known, a swing not within 0–1, or `draws` below 1.
    """
    checked = check_swings(swings)
    if draws < 1:
        msg = f"`draws` must be ≥ 1. Got {draws} instead."
        raise ValueError(msg)
    generator = np.random.default_rng(seed)
    unit = {lever: generator.triangular(-1.0, 0.0, 1.0, draws) for lever in LEVERS}
    return {lever: 1 + swing * unit[lever] for lever, swing in checked.items()}


def _row(name: str, base: float, outcome: NDArray[np.float64]) -> tuple[object, ...]:
    spread = np.quantile(outcome, QUANTILES)
    return (name, *np.round([base, outcome.mean(), *spread], 2), float((outcome < 0).mean()))


def simulate(
    groups: Mapping[str, Sequence[Account]],
    swings: Mapping[str, float],
    *,
    what: Measure = "balance",
    contract: Contract | None = None,
    draws: int = 10_000,
    seed: int = 0,
    total: str | None = None,
) -> Simulation:
    """Simulate groups of facilities under the same draws.

    Parameters
    ----------
    groups
        Facilities by community, say.
    swings
        Share 0–1 by lever.
    what
        ``balance`` (yuan a month) or ``npv`` (yuan).
    contract
        The terms; needed for ``npv``.
    draws
        How many, ≥ 1.
    seed
        Of the generator, ≥ 0.
    total
        Id of a last row for all groups together; left out = no such row.

    Returns
    -------
    Simulation
        One row a group, in the order given, then the total.

    Raises
    ------
    ValueError
        If a lever is not known, a swing not within 0–1, `draws` below 1, or ``npv`` asked for without a contract.
    """
    factors = draw_factors(swings, draws, seed)
    rows = []
    whole, whole_base = np.zeros(draws), 0.0
    for name, accounts in groups.items():
        outcome = np.broadcast_to(measure(accounts, factors, what, contract), (draws,))
        base = float(measure(accounts, {}, what, contract))
        rows.append(_row(name, base, outcome))
        whole, whole_base = whole + outcome, whole_base + base
    if total is not None:
        rows.append(_row(total, whole_base, whole))
    columns = ["id", "base", "mean", *(f"p{round(100 * q):02d}" for q in QUANTILES), "loss_share"]
    return Simulation(pd.DataFrame(rows, columns=columns), what, draws, seed, check_swings(swings))
