import numpy as np
import pandas as pd
import pytest
import shapely

from linli.circle import build_streets, place_points, shortest_path


@pytest.mark.parametrize("seed", range(8))
def test_route_agrees_with_dijkstra_and_is_as_long_as_it_says(city, matrix, seed):
    streets, origins, targets, _ = city(seed, homes=20, shops=10, extra=False)
    distance = matrix(streets, origins, targets) / 1000
    lines = shapely.union_all(
        [
            shapely.LineString(streets.vertex_xy[streets.vertex_start[e] : streets.vertex_start[e + 1]])
            for e in range(streets.n_edges)
        ]
    )
    for o, origin in enumerate(origins.index):
        for t, target in enumerate(targets.index):
            route = shortest_path(streets, origins.select([origin]), targets.select([target]))
            assert route.distance_m == distance[o, t] or np.isnan(distance[o, t])
            if np.isfinite(route.distance_m):
                assert route.line.length == pytest.approx(route.distance_m, abs=0.1)
                xy = shapely.points(shapely.get_coordinates(route.line)[1:-1])
                assert (shapely.distance(xy, lines) < 0.01).all()


@pytest.mark.parametrize("seed", range(3))
def test_extra_metres_count_in_the_distance(city, matrix, seed):
    streets, origins, targets, _ = city(seed, homes=12, shops=8, extra=True)
    distance = matrix(streets, origins, targets) / 1000
    for o, origin in enumerate(origins.index):
        for t, target in enumerate(targets.index):
            route = shortest_path(streets, origins.select([origin]), targets.select([target]))
            if np.isfinite(distance[o, t]):
                assert route.distance_m == distance[o, t]
                assert route.line.length <= route.distance_m + 0.1


def test_the_streets_walked_are_named_in_order():
    streets = build_streets(
        [
            shapely.LineString([(100, 0), (0, 0)]),
            shapely.LineString([(100, 0), (100, 50)]),
            shapely.LineString([(100, 50), (200, 50)]),
        ],
        ["west", "middle", "east"],
    )

    def at(x, y):
        return place_points(streets, pd.Series([shapely.Point(x, y)]))

    route = shortest_path(streets, at(40, 0), at(150, 50))
    assert route.street_id == ("west", "middle", "east")
    assert route.line.wkt == "LINESTRING (40 0, 100 0, 100 50, 150 50)"
    back = shortest_path(streets, at(150, 50), at(40, 0))
    assert back.street_id == ("east", "middle", "west")
    same = shortest_path(streets, at(40, 3), at(40, 3))
    assert same.distance_m == 6.0
    assert shortest_path(streets, at(40, 0), at(150, 50), 100.0).distance_m == np.inf
    assert shortest_path(streets, at(40, 0), at(150, 50), 160.0).distance_m == 160.0
    lost = shortest_path(streets, at(40, 4000), at(150, 50))
    assert np.isnan(lost.distance_m)
    assert lost.line.is_empty
