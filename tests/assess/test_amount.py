import numpy as np
import pytest

from linli.assess.amount import area, count, evidence_in_community
from linli.assess.city import build_city
from linli.assess.standards import Limit, Requirement


def asked(kind, **more):
    limits = {key: Limit(key, f"s/i.{key}", float(value), "count") for key, value in more.pop("limits").items()}
    return Requirement("s", "s/i", "r", kind, "must", ("existing",), limits=limits, **more)


@pytest.fixture
def city(tiny):
    return build_city(tiny, frozenset({"park"}))


def test_counts_by_hand(city):
    found = count(city, asked("count", types=("nursery", "supermarket"), limits={"min_count": 2}), None)
    assert found.value.tolist() == [2, 0, 0, 1]
    assert found.degree.tolist() == [1, 0, 0, 0.5]
    assert found.shortfall.tolist() == [0, 2, 2, 1]
    ids = city.facilities.index.to_numpy()[found.evidence["counted"].row]
    assert ids.tolist() == ["f1", "f4", "f2"]


def test_a_pair_within_and_in_the_community_counts_once(city):
    rows = city.facilities.index.get_indexer(["f1", "f1"])
    within = (np.array([0, 1]), rows.astype("int64"))
    found = count(city, asked("count", types=("nursery",), limits={"min_count": 1}), within)
    assert found.value.tolist() == [1, 1, 0, 1]


def test_size_counts(city):
    found = count(city, asked("count", types=("nursery",), limits={"min_count": 1, "min_floor_area": 200}), None)
    assert found.degree.tolist() == [1, 0, 0, 0]
    assert city.facilities.index.to_numpy()[found.evidence["too_small"].row].tolist() == ["f2"]


def test_area_by_hand(city):
    need = asked("area_per_households", types=("nursery",), limits={"per_100_households": 1000})
    found = area(city, need)
    assert found.required.tolist() == [400.0] * 4
    assert found.degree.tolist() == [0.625, 0, 0, 0.25]
    assert found.shortfall.tolist() == [150, 400, 400, 300]


def test_site_area_of_an_outline(city):
    need = asked("area_per_residents", types=("park",), area="site", limits={"per_1000_residents": 60000})
    found = area(city, need)
    assert found.value.round(-1).tolist() == [0, 0, 6000, 0]
    assert found.degree.round(4).tolist() == [0, 0, 0.5, 0]


def test_evidence_is_by_community_then_id(city):
    found = evidence_in_community(city, np.ones(len(city.facilities), bool), np.ones(len(city.facilities)))
    assert found.code.tolist() == sorted(found.code)
    assert city.facilities.index.to_numpy()[found.row].tolist() == ["f1", "f4", "f3", "f6", "f7", "f2"]
