import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.improve.budgets import budget_grid, look_at_budgets
from linli.improve.choices import ProposalOptions

COSTS = {"convert": {"any": 1000.0}}
A, B, C = (f"room:{name}:nursery" for name in "abc")
EACH = 200_000.0


@pytest.fixture(scope="module")
def options(three):
    return three.find(types=("nursery",), unit_costs=COSTS, budget=[{"yuan": EACH}])


def look(three, options, **choices):
    return look_at_budgets(options, three.assessment, ProposalOptions(time_limit_s=None, **choices))


def test_what_each_budget_buys(three, options):
    found = look(three, options, budgets_yuan=[0, EACH, 2 * EACH, 3 * EACH, 5 * EACH], step_yuan=100_000)
    frontier = found.frontier
    assert frontier["objective"].tolist() == [0.0, 30.0, 40.0, 50.0, 50.0]
    assert frontier["residents"].tolist() == [0.0, 30.0, 40.0, 50.0, 50.0]
    assert frontier["old_young"].tolist() == [0.0, 30.0, 40.0, 50.0, 50.0]  # children under three
    assert frontier["cost_yuan"].tolist() == [0.0, EACH, 2 * EACH, 3 * EACH, 3 * EACH]
    assert frontier["projects"].tolist() == [0, 1, 2, 3, 3]
    assert set(frontier["status"]) == {"optimal"}
    shadow = found.shadow
    assert shadow["gained"].tolist() == [30.0, 10.0, 10.0, 0.0]
    assert shadow["per_step_yuan"].tolist() == pytest.approx([15.0, 5.0, 5.0, 0.0])
    assert shadow["gained"].sum() == frontier["objective"].iloc[-1] - frontier["objective"].iloc[0]
    assert (shadow["gained_low"] <= shadow["gained"]).all()
    assert (shadow["gained"] <= shadow["gained_bound"]).all()
    assert shadow["residents"].tolist() == [30.0, 10.0, 10.0, 0.0]


def test_the_order_of_building(three, options):
    order = look(three, options, budgets_yuan=[EACH, 2 * EACH, 3 * EACH]).order
    assert order["position"].tolist() == [1, 2, 3]
    assert order["option_id"][0] == B
    assert set(order["option_id"]) == {A, B, C}
    assert order["budget_yuan"].tolist() == [EACH, 2 * EACH, 3 * EACH]
    assert order["gained"].tolist() == [30.0, 10.0, 10.0]
    assert order["total"].tolist() == order["nested"].tolist() == [30.0, 40.0, 50.0]
    assert order["nesting_costs"].tolist() == [0.0, 0.0, 0.0]
    assert look(three, options, budgets_yuan=[EACH], order=False).order.empty


def test_budgets_from_nothing_to_everything(three, options):
    found = look(three, options, points=3).frontier
    assert found["budget_yuan"].tolist()[0] == 0.0
    assert EACH in found["budget_yuan"].tolist()  # the plan's own
    assert found["budget_yuan"].iloc[-1] == 3 * EACH
    assert found["objective"].iloc[-1] == 50.0


def test_without_a_budget_too(three):
    free = three.find(types=("nursery",), unit_costs=COSTS)
    assert look(three, free, points=2).frontier["objective"].tolist() == [0.0, 0.0, 50.0]


def test_the_districts_money_is_one_fund(three):
    lines = [{"yuan": EACH, "district": "East"}, {"yuan": EACH, "district": "West"}]
    options = three.find(types=("nursery",), unit_costs=COSTS, budget=lines)
    found = look(three, options, budgets_yuan=[EACH, 3 * EACH]).frontier
    assert found["objective"].tolist() == [30.0, 50.0]


def test_more_money_never_serves_fewer(three, options):
    found = look(three, options, budgets_yuan=[k * EACH / 2 for k in range(8)]).frontier
    assert all(one <= two for one, two in itertools.pairwise(found["objective"]))
    assert (found["cost_yuan"] <= found["budget_yuan"]).all()


@pytest.mark.parametrize(
    ("most", "points", "also", "grid"),
    [
        (0.0, 4, (), (0.0,)),
        (0.0, 4, (5.0,), (0.0, 5.0)),
        (48_300_000, 4, (), (0.0, 3e6, 12e6, 27e6, 49e6)),
        (600_000, 2, (), (0.0, 150_000.0, 600_000.0)),
        (600_000, 2, (200_000.0,), (0.0, 150_000.0, 200_000.0, 600_000.0)),
        (7.0, 1, (), (0.0, 7.0)),
    ],
)
def test_a_grid_that_is_easy_to_read(most, points, also, grid):
    assert budget_grid(most, points, also) == pytest.approx(grid)


@given(st.floats(1.0, 1e12), st.integers(1, 20))
def test_a_grid_reaches_everything(most, points):
    grid = budget_grid(most, points)
    assert grid[0] == 0.0
    assert list(grid) == sorted(set(grid))
    assert grid[-1] >= most * (1 - 1e-9)
    assert grid[-1] <= most * 1.11
    assert len(grid) <= points + 1
