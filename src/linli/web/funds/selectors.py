"""Every reading of money, through the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linli.web.accounts.models import Place, User
from linli.web.funds.book import lines_of
from linli.web.funds.ledger import Line, Totals, sum_totals
from linli.web.funds.models import Application, Booking, BookingLine, Statement

__all__ = [
    "FundRow",
    "fund_rows",
    "list_applications",
    "list_bookings",
    "list_decidable",
    "list_statements",
    "sum_rows",
]


@dataclass(frozen=True, slots=True)
class FundRow:
    """What a district's budget of a year came to."""

    year: int
    place: str
    name: str
    totals: Totals


def list_applications(user: User, action: str = "view") -> QuerySet[Application]:
    """Return the applications that a person may see, or may do `action` on."""
    return Application.objects.visible_to(user, action).select_related("project", "applied_by")


def list_decidable(user: User) -> QuerySet[Application]:
    """Return the applications whose district's money a person decides about: the first step or the second."""
    steps = Q(pk__in=())
    for state, action in (("submitted", "approve"), ("first_approved", "confirm")):
        for path in user.rights.paths("funds", action):
            steps |= Q(state=state, district__startswith=path)
    return list_applications(user).filter(steps).exclude(applied_by=user)


def list_bookings(user: User, action: str = "view") -> QuerySet[Booking]:
    """Return the entries of the ledger that a person may see, or may do `action` on."""
    return Booking.objects.visible_to(user, action).select_related("project", "by", "application")


def list_statements(user: User, action: str = "view") -> QuerySet[Statement]:
    """Return the statements that a person may see."""
    return Statement.objects.visible_to(user, action).select_related("by")


def fund_rows(user: User, year: int | None = None) -> tuple[FundRow, ...]:
    """Return the totals by year and district: sums of the lines that the person may see.

    Parameters
    ----------
    user
        The person.
    year
        Only this one; every year if left out.

    Returns
    -------
    tuple of FundRow
        The newest year first, then by district.
    """
    rows = BookingLine.objects.visible_to(user)
    groups: dict[tuple[int, str], list[Line]] = {}
    for line in lines_of(rows.filter(year=year) if year else rows):
        groups.setdefault((line.account.year, line.account.place), []).append(line)
    names = dict(Place.objects.filter(path__in={place for _, place in groups}).values_list("path", "name"))
    ordered = sorted(groups.items(), key=lambda group: (-group[0][0], group[0][1]))
    return tuple(FundRow(when, place, names.get(place, place), sum_totals(lines)) for (when, place), lines in ordered)


def sum_rows(rows: Sequence[FundRow]) -> Totals:
    """Add up the totals of rows: the city's are the sum of its districts'."""
    return sum((row.totals for row in rows), Totals())
