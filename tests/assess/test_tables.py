import numpy as np

from linli.assess import AssessOptions, assess


def test_buildings_know_what_is_nearest(tiny, catalogue):
    table = assess(tiny, catalogue, AssessOptions(standards=("complete_community",))).buildings.set_index("building_id")
    assert table.loc["b2", ["d_nursery", "n_nursery", "residents", "old_young"]].tolist() == [200.0, "f1", 100.0, 40.0]
    assert table.loc["b9", "n_nursery"] == "f2"  # the nearest of its type, whatever its size
    assert np.isinf(table.loc["b0", "d_kindergarten"])
    assert table["placed"].all()


def test_unplaced_buildings_are_unknown_not_far(city_kit, catalogue):
    communities, buildings = city_kit.tiny_parts()
    buildings[0]["geometry"] = city_kit.at(50, -400)
    facilities = [{"facility_id": "f", "type": "pharmacy", "geometry": city_kit.at(50)}]
    survey = city_kit.survey_of(communities=communities, buildings=buildings, facilities=facilities)
    found = assess(survey, catalogue, AssessOptions(standards=("complete_community",)))
    table = found.buildings.set_index("building_id")
    assert np.isnan(table.loc["b0", "d_pharmacy"])
    assert not table.loc["b0", "placed"]
    assert {key: value for key, value in found.meta.notes[0].items() if key in {"code", "count"}} == {
        "code": "unplaced_buildings",
        "count": 1,
    }


def test_communities_as_surveyed(tiny, catalogue):
    table = assess(tiny, catalogue, AssessOptions(standards=("complete_community",))).communities
    assert table["community_id"].tolist() == ["A", "B", "C", "D"]
    assert table["residents_0_2"].tolist() == [10.0, 15.0, 10.0, 15.0]
    assert table["kind"].tolist() == ["existing"] * 3 + ["new"]
