"""What if: facilities that are only imagined, and some of those there are closed.

A *drop* is an imagined facility: a place in degrees, put on the streets as the assessment puts facilities there; one
bounded search from it finds the metres to every building around. A *closed* facility is left out of the search for the
nearest. Nothing is written; the answers are the assessment's own arithmetic, so a drop at the spot of a facility has
the distances that the assessment found for that facility.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from linli.assess.walks import Walks
from linli.circle import Places, nearest, place_points
from linli.web.lifecircle.stage import Stage, on_streets
from linli.web.refusal import Refused

__all__ = ["MOST", "Imagined", "drops_on", "imagine", "open_facilities"]

Floats = npt.NDArray[np.float64]

MOST = 20
"""Imagined facilities, and closed ones, that are looked at together."""


@dataclass(frozen=True, eq=False)
class Imagined:
    """Distances as they would be.

    Parameters
    ----------
    base
        From each row to the nearest facility there is, those closed left out, m.
    drops
        From each row to each imagined facility, m; inf = farther than any life circle. Shape (drops, rows).
    closed
        Rows whose nearest facility is closed.
    """

    base: Floats
    drops: Floats
    closed: npt.NDArray[np.intp]

    @property
    def best(self) -> Floats:
        """From each row to the nearest facility, real or imagined, m; NaN = the building stands on no street."""
        return np.minimum(self.base, self.drops.min(axis=0)) if len(self.drops) else self.base


def drops_on(stage: Stage, walks: Walks, points: Sequence[tuple[float, float]]) -> Places:
    """Put imagined facilities on the streets.

    Parameters
    ----------
    stage, walks
        The city.
    points
        Longitude and latitude.

    Returns
    -------
    Places
        Named by their position.

    Raises
    ------
    Refused
        If one is farther from every street than the run lets a facility be.
    """
    xy = stage.to_metres(np.array(points, dtype=np.float64).reshape(-1, 2))
    if not np.isfinite(xy).all():
        raise Refused("lifecircle.refuse.nowhere", "drop")
    options = stage.options
    places = place_points(walks.streets, pd.Series(shapely.points(xy)), options.max_offset_m, island_m=options.island_m)
    if len(places.unplaced):
        first = places.unplaced.iloc[0]
        raise Refused(
            "lifecircle.refuse.far",
            "drop",
            n=int(first["id"]) + 1,
            metres=f"{first['distance_m']:,.0f}",
            most=f"{options.max_offset_m:g}",
        )
    return places


def open_facilities(stage: Stage, walks: Walks, kind: str, closed: Sequence[str]) -> Places:
    """Return the facilities of a type that stay open.

    Parameters
    ----------
    stage, walks
        The city.
    kind
        Facility type.
    closed
        Ids of those that do not.

    Returns
    -------
    Places
        Under their ids.

    Raises
    ------
    Refused
        If one that is to be closed is not there, or of another type.
    """
    facilities = stage.city.facilities
    there = facilities.index[(facilities["type"] == kind).to_numpy(dtype=bool)]
    unknown = sorted(set(closed) - set(there))
    if unknown:
        raise Refused("lifecircle.refuse.closed", "close", name=unknown[0])
    return walks.targets.select(there[~there.isin(closed)])


def _types(places: Places, *, apart: bool) -> pd.Series[Any]:
    """Each place a type of its own, or all of one type; a type without places is beyond reach everywhere."""
    codes = np.arange(len(places)) if apart else np.zeros(len(places), np.int64)
    count = len(places) if apart else 1
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.RangeIndex(count)), index=places.index)


def _base(stage: Stage, walks: Walks, kind: str, closed: Sequence[str]) -> tuple[Floats, npt.NDArray[np.intp]]:
    field = stage.field(kind)
    if not closed:
        return field, np.empty(0, np.intp)
    targets = open_facilities(stage, walks, kind, closed)
    rows = np.flatnonzero(stage.nearest(kind).isin(closed).to_numpy())
    found = nearest(walks.streets, walks.origins, targets, _types(targets, apart=False), stage.furthest_m)
    base = field.copy()
    # single precision, as the run's tables keep it
    base[rows] = found.distance.to_numpy()[rows, 0].astype(np.float32)
    return base, rows


def imagine(stage: Stage, kind: str, points: Sequence[tuple[float, float]], closed: Sequence[str]) -> Imagined:
    """Work out the distances as they would be.

    Parameters
    ----------
    stage
        The city.
    kind
        Facility type.
    points
        Imagined facilities of that type: longitude and latitude.
    closed
        Ids of facilities of that type that are left out.

    Returns
    -------
    Imagined
        In metres along the streets.

    Raises
    ------
    Refused
        If there are too many, one lies too far from every street, or one that is to be closed is not there.
    """
    if len(points) > MOST or len(closed) > MOST:
        raise Refused("lifecircle.refuse.many", "drop", most=MOST)
    if not points and not closed:
        return Imagined(stage.field(kind), np.empty((0, len(stage.buildings))), np.empty(0, np.intp))
    walks = on_streets(stage)
    base, rows = _base(stage, walks, kind, closed)
    if not points:
        return Imagined(base, np.empty((0, len(base))), rows)
    places = drops_on(stage, walks, points)
    found = nearest(walks.streets, walks.origins, places, _types(places, apart=True), stage.furthest_m)
    # single precision, as the run's tables keep it: what is within by one is within by the other
    drops = found.distance.to_numpy().T.astype(np.float32).astype(np.float64)
    return Imagined(base, drops, rows)
