"""The map of one community.

Outline, estates, facilities and rooms are as the register has them now; residents beyond reach are those who had no
facility of a type within its walking distance when the round was frozen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow.parquet as pq
import shapely
from django.urls import reverse

from linli.web.accounts.models import Place, User
from linli.web.assessments.models import Run
from linli.web.communities.areas import outlines
from linli.web.geometry import feature, feature_collection
from linli.web.places.models import Record
from linli.web.places.selectors import list_records
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import pick, say

__all__ = ["LAYERS", "ground_features", "ground_layers", "lacking_types"]

LAYERS = ("outline", "estates", "people", "facilities", "rooms")
"""Layers of the map, lowest first."""

_REGISTER = frozenset({"estates", "facilities", "rooms"})


def lacking_types(portrait: Mapping[str, Any]) -> list[tuple[str, str, float]]:
    """Return the types of facility whose reach was measured: code, name, walking distance in metres; the worst first.

    Parameters
    ----------
    portrait
        Of the community.

    Returns
    -------
    list of tuple
        By share of residents within reach.
    """
    rows = [row for row in portrait["supply"] if row["distance_m"] is not None and row["share"] is not None]
    rows.sort(key=lambda row: (row["share"], row["code"]))
    return [(row["code"], pick(row["name"]), row["distance_m"]) for row in rows]


def _point(shape: Any) -> Any:
    return shape if shape is None or shape.geom_type == "Point" else shapely.point_on_surface(shape)


def _facility(row: Record) -> dict[str, Any]:
    rule = site_catalogue().facility_types.get(row.kind)
    return {
        "group": rule.group if rule else "convenience",
        "type": pick(rule.title) if rule else row.kind,
        "floor_area_m2": row.values.get("floor_area_m2"),
        "status": row.values.get("status", ""),
    }


def _room(row: Record) -> dict[str, Any]:
    return {name: row.values.get(name) for name in ("floor_area_m2", "storey", "available_from")}


def _estate(row: Record) -> dict[str, Any]:
    old = row.values.get("old_estate")
    word = say("pages.status.unknown") if old is None else say(f"pages.word.{'yes' if old else 'no'}")
    return {"built_year": row.values.get("built_year"), "old_estate": word}


_ABOUT: dict[str, Callable[[Record], dict[str, Any]]] = {"facilities": _facility, "rooms": _room, "estates": _estate}


def _records(user: User, place: Place, layer: str) -> Iterator[dict[str, Any]]:
    for row in list_records(user, layer).filter(place=place.path, closed_at=None):
        shape = row.shape if layer == "estates" else _point(row.shape)
        address = reverse("places:record", args=[layer, row.key])
        about = {"name": row.name or row.key, "href": address, **_ABOUT[layer](row)}
        yield feature(row.key, shape, about)


def _people(run: Run, place: Place, kind: str, distance_m: float) -> Iterator[dict[str, Any]]:
    """Yield the buildings whose residents are beyond reach; only their rows and columns are read from the file."""
    column = f"d_{kind}"
    names = ["building_id", "x", "y", "residents", column]
    here = [("community_id", "=", place.code)]
    table = pq.read_table(run.path / "buildings.parquet", columns=names, filters=here).to_pandas()
    beyond = table[(table[column] > distance_m) & (table["residents"] > 0)]
    for row in beyond.to_dict("records"):
        yield feature(str(row["building_id"]), shapely.Point(row["x"], row["y"]), {"residents": row["residents"]})


def _outline(user: User, run: Run | None, place: Place) -> Iterator[dict[str, Any]]:
    text = outlines(run.snapshot).get(place.code, "null") if run else "null"
    if text != "null":
        yield {"type": "Feature", "id": place.code, "geometry": json.loads(text), "properties": {"name": place.name}}
        return
    for row in list_records(user, "communities").filter(key=place.code, closed_at=None):
        yield feature(row.key, row.shape, {"name": place.name})


def ground_features(
    user: User, place: Place, layer: str, *, run: Run | None, kind: str = "", distance_m: float = 0.0
) -> dict[str, Any]:
    """Return a layer of a community's map as GeoJSON.

    Parameters
    ----------
    user
        The person: records of the register come through its gate.
    place
        A community that the person may see.
    layer
        One of `LAYERS`.
    run
        The run that pages show.
    kind, distance_m
        For ``people``: the type of facility and its walking distance, metres.

    Returns
    -------
    dict
        A feature collection; of what one may not see it has nothing.
    """
    if layer == "outline":
        return feature_collection(_outline(user, run, place))
    if layer == "people":
        return feature_collection(_people(run, place, kind, distance_m) if run and kind else ())
    return feature_collection(_records(user, place, layer))


def _field(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": say(f"communities.ground.field.{key}"), **more}


def ground_layers(
    user: User, place: Place, *, run: Run | None, kind: str = "", title: str = "", query: str = ""
) -> list[dict[str, Any]]:
    """Return the layers of a community's map as the island reads them, those that the person may see.

    Parameters
    ----------
    user
        The person.
    place
        The community.
    run
        The run that pages show.
    kind, title
        Type of facility whose absence is shown, and its name.
    query
        Query of the address of the residents' layer.

    Returns
    -------
    list of dict
        Lowest first.
    """
    area = _field("floor_area_m2", format="number", digits=0, unit="m²")
    fields = {
        "outline": [],
        "estates": [_field("built_year", format="text"), _field("old_estate", format="text")],
        "people": [_field("residents", format="number", digits=0, unit=say("communities.unit.residents"))],
        "facilities": [_field("type", format="text"), area],
        "rooms": [area, _field("storey", format="text"), _field("available_from", format="date")],
    }
    kinds = {"outline": "outline", "estates": "lines", "people": "people", "rooms": "rooms"}
    may = user.rights.may("places", "view", place.path)
    found = []
    for layer in LAYERS:
        if (layer in _REGISTER and not may) or (layer == "people" and not (run and kind)):
            continue
        label = (
            say("communities.ground.people", type=title) if layer == "people" else say(f"communities.ground.{layer}")
        )
        src = reverse("communities:profile_map", args=[place.code, layer]) + (f"?{query}" if query else "")
        one = {"id": layer, "label": label, "kind": kinds.get(layer, "facilities"), "src": src}
        found.append({**one, "fields": fields[layer], **({"value": "residents"} if layer == "people" else {})})
    return found
