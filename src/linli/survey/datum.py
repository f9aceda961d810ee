"""Datums: everything becomes longitude and latitude in WGS 84 at the door, and metres in one local system inside.

*WGS 84* and *CGCS2000* agree within centimetres and are treated as one. *GCJ-02* is the shifted system of Chinese map
services (Amap, Tencent), some hundred metres off; *BD-09* is Baidu's shift on top of it. Neither has an official
formula; the approximation used here is the one that all public converters share, and its inverse is iterated until it
stands still (well below a millimetre).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError as ProjCrsError

from linli.errors import CrsError
from linli.survey.schema import GEOGRAPHIC_CRS

__all__ = [
    "FROM_WGS84",
    "TO_WGS84",
    "bd09_to_gcj02",
    "bd09_to_wgs84",
    "check_metric",
    "choose_metric_crs",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "in_china",
    "shift_geometry",
    "to_geographic",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
]

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
Shift = Callable[[Floats, Floats], Pair]

_AXIS_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
"""Krasovsky 1940, on which the shift is defined."""

_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north, degrees: outside, map services do not shift."""

_CENTRE = (105.0, 35.0)
"""The shift's polynomials are in degrees from here."""

_BD_TURN = math.pi * 3000.0 / 180.0
_BD_EAST, _BD_NORTH = 0.0065, 0.006
_BD_RADIUS, _BD_ANGLE = 2e-5, 3e-6

_STILL = 1e-11
"""Degrees (about a micrometre) below which an iteration stands still."""
_MOST_ITERATIONS = 30

_ZONE_WIDTH = 3
_FIRST_MERIDIAN, _LAST_MERIDIAN = 75, 135
_FIRST_ZONE_EPSG = 4534
"""CGCS2000 / 3-degree Gauss-Kruger CM 75E; one code for each zone eastward."""
_UTM_WIDTH, _UTM_ZONES = 6, 60
_UTM_NORTH, _UTM_SOUTH = 32600, 32700


def _arrays(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    return np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)


def _waves(x: Floats, along: Floats, slow: float, slowest: float) -> Floats:
    """Return the sum of sines that all public versions share; `slow` and `slowest` are amplitudes."""
    pi = math.pi
    short = 20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)
    middle = 20.0 * np.sin(along * pi) + 40.0 * np.sin(along / 3.0 * pi)
    long = slow * np.sin(along / 12.0 * pi) + slowest * np.sin(along * pi / 30.0)
    return np.asarray((short + middle + long) * 2.0 / 3.0)


def _gcj02_shift(longitude: Floats, latitude: Floats) -> Pair:
    """Return the shift from WGS 84 to GCJ-02, degrees east and north."""
    x, y = longitude - _CENTRE[0], latitude - _CENTRE[1]
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + _waves(x, y, 160.0, 320.0)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + _waves(x, x, 150.0, 300.0)
    angle = np.radians(latitude)
    magic = 1.0 - _ECCENTRICITY_SQUARED * np.sin(angle) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY_SQUARED) / (magic * np.sqrt(magic))
    parallel_m = _AXIS_M / np.sqrt(magic) * np.cos(angle)
    return np.degrees(east / parallel_m), np.degrees(north / meridian_m)


def in_china(longitude: ArrayLike, latitude: ArrayLike) -> NDArray[np.bool_]:
    """Return whether points lie in the rectangle in which Chinese map services shift.

    Parameters
    ----------
    longitude, latitude : array-like of float, degrees
        The points.

    Returns
    -------
    ndarray of bool
    """
    x, y = _arrays(longitude, latitude)
    west, south, east, north = _CHINA
    return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north))


