"""Geometry as the database keeps it: WKB in longitude and latitude with the four sides of its box beside it.

No spatial extension is needed: a box narrows the search by ordinary indexes, shapely does the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import shapely
from django.db import models
from django.db.models import Q
from shapely.geometry.base import BaseGeometry

__all__ = ["Box", "Located", "feature", "feature_collection", "in_box", "read_geojson"]

Box = tuple[float, float, float, float]
"""West, south, east, north, degrees."""

_DIGITS = 7
"""Of a coordinate: about a centimetre."""


class Located(models.Model):
    """Base of tables whose rows have a place on the map; `wkb` is empty where the place is not known."""

    wkb = models.BinaryField(null=True, blank=True)
    west = models.FloatField(null=True, blank=True, db_index=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)

    class Meta:
        abstract = True

    GEOMETRY: ClassVar[tuple[str, ...]] = ("wkb", "west", "south", "east", "north")

    @property
    def shape(self) -> BaseGeometry | None:
        """The geometry, EPSG:4326; ``None`` where it is not known."""
        return shapely.from_wkb(bytes(self.wkb)) if self.wkb is not None else None

    def locate(self, shape: BaseGeometry | None) -> None:
        """Put a geometry in EPSG:4326 there, or none."""
        self.wkb = None if shape is None else shapely.to_wkb(shape)
        self.west, self.south, self.east, self.north = (None,) * 4 if shape is None else shape.bounds


def in_box(box: Box) -> Q:
    """Return the condition that a row's box meets a box.

    Parameters
    ----------
    box
        West, south, east, north, degrees.

    Returns
    -------
    Q
        For a `Located` table.
    """
    west, south, east, north = box
    return Q(west__lte=east, east__gte=west, south__lte=north, north__gte=south)


def read_geojson(text: str) -> BaseGeometry | None:
    """Read the GeoJSON geometry that the browser's pin or drawing sends.

    Parameters
    ----------
    text
        A GeoJSON geometry; empty = none.

    Returns
    -------
    geometry or None
        In EPSG:4326, two dimensions.

    Raises
    ------
    ValueError
        If it is no valid, non-empty geometry within the degrees of the Earth.
    """
    if not text.strip():
        return None
    try:
        shape = shapely.force_2d(shapely.from_geojson(text))
    except shapely.errors.GEOSException as error:
        msg = "not a GeoJSON geometry"
        raise ValueError(msg) from error
    if shape is None or shape.is_empty or not shape.is_valid:
        msg = "an empty or crossed geometry"
        raise ValueError(msg)
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - the degrees of the Earth
        msg = "not longitude and latitude"
        raise ValueError(msg)
    return shape


def feature(key: str, shape: BaseGeometry | None, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a GeoJSON feature as the map islands read it.

    Parameters
    ----------
    key
        Its id, told again as the property ``id``.
    shape
        In EPSG:4326.
    properties
        JSON-ready values; ``name`` and ``href`` are what a map shows and leads to.

    Returns
    -------
    dict
        Coordinates with seven digits.
    """
    geometry = None
    if shape is not None:
        geometry = shapely.geometry.mapping(shapely.set_precision(shape, 10**-_DIGITS, mode="pointwise"))
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": {"id": key, **properties}}


def feature_collection(features: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Put features together."""
    return {"type": "FeatureCollection", "features": list(features)}
