import numpy as np
import pandas as pd
import pytest
import shapely

from linli.circle import build_streets, nearest, place_points
from linli.circle.streets import make_grid
from linli.errors import CrsError


def edges_of(streets):
    return np.array(
        [
            shapely.LineString(streets.vertex_xy[streets.vertex_start[e] : streets.vertex_start[e + 1]])
            for e in range(streets.n_edges)
        ]
    )


def naive_place(streets, point):
    """Distance to the nearest edge, by trying all of them."""
    return shapely.distance(edges_of(streets), point).min()


@pytest.mark.parametrize("seed", range(4))
def test_points_agree_with_their_twin(lines_of, seed):
    rng = np.random.default_rng(seed)
    streets = build_streets(lines_of(rng))
    points = shapely.points(rng.uniform(-300, 900, (300, 2)))
    places = place_points(streets, pd.Series(points), 100.0)
    edges = edges_of(streets)
    expected = np.array([naive_place(streets, point) for point in points])
    placed = expected <= 100.0
    np.testing.assert_array_equal(places.placed, placed)
    np.testing.assert_allclose(places.offset, expected[placed], atol=1e-9)
    np.testing.assert_allclose(places.unplaced.distance_m, expected[~placed], atol=1e-9)
    assert places.unplaced.id.tolist() == np.flatnonzero(~placed).tolist()
    at = shapely.line_interpolate_point(edges[places.edge], places.position)
    np.testing.assert_allclose(shapely.distance(at, points[placed]), expected[placed], atol=1e-9)
    np.testing.assert_array_equal(places.xy, shapely.get_coordinates(points[placed]))


def test_long_streets_and_coarse_or_fine_grids_give_the_same(lines_of):
    rng = np.random.default_rng(9)
    lines = [
        *lines_of(rng),
        shapely.LineString([(-5000, -4000), (7000, 3000)]),
        shapely.LineString([(0, 9), (0, 8000)]),
    ]
    streets = build_streets(lines)
    points = shapely.points(rng.uniform(-3000, 5000, (200, 2)))
    expected = [naive_place(streets, point) for point in points]
    for cells in (1, 50, 10**6):
        finer = build_streets(lines)
        finer.__dict__["grid"] = make_grid(finer, cells)
        np.testing.assert_allclose(place_points(finer, pd.Series(points), 1e6).offset, expected, atol=1e-9)


def test_several_threads_place_alike(lines_of):
    rng = np.random.default_rng(10)
    streets = build_streets(lines_of(rng))
    points = pd.Series(shapely.points(rng.uniform(-100, 600, (6000, 2))))
    one, two = place_points(streets, points, workers=1), place_points(streets, points, workers=2)
    np.testing.assert_array_equal(one.position, two.position)
    np.testing.assert_array_equal(one.edge, two.edge)


@pytest.fixture
def cross():
    """A street along the x axis in four parts, and one going up from its middle."""
    return build_streets(
        [
            shapely.LineString([(-200, 0), (-100, 0)]),
            shapely.LineString([(-100, 0), (0, 0)]),
            shapely.LineString([(0, 0), (100, 0)]),
            shapely.LineString([(100, 0), (200, 0)]),
            shapely.LineString([(0, 0), (0, 300)]),
        ]
    )


def walk(streets, origin, shape, **options):
    """Metres from a point to a shape."""
    home = place_points(streets, pd.Series([shapely.Point(origin)], index=["home"]))
    target = place_points(streets, pd.Series([shape], index=["park"]), **options)
    return nearest(streets, home, target, pd.Series(["x"], index=["park"]), 1e4).distance.iloc[0, 0]


def test_a_park_is_reached_along_its_edge(cross):
    park = shapely.box(-90, 10, 90, 60)
    assert walk(cross, (-200, 0), park) <= 110 + 10 + 10  # its corner, not its middle
    assert walk(cross, (150, 0), park) <= 60 + 10 + 10
    assert walk(cross, (0, 300), park) <= 240 + 20  # where the street enters it from the north
    assert walk(cross, (0, 40), park) == 0.0  # already inside, at a sample
    assert walk(cross, (0, 30), park) == 10.0  # half the spacing from the next
    # never nearer than the straight line
    assert walk(cross, (-200, 0), park) >= 110


