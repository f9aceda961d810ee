"""Sensitivity: what happens when one lever at a time is as far off as it may be (龙卷风图).

Each lever (see `linli.operate.lines.LEVERS`) is turned down and up by its swing in all facilities together, the others
staying as they are. Swings are the city's own, ``operating/uncertainty``, or given by the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from linli.operate.account import Account
from linli.operate.contract import Contract, month_amounts, present_value
from linli.operate.lines import LEVERS, scale
from linli.rules import Catalogue

__all__ = ["Measure", "check_swings", "measure", "read_swings", "tornado"]

Measure = Literal["balance", "npv"]
"""``balance``: yuan a month; ``npv``: yuan over the contract."""


def read_swings(catalogue: Catalogue, *, on: dt.date) -> dict[str, float]:
    """Read how far each lever may be off.

    Parameters
    ----------
    catalogue
        With the city's packs laid over.
    on
        The date for which they hold.

    Returns
    -------
    dict
        Share 0–1 by lever, in the order of `LEVERS`.

    Raises
    ------
    UnknownRuleError
        If a swing does not hold on that date.
    UnsetValueError
        If a swing was not filled in.
    ValueError
        If a swing is above 1.
    """
    rule = "operating/uncertainty"
    return check_swings({lever: float(catalogue.value(rule, lever, on=on).value) for lever in LEVERS})  # type: ignore[arg-type]


def check_swings(swings: Mapping[str, float]) -> dict[str, float]:
    """Check swings and put them in the order of the levers.

    Parameters
    ----------
    swings
        Share by lever.

    Returns
    -------
    dict
        The same, in the order of `LEVERS`; levers left out are not there.

    Raises
    ------
    ValueError
        If a lever is not known or a swing is not within 0–1.
    """
    for lever, swing in swings.items():
        if lever not in LEVERS:
            msg = f"`swings` names a lever `{lever}`. There are: {', '.join(LEVERS)}."
            raise ValueError(msg)
        if not 0 <= swing <= 1:
            msg = f"`swings` must be shares of 0–1. Got {lever}: {swing} instead."
            raise ValueError(msg)
    return {lever: float(swings[lever]) for lever in LEVERS if lever in swings}


def _floats(account: Account) -> dict[str, Any]:
    return {name: float(number) for name, number in account.figures.items()}


def measure(
    accounts: Sequence[Account], factors: Mapping[str, Any], what: Measure, contract: Contract | None = None
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Measure accounts together with levers turned.

    Parameters
    ----------
    accounts
        The facilities.
    factors
        Factor by lever: floats, or arrays of one shape (n_draws,).
    what
        ``balance`` or ``npv``.
    contract
        The terms; needed for ``npv``.

    Returns
    -------
    ndarray
        Yuan a month or yuan, the shape of the factors.

    Raises
    ------
    ValueError
        If ``npv`` is asked for without a contract.
    """
    if what == "npv" and contract is None:
        msg = "`contract` must be given to measure `npv`."
        raise ValueError(msg)
    total: Any = 0.0
    for account in accounts:  # one at a time: with many draws, all at once would not fit in memory
        figures = scale(_floats(account), factors, np.minimum)
        if what == "npv" and contract is not None:
            total = total + present_value(figures, contract)
        else:
            month = month_amounts(figures)
            total = total + (month["earned"] + month["subsidy"] - month["cost"])
    return np.asarray(total, dtype=np.float64)


def tornado(
    accounts: Sequence[Account],
    swings: Mapping[str, float],
    what: Measure = "balance",
    contract: Contract | None = None,
) -> pd.DataFrame:
    """Turn one lever at a time and see what it does.

    Parameters
    ----------
    accounts
        The facilities together.
    swings
        Share 0–1 by lever.
    what
        ``balance`` (yuan a month) or ``npv`` (yuan).
    contract
        The terms; needed for ``npv``.

    Returns
    -------
    DataFrame
        One row a lever, the widest first (ties in the order of `LEVERS`): ``lever, swing, base, at_low, at_high``
        (lever turned down, up) and ``width`` = |at_high − at_low|, yuan rounded to the fen.

    Raises
    ------
    ValueError
        If a lever is not known, a swing not within 0–1, or ``npv`` asked for without a contract.
    """
    checked = check_swings(swings)
    base = float(measure(accounts, {}, what, contract))
    rows = []
    for lever, swing in checked.items():
        low, high = (float(measure(accounts, {lever: factor}, what, contract)) for factor in (1 - swing, 1 + swing))
        rows.append((lever, swing, base, low, high, abs(high - low)))
    table = pd.DataFrame(rows, columns=["lever", "swing", "base", "at_low", "at_high", "width"])
    table = table.sort_values("width", ascending=False, kind="stable", ignore_index=True)
    return table.round({"base": 2, "at_low": 2, "at_high": 2, "width": 2})
