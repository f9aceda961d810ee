"""The register as vector tiles, where its features are too many for one answer.

Points of a tile are drawn one by one where there is room for them; else those of a small square become one, with how
many they are. Outlines are cut to the tile and as coarse as its zoom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
import shapely
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

from linli.web.geometry import in_box
from linli.web.keep import Keep
from linli.web.places.addresses import KeyConverter
from linli.web.places.models import Record
from linli.web.places.selectors import named_records
from linli.web.places.vocabulary import group_of_type, kind_title, record_title
from linli.web.tiles import DEEPEST, Dots, Outlines, Tile, outline_layer
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


@dataclass(frozen=True, eq=False)
class _Placed:
    """Records of a list that have a position: their primary keys, and where the middle of each box is."""

    pk: npt.NDArray[np.int64]
    dots: Dots


_PLACED: Keep[_Placed] = Keep(24)


def _placed(rows: QuerySet[Record]) -> _Placed:
    sides = np.array(list(rows.values_list("pk", "west", "south", "east", "north")), dtype=np.float64).reshape(-1, 5)
    middle = np.column_stack([(sides[:, 1] + sides[:, 3]) / 2, (sides[:, 2] + sides[:, 4]) / 2])
    return _Placed(sides[:, 0].astype(np.int64), Dots(middle))


def _about(layer: str, rows: list[Record]) -> dict[str, npt.NDArray[Any]]:
    """Return what a map says of records."""
    kinds = {one.kind for one in rows}
    title = {kind: kind_title(layer, kind) for kind in kinds}
    any_key = reverse("places:record", args=[layer, "-"])  # hundreds a tile: looked up once
    as_address = KeyConverter().to_url
    columns = {
        "id": [one.key for one in rows],
        "name": [record_title(one) for one in rows],
        "kind": [title[one.kind] for one in rows],
        "href": [f"{any_key[:-2]}{quote(as_address(one.key), safe=RFC3986_SUBDELIMS + '/~:@')}/" for one in rows],
    }
    if layer == "facilities":
        group = {kind: group_of_type(kind) for kind in kinds}
        columns["group"] = [group[one.kind] for one in rows]
    return {name: np.array(values, dtype=object) for name, values in columns.items()}


def _together(layer: str, units: npt.NDArray[np.int64]) -> Layer:
    """Make the points of each small square one."""
    cell = units * _SQUARES // EXTENT
    _, which, count = np.unique(cell[:, 0] * _SQUARES + cell[:, 1], return_inverse=True, return_counts=True)
    middle = np.column_stack([np.bincount(which, weights=side) / count for side in units.T])
    names = np.array([say("places.word.together", n=int(n)) for n in count], dtype=object)
    return Layer(layer, POINT, middle.astype(np.int32), {"n": count, "name": names})


def _points(layer: str, tile: Tile, rows: QuerySet[Record], state: str) -> Layer:
    placed = _PLACED.get(state, lambda: _placed(rows))
    piece = placed.dots.within(tile)
    pk, units = placed.pk[placed.dots.row[piece]], placed.dots.units(tile, piece)
    if tile.z < DEEPEST and len(pk) > _MOST_ALONE:
        return _together(layer, units)
    at = dict(zip(pk.tolist(), units, strict=True))
    known = named_records(list(at))  # they passed the gate when they were placed
    where = np.array([at[one.pk] for one in known], dtype=np.int32).reshape(-1, 2)
    return Layer(layer, POINT, where, _about(layer, known))


def _outlines(layer: str, tile: Tile, rows: QuerySet[Record]) -> Layer:
    known = list(rows.defer("values"))
    shapes = shapely.from_wkb([bytes(one.wkb) for one in known if one.wkb is not None])
    keep = np.ones(len(known), dtype=bool)
    return outline_layer(layer, tile, Outlines(np.asarray(shapes, dtype=object)), keep, _about(layer, known))


def register_tile(layer: str, tile: Tile, rows: QuerySet[Record], state: str) -> bytes:
    """Return a tile of a layer.

    Parameters
    ----------
    layer
        Name of the layer; also of the tile's.
    tile
        Which tile.
    rows
        Records of the layer, through the gate and narrowed as on the screen.
    state
        Names what these rows are and their state: where they stand is read once for all tiles of one name.

    Returns
    -------
    bytes
        A Mapbox Vector Tile: ``id``, ``name``, ``kind``, ``href`` (and ``group``) of each record, or ``n`` of several.
    """
    placed = rows.order_by().exclude(wkb=None).defer(None)
    if layer in OUTLINED:
        return encode([_outlines(layer, tile, placed.filter(in_box(tile.box)))])
    return encode([_points(layer, tile, placed, state)])
