from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.operate.record import Balance, Entry

sides = st.sampled_from(
    [("earned", "fees"), ("subsidy", "subsidy"), ("cost", "wages"), ("cost", "depreciation"), ("capital", "capital")]
)
entry = st.builds(
    lambda side, amount: Entry("F", "C", "gym", "x", side[0], side[1], amount, {"zh": "", "en": ""}, "", "given"),
    sides,
    st.decimals(min_value=0, max_value=10**7, places=2),
)


@given(entries=st.lists(entry, max_size=12))
def test_the_account_adds_up(entries):
    one = Balance("F", "facility", tuple(entries))
    assert one.balance == one.income - one.cost
    assert one.income == one.earned + one.subsidy
    assert 0 <= one.depreciation <= one.cost
    assert one.earned + one.subsidy + one.cost + one.capital == sum(entry.amount for entry in entries)
    if one.income:
        assert 0 <= one.subsidy_dependence <= 1
    if one.cost:
        assert one.self_financing_ratio == pytest.approx(float(one.earned) / float(one.cost))


def test_a_ratio_over_nothing_is_not_a_number():
    empty = Balance("F", "facility", ())
    assert (empty.self_financing_ratio, empty.subsidy_dependence, empty.balance) == (None, None, Decimal("0.00"))
