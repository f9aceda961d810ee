"""The lists of money: filters and columns."""

import pytest
from django.http import QueryDict
from django.utils import translation

from linli.web.funds.lists import APPLICATIONS, LEDGER
from linli.web.funds.models import Application, Booking
from linli.web.funds.selectors import list_bookings
from linli.web.pages.table import narrow, show_table

pytestmark = pytest.mark.django_db


def test_the_ledger_is_narrowed(money):
    money.pay(money.approved(), "1", voucher="PZ-77")
    rows = Booking._all.all()
    assert [one.kind for one in narrow(LEDGER, rows, QueryDict("kind=pay"))] == ["pay"]
    assert narrow(LEDGER, rows, QueryDict("q=PZ-77")).count() == 1
    assert narrow(LEDGER, rows, QueryDict("year=2026")).count() == 4
    assert narrow(LEDGER, rows, QueryDict("year=x")).count() == 0
    query = QueryDict("&".join(f"column={column.key}" for column in LEDGER.columns))
    assert len(show_table(LEDGER, rows, query).rows) == 4


def test_applications_are_narrowed(money):
    money.apply()
    rows = Application._all.all()
    assert narrow(APPLICATIONS, rows, QueryDict("state=submitted&year=2026&q=和睦")).count() == 1
    assert narrow(APPLICATIONS, rows, QueryDict("state=approved")).count() == 0
    query = QueryDict("&".join(f"column={column.key}" for column in APPLICATIONS.columns))
    assert len(show_table(APPLICATIONS, rows, query).rows[0]) == len(APPLICATIONS.columns)


@pytest.mark.parametrize(("lang", "name"), [("zh-hans", "示范区"), ("en", "North District")])
def test_the_ledger_says_the_place_by_its_name(money, lang, name):
    with translation.override(lang):
        shown = show_table(LEDGER, list_bookings(money.who["city"]), QueryDict("column=place"))
    assert {row[0].text for row in shown.rows} == {name}
