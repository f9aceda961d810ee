import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely
import shapely.ops
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString

from linli.errors import CrsError
from linli.survey.noding import cut_lines, node_streets, piece_ids

CRS = "EPSG:4549"


def streets(*lines, **columns):
    ids = [chr(97 + i) for i in range(len(lines))]
    return gpd.GeoDataFrame({"street_id": ids, **columns}, geometry=[LineString(line) for line in lines], crs=CRS)


def naive(lines):
    """The obvious twin: cut every line at every point it shares with another, one pair at a time."""
    out = []
    for i, line in enumerate(lines):
        points = [shapely.Point(line.coords[0]), shapely.Point(line.coords[-1])]
        for j, other in enumerate(lines):
            if i == j:
                continue
            meeting = line.intersection(other)
            for part in [] if meeting.is_empty else shapely.get_parts(meeting):
                points += [shapely.Point(c) for c in part.coords] if part.length else [part]
        along = sorted({round(line.project(p), 6) for p in points} | {0.0, round(line.length, 6)})
        out += [shapely.ops.substring(line, a, b) for a, b in itertools.pairwise(along) if b - a > 1e-3]
    return out


def summary(lines):
    """Pieces as unordered pairs of rounded ends with their length, so that direction and order do not matter."""
    return sorted(
        (*sorted([tuple(np.round(line.coords[0], 2)), tuple(np.round(line.coords[-1], 2))]), round(line.length, 2))
        for line in lines
    )


def test_a_crossing_cuts_both_lines_at_one_place():
    out = node_streets(streets([(0, 0), (10, 10)], [(0, 10), (10, 0)]))
    assert out["street_id"].tolist() == ["a#1", "a#2", "b#1", "b#2"]
    assert {line.coords[-1] for line in out.geometry.iloc[[0, 2]]} == {(5.0, 5.0)}
    assert out.crs == CRS


def test_an_end_near_a_line_meets_it():
    out = node_streets(streets([(0, 0), (10, 0)], [(5, 0.15), (5, 9)]))
    assert out["street_id"].tolist() == ["a#1", "a#2", "b"]
    assert out.geometry.iloc[0].coords[-1] == (5.0, 0.15) == out.geometry.iloc[2].coords[0]


def test_an_end_beyond_the_tolerance_does_not():
    lines = streets([(0, 0), (10, 0)], [(5, 0.25), (5, 9)])
    assert len(node_streets(lines)) == 2
    assert len(node_streets(lines, tolerance_m=0.3)) == 3


def test_an_overshoot_leaves_no_stub():
    out = node_streets(streets([(0, 0), (10, 0)], [(5, -0.1), (5, 9)]))
    assert out["street_id"].tolist() == ["a#1", "a#2", "b"]


def test_parallel_lines_stay_apart_and_shared_vertices_join():
    assert len(node_streets(streets([(0, 0), (5, 0), (10, 0)], [(0, 0.1), (5, 0.1), (10, 0.5)]))) == 2
    out = node_streets(streets([(0, 0), (5, 5), (10, 0)], [(0, 10), (5, 5), (10, 10)]))
    assert len(out) == 4


def test_a_bridge_is_joined_only_at_its_ends():
    cross = [[(0, 0), (10, 0)], [(5, -5), (5, 5)], [(5, 5), (9, 9)]]
    assert len(node_streets(streets(*cross))) == 5
    for columns in ({"bridge": [None, "yes", "no"]}, {"tunnel": ["0", "T", None]}, {"layer": [0, 1, None]}):
        out = node_streets(streets(*cross, **columns))
        assert out["street_id"].tolist() == ["a", "b", "c"]
    ramp = streets([(0, 0), (10, 0)], [(5, 0), (5, 5)], layer=["0", "1"])
    assert len(node_streets(ramp)) == 3


def test_a_line_that_crosses_itself_is_cut_there():
    out = node_streets(streets([(0, 0), (10, 10), (10, 0), (0, 10)]))
    assert len(out) == 3
    assert out.geometry.iloc[0].coords[-1] == pytest.approx((5, 5))


def test_a_ring_stays_whole():
    ring = streets([(0, 0), (5, 0), (5, 5), (0, 0)])
    assert node_streets(ring).geometry.iloc[0].equals(ring.geometry.iloc[0])


