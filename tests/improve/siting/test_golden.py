"""What each kind of question says on the three sites, worked out by hand, in every way of solving.

a (30 yuan, room r1) reaches 1 and 2, b (20, r1) reaches 2 and 3, c (25, r2) reaches 3 and 4; the buildings weigh 10, 8,
7, 4. So a alone serves 18, b 15, c 11; a+b 25, a+c 29, b+c 19... 29 is everybody.
"""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from linli.improve.siting import (
    Effort,
    at_least,
    at_most,
    budget,
    capacitated_covering,
    covering_model,
    floor,
    force_in,
    force_out,
    least_cost_model,
    lp_text,
    minimum_cost,
    one_use,
    operating_balance,
    p_centre,
    p_median,
    precedence,
    set_covering,
    set_out,
    shared_area,
    solve,
    solve_model,
    what_if,
)

WAYS = {"compact": ("compact", 12_000), "cuts": ("cuts", 12_000), "kernel": ("cuts", 2), "branch": ("cuts", -1)}

NAMES = (
    "nothing_binds",
    "budget",
    "budget_of_years",
    "budget_carried_over",
    "budget_of_districts",
    "one_use",
    "one_use_and_money",
    "divided_area_too_small",
    "divided_area_enough",
    "forced",
    "forbidden",
    "at_most_in_all",
    "at_most_by_type",
    "at_most_by_district",
    "at_least",
    "largest_area",
    "precedence",
    "precedence_of_several",
    "balance",
    "balance_with_a_deficit",
    "balance_of_operators",
    "floor_share",
    "floor_amount",
    "floor_of_all",
    "floor_out_of_reach",
    "forced_beyond_the_money",
)


@pytest.fixture
def cases(three):
    """name: (constraints, floors, best choices, objective)."""
    o, d, _ = three
    return {
        "nothing_binds": ([], [], ["ac", "abc"], 29),
        "budget": ([budget(o, 45)], [], ["bc"], 19),  # a+b costs 50, b+c 45; a alone serves 18
        "budget_of_years": (
            [budget(o, {2026: 30, 2027: 20}, by="year")],  # a in 2026; b or c in 2027, c is too dear
            [],
            ["ab"],
            25,
        ),
        "budget_carried_over": (
            [budget(o, {2026: 25, 2027: 20}, by="year", carry_over=True)],  # a is too dear in 2026; b+c wait
            [],
            ["bc"],
            19,
        ),
        "budget_of_districts": (
            [budget(o.assign(district=["E", "W", "W"]), {"E": 29, "W": 40}, by="district")],
            [],
            ["b"],  # a is too dear for E, b+c too dear for W
            15,
        ),
        "one_use": ([one_use(o)], [], ["ac"], 29),
        "one_use_and_money": ([one_use(o), budget(o, 50)], [], ["bc"], 19),  # a+b is one room
        "divided_area_too_small": ([shared_area(o, {"r1": 109, "r2": 79})], [], ["a"], 18),
        "divided_area_enough": ([shared_area(o, {"r1": 110, "r2": 79})], [], ["ab"], 25),
        "forced": ([force_in(o, ["b"]), at_most(o, 1)], [], ["b"], 15),
        "forbidden": ([force_out(o, ["a"]), at_most(o, 1)], [], ["b"], 15),
        "at_most_in_all": ([at_most(o, 1)], [], ["a"], 18),
        "at_most_by_type": ([at_most(o, {"canteen": 0}, by="type")], [], ["a"], 18),
        "at_most_by_district": (
            [at_most(o.assign(district=["E", "E", "W"]), {"E": 1, "W": 0}, by="district")],
            [],
            ["a"],
            18,
        ),
        "at_least": ([at_least(o, {"canteen": 1}, by="type"), at_most(o, 1)], [], ["b"], 15),
        "largest_area": ([budget(o, 130, cost="floor_area_m2")], [], ["ab"], 25),  # a+c: 140, b+c: 130
        "precedence": ([precedence(o, [("a", "c")]), budget(o, 45)], [], ["bc"], 19),
        "precedence_of_several": ([precedence(o, [("a", ["b", "c"])]), budget(o, 50)], [], ["ab"], 25),
        "balance": ([operating_balance(o)], [], ["ab"], 25),  # a −4, b +4, c −3
        "balance_with_a_deficit": ([operating_balance(o, -7)], [], ["ac", "abc"], 29),
        "balance_of_operators": (
            [operating_balance(o.assign(operator=["x", "y", "y"]), 0, by="operator")],  # x: a alone, never
            [],
            ["bc"],
            19,
        ),
        "floor_share": ([at_most(o, 1)], [floor(d, {"C2": 1.0})], ["c"], 11),
        "floor_amount": ([at_most(o, 1)], [floor(d, {"C2": 5}, measure="amount")], ["b"], 15),
        "floor_of_all": ([budget(o, 25)], [floor(d, 0.5, by=None)], ["b"], 15),  # of 29: c is too few
        "floor_out_of_reach": ([at_most(o, 1)], [floor(d, 1.0)], [], None),
        "forced_beyond_the_money": ([force_in(o, ["a", "c"]), budget(o, 54)], [], [], None),
    }


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_the_one_worked_out_by_hand(three, cases, monkeypatch, name, way):
    options, demand, coverage = three
    constraints, floors, best, objective = cases[name]
    method, rows = WAYS[way]
    monkeypatch.setattr(solve, "COMPACT_ROWS", rows)
    model = covering_model(options, demand, coverage, constraints=constraints, floors=floors)
    plan = solve_model(model, Effort(gap=0.0, method=method, rounds=0))
    if objective is None:
        assert plan.status == "infeasible"
        assert plan.clash
        return
    assert (plan.status, plan.objective) == ("optimal", objective)
    assert plan.bound == pytest.approx(objective)
    assert "".join(plan.chosen) in best


