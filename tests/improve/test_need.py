import numpy as np
import pytest

from linli.assess.items import binds
from linli.improve.choices import ImproveOptions
from linli.improve.need import (
    ages_known,
    band_weights,
    concerned,
    find_demands,
    item_weights,
    old_young,
    people,
    weights,
)
from linli.improve.options import find_options


def demands_of(made, **choices):
    options = made.find(**choices)
    return options.ground, {demand.key: demand for demand in options.demands}, options


def test_what_a_plan_calls_before_is_what_the_assessment_found(demo):
    survey, assessment, catalogue = demo
    options = find_options(survey, assessment, catalogue, ImproveOptions(verbs=("must", "should", "where_possible")))
    table = assessment.requirements.set_index(["item", "requirement", "community_id"])
    ground, checked = options.ground, 0
    for demand in options.demands:
        without = concerned(ground, demand) * demand.without
        code = ground.city.building_code
        for i, community in enumerate(ground.city.communities.index):
            row = (demand.requirement.item, demand.requirement.id, community)
            if not binds(ground.city, demand.requirement)[i] or row not in table.index:
                continue
            expected = table.loc[row, "residents_without"]
            assert without[code == i].sum() == (0.0 if np.isnan(expected) else expected), row
            checked += 1
    assert checked > 200


def test_who_is_without(town, kit):
    made = town(facilities=[kit.facility("n", "nursery", 100.0)])
    ground, demands, _ = demands_of(made)
    nursery = demands["complete_community/nursery.reach"]
    assert nursery.served.tolist() == [True] * 4 + [False] * 6
    assert nursery.without.sum() == 6
    assert people(ground, nursery).sum(axis=0).tolist() == [0.0, 50.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert concerned(ground, nursery).sum() == 50.0
    everybody = demands["complete_community/service_station.reach"]
    assert concerned(ground, everybody).sum() == 1000.0
    assert old_young(ground, everybody).sum() == 400.0
    assert old_young(ground, nursery).sum() == 50.0


def test_a_facility_that_is_too_small_serves_nobody(town, kit):
    made = town(facilities=[kit.facility("n", "nursery", 100.0, floor_area_m2=199.0)])
    _, demands, _ = demands_of(made)
    assert not demands["complete_community/nursery.reach"].served.any()


def test_two_shops_instead_of_a_supermarket(town, kit):
    shop = {"floor_area_m2": 60.0}
    made = town(
        facilities=[
            kit.facility("s1", "convenience_store", 100.0, **shop),
            kit.facility("s2", "convenience_store", 300.0, **shop),
        ],
        rooms=[kit.room("r", 700.0)],
    )
    _, demands, options = demands_of(made, types=("supermarket", "convenience_store"))
    market = demands["complete_community/supermarket.reach"]
    # both shops are within 300 m of 50 … 350 m; one of them of 450 and 550 m
    assert market.served.tolist() == [True] * 4 + [False] * 6
    main, alternative = market.ways
    assert main.helps.tolist() == [False] * 4 + [True] * 6
    assert alternative.helps.tolist() == [False] * 4 + [True] * 2 + [False] * 4
    assert options.table["option_id"].tolist() == ["room:r:convenience_store"]  # 200 m² are no supermarket
    assert options.table["newly"].tolist() == [200.0]


def test_an_alternative_is_for_the_communities_it_is_meant_for(town, kit):
    made = town(
        facilities=[kit.facility(f"s{i}", "convenience_store", 100.0, floor_area_m2=60.0) for i in range(2)],
        communities=[("A", "East", "new", 0.0, 1000.0)],
    )
    _, demands, _ = demands_of(made)
    assert not demands["complete_community/supermarket.reach"].served.any()


def test_buildings_off_the_streets_and_outside_are_left_out(town, kit):
    made = town(buildings=[(0, {"geometry": kit.at(50.0, 900.0)})])
    _, demands, _ = demands_of(made)
    assert demands["complete_community/nursery.reach"].bound.sum() == 9


def test_unknown_ages_count_everybody_as_in_the_assessment(town, kit):
    unknown = {f"residents_{band}": None for band in kit.AGES}
    made = town(buildings=[(i, unknown) for i in range(5)])
    ground, demands, _ = demands_of(made)
    nursery = demands["complete_community/nursery.reach"]
    assert nursery.by_band.tolist() == [False, True]
    assert concerned(ground, nursery).tolist() == [100.0] * 5 + [5.0] * 5
    bands = band_weights(ImproveOptions(old_young_weight=3.0))
    assert weights(ground, nursery, bands).tolist() == [100.0] * 5 + [15.0] * 5


def test_what_is_not_measured_by_walking_is_named(town):
    options = town().find()
    reasons = dict(options.left_out)
    assert reasons["complete_community/parking.spaces"] == "not_reach"
    assert "complete_community/nursery.reach" not in reasons


def test_a_type_that_was_not_surveyed_is_not_planned_for(town):
    made = town()
    made.assessment = made.assessment.__class__(
        meta=made.assessment.meta.model_copy(
            update={"options": made.options.model_copy(update={"absent_types": "unknown"})}
        ),
        **made.assessment.tables,
    )
    assert dict(made.find().left_out)["complete_community/nursery.reach"] == "type_not_surveyed"


def test_verbs(town):
    keys = {demand.key for demand in town().find(verbs=("where_possible",)).demands}
    assert "complete_community/elderly_station.day_care" in keys
    assert "complete_community/elderly_station.reach" not in keys


def test_weights(town):
    ground, demands, _ = demands_of(town())
    station, nursery = demands["complete_community/service_station.reach"], demands["complete_community/nursery.reach"]
    assert weights(ground, station, band_weights(ImproveOptions()))[0] == 100.0
    assert weights(ground, station, band_weights(ImproveOptions(old_young_weight=2.0)))[0] == 140.0
    assert weights(ground, nursery, band_weights(ImproveOptions(old_young_weight=2.0)))[0] == 10.0
    assert weights(ground, nursery, band_weights(ImproveOptions(band_weights={"0_2": 7.0})))[0] == 35.0
    both = (station, nursery)
    assert item_weights(ground, both, ImproveOptions()).tolist() == [1.0, 1.0]
    assert item_weights(ground, both, ImproveOptions(item_weights="equal")).tolist() == [1.0, 20.0]
    own = ImproveOptions(item_weights={"complete_community/nursery": 4.0})
    assert item_weights(ground, both, own).tolist() == [1.0, 4.0]


def test_an_unknown_standard(town):
    with pytest.raises(ValueError, match="no family"):
        town().find(standard="nothing")


def test_find_demands_is_in_the_order_of_the_standard(town):
    options = town().find()
    again, _ = find_demands(options.ground, "complete_community", ImproveOptions())
    assert [one.key for one in again] == [one.key for one in options.demands]


def test_how_many_are_old_or_young_is_unknown_where_nobodys_age_is_known(town, kit):
    unknown = {f"residents_{band}": None for band in kit.AGES}
    some, none = (town(buildings=[(i, unknown) for i in range(n)]) for n in (5, 10))
    for made, known in ((some, True), (none, False)):
        ground, demands, _ = demands_of(made)
        assert ages_known(ground) is known
        for demand in demands.values():
            assert np.isnan(old_young(ground, demand)).all() != known
