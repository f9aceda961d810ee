import pytest
import shapely

from linli.web.accounts.models import Place
from linli.web.assessments.selectors import tables_of
from linli.web.communities.ground import LAYERS, ground_features, ground_layers, lacking_types
from linli.web.communities.portrait import portrait_of
from linli.web.places.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(world):
    return Place.objects.get(path=list(world.paths.values())[3])


@pytest.fixture
def office(world):
    return world.city.user("city_office")


def _record(place, layer, key, shape, **values):
    one = Record(layer=layer, key=key, place=place.path, values=values, kind=values.get("type", ""), name=key)
    one.locate(shape)
    one.save()


def test_residents_beyond_reach_are_those_of_the_run(world, place, office):
    types = lacking_types(portrait_of(world.run, place.code))
    shares = [code for code, _, _ in types]
    assert len(shares) > 5
    code, _, metres = types[0]
    found = ground_features(office, place, "people", run=world.run, kind=code, distance_m=metres)["features"]
    table = tables_of(world.run).buildings
    mine = table[(table["community_id"] == place.code) & (table[f"d_{code}"] > metres) & (table["residents"] > 0)]
    assert {one["id"] for one in found} == set(mine["building_id"])
    assert sum(one["properties"]["residents"] for one in found) == pytest.approx(mine["residents"].sum())
    assert ground_features(office, place, "people", run=None)["features"] == []


def test_the_outline_is_the_rounds_or_else_the_registers(world, place, office):
    frozen = ground_features(office, place, "outline", run=world.run)["features"]
    assert frozen[0]["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert ground_features(office, place, "outline", run=None)["features"] == []
    _record(place, "communities", place.code, shapely.box(120, 30, 121, 31))
    assert len(ground_features(office, place, "outline", run=None)["features"]) == 1


def test_the_register_comes_through_its_gate(world, place, office):
    _record(place, "facilities", "F1", shapely.box(120, 30, 120.1, 30.1), type="nursery", floor_area_m2=200.0)
    _record(place, "facilities", "F2", shapely.Point(120, 30), type="no_such")
    _record(place, "rooms", "R1", shapely.Point(120, 30), storey=1)
    _record(place, "estates", "E1", shapely.box(120, 30, 120.1, 30.1))
    found = ground_features(office, place, "facilities", run=None)["features"]
    assert [one["geometry"]["type"] for one in found] == ["Point", "Point"]
    assert [one["properties"]["group"] for one in found] == ["education", "convenience"]
    assert ground_features(office, place, "rooms", run=None)["features"][0]["properties"]["storey"] == 1
    assert ground_features(office, place, "estates", run=None)["features"][0]["properties"]["old_estate"] == "待补"
    away = world.city.user("district_office", "3301/330106/")
    for layer in ("facilities", "rooms", "estates"):
        assert ground_features(away, place, layer, run=None)["features"] == []


def test_layers_are_those_that_one_may_see(world, place, office):
    asked = {"run": world.run, "kind": "nursery", "title": "托儿所", "query": "lack=nursery"}
    layers = ground_layers(office, place, **asked)
    assert [one["id"] for one in layers] == list(LAYERS)
    assert all(one["src"].endswith("?lack=nursery") for one in layers)
    nobody = world.city.user("security_admin")
    assert [one["id"] for one in ground_layers(nobody, place, **asked)] == ["outline", "people"]
    assert [one["id"] for one in ground_layers(office, place, run=None)] == [
        "outline",
        "estates",
        "facilities",
        "rooms",
    ]