@pytest.mark.parametrize("name", NAMES)
def test_a_room_two_types_and_everything_else_is_searched_by_brute_force(three, cases, name):
    """The hand-worked answers themselves: no choice of three options does better."""
    options, demand, coverage = three
    constraints, floors, best, objective = cases[name]
    covers, weight = coverage.matrix.toarray(), demand["weight"].to_numpy()
    values = {}
    for x in map(np.array, product((0, 1), repeat=3)):
        served = covers @ x > 0
        lawful = all((r.matrix @ x >= r.lower).all() and (r.matrix @ x <= r.upper).all() for r in constraints)
        for level in floors:
            amounts = [(level.amount * served)[level.codes == g].sum() for g in range(len(level.labels))]
            lawful = lawful and (np.array(amounts) >= level.lower - 1e-9).all()
        if lawful:
            values["".join(options.index[x > 0])] = weight[served].sum()
    assert max(values.values(), default=None) == objective
    assert {name for name, value in values.items() if value == objective} == set(best)


def test_a_dominated_option_is_needed_where_a_room_takes_one_use():
    """a serves all that b serves and more, yet b is chosen: a's room serves more as something else."""
    options = pd.DataFrame({"room": ["r1", "r2", "r1"]}, index=["a", "b", "other"])
    demand = pd.DataFrame({"weight": [5.0, 1.0, 9.0]}, index=[1, 2, 3])
    from linli.improve.siting import coverage_from_pairs

    pairs = pd.DataFrame({"option": ["a", "a", "b", "other"], "demand": [1, 2, 1, 3]})
    coverage = coverage_from_pairs(pairs, options.index, demand.index, distance=None)
    plan = solve_model(covering_model(options, demand, coverage, constraints=[one_use(options)]), Effort(gap=0.0))
    assert (plan.chosen, plan.objective) == (("b", "other"), 14.0)


def test_what_exists_already_is_not_newly_served(three):
    options, demand, coverage = three
    two = options.drop("c")
    model = covering_model(two, demand, coverage, existing=["c"], constraints=[at_most(two, 1)])
    plan = solve_model(model, Effort(gap=0.0))
    assert (plan.chosen, plan.objective) == (("a",), 18.0)  # b would add 8: 3 is served by c
    text = lp_text(model)
    assert "x_c" not in text
    assert "z_3" not in text


@pytest.mark.parametrize("way", WAYS)
def test_the_cheapest_way_to_serve_everybody_or_to_a_level(three, monkeypatch, way):
    options, demand, coverage = three
    method, rows = WAYS[way]
    monkeypatch.setattr(solve, "COMPACT_ROWS", rows)
    effort = Effort(gap=0.0, method=method, rounds=0)
    everybody = set_covering(options, demand, coverage, effort=effort)
    assert (everybody.chosen, everybody.objective) == (("a", "c"), 55.0)
    half = minimum_cost(options, demand, coverage, [floor(demand, 0.4)], effort=effort)
    assert (half.chosen, half.objective) == (("b",), 20.0)  # 8 of 18 and 7 of 11
    fewest = minimum_cost(options, demand, coverage, [floor(demand, 0.6)], cost=None, effort=effort)
    assert fewest.objective == 2.0
    with_c = minimum_cost(options.drop("c"), demand, coverage, [floor(demand, 0.6)], existing=["c"], effort=effort)
    assert (with_c.chosen, with_c.objective) == (("a",), 30.0)  # C1 needs 10.8 of 18: b brings 8


