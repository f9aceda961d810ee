"""The compiled steps against counting anew after each of them."""

import numpy as np
import pytest
from scipy import sparse

from linli.improve.siting import kernels
from linli.improve.siting.core import blank_core
from linli.improve.siting.search import _city


@pytest.fixture
def city(random_case):
    from dataclasses import replace

    case = random_case(11, options=8, demand=20)
    core = replace(
        blank_core(sparse.csr_array(case.matrix[:8].T.astype(float)), case.demand["weight"].to_numpy()),
        rows=sparse.csr_array(case.options["cost_yuan"].to_numpy()[None]),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([14.0]),
    )
    return core, _city(core)


def fresh(core, city):
    return kernels.Now(
        np.zeros(8, dtype=np.int64), core.covers.T @ core.weight, np.zeros(20, dtype=np.int64), np.zeros(1)
    )


def naive(core, x):
    """Count everything anew: gains, counts, activity."""
    table = core.covers.toarray()
    counts = [sum(int(table[j, i] * x[i]) for i in range(8)) for j in range(20)]
    gain = [sum(core.weight[j] for j in range(20) if table[j, i] and counts[j] == 0) for i in range(8)]
    return gain, counts, [sum(core.rows.toarray()[0, i] * x[i] for i in range(8))]


def test_turning_on_and_off_keeps_gains_counts_and_activity(city):
    core, packed = city
    now, rng = fresh(*city), np.random.default_rng(1)
    for option in rng.integers(0, 8, 60):
        (kernels.turn_off if now.x[option] else kernels.turn_on)(packed, now, option)
        gain, counts, activity = naive(core, now.x)
        assert now.gain.tolist() == pytest.approx(gain)
        assert now.counts.tolist() == counts
        assert now.activity.tolist() == pytest.approx(activity)
        assert kernels.violated(packed, now) == (activity[0] > 14.0)


def test_the_best_addition_is_the_best_that_fits(city):
    core, packed = city
    now = fresh(*city)
    costs = core.rows.toarray()[0]
    while True:
        gain, _, activity = naive(core, now.x)
        fitting = [i for i in range(8) if not now.x[i] and gain[i] > 0 and activity[0] + costs[i] <= 14.0]
        found = kernels.best_addition(packed, now, False, 0.0)
        if not fitting:
            assert found == -1
            break
        assert gain[found] == max(gain[i] for i in fitting)
        assert found in fitting
        kernels.turn_on(packed, now, found)


def test_mending_gives_up_the_least_until_the_limit_is_kept(city):
    core, packed = city
    now = fresh(*city)
    for option in range(8):
        kernels.turn_on(packed, now, option)
    expected, costs, table = np.ones(8), core.rows.toarray()[0], core.covers.toarray()
    while costs @ expected > 14.0:
        counts = table @ expected
        worth = [core.weight[(table[:, i] > 0) & (counts == 1)].sum() / packed.use[i] for i in range(8)]
        expected[min((i for i in range(8) if expected[i]), key=lambda i: worth[i])] = 0
    kernels.mend(packed, now)
    assert now.x.tolist() == expected.tolist()
    assert not kernels.violated(packed, now)


def test_what_giving_up_cannot_mend_is_left(city):
    _core, packed = city
    packed = packed._replace(fixed=np.ones(8, dtype=np.int64))
    now = fresh(*city)
    for option in range(8):
        kernels.turn_on(packed, now, option)
    kernels.mend(packed, now)
    assert now.x.sum() == 8


def test_climbing_keeps_its_books(city):
    core, packed = city
    now, best, values = fresh(*city), np.zeros(8, dtype=np.int64), np.array([0.0, 0.0])
    kernels.climb(packed, now, best, values, 3, 200, 3, 0.01)
    gain, counts, _ = naive(core, now.x)
    assert now.gain.tolist() == pytest.approx(gain)
    assert values[0] == pytest.approx(sum(core.weight[j] for j in range(20) if counts[j]))
    assert values[1] == pytest.approx(core.weight[(core.covers @ best) > 0].sum())
    assert values[1] >= values[0]
