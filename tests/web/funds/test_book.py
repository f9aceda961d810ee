"""The ledger in the database agrees with the rules without one."""

from decimal import Decimal

import pytest
from django.utils import timezone

from linli.errors import InputError
from linli.web.funds.book import book_entry, book_reversal, lines_of, lock_ledger, paid_of, totals_of
from linli.web.funds.ledger import Account, balances
from linli.web.funds.models import Booking, BookingLine

pytestmark = pytest.mark.django_db

PLACE = "3301/330105/"


def test_lines_are_added_up_by_account(money):
    sums = balances(lines_of(BookingLine._all.all()))
    assert sums[Account("source", 2026, PLACE)] == Decimal(-2000000)
    assert sums[Account("committed", 2026, PLACE, money.project.number)] == Decimal(1000000)
    assert len(lines_of(BookingLine._all.all())) == 3


def test_entries_are_numbered_without_a_gap_even_after_a_refusal(money):
    lock_ledger()
    values = {"on": timezone.localdate(), "place": PLACE, "year": 2026, "memo": "x", "by": None}
    with pytest.raises(InputError):
        book_entry("commit", Decimal(9_000_000), project=money.project, **values)
    assert book_entry("budget", Decimal(1), **values).number == 3
    assert list(Booking._all.values_list("number", flat=True)) == [1, 2, 3]


def test_a_reversal_has_the_same_lines_with_the_other_sign(money):
    commit = Booking._all.get(kind="commit")
    back = book_reversal(commit, on=timezone.localdate(), memo="错", by=None)
    ours = {(line.account, line.amount_yuan) for line in back.lines.all()}
    assert ours == {(line.account, -line.amount_yuan) for line in commit.lines.all()}
    assert totals_of(money.project).allocated == 0


def test_what_was_paid_on_an_application(money):
    application = money.approved()
    assert paid_of(application) == Decimal("0.00")
    money.pay(application, "12.34")
    assert paid_of(application) == Decimal("12.34")
    assert totals_of(money.project).unpaid == Decimal("599987.66")
