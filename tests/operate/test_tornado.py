import pytest

from linli.errors import UnsetValueError
from linli.operate import LEVERS, balance_facilities, combine, open_accounts, read_contract, read_swings, tornado
from linli.operate.tornado import check_swings, measure


def test_with_no_lever_turned_it_is_the_account(accounts):
    (total,) = combine(balance_facilities(accounts), "all")
    assert float(measure(accounts, {}, "balance")) == pytest.approx(float(total.balance), abs=0.01 * len(total.entries))


def test_one_lever_by_hand(facility, demo, on):
    """Canteen: a tenth on prices is a tenth of 129,600; occupancy capped at 1 gains less than it loses."""
    accounts = open_accounts([facility(floor_area_m2=600, places=120)], demo, on=on)
    table = tornado(accounts, {"price": 0.1, "occupancy": 1.0, "subsidy": 0}).set_index("lever")
    assert table.loc["price", ["at_low", "base", "at_high"]].tolist() == [-19765.0, -6805.0, 6155.0]
    assert table.loc["occupancy", "at_low"] == -75925.0  # no meals: 5,000 − 80,925 of fixed cost
    assert table.loc["occupancy", "at_high"] == 39275.0  # full, not 120 %: −75,925 + 69,120 / 0.6
    assert table.loc["subsidy", "width"] == 0.0


def test_the_widest_comes_first(accounts, demo, on):
    swings = read_swings(demo, on=on)
    assert list(swings) == list(LEVERS)
    for what in ("balance", "npv"):
        table = tornado(accounts, swings, what, read_contract(demo, on=on))
        assert table["width"].is_monotonic_decreasing
        assert set(table["lever"]) == set(LEVERS)
        assert table["base"].nunique() == 1


def test_income_levers_help_and_cost_levers_hurt(accounts, demo, on):
    table = tornado(accounts, read_swings(demo, on=on), "npv", read_contract(demo, on=on)).set_index("lever")
    for lever, row in table.iterrows():
        better = row["at_high"] > row["at_low"]
        assert better == (lever in {"price", "occupancy", "subsidy"}), lever


@pytest.mark.parametrize(
    ("swings", "message"), [({"weather": 0.1}, "weather"), ({"price": 1.1}, "price: 1.1"), ({"price": -0.1}, "0–1")]
)
def test_swings_are_checked(swings, message):
    with pytest.raises(ValueError, match=message):
        check_swings(swings)


def test_value_needs_terms(accounts):
    with pytest.raises(ValueError, match="`contract` must be given"):
        tornado(accounts, {"price": 0.1}, "npv")


def test_unset_swings_raise(nation, on):
    with pytest.raises(UnsetValueError, match="operating/uncertainty"):
        read_swings(nation, on=on)
