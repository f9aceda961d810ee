import math

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from linli.web.lifecircle import layers
from linli.web.lifecircle.ways import way_from
from linli.web.lifecircle.what_if import imagine
from linli.web.places.models import Record
from linli.web.tiles import tile_of

CITY, DISTRICT, OTHER = "3301/", "3301/330105/", "3301/330106/"


def _ids(collection):
    return {one["properties"]["id"] for one in collection["features"]}


def test_buildings_with_their_residents_by_age_and_none_from_outside(stage):
    told = layers.buildings(stage, DISTRICT)
    assert _ids(told) == {f"b{i}" for i in range(5)}
    first, unknown = (next(one["properties"] for one in told["features"] if one["id"] == f"b{i}") for i in (0, 3))
    assert (first["name"], first["residents"], first["residents_80_plus"]) == ("和睦新村 b0", 100, 10)
    assert (unknown["residents"], unknown["residents_0_2"]) == (None, None)


def test_distances_leave_out_whom_they_are_not_known_of(stage):
    assert layers.distances(stage, DISTRICT, stage.field("pharmacy")) == {"b0": 0, "b1": 100, "b2": 200, "b3": 300}
    assert layers.distances(stage, DISTRICT, stage.field("nursery")) == {f"b{i}": None for i in range(4)}


def test_facilities_outside_are_told_by_name_and_place_only(stage, ask):
    kind = ask(stage, "type=pharmacy").kind
    told = {one["id"]: one["properties"] for one in layers.facilities(stage, DISTRICT, kind)["features"]}
    assert told["p0"] == {
        "id": "p0", "group": "health", "name": "药店甲", "outside": False, "floor_area_m2": 80, "community": "和睦社区",
    }  # fmt: skip
    assert told["p1"] == {"id": "p1", "group": "health", "name": "药店乙", "outside": True}


def test_communities_lead_to_their_profiles(stage, kit):
    (one,) = layers.boundary(stage, DISTRICT)["features"]
    assert one["properties"] == {"id": kit.WITHIN, "name": "和睦社区", "href": f"/communities/{kit.WITHIN}/"}
    assert shapely.geometry.shape(one["geometry"]).is_valid


def test_many_communities_are_told_coarsely(stage, monkeypatch):
    monkeypatch.setattr(layers, "_COARSE", 0)
    assert len(layers.boundary(stage, CITY)["features"]) == 2


def test_where_a_place_lies(stage):
    west, south, east, north = layers.box_of(stage, DISTRICT)
    assert west < stage.city.building_lonlat[0, 0] < east
    assert south < stage.city.building_lonlat[0, 1] < north
    assert layers.box_of(stage, "3302/") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        (None, True),
        ("", True),
        ("pharmacy;nursery", True),
        ("nursery；canteen", False),
        (["nursery", "pharmacy"], True),
        (["canteen"], False),
    ],
)
def test_rooms_of_the_register_and_whether_their_owner_allows_it(city, stage, said, allowed):
    def room(key, place, **more):
        record = Record(
            layer="rooms",
            key=key,
            name=f"用房{key}",
            place=place,
            values={"floor_area_m2": 90, "allowed_types": said},
            **more,
        )
        record.locate(shapely.Point(120.0, 30.0))
        record.save()

    room("r1", city.at["community"])
    room("r2", "3301/330106/330106003/330106003001/")
    room("r3", city.at["community"], closed_at="2026-01-01T00:00:00Z")
    Record(layer="rooms", key="r4", place=city.at["community"]).save()
    told = layers.rooms(city.user("street", city.at["street"]), city.at["district"], "pharmacy")
    assert [
        (one["id"], one["properties"]["allowed"], one["properties"]["floor_area_m2"]) for one in told["features"]
    ] == [("r1", allowed, 90)]
    assert layers.rooms(city.user("security_admin"), CITY, "pharmacy")["features"] == [], (
        "the register has its own gate"
    )


