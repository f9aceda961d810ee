import pickle

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString

from linli.circle import build_streets, reweight
from linli.errors import CrsError


def naive_streets(lines, extra):
    """Edges as a sorted list of (end, end, mm), ends in whole mm, and the sets of ends that reach each other."""
    edges, groups = [], []
    for line, more in zip(lines, extra, strict=True):
        if line is None or line.length < 0.0005:
            continue
        ends = sorted(tuple(int(v) for v in np.rint(np.array(line.coords[k]) * 1000)) for k in (0, -1))
        edges.append((*ends, max(1, round((line.length + more) * 1000))))
        joined = [g for g in groups if ends[0] in g or ends[1] in g]
        groups = [g for g in groups if g not in joined] + [set(ends).union(*joined)]
    return sorted(edges), groups


@pytest.mark.parametrize("seed", range(5))
def test_streets_agree_with_their_twin(lines_of, seed):
    rng = np.random.default_rng(seed)
    lines = [*lines_of(rng), None, LineString(), LineString([(1, 1), (1, 1)])]
    extra = rng.uniform(0, 20, len(lines))
    streets = build_streets(lines, extra_m=extra)
    node = np.rint(streets.node_xy * 1000).astype(int)
    ends = [
        (*sorted([tuple(node[a]), tuple(node[b])]), int(c))
        for a, b, c in zip(streets.edge_a, streets.edge_b, streets.cost_mm, strict=True)
    ]
    edges, groups = naive_streets(lines, extra)
    assert sorted(ends) == [(tuple(u), tuple(v), c) for u, v, c in edges]
    assert sorted(len(g) for g in groups) == sorted(streets.components.nodes)
    assert sorted(streets.dropped) == [len(lines) - 3, len(lines) - 2, len(lines) - 1]
    assert (streets.edge_a <= streets.edge_b).all()
    assert (np.diff(streets.edge_a) >= 0).all()
    assert streets.components.length_m.is_monotonic_decreasing
    assert streets.components.length_m.sum() == pytest.approx(sum(x.length for x in lines if x is not None))
    for component in streets.components.index:
        assert (streets.component_of_node == component).sum() == streets.components.nodes[component]
    assert (streets.component_of_node[streets.edge_a] == streets.component_of_node[streets.edge_b]).all()


def test_every_edge_keeps_the_geometry_of_its_line(lines_of):
    lines = lines_of(np.random.default_rng(2))
    streets = build_streets(lines, [f"s{k}" for k in range(len(lines))])
    for e in range(streets.n_edges):
        xy = streets.vertex_xy[streets.vertex_start[e] : streets.vertex_start[e + 1]]
        xy = xy[::-1] if streets.reversed_line[e] else xy
        assert streets.street_id[streets.line[e]] == f"s{streets.line[e]}"
        np.testing.assert_array_equal(xy, lines[streets.line[e]].coords)
        measure = streets.vertex_m[streets.vertex_start[e] : streets.vertex_start[e + 1]]
        assert measure[0] == 0
        assert measure[-1] == pytest.approx(lines[streets.line[e]].length)
        start = streets.vertex_xy[streets.vertex_start[e]]
        np.testing.assert_allclose(start, streets.node_xy[streets.edge_a[e]], atol=0.0006)


def test_ends_within_a_millimetre_are_one_node():
    streets = build_streets([LineString([(0, 0), (10, 0)]), LineString([(10.0004, 0), (20, 0)])])
    assert streets.n_nodes == 3
    assert len(streets.components) == 1


def test_far_coordinates_and_wide_countries():
    streets = build_streets([LineString([(0, 0), (10, 0)]), LineString([(5e6, 5e6), (5e6 + 3, 5e6 + 4)])])
    assert streets.n_nodes == 4
    assert streets.length_m.tolist() == [10.0, 5.0]


def test_names_come_from_a_series():
    lines = pd.Series([LineString([(0, 0), (10, 0)])], index=["s1"])
    assert build_streets(lines).street_id.tolist() == ["s1"]


def test_no_streets():
    streets = build_streets([])
    assert (streets.n_nodes, streets.n_edges, len(streets.components)) == (0, 0, 0)
    assert build_streets([None]).dropped.tolist() == [0]


def test_another_walker_walks_the_same_streets(lines_of):
    lines = lines_of(np.random.default_rng(4))
    extra = np.random.default_rng(5).uniform(0, 9, len(lines))
    plain, steep = build_streets(lines), build_streets(lines, extra_m=extra)
    again = reweight(plain, extra)
    np.testing.assert_array_equal(again.cost_mm, steep.cost_mm)
    assert again.key == steep.key == plain.key
    np.testing.assert_array_equal(reweight(again, None).cost_mm, plain.cost_mm)
    np.testing.assert_array_equal(again.net.links, steep.net.links)


def test_streets_survive_a_pickle(lines_of):
    streets = build_streets(lines_of(np.random.default_rng(4)))
    again = pickle.loads(pickle.dumps(streets))
    np.testing.assert_array_equal(again.net.links, streets.net.links)


def test_misuse_is_refused_with_the_street_and_the_fix():
    line = LineString([(0, 0), (10, 0)])
    with pytest.raises(ValueError, match=r"street b. Explode"):
        build_streets([line, shapely.MultiLineString([line])], ["a", "b"])
    with pytest.raises(ValueError, match=r"one name for each of 1 lines. Got 2"):
        build_streets([line], ["a", "b"])
    with pytest.raises(ValueError, match=r"finite. Others: street a"):
        build_streets([LineString([(0, 0), (np.inf, 0)])], ["a"])
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"`extra_m` must be finite metres ≥ 0. Wrong: street a"):
            build_streets([line], ["a"], [wrong])
    with pytest.raises(ValueError, match="Got shape"):
        build_streets([line], ["a"], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"shorter than 537 km. Longer: street a"):
        build_streets([LineString([(0, 0), (6e5, 0)])], ["a"])
    with pytest.raises(ValueError, match=r"s4 … \(9 in total\)"):
        build_streets([line] * 9, [f"s{k}" for k in range(9)], [-1.0] * 9)


def test_degrees_are_refused():
    gpd = pytest.importorskip("geopandas")
    lines = gpd.GeoSeries([LineString([(0, 0), (1, 0)])], crs=4326)
    with pytest.raises(CrsError, match="EPSG:4326, in degrees"):
        build_streets(lines)
    assert build_streets(lines.to_crs(32631)).n_edges == 1


def test_the_grid_of_long_components_is_made_once_and_holds_only_their_segments():
    streets = build_streets([LineString([(0, 0), (100, 0), (200, 0)]), LineString([(0, 50), (20, 50)])])
    grid = streets.grid_of_long(100.0)
    assert streets.grid_of_long(100.0) is grid
    assert streets.grid_of_long(0.0) is streets.grid
    assert set(streets.vertex_edge[np.unique(grid.segment)]) == set(np.flatnonzero(streets.on_component(100.0)))
    assert len(np.unique(streets.grid_of_long(10.0).segment)) == len(np.unique(streets.grid.segment))
