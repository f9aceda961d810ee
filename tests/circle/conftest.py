"""Small cities, and the slow, obvious twin of every search: Dijkstra over a graph in which places are nodes."""

import heapq
from collections import defaultdict
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import shapely

from linli.circle import build_streets, place_points


def naive_graph(streets, *several):
    """Neighbours and whole-mm costs; every access is a node on its edge, every place a node at its offset."""
    graph = defaultdict(list)

    def join(u, v, cost):
        graph[u].append((v, cost))
        graph[v].append((u, cost))

    on_edge = defaultdict(list)
    for group, places in enumerate(several):
        for i in range(len(places.owner)):
            edge = int(places.edge[i])
            cost = int(streets.cost_mm[edge])
            position = min(cost, round(places.position[i] / streets.length_m[edge] * cost))
            on_edge[edge].append((position, ("access", group, i)))
            join(("access", group, i), ("place", group, int(places.owner[i])), round(places.offset[i] * 1000))
    for edge in range(streets.n_edges):
        chain = [(0, int(streets.edge_a[edge]))]
        chain += sorted(on_edge[edge])
        chain.append((int(streets.cost_mm[edge]), int(streets.edge_b[edge])))
        for (p, u), (q, v) in pairwise(chain):
            join(u, v, q - p)
    return graph


def naive_walks(graph, sources):
    """Least mm from any source to every node; places and accesses of others are not walked through."""
    best = {}
    heap = [(0, str(s), s) for s in sources]
    while heap:
        d, _, u = heapq.heappop(heap)
        if u in best:
            continue
        best[u] = d
        if isinstance(u, tuple) and u[0] == "place" and u not in sources:
            continue
        for v, cost in graph[u]:
            if v not in best:
                heapq.heappush(heap, (d + cost, str(v), v))
    return best


def naive_matrix(streets, origins, targets):
    """Whole mm between every origin and every target (inf if there is no way, NaN if the origin is unplaced)."""
    graph = naive_graph(streets, origins, targets)
    out = np.full((len(origins.index), len(targets.index)), np.inf)
    for t in range(len(targets.index)):
        walks = naive_walks(graph, [("place", 1, t)])
        for o in range(len(origins.index)):
            out[o, t] = walks.get(("place", 0, o), np.inf)
    out[~origins.placed] = np.nan
    return out


def random_lines(rng, n=6, drop=0.25, curl=0.3, loops=2, twins=3, far=True):
    """A bent grid with gaps, loops, parallel streets, a star crossing and an island."""
    xy = np.stack(np.meshgrid(np.arange(n), np.arange(n)), -1).reshape(-1, 2) * 100.0
    xy = np.round(xy + rng.uniform(-30, 30, xy.shape), 3)
    at = np.arange(n * n).reshape(n, n)
    pairs = np.vstack([np.c_[at[:, :-1].ravel(), at[:, 1:].ravel()], np.c_[at[:-1].ravel(), at[1:].ravel()]])
    pairs = pairs[rng.random(len(pairs)) >= drop]
    lines = []
    for u, v in pairs:
        points = [xy[u]]
        if rng.random() < curl:
            points.append((xy[u] + xy[v]) / 2 + rng.uniform(-20, 20, 2))
        points.append(xy[v])
        lines.append(shapely.LineString(points if rng.random() < 0.5 else points[::-1]))
    lines += [
        shapely.LineString([xy[u], xy[u] + [25, 10], xy[u] + [5, 30], xy[u]])
        for u in rng.choice(n * n, loops, replace=False)
    ]
    for k in rng.choice(len(pairs), min(twins, len(pairs)), replace=False):
        u, v = pairs[k]
        lines.append(shapely.LineString([xy[u], (xy[u] + xy[v]) / 2 + [15, -12], xy[v]]))
    hub = xy[at[n // 2, n // 2]]
    lines += [shapely.LineString([hub, hub + 20 * np.array([np.cos(turn), np.sin(turn)])]) for turn in range(7)]
    if far:
        lines.append(shapely.LineString([(2000, 2000), (2050, 2000), (2050, 2060)]))
    order = rng.permutation(len(lines))
    return [lines[k] for k in order]


@pytest.fixture
def matrix():
    return naive_matrix


@pytest.fixture
def graph_of():
    return naive_graph


@pytest.fixture
def walks_of():
    return naive_walks


@pytest.fixture
def lines_of():
    return random_lines


@pytest.fixture
def city():
    """Make a random city: streets, homes and shops (points, multi-points, outlines, a few unplaced), and types."""

    def make(seed, homes=60, shops=25, types=3, extra=True, mixed=True, **options):
        rng = np.random.default_rng(seed)
        lines = random_lines(rng, **options)
        streets = build_streets(lines, extra_m=rng.choice([0.0, 0.0, 12.5], len(lines)) if extra else None)

        def scatter(count, name):
            shapes = list(shapely.points(rng.uniform(-60, 600, (count, 2))))
            if mixed and count > 6:
                shapes[0] = shapely.MultiPoint(rng.uniform(0, 500, (3, 2)))
                shapes[1] = shapely.box(150, 150, 320, 260)
                shapes[2] = shapely.Point(5000, 5000)
                shapes[3] = None
                shapes[4] = shapely.Point(2010, 2003)
            return pd.Series(shapes, index=[f"{name}{k:03d}" for k in rng.permutation(count)], dtype=object)

        origins = place_points(streets, scatter(homes, "h"), 120.0)
        targets = place_points(streets, scatter(shops, "s"), 120.0)
        kinds = pd.Series(rng.choice([f"t{k}" for k in range(types)], shops), index=targets.index, name="type")
        return streets, origins, targets, kinds

    return make
