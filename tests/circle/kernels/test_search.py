import numpy as np
import pandas as pd
import pytest
import shapely

from linli.circle import build_streets, place_points
from linli.circle._canon import goals_of
from linli.circle.kernels.search import BITS, MAX_COST, UNREACHED, clear, pack_limit, seeds_of, spread, stand


def naive_labels(graph, walks_of, n_nodes, targets):
    """Least (mm, target) of every node, by one Dijkstra per target."""
    best = [None] * n_nodes
    for t in targets:
        walks = walks_of(graph, [("place", 0, t)])
        for u in range(n_nodes):
            if u in walks:
                best[u] = min(best[u] or (np.inf, 0), (walks[u], t))
    return best


@pytest.mark.parametrize("limit", [0, 40_000, 400_000, 2_500_000, MAX_COST])
@pytest.mark.parametrize("with_list", [True, False])
@pytest.mark.parametrize("with_bound", [True, False])
def test_spread_agrees_with_its_twin(lines_of, graph_of, walks_of, limit, with_list, with_bound):
    rng = np.random.default_rng(limit % 97)
    # stretched, so that the search needs several strides
    lines = [shapely.transform(line, lambda xy: xy * 7) for line in lines_of(rng)]
    streets = build_streets(lines)
    places = place_points(streets, pd.Series(shapely.points(rng.uniform(0, 3500, (5, 2)))))
    places = places.select(places.index[places.placed])
    goals = goals_of("places", streets, places)
    rows = np.arange(len(places.index), dtype=np.int32)
    node, start = seeds_of(streets.net, goals, rows)
    n_search = len(streets.net.links)
    assert n_search > streets.n_nodes  # the star needs extra search nodes
    within = pack_limit(limit)
    label = np.full(n_search, within + 1, np.int64)
    touched = np.empty(n_search + 1, np.int32) if with_list else None
    bound = np.full((n_search, 2), UNREACHED, np.int64) if with_bound else None
    count = spread(streets.net.links, label, touched, node, start, pack_limit(limit), bound)
    best = naive_labels(graph_of(streets, places), walks_of, streets.n_nodes, rows.tolist())
    for u in range(streets.n_nodes):
        if best[u] and best[u][0] <= limit:
            assert (label[u] >> BITS, label[u] & 0xFFFFFFFF) == (best[u][0], goals.rank[best[u][1]])
        else:
            assert label[u] == within + 1
    if with_list:
        assert sorted(touched[:count]) == np.flatnonzero(label <= within).tolist()
        clear(label, touched, count, within + 1)
        assert (label == within + 1).all()


def test_a_bound_stops_the_search():
    streets = build_streets([shapely.LineString([(k, 0), (k + 1, 0)]) for k in range(9)])
    places = place_points(streets, pd.Series([shapely.Point(0, 0)]))
    node, start = seeds_of(streets.net, goals_of("p", streets, places), np.zeros(1, np.int32))
    order = np.argsort(streets.node_xy[:, 0])
    bound = np.full((10, 1), UNREACHED, np.int64)
    bound[order[4]] = 3_999 << BITS
    label = np.full(10, pack_limit(MAX_COST) + 1, np.int64)
    spread(streets.net.links, label, None, node, start, pack_limit(MAX_COST), bound)
    assert (label[order] <= pack_limit(MAX_COST)).tolist() == [True] * 4 + [False] * 6


def test_many_seeds_and_a_crowded_queue():
    """More nodes at once than the lists first have room for."""
    n = 90
    at = np.arange(n * n).reshape(n, n)
    pairs = np.vstack([np.c_[at[:, :-1].ravel(), at[:, 1:].ravel()], np.c_[at[:-1].ravel(), at[1:].ravel()]])
    xy = np.stack(np.meshgrid(np.arange(n), np.arange(n)), -1).reshape(-1, 2) * 100.0
    streets = build_streets(shapely.linestrings(xy[pairs]))
    for limit in (100_000, 5_000_000):
        label = np.full(len(streets.net.links), pack_limit(limit) + 1, np.int64)
        node = np.arange(0, streets.n_nodes, 2, dtype=np.int32)
        spread(streets.net.links, label, None, node, np.zeros(len(node), np.int64), pack_limit(limit), None)
        grid = np.abs(streets.node_xy[:, None] - streets.node_xy[None, node[::40]]).sum(axis=2)
        assert (label[: streets.n_nodes] >> BITS <= grid.min(axis=1) * 1000).all()
        assert (label[node] == 0).all()
        assert set(label[: streets.n_nodes] >> BITS) == {0, 100_000}


def test_stops_are_whole_millimetres_between_the_ends():
    edge, cost = np.array([1, 0, 1], np.int32), np.array([10_000, 333], np.int32)
    ends = np.array([4, 5], np.int32), np.array([6, 7], np.int32)
    position, offset = np.array([0.1, 9.9996, 0.25]), np.array([0.0004, 2.0, 3.0006])
    order = np.array([1, 0, 2], np.int32)
    a, way, at, aside = stand(order, edge, position, offset, np.array([10.0, 0.25]), *ends, cost)
    assert a.tolist() == [4, 5, 5]
    assert at.tolist() == [10_000, 133, 333]
    assert aside.tolist() == [2000, 0, 3001]
    assert way.tolist() == [[6, 12_000, 2000, 0], [7, 133, 200, 1], [7, 3334, 3001, 2]]
