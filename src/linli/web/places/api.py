"""The API of the register: the same gate, selectors and services as the pages. Records are known by layer and key.

``/{layer}/items`` follows OGC API Features part 1 (paging by ``limit`` and ``offset``, ``bbox``, GeoJSON with
``numberMatched`` and ``links``). What a record's values may be is at ``/{layer}/schema``, made from the survey's own.
In an address, ``/`` and ``~`` of a key are written ``~1`` and ``~0``.
"""

# No postponed annotations here: ninja looks names up in the module of the decorator `access`, where they are not.

import json
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from ninja.security import django_auth
from pydantic import Field

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.geometry import feature, in_box, read_geojson
from linli.web.places import services
from linli.web.places.describing import json_schema
from linli.web.places.features import read_box
from linli.web.places.models import Record
from linli.web.places.selectors import layer_counts, list_records, name_filter, record_of
from linli.web.refusal import Refused
from linli.web.words import current_language, say

__all__ = ["RecordOut", "router"]

router = Router(auth=django_auth, tags=["records"])

_MOST = 1000
_LONG = 500

LayerName = Literal["communities", "estates", "facilities", "rooms", "plots", "answers", "wishes"]
State = Literal["open", "closed", "all"]


class Asked(Schema):
    """Which part of a layer."""

    offset: int = Field(default=0, ge=0, le=10_000_000)
    limit: int = Field(default=100, ge=1, le=_MOST)
    bbox: str = Field(default="", max_length=200, description="West, south, east, north in degrees.")
    q: str = Field(default="", max_length=100, description="Part of a name or code: characters, pinyin or initials.")
    kind: str = Field(default="", max_length=100, description="Facility type, item, …")
    place: str = Field(default="", max_length=200, description="Jurisdiction path: records at or below it.")
    state: State = "open"
    changed_since: datetime | None = None


class RecordOut(Schema):
    """A record as it is now; a value that is not there is unknown."""

    layer: str
    key: str
    name: str
    kind: str
    place: str
    version: int
    closed: bool
    changed_at: datetime
    values: dict[str, Any]
    geometry: dict[str, Any] | None


class RecordPage(Schema):
    """A part of a layer."""

    numberMatched: int  # noqa: N815 - as OGC API Features says
    numberReturned: int  # noqa: N815
    records: list[RecordOut]


class LayerOut(Schema):
    """A layer of the register."""

    layer: str
    title: str
    open: int
    closed: int
    schema_address: str
    items_address: str


class RecordIn(Schema):
    """What shall be different. A column that is not named stays as it is; null makes it unknown."""

    values: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    geometry: dict[str, Any] | None = Field(default=None, description="GeoJSON, longitude and latitude.")
    reason: str = Field(default="", max_length=_LONG)


class NewRecord(RecordIn):
    """A new record."""

    key: str = Field(default="", max_length=120, description="May be empty where the register numbers by itself.")
    place: str = Field(default="", max_length=200)


class ChangedRecord(RecordIn):
    """A change of a record, made from one of its versions."""

    base_version: int = Field(ge=1, le=2**31 - 1)


class TurnedRecord(Schema):
    """Closing or reopening."""

    base_version: int = Field(ge=1, le=2**31 - 1)
    reason: str = Field(min_length=1, max_length=_LONG)


class Refusal(Schema):
    """Why not."""

    detail: str
    code: str
    field: str


class Conflict(Refusal):
    """Somebody else changed it: what it is now."""

    current: RecordOut


class Wrong(Schema):
    """One thing that is wrong with what was sent."""

    loc: list[str]
    msg: str
    type: str


class Invalid(Schema):
    """Everything that is wrong with what was sent."""

    detail: list[Wrong]


def _geometry(one: Record) -> Any:
    return feature(one.key, one.shape, {})["geometry"]


def _out(one: Record) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("layer", "key", "name", "kind", "place", "version", "changed_at")}
    return {**plain, "closed": one.closed_at is not None, "values": one.values, "geometry": _geometry(one)}


def _rows(request: HttpRequest, layer: str, asked: Asked) -> QuerySet[Record]:
    rows = list_records(user_of(request), layer).order_by("key").filter(name_filter(asked.q))
    if asked.state != "all":
        rows = rows.filter(closed_at__isnull=asked.state == "open")
    for name, value in (("kind", asked.kind), ("place__startswith", asked.place)):
        rows = rows.filter(**{name: value.replace("\x00", "")}) if value else rows
    if asked.changed_since is not None:
        rows = rows.filter(changed_at__gte=asked.changed_since)
    try:
        box = read_box(asked.bbox)
    except ValueError as error:
        raise Refused("places.refuse.bbox", "bbox") from error
    return rows.filter(in_box(box)) if box else rows


def _one(request: HttpRequest, layer: str, key: str, action: str = "view") -> Record:
    one = record_of(user_of(request), layer, key, action) if "\x00" not in key else None
    if one is None:
        raise Http404
    return one


def _shape(geometry: dict[str, Any] | None) -> Any:
    if geometry is None:
        return None
    try:
        return read_geojson(json.dumps(geometry))
    except ValueError as error:
        raise Refused("places.form.shape_wrong", "geometry") from error


def _said_no(refused: Refused) -> Status[dict[str, Any]]:
    """Answer a refusal: 409 with what is there now, or 422 with everything that is wrong."""
    told = {"detail": str(refused), "code": refused.key, "field": refused.field}
    if isinstance(refused, services.RecordConflict):
        return Status(409, {**told, "current": _out(refused.current)})
    problems = getattr(refused, "problems", ())
    wrong = [
        {"loc": ["body", "values", p.column or ""], "msg": p.text(current_language()), "type": p.code} for p in problems
    ]
    alone = {"loc": ["body", refused.field], "msg": str(refused), "type": refused.key}
    return Status(422, {"detail": wrong or [alone]})


