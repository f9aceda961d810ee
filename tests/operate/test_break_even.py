from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.operate import break_even, open_accounts
from linli.operate.break_even import month_of
from linli.operate.lines import LEVERS

STEP = Decimal("0.0001")


@given(
    price=st.decimals(min_value=1, max_value=60, places=2),
    wage=st.decimals(min_value=0, max_value=20000, places=2),
    staff=st.integers(0, 10),
    subsidy=st.decimals(min_value=0, max_value=50000, places=2),
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_there_the_account_breaks_even_and_just_below_it_does_not(price, wage, staff, subsidy, demo, facility, on):
    own = {"meal_price": price, "wage": wage, "staff": staff, "subsidy_per_month": subsidy}
    (account,) = open_accounts([facility(floor_area_m2=600, places=120, given=own)], demo, on=on)
    even = break_even([account])
    if even.occupancy is not None:
        assert month_of({**account.figures, "occupancy": even.occupancy}) >= 0
        if even.occupancy:
            assert month_of({**account.figures, "occupancy": even.occupancy - STEP}) < 0
    else:
        assert month_of({**account.figures, "occupancy": Decimal(1000)}) < 0
    paid = {name: account.figures[name] * even.price_factor for name in LEVERS["price"] if name in account.figures}
    assert month_of({**account.figures, **paid}) >= 0
    assert month_of({**account.figures, **even.prices}) >= 0


def test_several_share_their_money(accounts):
    together = break_even(accounts, "all")
    assert (together.id, together.occupancy, together.prices) == ("all", None, {})
    turned = [
        {
            **one.figures,
            **{name: one.figures[name] * together.price_factor for name in LEVERS["price"] if name in one.figures},
        }
        for one in accounts
    ]
    assert 0 <= sum(month_of(figures) for figures in turned) < 1


def test_nothing_to_sell_and_a_loss_has_no_price(demo, facility, on):
    station = facility(type="service_station", floor_area_m2=800, given={"subsidy_per_month": 0})
    even = break_even(open_accounts([station], demo, on=on))
    assert (even.occupancy, even.price_factor, even.prices) == (None, None, {})


def test_a_meal_below_its_ingredients_never_breaks_even(demo, facility, on):
    (account,) = open_accounts([facility(floor_area_m2=600, places=120, given={"meal_price": 5})], demo, on=on)
    assert break_even([account]).occupancy is None


def test_of_nothing(demo):
    with pytest.raises(ValueError, match="at least one account"):
        break_even([])
