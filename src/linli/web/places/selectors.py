"""Every reading of the register, through the gate; and its layers whole, for freezing a round."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from django.db.models import Q, QuerySet
from shapely.geometry.base import BaseGeometry

from linli.survey import empty_frame, layer_schema
from linli.survey.schema import GEOGRAPHIC_CRS
from linli.web.accounts.models import Place, User
from linli.web.geometry import Box, in_box
from linli.web.places.models import Photo, Record, Term, Version
from linli.web.places.terms import search_words, word_filter

__all__ = [
    "community_outlines",
    "layer_frame",
    "list_photos",
    "list_records",
    "name_filter",
    "record_of",
    "versions_of",
]


def list_records(user: User, layer: str, action: str = "view") -> QuerySet[Record]:
    """Return a layer's records that a person may see, or may do `action` on; closed ones too."""
    return Record.objects.visible_to(user, action).filter(layer=layer).select_related("changed_by")


def record_of(user: User, layer: str, key: str, action: str = "view") -> Record | None:
    """Return a record by its key, if the person may see it, or may do `action` on it."""
    return list_records(user, layer, action).filter(key=key).first()


def versions_of(user: User, record: Record) -> QuerySet[Version]:
    """Return a record's versions, the newest first, as far as the person may see them."""
    return Version.objects.visible_to(user).filter(record=record).select_related("by").order_by("-number")


def list_photos(user: User, action: str = "view") -> QuerySet[Photo]:
    """Return the photos that a person may see, or may do `action` on, without those withdrawn."""
    return Photo.objects.visible_to(user, action).filter(withdrawn_at=None).select_related("record", "by")


def name_filter(text: str) -> Q:
    """Return the condition that a record's name or key has all that was typed.

    Parameters
    ----------
    text
        Characters, pinyin or initials, in parts divided by blanks.

    Returns
    -------
    Q
        For `Record`, to narrow what came through the gate; true of everything if there is nothing to look for.
    """
    condition = Q()
    for word in search_words(text):
        condition &= Q(pk__in=Term._all.filter(word_filter(word)).values("record"))
    return condition


def community_outlines(box: Box) -> list[tuple[str, BaseGeometry]]:
    """Return path and outline of the communities that a box meets, in the order of their paths, for the machine."""
    rows = Record._all.filter(in_box(box), layer="communities", closed_at=None).order_by("place")
    return [(place, shapely.from_wkb(bytes(wkb))) for place, wkb in rows.values_list("place", "wkb") if wkb is not None]


def layer_frame(layer: str, place: str) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return a layer as the survey has it: all open records at or below a place, for the machine.

    Parameters
    ----------
    layer
        Name of the layer.
    place
        Jurisdiction path; empty = the whole site.

    Returns
    -------
    DataFrame or GeoDataFrame
        In the order of their keys, with exactly the schema's columns in their types (geometry in EPSG:4326). Where
        a record names no community but lies in one, that one is filled in.
    """
    rows = Record._all.filter(layer=layer, closed_at=None, place__startswith=place).order_by("key")
    found = list(rows.values_list("values", "wkb", "place"))
    empty = empty_frame(layer)
    known = [values for values, _, _ in found]
    columns: dict[str, Any] = {}
    for column in layer_schema(layer).columns:
        cells = [values.get(column.name) for values in known]
        if column.name == "community_id" and layer != "communities":
            codes = dict(Place.objects.filter(level="community").values_list("path", "code"))
            cells = [cell or codes.get(path) for cell, (_, _, path) in zip(cells, found, strict=True)]
        columns[column.name] = pd.Series(cells, dtype=object).astype(empty[column.name].dtype)
    frame = pd.DataFrame(columns, columns=list(layer_schema(layer).column_names))
    if not isinstance(empty, gpd.GeoDataFrame):
        return frame
    shapes = shapely.from_wkb([None if wkb is None else bytes(wkb) for _, wkb, _ in found])
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=GEOGRAPHIC_CRS))
