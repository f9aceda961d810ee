import numpy as np
import pytest

from linli.assess import AssessOptions, assess


@pytest.fixture(scope="module")
def found(city_kit, catalogue):
    communities, buildings = city_kit.tiny_parts()
    facilities = [{"facility_id": "f1", "type": "nursery", "floor_area_m2": 250.0, "geometry": city_kit.at(50)}]
    rooms = [{"room_id": "r1", "floor_area_m2": 1e6, "geometry": city_kit.at(250 + 50)}]
    wishes = [
        {"community_id": "A", "households_asked": 100, "type": "nursery", "count": 40},  # is there
        {"community_id": "B", "households_asked": 100, "type": "nursery", "count": 40},  # is lacking for one of three
        {"community_id": "B", "households_asked": 50, "type": "pharmacy", "count": 10},  # is lacking
    ]
    survey = city_kit.survey_of(
        communities=communities, buildings=buildings, facilities=facilities, rooms=rooms, wishes=wishes
    )
    return assess(survey, catalogue, AssessOptions(standards=("complete_community",)))


def test_only_wishes_for_what_is_lacking_count(found):
    wishes = found.priority.set_index("community_id")["wishes"]
    assert (wishes["A"], wishes["B"]) == (0.0, pytest.approx(0.4 + 0.2))
    assert np.isnan(wishes["C"])


def test_spare_rooms_count_up_to_what_is_missing(found):
    rooms = found.priority.set_index("community_id")["spare_rooms"]
    short = found.items.groupby("community_id")["floor_area_short_m2"].sum()
    assert rooms["A"] == 0.0
    assert rooms["B"] == short["B"] > 0


def test_where_nobody_looked_for_rooms_there_is_no_telling(city_kit, catalogue):
    communities, buildings = city_kit.tiny_parts()
    survey = city_kit.survey_of(communities=communities, buildings=buildings)
    found = assess(survey, catalogue, AssessOptions(standards=("complete_community",)))
    assert found.priority["spare_rooms"].isna().all()
    assert found.priority["unknown_components"].str.contains("spare_rooms").all()
    facts = found.profile.set_index(["community_id", "fact"])["value"]
    assert facts.loc[:, ["rooms", "rooms_floor_area_m2", "estates"]].isna().all()


def test_old_and_young_weigh_what_the_index_lacks(found):
    index = found.indices.set_index("community_id")["index_old_young"]
    lacking = found.priority.set_index("community_id")["old_and_young"]
    # 40 of each building's 100 are old or young; B has three buildings
    assert lacking["B"] == pytest.approx(120 * (1 - index["B"]))


def test_the_index_by_hand(found):
    # B: 15 of 0–2 (two thirds reached), 15 of 3–5 and 90 of 60 and over (none reached)
    row = found.indices.set_index("community_id").loc["B"]
    assert row["index_old_young"] == pytest.approx(15 * (2 / 3) / (15 + 15 + 90))
    assert row["requirements"] == 3
