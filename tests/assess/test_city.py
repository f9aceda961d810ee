import numpy as np
import pandas as pd
import pytest

from linli.assess.city import NEEDS, build_city, known_numbers, sum_by_community
from linli.survey import SourceNote


def test_sums_leave_out_what_is_outside():
    code = np.array([-1, 0, 0, 2], dtype="int32")
    assert sum_by_community(code, np.array([9.0, 1.0, 2.0, 4.0]), 3).tolist() == [3.0, 0.0, 4.0]
    matrix = np.arange(8.0).reshape(4, 2)
    assert sum_by_community(code, matrix, 3).tolist() == [[6.0, 8.0], [0.0, 0.0], [6.0, 7.0]]
    assert sum_by_community(np.empty(0, "int32"), np.empty(0), 2).tolist() == [0.0, 0.0]


def test_known_numbers_keeps_unknown_unknown():
    frame = pd.DataFrame({"a": ["1", None, "x"]})
    assert known_numbers(frame, "a")[0] == 1.0
    assert np.isnan(known_numbers(frame, "a")[1:]).all()
    assert np.isnan(known_numbers(frame, "absent")).all()


def test_buildings_are_sorted_by_community_then_id(tiny):
    city = build_city(tiny)
    assert city.building_code.tolist() == sorted(city.building_code)
    assert city.need.shape == (10, len(NEEDS))
    assert city.residents[:, 0].tolist() == [200.0, 300.0, 200.0, 300.0]


def test_bands_make_the_total_where_it_is_missing(city_kit):
    communities, buildings = city_kit.tiny_parts()
    for building in buildings:
        del building["residents"]
    city = build_city(city_kit.survey_of(communities=communities, buildings=buildings))
    assert city.need[:, 0].round(6).tolist() == [100.0] * 10


def test_a_community_with_one_uncounted_building_has_no_known_total(city_kit):
    communities, buildings = city_kit.tiny_parts()
    buildings[0]["residents"] = None
    buildings[0]["residents_0_2"] = None
    city = build_city(city_kit.survey_of(communities=communities, buildings=buildings))
    assert np.isnan(city.residents[0, 0])
    assert city.residents[1, 0] == 300.0


def test_facilities_in_use_find_their_community_by_place(tiny):
    city = build_city(tiny)
    assert "f5" not in city.facilities.index  # closed
    where = city.communities.index.to_numpy()[city.facilities["code"].to_numpy()]
    assert dict(zip(city.facilities.index, where, strict=True)) == {
        "f1": "A", "f2": "D", "f3": "B", "f4": "A", "f6": "B", "f7": "C",
    }  # fmt: skip
    assert "pharmacy" in city.types_surveyed


def test_an_outline_is_shared_by_area_and_is_the_site_of_an_open_space(tiny):
    city = build_city(tiny, frozenset({"park"}))
    # f7 spans 600–700 m; no border crosses it
    assert city.facilities.loc["f7", "site_area_m2"] == pytest.approx(6000, rel=1e-6)
    row = city.facilities.index.get_loc("f7")
    assert city.sites.loc[city.sites["row"] == row, "share"].tolist() == pytest.approx([1.0])
    assert np.isnan(build_city(tiny).facilities.loc["f7", "site_area_m2"])


def test_a_site_across_a_border_lies_in_both(city_kit):
    communities, buildings = city_kit.tiny_parts()
    park = {"facility_id": "p", "type": "park", "geometry": city_kit.box(225, 20, 325, 80)}
    city = build_city(city_kit.survey_of(communities=communities, buildings=buildings, facilities=[park]))
    assert city.sites["code"].tolist() == [0, 1]
    assert city.sites["share"].tolist() == pytest.approx([0.25, 0.75], rel=1e-6)


def test_households_given_else_dwellings_else_unknown(city_kit):
    communities, buildings = city_kit.tiny_parts()
    communities[1].pop("households")
    communities[2].pop("households")
    for building in buildings:
        if building["community_id"] == "C":
            building["dwellings"] = None
    city = build_city(city_kit.survey_of(communities=communities, buildings=buildings))
    assert city.communities["households_from"].tolist() == ["households", "dwellings", "unknown", "households"]
    assert city.communities["households"].tolist()[:2] == [40.0, 120.0]


def test_maps_are_told_from_surveys(city_kit):
    communities, buildings = city_kit.tiny_parts()
    for file, is_map in (("city.osm.pbf", True), ("parcels.gpkg", True), ("survey.xlsx", False)):
        source = SourceNote(file=file, sha256="", layer="facilities")
        survey = city_kit.survey_of(communities=communities, buildings=buildings, sources=[source])
        assert build_city(survey).map_only is is_map
