from dataclasses import replace

import pytest

from linli.errors import InputError
from linli.improve.explore import ask, budget_frontier, order_of_building, set_up, shadow_prices
from linli.improve.plan import plan_options

COSTS = {"convert": {"any": 1000.0}}
A, B, C = (f"room:{name}:nursery" for name in "abc")


@pytest.fixture(scope="module")
def options(three):
    return three.find(types=("nursery",), unit_costs=COSTS, budget=[{"yuan": 200_000.0}])


@pytest.fixture(scope="module")
def standing(three, options):
    return set_up(options, three.assessment)


def ids(plan):
    return plan.chosen["option_id"].tolist()


def test_the_plan_as_it_stands(standing):
    assert ids(standing.plan) == [B]
    assert standing.plan.meta.objective == 30.0


def test_what_if(standing):
    assert ids(ask(standing, force_in=[A])) == [A]
    assert ids(ask(standing, forbid=[B])) in ([A], [C])
    richer = ask(standing, budget_yuan=600_000.0)
    assert ids(richer) == [A, B, C]
    assert richer.limits.set_index("label").loc["budget", "upper"] == 600_000.0
    assert ask(standing, force_in=[A, C]).meta.status == "infeasible"
    assert ids(ask(standing)) == [B]


def test_a_what_if_is_the_plan_that_would_have_been_made(three, standing, options):
    forced = replace(options, choices=options.choices.model_copy(update={"force_in": (C,)}))
    fresh, asked = plan_options(forced, three.assessment), ask(standing, force_in=[C])
    assert fresh.meta.objective == asked.meta.objective
    assert fresh.options.equals(asked.options)
    assert asked.meta.choices.force_in == (C,)
    undone = ask(replace(standing, question=standing.question), forbid=[C])
    assert undone.meta.choices.forbid == (C,)


def test_an_unknown_option(standing):
    with pytest.raises(InputError, match="force_in"):
        ask(standing, force_in=["room:x:nursery"])
    with pytest.raises(InputError, match="room:a:nursery"):
        ask(standing, forbid=["room:a:canteen"])


def test_what_each_budget_buys(three, options):
    found = budget_frontier(options, three.assessment, [200_000.0, 400_000.0, 600_000.0, 800_000.0])
    assert found.table["objective"].tolist() == [30.0, 40.0, 50.0, 50.0]
    prices = shadow_prices(found, 100_000.0)
    assert prices["gained"].tolist() == [10.0, 10.0, 0.0]
    assert prices["per_step"].tolist() == [5.0, 5.0, 0.0]
    assert (prices["gained_low"] <= prices["gained"]).all()
    assert (prices["gained"] <= prices["gained_high"]).all()
    with pytest.raises(ValueError, match="step_yuan"):
        shadow_prices(found, 0.0)


def test_build_in_this_order(three, options):
    order = order_of_building(options, three.assessment, [200_000.0, 400_000.0, 600_000.0])
    assert order.steps["option"].tolist()[0] == B
    assert set(order.steps["option"]) == {A, B, C}
    assert order.stages["nested"].tolist() == [30.0, 40.0, 50.0]


def test_budgets_need_a_budget(three):
    options = three.find(types=("nursery",))
    with pytest.raises(InputError, match="budget"):
        budget_frontier(options, three.assessment, [1.0])
    with pytest.raises(InputError, match="budget"):
        order_of_building(options, three.assessment, [1.0])
    with pytest.raises(InputError, match="budget"):
        ask(set_up(options, three.assessment), budget_yuan=1.0)
