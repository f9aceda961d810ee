from itertools import product

import numpy as np
import pytest

from linli.improve.siting import Effort, budget, build_order, covering_model, force_in


@pytest.mark.parametrize("seed", range(6))
def test_the_order_is_nested_lawful_and_costs_what_it_says(random_case, seed):
    case = random_case(seed + 1100)
    model = covering_model(case.options, case.demand, case.coverage, constraints=[budget(case.options, 0)])
    limits = [4.0, 9.0, 15.0]
    order = build_order(model, limits, effort=Effort(gap=0.0))
    cost, weight = case.options["cost_yuan"], case.demand["weight"].to_numpy()
    built: list[str] = []
    for stage, limit in enumerate(limits):
        built += order.steps.loc[order.steps["stage"] == stage, "option"].tolist()
        assert cost[built].sum() <= limit
        reached = case.matrix[[case.options.index.get_loc(name) for name in built]].any(axis=0)
        assert order.stages["nested"][stage] == weight[reached].sum()
    assert len(set(built)) == len(built)
    assert order.steps["gain"].sum() == order.steps["total"].iloc[-1]
    table = order.stages
    assert (table["cost_of_nesting"] >= 0).all()
    assert (table["free"] - table["nested"] == table["cost_of_nesting"]).all()
    assert (table["free_bound"] >= table["nested"]).all()


def test_of_both_directions_the_better_one_is_taken(random_case):
    """On small cases no nested sequence of these two kinds is better than the one returned."""
    case = random_case(1201, options=5)
    model = covering_model(case.options, case.demand, case.coverage, constraints=[budget(case.options, 0)])
    order = build_order(model, [5.0, 10.0], effort=Effort(gap=0.0))
    cost, weight = case.options["cost_yuan"].to_numpy(), case.demand["weight"].to_numpy()
    values = {x: weight[case.matrix[:5][np.array(x) > 0].any(axis=0)].sum() for x in product([0, 1], repeat=5)}
    best = max(
        values[small] + values[large]
        for small in values
        for large in values
        if all(a <= b for a, b in zip(small, large, strict=True))
        and cost @ np.array(small) <= 5
        and cost @ np.array(large) <= 10
    )
    assert order.stages["nested"].sum() <= best
    assert order.built in ("small_first", "large_first")


@pytest.mark.parametrize("seed", range(4))
def test_within_a_stage_the_one_that_adds_most_goes_first(random_case, seed):
    """Counted anew before each step."""
    case = random_case(seed + 1250, options=9, demand=40)
    model = covering_model(case.options, case.demand, case.coverage, constraints=[budget(case.options, 0)])
    order = build_order(model, [8.0, 16.0], effort=Effort(gap=0.0))
    weight = case.demand["weight"].to_numpy()
    served = np.zeros(len(weight), dtype=bool)

    def adds(name):
        return weight[case.matrix[case.options.index.get_loc(name)] & ~served].sum()

    for _, steps in order.steps.groupby("stage"):
        names = steps["option"].tolist()
        for number, row in enumerate(steps.itertuples()):
            assert row.gain == adds(row.option) == max(adds(name) for name in names[number:])
            served |= case.matrix[case.options.index.get_loc(row.option)]
            assert row.total == weight[served].sum()


def test_a_limit_that_cannot_be_kept_builds_nothing_there(three):
    options, demand, coverage = three
    model = covering_model(options, demand, coverage, constraints=[budget(options, 0), force_in(options, ["a"])])
    order = build_order(model, [20.0, 30.0, 55.0], effort=Effort(gap=0.0))
    assert order.steps["option"].tolist() == ["a", "c"]
    assert order.steps["stage"].tolist() == [1, 2]
    assert np.isnan(order.stages["nested"][0])
    assert order.stages["nested"].tolist()[1:] == [18.0, 29.0]
    assert order.stages["cost_of_nesting"].tolist()[1:] == [0.0, 0.0]
