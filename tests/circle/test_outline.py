import numpy as np
import pandas as pd
import pytest
import shapely

from linli.circle import build_streets, outline, place_points, walked_streets


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("limit", [5.0, 150.0, 400.0, 5000.0])
def test_walked_streets_are_those_within_the_limit(city, graph_of, walks_of, seed, limit):
    """Twin: sample every edge, and ask Dijkstra how far each sample is."""
    streets, origins, _, _ = city(seed)
    rng = np.random.default_rng(seed)
    chosen = origins.index[origins.placed][rng.choice(int(origins.placed.sum()), 3, replace=False)]
    start = origins.select(chosen)
    edge = np.repeat(np.arange(streets.n_edges), 9)
    share = np.tile(np.linspace(0.05, 0.95, 9), streets.n_edges)
    lines = np.array(
        [
            shapely.LineString(streets.vertex_xy[streets.vertex_start[e] : streets.vertex_start[e + 1]])
            for e in range(streets.n_edges)
        ]
    )
    at = shapely.line_interpolate_point(lines[edge], share, normalized=True)
    samples = place_points(streets, pd.Series(at))
    walks = walks_of(graph_of(streets, start, samples), [("place", 0, k) for k in range(len(chosen))])
    near = np.array([walks.get(("place", 1, k), np.inf) <= limit * 1000 for k in range(len(at))])
    walked = walked_streets(streets, start, limit)
    on = shapely.distance(at, walked) < 0.01 if not walked.is_empty else np.zeros(len(at), bool)
    unsure = np.array([abs(walks.get(("place", 1, k), np.inf) - limit * 1000) < 30 for k in range(len(at))])
    # two streets may cross without a node, so a sample may lie on a walked stretch of another street
    assert not (near & ~on & ~unsure).any()
    assert (on & ~near & ~unsure).mean() < 0.01


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("holes", [True, False])
def test_outline_agrees_with_the_union_of_buffers(city, seed, holes):
    streets, origins, _, _ = city(seed)
    start = origins.select(origins.index[origins.placed][:1])
    for limit in (100.0, 400.0):
        exact = walked_streets(streets, start, limit).buffer(30.0, quad_segs=32)
        ours = outline(streets, start, limit, margin_m=30.0, cell_m=3.0, holes=holes)
        if not holes:
            exact = shapely.union_all([shapely.Polygon(p.exterior) for p in shapely.get_parts(exact)])
        assert shapely.is_valid(ours)
        assert ours.area == pytest.approx(exact.area, rel=0.005)
        assert shapely.symmetric_difference(ours, exact).area < 0.02 * exact.area
        # (borders are not compared: a gap of a hair's breadth may be open in one and closed in the other)


def test_outline_of_nothing_is_empty(city):
    streets, origins, _, _ = city(1)
    lost = origins.select(origins.unplaced.id[:1])
    assert outline(streets, lost, 300.0).is_empty
    assert walked_streets(streets, lost, 300.0).is_empty


def test_a_limit_within_the_offset_reaches_no_street():
    streets = build_streets([shapely.LineString([(0, 0), (1000, 0)])])
    home = place_points(streets, pd.Series([shapely.Point(500, 50)]))
    assert outline(streets, home, 49.0).is_empty
    assert outline(streets, home, 60.0, cell_m=3.0).area == pytest.approx(20 * 60 + np.pi * 900, rel=0.01)


def test_a_huge_circle_is_drawn_on_coarser_cells(monkeypatch):
    import importlib

    monkeypatch.setattr(importlib.import_module("linli.circle.outline"), "_MAX_CELLS", 1000)
    streets = build_streets([shapely.LineString([(0, 0), (1000, 0)])])
    home = place_points(streets, pd.Series([shapely.Point(500, 0)]))
    assert outline(streets, home, 400.0).area == pytest.approx(800 * 60 + np.pi * 900, rel=0.05)


@pytest.mark.parametrize("options", [{"margin_m": 0.0}, {"cell_m": -1.0}])
def test_misuse_is_refused(city, options):
    streets, origins, _, _ = city(1)
    with pytest.raises(ValueError, match="must be metres > 0"):
        outline(streets, origins, 300.0, **options)
