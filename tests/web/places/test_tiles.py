import uuid

import mapbox_vector_tile
import pytest
import shapely
from django.urls import reverse

from linli.web.places import tiles
from linli.web.places.models import Record
from linli.web.places.tiles import MOST_AT_ONCE, OUTLINED, register_tile
from linli.web.tiles import tile_of

pytestmark = pytest.mark.django_db


def read(layer, z, x, y):
    rows = Record._all.filter(layer=layer)
    found = mapbox_vector_tile.decode(register_tile(layer, tile_of(z, x, y), rows, f"{uuid.uuid4()}"))
    return found.get(layer, {}).get("features", [])


def all_tiles(layer, z):
    """Features of all tiles of a zoom around the demo city."""
    side = 2**z
    x = int((120.1 + 180) / 360 * side)
    y = {10: 421, 14: 6744, 15: 13489}[z]
    return [one for i in range(x - 2, x + 3) for j in range(y - 3, y + 4) for one in read(layer, z, i, j)]


def test_nobody_is_lost_and_nobody_counted_twice(demo_register, monkeypatch):
    total = Record._all.filter(layer="facilities").count()
    for most in (10_000, 5):
        monkeypatch.setattr(tiles, "_MOST_ALONE", most)
        for zoom in (10, 14):
            found = all_tiles("facilities", zoom)
            assert sum(one["properties"].get("n", 1) for one in found) == total
    monkeypatch.setattr(tiles, "_MOST_ALONE", 10_000)
    keys = [one["properties"]["id"] for one in all_tiles("facilities", 14)]
    assert len(keys) == len(set(keys)) == total


def test_points_say_who_they_are_and_several_how_many(demo_register, monkeypatch):
    monkeypatch.setattr(tiles, "_MOST_ALONE", 10_000)
    (one, *_) = all_tiles("facilities", 14)
    assert set(one["properties"]) == {"id", "name", "kind", "group", "href"}
    monkeypatch.setattr(tiles, "_MOST_ALONE", 5)
    several = [one["properties"] for one in all_tiles("facilities", 10)]
    assert {set(one) == {"n", "name"} for one in several} == {True}
    assert f"{several[0]['n']}" in several[0]["name"]


def test_a_point_leads_to_its_record_whatever_its_key(demo_register):
    record = Record._all.filter(layer="facilities").exclude(wkb=None).first()
    record.key = "幼儿园 A/1?&"
    record.save()
    (href,) = [
        one["properties"]["href"] for one in all_tiles("facilities", 15) if one["properties"]["id"] == record.key
    ]
    assert href == reverse("places:record", args=["facilities", record.key])


def test_outlines_are_drawn(demo_register):
    found = all_tiles("communities", 10)
    assert {one["geometry"]["type"] for one in found} == {"Polygon"}
    assert len({one["properties"]["id"] for one in found}) == 12
    assert "communities" in OUTLINED


def test_an_empty_tile_is_empty(city):
    Record._all.create(layer="rooms", key="R1", place="3301/")
    assert register_tile("rooms", tile_of(3, 0, 0), Record._all.filter(layer="rooms"), "none") == b""
    assert MOST_AT_ONCE > 0
    assert shapely.Point(0, 0).x == 0
