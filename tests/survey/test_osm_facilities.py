import pytest

from linli.survey.osm_elements import read_elements
from linli.survey.osm_facilities import facilities, facility_keys, tag_rules
from linli.survey.osm_streets import walkable_streets

TYPES = {
    "canteen": {"osm": ["amenity=restaurant + social_facility=*"]},
    "restaurant": {"osm": ["amenity=restaurant", "amenity=cafe"]},
    "kindergarten": {"osm": ["amenity=kindergarten"]},
    "community_shop": {"osm": ["shop=*"]},
    "supermarket": {"osm": [{"shop": "supermarket"}]},
    "park": {"osm": ["leisure=park"]},
    "small_sports_ground": {"osm": ["leisure=pitch"]},
    "parking": {"osm": ["amenity=parking"]},
    "property_office": {"osm": []},
    "housekeeping": {},
}


def read(path):
    rules = tag_rules(TYPES)
    elements = read_elements(path, facility_keys(rules))
    return facilities(elements, rules, walkable_streets(elements))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"amenity": "restaurant"}, "restaurant"),
        ({"amenity": "restaurant", "social_facility": "food_bank"}, "canteen"),
        ({"amenity": "restaurant", "social_facility": "no"}, "restaurant"),
        ({"amenity": "cafe;kindergarten"}, "restaurant"),
        ({"shop": "bakery"}, "community_shop"),
        ({"shop": "no"}, None),
        ({"shop": "supermarket"}, "community_shop"),  # the first of the catalogue
        ({"amenity": "theatre"}, None),
        ({"amenity": "parking"}, "parking"),
        ({"amenity": "parking", "access": "private"}, None),
        ({"leisure": "pitch", "access": "no"}, None),
        ({"amenity": "kindergarten", "access": "private"}, "kindergarten"),
    ],
)
def test_type_by_tags(write_osm, tags, expected):
    out, _ = read(write_osm({1: (0, 0, tags)}))
    assert out["type"].tolist() == ([expected] if expected else [])


@pytest.mark.parametrize("tags", ["amenity", "amenity=", "=x", "amenity=cafe +"])
def test_what_is_not_a_tag_is_refused(tags):
    with pytest.raises(ValueError, match="key=value"):
        tag_rules({"restaurant": {"osm": [tags]}})


def test_facts(write_osm, square):
    nodes, ring = square(10, 0, 0, 1)
    tags = {
        "amenity": "kindergarten",
        "name": "和睦幼儿园",
        "operator": "区教育局",
        "opening_hours": "Mo-Fr 08:00-17:00",
    }
    nodes[1] = (9, 9, {**tags, "level": "0", "capacity": "270"})
    nodes[2] = (9, 8, {"amenity": "kindergarten", "name:zh": "小星星", "level": "-1", "disused": "yes"})
    ways = {1: (ring, {"amenity": "kindergarten", "building": "yes", "building:levels": "3"})}
    out, _ = read(write_osm(nodes, ways))
    out = out.set_index("facility_id")
    first = out.loc["n1"]
    assert (first["name"], first["operator"], first["opening_hours"]) == tuple(tags[k] for k in list(tags)[1:])
    assert (first["storey"], first["capacity"], first["status"]) == (1, 270, "in_use")
    assert (out.loc["n2", "name"], out.loc["n2", "storey"], out.loc["n2", "status"]) == ("小星星", -1, "closed")
    assert out["floor_area_m2"].isna().tolist() == [True, True, False]
    assert out.loc["w1", "floor_area_m2"] == pytest.approx(3 * 96.5 * 110.9, rel=0.01)
    assert out["site_area_m2"].isna().all()


def test_a_ground_has_a_site_area_and_keeps_its_outline(write_osm, square):
    nodes, ring = square(10, 0, 0, 1)
    out, counts = read(write_osm(nodes, {1: (ring, {"leisure": "pitch"})}))
    assert out["site_area_m2"].iloc[0] == pytest.approx(96.5 * 110.9, rel=0.01)
    assert out.geometry.iloc[0].geom_type == "Polygon"
    assert counts == {"points": 0, "areas": 1, "areas_with_entrances": 0, "mapped_twice": 0}


def test_a_park_is_entered_at_gates_and_where_paths_cross_its_edge(write_osm, square):
    nodes, ring = square(10, 0, 0, 4)
    nodes |= {1: (2, 0, {"barrier": "gate"}), 2: (3, 0, {"barrier": "gate", "access": "private"})}
    nodes |= {20: (-1, 2), 21: (2, 2), 22: (4, 3), 23: (6, 3), 24: (5, 5), 25: (6, 5)}
    ring = [10, 1, 2, 11, 22, 12, 13, 10]
    path = {"highway": "footway"}
    ways = {
        1: (ring, {"leisure": "park", "name": "和睦公园"}),
        2: ([20, 21], path),  # crosses the edge at (0, 2)
        3: ([22, 23], path),  # meets it at a shared node
        4: ([24, 25], path),  # stays outside
        5: ([13, 12], {"highway": "residential"}),  # runs along it, which is no entrance
    }
    out, counts = read(write_osm(nodes, ways))
    found = {(round((p.x - 120) * 1000, 3), round((p.y - 30) * 1000, 3)) for p in out.geometry.iloc[0].geoms}
    assert found == {(2, 0), (0, 2), (4, 3)}
    assert counts["areas_with_entrances"] == 1
    assert out["site_area_m2"].iloc[0] > 0


def test_a_single_entrance_is_a_point_and_service_doors_do_not_count(write_osm, square):
    nodes, _ = square(10, 0, 0, 2)
    nodes |= {1: (1, 0, {"entrance": "main"}), 2: (1, 2, {"entrance": "service"}), 3: (1, 1, {"entrance": "yes"})}
    ways = {1: ([10, 1, 11, 12, 2, 13, 10], {"amenity": "kindergarten"})}
    out, _ = read(write_osm(nodes, ways))
    assert out.geometry.iloc[0].geom_type == "Point"
    assert out.geometry.iloc[0].y == 30.0


def test_mapped_twice_is_one_facility(write_osm, square):
    nodes, ring = square(10, 0, 0, 4)
    nodes |= {
        1: (1, 1, {"amenity": "kindergarten"}),
        2: (2, 1, {"amenity": "kindergarten", "name": "和睦幼儿园"}),
        3: (3, 1, {"amenity": "kindergarten", "name": "另一所"}),
        4: (1, 2, {"amenity": "cafe"}),
        5: (9, 9, {"amenity": "kindergarten"}),
    }
    out, counts = read(write_osm(nodes, {1: (ring, {"amenity": "kindergarten", "name": "和睦幼儿园"})}))
    assert sorted(out["facility_id"]) == ["n3", "n4", "n5", "w1"]
    assert counts["mapped_twice"] == 2


def test_a_multipolygon_with_a_hole(write_osm, square):
    outer, ring = square(10, 0, 0, 4)
    inner, hole = square(20, 1, 1, 1)
    relations = {5: ([(1, "outer"), (2, "inner")], {"leisure": "park"})}
    out, _ = read(write_osm({**outer, **inner}, {1: (ring, {}), 2: (hole, {})}, relations))
    assert out["facility_id"].tolist() == ["r5"]
    assert out["site_area_m2"].iloc[0] == pytest.approx(15 * 96.5 * 110.9, rel=0.01)


def test_nothing_found(write_osm):
    out, counts = read(write_osm({1: (0, 0)}))
    assert len(out) == 0 == sum(counts.values())
    assert out.crs == "EPSG:4326"
