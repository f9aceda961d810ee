import numpy as np
import pytest
import shapely

from linli.circle.kernels.snap import fill_grid, snap_points


def polylines(rng, count):
    lines = [shapely.LineString(rng.uniform(0, 100, (rng.integers(2, 5), 2))) for _ in range(count)]
    lines.append(shapely.LineString([(20, 20), (20, 20), (80, 20)]))  # a repeated vertex
    lines.append(shapely.LineString([(0, 50), (100, 50)]))  # along a row of cells
    return np.array(lines)


def vertices(lines):
    xy, edge = shapely.get_coordinates(lines, return_index=True)
    step = np.r_[0, np.hypot(*np.diff(xy, axis=0).T)]
    first = np.r_[True, np.diff(edge) > 0]
    step[first] = 0
    total = np.cumsum(step)
    return xy, edge.astype(np.int32), total - np.maximum.accumulate(np.where(first, total, 0))


@pytest.mark.parametrize("cell", [3.0, 10.0, 25.0, 500.0])
def test_every_cell_holds_the_segments_that_touch_it(cell):
    lines = polylines(np.random.default_rng(1), 8)
    xy, edge, _ = vertices(lines)
    n = int(100 // cell) + 1
    start, segment = fill_grid(xy, edge, 0.0, 0.0, cell, n, n)
    for k in range(n * n):
        square = shapely.box(k % n * cell, k // n * cell, (k % n + 1) * cell, (k // n + 1) * cell)
        for s in range(len(xy) - 1):
            if edge[s] == edge[s + 1] and square.intersects(shapely.LineString(xy[s : s + 2])):
                assert s in segment[start[k] : start[k + 1]]
    assert start[-1] == len(segment)


@pytest.mark.parametrize("cell", [3.0, 25.0, 500.0])
@pytest.mark.parametrize("cutoff", [0.0, 5.0, np.inf])
def test_snapping_agrees_with_trying_every_line(cell, cutoff):
    rng = np.random.default_rng(2)
    lines = polylines(rng, 8)
    xy, vertex_edge, measure = vertices(lines)
    n = int(100 // cell) + 1
    frame = (0.0, 0.0, cell, n, n)
    start, segment = fill_grid(xy, vertex_edge, *frame)
    points = np.vstack([rng.uniform(-80, 180, (200, 2)), xy[:5], [[500, -300], [50, 50]]])
    edge, position = np.full(len(points), -7, np.int32), np.full(len(points), np.nan)
    distance = np.full(len(points), np.nan)
    order = rng.permutation(len(points)).astype(np.int32)
    snap_points(points, order, cutoff, frame, start, segment, xy, vertex_edge, measure, edge, position, distance)
    for i, point in enumerate(shapely.points(points)):
        exact = shapely.distance(lines, point).min()
        if exact > cutoff + 1e-9:
            assert edge[i] == -1
        elif exact < cutoff - 1e-9 or cutoff == np.inf:
            assert distance[i] == pytest.approx(exact, abs=1e-9)
            at = shapely.line_interpolate_point(lines[edge[i]], position[i])
            assert shapely.distance(at, point) == pytest.approx(exact, abs=1e-9)
