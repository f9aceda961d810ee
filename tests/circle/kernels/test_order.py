import heapq

import numpy as np
import pytest

from linli.circle.kernels.order import LANES, bucket_sort, hilbert_codes, pack_links


def test_the_hilbert_curve_visits_neighbours_in_turn():
    for order in (1, 3, 5):
        side = 2**order
        column, row = (v.ravel() for v in np.meshgrid(np.arange(side), np.arange(side)))
        code = hilbert_codes(column, row, order)
        assert sorted(code) == list(range(side * side))
        walk = np.argsort(code)
        assert (np.abs(np.diff(column[walk])) + np.abs(np.diff(row[walk])) == 1).all()


@pytest.mark.parametrize("size", [0, 1, 50])
def test_bucket_sort_agrees_with_a_stable_sort(size):
    keys = np.random.default_rng(size).integers(0, 7, size).astype(np.int32)
    start, order = bucket_sort(keys, 9)
    np.testing.assert_array_equal(order, np.argsort(keys, kind="stable"))
    np.testing.assert_array_equal(start, np.searchsorted(np.sort(keys), np.arange(10)))


def naive_walk(neighbours, source):
    """Dijkstra over a dictionary of lists."""
    best, heap = {}, [(0, source)]
    while heap:
        d, u = heapq.heappop(heap)
        if u not in best:
            best[u] = d
            for v, cost in neighbours[u]:
                heapq.heappush(heap, (d + cost, v))
    return best


@pytest.mark.parametrize("n_edges", [0, 1, 12, 60])
def test_packed_links_walk_like_the_edges(n_edges):
    """Nodes of up to thirty streets, loops and parallel edges among them."""
    rng = np.random.default_rng(n_edges)
    n = 8
    ends = np.sort(rng.integers(0, n, (n_edges, 2)), axis=1).astype(np.int32)
    cost = rng.integers(1, 100, n_edges).astype(np.int32)
    links = pack_links(n, np.ascontiguousarray(ends[:, 0]), np.ascontiguousarray(ends[:, 1]), cost)
    assert links.shape[1:] == (LANES, 2)
    plain = {u: [] for u in range(n)}
    for (u, v), c in zip(ends.tolist(), cost.tolist(), strict=True):
        plain[u].append((v, c))
        plain[v].append((u, c))
    packed = {u: [tuple(link) for link in links[u].tolist()] for u in range(len(links))}
    for u in range(n):
        walked = naive_walk(packed, u)
        assert {v: d for v, d in walked.items() if v < n} == naive_walk(plain, u)
    extra = [w for w in range(n, len(links)) if any(v != w for v, _ in packed[w])]
    assert len(extra) == len(links) - n
