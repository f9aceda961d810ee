"""Which records may be duplicates of each other.

Two records of a layer (facilities: of one type) that stand close by and whose names are alike. They are
suggested; a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.feedback import CompareOptions
from linli.feedback.likeness import likeness
from linli.survey.crosscheck import DUPLICATE_M
from linli.web.accounts.models import User
from linli.web.geometry import Box
from linli.web.places.models import Record
from linli.web.places.selectors import records_near

__all__ = ["AROUND_M", "LAYERS_WITH_TWINS", "Twins", "metres", "twins_among", "twins_of"]

LAYERS_WITH_TWINS = ("estates", "facilities", "rooms", "plots")
"""Layers in which duplicates are looked for."""

AROUND_M = 100.0
"""Metres within which records of almost the same name may be the same."""
_ALMOST = 0.8
"""Likeness of names (0–1) from which on they are almost the same."""
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Twins:
    """Two records that may be the same.

    Parameters
    ----------
    first, second
        The records, the older first.
    distance_m
        Between them, metres.
    alike
        Likeness of their names, 0–1; ``None`` where one has no name.
    """

    first: Record
    second: Record
    distance_m: float
    alike: float | None


def metres(shapes: Sequence[BaseGeometry | None]) -> Any:
    """Return shapes in metres around the middle of them all, good to a few per mille within a city.

    Parameters
    ----------
    shapes
        EPSG:4326; ``None`` = not known.

    Returns
    -------
    ndarray of geometry
        In the same order.
    """
    given = np.array([*shapes, None], dtype=object)[:-1]
    if shapely.is_missing(given).all():
        return given
    west, south, _, north = shapely.total_bounds(given)
    scale = np.array([np.cos(np.radians((south + north) / 2)), 1.0]) * _METRES_PER_DEGREE
    return shapely.transform(given, lambda xy: (xy - (west, south)) * scale)


def _are_alike(name: str, other: str, distance_m: float) -> bool:
    found = likeness(name or None, other or None)
    if np.isnan(found):
        return distance_m <= DUPLICATE_M
    return found >= (CompareOptions().alike if distance_m <= DUPLICATE_M else _ALMOST)


def _twins(first: Record, second: Record, distance_m: float) -> Twins:
    found = likeness(first.values.get("name"), second.values.get("name"))
    return Twins(first, second, float(distance_m), None if np.isnan(found) else float(found))


def _is_same_kind(layer: str, one: Record, other: Record) -> bool:
    return layer != "facilities" or one.kind == other.kind


def twins_of(user: User, layer: str, values: Mapping[str, Any], shape: BaseGeometry | None) -> list[Record]:
    """Return the records that a new one may be a duplicate of, the nearest first.

    Parameters
    ----------
    user
        Who is about to register it; only what the person may see is suggested.
    layer
        Name of the layer.
    values
        All its values, as the register would keep them.
    shape
        Where it is.

    Returns
    -------
    list of Record
        Open ones within `AROUND_M`.
    """
    if layer not in LAYERS_WITH_TWINS or shape is None:
        return []
    west, south, east, north = shape.bounds
    high = AROUND_M / _METRES_PER_DEGREE
    wide = high / max(float(np.cos(np.radians(south))), 0.1)
    box: Box = (west - wide, south - high, east + wide, north + high)
    near = list(records_near(user, layer, box))
    if not near:
        return []
    here, *there = metres([shape, *(one.shape for one in near)])
    name, kind = str(values.get("name", "")), values.get("type")
    found = [
        (distance, one.pk, one)
        for one, distance in zip(near, shapely.distance(here, there), strict=True)
        if distance <= AROUND_M and (layer != "facilities" or one.kind == kind)
        if _are_alike(name, str(one.values.get("name", "")), distance)
    ]
    return [one for _, _, one in sorted(found, key=lambda each: each[:2])]


def twins_among(layer: str, records: Sequence[Record], apart: Collection[tuple[int, int]]) -> list[Twins]:
    """Return the pairs of records that may be the same.

    Parameters
    ----------
    layer
        Name of the layer.
    records
        Open ones with their positions, in any order.
    apart
        Pairs of primary keys, the smaller first, that somebody has decided to be two.

    Returns
    -------
    list of Twins
        The nearest first.
    """
    known = sorted((one for one in records if one.wkb is not None), key=lambda one: one.pk)
    if len(known) < 2:  # noqa: PLR2004 - a pair
        return []
    shapes = metres([one.shape for one in known])
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=AROUND_M)
    found = []
    for i, j in zip(left[left < right], right[left < right], strict=True):
        first, second = known[int(i)], known[int(j)]
        if (first.pk, second.pk) in apart or not _is_same_kind(layer, first, second):
            continue
        distance = shapely.distance(shapes[i], shapes[j])
        if _are_alike(str(first.values.get("name", "")), str(second.values.get("name", "")), distance):
            found.append(_twins(first, second, distance))
    return sorted(found, key=lambda one: (one.distance_m, one.first.pk, one.second.pk))
