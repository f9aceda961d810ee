"""The plan as layers for QGIS: chosen places, communities before and after, who is without, who is served by what.

Column names are codes, the same in every language. Geometry in EPSG:4326, so that every program can put it on any base
map.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from linli.report.plan.model import PlanBook
from linli.survey import Survey

__all__ = ["LAYERS", "write_plan_layers"]

CRS = "EPSG:4326"

LAYERS: dict[str, str] = {
    "places": "Point",
    "communities": "MultiPolygon",
    "buildings": "Point",
    "without": "Point",
    "served": "LineString",
}
"""Layers and their geometry."""

_PROJECT = (
    *("number", "option_id", "place_kind", "place_id", "place_name", "community_id", "community", "district", "lever"),
    *("type", "floor_area_m2", "site_area_m2", "capacity", "cost_yuan", "subsidy_yuan", "other_yuan", "own_yuan"),
    *("start_year", "open_year", "served", "served_old_young", "newly", "newly_old_young"),
)


def _points(x: Any, y: Any) -> Any:
    return shapely.points(np.asarray(x, dtype="float64"), np.asarray(y, dtype="float64"))


def _places(book: PlanBook) -> gpd.GeoDataFrame:
    rows = [
        {**{name: getattr(p, name) for name in _PROJECT}, "requirements": ";".join(p.requirements)}
        for p in book.projects
    ]
    table = pd.DataFrame(rows, columns=[*_PROJECT, "requirements"])
    years = {name: table[name].astype("Int64") for name in ("start_year", "open_year")}
    points = _points([p.x for p in book.projects], [p.y for p in book.projects])
    return gpd.GeoDataFrame(table.assign(**years), geometry=points, crs=CRS)


def _communities(book: PlanBook, survey: Survey) -> gpd.GeoDataFrame:
    areas = survey.layers["communities"].drop_duplicates("community_id").set_index("community_id")
    rows = []
    for c in book.communities:
        row: dict[str, Any] = {
            "community_id": c.id,
            "name": c.name,
            "district": c.district or None,
            "residents": c.residents,
            "projects": len(c.projects),
            "gaining": c.gaining,
            "lacking_before": c.lacking_before,
            "lacking_after": c.lacking_after,
            "needs": c.needs.residents,
            "needs_before": c.needs.before,
            "needs_after": c.needs.after,
            "share_before": c.needs.share_before,
            "share_after": c.needs.share_after,
        }
        for one in book.requirements:
            change = c.changes.get((one.key, "need"))
            name = one.key.partition("/")[2].replace(".", "_")
            row[f"{name}_before"] = change.share_before if change else None
            row[f"{name}_after"] = change.share_after if change else None
        rows.append(row)
    shapes = [areas.geometry.get(c.id) for c in book.communities]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=CRS)


def _buildings(book: PlanBook) -> gpd.GeoDataFrame:
    table = book.buildings.reset_index(drop=True)
    return gpd.GeoDataFrame(table.drop(columns=["x", "y"]), geometry=_points(table["x"], table["y"]), crs=CRS)


def _without(book: PlanBook) -> gpd.GeoDataFrame:
    """Return one point a building and requirement still without."""
    table = book.building_needs
    table = table[~table["newly"].to_numpy(dtype=bool)].reset_index(drop=True)
    return gpd.GeoDataFrame(table.drop(columns=["x", "y", "newly"]), geometry=_points(table["x"], table["y"]), crs=CRS)


def _served(book: PlanBook) -> gpd.GeoDataFrame:
    """Return straight lines from each building to what newly serves it; `distance_m` is along the streets."""
    number = {p.option_id: p for p in book.projects}
    place = book.buildings.drop_duplicates("building_id").set_index("building_id")
    table = book.served.reset_index(drop=True)
    known = table["option_id"].astype(object).isin(number) & table["building_id"].astype(object).isin(place.index)
    table = table[known.to_numpy(dtype=bool)].reset_index(drop=True)
    projects = [number[str(key)] for key in table["option_id"]]
    homes = place.loc[table["building_id"].astype(object)]
    ends = np.array([[p.x, p.y] for p in projects], dtype="float64").reshape(-1, 2)
    starts = homes[["x", "y"]].to_numpy("float64")
    lines = shapely.linestrings(np.stack([starts, ends], axis=1)) if len(table) else np.empty(0, dtype=object)
    columns = [
        "item",
        "requirement",
        "building_id",
        "community_id",
        "option_id",
        "distance_m",
        "residents",
        "old_young",
    ]
    frame = table[columns].assign(number=np.array([p.number for p in projects], dtype="int64"))
    return gpd.GeoDataFrame(frame, geometry=lines, crs=CRS)


def write_plan_layers(book: PlanBook, survey: Survey, path: Path) -> Path:
    """Write the plan as a GeoPackage.

    Parameters
    ----------
    book
        The plan's records.
    survey
        Outlines of communities.
    path
        The file; replaced if it is there.

    Returns
    -------
    Path
        The file, with the layers of `LAYERS`; distances in m, money in yuan, people in the survey's unit.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path.unlink(missing_ok=True)
    frames = {
        "places": _places(book),
        "communities": _communities(book, survey),
        "buildings": _buildings(book),
        "without": _without(book),
        "served": _served(book),
    }
    for name, kind in LAYERS.items():
        pyogrio.write_dataframe(
            frames[name],
            path,
            layer=name,
            driver="GPKG",
            promote_to_multi=kind.startswith("Multi"),
            geometry_type=kind,
        )
    return path
