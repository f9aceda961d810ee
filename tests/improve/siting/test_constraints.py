"""One golden model a constraint on the three sites, and what each refuses."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from linli.errors import InputError
from linli.improve.siting import (
    at_least,
    at_most,
    budget,
    covering_model,
    floor,
    force_in,
    force_out,
    least_cost_model,
    lp_text,
    one_use,
    operating_balance,
    precedence,
    shared_area,
)
from linli.improve.siting import constraints as module

GOLDEN = Path(__file__).parent / "golden"

CASES = {
    "budget": lambda o: budget(o, 45),
    "budget_by_year": lambda o: budget(o, {2026: 30, 2027: 20}, by="year"),
    "budget_carry_over": lambda o: budget(o, {2026: 30, 2027: 20}, by="year", carry_over=True),
    "budget_by_district": lambda o: budget(o.assign(district=["E", "E", "W"]), {"E": 40, "W": 20}, by="district"),
    "largest_area": lambda o: budget(o, 130, cost="floor_area_m2"),
    "at_most_in_all": lambda o: at_most(o, 2),
    "at_most_by_district": lambda o: at_most(o.assign(district=["E", "E", "W"]), 1, by="district"),
    "at_least_by_type": lambda o: at_least(o, {"canteen": 1}, by="type"),
    "operating_balance_by_operator": lambda o: operating_balance(o.assign(by=["x", "y", "y"]), {"y": 2.0}, by="by"),
    "one_use": one_use,
    "shared_area": lambda o: shared_area(o, {"r1": 100, "r2": 90}),
    "force_in": lambda o: force_in(o, ["b"]),
    "force_out": lambda o: force_out(o, ["a"]),
    "at_most": lambda o: at_most(o, {"canteen": 1}, by="type"),
    "at_least": lambda o: at_least(o, 2),
    "precedence": lambda o: precedence(o, [("a", "b"), ("c", ["a", "b"])]),
    "operating_balance": lambda o: operating_balance(o, -1.0),
}


@pytest.mark.parametrize("name", CASES)
def test_the_constraint_reads_as_its_equation(three, name):
    options, demand, coverage = three
    model = covering_model(options, demand, coverage, constraints=[CASES[name](options)])
    assert lp_text(model) == (GOLDEN / f"{name}.lp").read_text(encoding="utf-8")


@pytest.mark.parametrize("measure", ["share", "amount"])
def test_the_floor_reads_as_its_equation(three, measure):
    options, demand, coverage = three
    level = {"C1": 0.5} if measure == "share" else 4
    model = covering_model(options, demand, coverage, floors=[floor(demand, level, measure=measure)])
    assert lp_text(model) == (GOLDEN / f"floor_{measure}.lp").read_text(encoding="utf-8")


QUESTIONS = {
    "least_cost": lambda o, d, c: least_cost_model(o, d, c, floors=[floor(d, 0.4)]),
    "set_covering": lambda o, d, c: least_cost_model(o, d, c, everybody=True),
    "existing": lambda o, d, c: covering_model(
        o.drop("c"), d, c, existing=["c"], floors=[floor(d, {"C2": 9}, measure="amount")]
    ),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_question_reads_as_its_equations(three, name):
    assert lp_text(QUESTIONS[name](*three)) == (GOLDEN / f"{name}.lp").read_text(encoding="utf-8")


def test_no_constraint_is_without_a_golden_model():
    functions = set(module.__all__) - {"Constraint"}
    assert functions <= set(CASES)
    others = {"floor_share", "floor_amount", "capacitated", "p_median", *QUESTIONS}
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(CASES) | others


def test_groups_without_a_limit_and_rows_without_a_group_are_not_bound(three):
    options, _, _ = three
    assert at_most(options, {"canteen": 1}, by="type").labels == ("at_most canteen",)
    loose = options.assign(room=["r1", None, "r1"])
    assert one_use(loose).matrix.toarray().tolist() == [[1.0, 0.0, 1.0]]


def test_a_room_with_one_option_needs_no_row(three):
    assert one_use(three[0]).labels == ("one_use r1",)


def test_limits_by_group_need_the_group(three):
    with pytest.raises(ValueError, match="`by`"):
        budget(three[0], {2026: 1.0})


def test_a_missing_cost_is_refused_not_read_as_nothing(three):
    with pytest.raises(InputError, match="`cost_yuan` of b"):
        budget(three[0].assign(cost_yuan=[1.0, np.nan, 2.0]), 5)


def test_an_unknown_option_is_refused(three):
    with pytest.raises(InputError, match="«q»"):
        force_in(three[0], ["q"])
    with pytest.raises(InputError, match="«q»"):
        precedence(three[0], [("a", "q")])


def test_inputs_stay_as_they_are(three):
    options, _, _ = three
    before = options.copy(deep=True)
    for make in CASES.values():
        make(options)
    pd.testing.assert_frame_equal(options, before)
