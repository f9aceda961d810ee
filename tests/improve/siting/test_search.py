from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from linli.improve.siting.core import TOLERANCE, blank_core, breaches, core_value
from linli.improve.siting.search import search


@pytest.fixture
def problem(random_case):
    def make(seed):
        case = random_case(seed, options=9, demand=30)
        costs = case.options["cost_yuan"].to_numpy()
        return replace(
            blank_core(sparse.csr_array(case.matrix[:9].T.astype(float)), case.demand["weight"].to_numpy()),
            rows=sparse.csr_array(costs[None]),
            row_lower=np.array([-np.inf]),
            row_upper=np.array([12.0]),
        )

    return make


@pytest.mark.parametrize("seed", range(8))
def test_the_search_finds_the_best_of_all_on_small_cases(problem, best_of_all, seed):
    core = problem(seed)
    best = best_of_all(9, lambda x: breaches(core, x) <= TOLERANCE, lambda x: core_value(core, x))
    found = search(core, rounds=400, seed=seed)
    assert breaches(core, found) <= TOLERANCE
    assert core_value(core, found) == best


def test_the_same_seed_gives_the_same_choice(problem):
    core = problem(3)
    assert np.array_equal(search(core, rounds=300, seed=5), search(core, rounds=300, seed=5))


def test_forced_options_stay_and_forbidden_ones_stay_out(problem):
    core = problem(4)
    lower, upper = core.lower.copy(), core.upper.copy()
    lower[0], upper[1] = 1.0, 0.0
    found = search(replace(core, lower=lower, upper=upper), rounds=300, seed=1)
    assert found[0] == 1.0
    assert found[1] == 0.0


def test_an_unlawful_start_is_left_behind(problem):
    core = problem(5)
    found = search(core, rounds=400, seed=1, start=np.ones(9))
    assert breaches(core, found) <= TOLERANCE


def test_a_deadline_in_the_past_leaves_the_greedy_choice(problem):
    core = problem(6)
    assert np.array_equal(search(core, rounds=400, seed=1, deadline=0.0), search(core, rounds=0, seed=1))
