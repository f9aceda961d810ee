"""Tables of money: what the database itself refuses."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.web.funds.models import Booking, Statement

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", [{"asked_yuan": 0}, {"asked_yuan": 1000001}, {"approved_yuan": 600001}])
def test_an_application_stays_within_the_rule(money, change):
    application = money.apply()
    for name, value in change.items():
        setattr(application, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        application.save()


@pytest.mark.parametrize("change", [{"amount_yuan": -1}, {"kind": "reversal"}, {"number": 1}])
def test_an_entry_has_the_sign_of_its_kind_and_its_own_number(money, change):
    values = {"number": 99, "kind": "budget", "amount_yuan": 1, "memo": "x"} | change
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking._all.create(on=timezone.localdate(), year=2026, place="3301/330105/", **values)


def test_what_they_are_called(money):
    application = money.approved()
    paid = money.pay(application, "1")
    assert str(application) == "CJ-2026-0001-2026-1"
    assert str(paid) == f"{paid.number} pay 1.00"
    assert str(application.approvals.first()).endswith("1 approve")
    assert "paid" in str(paid.lines.last())
    today = timezone.localdate()
    sheet = Statement(name="11月", begins=today, ends=today, agrees=True)
    assert (str(sheet), sheet.on) == ("11月", today)
    assert Decimal(1)
