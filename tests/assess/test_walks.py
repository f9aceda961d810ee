import numpy as np
import pytest

from linli.assess.city import build_city
from linli.assess.options import AssessOptions
from linli.assess.walks import (
    Zones,
    accesses,
    build_walks,
    is_within,
    nearest_field,
    pairs_within,
    prepare_fields,
    within_of_kth,
)


@pytest.fixture
def city(tiny):
    return build_city(tiny)


@pytest.fixture
def walks(city):
    return build_walks(city, 1000.0, AssessOptions(), None)


def mask(city, *ids):
    return np.isin(city.facilities.index.to_numpy(), ids)


def test_nearest_of_a_set(city, walks):
    found = nearest_field(walks, mask(city, "f1", "f2"))
    assert found.distance_m.tolist() == [0, 100, 200, 300, 400, 400, 300, 200, 100, 0]
    names = city.facilities.index.to_numpy()[found.target]
    # halfway there is a tie at 450 and 550 m only in appearance: 400 < 500
    assert names.tolist() == ["f1"] * 5 + ["f2"] * 5


def test_ties_fall_to_the_first_id(city, walks):
    found = nearest_field(walks, mask(city, "f3", "f4"))  # 450 m and 250 m: the building at 350 m is between
    assert city.facilities.index[found.target[3]] == "f3"


def test_nobody_is_beyond_reach_not_unknown(city, walks):
    found = nearest_field(walks, mask(city))
    assert np.isinf(found.distance_m).all()
    assert (found.target == -1).all()


def test_together_equals_one_by_one(city, walks):
    sets = [mask(city, *ids) for ids in (["f1"], ["f1", "f2"], [], ["f3", "f7"], ["f7"])]
    prepare_fields(walks, sets)
    alone = build_walks(city, 1000.0, AssessOptions(), None)
    for one in sets:
        prepare_fields(alone, [one])
        assert alone.fields[one.tobytes()].distance_m.tolist() == walks.fields[one.tobytes()].distance_m.tolist()
        assert alone.fields[one.tobytes()].target.tolist() == walks.fields[one.tobytes()].target.tolist()


def test_the_limit_is_within(city):
    found = nearest_field(build_walks(city, 300.0, AssessOptions(), None), mask(city, "f1"))
    assert is_within(found.distance_m, 300.0).tolist() == [True] * 4 + [False] * 6
    assert not is_within(np.array([np.nan, np.inf, 300.01]), 300.0).any()


def test_two_of_them(city, walks):
    both = mask(city, "f1", "f4")  # 50 and 250 m
    assert within_of_kth(walks, both, 2, 200.0).tolist() == [True] * 3 + [False] * 7
    assert within_of_kth(walks, both, 1, 200.0).tolist() == [True] * 5 + [False] * 5
    assert not within_of_kth(walks, mask(city, "f1"), 2, 1000.0).any()


def test_pairs(city, walks):
    code, row = pairs_within(city, walks, mask(city, "f1", "f4"), 300.0)
    ids = city.facilities.index.to_numpy()[row]
    # buildings of A at 50, 150; of B at 250, 350, 450; of C at 550, 650
    assert list(zip(code.tolist(), ids, strict=True)) == [(0, "f1"), (0, "f4"), (1, "f1"), (1, "f4"), (2, "f4")]
    assert pairs_within(city, walks, mask(city), 300.0)[0].size == 0


def test_access_is_shared(city, walks):
    rows = np.flatnonzero(mask(city, "f1"))
    found = accesses(walks, rows, np.array([30.0]), np.full(10, 5.0), Zones((300.0,), (1.0,)))
    assert found.tolist() == [1.5] * 4 + [0.0] * 6
