"""The API of money: totals and the ledger, through the same gate as the pages. Amounts are decimal text, no floats."""

# No postponed annotations here: ninja looks names up in the module of the decorator `access`, where they are not.

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.security import django_auth
from pydantic import Field

from linli.web.accounts.access import access, user_of
from linli.web.funds.selectors import fund_rows, list_bookings

__all__ = ["BookingOut", "FundOut", "router"]

router = Router(auth=django_auth, tags=["funds"])

_MOST = 500


class FundOut(Schema):
    """What a district's budget of a year came to, yuan."""

    year: int
    place: str
    name: str
    planned: Decimal
    allocated: Decimal
    approved: Decimal
    paid: Decimal
    returned: Decimal


class BookingOut(Schema):
    """An entry of the ledger."""

    number: int
    on: date
    kind: str
    year: int
    place: str
    project: str
    amount_yuan: Decimal
    voucher: str
    reverses: int | None


class BookingPage(Schema):
    """A part of the ledger."""

    total: int
    items: list[BookingOut]


class Paging(Schema):
    """Which part."""

    offset: int = Field(default=0, ge=0, le=10_000_000)
    limit: int = Field(default=100, ge=1, le=_MOST)


@router.get("/totals", response=list[FundOut], url_name="fund_totals")
@access("funds", "view")
def totals(request: HttpRequest) -> list[dict[str, Any]]:
    """Give the totals by year and district."""
    names = ("planned", "allocated", "approved", "paid", "returned")
    return [
        {"year": row.year, "place": row.place, "name": row.name, **{name: getattr(row.totals, name) for name in names}}
        for row in fund_rows(user_of(request))
    ]


@router.get("/ledger", response=BookingPage, url_name="ledger")
@access("funds", "view")
def ledger(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Give the entries of the ledger, the first one first."""
    rows = list_bookings(user_of(request)).select_related("reverses").order_by("number")
    plain = ("number", "on", "kind", "year", "place", "amount_yuan", "voucher")
    items = [
        {**{name: getattr(one, name) for name in plain}, "project": one.project.number if one.project else "",
         "reverses": one.reverses.number if one.reverses else None}
        for one in rows[paging.offset : paging.offset + paging.limit]
    ]  # fmt: skip
    return {"total": rows.count(), "items": items}
