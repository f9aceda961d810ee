"""Communities made up where no boundaries of residents' committees are at hand.

What belongs here: assessment areas that a computer can draw. They are not official, and their names say so.

*Square* (评估方格): a cell of a regular grid in the metric CRS that holds at least one residential building.
*Extent* (评估范围): one area around all residential buildings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from linli.errors import InputError, Problem
from linli.survey.config import CommunitiesConfig

__all__ = ["make_communities"]

_GEOGRAPHIC = "EPSG:4326"

_MARGIN_M = 50.0
"""How far beyond the outermost buildings the extent reaches, metres: across the street, about."""


def _no_buildings() -> InputError:
    message = {
        "zh": "没有住宅楼，无法划定评估范围",
        "en": "there is no residential building to draw communities around",
    }
    fix = {
        "zh": "请提供 buildings 图层，或用社区边界文件（communities: {method: file}）。",
        "en": "Give a buildings layer, or a file of boundaries (communities: {method: file}).",
    }
    return InputError([Problem("communities.no_buildings", "error", message, fix, layer="communities")])


def _squares(points: NDArray[np.float64], size_m: float) -> tuple[list[str], list[str], NDArray[Any]]:
    """Return ids, names and polygons (metric) of the squares with points in them, from north-west to south-east."""
    cell = np.unique(np.floor(points / size_m).astype(np.int64), axis=0)
    cell = cell[np.lexsort((cell[:, 0], -cell[:, 1]))]
    width = max(3, len(str(len(cell))))
    number = [f"{i:0{width}d}" for i in range(1, len(cell) + 1)]
    low = cell * size_m
    high = (cell + 1) * size_m
    return (
        [f"sq-{i}" for i in number],
        [f"评估方格 {i}" for i in number],
        shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]),
    )


def _to_degrees(geometry: NDArray[Any], metric_crs: str) -> NDArray[Any]:
    """Project polygons, every corner by itself, so that neighbours keep sharing their corners."""
    transformer = Transformer.from_crs(metric_crs, _GEOGRAPHIC, always_xy=True)
    return np.asarray(
        shapely.transform(geometry, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))), dtype=object
    )


def make_communities(
    layers: Mapping[str, pd.DataFrame], config: CommunitiesConfig, metric_crs: str
) -> gpd.GeoDataFrame:
    """Draw assessment areas around the residential buildings.

    Parameters
    ----------
    layers
        The survey's layers, EPSG:4326; ``buildings`` is needed.
    config
        ``method`` (``squares`` or ``extent``), ``size_m`` (side of a square, metres, > 0) and ``kind``.
    metric_crs
        Projected CRS, metres. Squares start from its origin, so that they are the same in every round.

    Returns
    -------
    GeoDataFrame
        Layer `communities`, EPSG:4326: ``community_id`` (``sq-001``… from north-west to south-east, or ``extent``),
        ``name`` (评估方格 … or 评估范围), ``kind``, ``geometry``. A square belongs in whole; one without any
        residential building is left out.

    Raises
    ------
    InputError
        If there is no residential building.
    ValueError
        If the method is neither of the two.
    """
    buildings = layers.get("buildings")
    if not isinstance(buildings, gpd.GeoDataFrame) or buildings.geometry.notna().sum() == 0:
        raise _no_buildings()
    outlines = buildings.geometry[buildings.geometry.notna()].to_crs(metric_crs).to_numpy()
    if config.method == "squares" and config.size_m is not None:
        inside = shapely.get_coordinates(shapely.point_on_surface(outlines))
        ids, names, geometry = _squares(inside, config.size_m)
    elif config.method == "extent":
        hull = shapely.convex_hull(shapely.geometrycollections(outlines))
        ids, names, geometry = ["extent"], ["评估范围"], np.array([shapely.buffer(hull, _MARGIN_M)], dtype=object)
    else:
        msg = f"`config.method` must be squares (with `size_m`) or extent. Got {config.method!r} instead."
        raise ValueError(msg)
    data = {"community_id": ids, "name": names, "kind": config.kind}
    return gpd.GeoDataFrame(data, geometry=_to_degrees(geometry, metric_crs), crs=_GEOGRAPHIC)
