from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import sparse

from linli.improve.siting.core import (
    TOLERANCE,
    blank_core,
    breaches,
    core_value,
    reduce_core,
    restrict_core,
    served_rows,
)


@pytest.fixture
def rich(random_case):
    """Return a maker of problems with everything: constraints, floors, must-rows, linear parts, an offset."""

    def make(seed):
        case, rng = random_case(seed, options=6, demand=15), np.random.default_rng(seed)
        covers = sparse.csr_array(case.matrix[:6].T.astype(float))
        floors = np.zeros((2, 15))
        floors[0, :7], floors[1, 5:] = case.demand["residents"][:7], case.demand["weight"][5:]
        must = np.zeros(15, dtype=bool)
        must[np.flatnonzero(case.matrix[:6].any(axis=0))[0]] = True
        return replace(
            blank_core(covers, case.demand["weight"].to_numpy()),
            must=must,
            linear=rng.integers(-4, 4, 6).astype(float),
            rows=sparse.csr_array(np.vstack([case.options["cost_yuan"], rng.integers(-3, 4, 6)]).astype(float)),
            row_lower=np.array([-np.inf, -5.0]),
            row_upper=np.array([18.0, np.inf]),
            floors=sparse.csr_array(floors),
            floors_x=sparse.csr_array((2, 6)),
            floor_lower=np.array([5.0, 6.0]),
            offset=3.0,
        )

    return make


def naive_value(core, x):
    table = core.covers.toarray()
    value = core.offset
    for j, row in enumerate(table):
        if any(row[i] and x[i] for i in range(len(x))):
            value += core.weight[j]
    return value + sum(core.linear[i] * x[i] for i in range(len(x)))


def all_choices(count):
    return [np.array(x, dtype=float) for x in product([0, 1], repeat=count)]


@pytest.mark.parametrize("seed", range(6))
def test_the_value_is_what_counting_one_by_one_gives(rich, seed):
    core = rich(seed)
    for x in all_choices(6):
        assert core_value(core, x) == naive_value(core, x)


@pytest.mark.parametrize("seed", range(12))
def test_reducing_changes_neither_value_nor_lawfulness_of_any_choice(rich, seed):
    core = rich(seed)
    small = reduce_core(core)
    assert small.covers.shape[0] < core.covers.shape[0]
    for x in all_choices(6):
        lawful = breaches(core, x) <= TOLERANCE
        assert lawful == (breaches(small, x) <= TOLERANCE)
        assert core_value(small, x) == pytest.approx(core_value(core, x))


@pytest.mark.parametrize("seed", range(12))
def test_fixing_options_changes_neither_value_nor_lawfulness_of_the_rest(rich, seed):
    core, rng = rich(seed), np.random.default_rng(seed)
    lower, upper = np.zeros(6), np.ones(6)
    fixed = rng.choice(6, 3, replace=False)
    lower[fixed[:1]], upper[fixed[1:]] = 1.0, 0.0
    small, free = restrict_core(reduce_core(core), lower, upper)
    assert sorted([*free, *fixed]) == list(range(6))
    for part in all_choices(len(free)):
        x = lower.copy()
        x[free] = part
        assert core_value(small, part) == pytest.approx(core_value(core, x))
        if served_rows(core, x)[core.must].all():
            assert (breaches(core, x) <= TOLERANCE) == (breaches(small, part) <= TOLERANCE)


def test_a_row_that_must_be_served_and_cannot_be_is_not_reduced_away():
    core = replace(blank_core(sparse.csr_array((1, 2)), np.ones(1)), must=np.array([True]))
    assert reduce_core(core).must.tolist() == [True]
    assert breaches(core, np.ones(2)) == 1.0
