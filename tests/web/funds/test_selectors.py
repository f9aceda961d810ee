"""What a person is shown of money."""

from decimal import Decimal

import pytest

from linli.web.accounts.models import Place
from linli.web.funds import selectors, services

pytestmark = pytest.mark.django_db


def test_totals_are_of_what_one_may_see_and_add_up_to_the_city(money):
    other = Place.objects.get(path="3301/330106/")
    services.budget_add(actor=money.actor(money.who["city"]), place=other, year=2026, amount=Decimal(5), memo="文")
    rows = selectors.fund_rows(money.who["city"])
    assert [(row.name, row.totals.planned) for row in rows] == [("示范区", Decimal(2000000)), ("邻接区", Decimal(5))]
    assert selectors.sum_rows(rows).planned == Decimal(2000005)
    own = selectors.fund_rows(money.who["district"], 2026)
    assert [row.place for row in own] == ["3301/330105/"]
    assert selectors.fund_rows(money.who["district"], 1999) == ()
    money.decide(money.apply(), "city")
    for user in (money.who["city"], money.who["district"], money.who["expert"]):
        assert selectors.sum_funds(user) == selectors.sum_rows(selectors.fund_rows(user))
        assert selectors.sum_funds(user, year=2026) == selectors.sum_rows(selectors.fund_rows(user, 2026))
    assert selectors.sum_funds(money.who["city"], other.path).planned == Decimal(5)
    assert selectors.fund_rows(money.who["expert"]) == ()


def test_applications_wait_for_who_takes_the_next_step(money):
    application = money.apply()
    assert list(selectors.list_decidable(money.who["city"])) == [application]
    assert not selectors.list_decidable(money.who["finance"]).exists()
    money.decide(application, "city")
    assert list(selectors.list_decidable(money.who["finance"])) == [application]
    assert not selectors.list_decidable(money.who["street"]).exists()


def test_the_ledger_and_applications_are_seen_within_the_jurisdiction_only(money):
    application = money.apply()
    away = money.case.city.user("district_office", "3301/330106/")
    assert not selectors.list_bookings(away).exists()
    assert not selectors.list_applications(away).exists()
    assert not selectors.list_statements(away).exists()
    assert selectors.list_bookings(money.who["district"]).count() == 2
    assert selectors.list_applications(money.who["street"]).get() == application
    assert not selectors.list_bookings(money.who["street"]).exists()
