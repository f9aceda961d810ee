import time
from dataclasses import replace

import numpy as np
import pytest

from linli.improve.siting import (
    Effort,
    at_most,
    budget,
    covering_model,
    floor,
    force_in,
    one_use,
    operating_balance,
    precedence,
    solve,
)
from linli.improve.siting.core import TOLERANCE, breaches, core_value
from linli.improve.siting.least_cost import least_cost_model
from linli.improve.siting.model import core_of
from linli.improve.siting.solve import closed, prepare_core, relative_gap, solve_core, solve_prepared

WAYS = {"compact": 12_000, "cuts": 12_000, "kernel": 6, "branch": -1}
"""How many rows count as small: prices for all of it; small problems within a large one; none is ever small."""

RULES = {
    "budget": lambda case: ([budget(case.options, 12)], []),
    "years": lambda case: ([budget(case.options, {2026: 7, 2027: 5}, by="year", carry_over=True)], []),
    "rooms": lambda case: ([budget(case.options, 20), one_use(case.options)], []),
    "floors": lambda case: ([budget(case.options, 20)], [floor(case.demand, 0.3)]),
    "other_floors": lambda case: ([budget(case.options, 20)], [floor(case.demand, 0.3, amount="residents")]),
    "balance": lambda case: ([operating_balance(case.options), at_most(case.options, 4)], []),
    "needs": lambda case: (
        [precedence(case.options, [("o0", "o1"), ("o2", ["o3", "o4"])]), at_most(case.options, 3)],
        [],
    ),
    "forced": lambda case: ([force_in(case.options, ["o3"]), budget(case.options, 14)], []),
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_finds_the_best_of_all_under_every_rule(random_case, best_of_all, monkeypatch, seed, rule, way):
    case = random_case(seed + 100, options=8, demand=24)
    constraints, floors = RULES[rule](case)
    core = core_of(
        covering_model(
            case.options, case.demand, case.coverage, existing=case.existing, constraints=constraints, floors=floors
        )
    )
    monkeypatch.setattr(solve, "COMPACT_ROWS", WAYS[way])
    effort = Effort(gap=0.0, method="compact" if way == "compact" else "cuts", rounds=0)
    answer = solve_core(core, effort)
    best = best_of_all(8, lambda x: breaches(core, x) <= TOLERANCE, lambda x: core_value(core, x))
    if best is None:
        assert answer.status == "infeasible"
        assert answer.x is None
    else:
        assert answer.status == "optimal"
        assert answer.objective == pytest.approx(answer.bound) == pytest.approx(best)
        assert core_value(core, answer.x) == pytest.approx(best)
        assert breaches(core, answer.x) <= TOLERANCE


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("everybody", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_finds_the_least_cost(random_case, best_of_all, monkeypatch, seed, everybody, way):
    case = random_case(seed + 200, options=8, demand=24, density=0.45)
    model = least_cost_model(
        case.options, case.demand, case.coverage, everybody=everybody, existing=case.existing,
        floors=[] if everybody else [floor(case.demand, 0.6)],
    )  # fmt: skip
    core = core_of(model)
    monkeypatch.setattr(solve, "COMPACT_ROWS", WAYS[way])
    answer = solve_core(core, Effort(gap=0.0, method="compact" if way == "compact" else "cuts", rounds=0))
    best = best_of_all(8, lambda x: breaches(core, x) <= TOLERANCE, lambda x: core_value(core, x))
    assert answer.status == ("infeasible" if best is None else "optimal")
    if best is not None:
        assert answer.objective == pytest.approx(best)


@pytest.fixture
def middling(random_case):
    case = random_case(7, options=30, demand=300, density=0.1)
    return core_of(covering_model(case.options, case.demand, case.coverage, constraints=[budget(case.options, 40)]))


def test_the_search_alone_is_never_called_optimal_without_a_proof(middling):
    answer = solve_core(middling, Effort(method="search", rounds=50))
    assert answer.status == "feasible"
    assert answer.method == "search"
    assert answer.bound >= solve_core(middling, Effort(gap=0.0)).objective


def test_all_ways_agree_on_a_middling_case(middling):
    values = {solve_core(middling, Effort(gap=0.0, method=way)).objective for way in ("compact", "cuts", "auto")}
    assert len(values) == 1


def test_the_report_only_gets_better(middling):
    told = []
    answer = solve_core(middling, Effort(gap=0.0, method="cuts", rounds=0), report=lambda *line: told.append(line))
    objectives, bounds = [line[1] for line in told], [line[2] for line in told]
    assert objectives == sorted(objectives)
    assert bounds == sorted(bounds, reverse=True)
    assert (objectives[-1], bounds[-1]) == (answer.objective, pytest.approx(answer.bound))


def test_the_time_that_is_over_leaves_a_choice_and_a_bound(middling):
    answer = solve_core(middling, Effort(gap=0.0, rounds=0), deadline=time.monotonic() - 1)
    assert answer.status in ("time_limit", "optimal")
    assert answer.x is not None
    assert answer.bound >= answer.objective


def test_cuts_found_once_serve_the_next_question(middling):
    prepared = prepare_core(middling)
    effort = Effort(gap=0.0, method="cuts", rounds=0)
    first = solve_prepared(prepared, effort)
    held = len(prepared.pool.constant)
    again = solve_prepared(prepared, effort, start=first.x)
    assert again.objective == first.objective
    assert held > 0


@pytest.fixture
def asked(random_case):
    """Return a prepared question and a maker of it under other limits."""
    case = random_case(41, options=9, demand=40)
    core = core_of(covering_model(case.options, case.demand, case.coverage, constraints=[budget(case.options, 14)]))
    prepared = prepare_core(core)

    def changed(limit=14.0, forced=(), forbidden=()):
        lower, upper = prepared.core.lower.copy(), prepared.core.upper.copy()
        lower[list(forced)], upper[list(forbidden)] = 1.0, 0.0
        return replace(prepared, core=replace(prepared.core, row_upper=np.array([limit]), lower=lower, upper=upper))

    return prepared, changed


def test_what_was_proven_bounds_every_problem_that_allows_no_more(asked):
    prepared, changed = asked
    assert prepared.known_bound() == np.inf
    plan = solve_prepared(prepared, Effort(gap=0.0))
    assert changed().known_bound() == changed(9.0, forced=[1], forbidden=[2]).known_bound() == plan.bound
    assert changed(14.5).known_bound() == np.inf
    tighter = changed(9.0)
    less = solve_prepared(tighter, Effort(gap=0.0))
    assert less.bound < plan.bound
    assert changed(8.0).known_bound() == less.bound  # the least of those that hold
    assert changed(10.0).known_bound() == plan.bound


@pytest.mark.parametrize("seed", range(6))
def test_no_known_bound_is_below_what_can_be_had(random_case, best_of_all, seed):
    case, rng = random_case(seed + 1700, options=8, demand=30), np.random.default_rng(seed)
    rules = [budget(case.options, 14), at_most(case.options, 4)]
    levels = [floor(case.demand, 0.1)]
    prepared = prepare_core(
        core_of(covering_model(case.options, case.demand, case.coverage, constraints=rules, floors=levels))
    )
    for _ in range(12):
        lower = (rng.random(8) < 0.1).astype(float)
        upper = np.maximum(lower, (rng.random(8) < 0.9).astype(float))
        limits = np.array([rng.integers(6, 20), rng.integers(1, 6)]).astype(float)
        core = replace(prepared.core, lower=lower, upper=upper, row_upper=limits)
        one = replace(prepared, core=core)
        best = best_of_all(
            8, lambda x, core=core: breaches(core, x) <= TOLERANCE, lambda x, core=core: core_value(core, x)
        )
        assert best is None or one.known_bound() >= best - 1e-9
        answer = solve_prepared(one, Effort(gap=0.3, method="cuts", rounds=0))
        assert answer.status == ("infeasible" if best is None else "optimal")
        assert best is None or answer.bound >= best - 1e-9 >= answer.objective - 2e-9


def test_a_small_problem_is_relaxed_whole_and_solved_as_closely_as_it_can_be(middling, monkeypatch):
    monkeypatch.setattr(solve, "solve_lp", None)  # never asked
    answer = solve_core(middling, Effort(gap=0.05, method="cuts"))
    exact = solve_core(middling, Effort(gap=0.0))
    assert answer.objective <= exact.objective <= answer.bound
    assert relative_gap(answer.objective, answer.bound) < 0.025 or answer.objective == exact.objective


@pytest.mark.parametrize(
    ("objective", "bound", "gap"),
    [(100.0, 101.0, 0.01), (-100.0, -99.0, 0.01), (0.0, 0.0, 0.0), (-np.inf, 5.0, np.inf)],
)
def test_the_gap_is_relative_to_what_was_found(objective, bound, gap):
    assert relative_gap(objective, bound) == pytest.approx(gap)
    assert closed(objective, bound, 0.01) == (gap <= 0.01)