Answer = Status[dict[str, Any]]
Refusals = {409: Conflict, 422: Invalid}


@router.get("", response=list[LayerOut], url_name="layers")
@access("places", "view")
def layers(request: HttpRequest) -> list[dict[str, Any]]:
    """List the layers with how many records of each I may see."""
    return [
        {"layer": name, "title": say(f"places.layer.{name}"), "open": counts["open"], "closed": counts["closed"],
         "schema_address": reverse("api:record_schema", args=[name]),
         "items_address": reverse("api:items", args=[name])}
        for name, counts in layer_counts(user_of(request)).items()
    ]  # fmt: skip


@router.get("/{layer}", response={200: RecordPage, 409: Refusal}, url_name="records")
@access("places", "view")
def records(request: HttpRequest, layer: LayerName, asked: Query[Asked]) -> dict[str, Any]:
    """List a layer's records that I may see."""
    rows = _rows(request, layer, asked)
    part = [_out(one) for one in rows[asked.offset : asked.offset + asked.limit]]
    return {"numberMatched": rows.count(), "numberReturned": len(part), "records": part}


@router.get("/{layer}/schema", response=dict[str, Any], url_name="record_schema")
@access("places", "view")
def schema(request: HttpRequest, layer: LayerName) -> dict[str, Any]:  # noqa: ARG001
    """Give the JSON Schema of a layer's values."""
    return json_schema(layer)


@router.get("/{layer}/items", response={200: dict[str, Any], 409: Refusal}, url_name="items")
@access("places", "view")
def items(request: HttpRequest, layer: LayerName, asked: Query[Asked]) -> dict[str, Any]:
    """Give a layer's records as GeoJSON, page by page."""
    rows = _rows(request, layer, asked)
    part = [feature(one.key, one.shape, one.values) for one in rows[asked.offset : asked.offset + asked.limit]]
    total = rows.count()

    def link(rel: str, offset: int) -> dict[str, str]:
        query = {name: value for name, value in request.GET.items() if name != "offset"}
        href = f"{request.path}?{urlencode({**query, 'limit': asked.limit, 'offset': offset})}"
        return {"rel": rel, "type": "application/geo+json", "href": request.build_absolute_uri(href)}

    links = [link("self", asked.offset)]
    if asked.offset + asked.limit < total:
        links.append(link("next", asked.offset + asked.limit))
    if asked.offset:
        links.append(link("prev", max(asked.offset - asked.limit, 0)))
    return {"type": "FeatureCollection", "features": part, "numberMatched": total, "numberReturned": len(part),
            "timeStamp": timezone.now().isoformat(timespec="seconds"), "links": links}  # fmt: skip


@router.post("/{layer}", response={201: RecordOut, **Refusals}, url_name="records")
@access("places", "edit")
def create(request: HttpRequest, layer: LayerName, sent: NewRecord) -> Answer:
    """Register something new."""
    try:
        made = services.record_save(
            actor=actor_of(request), layer=layer, key=sent.key, values=sent.values, shape=_shape(sent.geometry),
            base_version=None, source="api", reason=sent.reason, place=sent.place,
        )  # fmt: skip
    except Refused as refused:
        return _said_no(refused)
    return Status(201, _out(made))


@router.get("/{layer}/{key:key}", response=RecordOut, url_name="api_record")
@access("places", "view")
def get(request: HttpRequest, layer: LayerName, key: str) -> dict[str, Any]:
    """Give one record."""
    return _out(_one(request, layer, key))


@router.patch("/{layer}/{key:key}", response={200: RecordOut, **Refusals}, url_name="api_record")
@access("places", "edit")
def change(request: HttpRequest, layer: LayerName, key: str, sent: ChangedRecord) -> Answer:
    """Change a record; if somebody else did so meanwhile, the answer is 409 and says what it is now."""
    one = _one(request, layer, key, "edit")
    try:
        saved = services.record_save(
            actor=actor_of(request), layer=layer, key=one.key, values=sent.values, shape=_shape(sent.geometry),
            base_version=sent.base_version, source="api", reason=sent.reason,
        )  # fmt: skip
    except Refused as refused:
        return _said_no(refused)
    return Status(200, _out(saved))


@router.post("/{layer}/{key:key}/close", response={200: RecordOut, **Refusals}, url_name="record_close")
@access("places", "edit")
def close(request: HttpRequest, layer: LayerName, key: str, sent: TurnedRecord) -> Answer:
    """Close a record."""
    one = _one(request, layer, key, "edit")
    try:
        saved = services.record_close(actor=actor_of(request), record=one, base_version=sent.base_version,
                                      source="api", reason=sent.reason)  # fmt: skip
    except Refused as refused:
        return _said_no(refused)
    return Status(200, _out(saved))


@router.post("/{layer}/{key:key}/reopen", response={200: RecordOut, **Refusals}, url_name="record_reopen")
@access("places", "edit")
def reopen(request: HttpRequest, layer: LayerName, key: str, sent: TurnedRecord) -> Answer:
    """Open a closed record again."""
    one = _one(request, layer, key, "edit")
    try:
        saved = services.record_reopen(actor=actor_of(request), record=one, base_version=sent.base_version,
                                       source="api", reason=sent.reason)  # fmt: skip
    except Refused as refused:
        return _said_no(refused)
    return Status(200, _out(saved))
