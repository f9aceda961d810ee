"""A layer as it is compared: sorted by id, in metres, each row in its community.

The community is the one that was given, else the first (by id) whose polygon holds the place.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from linli.survey import Survey

__all__ = ["NUMBERS", "join_ids", "locate", "numbers"]

AREAL = 2
NUMBERS: dict[str, tuple[str, ...]] = {
    "facilities": ("floor_area_m2", "site_area_m2", "capacity"),
    "rooms": ("floor_area_m2",),
    "plots": ("site_area_m2",),
}
"""Columns of each layer that hold a size."""


def numbers(frame: pd.DataFrame, column: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return a column as floats in its own unit, NaN where unknown.

    Parameters
    ----------
    frame
        Any layer.
    column
        A numeric column of it, in that column's unit.

    Returns
    -------
    ndarray, shape (rows,)
        In the column's unit, NaN = unknown.
    """
    values: np.ndarray[tuple[int], np.dtype[np.float64]] = pd.to_numeric(frame[column], errors="coerce").to_numpy(
        dtype="float64", na_value=np.nan
    )
    return values


def join_ids(ids: pd.Series | list[str]) -> str:
    """Join ids for one cell, sorted, each once, by «;»."""
    return ";".join(sorted(set(map(str, ids))))


def _communities(survey: Survey, crs: str, frame: gpd.GeoDataFrame) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    areas = gpd.GeoDataFrame(survey.layers["communities"]).to_crs(crs).sort_values("community_id", kind="stable")
    ids = areas["community_id"].astype(str).to_numpy(dtype=object)
    given = frame["community_id"].astype(object).to_numpy()
    found: Any = np.where(np.isin(given.astype(str), ids), given, None)
    lost = np.flatnonzero(pd.isna(found))
    if lost.size and len(ids):
        points = shapely.point_on_surface(frame.geometry.to_numpy()[lost])
        row, area = shapely.STRtree(areas.geometry.to_numpy()).query(points, predicate="intersects")
        order = np.lexsort((area, row))
        row, first = np.unique(row[order], return_index=True)
        found[lost[row]] = ids[area[order][first]]
    return np.array([None if pd.isna(one) else str(one) for one in found], dtype=object)


def locate(survey: Survey, layer: str, crs: str) -> gpd.GeoDataFrame:
    """Return a layer ready to be compared.

    Parameters
    ----------
    survey
        Any survey; not changed.
    layer
        ``facilities``, ``rooms`` or ``plots``.
    crs
        A metric CRS, the same for both rounds.

    Returns
    -------
    GeoDataFrame
        Sorted by `id`, rows numbered from 0: the layer's columns, and `id`, `type` (the layer's name where it has no
        types), `community_id`, `outline_m2` (NaN where it is no outline), `x`, `y` (degrees), geometry in `crs`.
    """
    layer_frame = survey.layers[layer]
    key = str(layer_frame.columns[0])
    frame = layer_frame.assign(id=layer_frame[key].astype(str)).sort_values("id", kind="stable").reset_index(drop=True)
    inside = shapely.get_coordinates(shapely.point_on_surface(frame.geometry.to_numpy())).reshape(-1, 2)
    frame = gpd.GeoDataFrame(frame).to_crs(crs)
    shapes = frame.geometry.to_numpy()
    areal = shapely.get_dimensions(shapes) == AREAL
    status = frame["status"].astype(object).where(frame["status"].notna(), "in_use") if "status" in frame else "listed"
    located: gpd.GeoDataFrame = frame.assign(
        type=frame["type"].astype(object) if "type" in frame else layer,
        status=status,
        name=[None if pd.isna(name) else str(name) for name in frame["name"]],
        community_id=_communities(survey, crs, frame),
        outline_m2=np.where(areal, shapely.area(shapes), np.nan),
        x=inside[:, 0],
        y=inside[:, 1],
        **{column: numbers(frame, column) for column in NUMBERS[layer]},
    )
    return located
