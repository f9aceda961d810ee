"""Who changes sides: coverage by straight line, by nearest street node, and exactly on street edges.

Writes the table of the method chapter (docs/verdicts.md) for Las Palmas de Gran Canaria, whose data must lie in
../shared/data. Run: python bench/verdicts.py
"""

from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from linli.circle import build_streets, nearest, place_points
from linli.rules import load_catalogue
from linli.survey import read_dataset, read_survey

ROOT = Path(__file__).parents[1]
TYPES = ("kindergarten", "primary_school", "supermarket", "convenience_store", "pharmacy", "bus_stop", "park")
RADII = (300.0, 500.0)
MM = 1000.0


def node_graph(streets):
    n = len(streets.node_xy)
    cost = pd.DataFrame({"a": streets.edge_a, "b": streets.edge_b, "mm": streets.cost_mm})
    cost = cost[cost["a"] != cost["b"]].groupby(["a", "b"], as_index=False)["mm"].min()  # parallel edges: the shortest
    return coo_matrix((cost["mm"] / MM, (cost["a"], cost["b"])), shape=(n, n)).tocsr()


def by_nodes(streets, graph, origins_xy, targets_xy):
    tree = cKDTree(streets.node_xy)
    _, at = tree.query(origins_xy)
    _, sources = tree.query(targets_xy)
    far = dijkstra(graph, directed=False, indices=np.unique(sources), min_only=True, limit=max(RADII))
    return far[at]


def main() -> None:
    config = ROOT / "examples/las_palmas/linli.yaml"
    survey = read_survey(read_dataset(config), config.parent, load_catalogue()).survey
    buildings, facilities = survey.metric("buildings"), survey.metric("facilities")
    facilities = facilities[facilities["type"].isin(TYPES)]
    lines = survey.metric("streets")
    streets = build_streets(lines.geometry.to_numpy(), lines["street_id"].to_numpy())
    homes = pd.Series(shapely.centroid(buildings.geometry.to_numpy()), index=buildings["building_id"].to_numpy())
    origins = place_points(streets, homes)
    targets = place_points(
        streets, pd.Series(facilities.geometry.to_numpy(), index=facilities["facility_id"].to_numpy())
    )
    types = pd.Series(facilities["type"].to_numpy(), index=targets.index)
    exact = nearest(streets, origins, targets, types, max(RADII)).distance
    known = exact.notna().all(axis=1).to_numpy()
    people = buildings["residents"].to_numpy(dtype=float) * known
    graph, rows = node_graph(streets), []
    home_xy = shapely.get_coordinates(homes.to_numpy())
    for kind in TYPES:
        shapes = facilities.geometry[facilities["type"] == kind].to_numpy()
        straight = shapely.STRtree(shapes).query_nearest(homes.to_numpy(), return_distance=True, all_matches=False)[1]
        node = by_nodes(streets, graph, home_xy, shapely.get_coordinates(shapely.centroid(shapes)))
        for radius in RADII:
            truth = exact[kind].to_numpy() <= radius
            for method, within in (("straight", straight <= radius), ("nodes", node <= radius)):
                rows.append(
                    {
                        "type": kind,
                        "radius": radius,
                        "method": method,
                        "exact": people[truth].sum() / people.sum(),
                        "share": people[within].sum() / people.sum(),
                        "wrongly_in": people[within & ~truth].sum() / people.sum(),
                        "wrongly_out": people[truth & ~within].sum() / people.sum(),
                    }
                )
    write(pd.DataFrame(rows), people.sum())


def write(table: pd.DataFrame, residents: float) -> None:
    wide = table.pivot_table(index=["type", "radius"], columns="method", aggfunc="first")
    lines = [
        f"Las Palmas de Gran Canaria, {residents:,.0f} residents in buildings that could be placed on a street.",
        "Share of residents within the distance, and share whose verdict a method gets wrong.",
        "",
        "| facility type | m | exact | straight line | wrong | nearest node | wrong |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for (kind, radius), row in wide.iterrows():
        wrong = {m: row["wrongly_in", m] + row["wrongly_out", m] for m in ("straight", "nodes")}
        lines.append(
            f"| {kind} | {radius:.0f} | {row['exact', 'nodes']:.1%} | {row['share', 'straight']:.1%} | "
            f"{wrong['straight']:.1%} | {row['share', 'nodes']:.1%} | {wrong['nodes']:.1%} |"
        )
    mean = table.assign(wrong=table["wrongly_in"] + table["wrongly_out"]).groupby(["method", "radius"])["wrong"].mean()
    said = ", ".join(f"{method} {radius:.0f} m: {share:.1%}" for (method, radius), share in mean.items())
    lines += ["", f"Mean share of residents with a wrong verdict — {said}."]
    (ROOT / "docs/verdicts.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
