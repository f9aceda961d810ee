"""Reconciliation: every payment of both sides lands in exactly one part."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from linli.web.funds.reconcile import Paid, reconcile

ON = dt.date(2026, 11, 23)
PAID = st.builds(
    Paid,
    voucher=st.sampled_from(("A1", "a1 ", "B2", "C3")),
    on=st.just(ON),
    amount=st.integers(-3, 5).map(Decimal),
)


def paid(voucher, amount):
    return Paid(voucher, ON, Decimal(amount))


def test_equal_books_agree():
    result = reconcile([paid("A1", "10"), paid("B2", "5")], [paid("b2 ", "5"), paid("A1", "10")])
    assert result.agrees
    assert result.difference == 0


def test_what_differs_is_told_apart():
    result = reconcile([paid("A1", "10"), paid("B2", "5")], [paid("A1", "9.99"), paid("C3", "7")])
    assert [one.amount for one in result.differing] == [Decimal("0.01")]
    assert result.only_ours == (paid("B2", "5"),)
    assert result.only_theirs == (paid("C3", "7"),)
    assert not result.agrees


def test_equal_amounts_of_other_vouchers_are_not_matched():
    assert not reconcile([paid("A1", "10")], [paid("B2", "10")]).matched


@given(st.lists(PAID, max_size=8), st.lists(PAID, max_size=8))
def test_nothing_is_lost_and_the_sums_explain_the_difference(ours, theirs):
    result = reconcile(ours, theirs)
    assert len(result.matched) + len(result.differing) + len(result.only_ours) == len(ours)
    assert len(result.matched) + len(result.differing) + len(result.only_theirs) == len(theirs)
    assert result.difference == sum(one.amount for one in ours) - sum(one.amount for one in theirs)
    assert result.agrees == (sorted((p.voucher.strip().upper(), p.amount) for p in ours)
                             == sorted((p.voucher.strip().upper(), p.amount) for p in theirs))  # fmt: skip
