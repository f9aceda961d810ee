"""Example walks: from the nearest and the farthest building of a community to a qualifying facility.

Worked out again from the survey, for one community only, so that an explanation shows a walk that anybody can check on
a map.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from linli.assess.record import Assessment
from linli.circle import Places, Streets, build_streets, nearest, place_points, shortest_path
from linli.survey import Survey

__all__ = ["Route", "example_routes"]

DEGREES = "EPSG:4326"


@dataclass(frozen=True)
class Route:
    """One walk along the streets.

    Parameters
    ----------
    which
        ``shortest`` or ``longest`` of the community.
    building_id, facility_id
        From where to where.
    distance_m
        Length of the walk, m, with the ways from the door to the street.
    line
        The walk in degrees (EPSG:4326), ``None`` if it was not drawn.
    """

    which: str
    building_id: str
    facility_id: str
    distance_m: float
    line: shapely.LineString | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary; the line as a list of [lon, lat]."""
        line = None if self.line is None else shapely.get_coordinates(self.line).round(6).tolist()
        return {
            "which": self.which,
            "building_id": self.building_id,
            "facility_id": self.facility_id,
            "distance_m": self.distance_m,
            "line": line,
        }


def _qualifying(requirement: pd.Series) -> set[str]:
    """Facilities that serve somebody of the community."""
    rows = json.loads(requirement["evidence"])["rows"]
    return {str(identity) for identity, _, _ in rows.get("serving", [])}


def example_routes(survey: Survey, assessment: Assessment, community_id: str, asked: pd.DataFrame) -> tuple[Route, ...]:
    """Find the shortest and the longest walk that count for the first reach requirement of an item.

    Parameters
    ----------
    survey
        The survey that was assessed.
    assessment
        The assessment.
    community_id
        Which community.
    asked
        Rows of the table `requirements` of one item and community; distances in m.

    Returns
    -------
    tuple of Route
        Two walks (one if only one building has any); none where nobody is within reach.
    """
    reaching = asked[(asked["requirement_kind"] == "reach") & asked["distance_m"].notna()]
    chosen = next((row for _, row in reaching.iterrows() if _qualifying(row)), None)
    if chosen is None:
        return ()
    buildings = survey.metric("buildings")
    homes = buildings[(buildings["community_id"] == community_id).to_numpy(dtype=bool)].sort_values("building_id")
    facilities = survey.metric("facilities")
    serving = facilities[facilities["facility_id"].isin(_qualifying(chosen))].sort_values("facility_id")
    points = gpd.GeoSeries(shapely.centroid(homes.geometry.to_numpy()), index=homes["building_id"], crs=homes.crs)
    goals = gpd.GeoSeries(serving.geometry.to_numpy(), index=serving["facility_id"], crs=homes.crs)
    options, limit_m = assessment.meta.options, float(chosen["distance_m"])
    lines = survey.metric("streets")  # all of them: which bits are islands shows on the whole network only
    streets = build_streets(lines.geometry, street_id=lines["street_id"])
    origins, targets = (
        place_points(streets, one, options.max_offset_m, island_m=options.island_m) for one in (points, goals)
    )
    return _extremes(streets, origins, targets, limit_m, homes.crs)


def _walk(streets: Streets, origin: Places, target: Places, limit_m: float, crs: Any) -> Any:
    line = shortest_path(streets, origin, target, limit_m).line
    return gpd.GeoSeries([line], crs=crs).to_crs(DEGREES).iloc[0]


def _extremes(streets: Streets, origins: Places, targets: Places, limit_m: float, crs: Any) -> tuple[Route, ...]:
    types = pd.Series("any", index=targets.index)
    found = nearest(streets, origins, targets, types, limit_m, which=True)
    distance = found.distance["any"]
    reached = distance[np.isfinite(distance)]
    if reached.empty or found.target is None:
        return ()
    ends = {"shortest": reached.idxmin(), "longest": reached.idxmax()}
    routes = []
    for which, building in ends.items():
        facility = str(found.target["any"][building])
        line = _walk(streets, origins.select([building]), targets.select([facility]), limit_m, crs)
        routes.append(Route(which, str(building), facility, round(float(reached[building]), 1), line))
    return tuple(routes)