def test_overlapping_lines_are_cut_where_they_part():
    out = node_streets(streets([(0, 0), (10, 0)], [(4, 0), (14, 0)]))
    assert summary(out.geometry) == [
        ((0, 0), (4, 0), 4.0),
        ((4, 0), (10, 0), 6.0),
        ((4, 0), (10, 0), 6.0),
        ((10, 0), (14, 0), 4.0),
    ]


def test_noded_input_comes_back_as_it_was():
    lines = streets([(0, 0), (5, 5)], [(5, 5), (10, 0)], [(5, 5), (5, 9)], kind=["x", "y", None])
    out = node_streets(lines)
    assert out["street_id"].tolist() == lines["street_id"].tolist()
    assert (out.geometry.to_numpy() == lines.geometry.to_numpy()).all()
    assert out["kind"].tolist()[:2] == ["x", "y"]


def test_multi_part_and_empty_geometry():
    frame = streets([(0, 0), (1, 0)], [(0, 5), (1, 5)], [(3, 3), (4, 4)])
    frame.loc[0, "geometry"] = MultiLineString([[(0, 0), (1, 0)], [(8, 0), (9, 0)]])
    frame.loc[2, "geometry"] = None
    out = node_streets(frame)
    assert out["street_id"].tolist() == ["a#1", "a#2", "b"]
    assert len(node_streets(frame.iloc[:0])) == 0


def test_the_input_is_not_changed():
    frame = streets([(0, 0), (10, 10)], [(0, 10), (10, 0)])
    before = frame.copy(deep=True)
    node_streets(frame)
    assert frame.equals(before)


@pytest.mark.parametrize("crs", ["EPSG:4326", None])
def test_degrees_are_refused(crs):
    frame = streets([(0, 0), (10, 10)]).set_crs(crs, allow_override=True)
    with pytest.raises(CrsError, match="projected CRS"):
        node_streets(frame)


coordinate = st.integers(0, 8).map(lambda i: 100.0 * i)
point = st.tuples(coordinate, coordinate)
segment = st.tuples(point, point).filter(lambda ab: ab[0] != ab[1])


@settings(max_examples=80, deadline=None)
@given(st.lists(segment, min_size=1, max_size=7))
def test_agrees_with_the_naive_twin(segments):
    out = node_streets(streets(*segments), tolerance_m=1e-3)
    assert summary(out.geometry) == summary(naive([LineString(s) for s in segments]))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(point, min_size=2, max_size=5, unique=True), min_size=1, max_size=6))
def test_pieces_meet_only_at_ends_and_again_changes_nothing(lines):
    frame = streets(*lines)
    out = node_streets(frame)
    assert out.length.sum() == pytest.approx(frame.length.sum())
    again = node_streets(out)
    assert summary(again.geometry) == summary(out.geometry)
    for i, a in enumerate(out.geometry):
        for b in out.geometry.iloc[:i]:
            meeting = a.intersection(b)
            if meeting.length == 0 and not meeting.is_empty:
                ends = shapely.MultiPoint([a.coords[0], a.coords[-1]])
                assert all(ends.distance(part) < 1e-6 for part in shapely.get_parts(meeting))


def test_cutting_nothing():
    take, piece, owner = cut_lines(np.empty(0, dtype=np.int64), np.empty(0, dtype=bool))
    assert len(take) == len(piece) == len(owner) == 0
    assert piece_ids(np.array([], dtype=object), owner).tolist() == []


def test_wuxi_becomes_one_network(shared_data):
    """SOURCES: whole ways; noded they make one component of about 99 % (without motorway and trunk)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    roads = gpd.read_file(shared_data("wuxi_xinwu/xinwu_road_centerlines.gpkg"))
    roads = roads[~roads["highway"].str.contains("motorway|trunk")].rename(columns={"osm_id": "street_id"})
    out = node_streets(roads)
    assert 12_000 < len(out) < 13_500
    ends = np.round(shapely.get_coordinates(shapely.get_point(out.geometry.to_numpy()[:, None], [0, -1])), 3)
    nodes, at = np.unique(ends, axis=0, return_inverse=True)
    graph = coo_array((np.ones(len(out)), (at[0::2], at[1::2])), shape=(len(nodes), len(nodes)))
    _, label = connected_components(graph, directed=False)
    assert np.bincount(label).max() / len(nodes) > 0.985
