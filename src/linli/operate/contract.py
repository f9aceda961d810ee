"""Over the years of a contract: cash flow, net present value, payback.

Year 0 is when the investment is paid; year t = 1 … n brings, at its end, twelve months of

    earned · (1 + g)^(t−1) + subsidy − cost without depreciation · (1 + c)^(t−1),

with g the growth of what is earned and c that of cost; the operating subsidy does not grow. Fit-out and equipment that
wear out before the contract ends are bought again at the price of year 0 at the end of their life. Nothing is left over
at the end, and no tax is counted. Floats throughout: these are forecasts, rounded to the fen when shown, never paid.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linli.operate.lines import LINES, MONTHS, work_out
from linli.operate.money import to_decimal
from linli.rules import Catalogue, Value

__all__ = ["Contract", "cash_flow", "month_amounts", "npv", "payback_years", "present_value", "read_contract"]


@dataclass(frozen=True, slots=True)
class Contract:
    """The terms of an appraisal.

    Parameters
    ----------
    years
        Length, whole years ≥ 1.
    discount_rate
        Share a year, ≥ 0.
    income_growth, cost_growth
        Shares a year, ≥ 0.
    terms
        The dated values they come from; empty if the caller gave them.
    """

    years: int
    discount_rate: float
    income_growth: float = 0.0
    cost_growth: float = 0.0
    terms: tuple[Value, ...] = ()


def read_contract(catalogue: Catalogue, *, on: dt.date) -> Contract:
    """Read the terms from the catalogue.

    Parameters
    ----------
    catalogue
        With the city's packs laid over.
    on
        The date for which they hold.

    Returns
    -------
    Contract
        Frozen.

    Raises
    ------
    UnknownRuleError
        If a term does not hold on that date.
    UnsetValueError
        If a term was not filled in.
    ValueError
        If the years are not a whole number ≥ 1.
    """
    names = ("discount_rate", "income_growth", "cost_growth")
    terms = [catalogue.value("operating/finance", name, on=on) for name in names]
    length = catalogue.value("operating/agreement_years", "agreement_years", on=on)
    years = to_decimal(length.value, length.id)  # type: ignore[arg-type]
    if years != int(years) or years < 1:
        msg = f"`{length.id}` must be a whole number of years ≥ 1. Got {years} instead."
        raise ValueError(msg)
    rate, income, cost = (float(term.value) for term in terms)  # type: ignore[arg-type]
    return Contract(int(years), rate, income, cost, (*terms, length))


def month_amounts(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Sum a month of one facility for a forecast.

    Parameters
    ----------
    figures
        Of one facility; floats, or arrays of floats of one shape (draws).

    Returns
    -------
    dict
        ``earned``, ``subsidy``, ``cost`` (with depreciation), ``cash_cost`` (without), yuan a month; ``capital``, yuan.
    """
    amounts = work_out(figures)
    sums: dict[str, Any] = {"earned": 0.0, "subsidy": 0.0, "cost": 0.0, "cash_cost": 0.0, "capital": 0.0}
    for line in LINES:
        if line.name in amounts:
            sums[line.side] = sums[line.side] + amounts[line.name]
            if line.side == "cost" and line.stream != "depreciation":
                sums["cash_cost"] = sums["cash_cost"] + amounts[line.name]
    return sums


def _bought_in(life: float, years: int) -> list[int]:
    """Return the years in which something that lasts `life` years is bought, year 0 first, none in the last year."""
    turns = (math.ceil(life * turn) for turn in range(1, math.ceil(years / life)))
    return [0, *(year for year in turns if year < years)]


def _purchases(figures: Mapping[str, Any], contract: Contract) -> NDArray[np.float64]:
    """Count what is invested in each year, in units of the capital, shape (years + 1,)."""
    bought = np.zeros(contract.years + 1)
    life = figures.get("life_years")
    bought[[0] if life is None else _bought_in(float(np.max(life)), contract.years)] = 1
    return bought