def wgs84_to_gcj02(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Shift points from WGS 84 to GCJ-02; points outside China stay where they are.

    Parameters
    ----------
    longitude, latitude : array-like of float, degrees, WGS 84
        The points.

    Returns
    -------
    tuple of ndarray
        Longitude and latitude, degrees, GCJ-02.
    """
    x, y = _arrays(longitude, latitude)
    inside = in_china(x, y)
    east, north = _gcj02_shift(x, y)
    return np.where(inside, x + east, x), np.where(inside, y + north, y)


def _invert(forward: Shift, x: Floats, y: Floats, first: Pair) -> Pair:
    """Solve ``forward(p) = (x, y)`` by fixed-point iteration from a first guess."""
    lon, lat = first
    for _ in range(_MOST_ITERATIONS):
        ahead_x, ahead_y = forward(lon, lat)
        step_x, step_y = x - ahead_x, y - ahead_y
        lon, lat = lon + step_x, lat + step_y
        moved = np.abs(np.concatenate([np.ravel(step_x), np.ravel(step_y)]))
        if not np.any(moved > _STILL):
            break
    return lon, lat


def gcj02_to_wgs84(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Bring points from GCJ-02 back to WGS 84 (exact inverse of `wgs84_to_gcj02`, below a millimetre).

    Parameters
    ----------
    longitude, latitude : array-like of float, degrees, GCJ-02
        The points.

    Returns
    -------
    tuple of ndarray
        Longitude and latitude, degrees, WGS 84.
    """
    x, y = _arrays(longitude, latitude)

    def forward(lon: Floats, lat: Floats) -> Pair:
        east, north = _gcj02_shift(lon, lat)
        return lon + east, lat + north

    lon, lat = _invert(forward, x, y, (x, y))
    inside = in_china(lon, lat)
    return np.where(inside, lon, x), np.where(inside, lat, y)


def gcj02_to_bd09(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Shift points from GCJ-02 to BD-09.

    Parameters
    ----------
    longitude, latitude : array-like of float, degrees, GCJ-02
        The points.

    Returns
    -------
    tuple of ndarray
        Longitude and latitude, degrees, BD-09.
    """
    x, y = _arrays(longitude, latitude)
    radius = np.hypot(x, y) + _BD_RADIUS * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + _BD_ANGLE * np.cos(x * _BD_TURN)
    return radius * np.cos(angle) + _BD_EAST, radius * np.sin(angle) + _BD_NORTH


def bd09_to_gcj02(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Bring points from BD-09 back to GCJ-02 (exact inverse of `gcj02_to_bd09`).

    Parameters
    ----------
    longitude, latitude : array-like of float, degrees, BD-09
        The points.

    Returns
    -------
    tuple of ndarray
        Longitude and latitude, degrees, GCJ-02.
    """
    x, y = _arrays(longitude, latitude)
    return _invert(gcj02_to_bd09, x, y, (x - _BD_EAST, y - _BD_NORTH))


def wgs84_to_bd09(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Shift points from WGS 84 to BD-09; points outside China stay where they are.

    Parameters
    ----------
    longitude, latitude : array-like of float, degrees, WGS 84
        The points.

    Returns
    -------
    tuple of ndarray
        Longitude and latitude, degrees, BD-09.
    """
    x, y = _arrays(longitude, latitude)
    inside = in_china(x, y)
    lon, lat = gcj02_to_bd09(*wgs84_to_gcj02(x, y))
    return np.where(inside, lon, x), np.where(inside, lat, y)


def bd09_to_wgs84(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Bring points from BD-09 back to WGS 84.

    Parameters
    ----------
    longitude, latitude : array-like of float, degrees, BD-09
        The points.

    Returns
    -------
    tuple of ndarray
        Longitude and latitude, degrees, WGS 84.
    """
    x, y = _arrays(longitude, latitude)
    lon, lat = gcj02_to_wgs84(*bd09_to_gcj02(x, y))
    inside = in_china(lon, lat)
    return np.where(inside, lon, x), np.where(inside, lat, y)


TO_WGS84 = MappingProxyType({"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84})
"""How to bring each shifted datum back."""
FROM_WGS84 = MappingProxyType({"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09})
"""How to shift to each of them."""


def shift_geometry(geometry: NDArray[Any], shift: Callable[[Floats, Floats], Pair]) -> NDArray[Any]:
    """Return geometries with every vertex shifted.

    Parameters
    ----------
    geometry : ndarray of shapely geometries, degrees
        Longitude and latitude; a third coordinate is dropped.
    shift
        Function of longitude and latitude, such as `gcj02_to_wgs84`.

    Returns
    -------
    ndarray of shapely geometries
    """

    def on_rows(points: Floats) -> Floats:
        return np.column_stack(shift(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(geometry, on_rows), dtype=object)


def to_geographic(geometry: gpd.GeoSeries, datum: str) -> gpd.GeoSeries:
    """Bring geometries to longitude and latitude in WGS 84.

    Parameters
    ----------
    geometry
        With the CRS its file states, or none. Two dimensions; a third is dropped.
    datum
        ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` or ``EPSG:nnnn``. An EPSG code says how coordinates are to be
        read if the series states no CRS of its own. The shifted datums are taken out after that.

    Returns
    -------
    GeoSeries
        Same index, EPSG:4326.

    Raises
    ------
    CrsError
        If the EPSG code does not exist.
    """
    flat = gpd.GeoSeries(shapely.force_2d(geometry.to_numpy()), index=geometry.index, crs=geometry.crs)
    if flat.crs is None:
        flat = flat.set_crs(_known_crs(datum) if datum.startswith("EPSG:") else GEOGRAPHIC_CRS)
    crs = flat.crs
    # CGCS2000 and WGS 84 agree within centimetres; PROJ has no better transformation between them either
    if crs.is_geographic and crs.to_epsg() in _SAME_AS_WGS84:
        flat = flat.set_crs(GEOGRAPHIC_CRS, allow_override=True)
    elif crs != GEOGRAPHIC_CRS:
        flat = flat.to_crs(GEOGRAPHIC_CRS)
    if datum in TO_WGS84:
        moved = shift_geometry(flat.to_numpy(), TO_WGS84[datum])
        flat = gpd.GeoSeries(moved, index=geometry.index, crs=GEOGRAPHIC_CRS)
    return flat


_SAME_AS_WGS84 = frozenset({4326, 4490})


def _known_crs(code: str) -> CRS:
    try:
        return CRS.from_user_input(code)
    except ProjCrsError:
        msg = f"there is no coordinate system {code}."
        raise CrsError(msg) from None


def choose_metric_crs(bounds: tuple[float, float, float, float]) -> str:
    """Choose the projected system for lengths and areas from where the data are.

    Parameters
    ----------
    bounds
        West, south, east, north, degrees.

    Returns
    -------
    str
        In China the CGCS2000 three-degree zone by central meridian (EPSG:4534 to EPSG:4554), elsewhere UTM.

    Raises
    ------
    CrsError
        If the bounds are not longitudes and latitudes.
    """
    west, south, east, north = bounds
    if not all(map(math.isfinite, bounds)) or abs(west) > 180 or abs(east) > 180 or max(-south, north) > 90:  # noqa: PLR2004
        msg = f"bounds must be degrees of longitude and latitude. Got {bounds} instead."
        raise CrsError(msg)
    lon, lat = (west + east) / 2, (south + north) / 2
    meridian = _ZONE_WIDTH * round(lon / _ZONE_WIDTH)
    if bool(in_china(lon, lat)) and _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN:
        return f"EPSG:{_FIRST_ZONE_EPSG + (meridian - _FIRST_MERIDIAN) // _ZONE_WIDTH}"
    zone = min(int((lon + 180) // _UTM_WIDTH) + 1, _UTM_ZONES)
    return f"EPSG:{(_UTM_NORTH if lat >= 0 else _UTM_SOUTH) + zone}"


def check_metric(code: str) -> str:
    """Return the code if it is a projected system in metres.

    Parameters
    ----------
    code
        ``EPSG:nnnn``.

    Raises
    ------
    CrsError
        If it does not exist, is geographic, or does not count in metres.
    """
    crs = _known_crs(code)
    if not crs.is_projected or any(axis.unit_name not in ("metre", "meter") for axis in crs.axis_info):
        msg = f"{code} ({crs.name}) does not measure in metres; name a projected system, or write `auto`."
        raise CrsError(msg)
    return code
