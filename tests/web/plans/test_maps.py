import pytest

from linli.web.plans.maps import LAYERS, layer_of, map_layers, place_features, place_point
from linli.web.plans.seen import see
from linli.web.plans.selectors import list_measures

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(studio):
    return see(studio.solved(), "330199")


def test_every_chosen_place_is_on_the_map_once_in_the_layer_of_its_lever(seen):
    counts = {lever: len(layer_of(seen, f"places-{lever}")["features"]) for lever in ("reallocate", "convert", "build")}
    assert counts == seen.part["sums"]["by_lever"]
    feature = layer_of(seen, "places-build")["features"][0]
    assert feature["geometry"]["type"] == "Point"
    assert feature["properties"]["group"] in {
        "governance",
        "education",
        "elderly",
        "health",
        "culture",
        "commerce",
        "sport",
        "convenience",
    }
    assert feature["properties"]["lever"] == "建设"


def test_communities_and_homes(seen):
    communities = layer_of(seen, "communities")["features"]
    assert len(communities) == 12
    assert all(0 <= one["properties"]["share_before"] <= one["properties"]["share_after"] <= 1 for one in communities)
    homes = layer_of(seen, "without")["features"]
    assert all(one["properties"]["residents"] > 0 for one in homes)
    assert layer_of(seen, "nothing") is None


def test_the_layers_of_a_map_are_asked_for_by_address(seen):
    layers = map_layers(seen, lambda name: f"/there/{name}")
    assert {one["id"] for one in layers} <= set(LAYERS)
    assert all(one["src"] == f"/there/{one['id']}" for one in layers)
    assert "（16 个）" in next(one["label"] for one in layers if one["id"] == "places-build")


def test_a_place_without_a_point_is_not_drawn(seen):
    bare = {**seen.part["projects"][0], "x": None}
    assert place_features(seen, [bare])["features"] == []


def test_a_measure_to_take_along_has_codes_and_exact_money(studio, seen):
    one = list_measures(studio.who["planner"]).exclude(subsidy_yuan=None).first()
    found = place_point(one)
    assert found["properties"]["cost_yuan"] == str(one.cost_yuan)
    assert found["properties"]["community_id"] == one.community.code
    assert found["geometry"]["coordinates"] == [one.longitude, one.latitude]
    one.longitude = None
    assert place_point(one)["geometry"] is None
