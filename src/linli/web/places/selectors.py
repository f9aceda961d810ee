"""Every reading of the register, through the gate; and its layers whole, for freezing a round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from linli.survey import empty_frame, layer_schema
from linli.survey.schema import GEOGRAPHIC_CRS
from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.audit.selectors import newest_number
from linli.web.geometry import Box, in_box
from linli.web.keep import Keep
from linli.web.places.models import LAYERS, Apart, Photo, Record, Term, Version
from linli.web.places.terms import is_found, search_words, terms_of, word_filter

__all__ = [
    "Found",
    "box_of",
    "community_outlines",
    "count_records",
    "forget_register",
    "home_box",
    "layer_counts",
    "layer_frame",
    "list_photos",
    "list_records",
    "name_filter",
    "named_records",
    "newest_change",
    "parted_pairs",
    "record_of",
    "records_near",
    "register_state",
    "search",
    "versions_of",
]

_NEWEST: Keep[datetime | None] = Keep(512)
_COUNTS: Keep[int] = Keep(512)

_RECENT_DAYS = 30
_MOST_FOUND = 400
"""So many records are put in order at most; who finds more narrows the search, or goes to the layer's list."""


def list_records(user: User, layer: str, action: str = "view") -> QuerySet[Record]:
    """Return a layer's records that a person may see, or may do `action` on; closed ones too."""
    return Record.objects.visible_to(user, action).filter(layer=layer).select_related("changed_by")


def record_of(user: User, layer: str, key: str, action: str = "view") -> Record | None:
    """Return a record by its key, if the person may see it, or may do `action` on it."""
    return list_records(user, layer, action).filter(key=key).first()


def named_records(numbers: Sequence[int]) -> list[Record]:
    """Return records that passed the gate already, with no more than what they are called.

    Asked with the gate's conditions once more, SQLite would read a whole layer for some hundred of its records.

    Parameters
    ----------
    numbers
        Primary keys.

    Returns
    -------
    list of Record
        With layer, key, kind and name.
    """
    rows = Record._all.filter(pk__in=numbers) if numbers else Record._all.none()
    return [Record(**one) for one in rows.values("pk", "layer", "key", "kind", "name")]


def versions_of(user: User, record: Record) -> QuerySet[Version]:
    """Return a record's versions, the newest first, as far as the person may see them."""
    return Version.objects.visible_to(user).filter(record=record).select_related("by").order_by("-number")


def list_photos(user: User, action: str = "view") -> QuerySet[Photo]:
    """Return the photos that a person may see, or may do `action` on, without those withdrawn."""
    return Photo.objects.visible_to(user, action).filter(withdrawn_at=None).select_related("record", "by")


def layer_counts(user: User) -> dict[str, dict[str, int]]:
    """Return how many records of each layer a person sees: ``open``, ``closed``, ``recent`` (changed in 30 days)."""
    since = timezone.now() - timedelta(days=_RECENT_DAYS)
    rows = Record.objects.visible_to(user).order_by().values("layer")
    found = rows.annotate(
        open=Count("pk", filter=Q(closed_at=None)),
        closed=Count("pk", filter=Q(closed_at__isnull=False)),
        recent=Count("pk", filter=Q(changed_at__gte=since)),
    )
    counts = {name: {"open": 0, "closed": 0, "recent": 0} for name in LAYERS}
    for row in found:
        counts[row.pop("layer")] = dict(row)
    return counts


def register_state(user: User, *more: str) -> str:
    """Return the name of the register's state as a person sees it: the same name, the same rows.

    Parameters
    ----------
    user
        The person: whoever sees the same places shares the name.
    more
        What else tells one question from another.

    Returns
    -------
    str
        A key to keep answers by.
    """
    return "\x1f".join([str(newest_number("places")), ",".join(user.rights.paths("places", "view")), *more])


def newest_change(user: User, layer: str) -> datetime | None:
    """Return when a layer was changed last, as far as a person sees it."""

    def read() -> datetime | None:
        found: datetime | None = list_records(user, layer).aggregate(Max("changed_at"))["changed_at__max"]
        return found

    return _NEWEST.get(register_state(user, layer), read)


def count_records(user: User, rows: QuerySet[Record], *asked: str) -> int:
    """Return how many records there are, counted once for each state of the register.

    Parameters
    ----------
    user
        Who asks.
    rows
        What that person sees of what is asked for.
    asked
        Tells the question from others.

    Returns
    -------
    int
        ≥ 0.
    """
    return _COUNTS.get(register_state(user, *asked), rows.count)


def forget_register() -> None:
    """Read everything anew: for tests, whose databases are emptied."""
    _NEWEST.clear()
    _COUNTS.clear()


def home_box(user: User) -> Box | None:
    """Return the box of the communities within a person's jurisdiction, degrees; ``None`` if none is drawn."""
    return box_of(list_records(user, "communities").filter(closed_at=None))


def box_of(rows: QuerySet[Record]) -> Box | None:
    """Return the box of some records, degrees; ``None`` if none has a position."""
    sides = rows.aggregate(west=Min("west"), south=Min("south"), east=Max("east"), north=Max("north"))
    if None in sides.values():
        return None
    return sides["west"], sides["south"], sides["east"], sides["north"]


def records_near(user: User, layer: str, box: Box) -> QuerySet[Record]:
    """Return a layer's open records that a person may see and whose box meets a box."""
    return Record.objects.visible_to(user).filter(in_box(box), layer=layer, closed_at=None)


def parted_pairs(user: User, layer: str) -> set[tuple[int, int]]:
    """Return the pairs of records that people have decided to be two, by their primary keys, the smaller first."""
    rows = Apart.objects.visible_to(user).filter(first__layer=layer)
    return set(rows.values_list("first_id", "second_id"))


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


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: places of the tree, records of the register, and whether there are more of these."""

    places: tuple[Place, ...]
    records: tuple[Record, ...]
    more: bool


def search(user: User, text: str, limit: int) -> Found:
    """Look for places and records by their names or codes, in Chinese, pinyin or initials.

    Parameters
    ----------
    user
        The person: only what lies within their jurisdiction is found.
    text
        What was typed.
    limit
        At most so many places, and so many records.

    Returns
    -------
    Found
        Names that begin with what was typed first, then the shorter ones; nothing if only a letter was typed.
    """
    words = search_words(text)
    if not any(len(word) > 1 or not word.isascii() for word in words):  # a single letter begins half of all names
        return Found((), (), more=False)
    rows = Record.objects.visible_to(user).filter(name_filter(text), closed_at=None).defer("wkb")
    rows = rows.exclude(layer="communities")  # they are among the places
    records = sorted(rows[:_MOST_FOUND], key=lambda one: _rank(one.name, words))
    places = [one for one in places_below(user, "places") if is_found(one.name, words) or one.code.startswith(words[0])]
    places.sort(key=lambda one: (one.path.count("/"), _rank(one.name, words)))
    return Found(tuple(places[:limit]), tuple(records[:limit]), more=len(records) > limit)


def _rank(name: str, words: Sequence[str]) -> tuple[bool, int, str]:
    begins = any(part.startswith(words[0]) for part in terms_of(name)[0]) if name else False
    return not begins, len(name), name


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
