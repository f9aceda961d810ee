import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.ops

from linli.circle import build_streets, place_points
from linli.circle._canon import goals_of
from linli.circle.kernels.contour import distance_raster, rings_at, walked_stretches
from linli.circle.kernels.search import pack_limit, seeds_of, spread


def rings_of(field, level, cell=1.0):
    xy, ring = rings_at(field, level, 0.0, 0.0, cell)
    return [shapely.LinearRing(xy[ring == r]) for r in range(ring.max() + 1)] if len(ring) else []


@pytest.mark.parametrize("seed", range(10))
def test_rings_part_inside_from_outside(seed):
    """Twin: every corner of the raster is on the side its value says."""
    rng = np.random.default_rng(seed)
    field = np.full((12, 15), 1.0)
    field[1:-1, 1:-1] = rng.random((10, 13))
    rings = rings_of(field, 0.5)
    area = shapely.build_area(shapely.geometrycollections(rings))
    row, column = np.nonzero(np.abs(field - 0.5) > 1e-9)
    inside = shapely.contains(area, shapely.points(column, row))
    np.testing.assert_array_equal(inside, field[row, column] < 0.5)
    for ring in rings:
        assert ring.is_simple
        # counter-clockwise around what is inside, clockwise around holes
        depth = sum(shapely.Polygon(other).contains(shapely.Point(ring.coords[0])) for other in rings if other != ring)
        assert ring.is_ccw == (depth % 2 == 0)


def test_no_ring_where_nothing_is_inside():
    assert rings_of(np.ones((5, 5)), 0.5) == []


@pytest.mark.parametrize("seed", range(3))
def test_the_raster_holds_the_distance_to_the_stretches(lines_of, seed):
    rng = np.random.default_rng(seed)
    streets = build_streets(lines_of(rng))
    found = np.column_stack([rng.integers(0, streets.n_edges, 6), np.sort(rng.random((6, 2)), axis=1)])
    field = np.full((60, 60), 40.0)
    distance_raster(found, streets.vertex_xy, streets.vertex_start, streets.vertex_m, -50.0, -50.0, 12.0, 40.0, field)
    parts = shapely.multilinestrings(
        [
            shapely.ops.substring(
                shapely.LineString(streets.vertex_xy[streets.vertex_start[int(e)] : streets.vertex_start[int(e) + 1]]),
                low,
                high,
                normalized=True,
            )
            for e, low, high in found
        ]
    )
    x, y = np.meshgrid(np.arange(60) * 12.0 - 50, np.arange(60) * 12.0 - 50)
    exact = shapely.distance(shapely.points(x, y), parts)
    np.testing.assert_allclose(np.minimum(field, 40.0), np.minimum(exact, 40.0), atol=1e-6)


def test_stretches_meet_where_walks_meet():
    """On a ring of 400 m, a walk of 150 m covers 150 m either way, and one of 250 m all of it."""
    square = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    streets = build_streets([shapely.LineString(square[k : k + 2]) for k in range(4)])
    goals = goals_of("p", streets, place_points(streets, pd.Series([shapely.Point(50, 0)])))
    net = streets.net
    for limit, covered in [(30, 60), (150, 300), (250, 400)]:
        label = np.full(len(net.links), pack_limit(limit * 1000) + 1, np.int64)
        touched = np.empty(len(label) + 1, np.int32)
        node, start = seeds_of(net, goals, np.zeros(1, np.int32))
        n = spread(net.links, label, touched, node, start, pack_limit(limit * 1000), None)
        found = walked_stretches(net, goals, label, touched, n, streets.owned, limit * 1000)
        share = np.arange(1, 1000) / 1000
        on = np.zeros((4, 999), bool)
        for e, low, high in found:
            on[int(e)] |= (share >= low) & (share <= high)
        assert on.sum() / 10 == pytest.approx(covered, abs=1)
