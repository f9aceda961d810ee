"""What one engine does on one bed, in a process of its own: ``python jobs.py ENGINE BED.npz OUT``.

Writes OUT.json (CPU seconds, median of the runs; share of the job measured; peak memory) and OUT_<task>.npy (results).
"""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy as np

LIMIT_M = 1000
RADII_M = (300, 500, 1000)
K = 5


class Clock:
    """CPU seconds of tasks; `share` is the part of the whole job that was measured."""

    def __init__(self):
        self.tasks = {}

    def run(self, name, function, runs=1, share=1.0):
        seconds, walls, result = [], [], None
        for _ in range(runs):
            result = None
            cpu, wall = time.process_time(), time.perf_counter()
            result = function()
            seconds.append(time.process_time() - cpu)
            walls.append(time.perf_counter() - wall)
        self.tasks[name] = {
            "cpu": statistics.median(seconds) / share,
            "wall": statistics.median(walls) / share,
            "share": share,
            "runs": runs,
        }
        return result


def linli_streets(bed):
    import shapely

    from linli.circle import build_streets

    of = np.repeat(np.arange(len(bed["line_size"])), bed["line_size"])
    return build_streets(shapely.linestrings(bed["line_xy"], indices=of))


def node_places(streets, nodes, name):
    import pandas as pd
    import shapely

    from linli.circle import place_points

    index = [f"{name}{k}" for k in range(len(nodes))]
    return place_points(streets, pd.Series(shapely.points(streets.node_xy[nodes]), index=index))


def linli_nodes(bed, clock, save):
    """Facilities and people at nodes, as the peers have them."""
    import pandas as pd

    from linli.circle import count_within, k_nearest, node_distances

    streets = linli_streets(bed)
    clock.run("prepare", lambda: linli_streets(bed).net, 3)
    streets.net, streets.grid  # noqa: B018
    goal = bed["goal"]
    everybody = node_places(streets, np.arange(streets.n_nodes), "n")
    targets = node_places(streets, goal.ravel(), "t")
    types = pd.Series(np.repeat(np.arange(len(goal)), goal.shape[1]), index=targets.index)
    node_distances(streets, targets, types, 10.0)
    count_within(streets, everybody, targets, types, [1.0])
    k_nearest(streets, everybody, targets, types, K, 1.0)
    near = clock.run("nearest", lambda: node_distances(streets, targets, types, LIMIT_M), 7)
    save("nearest", near.to_numpy().T)
    counts = clock.run("counts", lambda: count_within(streets, everybody, targets, types, RADII_M), 5)
    save("counts", np.stack([counts.iloc[:, k].to_numpy(np.int32) for k in range(counts.shape[1])]))
    del counts, near
    several = clock.run("k_nearest", lambda: k_nearest(streets, everybody, targets, types, K, LIMIT_M), 3)
    out = np.full((len(goal), streets.n_nodes, K), np.inf)
    row = everybody.index.get_indexer(several.origin)
    out[several.type.cat.codes, row, several["rank"] - 1] = several.distance_m
    save("k_nearest", out)


