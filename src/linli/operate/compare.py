"""Operating modes side by side, with every assumption shown.

The same facilities are run in each mode (see `linli.operate.mode`); nothing but the mode's levers and its management
share changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from linli.operate.account import Account, open_accounts
from linli.operate.balance import balance_facilities, combine
from linli.operate.break_even import break_even
from linli.operate.contract import Contract, cash_flow, npv, payback_years
from linli.operate.mode import Mode, mode_names, read_mode
from linli.operate.record import Balance, Facility
from linli.rules import Catalogue

__all__ = ["Comparison", "compare_modes", "worth"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Modes side by side.

    Parameters
    ----------
    table
        One row a mode, in the catalogue's order: ``mode, title_zh, title_en, earned_yuan, subsidy_yuan, cost_yuan,
        balance_yuan`` (a month), ``capital_yuan, self_financing_ratio, subsidy_dependence, price_factor`` (break-even),
        and ``npv_yuan, payback_years`` (NaN without a contract; payback NaN also if never).
    assumptions
        One row an assumption: ``mode, name, title_zh, title_en, value, unit, clause, certainty, source``.
    balances
        The account of everything, by mode.
    """

    table: pd.DataFrame
    assumptions: pd.DataFrame
    balances: dict[str, Balance]


def worth(accounts: Sequence[Account], contract: Contract | None) -> tuple[float | None, float | None]:
    """Return net present value and discounted payback of some accounts together.

    Parameters
    ----------
    accounts
        The facilities.
    contract
        The terms; ``None`` = not known.

    Returns
    -------
    tuple
        Yuan rounded to the fen, and years; ``None`` where not known, or never paid back.
    """
    if contract is None:
        return None, None
    figures = [{name: float(number) for name, number in account.figures.items()} for account in accounts]
    flows = cash_flow(figures, contract)
    return round(float(npv(flows, contract.discount_rate)), 2), payback_years(flows, contract.discount_rate)


def _row(mode: Mode, total: Balance, accounts: Sequence[Account], contract: Contract | None) -> tuple[object, ...]:
    factor = break_even(accounts, "all").price_factor
    money = (total.earned, total.subsidy, total.cost, total.balance, total.capital)
    return (
        *(mode.name, mode.title["zh"], mode.title["en"], *(float(amount) for amount in money)),
        *(total.self_financing_ratio, total.subsidy_dependence, None if factor is None else float(factor)),
        *worth(accounts, contract),
    )


def _assumptions(mode: Mode) -> list[tuple[object, ...]]:
    return [
        (
            *(mode.name, value.name, value.title["zh"], value.title["en"], float(value.value)),  # type: ignore[arg-type]
            *(value.unit, value.clause, value.certainty, value.source),
        )
        for value in mode.assumptions
    ]


def compare_modes(
    facilities: Sequence[Facility],
    catalogue: Catalogue,
    *,
    on: dt.date,
    modes: Iterable[str] | None = None,
    contract: Contract | None = None,
) -> Comparison:
    """Run the same facilities in several modes.

    Parameters
    ----------
    facilities
        At least one.
    catalogue
        With the city's packs laid over.
    on
        The date for which templates and assumptions hold.
    modes
        Codes of the modes; all that the catalogue knows if left out.
    contract
        The terms for net present value and payback; left out = those are not known.

    Returns
    -------
    Comparison
        Table, assumptions and accounts.

    Raises
    ------
    InputError
        If a facility lacks a measure that a line needs.
    UnknownRuleError
        If there is no such mode, or a type has no template.
    UnsetValueError
        If an assumption or a figure was not filled in.
    ValueError
        If there is no facility.
    """
    if not facilities:
        msg = "`facilities` must hold at least one facility."
        raise ValueError(msg)
    names = mode_names(catalogue) if modes is None else tuple(modes)
    rows, assumptions, balances = [], [], {}
    for name in names:
        mode = read_mode(catalogue, name, on=on)
        accounts = open_accounts(facilities, catalogue, on=on, mode=mode)
        (total,) = combine(balance_facilities(accounts), "all")
        rows.append(_row(mode, total, accounts, contract))
        assumptions += _assumptions(mode)
        balances[name] = total
    money = ["earned_yuan", "subsidy_yuan", "cost_yuan", "balance_yuan", "capital_yuan"]
    numbers = [*money, "self_financing_ratio", "subsidy_dependence", "price_factor", "npv_yuan", "payback_years"]
    table = pd.DataFrame(rows, columns=["mode", "title_zh", "title_en", *numbers])
    columns = ["mode", "name", "title_zh", "title_en", "value", "unit", "clause", "certainty", "source"]
    return Comparison(
        table.astype(dict.fromkeys(numbers, "float64")), pd.DataFrame(assumptions, columns=columns), balances
    )
