"""The map of communities: their outlines as the round had them, simplified once, and what each is coloured by.

*Measure*: what a map shows: ``score``, ``grade``, ``index``, ``old_young``, ``priority``, or an item of the standard by
its id (``complete_community/nursery``), whose status is shown.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import shapely
from django.conf import settings
from django.urls import reverse

from linli.errors import SnapshotError
from linli.survey import load_layer
from linli.web.accounts.models import Place
from linli.web.assessments.models import Run
from linli.web.communities.figures import Look, item_rows, look_rows
from linli.web.communities.sums import Row
from linli.web.keep import Keep
from linli.web.surveys.models import Snapshot
from linli.web.words import current_language, say

__all__ = ["FOLDER", "MEASURES", "area_layer", "areas", "outlines", "outlines_write"]

FOLDER = "outlines"
"""Where simplified outlines are kept, below the site's files."""

_log = logging.getLogger("linli.communities")

_OUTLINES: Keep[Mapping[str, str]] = Keep(4)

_STEPS = 2500
"""Outlines are simplified to so many steps across the whole: finer than a screen shows."""

_GRID = 1e-6
"""Degrees: a decimetre."""

_POINTS = 100
_ANY = "000000000000"
_PLACE = ("path", "code", "name", "name_en")


def _points(value: float | None) -> float | None:
    return None if value is None else round(value * _POINTS, 1)


_VALUES: dict[str, Callable[[Row], float | None]] = {
    "score": lambda row: _points(row.score),
    "grade": lambda row: _points(row.score),
    "index": lambda row: _points(row.index),
    "old_young": lambda row: row.old_young_share,
    "priority": lambda row: row.urgency,
}

MEASURES = tuple(_VALUES)
"""Measures that are no items."""


def outlines(snapshot: Snapshot) -> Mapping[str, str]:
    """Return the outlines of a round's communities, simplified so that neighbours still share their borders.

    Parameters
    ----------
    snapshot
        What the round left.

    Returns
    -------
    mapping
        GeoJSON geometry by code of the community; ``null`` where the round had none. Empty where its file is missing
        or was changed, which is written to the log.
    """
    try:
        return _OUTLINES.get(snapshot.digest, lambda: _read(snapshot))
    except SnapshotError:
        _log.exception("the outlines of a round cannot be read", extra={"snapshot": snapshot.pk})
        return {}


def outlines_write(run: Run) -> None:
    """Simplify the outlines of a run's round beforehand, so that nobody waits for it: called when a run is done."""
    outlines(run.snapshot)


def _read(snapshot: Snapshot) -> Mapping[str, str]:
    """Read what was simplified before, or simplify; the file is named by the digest of what it was made from."""
    file = Path(settings.MEDIA_ROOT) / FOLDER / f"{snapshot.digest}-{_STEPS}.json"
    try:
        kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = dict(_simplified(snapshot))
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.{os.getpid()}-{uuid4().hex[:8]}")
        part.write_text(json.dumps(kept), encoding="utf-8")
        part.replace(file)
    return kept


def _simplified(snapshot: Snapshot) -> Mapping[str, str]:
    frame = load_layer(snapshot.path, "communities")
    shapes = np.array(frame["geometry"], dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance = max(east - west, north - south) / _STEPS if np.isfinite(west) else 0.0
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if shapely.coverage_is_valid(shapes[there]):
        shapes[there] = shapely.coverage_simplify(shapes[there], tolerance)
    else:
        shapes[there] = shapely.simplify(shapes[there], tolerance)
    shapes[there] = shapely.set_precision(shapes[there], _GRID, mode="pointwise")
    texts = [text if known else "null" for text, known in zip(shapely.to_geojson(shapes), there, strict=True)]
    return dict(zip(frame["community_id"].astype(str), texts, strict=True))


def _items_of(look: Look, item: str) -> dict[str, dict[str, Any]]:
    names = ("status", "degree", "residents_without")
    found = item_rows(look).filter(item=item).values_list("place", *names)
    return {place: dict(zip(names, values, strict=True)) for place, *values in found}


def areas(look: Look, measure: str) -> str:
    """Return the communities of a look as GeoJSON.

    Parameters
    ----------
    look
        What somebody looks at.
    measure
        What they are coloured by.

    Returns
    -------
    str
        A feature collection; each feature has ``value`` (null = unknown) or ``status``, and its figures.
    """
    shapes, rows = outlines(look.run.snapshot), look_rows(look)
    items = {} if measure in _VALUES else _items_of(look, measure)
    english, address = current_language() == "en", reverse("communities:profile", args=[_ANY])
    places = Place.objects.filter(path__startswith=look.place, level="community")
    named = {path: (code, en if english and en else zh) for path, code, zh, en in places.values_list(*_PLACE)}
    features = []
    for row in rows:
        if row.place in named:
            code, name = named[row.place]
            about = {"id": code, "name": name, "href": address.replace(_ANY, code), **_figures(row)}
            about |= _measured(row, measure) if measure in _VALUES else items.get(row.place, {"status": "unknown"})
            said = json.dumps(about, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            shape = shapes.get(code, "null")
            features.append(f'{{"type":"Feature","id":"{code}","geometry":{shape},"properties":{said}}}')
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def _measured(row: Row, measure: str) -> dict[str, Any]:
    return {"value": _VALUES[measure](row)}


def _figures(row: Row) -> dict[str, Any]:
    return {
        "score": _points(row.score), "low": _points(row.low), "high": _points(row.high), "grade": row.grade,
        "residents": row.residents, "rank": row.rank, "priority": row.priority,
    }  # fmt: skip


def _field(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": say(f"communities.map.field.{key}"), **more}


def area_layer(look: Look, measure: str, title: str, src: str) -> dict[str, Any]:
    """Return the layer of communities as the map island reads it.

    Parameters
    ----------
    look
        What somebody looks at.
    measure
        What they are coloured by.
    title
        The measure in words.
    src
        Where `areas` is fetched from.

    Returns
    -------
    dict
        A layer of classes, or of statuses for an item.
    """
    people = say(f"communities.unit.{look.run.unit}")
    points = say("communities.unit.points")
    known = [
        _field("score", format="number", digits=1, unit=points),
        _field("low", format="number", digits=0, unit=points),
        _field("high", format="number", digits=0, unit=points),
        _field("grade", format="text"),
        _field("rank", format="number", digits=0),
        _field("residents", format="number", digits=0, unit=people),
        _field("priority", format="number", digits=0),
    ]
    layer: dict[str, Any] = {"id": "communities", "label": title, "src": src}
    if measure not in _VALUES:
        more = [
            _field("status", format="status"), _field("degree", format="share"),
            _field("residents_without", format="number", digits=0, unit=people),
        ]  # fmt: skip
        return {**layer, "kind": "status", "fields": more + known}
    layer |= {"kind": "areas", "value": "value", "fields": known}
    if measure == "old_young":
        return {**layer, "format": "share"}
    if measure == "grade":
        floors = sorted(floor * _POINTS for floor in look.options.grades.values())
        layer["breaks"] = [0, *floors, _POINTS]
    return {**layer, "format": "number", "digits": 2 if measure == "priority" else 1,
            "unit": "" if measure == "priority" else points}  # fmt: skip
