import pytest

from linli.web.assessments.walks import PARTS, explained, part_features

pytestmark = pytest.mark.django_db

CODE, ITEM = "330199001002", "complete_community/elderly_station"


def test_an_item_is_explained_in_words_with_two_walks(world):
    found = explained(world.run, CODE, ITEM)
    assert found.text.startswith("沁台社区")
    assert [route.which for route in found.routes] == ["shortest", "longest"]
    assert explained(world.run, CODE, ITEM) is found


def test_its_map_has_the_community_the_facilities_and_the_walks(world):
    area, facilities, walks = (part_features(world.run, CODE, ITEM, part)["features"] for part in PARTS)
    assert [one["geometry"]["type"] for one in area] == ["Polygon"]
    (station,) = facilities
    assert station["properties"]["name"] == "沁台老年服务站"
    assert (station["properties"]["role"], station["properties"]["group"]) == ("计入", "elderly")
    assert [one["properties"]["name"] for one in walks] == ["计入者中最近一例 118 m", "计入者中最远一例 206 m"]
    assert {one["geometry"]["type"] for one in walks} == {"LineString"}


def test_an_answer_has_no_walks(world):
    assert part_features(world.run, CODE, "complete_community/governance_mechanism", "walks")["features"] == []
    assert part_features(world.run, CODE, "complete_community/governance_mechanism", "facilities")["features"] == []
