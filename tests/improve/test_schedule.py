from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import sparse

from linli.improve.schedule import Schedule, schedule_mip
from linli.improve.siting.mip import solve_mip

BASE = Schedule(
    covers=sparse.csr_array(np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]], dtype=np.int8)),
    weight=np.array([10.0, 5.0, 8.0]),
    duration=np.array([0, 0, 1]),
    first=np.array([0, 0, 0]),
    years=2,
    counted=3,
    spend=np.zeros((3, 2, 2)),
    district=np.array([0, 0, 1]),
    city_yuan=None,
    district_yuan=np.zeros((2, 2)),
)


def cost(table, years):
    """Whole cost in the year of the start."""
    spend = np.zeros((len(table), years, years))
    for i, yuan in enumerate(table):
        for start in range(years):
            spend[i, start, start] = yuan
    return spend


def starts_of(schedule):
    result = solve_mip(schedule_mip(schedule), gap=0.0)
    if result.point is None:
        return None, result
    y = np.round(result.point[: schedule.n * schedule.years]).reshape(schedule.n, schedule.years)
    return np.where(y.any(axis=1), y.argmax(axis=1), -1).tolist(), result


def value(schedule, starts):
    total = 0.0
    for year in range(schedule.counted):
        opened = np.array([s >= 0 and s + d <= year for s, d in zip(starts, schedule.duration, strict=True)])
        total += schedule.weight[(schedule.covers @ opened.astype(int)) > 0].sum()
    return total


def payable(schedule, starts):
    """Whether city and districts can pay: what the districts lack together, the city has."""
    if schedule.city_yuan is None:
        return True
    spent = np.zeros((schedule.districts, schedule.years))
    for i, start in enumerate(starts):
        if start >= 0:
            spent[schedule.district[i]] += schedule.spend[i, start]
    lacking = (
        np.cumsum(spent - schedule.district_yuan, axis=1) if schedule.carry_over else spent - schedule.district_yuan
    )
    lacking = np.maximum(lacking, 0.0)
    if not schedule.carry_over:
        return bool((lacking.sum(axis=0) <= schedule.city_yuan + 1e-6).all())
    need = np.maximum.accumulate(lacking, axis=1).sum(axis=0)
    return bool((need <= np.cumsum(schedule.city_yuan) + 1e-6).all())


def lawful(schedule, starts):
    for i, start in enumerate(starts):
        if start >= 0 and start < schedule.first[i]:
            return False
    for a, b in schedule.after:
        if starts[a] >= 0 and not (starts[b] >= 0 and starts[b] + schedule.duration[b] <= starts[a]):
            return False
    if any(starts[i] < 0 for i in schedule.forced):
        return False
    if schedule.max_starts is not None and any(
        starts.count(year) > schedule.max_starts for year in range(schedule.years)
    ):
        return False
    return payable(schedule, starts)


def best(schedule):
    choices = product(range(-1, schedule.years), repeat=schedule.n)
    return max((value(schedule, list(one)) for one in choices if lawful(schedule, list(one))), default=None)


def test_everything_at_once_if_nothing_binds():
    starts, result = starts_of(BASE)
    # a serves 15 for three years, c 8 for two; b adds nobody
    assert (starts[0], starts[2]) == (0, 0)
    assert result.objective == 15 * 3 + 8 * 2


@pytest.mark.parametrize(
    ("changes", "objective"),
    [
        ({"max_starts": 1}, 15 * 3 + 8 * 1),
        ({"first": np.array([1, 0, 0])}, 5 * 1 + 15 * 2 + 8 * 2),
        ({"first": np.array([2, 2, 2])}, 0.0),
        ({"after": ((0, 2),)}, 5 * 1 + 15 * 2 + 8 * 2),  # a waits for c, b serves five meanwhile
        ({"forced": (1,), "max_starts": 1}, 15 * 3 + 0),  # b must start some time: it takes the second year
        ({"spend": cost([2.0, 1.0, 1.0], 2), "city_yuan": np.array([1.0, 1.0])}, 5 * 1 + 15 * 2),
        ({"spend": cost([2.0, 1.0, 1.0], 2), "city_yuan": np.array([1.0, 1.0]), "carry_over": False}, 8 * 2 + 5 * 2),
        ({"spend": cost([2.0, 1.0, 1.0], 2), "city_yuan": np.zeros(2), "district_yuan": 2 * np.eye(2)}, 15 * 3),
        ({"counted": 5}, 15 * 5 + 8 * 4),
    ],
)  # fmt: skip
def test_each_rule_by_itself(changes, objective):
    schedule = replace(BASE, **changes)
    _, result = starts_of(schedule)
    expected = best(schedule)
    assert result.objective == pytest.approx(expected)
    if "carry_over" not in changes and "spend" not in changes:
        assert expected == objective


def test_what_is_forced_and_cannot_be_is_infeasible():
    schedule = replace(BASE, forced=(0, 1, 2), max_starts=1)
    starts, result = starts_of(schedule)
    assert (starts, result.status) == (None, "infeasible")


@pytest.mark.parametrize("seed", range(12))
def test_brute_force_finds_nothing_better(seed):
    rng = np.random.default_rng(seed)
    n, years, m = 5, 3, 7
    duration = rng.integers(0, 3, n)
    money = rng.integers(1, 6, n).astype(float)
    spend = np.zeros((n, years, years))
    for i, start in product(range(n), range(years)):
        span = max(int(duration[i]), 1)
        for offset in range(span):
            spend[i, start, min(start + offset, years - 1)] += money[i] / span
    schedule = Schedule(
        covers=sparse.csr_array((rng.random((m, n)) < 0.4).astype(np.int8)),
        weight=rng.integers(1, 20, m).astype(float),
        duration=duration,
        first=rng.integers(0, 2, n),
        years=years,
        counted=int(rng.integers(3, 6)),
        spend=spend,
        district=rng.integers(0, 2, n),
        city_yuan=rng.integers(0, 4, years).astype(float) if rng.random() < 0.8 else None,
        district_yuan=rng.integers(0, 3, (2, years)).astype(float),
        carry_over=bool(rng.random() < 0.6),
        after=((0, 1),) if rng.random() < 0.5 else (),
        max_starts=2 if rng.random() < 0.3 else None,
    )
    _, result = starts_of(schedule)
    assert result.objective == pytest.approx(best(schedule))


def test_properties():
    assert (BASE.n, BASE.districts, BASE.open_years) == (3, 2, 3)
    assert BASE.started(1, 5).tolist() == [2, 3]
    assert BASE.started(1, -1).tolist() == []
