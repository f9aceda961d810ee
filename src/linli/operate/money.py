"""Money as it is paid: decimal numbers, rounded to the fen once, half up.

A *fen* is a hundredth of a yuan. Amounts are worked out exactly and rounded at the very end, a half fen upwards
(四舍五入), as Chinese public accounts do. Figures that arrive as binary floats (a column of a table, a number of a YAML
file) are taken at their shortest decimal form, which is what the person wrote.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, Inexact, localcontext

__all__ = ["FEN", "exact_product", "to_decimal", "to_fen", "to_fen_up", "write_number", "write_yuan"]

FEN = Decimal("0.01")
"""The smallest amount that is paid, yuan."""

_DIGITS = 60
"""Digits within which products of a few figures are exact."""


def to_decimal(value: Decimal | float | str, name: str = "value") -> Decimal:
    """Return a figure as a decimal number, exactly as it is written.

    Parameters
    ----------
    value
        Finite, ≥ 0; a float is taken at its shortest decimal form (0.1 is 0.1).
    name
        What it is, for the message.

    Returns
    -------
    Decimal
        The same figure.

    Raises
    ------
    ValueError
        If it is not a number, not finite or below 0.

    Examples
    --------
    >>> to_decimal(0.35) * 3
    Decimal('1.05')
    """
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except ArithmeticError as error:
        msg = f"`{name}` must be a number. Got {value!r} instead."
        raise ValueError(msg) from error
    if isinstance(value, bool) or not number.is_finite() or number < 0:
        msg = f"`{name}` must be a finite number ≥ 0. Got {value!r} instead."
        raise ValueError(msg)
    return number


def exact_product(*factors: Decimal) -> Decimal:
    """Multiply without losing a digit.

    Parameters
    ----------
    factors
        Decimal numbers.

    Returns
    -------
    Decimal
        Their product, exact; 1 if there is none.

    Raises
    ------
    ArithmeticError
        If the product would need more than 60 digits.
    """
    with localcontext(prec=_DIGITS) as context:
        context.traps[Inexact] = True
        return math.prod(factors, start=Decimal(1))


def to_fen(amount: Decimal) -> Decimal:
    """Round an amount to the fen, half a fen upwards.

    Parameters
    ----------
    amount
        Yuan, finite.

    Returns
    -------
    Decimal
        Yuan with two decimals.

    Examples
    --------
    >>> to_fen(Decimal("0.005")), to_fen(Decimal("0.00499"))
    (Decimal('0.01'), Decimal('0.00'))
    """
    with localcontext(prec=_DIGITS):
        return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def to_fen_up(amount: Decimal) -> Decimal:
    """Round an amount up to the next fen: for a price that must at least cover its cost.

    Parameters
    ----------
    amount
        Yuan, finite.

    Returns
    -------
    Decimal
        Yuan with two decimals, ≥ `amount`.
    """
    with localcontext(prec=_DIGITS):
        return amount.quantize(FEN, rounding=ROUND_CEILING)


def write_number(number: Decimal) -> str:
    """Write a figure for people: thousands separated, no zeros at the end.

    Parameters
    ----------
    number
        Finite.

    Returns
    -------
    str
        ``12,000.5``.
    """
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_yuan(amount: Decimal) -> str:
    """Write an amount with its two decimals, thousands separated.

    Parameters
    ----------
    amount
        Yuan.

    Returns
    -------
    str
        ``1,234,567.80``.
    """
    return f"{to_fen(amount):,f}"
