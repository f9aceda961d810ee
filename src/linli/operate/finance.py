"""The whole appraisal of operation in one call: accounts, break-even, contract, sensitivity, range and modes.

The monthly accounts need every figure of the templates. What rests on further assumptions (terms of the contract,
swings, modes) is left out where a city has not filled them in, and `Appraisal.left_out` says which and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.errors import UnsetValueError
from linli.operate.account import Account, open_accounts
from linli.operate.balance import balance_facilities, balance_table, combine, entries_table
from linli.operate.break_even import BreakEven, break_even
from linli.operate.compare import Comparison, compare_modes, worth
from linli.operate.contract import Contract, cash_flow, read_contract
from linli.operate.reasons import tell_error
from linli.operate.record import Balance, Facility
from linli.operate.simulate import Simulation, simulate
from linli.operate.tornado import read_swings, tornado
from linli.rules import Catalogue

__all__ = ["Appraisal", "appraise"]

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Appraisal:
    """What running some facilities would earn, cost and be worth.

    Parameters
    ----------
    on
        The date for which rules hold.
    catalogue
        Version of the catalogue, packs included.
    facilities, communities, total
        Accounts by facility, by community, and of everything.
    lines
        Every line of every facility's account (see `linli.operate.balance.entries_table`).
    balances
        Accounts by facility, community and in all, one row each (see `linli.operate.balance.balance_table`).
    break_even
        By facility, then by community, then in all.
    contract, flows
        Terms, and cash by year of everything, yuan, shape (years + 1,); ``None`` if the terms are unset.
    worth
        ``id, level, npv_yuan, payback_years`` (discounted; NaN = never) by community and in all; empty if unset.
    sensitivity
        Tornado of the monthly balance of everything; ``sensitivity_npv`` of the net present value; ``None`` if unset.
    simulation, simulation_npv
        Range by community and in all; ``None`` if unset.
    modes
        Modes side by side; ``None`` if any assumption is unset.
    left_out
        What was not worked out, and the setting that is unset, in words: ``{"modes": {"zh": …, "en": …}}``.
    """

    on: dt.date
    catalogue: str
    facilities: tuple[Balance, ...]
    communities: tuple[Balance, ...]
    total: Balance
    lines: pd.DataFrame
    balances: pd.DataFrame
    break_even: tuple[BreakEven, ...]
    contract: Contract | None
    flows: NDArray[np.float64] | None
    worth: pd.DataFrame
    sensitivity: pd.DataFrame | None
    sensitivity_npv: pd.DataFrame | None
    simulation: Simulation | None
    simulation_npv: Simulation | None
    modes: Comparison | None
    left_out: dict[str, Mapping[str, str]]


def _try(left_out: dict[str, Mapping[str, str]], name: str, find: Callable[[], T]) -> T | None:
    try:
        return find()
    except UnsetValueError as error:
        left_out[name] = tell_error(error)
        return None


def _groups(accounts: Sequence[Account]) -> dict[str, list[Account]]:
    groups: dict[str, list[Account]] = {}
    for account in accounts:
        groups.setdefault(account.facility.community_id, []).append(account)
    return groups


def _worth_table(groups: dict[str, list[Account]], accounts: Sequence[Account], contract: Contract) -> pd.DataFrame:
    named = [(name, "community", members) for name, members in groups.items()]
    rows = [(name, level, *worth(members, contract)) for name, level, members in [*named, ("all", "all", accounts)]]
    table = pd.DataFrame(rows, columns=["id", "level", "npv_yuan", "payback_years"])
    return table.astype({"npv_yuan": "float64", "payback_years": "float64"})


def appraise(
    facilities: Sequence[Facility],
    catalogue: Catalogue,
    *,
    on: dt.date,
    draws: int = 10_000,
    seed: int = 0,
) -> Appraisal:
    """Appraise the operation of some facilities.

    Parameters
    ----------
    facilities
        At least one (see `linli.operate.facilities.read_facilities`).
    catalogue
        With the city's packs laid over.
    on
        The date for which rules hold.
    draws, seed
        Of the simulation, ≥ 1 and ≥ 0.

    Returns
    -------
    Appraisal
        Frozen; the same inputs give the same figures.

    Raises
    ------
    InputError
        If a facility lacks a measure that a line needs.
    UnknownRuleError
        If a type has no template, or a figure does not hold on that date.
    UnsetValueError
        If a figure of a template was not filled in.
    ValueError
        If there is no facility.
    """
    if not facilities:
        msg = "`facilities` must hold at least one facility."
        raise ValueError(msg)
    left: dict[str, Mapping[str, str]] = {}
    accounts = open_accounts(facilities, catalogue, on=on)
    groups = _groups(accounts)
    singles = balance_facilities(accounts)
    communities, (total,) = combine(singles, "community"), combine(singles, "all")
    levels: dict[str, Sequence[Account]] = {**groups, "all": accounts}
    evens = [break_even([account]) for account in accounts]
    contract = _try(left, "contract", lambda: read_contract(catalogue, on=on))
    swings = _try(left, "swings", lambda: read_swings(catalogue, on=on))
    figures = [{name: float(number) for name, number in account.figures.items()} for account in accounts]
    both = swings is not None and contract is not None
    return Appraisal(
        on=on,
        catalogue=catalogue.version,
        facilities=singles,
        communities=communities,
        total=total,
        lines=entries_table(singles),
        balances=balance_table([*singles, *communities, total]),
        break_even=(*evens, *(break_even(members, name) for name, members in levels.items())),
        contract=contract,
        flows=None if contract is None else cash_flow(figures, contract),
        worth=pd.DataFrame(columns=["id", "level", "npv_yuan", "payback_years"])
        if contract is None
        else _worth_table(groups, accounts, contract),
        sensitivity=None if swings is None else tornado(accounts, swings),
        sensitivity_npv=tornado(accounts, swings, "npv", contract) if both and swings is not None else None,
        simulation=None if swings is None else simulate(groups, swings, draws=draws, seed=seed, total="all"),
        simulation_npv=simulate(groups, swings, what="npv", contract=contract, draws=draws, seed=seed, total="all")
        if both and swings is not None
        else None,
        modes=_try(left, "modes", lambda: compare_modes(facilities, catalogue, on=on, contract=contract)),
        left_out=left,
    )
