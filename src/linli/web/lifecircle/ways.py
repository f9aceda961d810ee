"""The way itself: from a building along the streets to its nearest facility, real or imagined, for all to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from linli.assess.walks import Walks
from linli.circle import Places, nearest, shortest_path
from linli.web.lifecircle.stage import Stage, on_streets
from linli.web.lifecircle.what_if import drops_on, open_facilities

__all__ = ["Way", "way_from"]


@dataclass(frozen=True, slots=True)
class Way:
    """A walk.

    Parameters
    ----------
    line
        Along the streets, degrees.
    metres
        Its length with the ways from the door to the street, and what steps and crossings cost, m.
    facility
        Id of the facility it leads to; empty if that is only imagined.
    drop
        Position of the imagined one, −1 if it is a real one.
    """

    line: shapely.LineString
    metres: float
    facility: str
    drop: int


def _nearest_of(walks: Walks, home: Places, targets: Places, limit_m: float) -> tuple[float, object]:
    """Return the metres to the nearest of some places and which it is; inf and ``None`` if there is none."""
    types = pd.Series("any", index=targets.index)
    if not len(targets):
        return np.inf, None
    found = nearest(walks.streets, home, targets, types, limit_m, which=True)
    metres = float(found.distance.to_numpy()[0, 0])
    if found.target is None or not np.isfinite(metres):
        return np.inf, None
    return metres, found.target.iloc[0, 0]


def _real(stage: Stage, walks: Walks, row: int, kind: str, closed: Sequence[str]) -> tuple[float, object]:
    """Return the nearest facility that stays open: the assessment's own, unless that one is closed."""
    name = stage.nearest(kind).iloc[row]
    if isinstance(name, str) and name not in closed:
        return float(stage.field(kind)[row]), name
    if not closed:
        return np.inf, None
    home = walks.origins.select([stage.city.building_ids[row]])
    return _nearest_of(walks, home, open_facilities(stage, walks, kind, closed), stage.furthest_m)


def way_from(
    stage: Stage, row: int, kind: str, points: Sequence[tuple[float, float]] = (), closed: Sequence[str] = ()
) -> Way | None:
    """Return the way from a building to its nearest facility of a type.

    Parameters
    ----------
    stage
        The city.
    row
        The building's row.
    kind
        Facility type.
    points
        Imagined facilities of that type, longitude and latitude.
    closed
        Ids of facilities of that type that are left out.

    Returns
    -------
    Way or None
        ``None`` if none can be walked to as far as was looked, or the building stands on no street.

    Raises
    ------
    Refused
        As `imagine`.
    """
    walks = on_streets(stage)
    if not stage.placed[row]:
        return None
    home = walks.origins.select([stage.city.building_ids[row]])
    metres, name = _real(stage, walks, row, kind, closed)
    target, drop = (walks.targets.select([name]) if name is not None else None), -1
    if points:
        drops = drops_on(stage, walks, points)
        there, which = _nearest_of(walks, home, drops, stage.furthest_m)
        if there < metres:
            metres, drop = there, int(str(which))
            target, name = drops.select([which]), None
    if target is None:
        return None
    route = shortest_path(walks.streets, home, target, metres + 1.0)
    xy = stage.to_degrees(shapely.get_coordinates(route.line))
    return Way(shapely.LineString(xy), route.distance_m, "" if drop >= 0 else str(name), drop)
