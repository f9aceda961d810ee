"""The rules of the ledger: double entry, decimals to the fen, corrections by reversal only.

Money moves along one chain of accounts, and every entry moves an amount from one to the next:

    source → available → committed → approved → paid → returned
           budget     commit      approve    pay    return

``source`` is where budgets come from and the only account that may be below zero. A *place in the ledger* is a year and
a district, and for ``committed`` and what follows a project. Since no other account may fall below zero,
paid ≤ approved ≤ committed ≤ budget holds at every place, after every entry. A *return* is money that a project pays
back: it leaves the project and does not become available again by itself. A mistake is undone by a *reversal*, which
has the same lines with the other sign; nothing is ever changed or removed.

Everything here is a function over entries and lines; the database keeps them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from linli.errors import InputError, Problem
from linli.operate.money import to_fen

__all__ = ["ACCOUNTS", "KINDS", "Account", "Entry", "Line", "Totals", "balances", "check_entry", "make_entry",
           "reverse_entry", "sum_totals"]  # fmt: skip


ACCOUNTS: tuple[str, ...] = ("source", "available", "committed", "approved", "paid", "returned")
"""The accounts, in the order in which money moves."""

KINDS: Mapping[str, tuple[str, str]] = {
    "budget": ("source", "available"),
    "commit": ("available", "committed"),
    "approve": ("committed", "approved"),
    "pay": ("approved", "paid"),
    "return": ("paid", "returned"),
}
"""What each kind of entry moves, from and to; a ``reversal`` moves it back."""

_OF_DISTRICT = frozenset({"source", "available"})
_ZERO = Decimal("0.00")
MOST = Decimal("1e13")
"""No amount is this large: columns of the database hold 15 digits."""


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One account at one place of the ledger.

    Parameters
    ----------
    name
        One of `ACCOUNTS`.
    year
        Budget year.
    place
        Jurisdiction path of the district, or of the city.
    project
        The project's number; empty for ``source`` and ``available``.
    """

    name: str
    year: int
    place: str
    project: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry: an amount that enters (> 0) or leaves (< 0) an account, yuan."""

    account: Account
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; its lines add up to 0.

    Parameters
    ----------
    number
        1, 2, 3 … without a gap.
    kind
        A key of `KINDS`, or ``reversal``.
    on
        The day it is booked.
    lines
        Two or more.
    reverses
        The number of the entry that a reversal undoes.
    memo
        What it is for.
    """

    number: int
    kind: str
    on: dt.date
    lines: tuple[Line, ...] = field(default=())
    reverses: int | None = None
    memo: str = ""

    @property
    def amount(self) -> Decimal:
        """What the entry moves, yuan; below zero for a reversal."""
        moved = sum((line.amount for line in self.lines if line.amount > 0), _ZERO)
        return -moved if self.kind == "reversal" else moved


@dataclass(frozen=True, slots=True)
class Totals:
    """What the lines come to, yuan. Each is what ever reached that stage and was not reversed.

    Parameters
    ----------
    planned
        Budgets.
    allocated
        Committed to projects.
    approved
        Approved.
    paid
        Paid out.
    returned
        Paid back by projects.
    """

    planned: Decimal = _ZERO
    allocated: Decimal = _ZERO
    approved: Decimal = _ZERO
    paid: Decimal = _ZERO
    returned: Decimal = _ZERO

    @property
    def available(self) -> Decimal:
        """Budget not committed yet."""
        return self.planned - self.allocated

    @property
    def unpaid(self) -> Decimal:
        """Approved and not paid yet."""
        return self.approved - self.paid

    @property
    def kept(self) -> Decimal:
        """Paid and not returned."""
        return self.paid - self.returned

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.planned + other.planned,
            self.allocated + other.allocated,
            self.approved + other.approved,
            self.paid + other.paid,
            self.returned + other.returned,
        )


def _problem(code: str, zh: str, en: str, value: object = None, allowed: str | None = None) -> Problem:
    return Problem(
        code=f"ledger.{code}",
        severity="error",
        message={"zh": zh, "en": en},
        fix={
            "zh": "请核对金额与凭据；更正须用冲销。",
            "en": "Check amount and voucher; corrections are made by reversal.",
        },
        value=None if value is None else str(value),
        allowed=allowed,
    )


