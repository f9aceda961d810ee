import json

import pytest

from linli.assess.evaluate import evaluate
from linli.assess.ground import prepare
from linli.assess.options import AssessOptions


@pytest.fixture(scope="module")
def rows(city_kit, catalogue):
    communities, buildings = city_kit.tiny_parts()
    facilities = [
        {"facility_id": "z", "type": "nursery", "floor_area_m2": 250.0, "geometry": city_kit.at(50)},
        {"facility_id": "a", "type": "nursery", "floor_area_m2": 100.0, "geometry": city_kit.at(60)},
        {"facility_id": "m", "type": "nursery", "geometry": city_kit.at(950)},
    ]
    estates = [
        {
            "estate_id": "e",
            "community_id": "D",
            "dwellings": 100,
            "parking_spaces": 80,
            "geometry": city_kit.box(0, 0, 9, 9),
        }
    ]
    answers = [{"community_id": "A", "item": "complete_community/utilities", "value": "partly"}]
    survey = city_kit.survey_of(
        communities=communities, buildings=buildings, facilities=facilities, estates=estates, answers=answers
    )
    ground = prepare(survey, catalogue, AssessOptions(standards=("complete_community",)), lambda *_: None)
    table = evaluate(ground, ground.standards[0])[1]
    return table.set_index(["community_id", "item", "requirement"])


def told(rows, community, item, requirement):
    return json.loads(rows.loc[(community, f"complete_community/{item}", requirement), "evidence"])


def test_facilities_by_role_with_their_row(rows):
    # `a` is nearer to nobody for want of size; row numbers are those of the survey's layer, from 1
    assert told(rows, "A", "nursery", "reach")["rows"] == {"serving": [["z", 1, 200.0]], "too_small": [["a", 2, 1.0]]}
    assert told(rows, "D", "nursery", "reach")["rows"]["doubtful"] == [["m", 3, 300.0]]


def test_estates_and_answers(rows):
    assert told(rows, "D", "parking", "spaces")["rows"] == {"counted": [["e", 1, 80.0]]}
    assert told(rows, "A", "utilities", "answer")["rows"] == {"counted": [["complete_community/utilities", 1, 0.5]]}


def test_figures_alternatives_types(rows):
    evidence = told(rows, "C", "supermarket", "reach")
    assert evidence["types"] == ["supermarket"]
    assert evidence["alternatives"][0]["kinds"] == ["existing"]
    assert {limit["key"] for limit in evidence["alternatives"][0]["limits"]} == {"min_count", "min_floor_area"}
    assert evidence["rows"] == {}
    assert evidence["nearest_m"] is None


def test_notes_and_clause(rows):
    row = rows.loc[("D", "complete_community/nursery", "reach")]
    assert row["notes"] == "area_unknown"
    assert "第3项" in row["clause"]
    assert rows.loc[("A", "complete_community/utilities", "answer"), "clause"].endswith("第9项 item 9")
