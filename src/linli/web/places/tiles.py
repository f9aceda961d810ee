"""The register as vector tiles, where its features are too many for one answer.

Points of a tile are drawn one by one where there is room for them; else those of a small square become one, with how
many they are. Outlines are cut to the tile and as coarse as its zoom.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.db.models import QuerySet
from django.urls import reverse

from linli.web.geometry import in_box
from linli.web.places.models import Record
from linli.web.places.vocabulary import group_of_type, kind_title, record_title
from linli.web.tiles import DEEPEST, Outlines, Tile, outline_layer
from linli.web.vector_tile import EXTENT, POINT, Layer, encode
from linli.web.words import say

__all__ = ["MOST_AT_ONCE", "OUTLINED", "register_tile"]

MOST_AT_ONCE = 3000
"""Up to so many features are sent in one answer; of more there are tiles."""

OUTLINED = ("communities", "estates")
"""Layers that are outlines; of the others a tile has a point."""

_MOST_ALONE = 250
"""Points of a tile that are still drawn one by one."""
_SQUARES = 8
"""Small squares along a tile's side."""


def _units(tile: Tile, lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return places in units of a tile, from degrees."""
    angle = np.radians(lonlat[:, 1])
    world = np.column_stack([(lonlat[:, 0] + 180) / 360, (1 - np.arcsinh(np.tan(angle)) / np.pi) / 2])
    found: npt.NDArray[np.float64] = (world * 2.0**tile.z - (tile.x, tile.y)) * EXTENT
    return found


def _within(units: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return which places belong to the tile: each to exactly one of a zoom."""
    return np.asarray(((units >= 0) & (units < EXTENT)).all(axis=1))


def _about(layer: str, rows: list[Record]) -> dict[str, npt.NDArray[Any]]:
    """Return what a map says of records."""
    columns = {
        "id": [one.key for one in rows],
        "name": [record_title(one) for one in rows],
        "kind": [kind_title(layer, one.kind) for one in rows],
        "href": [reverse("places:record", args=[layer, one.key]) for one in rows],
    }
    if layer == "facilities":
        columns["group"] = [group_of_type(one.kind) for one in rows]
    return {name: np.array(values, dtype=object) for name, values in columns.items()}


def _together(layer: str, units: npt.NDArray[np.float64]) -> Layer:
    """Make the points of each small square one."""
    cell = np.floor(units / EXTENT * _SQUARES).astype(np.int64)
    _, which, count = np.unique(cell[:, 0] * _SQUARES + cell[:, 1], return_inverse=True, return_counts=True)
    middle = np.column_stack([np.bincount(which, weights=side) / count for side in units.T])
    names = np.array([say("places.word.together", n=int(n)) for n in count], dtype=object)
    return Layer(layer, POINT, middle.astype(np.int32), {"n": count, "name": names})


def _points(layer: str, tile: Tile, rows: QuerySet[Record]) -> Layer:
    sides = np.array(list(rows.values_list("pk", "west", "south", "east", "north")), dtype=np.float64).reshape(-1, 5)
    middle = np.column_stack([(sides[:, 1] + sides[:, 3]) / 2, (sides[:, 2] + sides[:, 4]) / 2])
    units = _units(tile, middle)
    mine = _within(units)
    if tile.z < DEEPEST and mine.sum() > _MOST_ALONE:
        return _together(layer, units[mine])
    at = dict(zip(sides[mine, 0].astype(int).tolist(), units[mine], strict=True))
    known = list(rows.filter(pk__in=list(at)).defer("wkb", "values"))
    where = np.array([at[one.pk] for one in known], dtype=np.float64).reshape(-1, 2)
    return Layer(layer, POINT, where.astype(np.int32), _about(layer, known))


def _outlines(layer: str, tile: Tile, rows: QuerySet[Record]) -> Layer:
    known = list(rows.defer("values"))
    shapes = shapely.from_wkb([bytes(one.wkb) for one in known if one.wkb is not None])
    keep = np.ones(len(known), dtype=bool)
    return outline_layer(layer, tile, Outlines(np.asarray(shapes, dtype=object)), keep, _about(layer, known))


def register_tile(layer: str, tile: Tile, rows: QuerySet[Record]) -> bytes:
    """Return a tile of a layer.

    Parameters
    ----------
    layer
        Name of the layer; also of the tile's.
    tile
        Which tile.
    rows
        Records of the layer, through the gate and narrowed as on the screen.

    Returns
    -------
    bytes
        A Mapbox Vector Tile: ``id``, ``name``, ``kind``, ``href`` (and ``group``) of each record, or ``n`` of several.
    """
    here = rows.order_by().exclude(wkb=None).filter(in_box(tile.box)).defer(None)
    return encode([_outlines(layer, tile, here) if layer in OUTLINED else _points(layer, tile, here)])
