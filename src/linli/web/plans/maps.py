"""The maps of plans: what is chosen where, communities before and after, who is still without; as GeoJSON of this site.

Layers are asked for by name, each for one place: ``places-<lever>``, ``communities``, ``without``, and of a comparison
``only-<n>`` and ``common``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from linli.improve.choices import LEVERS
from linli.web.plans.models import Measure
from linli.web.plans.seen import Seen
from linli.web.plans.selectors import sheet_of
from linli.web.words import say

__all__ = ["LAYERS", "layer_of", "map_layers", "place_features", "place_fields", "place_point"]

_SHARE = "share_after"


def _feature(geometry: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": dict(properties)}


def _collection(features: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def place_features(seen: Seen, projects: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return chosen places as points.

    Parameters
    ----------
    seen
        The study, for its words.
    projects
        Of its part.

    Returns
    -------
    dict
        GeoJSON; `group` is the facility's, for its mark.
    """
    features = []
    for one in projects:
        if one["x"] is None:
            continue
        known = {
            "name": f"{one['number']} {seen.facility(one['type'])}",
            "place": one["place_name"] or one["place_id"],
            "lever": seen.words(f"lever.{one['lever']}"),
            "community": one["community"],
            "area": one["floor_area_m2"] or one["site_area_m2"],
            "cost": seen.money.amount(one["cost_yuan"]),
            "served": round(one["served"]) if one["served"] is not None else None,
            "years": f"{one['start_year']}–{one['open_year']}" if one["start_year"] else "",
            "group": seen.book["types"].get(one["type"], {}).get("group", "convenience"),
        }
        features.append(_feature({"type": "Point", "coordinates": [one["x"], one["y"]]}, known))
    return _collection(features)


def place_point(measure: Measure) -> dict[str, Any]:
    """Return a measure as a feature to take along: codes and numbers, no words.

    Parameters
    ----------
    measure
        The measure, with its study, community and project.

    Returns
    -------
    dict
        A point, EPSG:4326; money in yuan as text, what is not known null.
    """
    plain = ("number", "option", "lever", "facility_type", "place_kind", "place_key", "place_name", "floor_area_m2",
             "site_area_m2", "capacity", "residents", "old_young", "alone", "begin_year", "open_year")  # fmt: skip
    money = ("cost_yuan", "subsidy_yuan", "other_yuan", "own_yuan")
    known = {name: getattr(measure, name) for name in plain}
    known |= {name: None if (yuan := getattr(measure, name)) is None else str(yuan) for name in money}
    known |= {"study": measure.study.number, "community_id": measure.community.code}
    known["project"] = measure.project.number if measure.project else None
    at = [measure.longitude, measure.latitude]
    return _feature(None if None in at else {"type": "Point", "coordinates": at}, known)


def _places(lever: str) -> Callable[[Seen], dict[str, Any]]:
    return lambda seen: place_features(seen, [one for one in seen.part["projects"] if one["lever"] == lever])


def _communities(seen: Seen) -> dict[str, Any]:
    known = {one["id"]: one for one in seen.part["communities"]}
    features = []
    for one in sheet_of(seen.study, f"areas-{seen.part['place']['code']}")["features"]:
        found = known.get(one["properties"]["id"])
        if found is None:
            continue
        needs = found["changes"].get("") or {}
        features.append(
            _feature(
                one["geometry"],
                {
                    "name": found["name"],
                    "share_before": needs.get("share_before"),
                    _SHARE: needs.get(_SHARE),
                    "gaining": found["gaining"],
                    "projects": len(found["projects"]),
                },
            )
        )
    return _collection(features)


def _without(seen: Seen) -> dict[str, Any]:
    """Return homes where somebody still lacks something; `residents` is how many."""
    found = sheet_of(seen.study, f"without-{seen.part['place']['code']}")
    rows = ((one, one["properties"].get("lacking_after", 0)) for one in found["features"])
    return _collection(_feature(one["geometry"], {"residents": people}) for one, people in rows if people)


LAYERS: Mapping[str, Callable[[Seen], dict[str, Any]]] = {
    "communities": _communities,
    "without": _without,
    **{f"places-{lever}": _places(lever) for lever in LEVERS},
}
"""Layers by name: take the study and the place, give GeoJSON."""


def layer_of(seen: Seen, name: str) -> dict[str, Any] | None:
    """Return a layer.

    Parameters
    ----------
    seen
        The study and the place.
    name
        A key of `LAYERS`.

    Returns
    -------
    dict or None
        GeoJSON, EPSG:4326; ``None`` if there is no such layer.
    """
    make = LAYERS.get(name)
    return make(seen) if make else None


def _field(key: str, label: str, form: str = "text", unit: str = "") -> dict[str, Any]:
    return {"key": key, "label": label, "format": form, **({"unit": unit} if unit else {})}


def place_fields(seen: Seen) -> list[dict[str, Any]]:
    """Return what a popup says of a chosen place."""
    words = seen.words
    return [
        _field("place", words("head.place")),
        _field("lever", words("head.lever")),
        _field("community", words("head.community")),
        _field("area", words("head.area"), "number", "m²"),
        _field("cost", words("head.cost")),
        _field("served", words("head.served"), "number", seen.needs_unit),
        _field("years", words("card.years")),
    ]


def _place_layers(seen: Seen, address: Callable[[str], str]) -> list[dict[str, Any]]:
    counts = seen.part["sums"]["by_lever"]
    return [
        {
            "id": f"places-{lever}",
            "label": say("plans.map.places", lever=seen.words(f"lever.{lever}"), n=counts[lever]),
            "kind": "facilities",
            "src": address(f"places-{lever}"),
            "fields": place_fields(seen),
        }
        for lever in LEVERS
        if counts.get(lever)
    ]


def map_layers(seen: Seen, address: Callable[[str], str]) -> Sequence[dict[str, Any]]:
    """Return the layers of a plan's map.

    Parameters
    ----------
    seen
        The study and the place.
    address
        Takes a layer's name, gives its address.

    Returns
    -------
    sequence of dict
        As the map island reads them: communities beneath, chosen places above by lever, who is without.
    """
    words, unit = seen.words, seen.fmt.folk_unit()
    communities = {
        "id": "communities",
        "label": say("plans.map.share_after"),
        "kind": "areas",
        "src": address("communities"),
        "value": _SHARE,
        "format": "share",
        "fields": [
            _field("share_before", words("sheet.share_before"), "share"),
            _field(_SHARE, words("sheet.share_after"), "share"),
            _field("gaining", words("head.gaining"), "number", unit),
            _field("projects", words("head.projects"), "number"),
        ],
    }
    without = {
        "id": "without",
        "label": say("plans.map.without", unit=unit),
        "kind": "people",
        "src": address("without"),
        "value": "residents",
        "visible": False,
        "fields": [_field("residents", words("head.without"), "number", unit)],
    }
    return [communities, without, *_place_layers(seen, address)]
