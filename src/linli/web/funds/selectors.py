"""Every reading of money, through the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from linli.operate.money import FEN
from linli.web.accounts.models import Place, User
from linli.web.funds.book import lines_of
from linli.web.funds.ledger import Account, Line, Totals, sum_totals
from linli.web.funds.models import Application, Booking, BookingLine, Statement
from linli.web.words import named

__all__ = [
    "FundRow",
    "fund_rows",
    "list_applications",
    "list_bookings",
    "list_decidable",
    "list_statements",
    "sum_funds",
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
    """Return the entries of the ledger that a person may see, or may do `action` on, each with its place's names."""
    rows = Booking.objects.visible_to(user, action).select_related("project", "by", "application")
    place = Place.objects.filter(path=OuterRef("place"))[:1]
    return rows.annotate(place_name=Subquery(place.values("name")), place_name_en=Subquery(place.values("name_en")))


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
    names = {one.path: named(one) for one in Place.objects.filter(path__in={place for _, place in groups})}
    ordered = sorted(groups.items(), key=lambda group: (-group[0][0], group[0][1]))
    return tuple(FundRow(when, place, names.get(place, place), sum_totals(lines)) for (when, place), lines in ordered)


def sum_funds(user: User, place: str = "", year: int | None = None) -> Totals:
    """Return the totals of the lines that a person may see, added up by the database in whole fen.

    Parameters
    ----------
    user
        The person.
    place
        Only of budgets at or below this place; everywhere if left out.
    year
        Only of this budget year; of every year if left out.

    Returns
    -------
    Totals
        The same as `sum_rows` of `fund_rows`.
    """
    rows = BookingLine.objects.visible_to(user).filter(place__startswith=place)
    rows = rows.filter(year=year) if year else rows
    sums = rows.order_by().values_list("account").annotate(Sum("fen"))
    return sum_totals(Line(Account(name, year or 0, place), (Decimal(fen) * FEN)) for name, fen in sums)


def sum_rows(rows: Sequence[FundRow]) -> Totals:
    """Add up the totals of rows: the city's are the sum of its districts'."""
    return sum((row.totals for row in rows), Totals())
