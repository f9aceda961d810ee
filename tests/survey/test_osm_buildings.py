import math

import pytest

from linli.survey.osm_buildings import BUILDING_KEYS, number, residential_buildings
from linli.survey.osm_elements import read_elements


def town(write_osm, square, buildings, lands=(), points=()):
    """Write buildings (tags) in a row, lands (tags, x, y, size) under them and points (tags, x, y) among them."""
    nodes, ways = {}, {}
    for i, tags in enumerate(buildings):
        corners, ring = square(100 + 10 * i, 2 * i, 0, 1)
        nodes |= corners
        ways[i + 1] = (ring, tags)
    for i, (tags, x, y, size) in enumerate(lands):
        corners, ring = square(5000 + 10 * i, x, y, size)
        nodes |= corners
        ways[500 + i] = (ring, tags)
    for i, (tags, x, y) in enumerate(points):
        nodes[9000 + i] = (x, y, tags)
    return residential_buildings(read_elements(write_osm(nodes, ways), BUILDING_KEYS))


YES = {"building": "yes"}


@pytest.mark.parametrize(
    ("tags", "home", "why"),
    [
        ({"building": "apartments"}, True, "residential_by_tag"),
        ({"building": "dormitory"}, True, "residential_by_tag"),
        ({"building": "house", "amenity": "kindergarten"}, True, "residential_by_tag"),
        ({"building": "office", "building:use": "residential"}, True, "residential_by_tag"),
        ({"building": "house", "abandoned": "yes"}, False, "other_by_tag"),
        ({"building": "school"}, False, "other_by_tag"),
        ({"building": "garage"}, False, "other_by_tag"),
        ({"building": "yes", "amenity": "school"}, False, "other_by_use"),
        ({"building": "yes", "shop": "supermarket"}, False, "other_by_use"),
        ({"building": "yes", "power": "substation"}, False, "other_by_use"),
        ({"building": "yes", "amenity": "vending_machine"}, True, "residential_nothing_known"),
        (YES, True, "residential_nothing_known"),
    ],
)
def test_by_its_own_tags(write_osm, square, tags, home, why):
    out, counts = town(write_osm, square, [tags])
    assert len(out) == home
    assert counts[why] == 1 == sum(counts.values())


def test_not_a_building(write_osm, square):
    out, counts = town(write_osm, square, [{"building": "no"}, {"building:part": "yes", "amenity": "x"}])
    assert len(out) == 0 == sum(counts.values())


def test_the_smallest_land_that_says_anything_decides(write_osm, square):
    lands = [
        ({"landuse": "residential"}, -10, -10, 100),
        ({"amenity": "university"}, 1.5, -1, 4),
        ({"landuse": "residential"}, 3.5, -1, 1.9),
        ({"landuse": "grass"}, -0.5, -0.5, 2),
    ]
    out, counts = town(write_osm, square, [YES, YES, YES], lands)
    assert out["building_id"].tolist() == ["w1", "w3"]
    assert counts["other_by_land_use"] == 1
    assert counts["residential_by_land_use"] == 2


@pytest.mark.parametrize(
    "tags", [{"landuse": "industrial"}, {"amenity": "hospital"}, {"leisure": "park"}, {"aeroway": "aerodrome"}]
)
def test_land_for_other_things(write_osm, square, tags):
    out, counts = town(write_osm, square, [YES, {"building": "apartments"}], [(tags, -1, -1, 10)])
    assert out["building_id"].tolist() == ["w2"]
    assert counts["other_by_land_use"] == 1


def test_a_school_inside_speaks_for_the_building_but_a_shop_does_not(write_osm, square):
    points = [({"amenity": "school"}, 0.5, 0.5), ({"shop": "bakery"}, 2.5, 0.5), ({"amenity": "school"}, 9, 9)]
    out, counts = town(write_osm, square, [YES, YES], points=points)
    assert out["building_id"].tolist() == ["w2"]
    assert counts["other_by_amenity"] == 1


def test_facts_are_kept_and_nothing_is_made_up(write_osm, square):
    tags = [
        {**YES, "building:levels": "6", "start_date": "1983-05", "building:flats": "36", "elevator": "yes"},
        {**YES, "building:levels": "about six", "start_date": "1990s"},
    ]
    out, _ = town(write_osm, square, tags)
    first, second = out.iloc[0], out.iloc[1]
    assert (first["storeys"], first["built_year"], first["dwellings"], first["has_lift"]) == (6, 1983, 36, True)
    assert first["floor_area_m2"] == pytest.approx(6 * 111.0e3 / 1000 * 96.5e3 / 1000, rel=0.01)
    assert all(math.isnan(second[c]) for c in ("storeys", "floor_area_m2", "dwellings"))
    assert out["has_lift"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("text", "value"), [("6", 6), ("2.5", 2.5), ("2,5", 2.5), ("3;4", 3), ("-1", -1), ("six", None), ("", None)]
)
def test_number(text, value):
    assert number(text) == value if value is not None else math.isnan(number(text))


def test_beijing(shared_data):
    """SOURCES: 255 buildings, of them residential 43, house 9."""
    elements = read_elements(shared_data("beijing/bj_cau.osm"), BUILDING_KEYS)
    out, counts = residential_buildings(elements)
    assert counts["residential_by_tag"] >= 43 + 9
    assert 240 <= sum(counts.values()) <= 260
    assert 100 <= len(out) <= 180


def test_las_palmas(shared_data):
    """SOURCES: buildings 22,651 in the file, explicit residential tags 6,438 inside the municipality."""
    elements = read_elements(shared_data("las_palmas/las_palmas_20230221.osm.pbf"), BUILDING_KEYS)
    out, counts = residential_buildings(elements)
    assert sum(counts.values()) == pytest.approx(22_651, rel=0.01)
    assert counts["residential_by_tag"] > 6_438
    assert 18_000 < len(out) < 21_000
    assert out["building_id"].is_unique
