"""Stages of payment: how a subsidy is paid out, to the fen.

A *stage* is a rule ``subsidy/stage_<name>`` of a pack with ``event`` (what it is paid on) and ``share``, in the order
of the rules; without any, the two shares of ``subsidy/stages`` hold. Nobody published either: unset, they raise.

Rounding: after each stage, the sum paid so far is the share so far of the subsidy, rounded to the fen, half up; a stage
pays what is still missing from that. So the last stage makes the sum exact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from linli.errors import RuleError
from linli.improve.subsidy.ratio import rows_in_force
from linli.improve.subsidy.record import Payment
from linli.improve.subsidy.words import tell
from linli.operate.money import exact_product, to_decimal, to_fen, write_number, write_yuan
from linli.rules import Catalogue, Value

__all__ = ["pay_in_stages"]

_TWO = "subsidy/stages"
_HUNDRED = Decimal(100)

Stage = tuple[str, Mapping[str, str], Value]


def _stages(catalogue: Catalogue, on: dt.date) -> list[Stage]:
    rows = rows_in_force(catalogue, "stage", "share", on)
    if rows:
        return [
            (
                str(catalogue.value(row.id, "event", on=on).value),
                row.title,
                catalogue.value(row.id, "share", on=on),
            )
            for row in rows
        ]
    names = ("before_completion", "after_completion")
    values = [catalogue.value(_TWO, name, on=on) for name in names]
    return [(value.name, value.title, value) for value in values]


def pay_in_stages(amount: Decimal, catalogue: Catalogue, *, on: dt.date) -> tuple[Payment, ...]:
    """Split a subsidy into its payments.

    Parameters
    ----------
    amount
        Yuan to the fen, ≥ 0.
    catalogue
        With the city's packs laid over.
    on
        The date for which the stages hold.

    Returns
    -------
    tuple of Payment
        In order; they add up to `amount` exactly.

    Raises
    ------
    UnsetValueError
        If nobody filled in the stages.
    UnknownRuleError
        If they do not hold on that date.
    RuleError
        If their shares do not add up to 1.
    """
    stages = _stages(catalogue, on)
    shares = [to_decimal(value.value, value.id) for _, _, value in stages]  # type: ignore[arg-type]
    if sum(shares) != 1:
        names = ", ".join(f"{value.id} = {value.value}" for _, _, value in stages)
        msg = f"The shares of the stages must add up to 1. Got {names}, together {sum(shares)}."
        raise RuleError(msg)
    payments, so_far, paid = [], Decimal(0), Decimal("0.00")
    for (event, title, value), share in zip(stages, shares, strict=True):
        so_far += share
        due = to_fen(exact_product(amount, so_far)) - paid
        paid += due
        percent = write_number(share * _HUNDRED)
        payments.append(
            Payment(
                event=event,
                title=title,
                share=share,
                amount=due,
                words=tell("payment", title=title, share=percent, amount=write_yuan(due)),
                clause=value.clause,
                certainty="published" if value.certainty == "published" else "recalled",
            )
        )
    return tuple(payments)