def test_what_changes_and_only_within(stage, ask, lonlat):
    kind = ask(stage, "type=pharmacy").kind
    found = imagine(stage, "pharmacy", [lonlat(450)], ["p0"])
    told = layers.changes(stage, DISTRICT, kind, found, ["p0"])
    assert set(told["drops"][0]) == {"b0", "b1", "b2", "b3"}
    assert told["drops"][0]["b2"] == pytest.approx(200, abs=0.002)
    assert told["closed"] == {"b0": 800, "b1": 700, "b2": 600, "b3": 500}
    assert told["names"] == {"p0": "药店甲"}
    assert told["buildings"]["b3"] | {"at": None} == {"at": None, "name": "b3", "residents": None, "metres": 300}
    other = layers.changes(stage, OTHER, kind, found, ["p0"])
    assert (set(other["drops"][0]), other["closed"]) == ({f"b{i}" for i in range(5, 10)}, {})


def test_a_way_says_where_it_leads(stage):
    told = layers.way(stage, DISTRICT, way_from(stage, 3, "pharmacy"), 4.2)
    assert told["properties"] | {"facility": None} == {
        "id": "way",
        "distance_m": 300.0,
        "minutes": 4.2,
        "drop": -1,
        "facility": None,
    }
    assert told["properties"]["facility"]["name"] == "药店甲"
    assert told["geometry"]["type"] == "LineString"
    across = layers.way(stage, DISTRICT, way_from(stage, 3, "pharmacy", closed=["p0"]), None)
    assert across["properties"]["facility"] == {"id": "p1", "name": "药店乙", "outside": True}


def tiles(stage, path, asked, z):
    """Every tile of a zoom that a box around the town meets."""
    n = 2**z
    lonlat = stage.city.building_lonlat
    x = ((lonlat[:, 0] + 180) / 360 * n).astype(int)
    y = np.array([(1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n for lat in lonlat[:, 1]]).astype(int)
    for i in range(x.min(), x.max() + 1):
        for j in range(y.min(), y.max() + 1):
            yield mapbox_vector_tile.decode(layers.tile(stage, path, asked, tile_of(z, i, j)))


@pytest.mark.parametrize("z", [9, 13, 15])
def test_tiles_hold_a_place_and_nobody_from_outside(stage, ask, z):
    asked, seen = ask(stage, "type=pharmacy&person=adult&minute=5"), {}
    names = set()
    for tile in tiles(stage, DISTRICT, asked, z):
        for one in tile.get("buildings", {"features": []})["features"]:
            seen[one["properties"]["id"]] = one["properties"]
        names |= {one["properties"]["name"] for one in tile.get("communities", {"features": []})["features"]}
    assert {key: (one["state"], one.get("residents")) for key, one in seen.items()} == {
        "b0": ("served", 100), "b1": ("served", 100), "b2": ("served", 100), "b3": ("served", None), "b4": ("unknown", 100),
    }  # fmt: skip
    assert names == {"和睦社区"}


@pytest.mark.parametrize("z", [8, 12, 14, 15])
def test_the_people_of_all_tiles_are_those_of_the_summary(demo, ask, z):
    from linli.web.lifecircle.figures import totals_of

    asked = ask(demo, "type=elderly_station&person=elder&minute=10")
    path = "3301/330199/330199001/"
    totals = totals_of(demo, path, demo.field("elderly_station"), asked.limit_m, asked.kind.bands)
    sums, rows = {"served": 0.0, "without": 0.0, "unknown": 0.0}, 0
    for tile in tiles(demo, path, asked, z):
        for one in tile.get("buildings", {"features": []})["features"]:
            sums[one["properties"]["state"]] += one["properties"].get("residents", 0)
            rows += one["properties"]["n"]
    assert rows == totals.buildings
    assert (sums["served"], sums["without"]) == (pytest.approx(totals.within), pytest.approx(totals.without))
    assert sums["unknown"] == pytest.approx(totals.unknown)