def linli_buildings(bed, clock, _save):
    """Buildings and facilities on edges, offsets counted, exact."""
    import pandas as pd
    import shapely

    from linli.circle import count_within, nearest, place_points, two_step_catchment

    streets = linli_streets(bed)
    clock.run("index", lambda: (streets.net, streets.grid, streets.owned, streets.vertex_edge))
    homes = pd.Series(shapely.points(bed["building_xy"]))
    shops = pd.Series(shapely.points(bed["facility_xy"]))
    each = bed["goal"].shape[1]
    types = pd.Series(np.arange(len(shops)) // each, index=shops.index)
    few = place_points(streets, homes[:9])
    targets = place_points(streets, shops)
    nearest(streets, few, targets, types, 10.0)
    count_within(streets, few, targets, types, [10.0])
    one = targets.select(targets.index[:each])
    demand, supply = pd.Series(bed["demand"]), pd.Series(100.0, index=one.index)
    two_step_catchment(streets, few, demand[:9], one, supply, 10.0)
    origins = clock.run("place", lambda: place_points(streets, homes), 5)
    clock.run("nearest", lambda: nearest(streets, origins, targets, types, LIMIT_M), 5)
    clock.run("counts", lambda: count_within(streets, origins, targets, types, RADII_M), 5)
    clock.run(
        "e2sfca", lambda: two_step_catchment(streets, origins, demand, one, supply, RADII_M, [1.0, 0.68, 0.22]), 5
    )
    clock.run("e2sfca_gaussian", lambda: two_step_catchment(streets, origins, demand, one, supply, LIMIT_M), 5)


def linli_outline(bed, clock, _save):
    """Life circles of single buildings, against the exact union of buffers."""
    import pandas as pd
    import shapely

    from linli.circle import outline, place_points, walked_streets

    streets = linli_streets(bed)
    homes = place_points(streets, pd.Series(shapely.points(bed["building_xy"][:200])))
    homes = [homes.select([k]) for k in homes.index[homes.placed]]
    outline(streets, homes[0], LIMIT_M)
    ours = clock.run("outline", lambda: [outline(streets, home, LIMIT_M) for home in homes], 3)
    clock.tasks["outline"]["each_ms"] = clock.tasks["outline"]["cpu"] / len(homes) * 1000
    exact = []

    def union():
        for home in homes[:8]:
            area = walked_streets(streets, home, LIMIT_M).buffer(30.0)
            exact.append(shapely.union_all([shapely.Polygon(p.exterior) for p in shapely.get_parts(area)]))

    clock.run("union", union)
    clock.tasks["union"]["each_ms"] = clock.tasks["union"]["cpu"] / len(exact) * 1000
    bias = [a.area / b.area - 1 for a, b in zip(ours, exact, strict=False)]
    clock.tasks["outline"]["bias"] = float(np.mean(bias))


def linli_compile(_bed, clock, _save):
    """First use of everything on a handful of streets; the caller empties the cache, or does not."""
    import pandas as pd
    import shapely

    start = time.process_time()
    from linli import circle

    clock.tasks["import"] = {"cpu": time.process_time() - start, "share": 1.0, "runs": 1}

    def everything():
        streets = circle.build_streets(shapely.linestrings([[[0, 0], [90, 0]], [[90, 0], [90, 90]]]))
        homes = circle.place_points(streets, pd.Series(shapely.points([[10.0, 5.0], [60.0, 5.0]])))
        kinds, ones = pd.Series([0, 0]), pd.Series([1.0, 1.0])
        circle.nearest(streets, homes, homes, kinds, 99)
        circle.node_distances(streets, homes, kinds, 99)
        circle.count_within(streets, homes, homes, kinds, [99])
        circle.k_nearest(streets, homes, homes, kinds, 2, 99)
        circle.od_table(streets, homes, homes, 99)
        circle.two_step_catchment(streets, homes, ones, homes, ones, 99)
        circle.outline(streets, homes, 99)
        circle.shortest_path(streets, homes, homes)

    clock.run("first_use", everything)


def undirected(bed):
    a, b, cost = bed["edge_a"], bed["edge_b"], bed["cost_mm"]
    return np.r_[a, b], np.r_[b, a], np.r_[cost, cost]


def scipy_nodes(bed, clock, save):
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    n = len(bed["node_xy"])

    def prepare():
        u, v, cost = undirected(bed)
        return coo_array((cost.astype(float), (u, v)), (n, n)).tocsr()

    graph = clock.run("prepare", prepare, 3)

    def nearest():
        return [dijkstra(graph, indices=goal, min_only=True, limit=LIMIT_M * 1000.0) for goal in bed["goal"]]

    save("nearest", np.stack(clock.run("nearest", nearest, 5)) / 1000)


def pandana_network(bed):
    import pandas as pd
    from pandana import Network

    # pandana keeps whole millimetres, cut off: a quarter more keeps them whole
    return Network(
        pd.Series(bed["node_xy"][:, 0]),
        pd.Series(bed["node_xy"][:, 1]),
        pd.Series(bed["edge_a"].astype(np.int64)),
        pd.Series(bed["edge_b"].astype(np.int64)),
        pd.DataFrame({"metres": (bed["cost_mm"] + 0.25) / 1000}),
    )


def pandana_nodes(bed, clock, save):
    import pandas as pd

    network = clock.run("prepare", lambda: pandana_network(bed))
    goal, xy = bed["goal"], bed["node_xy"]
    part = len(goal) if len(xy) < 200_000 else 4
    share = part / len(goal)

    def points():
        for k in range(part):
            network.set_pois(f"t{k}", LIMIT_M + 1, K, pd.Series(xy[goal[k], 0]), pd.Series(xy[goal[k], 1]))

    clock.run("points", points, share=share)

    def nearest(several):
        found = []
        for k in range(part):
            table = network.nearest_pois(LIMIT_M + 1, f"t{k}", num_pois=several)
            found.append(table.sort_index().to_numpy())
        return np.stack(found)

    save("nearest", clock.run("nearest", lambda: nearest(1), share=share)[:, :, 0])
    save("k_nearest", clock.run("k_nearest", lambda: nearest(K), share=share))

    def count(types, radii):
        found = []
        for k in types:
            network.set(pd.Series(goal[k]), name="goals")
            found += [network.aggregate(radius, type="count", decay="flat", name="goals") for radius in radii]
        return np.stack([series.sort_index().to_numpy() for series in found])

    # its cost does not depend on the number of facilities: one type, all radii
    clock.run("counts", lambda: count([0], RADII_M), share=1 / len(goal))
    clock.run("precompute", lambda: network.precompute(LIMIT_M))
    save("counts", clock.run("counts_precomputed", lambda: count(range(len(goal)), RADII_M)))


def cityseer_nodes(bed, clock, save):
    from cityseer import rustalgos

    data_map, structure = rustalgos.data.DataMap, rustalgos.graph.NetworkStructure

    xy, goal = bed["node_xy"], bed["goal"]
    part = min(len(xy), 1500)
    live = np.zeros(len(xy), bool)
    chosen = np.sort(np.random.default_rng(3).choice(len(xy), part, replace=False))
    live[chosen] = True
    wkt = [
        f"LINESTRING ({xy[a, 0]} {xy[a, 1]}, {xy[b, 0]} {xy[b, 1]})"
        for a, b in zip(bed["edge_a"], bed["edge_b"], strict=True)
    ]

    def prepare():
        network = structure()
        at = [
            network.add_street_node(k, float(x), float(y), bool(on), 1.0)
            for k, ((x, y), on) in enumerate(zip(xy, live, strict=True))
        ]
        for a, b, line in zip(bed["edge_a"].tolist(), bed["edge_b"].tolist(), wkt, strict=True):
            network.add_street_edge(at[a], at[b], 0, a, b, line)
            network.add_street_edge(at[b], at[a], 0, b, a, line)
        network.validate()
        network.build_edge_rtree()
        return network

    network = clock.run("prepare", prepare)
    data, kinds = data_map(), {}

    def points():
        for k, nodes in enumerate(goal):
            for i, node in enumerate(nodes):
                data.insert((k, i), f"POINT ({xy[node, 0]} {xy[node, 1]})")
                kinds[(k, i)] = f"t{k}"
        data.assign_data_to_network(network, 50.0, 6)

    clock.run("points", points)
    names = [f"t{k}" for k in range(len(goal))]

    def count():
        return data.accessibility(network, kinds, names, distances=list(RADII_M), pbar_disabled=True)

    found = clock.run("counts", count, share=part / len(xy))
    # results are for live nodes, or for all with NaN elsewhere
    order = np.asarray(found.node_keys_py)
    counts = np.stack([found.result[name].count[radius] for name in names for radius in RADII_M])
    at = {int(key): i for i, key in enumerate(order)}
    save("counts", counts[:, [at[int(node)] for node in chosen]])
    save("chosen", chosen)


def peak_mb():
    """Peak memory of this process alone (what it was forked from does not count, where the system tells)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


ENGINES = {
    "linli_nodes": linli_nodes,
    "linli_buildings": linli_buildings,
    "linli_outline": linli_outline,
    "linli_compile": linli_compile,
    "scipy": scipy_nodes,
    "pandana": pandana_nodes,
    "cityseer": cityseer_nodes,
}


def main():
    engine, path, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    with np.load(path) as file:
        bed = {name: file[name] for name in file.files}
    clock = Clock()
    ENGINES[engine](bed, clock, lambda task, values: np.save(f"{out}_{task}.npy", values))
    peak = peak_mb()
    Path(f"{out}.json").write_text(json.dumps({"tasks": clock.tasks, "peak_mb": peak}))


if __name__ == "__main__":
    main()