def make_entry(
    number: int, kind: str, amount: Decimal, *, on: dt.date, place: str, year: int, project: str = "", memo: str = ""
) -> Entry:
    """Write an entry of a kind.

    Parameters
    ----------
    number
        Its number.
    kind
        A key of `KINDS`.
    amount
        Yuan, > 0, to the fen.
    on
        The day it is booked.
    place, year
        District and budget year.
    project
        The project's number; empty for a budget.
    memo
        What it is for.

    Returns
    -------
    Entry
        Two lines that add up to 0.

    Raises
    ------
    InputError
        If the amount is not above 0 or finer than a fen, or a project is missing.
    """
    problems = []
    if not amount.is_finite() or not 0 < amount < MOST or amount != to_fen(amount):
        zh, en = "金额须大于 0，精确到分", "the amount must be above 0 and to the fen"
        problems.append(_problem("amount", zh, en, amount, "> 0.00"))
    if kind not in KINDS:
        problems.append(_problem("kind", "没有这种分录", "there is no such kind of entry", kind, " | ".join(KINDS)))
    elif (kind == "budget") == bool(project):
        zh, en = "预算不得指定项目，其他分录必须指定项目", "a budget names no project; every other entry does"
        problems.append(_problem("project", zh, en, project))
    if problems:
        raise InputError(problems)
    amount = to_fen(amount)
    source, target = (Account(name, year, place, "" if name in _OF_DISTRICT else project) for name in KINDS[kind])
    return Entry(number, kind, on, (Line(source, -amount), Line(target, amount)), memo=memo)


def reverse_entry(number: int, entry: Entry, *, on: dt.date, memo: str) -> Entry:
    """Write the reversal of an entry.

    Parameters
    ----------
    number
        The reversal's number.
    entry
        The entry to undo.
    on
        The day it is booked.
    memo
        Why.

    Returns
    -------
    Entry
        The same lines with the other sign.

    Raises
    ------
    InputError
        If the entry is itself a reversal.
    """
    if entry.kind == "reversal":
        zh, en = "冲销分录不得再冲销，请重新记账", "a reversal is not reversed: enter it anew"
        raise InputError([_problem("reversal", zh, en, entry.number)])
    lines = tuple(Line(line.account, -line.amount) for line in entry.lines)
    return Entry(number, "reversal", on, lines, reverses=entry.number, memo=memo)


def balances(lines: Iterable[Line]) -> dict[Account, Decimal]:
    """Add lines up by account.

    Parameters
    ----------
    lines
        Any lines.

    Returns
    -------
    dict
        Yuan by account; accounts at 0 included once they were used.
    """
    sums: dict[Account, Decimal] = {}
    for line in lines:
        sums[line.account] = sums.get(line.account, _ZERO) + line.amount
    return sums


_OVERDRAWN = {
    "available": ("可用预算不足", "the budget left is not enough"),
    "committed": ("超出已安排额", "more than is committed to the project"),
    "approved": ("超出已批准额", "more than was approved"),
    "paid": ("超出已拨付额", "more than was paid"),
    "returned": ("超出已退回额", "more than was returned"),
}


def check_entry(entry: Entry, before: Mapping[Account, Decimal], reversed_: Sequence[int] = ()) -> None:
    """Say whether an entry may be booked.

    Parameters
    ----------
    entry
        The entry.
    before
        Balances before it, of the accounts it touches at least.
    reversed_
        Numbers of entries that were reversed already.

    Raises
    ------
    InputError
        If its lines do not add up to 0, it would overdraw an account, or what it reverses was reversed before; all at
        once.
    """
    problems = []
    total = sum((line.amount for line in entry.lines), _ZERO)
    if total or not entry.lines:
        zh, en = "借贷不平", "debit and credit do not balance"
        problems.append(_problem("unbalanced", zh, en, total, "0.00"))
    if entry.reverses is not None and entry.reverses in reversed_:
        zh, en = f"第 {entry.reverses} 号分录已冲销", f"entry {entry.reverses} was reversed already"
        problems.append(_problem("reversed_twice", zh, en, entry.reverses))
    for account, change in balances(entry.lines).items():
        had = before.get(account, _ZERO)
        if account.name in _OVERDRAWN and change < 0 and had + change < 0:
            zh, en = _OVERDRAWN[account.name]
            problems.append(_problem(f"overdrawn_{account.name}", zh, en, -change, f"≤ {had:,.2f}"))
    if problems:
        raise InputError(problems)


def sum_totals(lines: Iterable[Line]) -> Totals:
    """Work out what is planned, allocated, approved, paid and returned.

    Parameters
    ----------
    lines
        Lines of any entries, of one project, a district, or the city.

    Returns
    -------
    Totals
        What ever reached each stage.
    """
    sums = dict.fromkeys(ACCOUNTS, _ZERO)
    for line in lines:
        sums[line.account.name] += line.amount
    # A stage was reached by what stands there and by what went on from there.
    reached, beyond = {}, _ZERO
    for name in reversed(ACCOUNTS[1:]):
        beyond += sums[name]
        reached[name] = beyond
    return Totals(
        planned=reached["available"],
        allocated=reached["committed"],
        approved=reached["approved"],
        paid=reached["paid"],
        returned=reached["returned"],
    )