def test_places_that_do_not_do_for_everybody(three):
    """a has 10 places, b 12, c 5: with a and b 22 of the 25 in reach find one, with a and c 15, with all three 27."""
    options, demand, coverage = three

    def served(*rules, level=()):
        plan = capacitated_covering(
            options, demand, coverage, people="weight", constraints=rules, floors=level, effort=Effort(gap=0.0)
        )
        return plan.chosen, plan.objective

    assert served() == (("a", "b", "c"), 27.0)
    assert served(budget(options, 55)) == (("a", "b"), 22.0)
    assert served(at_most(options, 1)) == (("b",), 12.0)
    # in C2 eleven people: nine of them need b and c, then 5 of c and 12 of b
    assert served(budget(options, 55), level=[floor(demand, {"C2": 0.8})]) == (("b", "c"), 17.0)


def test_places_that_clash_with_a_level_are_named(three):
    options, demand, coverage = three
    plan = capacitated_covering(
        options, demand, coverage, people="weight", floors=[floor(demand, {"C1": 1.0})],
        constraints=[at_most(options, 2)],
    )  # fmt: skip
    assert plan.status == "optimal"  # 18 people, 10 + 12 places
    short = options.assign(capacity=[10.0, 7.0, 5.0])
    plan = capacitated_covering(
        short, demand, coverage, people="weight", floors=[floor(demand, {"C1": 1.0})], constraints=[at_most(short, 2)],
    )  # fmt: skip
    assert plan.status == "infeasible"
    assert {clash.label for clash in plan.clash} == {"capacity a", "capacity b", "floor C1"}
    assert sum(clash.relax_by for clash in plan.clash) == pytest.approx(1.0)


def test_every_case_is_asked(cases):
    assert set(cases) == set(NAMES)


def test_the_least_total_and_the_shortest_longest_way(three):
    options, demand, _ = three
    metres = pd.DataFrame(
        {
            "option": list("aaaabbbbcccc"),
            "demand": [1, 2, 3, 4] * 3,
            "distance_m": [100.0, 250, 600, 900, 400, 0, 300, 500, 800, 700, 120, 80],
        }
    )
    # a alone: 1000 + 2000 + 4200 + 3600; b: 4000 + 0 + 2100 + 2000; c: 8000 + 5600 + 840 + 320
    one = p_median(options, demand, metres, 1, effort=Effort(gap=0.0))
    assert (one.chosen, one.objective) == (("b",), 8100.0)
    two = p_median(options, demand, metres, 2, effort=Effort(gap=0.0))
    assert (two.chosen, two.objective) == (("a", "c"), 1000 + 2000 + 840 + 320)
    beside_c = p_median(options.drop("c"), demand, metres, 1, existing=["c"], effort=Effort(gap=0.0))
    assert (beside_c.chosen, beside_c.objective) == (("a",), 4160.0)  # with b: 4000 + 0 + 840 + 320
    assert [p_centre(options, demand, metres, p).objective for p in (1, 2, 3)] == [500.0, 250.0, 120.0]
    assert p_centre(options.drop("c"), demand, metres, 1, existing=["c"]).chosen == ("a",)  # 250; with b 400


def test_what_ifs_by_hand(three):
    options, demand, coverage = three
    standing = set_out(covering_model(options, demand, coverage, constraints=[budget(options, 55)]))
    assert set(standing.plan.chosen) == {"a", "c"}
    assert what_if(standing, force_in=["b"]).objective == 25.0
    assert what_if(standing, forbid=["a"]).objective == 19.0
    assert what_if(standing, limits={"budget": 30.0}).objective == 18.0
    assert what_if(standing, limits={"budget": 75.0}, force_in=["b"]).objective == 29.0
    assert what_if(standing, force_in=["a", "b", "c"]).status == "infeasible"
    with pytest.raises(ValueError, match="both"):
        what_if(standing, force_in=["a"], forbid=["a"])


def test_what_if_the_cheapest_way_must_hold_something(three):
    options, demand, coverage = three
    standing = set_out(least_cost_model(options, demand, coverage, floors=[floor(demand, 0.4)]))
    assert standing.plan.objective == 20.0
    assert what_if(standing, forbid=["b"]).objective == 55.0  # a for C1, c for C2
    forced = what_if(standing, force_in=["c"])
    assert (forced.objective, set(forced.chosen)) == (45.0, {"b", "c"})


def test_what_if_the_only_one_that_reaches_a_building_is_forbidden(three):
    options, demand, coverage = three
    standing = set_out(least_cost_model(options, demand, coverage, everybody=True))
    assert standing.plan.objective == 55.0
    assert what_if(standing, forbid=["a"]).status == "infeasible"
    assert what_if(standing, force_in=["b"]).objective == 75.0
