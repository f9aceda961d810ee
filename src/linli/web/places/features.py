"""The register on a map: features for the map islands, the layers that a page tells them of, and GeoJSON as a file."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import shapely
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.urls import reverse
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from linli.survey import layer_schema
from linli.web.accounts.access import actor_of
from linli.web.audit.services import record as record_event
from linli.web.geometry import Box, feature
from linli.web.places.models import Record
from linli.web.places.vocabulary import group_of_type, kind_title, record_title
from linli.web.words import say

__all__ = ["DRAWN", "bounds_of", "export_geojson", "features_of", "map_layer", "pin_kinds", "read_box"]

DRAWN = ("communities", "estates", "facilities", "rooms", "plots")
"""Layers that have a place on the map."""

_CHUNK = 2000
_PIN_KINDS = ("point", "multipoint", "polygon")
_SIDES = 4


def features_of(layer: str, rows: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """Yield records as the map islands read them.

    Parameters
    ----------
    layer
        Name of the layer.
    rows
        Its records.

    Yields
    ------
    dict
        A feature; a record without a position has none.
    """
    for one in rows:
        about: dict[str, Any] = {
            "name": record_title(one),
            "kind": kind_title(layer, one.kind),
            "href": reverse("places:record", args=[layer, one.key]),
        }
        if layer == "facilities":
            about["group"] = group_of_type(one.kind)
        yield feature(one.key, one.shape, about)


def map_layer(layer: str, *, src: str = "", tiles: str = "") -> dict[str, Any]:
    """Return a layer of the register as a page tells a map island of it.

    Parameters
    ----------
    layer
        Name of the layer.
    src
        Address of its features.
    tiles
        Address of its tiles, with ``{z}``, ``{x}`` and ``{y}``.

    Returns
    -------
    dict
        An entry of the island's ``layers``.
    """
    found: dict[str, Any] = {
        "id": layer,
        "label": say(f"places.layer.{layer}"),
        "kind": "facilities" if layer == "facilities" else "sites",
        "fields": [{"key": "kind", "label": say(f"places.kind.{layer}")}] if layer != "plots" else [],
    }
    return found | ({"tiles": tiles} if tiles else {"src": src})


def bounds_of(shapes: Sequence[BaseGeometry | None]) -> Box | None:
    """Return the box of some shapes with a margin that shows what is around a point; ``None`` if there are none."""
    known = [shape for shape in shapes if shape is not None]
    if not known:
        return None
    west, south, east, north = (float(side) for side in shapely.total_bounds(known))
    margin = max((east - west) * 0.2, (north - south) * 0.2, 0.002)
    return west - margin, south - margin, east + margin, north + margin


def pin_kinds(layer: str) -> list[str]:
    """Return the kinds of shapes that a person can draw of a layer."""
    return [kind for kind in layer_schema(layer).geometry if kind in _PIN_KINDS]


def read_box(text: str) -> Box | None:
    """Read ``west,south,east,north`` in degrees.

    Parameters
    ----------
    text
        As an address has it; empty = the whole world.

    Returns
    -------
    Box or None
        ``None`` if the text is empty.

    Raises
    ------
    ValueError
        If it is no such box.
    """
    if not text:
        return None
    sides = [float(side) for side in text.split(",")]
    if len(sides) != _SIDES or not sides[0] <= sides[2] or not sides[1] <= sides[3]:
        msg = "a box is west,south,east,north"
        raise ValueError(msg)
    return sides[0], sides[1], sides[2], sides[3]


def export_geojson(request: HttpRequest, layer: str, rows: QuerySet[Record]) -> FileResponse:
    """Answer with records as a GeoJSON file, and record that it was taken.

    Parameters
    ----------
    request
        Already let in.
    layer
        Name of the layer.
    rows
        Through the gate, narrowed and ordered as on the screen.

    Returns
    -------
    FileResponse
        All values by the schema's names; the number of rows in the header ``X-Rows``.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with transaction.atomic():
        count = 0
        file.write(b'{"type":"FeatureCollection","features":[\n')
        for count, one in enumerate(rows.iterator(chunk_size=_CHUNK), 1):
            text = json.dumps(feature(one.key, one.shape, one.values), ensure_ascii=False)
            file.write((",\n" if count > 1 else "").encode() + text.encode())
        file.write(b"\n]}\n")
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = f"places.{layer}"
        after = {"rows": count, "sha256": digest, "format": "geojson", "query": request.GET.dict()}
        record_event("pages.table.export", actor=actor_of(request), module="places", name=name, after=after)
    file.seek(0)
    name = f"places-{layer}-{timezone.localdate().isoformat()}.geojson"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/geo+json")
    response["X-Rows"] = str(count)
    return response
