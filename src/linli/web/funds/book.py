"""The ledger in the database: lines read as the ledger's rules know them, and entries booked one after another.

One entry is booked at a time: on PostgreSQL an advisory lock, on SQLite the write lock that every transaction takes at
its beginning. So the balances an entry is checked against cannot change before it is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db import connection
from django.db.models import Max, QuerySet, Sum

from linli.operate.money import FEN
from linli.web.accounts.models import User
from linli.web.funds.ledger import Account, Entry, Line, Totals, check_entry, make_entry, reverse_entry, sum_totals
from linli.web.funds.models import Application, Booking, BookingLine
from linli.web.projects.models import Project

__all__ = ["book_entry", "book_reversal", "lines_of", "lock_ledger", "paid_of", "totals_of"]

_LOCK = 0x4C45444745
"""Number of the advisory lock on PostgreSQL ("LEDGE")."""


def lock_ledger() -> None:
    """Let nobody else book until this transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def lines_of(rows: QuerySet[BookingLine]) -> list[Line]:
    """Return lines added up by account: as many as there are accounts, however long the ledger.

    Parameters
    ----------
    rows
        Lines of the ledger.

    Returns
    -------
    list of Line
        One an account.
    """
    sums = rows.order_by().values_list("account", "year", "place", "project__number").annotate(Sum("fen"))
    return [
        Line(Account(name, year, place, number or ""), Decimal(fen) * FEN) for name, year, place, number, fen in sums
    ]


def totals_of(project: Project) -> Totals:
    """Return what a project was allocated, approved, paid, and has returned.

    Parameters
    ----------
    project
        The project.

    Returns
    -------
    Totals
        Of all years; `planned` is what was allocated, a project having no budget of its own.
    """
    return sum_totals(lines_of(BookingLine._all.filter(project=project)))


def _sum(rows: QuerySet[BookingLine]) -> Decimal:
    return Decimal(rows.aggregate(Sum("fen"))["fen__sum"] or 0) * FEN


def paid_of(application: Application) -> Decimal:
    """Return what was paid on an application, less what came back or was reversed, yuan.

    Parameters
    ----------
    application
        The application.

    Returns
    -------
    Decimal
        To the fen.
    """
    lines = BookingLine._all.filter(booking__application=application, account="paid")
    return _sum(lines)


def _before(lines: Iterable[Line]) -> dict[Account, Decimal]:
    """Return the balances of the accounts that some lines touch."""
    found = {}
    for account in {line.account for line in lines}:
        rows = BookingLine._all.filter(account=account.name, year=account.year, place=account.place)
        rows = rows.filter(project__number=account.project) if account.project else rows.filter(project=None)
        found[account] = _sum(rows)
    return found


def _next() -> int:
    return int(Booking._all.aggregate(Max("number"))["number__max"] or 0) + 1


def _write(
    entry: Entry, *, place: str, year: int, by: User | None, voucher: str, project: Project | None,
    application: Application | None, reverses: Booking | None,
) -> Booking:  # fmt: skip
    booking = Booking(
        number=entry.number, kind=entry.kind, on=entry.on, place=place, year=year, project=project,
        application=application, amount_yuan=entry.amount, voucher=voucher, memo=entry.memo, reverses=reverses, by=by,
    )  # fmt: skip
    booking.save(force_insert=True)
    BookingLine._all.bulk_create(
        BookingLine(
            booking=booking, account=line.account.name, year=line.account.year, place=line.account.place,
            project=project if line.account.project else None, fen=int(line.amount / FEN),
        )
        for line in entry.lines
    )  # fmt: skip
    return booking


def book_entry(
    kind: str, amount: Decimal, *, on: dt.date, place: str, year: int, memo: str, by: User | None, voucher: str = "",
    project: Project | None = None, application: Application | None = None,
) -> Booking:  # fmt: skip
    """Book an entry, within the caller's transaction.

    Parameters
    ----------
    kind, amount, on, place, year, memo
        As `linli.web.funds.ledger.make_entry`.
    by
        Who.
    voucher
        Number of the voucher.
    project, application
        What it is for.

    Returns
    -------
    Booking
        As written, with its number.

    Raises
    ------
    InputError
        If the amount will not do or an account would be overdrawn.
    """
    lock_ledger()
    number = project.number if project else ""
    entry = make_entry(_next(), kind, amount, on=on, place=place, year=year, project=number, memo=memo)
    check_entry(entry, _before(entry.lines))
    return _write(entry, place=place, year=year, by=by, voucher=voucher, project=project, application=application,
                  reverses=None)  # fmt: skip


def book_reversal(booking: Booking, *, on: dt.date, memo: str, by: User | None) -> Booking:
    """Book the reversal of an entry, within the caller's transaction.

    Parameters
    ----------
    booking
        The entry to undo.
    on, memo, by
        When, why, who.

    Returns
    -------
    Booking
        The reversal.

    Raises
    ------
    InputError
        If it was reversed already, is a reversal, or the money has gone on.
    """
    lock_ledger()
    old = Entry(
        booking.number, booking.kind, booking.on,
        tuple(
            Line(Account(one.account, one.year, one.place, one.project.number if one.project else ""), one.amount_yuan)
            for one in booking.lines.select_related("project")
        ),
    )  # fmt: skip
    entry = reverse_entry(_next(), old, on=on, memo=memo)
    undone = list(Booking._all.filter(reverses=booking).values_list("reverses__number", flat=True))
    check_entry(entry, _before(entry.lines), [number for number in undone if number is not None])
    return _write(entry, place=booking.place, year=booking.year, by=by, voucher="", project=booking.project,
                  application=booking.application, reverses=booking)  # fmt: skip
