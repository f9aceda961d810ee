"""OpenStreetMap files (``.osm.pbf``, ``.osm``) as survey layers.

What belongs here: the order of work. `osm_elements` reads the file, `osm_streets`, `osm_buildings` and
`osm_facilities` say what the tags mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from linli.errors import Problem
from linli.survey.osm_buildings import BUILDING_KEYS, residential_buildings
from linli.survey.osm_elements import Elements, read_elements
from linli.survey.osm_facilities import facilities, facility_keys, tag_rules
from linli.survey.osm_streets import walkable_streets

__all__ = ["OSM_ATTRIBUTION", "OSM_LAYERS", "OsmExtract", "read_osm", "read_osm_extract"]

Progress = Callable[[str, float | None], None]

OSM_LAYERS: tuple[str, ...] = ("streets", "buildings", "facilities")
"""Layers that OpenStreetMap can give."""

OSM_ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
"""Who must be named wherever these data are shown."""

_STREET_KEYS = ("kerb",)


@dataclass(frozen=True, slots=True, eq=False)
class OsmExtract:
    """What one OpenStreetMap file gave.

    Parameters
    ----------
    layers
        By name: `streets` (cut at shared nodes: do not node them again), `buildings`, `facilities`; EPSG:4326.
    counts
        For each layer, what was decided how, e.g. ``{"buildings": {"residential_by_tag": 7340, …}}``.
    problems
        Warnings: what the reader had to assume or leave out.
    """

    layers: Mapping[str, gpd.GeoDataFrame]
    counts: Mapping[str, Mapping[str, int]]
    problems: tuple[Problem, ...]


def _assumed_homes(file: str, counts: Mapping[str, int]) -> Problem | None:
    n = counts["residential_nothing_known"]
    total = n + counts["residential_by_tag"] + counts["residential_by_land_use"]
    if not n:
        return None
    message = {
        "zh": f"{total} 栋住宅楼中有 {n} 栋只标注 building=yes 且周边无用地信息，按住宅计",
        "en": f"{n} of {total} residential buildings only say building=yes on land of no known use; "
        "they are taken to be residential",
    }
    fix = {
        "zh": "如有住宅楼或用地数据，请另行提供 buildings 图层。",
        "en": "If you have data on dwellings or land use, give a buildings layer of your own.",
    }
    return Problem("osm.buildings_assumed", "warning", message, fix, file=file, layer="buildings")


def _broken_areas(elements: Elements) -> Problem | None:
    n = elements.broken_relations
    if not n:
        return None
    message = {
        "zh": f"{n} 个多边形关系缺少成员，无法拼合，已略去",
        "en": f"{n} multipolygons could not be put together because members are missing; they are left out",
    }
    fix = {
        "zh": "通常位于裁剪边缘；如需要请下载范围更大的文件。",
        "en": "They usually lie at the edge of the extract; download a larger one if you need them.",
    }
    return Problem("osm.multipolygon_broken", "warning", message, fix, file=elements.file)


def read_osm_extract(
    path: Path,
    facility_types: Mapping[str, Mapping[str, Any]],
    layers: Sequence[str] = OSM_LAYERS,
    progress: Progress | None = None,
) -> OsmExtract:
    """Read the layers of an OpenStreetMap file, with what was counted and assumed on the way.

    Parameters
    ----------
    path
        ``.osm.pbf`` or ``.osm``.
    facility_types
        Code of each facility type → its entry, with its tags under ``osm``, e.g. ``["amenity=kindergarten"]``.
    layers
        Which of `OSM_LAYERS` to make.
    progress
        Called with a text and a fraction 0–1.

    Returns
    -------
    OsmExtract

    Raises
    ------
    InputError
        If the file cannot be read.
    ValueError
        If a layer is not one of `OSM_LAYERS`, or tags of a facility type are not written as tags.
    """
    unknown = sorted(set(layers) - set(OSM_LAYERS))
    if unknown:
        msg = f"`layers` must be among {', '.join(OSM_LAYERS)}. Got {', '.join(unknown)} instead."
        raise ValueError(msg)
    tell = progress or (lambda _text, _done: None)
    rules = tag_rules(facility_types) if "facilities" in layers else ()
    elements = read_elements(path, {*BUILDING_KEYS, *_STREET_KEYS, *facility_keys(rules)}, progress)
    made: dict[str, gpd.GeoDataFrame] = {}
    counts: dict[str, dict[str, int]] = {}
    problems = [_broken_areas(elements)]
    if {"streets", "facilities"} & set(layers):
        tell("OpenStreetMap: streets", 0.5)
        made["streets"] = walkable_streets(elements)
        counts["streets"] = {"streets": len(made["streets"])}
    if "buildings" in layers:
        tell("OpenStreetMap: buildings", 0.7)
        made["buildings"], counts["buildings"] = residential_buildings(elements)
        problems.append(_assumed_homes(elements.file, counts["buildings"]))
    if "facilities" in layers:
        tell("OpenStreetMap: facilities", 0.8)
        made["facilities"], counts["facilities"] = facilities(elements, rules, made["streets"])
    return OsmExtract(
        {name: made[name] for name in OSM_LAYERS if name in layers},
        {name: counts[name] for name in OSM_LAYERS if name in layers},
        tuple(problem for problem in problems if problem),
    )


def read_osm(
    path: Path,
    facility_types: Mapping[str, Mapping[str, Any]],
    layers: Sequence[str] = OSM_LAYERS,
    progress: Progress | None = None,
) -> dict[str, gpd.GeoDataFrame]:
    """Read the layers of an OpenStreetMap file.

    Parameters
    ----------
    path, facility_types, layers, progress
        As for `read_osm_extract`.

    Returns
    -------
    dict of GeoDataFrame
        By layer, EPSG:4326, with the columns of the schema that OpenStreetMap can fill.

    Raises
    ------
    InputError
        If the file cannot be read.
    ValueError
        If a layer is not one of `OSM_LAYERS`, or tags of a facility type are not written as tags.
    """
    return dict(read_osm_extract(path, facility_types, layers, progress).layers)
