import numpy as np
import pandas as pd
import pytest

from linli.operate import balance_facilities, estimate_years, open_accounts


@pytest.fixture
def places():
    return pd.DataFrame(
        {
            "type": ["canteen", "nursery", "canteen", "bus_stop", "laundry", "canteen"],
            "floor_area_m2": [600.0, 400.0, 300.0, 10.0, 50.0, np.nan],
            "capacity": [120.0, 60.0, np.nan, 1.0, np.nan, 10.0],
        },
        index=["a", "b", "c", "d", "e", "f"],
    )


def test_a_year_is_twelve_months_of_the_account(places, demo, facility, on):
    table = estimate_years(places, demo, on=on)
    for name, kind, area, seats in (("a", "canteen", 600, 120), ("b", "nursery", 400, 60)):
        accounts = open_accounts([facility(type=kind, floor_area_m2=area, places=seats)], demo, on=on)
        (balance,) = balance_facilities(accounts)
        assert table.loc[name, "yearly_income_yuan"] == pytest.approx(12 * float(balance.earned), abs=0.2)
        assert table.loc[name, "yearly_subsidy_yuan"] == pytest.approx(12 * float(balance.subsidy), abs=0.2)
        cash = float(balance.cost - balance.depreciation)
        assert table.loc[name, "yearly_cost_yuan"] == pytest.approx(12 * cash, abs=0.2)
        assert table.loc[name, "fit_out_yuan"] == float(balance.capital)
        assert table.loc[name, "why_unknown"] == ""


def test_what_is_not_known_is_not_guessed(places, demo, on):
    table = estimate_years(places, demo, on=on)
    numbers = table.drop(columns=["why_unknown", "why_unknown_zh"])
    assert numbers.loc[["a", "b", "e"]].notna().all(axis=None)
    assert numbers.loc[["c", "d", "f"]].isna().all(axis=None)
    assert table.loc["c", "why_unknown"] == "`capacity` is missing"
    assert table.loc["f", "why_unknown"] == "`floor_area_m2` is missing"
    assert "template_bus_stop" in table.loc["d", "why_unknown"]


def test_the_nation_knows_no_figure_and_says_so(places, nation, on):
    table = estimate_years(places, nation, on=on)
    assert table.drop(columns=["why_unknown", "why_unknown_zh"]).isna().all(axis=None)
    assert "operating/template_canteen.meal_price" in table.loc["a", "why_unknown"]


def test_rows_keep_their_index_in_any_order(places, demo, on):
    table = estimate_years(places, demo, on=on)
    shuffled = places.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(estimate_years(shuffled, demo, on=on).loc[table.index], table)


def test_columns_that_are_not_there_are_not_known(demo, on):
    table = estimate_years(pd.DataFrame({"type": ["canteen", "laundry"]}), demo, on=on)
    assert table["yearly_cost_yuan"].isna().all()
    assert estimate_years(pd.DataFrame({"type": []}), demo, on=on).empty


def test_a_place_s_own_rent_goes_before_the_template_s(demo, on):
    places = pd.DataFrame({"type": "laundry", "floor_area_m2": 50.0, "room_rent_per_m2": [np.nan, 0.0, 10.0]})
    table = estimate_years(places, demo, on=on)
    template = float(demo.value("operating/template_of_commerce", "room_rent_per_m2", on=on).value)
    cost = table["yearly_cost_yuan"].tolist()
    assert cost[0] - cost[1] == pytest.approx(12 * 50 * template)
    assert cost[2] - cost[1] == pytest.approx(12 * 50 * 10)


def test_why_is_said_in_chinese_too(places, demo, nation, on):
    table = estimate_years(places, demo, on=on)
    assert "area_per_place" in table.loc["c", "why_unknown_zh"]
    assert "template_bus_stop" in table.loc["d", "why_unknown_zh"]
    assert table.loc["a", "why_unknown_zh"] == ""
    assert estimate_years(places, nation, on=on).loc["a", "why_unknown_zh"].startswith("待填：")
