import pandas as pd
import pytest

from linli.survey.osm_elements import read_elements
from linli.survey.osm_streets import is_walkable, walkable_streets

ROAD = {"highway": "residential"}


def streets(path):
    return walkable_streets(read_elements(path, ["kerb"]))


@pytest.mark.parametrize(
    ("tags", "walkable"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "cycleway"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "trunk", "sidewalk:left": "yes"}, True),
        ({"highway": "motorway", "foot": "no", "sidewalk": "both"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "permissive"}, True),
        ({"highway": "service", "access": "customers"}, True),
        ({"highway": "footway", "access": "no"}, False),
        ({"highway": "primary", "foot": "use_sidepath"}, False),
        ({"highway": "primary", "motorroad": "yes"}, False),
        ({"highway": "construction"}, False),
        ({"highway": "proposed"}, False),
        ({"highway": "bus_stop"}, False),
        ({"highway": "service", "area": "yes"}, False),
        ({"highway": "pedestrian", "area": "yes"}, True),
        ({"railway": "tram"}, False),
    ],
)
def test_what_is_walkable(tags, walkable):
    assert is_walkable(tags) is walkable


def test_cut_where_ways_share_a_node_and_only_there(write_osm):
    nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1), 5: (1, -1), 6: (0, 1), 7: (2, -1)}
    ways = {1: ([1, 2, 3], ROAD), 2: ([5, 2, 4], ROAD), 3: ([6, 7], {**ROAD, "bridge": "yes"})}
    out = streets(write_osm(nodes, ways))
    assert out["street_id"].tolist() == ["w1#1", "w1#2", "w2#1", "w2#2", "w3"]
    assert out.crs == "EPSG:4326"
    assert list(out.geometry.iloc[0].coords) == [(120.0, 30.0), (120.001, 30.0)]


def test_a_private_way_cuts_nothing(write_osm):
    nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1)}
    ways = {1: ([1, 2, 3], ROAD), 2: ([2, 4], {"highway": "service", "access": "private"})}
    assert streets(write_osm(nodes, ways))["street_id"].tolist() == ["w1"]


def test_a_way_through_a_node_twice_and_a_ring(write_osm):
    nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (2, 1)}
    out = streets(write_osm(nodes, {1: ([1, 2, 3, 4, 2], ROAD)}))
    assert out["street_id"].tolist() == ["w1#1", "w1#2"]
    ring = streets(write_osm(nodes, {1: ([2, 3, 4, 2], ROAD)}))
    assert ring["street_id"].tolist() == ["w1"]
    assert ring.geometry.iloc[0].is_ring


def test_parts_outside_the_file_are_left_out(write_osm):
    nodes = {1: (0, 0), 2: (1, 0), 4: (3, 0), 5: (4, 0), 7: (6, 0)}
    out = streets(write_osm(nodes, {1: ([1, 2, 3, 4, 5, 6, 7], ROAD), 2: ([8, 9], ROAD)}))
    assert out["street_id"].tolist() == ["w1#1", "w1#2"]
    assert [len(line.coords) for line in out.geometry] == [2, 2]


def test_the_same_node_twice_running_is_one(write_osm):
    out = streets(write_osm({1: (0, 0), 2: (1, 0)}, {1: ([1, 1, 2, 2], ROAD), 2: ([1, 1], ROAD)}))
    assert out["street_id"].tolist() == ["w1"]
    assert len(out.geometry.iloc[0].coords) == 2


def test_the_edge_of_a_pedestrian_area_joins_the_streets_that_touch_it(write_osm, square):
    nodes, ring = square(10, 0, 0, 2)
    nodes[1] = (-2, 0)
    ways = {1: (ring, {"highway": "pedestrian", "area": "yes"}), 2: ([1, 11], ROAD)}
    out = streets(write_osm(nodes, ways))
    assert out["street_id"].tolist() == ["w1#1", "w1#2", "w2"]


def test_attributes(write_osm):
    nodes = {i: (i, 0) for i in range(1, 12)}
    nodes[6] = (6, 0, {"kerb": "lowered"})
    nodes[7] = (7, 0, {"kerb": "flush"})
    nodes[9] = (9, 0, {"kerb": "raised"})
    crossing = {"highway": "footway", "footway": "crossing"}
    ways = {
        1: ([1, 2], {"highway": "steps", "lit": "yes"}),
        2: ([2, 3], {"highway": "steps", "ramp:wheelchair": "yes", "lit": "no"}),
        3: ([3, 4], {"highway": "path", "wheelchair": "yes", "lit": "24/7"}),
        4: ([4, 5], {"highway": "path", "wheelchair": "limited"}),
        5: ([6, 7], crossing),
        6: ([8, 9], {**crossing, "wheelchair": "yes"}),
        7: ([10, 11], crossing),
    }
    out = streets(write_osm(nodes, ways)).set_index("street_id")
    assert out["kind"].tolist() == ["steps", "steps", "path", "path", "footway", "footway", "footway"]
    assert out["steps"].tolist() == [True, True, False, False, False, False, False]
    assert out["crossing"].tolist() == [False, False, False, False, True, True, True]
    assert out["lit"].tolist() == [True, False, True, pd.NA, pd.NA, pd.NA, pd.NA]
    assert out["barrier_free"].tolist() == [False, True, True, pd.NA, True, False, pd.NA]


def test_no_streets(write_osm):
    out = streets(write_osm({1: (0, 0)}))
    assert len(out) == 0
    assert list(out.columns) == ["street_id", "kind", "steps", "crossing", "lit", "barrier_free", "geometry"]
