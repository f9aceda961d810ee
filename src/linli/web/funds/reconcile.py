"""对账 reconciliation: the ledger's payments beside those of the treasury's statement.

A payment is matched by voucher and amount, then by voucher alone (the amounts differ), and what is left stands alone on
one side. Nothing is matched by amount alone: two payments may be equal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Difference", "Paid", "Reconciliation", "reconcile"]

_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as one side knows it.

    Parameters
    ----------
    voucher
        Number of the voucher, as both sides write it; blanks around it do not count.
    on
        The day.
    amount
        Yuan to the fen; below 0 = came back or was reversed.
    about
        Project or payee, for people.
    """

    voucher: str
    on: dt.date
    amount: Decimal
    about: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """The same voucher with two amounts."""

    ours: Paid
    theirs: Paid

    @property
    def amount(self) -> Decimal:
        """Ours less theirs, yuan."""
        return self.ours.amount - self.theirs.amount


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Both sides compared.

    Parameters
    ----------
    matched
        Our payments that stand on the statement with the same amount.
    differing
        The same voucher, another amount.
    only_ours, only_theirs
        On one side only.
    """

    matched: tuple[Paid, ...]
    differing: tuple[Difference, ...]
    only_ours: tuple[Paid, ...]
    only_theirs: tuple[Paid, ...]

    @property
    def agrees(self) -> bool:
        """Whether there is nothing to explain."""
        return not (self.differing or self.only_ours or self.only_theirs)

    @property
    def difference(self) -> Decimal:
        """Our sum less theirs, yuan."""
        ours = sum((one.amount for one in self.only_ours), _ZERO)
        theirs = sum((one.amount for one in self.only_theirs), _ZERO)
        return ours - theirs + sum((one.amount for one in self.differing), _ZERO)


def _key(paid: Paid) -> str:
    return "".join(paid.voucher.split()).upper()


def _take(paid: Paid, among: list[Paid], *, exact: bool) -> Paid | None:
    for i, other in enumerate(among):
        if _key(other) == _key(paid) and (not exact or other.amount == paid.amount):
            return among.pop(i)
    return None


def reconcile(ours: Sequence[Paid], theirs: Iterable[Paid]) -> Reconciliation:
    """Compare the ledger's payments with a statement.

    Parameters
    ----------
    ours
        From the ledger.
    theirs
        From the statement.

    Returns
    -------
    Reconciliation
        Every payment of both sides stands in exactly one of its parts.
    """
    left = list(theirs)
    matched: list[Paid] = []
    again: list[Paid] = []
    for paid in ours:
        (again if _take(paid, left, exact=True) is None else matched).append(paid)
    differing, alone = [], []
    for paid in again:
        other = _take(paid, left, exact=False)
        if other is None:
            alone.append(paid)
        else:
            differing.append(Difference(paid, other))
    return Reconciliation(tuple(matched), tuple(differing), tuple(alone), tuple(left))
