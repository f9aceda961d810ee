import numpy as np
import pytest

from linli.circle._canon import goals_of, stops_of
from linli.circle.kernels.nearest import _insert, nearest_origins, nearest_several, spread_all
from linli.circle.kernels.search import BITS, UNREACHED, pack_limit


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("k", [1, 2, 4])
def test_insert_keeps_the_best_of_each_rank(seed, k):
    rng = np.random.default_rng(seed)
    items = np.full(k, UNREACHED, np.int64)
    best = {}
    for _ in range(30):
        cost, rank = int(rng.integers(0, 9)), int(rng.integers(0, 6))
        _insert(items, (cost << BITS) | rank)
        best[rank] = min(best.get(rank, 99), cost)
    expected = sorted((cost << BITS) | rank for rank, cost in best.items())[:k]
    assert items.tolist() == expected + [UNREACHED] * (k - len(expected))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("together", [True, False])
def test_labels_of_nodes_are_the_same_one_by_one_and_together(city, seed, together):
    streets, _, targets, _ = city(seed)
    goals = goals_of("targets", streets, targets)
    rows = np.flatnonzero(np.diff(goals.start) > 0).astype(np.int32)
    label = np.full(len(streets.net.links), pack_limit(600_000) + 1, np.int64)
    spread_all(streets.net, goals, rows, 600_000, together, label)
    other = np.full(len(streets.net.links), pack_limit(600_000) + 1, np.int64)
    spread_all(streets.net, goals, rows[::-1].copy(), 600_000, not together, other)
    np.testing.assert_array_equal(label, other)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("limit", [0, 250_000, 900_000])
def test_nearest_and_several_agree_with_their_twin(city, matrix, seed, limit):
    streets, origins, targets, _ = city(seed)
    naive = matrix(streets, origins, targets)
    stops, goals = stops_of("o", streets, origins), goals_of("t", streets, targets)
    rows = np.flatnonzero(np.diff(goals.start) > 0).astype(np.int32)
    several = nearest_several(streets.net, stops, goals, rows, 3, limit)
    distance, which = np.full(len(naive), np.inf), np.full(len(naive), -1, np.int32)
    label = np.full(len(streets.net.links), pack_limit(limit) + 1, np.int64)
    spread_all(streets.net, goals, rows, limit, False, label)
    nearest_origins(stops, goals, rows, limit, label, distance, which)
    for slot, row in enumerate(stops.row):
        pairs = sorted((int(d), int(r)) for d, r in zip(naive[row], goals.rank, strict=True) if d <= limit)[:3]
        found = [(int(v) >> BITS, int(v) & 0xFFFFFFFF) for v in several[slot] if v < UNREACHED]
        assert found == pairs
        assert (distance[row], which[row]) == ((pairs[0][0] / 1000, pairs[0][1]) if pairs else (np.inf, -1))
