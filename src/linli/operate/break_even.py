"""Where an account breaks even: at which occupancy, and at which prices.

An account is linear in the occupancy, and linear in a factor on everything users pay; both are solved exactly.
Occupancy is rounded up to a hundredth of a percent and prices up to the fen, so that what is shown does break even.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from linli.operate.account import Account
from linli.operate.lines import LEVERS, LINES, lines_of, work_out
from linli.operate.money import to_fen_up

__all__ = ["BreakEven", "break_even", "month_of"]

_STEP = Decimal("0.0001")
_FACTOR_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where an account breaks even, depreciation and operating subsidy included.

    Parameters
    ----------
    id
        Facility, community or ``all``.
    occupancy
        Least occupancy ≥ 0 of a single facility at which income covers cost, others unchanged; above 1 = out of reach
        even when full; ``None`` = no occupancy does it, the account has none, or it holds several facilities.
    price_factor
        Least factor on all prices; ``None`` = nothing is priced, or management takes all.
    prices
        Each price of a single facility at that factor, yuan, by name.
    """

    id: str
    occupancy: Decimal | None
    price_factor: Decimal | None
    prices: Mapping[str, Decimal]


def month_of(figures: Mapping[str, Decimal]) -> Decimal:
    """Return the balance of a month.

    Parameters
    ----------
    figures
        Of one facility.

    Returns
    -------
    Decimal
        Income − cost, yuan, not rounded.
    """
    amounts = work_out(figures)
    signs = {"earned": 1, "subsidy": 1, "cost": -1, "capital": 0}
    return sum((signs[line.side] * amounts[line.name] for line in LINES if line.name in amounts), Decimal(0))


def _root(at_zero: Decimal, at_one: Decimal, step: Decimal) -> Decimal | None:
    """Find the least x ≥ 0, rounded up, at which a line through two values is ≥ 0; ``None`` if there is none."""
    if at_zero >= 0:
        return Decimal(0)
    if at_one <= at_zero:
        return None
    return (-at_zero / (at_one - at_zero)).quantize(step, rounding=ROUND_CEILING)


def _at_price(account: Account, factor: int) -> Decimal:
    prices = {name: account.figures[name] * factor for name in LEVERS["price"] if name in account.figures}
    return month_of({**account.figures, **prices})


def _uses_occupancy(account: Account) -> bool:
    return any("occupancy" in line.times for line in lines_of(account.figures))


def break_even(accounts: Sequence[Account], name: str | None = None) -> BreakEven:
    """Find where some accounts together break even.

    Parameters
    ----------
    accounts
        One facility, or all that share their money.
    name
        Id of the result; the facility's if left out.

    Returns
    -------
    BreakEven
        Occupancy and prices only for a single facility.

    Raises
    ------
    ValueError
        If there is no account.
    """
    if not accounts:
        msg = "`accounts` must hold at least one account."
        raise ValueError(msg)
    free = sum((_at_price(account, 0) for account in accounts), Decimal(0))
    full = sum((_at_price(account, 1) for account in accounts), Decimal(0))
    factor = None if free == full and free < 0 else _root(free, full, _FACTOR_STEP)
    first = accounts[0]
    single = len(accounts) == 1
    occupancy = None
    if single and _uses_occupancy(first):
        empty, busy = (month_of({**first.figures, "occupancy": Decimal(share)}) for share in (0, 1))
        occupancy = _root(empty, busy, _STEP)
    prices = {}
    if single and factor is not None:
        prices = {one: to_fen_up(first.figures[one] * factor) for one in LEVERS["price"] if one in first.figures}
    return BreakEven(name or first.facility.facility_id, occupancy, factor, prices)