def test_a_finer_sample_is_never_further(cross):
    park = shapely.box(-90, 10, 90, 60)
    for origin in [(-200, 0), (150, 0), (0, 300)]:
        walks = [walk(cross, origin, park, edge_spacing_m=s) for s in (80.0, 40.0, 5.0)]
        assert walks == sorted(walks, reverse=True)


def test_a_park_away_from_streets_is_reached_from_the_nearest(cross):
    park = shapely.box(150, 90, 300, 200)
    places = place_points(cross, pd.Series([park]))
    assert places.offset.tolist() == [90.0]
    assert places.position.tolist()[0] in (50.0, 100.0) or 50 <= places.position[0] <= 100
    assert walk(cross, (100, 0), park) <= 100 + 90


def test_a_park_too_far_is_unplaced_with_its_distance(cross):
    places = place_points(cross, pd.Series([shapely.box(0, 400, 10, 410)], index=["p"]), 50.0)
    assert places.unplaced.to_dict("records") == [{"id": "p", "distance_m": 100.0}]


def test_lines_and_multipolygons_are_outlines_too(cross):
    shapes = pd.Series(
        [
            shapely.LineString([(-150, 5), (150, 5)]),
            shapely.MultiPolygon([shapely.box(-150, 5, -140, 9), shapely.box(140, 5, 150, 9)]),
        ]
    )
    places = place_points(cross, shapes)
    assert places.placed.all()
    assert set(places.offset[places.owner == 1].round(6)) >= {5.0}
    assert (places.offset <= 20).all()


def test_missing_and_empty_geometry_is_unplaced(cross):
    shapes = pd.Series(
        [None, shapely.Point(), shapely.Polygon(), shapely.Point(1, 1)], index=list("abcd"), dtype=object
    )
    places = place_points(cross, shapes)
    assert places.unplaced.id.tolist() == ["a", "b", "c"]
    assert places.unplaced.distance_m.isna().all()
    assert places.placed.tolist() == [False, False, False, True]


def test_selection_keeps_accesses_and_gaps(cross):
    shapes = pd.Series(
        [shapely.Point(0, 900), shapely.MultiPoint([(10, 1), (150, 1)]), shapely.Point(-50, 2)], index=list("abc")
    )
    places = place_points(cross, shapes)
    part = places.select(["c", "a"])
    assert part.index.tolist() == ["c", "a"]
    assert part.offset.tolist() == [2.0]
    assert part.owner.tolist() == [0]
    assert part.unplaced.id.tolist() == ["a"]
    assert len(places.select(["b"]).offset) == 2
    assert len(part) == 2
    with pytest.raises(KeyError, match="No place is named z"):
        places.select(["z"])


@pytest.mark.parametrize("shape", [shapely.Point(20, 45), shapely.box(15, 43, 25, 46)])
def test_islands_are_passed_over_if_asked(shape):
    """A short path without connection lies nearer than the street."""
    streets = build_streets(
        [
            shapely.LineString([(0, 0), (500, 0)]),
            shapely.LineString([(10, 50), (30, 50)]),
        ]
    )
    shapes = pd.Series([shape])
    near, far = place_points(streets, shapes), place_points(streets, shapes, island_m=100.0)
    assert (streets.component_of_node[streets.edge_a[near.edge]] == 1).all()
    assert (streets.component_of_node[streets.edge_a[far.edge]] == 0).all()
    assert far.offset.min() >= 43.0
    longest = place_points(streets, shapes, island_m=1000.0)
    assert longest.offset.tolist() == far.offset.tolist(), "the longest component is never an island"
    close = place_points(streets, shapes, 10.0, island_m=100.0)
    assert close.unplaced.distance_m.iloc[0] == far.offset.min()


def test_misuse_is_refused(cross):
    with pytest.raises(ValueError, match=r"unique. Repeated: a"):
        place_points(cross, pd.Series([shapely.Point(0, 0)] * 2, index=["a", "a"]))
    with pytest.raises(ValueError, match="Mixed: 0"):
        place_points(cross, pd.Series([shapely.GeometryCollection([shapely.Point(0, 0)])]))
    with pytest.raises(ValueError, match=r"finite. Others: 0"):
        place_points(cross, pd.Series([shapely.Point(np.inf, 0)]))
    gpd = pytest.importorskip("geopandas")
    with pytest.raises(CrsError, match="degrees"):
        place_points(cross, gpd.GeoSeries([shapely.Point(0, 0)], crs=4326))
