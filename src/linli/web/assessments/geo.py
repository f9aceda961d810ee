"""Results on a map: what the map island draws, and the same rows as a GeoJSON file that leaves an event."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from linli.assess.status import STATUSES
from linli.errors import SnapshotError
from linli.web.accounts.access import actor_of
from linli.web.accounts.models import User
from linli.web.assessments.about import About
from linli.web.assessments.areas import community_name
from linli.web.assessments.matrix import item_address, status_of_mean
from linli.web.assessments.models import Run, ScoreRow
from linli.web.assessments.pieces import outlines_of
from linli.web.assessments.selectors import list_items, list_scores
from linli.web.assessments.titles import figures_in
from linli.web.audit.services import record
from linli.web.geometry import feature, feature_collection
from linli.web.pages.place import place_address
from linli.web.pages.table import Table, narrow, title_of

__all__ = ["export_geojson", "map_features", "shapes_of"]

_log = logging.getLogger("linli.assessments")

_GEOJSON = "application/geo+json; charset=utf-8"


def _of_item(user: User, about: About, item: str) -> Iterable[tuple[Any, dict[str, Any], str]]:
    for row in list_items(user, about.run, about.standard).filter(item=item):
        figures = {"status": row.status, "degree": row.degree, "low": row.degree_low, "high": row.degree_high}
        without = None if row.residents_without is None else round(row.residents_without)
        yield row, {**figures, "without": without}, item_address(row.community.code, item, about.run_query)


def _mean(row: ScoreRow, field: str, code: str) -> Mapping[str, Any]:
    if field == "score":
        names = ("score", "score_low", "score_high", *STATUSES)
        return {name: getattr(row, name) for name in names}
    found: Mapping[str, Any] = getattr(row, field).get(code) or {}
    return found


def _of_means(user: User, about: About, field: str, code: str) -> Iterable[tuple[Any, dict[str, Any], str]]:
    for row in list_scores(user, about.run, about.standard):
        mean = _mean(row, field, code)
        applies = any(mean.get(status) for status in STATUSES if status != "not_applicable")
        degree = mean.get("score")
        status = status_of_mean(degree, about.met_share, applies=applies)
        figures = {"status": status, "degree": degree, "low": mean.get("score_low"), "high": mean.get("score_high")}
        yield row, {**figures, "without": None}, place_address(row.community)


def shapes_of(run: Run) -> Mapping[str, Any]:
    """Return the outlines of a run's communities by code; none if their file cannot be read, which is logged."""
    try:
        return outlines_of(run)
    except SnapshotError as error:
        _log.warning("no outlines: %s", error)
        return {}


def map_features(user: User, about: About, what: str, code: str) -> dict[str, Any]:
    """Return the communities that a person may see, with the status and degree of one thing.

    Parameters
    ----------
    user
        The person.
    about
        Run and standard.
    what
        ``item``, ``groups``, ``scenes`` or ``score``.
    code
        Which item, group or scene.

    Returns
    -------
    dict
        A GeoJSON feature collection; `degree` is 0–1 and null where it is not known, `range` says it in words.
    """
    shapes, fmt = shapes_of(about.run), figures_in(about.run.unit)
    rows = _of_item(user, about, code) if what == "item" else _of_means(user, about, what, code)
    features = []
    for row, figures, href in rows:
        said = fmt.degree(figures["degree"], figures["low"], figures["high"])
        about_it = {"name": community_name(row), "href": href, "range": said, **figures}
        features.append(feature(row.community.code, shapes.get(row.community.code), about_it))
    return feature_collection(features)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def export_geojson(
    request: HttpRequest, table: Table, rows: QuerySet[Any], shapes: Mapping[str, Any], *, module: str
) -> HttpResponse:
    """Answer with the rows of a list as GeoJSON, and record that it was taken.

    Parameters
    ----------
    request
        Its query narrows and orders the rows as on the screen.
    table
        The table, as for the other files.
    rows
        Already through the gate; each has a `community`.
    shapes
        Geometry by the community's code, degrees.
    module
        The module whose export it is, for the event.

    Returns
    -------
    HttpResponse
        With the number of rows in the header ``X-Rows``; `titles` says what each property is called.
    """
    features = []
    for row in narrow(table, rows, request.GET):
        values = {column.key: _plain(column.value(row)) for column in table.columns}
        features.append(feature(row.community.code, shapes.get(row.community.code), values))
    titles = {column.key: title_of(table, column) for column in table.columns}
    content = json.dumps({**feature_collection(features), "titles": titles}, ensure_ascii=False).encode()
    with transaction.atomic():
        about = {"rows": len(features), "sha256": hashlib.sha256(content).hexdigest(), "format": "geojson"}
        after = {**about, "query": request.GET.dict()}
        record("pages.table.export", actor=actor_of(request), module=module, name=table.name, after=after)
    response = HttpResponse(content, content_type=_GEOJSON)
    name = f"{table.name.replace('.', '-')}-{timezone.localdate().isoformat()}.geojson"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Rows"] = str(len(features))
    return response
