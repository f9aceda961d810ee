"""Years of a contract, held by cases worked out by hand (``golden/contracts.yaml``) and by slow twins."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linli.errors import UnsetValueError
from linli.operate import Contract, cash_flow, npv, payback_years, read_contract
from linli.operate.contract import month_amounts, present_value
from linli.strictyaml import read_yaml

CASES = [
    pytest.param(case, id=case["name"]) for case in read_yaml(Path(__file__).parent / "golden" / "contracts.yaml").data
]
yuan = st.floats(-1e6, 1e6)
rates = st.floats(0, 0.5)


def figures_of(earned, subsidy, cost, capital, life):
    return {
        "advertising_per_month": earned,
        "subsidy_per_month": subsidy,
        "staff": 1.0,
        "wage": cost,
        "equipment": capital,
        "life_years": life,
    }


@pytest.mark.parametrize("case", CASES)
def test_golden(case):
    contract = Contract(**case["contract"])
    flows = cash_flow([figures_of(**case["monthly"], capital=case["capital"], life=case["life"])], contract)
    assert flows == pytest.approx(np.array(case["flows"], dtype=float))
    assert float(npv(flows, contract.discount_rate)) == pytest.approx(case["npv"], abs=1e-4)
    payback = payback_years(flows, contract.discount_rate)
    assert payback == (None if case["payback"] is None else pytest.approx(case["payback"], abs=1e-4))


def naive_npv(flows, rate):
    total = 0.0
    for year, flow in enumerate(flows):
        total += flow / (1 + rate) ** year
    return total


def naive_flow(months, contract):
    """Year by year, one facility after another."""
    flows = [0.0] * (contract.years + 1)
    for earned, subsidy, cost, capital, life in months:
        bought = 0.0
        while bought < contract.years:
            year = -int(-bought // 1)
            if year < contract.years:
                flows[year] -= capital
            bought += life
        for year in range(1, contract.years + 1):
            flows[year] += 12 * earned * (1 + contract.income_growth) ** (year - 1) + 12 * subsidy
            flows[year] -= 12 * cost * (1 + contract.cost_growth) ** (year - 1)
    return flows


@given(
    months=st.lists(
        st.tuples(*[st.floats(0, 1e5)] * 3, st.floats(0, 1e6), st.integers(1, 12).map(float)), min_size=1, max_size=4
    ),
    contract=st.builds(Contract, st.integers(1, 20), rates, st.floats(0, 0.1), st.floats(0, 0.1)),
)
def test_flow_and_value_equal_their_twins(months, contract):
    flows = cash_flow([figures_of(*month) for month in months], contract)
    assert flows == pytest.approx(np.array(naive_flow(months, contract)), abs=1e-6)
    whole = sum(present_value(figures_of(*month), contract) for month in months)
    assert whole == pytest.approx(naive_npv(flows, contract.discount_rate), rel=1e-9, abs=1e-5)
    assert float(npv(flows, contract.discount_rate)) == pytest.approx(
        naive_npv(flows, contract.discount_rate), rel=1e-9, abs=1e-6
    )


@given(first=st.floats(-1e6, 0), later=st.lists(st.floats(0, 1e6), min_size=1, max_size=20), low=rates, high=rates)
def test_of_an_ordinary_flow_a_higher_rate_is_never_worth_more(first, later, low, high):
    """Ordinary: money goes out first and comes in later, so the value falls with the rate."""
    low, high = sorted((low, high))
    flows = [first, *later]
    assert float(npv(flows, high)) <= float(npv(flows, low)) + 1e-6


@given(flows=st.lists(yuan, min_size=1, max_size=12), more=st.lists(yuan, min_size=12, max_size=12), rate=rates)
def test_values_add_up(flows, more, rate):
    other = np.array(more[: len(flows)])
    both = npv(np.array(flows) + other, rate)
    assert float(both) == pytest.approx(float(npv(flows, rate) + npv(other, rate)), rel=1e-9, abs=1e-4)


@given(first=st.floats(-1e6, -1), later=st.lists(st.floats(0, 1e6), min_size=1, max_size=12), rate=rates)
def test_what_pays_back_is_worth_something_and_the_reverse(first, later, rate):
    flows = [first, *later]
    value = float(npv(flows, rate))
    assume(abs(value) > 1e-3)
    back = payback_years(flows, rate)
    assert (back is not None) == (value > 0)
    if back is not None:
        assert 0 <= back <= len(later)


def test_payback_counts_only_when_it_is_for_good():
    assert payback_years([-100, 150, -100, 20]) is None
    assert payback_years([-100, 150, -100, 100]) == pytest.approx(2.5)
    assert payback_years([5, 1]) == 0.0


def test_draws_go_along_the_first_axis():
    contract = Contract(3, 0.05)
    one = figures_of(100.0, 0.0, 40.0, 500.0, 2.0)
    many = {**one, "wage": np.array([40.0, 60.0]), "equipment": np.array([500.0, 500.0])}
    flows = cash_flow([many, one], contract)
    assert flows.shape == (2, 4)
    assert flows[0] == pytest.approx(2 * cash_flow([one], contract))
    assert npv(flows, 0.05).shape == (2,)


def test_nothing_wears_out_without_a_life():
    flows = cash_flow([{"equipment_unused": 0.0, "advertising_per_month": 1.0}], Contract(2, 0))
    assert flows.tolist() == [0, 12, 12]


def test_a_month_tells_cash_from_depreciation():
    month = month_amounts(figures_of(100.0, 10.0, 40.0, 960.0, 8.0))
    assert month == {"earned": 100, "subsidy": 10, "cost": 50, "cash_cost": 40, "capital": 960}


def test_terms_come_from_the_catalogue(demo, nation, on):
    contract = read_contract(demo, on=on)
    assert (contract.years, contract.discount_rate, contract.income_growth, contract.cost_growth) == (
        10,
        0.05,
        0.02,
        0.03,
    )
    assert [value.name for value in contract.terms][-1] == "agreement_years"
    with pytest.raises(UnsetValueError, match="discount_rate"):
        read_contract(nation, on=on)


def test_years_must_be_whole(with_pack, dated, on):
    text = "id: operating/agreement_years\nvalues:\n" + dated("agreement_years", 2.5, "years")
    with pytest.raises(ValueError, match="whole number of years"):
        read_contract(with_pack({"operating/agreement_years.yaml": text}), on=on)
