import json

import pytest

from linli.assess import AssessOptions, assess, explain
from linli.errors import InputError, UnknownRuleError

ONE = AssessOptions(standards=("complete_community", "living_circle"))


@pytest.fixture(scope="module")
def found(tiny, catalogue):
    return assess(tiny, catalogue, ONE)


def test_in_english(found, tiny, catalogue):
    text = explain(found, tiny, catalogue, "B", "complete_community/nursery").text
    for part in (
        "Community B (B) · Nursery (complete_community/nursery)",
        "partly met, degree 66.7%, 5 residents without",
        "66.7% of 15 residents of 0–2 have a qualifying facility within a walk of 300 m",
        "complete_community/nursery.floor_area_min = 200 m²",
        "第3项 item 3 (recalled, the text was not at hand, in force since 2020-08-18)",
        "Counted: f1 (f1, row 1) nearest for 200 residents",
        "To the nearest: least 200 m, mean 300 m, greatest 400 m",
        "Nearest walk that counts: b2 → f1, 200 m",
        "Farthest walk that counts: b3 → f1, 300 m",
        f"catalogue {catalogue.version}",
    ):
        assert part in text


def test_in_chinese(found, tiny, catalogue):
    text = explain(found, tiny, catalogue, "B", "complete_community/nursery", "zh").text
    for part in (
        "部分达标，达标程度 66.7%，未覆盖 5人",
        "15人（0—2岁）中 66.7%在 300 m 步行距离内",
        "凭记忆，未核对原文",
        "计入者中最远一例：b3 → f1，300 m",
    ):
        assert part in text


def test_facts_are_ready_for_json(found, tiny, catalogue):
    told = explain(found, tiny, catalogue, "D", "complete_community/nursery")
    facts = json.loads(json.dumps(dict(told.facts), ensure_ascii=False))
    assert facts["status"] == "not_met"
    assert facts["requirements"][0]["evidence"]["rows"]["too_small"] == [["f2", 2, 1.0]]
    assert told.routes == ()


def test_a_route_is_a_walk_on_the_map(found, tiny, catalogue):
    route = explain(found, tiny, catalogue, "B", "complete_community/nursery").routes[1]
    assert (route.which, route.building_id, route.facility_id, route.distance_m) == ("longest", "b3", "f1", 300.0)
    west, south, east, north = route.line.bounds
    assert 119 < west < east < 121
    assert 30 < south <= north < 31


@pytest.mark.parametrize(("lang", "community"), [("zh", "A"), ("en", "D")])
def test_every_item_can_be_explained(found, tiny, catalogue, lang, community):
    for item in found.items["item"].unique():
        told = explain(found, tiny, catalogue, community, item, lang)
        assert len(told.text.splitlines()) >= 3
        assert "{" not in told.text


def test_units_of_amounts_and_ratios(city_kit, catalogue):
    communities, buildings = city_kit.tiny_parts()
    estates = [
        {
            "estate_id": "e",
            "community_id": "D",
            "dwellings": 100,
            "parking_spaces": 80,
            "geometry": city_kit.box(0, 0, 9, 9),
        }
    ]
    facilities = [
        {"facility_id": "g", "type": "pocket_park", "name": "Corner", "site_area_m2": 70.0, "geometry": city_kit.at(50)}
    ]
    survey = city_kit.survey_of(communities=communities, buildings=buildings, estates=estates, facilities=facilities)
    found = assess(survey, catalogue, ONE)
    parking = explain(found, survey, catalogue, "D", "complete_community/parking").text
    assert "found 0.8 per dwelling, asked 1 per dwelling, degree 80%" in parking
    assert "Missing: 20 spaces" in parking
    assert "Counted: e (e, row 1) 80 spaces" in parking
    green = explain(found, survey, catalogue, "A", "living_circle/green_five_minute").text
    assert "found 70 m², asked 140 m², degree 50%" in green
    assert "Counted: Corner (g, row 1) 70 m²" in green


def test_wrong_names_are_refused_with_right_ones(found, tiny, catalogue):
    with pytest.raises(UnknownRuleError, match="complete_community/service_station"):
        explain(found, tiny, catalogue, "A", "complete_community/helipad")
    with pytest.raises(InputError, match="A, B, C"):
        explain(found, tiny, catalogue, "Z", "complete_community/nursery")
