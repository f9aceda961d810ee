"""Pairs of places within a straight-line distance on a sphere, for tables that have longitudes and no streets.

The sphere matters: with a radius that is 0.1 % smaller every distance is 0.1 % smaller, pairs on the edge of the limit
come in, and a plan looks better than it is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from linli.improve.siting.tables import numbers

__all__ = ["EARTH_RADIUS_M", "great_circle_pairs"]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius R₁ of the earth, metres (IUGG, GRS 80)."""


def _on_sphere(places: pd.DataFrame, name: str) -> NDArray[np.float64]:
    lon, lat = np.radians(numbers(places, "lon", name)), np.radians(numbers(places, "lat", name))
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def great_circle_pairs(
    options: pd.DataFrame, demand: pd.DataFrame, limit_m: float, *, sphere_m: float = EARTH_RADIUS_M
) -> pd.DataFrame:
    """Find every (option, demand) pair within a great-circle distance.

    Parameters
    ----------
    options, demand
        Index = id; columns ``lon`` and ``lat`` (degrees, WGS 84).
    limit_m
        Metres > 0; a pair **at** the limit counts.
    sphere_m
        Radius of the sphere, metres.

    Returns
    -------
    DataFrame
        Columns ``option``, ``demand``, ``distance_m``.

    Raises
    ------
    InputError
        A coordinate is missing.
    """
    here, there = _on_sphere(options, "options"), _on_sphere(demand, "demand")
    chord = 2 * np.sin(limit_m / sphere_m / 2)
    found = cKDTree(here).sparse_distance_matrix(cKDTree(there), chord * (1 + 1e-9), output_type="coo_matrix")
    metres = 2 * sphere_m * np.arcsin(np.minimum(1.0, found.data / 2))
    near = metres <= limit_m
    return pd.DataFrame(
        {
            "option": options.index.take(found.row[near]),
            "demand": demand.index.take(found.col[near]),
            "distance_m": metres[near],
        }
    )
