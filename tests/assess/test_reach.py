"""Reach against a slow, obvious twin: walks on the ladder by hand, loops over communities and buildings."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.assess.evaluate import measure
from linli.assess.ground import prepare
from linli.assess.options import AssessOptions

OPTIONS = AssessOptions(standards=("complete_community",))


def walk(x0, x1):
    """Both stand on the lower rail, so the walk is straight along it."""
    return abs(x0 - x1)


def naive(buildings, facilities, band, radius, area):
    """Residents and residents within, by community, at best and for sure."""
    total, best, sure = {}, {}, {}
    for building in buildings:
        name = building["community_id"]
        people = building[band]
        total[name] = total.get(name, 0) + people
        near = [f for f in facilities if walk(building["x"], f["x"]) <= radius]
        fits = [f for f in near if f["area"] is not None and f["area"] >= area]
        unknown = [f for f in near if f["area"] is None]
        best[name] = best.get(name, 0) + (people if fits or unknown else 0)
        sure[name] = sure.get(name, 0) + (people if fits else 0)
    return total, best, sure


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    homes=st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 50), st.sampled_from("AB")), min_size=2, max_size=12),
    nurseries=st.lists(st.tuples(st.integers(0, 1000), st.sampled_from([None, 100, 200, 300])), max_size=5),
)
def test_equals_its_twin(city_kit, catalogue, homes, nurseries):
    kit = city_kit
    communities = [
        {"community_id": "A", "name": "A", "geometry": kit.box(-10, -50, 500, 150)},
        {"community_id": "B", "name": "B", "geometry": kit.box(500, -50, 1010, 150)},
    ]
    rows = [
        {"building_id": f"b{i:02d}", "community_id": name, "x": x, "babies": babies}
        for i, (x, babies, name) in enumerate(homes)
    ]
    buildings = [
        {
            "building_id": row["building_id"],
            "community_id": row["community_id"],
            **kit.people(100.0, {"0_2": float(row["babies"]), "15_59": 100.0 - row["babies"]}),
            "geometry": kit.at(row["x"]),
        }
        for row in rows
    ]
    facilities = [
        {"facility_id": f"f{i}", "type": "nursery", "floor_area_m2": area, "geometry": kit.at(x)}
        for i, (x, area) in enumerate(nurseries)
    ]
    survey = kit.survey_of(communities=communities, buildings=buildings, facilities=facilities)
    ground = prepare(survey, catalogue, OPTIONS, lambda *_: None)
    requirement = next(one for one in ground.requirements if one.item == "complete_community/nursery")
    found = measure(ground, requirement)
    plain = [{"x": x, "area": area} for x, area in nurseries]
    total, best, sure = naive(rows, plain, "babies", requirement.value("distance"), requirement.value("min_floor_area"))
    for i, name in enumerate(ground.city.communities.index):
        if not total.get(name):
            assert np.isnan(found.degree[i])
            continue
        assert found.degree[i] == pytest.approx(best[name] / total[name])
        assert found.low[i] == pytest.approx(sure[name] / total[name])
        assert found.high[i] == pytest.approx(best[name] / total[name])
        assert found.shortfall[i] == pytest.approx(total[name] - best[name])


def test_serving_facilities_add_up_to_those_within(tiny, catalogue):
    ground = prepare(tiny, catalogue, OPTIONS, lambda *_: None)
    requirement = next(one for one in ground.requirements if one.item == "complete_community/health_station")
    found = measure(ground, requirement)
    serving = found.evidence["serving"]
    people = np.bincount(serving.code, weights=serving.amount, minlength=4)
    assert people.tolist() == found.bands["residents_within"][:, 0].tolist()
    assert np.isnan(found.nearest_m[:, 0]).sum() == 0


def test_many_pairs_are_counted_the_same_way(tiny, catalogue, monkeypatch):
    ground = prepare(tiny, catalogue, OPTIONS, lambda *_: None)
    requirement = next(one for one in ground.requirements if one.item == "complete_community/supermarket")
    dense = measure(ground, requirement).evidence["serving"]
    monkeypatch.setattr("linli.assess.reach.PAIR_CELLS", 0)
    sparse = measure(ground, requirement).evidence["serving"]
    for name in ("code", "row", "amount"):
        assert getattr(dense, name).tolist() == getattr(sparse, name).tolist()
