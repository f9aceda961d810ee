"""Slow, obvious twins on random streets: who could be served from where, what a plan leaves out as adding nobody."""

import numpy as np
import pytest

from linli.improve.plan import plan_options
from linli.improve.question import make_question

TYPES = ("nursery", "health_station", "elderly_station", "supermarket", "convenience_store", "pocket_park")


@pytest.fixture(scope="module", params=range(6))
def street(request, town, kit):
    rng = np.random.default_rng(request.param)
    rooms = [
        kit.room(
            f"r{i}",
            float(rng.integers(0, 1001)),
            floor_area_m2=float(rng.choice([40, 130, 210, 360, 1200])),
            storey=float(rng.choice([1, 1, 1, 2])),
            own_entrance=bool(rng.random() < 0.8),
            allowed_types=[None, "nursery;supermarket"][int(rng.random() < 0.2)],
        )
        for i in range(8)
    ]
    made = town(
        rooms=rooms,
        plots=[kit.plot(f"p{i}", float(rng.integers(0, 1001)), site_area_m2=900.0) for i in range(2)],
        facilities=[
            kit.facility(f"f{i}", kind, float(rng.integers(0, 1001)), floor_area_m2=float(rng.choice([60, 400, 1000])))
            for i, kind in enumerate(rng.choice(TYPES, 5))
        ],
        buildings=[(i, {"residents_0_2": float(rng.integers(0, 9)), "residents_60_79": 3.0}) for i in range(10)],
    )
    return made, made.find(types=TYPES, areas_m2={"pocket_park": 400.0})


def standing_at(made, options):
    """Where each place and each building stands along the street, m."""
    places = {name: row.geometry.x for name, row in options.places.iterrows()}
    least = made.survey.metric("streets").geometry.bounds["minx"].min()
    buildings = made.survey.metric("buildings").set_index("building_id").geometry.x
    return {name: x - least for name, x in places.items()}, (buildings - least).to_dict()


def test_every_link_is_one_that_counting_one_by_one_finds(street):
    """For each lawful option, demand and building: within the distance, large enough, somebody there, not served."""
    made, options = street
    places, homes = standing_at(made, options)
    ids = options.ground.city.building_ids
    expected = set()
    for number, option in options.table.iterrows():
        for d, demand in enumerate(options.demands):
            for way in demand.ways:
                if option["type"] not in way.types:
                    continue
                if option["floor_area_m2"] < way.sizes.get("min_floor_area", 0.0):
                    continue
                if option["site_area_m2"] < way.sizes.get("min_site_area", 0.0):
                    continue
                for b, name in enumerate(ids):
                    near = abs(homes[name] - places[option["place"]]) <= way.distance_m + 1e-6
                    if near and way.helps[b]:
                        expected.add((number, d, b))
    found = set(zip(options.links["option"], options.links["demand"], options.links["building"], strict=True))
    assert found == expected
    assert len(found) > 20
    for row in options.links.itertuples():
        place = options.table["place"][row.option]
        assert row.distance_m == pytest.approx(abs(homes[ids[row.building]] - places[place]), abs=1e-3)


def test_every_pair_is_an_option_or_refused_once(street):
    _, options = street
    pairs = set(zip(options.table["place"], options.table["type"], strict=True))
    refused = list(zip(options.refused["place"], options.refused["type"], strict=True))
    assert len(refused) == len(set(refused))
    assert not pairs & set(refused)
    asked = {kind for demand in options.demands for way in demand.ways for kind in way.types} & set(TYPES)
    assert pairs | set(refused) == {(place, kind) for place in options.places.index for kind in asked}


def test_the_demand_rows_are_the_buildings_reached_once_each_with_their_weight(street):
    _, options = street
    question = make_question(options)
    reached = set(zip(options.links["demand"], options.links["building"], strict=True))
    rows = list(zip(question.demand["demand"], question.demand["building"], strict=True))
    assert sorted(rows) == sorted(reached)
    matrix = question.coverage.matrix.toarray()
    for row in options.links.itertuples():
        assert matrix[rows.index((row.demand, row.building)), row.option] == 1
    assert matrix.sum() == len(options.links)


def test_what_a_plan_leaves_out_adds_nobody_and_what_it_keeps_does(street):
    made, options = street
    question = make_question(options)
    plan = plan_options(options, made.assessment)
    matrix, weight = question.coverage.matrix.toarray() > 0, question.demand["residents"].to_numpy()
    x = question.options.index.isin(plan.chosen["option_id"].tolist())
    served = matrix[:, x].any(axis=1)
    assert weight[served].sum() == pytest.approx(plan.meta.objective)
    for option in np.flatnonzero(x):
        without = x.copy()
        without[option] = False
        assert weight[matrix[:, without].any(axis=1)].sum() < plan.meta.objective, question.options.index[option]
