"""How many people live in each building, by age: whole numbers that add up to the city's total exactly."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from linli.units import AGE_BANDS

__all__ = ["AGE_PROFILES", "apportion", "by_age", "grow_older"]

AGE_PROFILES: Mapping[str, tuple[float, ...]] = {
    "old": (0.016, 0.021, 0.075, 0.538, 0.272, 0.078),
    "mid": (0.022, 0.030, 0.108, 0.625, 0.174, 0.041),
    "new": (0.040, 0.052, 0.152, 0.646, 0.090, 0.020),
    "quarter": (0.012, 0.016, 0.058, 0.520, 0.302, 0.092),
    "village": (0.024, 0.024, 0.062, 0.796, 0.077, 0.017),
}
"""Share of each age band by use of the cell: old estates are old, new ones have children, villages have tenants."""

_BAND_YEARS = (3.0, 3.0, 9.0, 45.0, 20.0)
_LIKENESS = 260.0


def apportion(weight: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Share a total out in whole numbers, by largest remainder.

    Parameters
    ----------
    weight
        Weight of each part, ≥ 0, shape (n,).
    total
        What to share out, ≥ 0.

    Returns
    -------
    numpy.ndarray
        Whole numbers that add up to `total`.

    Examples
    --------
    >>> apportion(np.array([1.0, 1.0, 2.0]), 5).tolist()
    [1, 1, 3]
    """
    exact = weight / weight.sum() * total
    whole = np.asarray(np.floor(exact), dtype=np.int64)
    left = int(total - whole.sum())
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[:left]] += 1
    return whole


def by_age(
    residents: NDArray[np.int64], uses: list[str], group: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw everybody's age.

    Parameters
    ----------
    residents
        People of each building, shape (n,).
    uses
        Use of each cell.
    group
        Cell of each building, shape (n,).
    rng
        Source of chance.

    Returns
    -------
    numpy.ndarray
        People of each building and age band, shape (n, 6); rows add up to `residents`.
    """
    shares = np.full((len(uses), len(AGE_BANDS)), 1.0 / len(AGE_BANDS))
    for i, use in enumerate(uses):
        if use in AGE_PROFILES:
            shares[i] = rng.dirichlet(np.array(AGE_PROFILES[use]) * _LIKENESS)
    return np.asarray(rng.multinomial(residents, shares[group]), dtype=np.int64)


def grow_older(people: NDArray[np.int64], fading: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Let one year pass: birthdays, births, deaths, and people who move in and out.

    Parameters
    ----------
    people
        People of each building and age band, shape (n, 6).
    fading
        Chance of anybody to leave each building in the year (0 to 1), shape (n,); as many arrivals are drawn again
        with the ages of a city's newcomers, a little fewer in old buildings.
    rng
        Source of chance.

    Returns
    -------
    numpy.ndarray
        People a year later, same shape.
    """
    older = people.copy()
    for band, years in enumerate(_BAND_YEARS):
        moved = rng.binomial(people[:, band], 1.0 / years)
        older[:, band] -= moved
        older[:, band + 1] += moved
    died = rng.binomial(older, np.array([0.0005, 0.0002, 0.0001, 0.001, 0.011, 0.075]))
    left = rng.binomial(older - died, (fading[:, None] * np.array([0.7, 0.7, 0.6, 1.2, 0.4, 0.2])).clip(0.0, 1.0))
    born = rng.poisson(people[:, 3] * 0.0085)
    arrived = rng.multinomial(rng.poisson(left.sum(axis=1) * 0.97), [0.03, 0.03, 0.07, 0.8, 0.06, 0.01])
    older = older - died - left + arrived
    older[:, 0] += born
    return np.asarray(older, dtype=np.int64)
