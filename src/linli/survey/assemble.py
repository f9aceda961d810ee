"""From sound layers to those of a survey: cut to their area, communities named, residents in buildings, cross-checked.

What belongs here: what is the same for layers read from files and for layers that a register keeps. A layer under way
carries `SOURCE` and `ROW` (see `check`), so that every problem names its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from linli.errors import Problem
from linli.survey.check import Origin
from linli.survey.config import ResidentsConfig
from linli.survey.crosscheck import assign_communities, check_across, check_result
from linli.survey.datum import check_metric, choose_metric_crs
from linli.survey.messages import problem
from linli.survey.record import ResidentsNote
from linli.survey.residents import spread_residents
from linli.survey.schema import GEOGRAPHIC_CRS, LAYERS, layer_schema

__all__ = ["Layers", "assemble", "clip_layers", "metric_crs_of"]

Layers = dict[str, pd.DataFrame | gpd.GeoDataFrame]

_REACHES_IN = 0.05
"""Share of a community that must lie in the area for it to be kept."""
_WIDE = ("streets", "facilities")
"""Layers that are kept beyond the edge of the area, because people walk there."""


def metric_crs_of(
    layers: Mapping[str, pd.DataFrame | gpd.GeoDataFrame], stated: str = "auto", area: Any | None = None
) -> str:
    """Return the projected system in which a survey's lengths and areas are measured.

    Parameters
    ----------
    layers
        Layers with sound geometry, EPSG:4326; communities and buildings say best where the data are.
    stated
        ``auto``, or the system itself, as ``EPSG:4549``.
    area
        Outline of the survey, EPSG:4326 (a shapely geometry), if there is one.

    Returns
    -------
    str
        As ``EPSG:4549``; metres.

    Raises
    ------
    CrsError
        If the one stated is not in metres.
    """
    if stated != "auto":
        return check_metric(stated)
    if area is not None:
        west, south, east, north = (float(value) for value in shapely.bounds(area))
        return choose_metric_crs((west, south, east, north))
    for names in (("communities", "buildings"), LAYERS):
        frames = [layers[name] for name in names if name in layers]
        points = [
            shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy()))
            for frame in frames
            if isinstance(frame, gpd.GeoDataFrame) and len(frame)
        ]
        if points:
            lon, lat = (float(value) for value in np.median(np.concatenate(points), axis=0))
            return choose_metric_crs((lon, lat, lon, lat))
    return choose_metric_crs((0.0, 0.0, 0.0, 0.0))


def clip_layers(
    layers: Mapping[str, pd.DataFrame | gpd.GeoDataFrame], area: Any, metric_crs: str, margin_m: float
) -> tuple[Layers, list[Problem]]:
    """Keep what lies within an area; streets and facilities within a margin around it too.

    Parameters
    ----------
    layers
        Layers with sound geometry, EPSG:4326.
    area
        The outline, EPSG:4326 (a shapely geometry).
    metric_crs
        Projected CRS, metres.
    margin_m
        How far around it people walk, metres, ≥ 0.

    Returns
    -------
    tuple of dict of frames, and list of Problem
        What is left; layers of which nothing is.
    """
    narrow = gpd.GeoSeries([area], crs=GEOGRAPHIC_CRS).to_crs(metric_crs)
    wide = narrow.buffer(margin_m).to_crs(GEOGRAPHIC_CRS).iloc[0]
    out: Layers = {}
    problems = []
    for name, frame in layers.items():
        out[name] = frame
        if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
            continue
        shapes = frame.geometry.to_numpy()
        outline = wide if name in _WIDE else area
        shapely.prepare(outline)
        tested = shapes if name in _WIDE else shapely.point_on_surface(shapes)
        kept = shapely.intersects(outline, tested)
        if name == "communities":
            # one that reaches in belongs to the survey; a neighbour whose edge overlaps by a sliver does not
            kept |= shapely.area(shapely.intersection(shapes, area)) > _REACHES_IN * shapely.area(shapes)
        out[name] = frame[kept].reset_index(drop=True)
        if out[name].empty:
            problems.append(problem("area.nothing_left", layer=name, title=layer_schema(name).title))
    return out, problems


def assemble(
    layers: Mapping[str, pd.DataFrame | gpd.GeoDataFrame], metric_crs: str, origins: Sequence[Origin], *,
    declared: set[str], residents: ResidentsConfig | None = None, grid: gpd.GeoDataFrame | None = None,
    area: Any | None = None, drawn: bool = False, progress: Callable[[str, float | None], None] | None = None,
) -> tuple[Layers, ResidentsNote, list[Problem]]:  # fmt: skip
    """Bring sound layers to their final form: communities named, residents in buildings, everything cross-checked.

    Parameters
    ----------
    layers
        Layers with sound geometry, EPSG:4326, `SOURCE` and `ROW`; streets cut at their crossings.
    metric_crs
        Projected CRS, metres.
    origins
        By number in `SOURCE`.
    declared
        Layers that some source was to hold.
    residents, grid
        Where the numbers of residents come from (see `residents`); the finest layer that has any if left out.
    area
        Outline of the survey, EPSG:4326 (a shapely geometry), if there is one.
    drawn
        Whether Linli drew the communities around the buildings.
    progress
        Told what is under way.

    Returns
    -------
    tuple of dict of frames, ResidentsNote, and list of Problem
        The layers, how residents came to the buildings, what was found.

    Raises
    ------
    InputError
        If the layer or grid that the method of residents needs is not there.
    """
    named = assign_communities(layers)
    outline = None if area is None else gpd.GeoSeries([area], crs=GEOGRAPHIC_CRS)
    spread, note, more = spread_residents(named, residents, metric_crs, grid=grid, area=outline)
    if progress is not None:
        progress("checks", None)
    problems = [*more, *check_across(spread, metric_crs, origins, area, drawn=drawn)]
    problems += check_result(spread, declared, origins)
    return spread, note, problems