def cash_flow(facilities: Sequence[Mapping[str, Any]], contract: Contract) -> NDArray[np.float64]:
    """Forecast the cash of each year, of all facilities together.

    Parameters
    ----------
    facilities
        Figures of each facility; floats, or arrays of floats, shape (n_draws,).
    contract
        The terms.

    Returns
    -------
    ndarray, shape (years + 1,) or (n_draws, years + 1)
        Yuan by year, year 0 first; money going out is negative.
    """
    year = np.arange(contract.years)
    income, cost = (1 + contract.income_growth) ** year, (1 + contract.cost_growth) ** year
    total: NDArray[np.float64] = np.zeros(contract.years + 1)
    for figures in facilities:
        month = month_amounts(figures)
        earned, subsidy, paid, capital = (
            np.asarray(month[name], dtype=np.float64)[..., np.newaxis]
            for name in ("earned", "subsidy", "cash_cost", "capital")
        )
        running = MONTHS * (earned * income + subsidy - paid * cost)
        flow = -capital * _purchases(figures, contract)
        total = total + flow + np.concatenate([np.zeros((*running.shape[:-1], 1)), running], axis=-1)
    return total


def npv(flows: ArrayLike, rate: float) -> NDArray[np.float64]:
    """Discount cash flows to year 0: Σ_t flow_t / (1 + rate)^t.

    Parameters
    ----------
    flows
        Yuan by year along the last axis, year 0 first.
    rate
        Share a year, > -1.

    Returns
    -------
    ndarray
        Net present value, yuan; the last axis is gone.

    Examples
    --------
    >>> float(npv([-100.0, 60.0, 60.0], 0.0))
    20.0
    """
    money = np.asarray(flows, dtype=np.float64)
    factor = (1 + rate) ** -np.arange(money.shape[-1], dtype=np.float64)
    return np.asarray((money * factor).sum(axis=-1))


def present_value(figures: Mapping[str, Any], contract: Contract) -> Any:
    """Discount one facility's cash flow at once: the same as `npv` of `cash_flow`, without writing the years out.

    Parameters
    ----------
    figures
        Of one facility; floats, or arrays of floats of one shape (draws).
    contract
        The terms.

    Returns
    -------
    float or ndarray
        Net present value, yuan; the shape of the figures.
    """
    year = np.arange(1, contract.years + 1, dtype=np.float64)
    discount = (1 + contract.discount_rate) ** -year
    month = month_amounts(figures)
    return (
        MONTHS * month["earned"] * float(((1 + contract.income_growth) ** (year - 1) * discount).sum())
        + MONTHS * month["subsidy"] * float(discount.sum())
        - MONTHS * month["cash_cost"] * float(((1 + contract.cost_growth) ** (year - 1) * discount).sum())
        - month["capital"] * float(npv(_purchases(figures, contract), contract.discount_rate))
    )


def payback_years(flows: ArrayLike, rate: float = 0.0) -> float | None:
    """Find after how many years the money is back for good.

    Parameters
    ----------
    flows
        Yuan by year, shape (years + 1,), year 0 first.
    rate
        Discount rate a year; 0 = the plain payback.

    Returns
    -------
    float or None
        Years, counted evenly within the year in which the sum turns, 0 if it is never below 0; ``None`` if the sum is
        still below 0 at the end, or falls back below it.

    Examples
    --------
    >>> payback_years([-100.0, 40.0, 40.0, 40.0])
    2.5
    """
    money = np.asarray(flows, dtype=np.float64)
    money = money * (1 + rate) ** -np.arange(money.size, dtype=np.float64)
    total = money.cumsum()
    below = np.flatnonzero(total < 0)
    if not below.size:
        return 0.0
    last = int(below[-1])
    if last == money.size - 1:
        return None
    return float(last + -total[last] / money[last + 1])
