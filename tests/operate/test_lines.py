from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.operate.lines import DIVISORS, FIGURES, LEVERS, LINES, MEASURES, STREAMS, lines_of, needs_of, scale, work_out

everything = st.fixed_dictionaries(
    {
        name: st.floats(0.5, 1) if name in {"occupancy", "overhead_share"} else st.floats(1, 1000)
        for name in (*FIGURES, *MEASURES)
    }
)


def naive(f):
    """Every line written out by itself."""
    rent = f["rent_per_m2"] * f["floor_area_m2"] * f["occupancy"]
    fees = f["fee_per_place"] * f["places"] * f["occupancy"]
    eaten = f["meals_per_place_day"] * f["places"] * f["occupancy"] * f["days_per_month"]
    parking = f["parking_per_space"] * f["places"] * f["occupancy"]
    property_fee = f["property_fee_per_m2"] * f["managed_area_m2"] * f["occupancy"]
    earned = rent + fees + f["meal_price"] * eaten + parking + f["advertising_per_month"] + property_fee
    return {
        "rent": rent,
        "fees": fees,
        "meals": f["meal_price"] * eaten,
        "parking": parking,
        "advertising": f["advertising_per_month"],
        "property": property_fee,
        "subsidy_places": f["subsidy_per_place"] * f["places"] * f["occupancy"],
        "subsidy_fixed": f["subsidy_per_month"],
        "wages_fixed": f["wage"] * f["staff"],
        "wages_places": f["wage"] * f["places"] / f["places_per_staff"],
        "goods": f["goods_per_meal"] * eaten,
        "energy": f["energy_per_m2"] * f["floor_area_m2"],
        "maintenance": f["maintenance_per_m2"] * f["floor_area_m2"] / 12,
        "room_rent": f["room_rent_per_m2"] * f["floor_area_m2"],
        "management": f["overhead_share"] * earned,
        "fit_out": f["fit_out_per_m2"] * f["floor_area_m2"] / f["life_years"] / 12,
        "equipment": f["equipment"] / f["life_years"] / 12,
        "fit_out_capital": f["fit_out_per_m2"] * f["floor_area_m2"],
        "equipment_capital": f["equipment"],
    }


@given(figures=everything)
def test_every_line_equals_its_twin(figures):
    found, expected = work_out(figures), naive(figures)
    assert list(found) == [line.name for line in LINES]
    assert found == pytest.approx(expected)


@given(figures=everything)
def test_exact_money_floats_and_arrays_agree(figures):
    exact = work_out({name: Decimal(str(number)) for name, number in figures.items()})
    many = work_out({name: np.array([number, number]) for name, number in figures.items()})
    for name, amount in work_out(figures).items():
        assert float(exact[name]) == pytest.approx(amount)
        assert many[name] == pytest.approx([amount, amount])


def test_a_line_occurs_if_its_key_figure_does():
    assert [line.name for line in lines_of({"meal_price": 1, "life_years": 8})] == ["meals"]
    assert [line.name for line in lines_of({"wage": 1, "staff": 2})] == ["wages_fixed"]
    assert [line.name for line in lines_of({"wage": 1, "places_per_staff": 2})] == ["wages_places"]
    assert lines_of({"occupancy": 1}) == ()


def test_needs_are_told_before_anything_is_worked_out():
    assert needs_of({"fee_per_place": 1}) == ("fee_per_place", "places", "occupancy")
    assert needs_of({"maintenance_per_m2": 1}) == ("maintenance_per_m2", "floor_area_m2")
    with pytest.raises(KeyError, match="places"):
        work_out({"fee_per_place": 1.0})


def test_the_vocabulary_is_closed():
    used = {name for line in LINES for name in (*line.times, *line.over)} - {"months", "earned"}
    assert used == {*FIGURES, *MEASURES}
    assert {line.stream for line in LINES} == set(STREAMS)
    assert {name for names in LEVERS.values() for name in names} <= set(FIGURES)
    assert set(DIVISORS) == {name for line in LINES for name in line.over} - {"months"}
    assert len({line.name for line in LINES}) == len(LINES)


def test_levers_turn_their_figures_and_leave_the_rest():
    figures = {"meal_price": 10.0, "fee_per_place": 5.0, "wage": 100.0}
    assert scale(figures, {"price": 1.1}) == pytest.approx({"meal_price": 11.0, "fee_per_place": 5.5, "wage": 100.0})
    assert figures["meal_price"] == 10.0
    with pytest.raises(KeyError):
        scale(figures, {"weather": 2})


def test_occupancy_never_goes_above_one():
    assert scale({"occupancy": Decimal("0.9")}, {"occupancy": Decimal(2)}) == {"occupancy": 1}
    turned = scale({"occupancy": 0.9}, {"occupancy": np.array([0.5, 2.0])}, np.minimum)
    assert turned["occupancy"].tolist() == [0.45, 1.0]
