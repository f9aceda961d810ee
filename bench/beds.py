"""The beds of the benchmark: one synthetic city and two real ones, as plain arrays every engine can read.

Coordinates are rounded to the millimetre and costs are whole millimetres, so that engines can agree exactly. Nodes are
numbered in Linli's (Hilbert) order for all engines: it helps those that walk through memory.
"""

from pathlib import Path

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.circle import Streets, build_streets

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
LAS_PALMAS = SHARED / "las_palmas" / "las_palmas_20230221.osm.pbf"
WUHAN = SHARED / "wuhan" / "wuhan_osm_streets.parquet"


def grid_lines(side: int, seed: int = 1):
    """A perturbed grid of 60 m, a quarter of its links gone, largest component only, in no order."""
    rng = np.random.default_rng(seed)
    xy = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2) * 60.0
    xy = np.round(xy + rng.uniform(-15, 15, xy.shape), 3)
    at = np.arange(side * side).reshape(side, side)
    pairs = np.vstack([np.c_[at[:, :-1].ravel(), at[:, 1:].ravel()], np.c_[at[:-1].ravel(), at[1:].ravel()]])
    pairs = pairs[rng.random(len(pairs)) > 0.25]
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (len(xy), len(xy)))
    _, part = connected_components(graph, directed=False)
    pairs = pairs[part[pairs[:, 0]] == np.bincount(part).argmax()]
    return shapely.linestrings(xy[rng.permutation(pairs)])


def wuhan_lines():
    """Streets of Wuhan (OpenStreetMap, drive-type network), motorways left out."""
    import geopandas as gpd

    streets = gpd.read_parquet(WUHAN)
    fast = streets.highway.astype(str).str.contains("motorway|trunk")
    return rounded(streets.geometry[~fast].to_numpy())


def las_palmas_lines():
    """Walkable streets of Las Palmas (OpenStreetMap), split where they cross."""
    from linli.survey.noding import node_streets
    from linli.survey.osm import read_osm

    streets = read_osm(LAS_PALMAS, {}, ["streets"])["streets"]
    return rounded(node_streets(streets.to_crs(32628)).geometry.to_numpy())


def rounded(lines):
    """Coordinates to the millimetre."""
    return shapely.transform(lines, lambda xy: np.round(xy, 3))


def edge_points(rng, streets: Streets, count: int, aside_m: float):
    """Points beside edges drawn at random."""
    edge = rng.integers(0, streets.n_edges, count)
    a, b = streets.node_xy[streets.edge_a[edge]], streets.node_xy[streets.edge_b[edge]]
    share = rng.random((count, 1))
    return a * (1 - share) + b * share + rng.uniform(-aside_m, aside_m, (count, 2))


def save_bed(path: Path, lines, *, buildings: int, types: int, each: int, seed: int = 2) -> dict[str, int]:
    """Write a bed and return its size."""
    rng = np.random.default_rng(seed)
    streets = build_streets(lines)
    # one edge between two nodes, the shortest, without loops: what all engines can hold
    proper = np.flatnonzero(streets.edge_a != streets.edge_b)
    pair = streets.edge_a[proper].astype(np.int64) * streets.n_nodes + streets.edge_b[proper]
    order = np.lexsort((streets.cost_mm[proper], pair))
    kept = proper[order][np.r_[True, np.diff(pair[order]) > 0]]
    np.savez(
        path,
        line_xy=shapely.get_coordinates(lines),
        line_size=shapely.get_num_coordinates(lines),
        node_xy=streets.node_xy,
        edge_a=streets.edge_a[kept],
        edge_b=streets.edge_b[kept],
        cost_mm=streets.cost_mm[kept],
        goal=np.stack([rng.choice(streets.n_nodes, each, replace=False) for _ in range(types)]),
        building_xy=edge_points(rng, streets, buildings, 25.0),
        facility_xy=edge_points(rng, streets, types * each, 10.0),
        demand=rng.integers(1, 60, buildings).astype(float),
    )
    return {
        "nodes": streets.n_nodes,
        "edges": streets.n_edges,
        "km": round(float(streets.length_m.sum()) / 1000),
        "components": len(streets.components),
        "buildings": buildings,
        "types": types,
        "each": each,
    }
