"""Facilities of OpenStreetMap, by the tags that the catalogue's facility types name.

What belongs here: matching tags to types, and finding where a facility is entered. A facility that is a point stays
one. One that is an area keeps its outline, unless its entrances are known: entrances and gates tagged on the outline
and, for parks, the places where walkable streets cross or meet the outline. What is mapped twice, as a point inside an
area of the same type, is one facility.

*Rule*: one alternative of a type's tags, ``key=value``, ``key=*`` (any value but ``no``), or several of them joined by
``+`` or ``&`` that must all hold. An object gets one type: that of the rule with the most conditions, and among those
the first in catalogue order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from linli.survey.osm_buildings import number
from linli.survey.osm_elements import Elements, Tagged, ellipsoid_area

__all__ = ["TagRule", "facilities", "facility_keys", "tag_rules"]

_PARK = {
    "leisure": frozenset(["park", "garden", "common", "nature_reserve"]),
    "landuse": frozenset(["recreation_ground", "village_green"]),
}
"""Areas entered wherever a path crosses their edge."""

_GATES = frozenset(["gate", "entrance", "turnstile", "kissing_gate", "swing_gate", "full-height_turnstile"])
_NOT_PUBLIC = frozenset(["service", "emergency", "exit", "garage", "no", "staircase", "home"])
_CLOSED = frozenset(["private", "no"])

_FOR_OWNERS = frozenset(
    ["parking", "bicycle_parking", "toilets", "charging_station", "recycling", "waste_disposal", "waste_basket"]
)
"""Amenities that serve nobody but their owner where access is private, as leisure grounds do."""

_NEAR_DEG = 1e-7
"""A node on an outline has the very coordinates of one of its corners; one step of OpenStreetMap's grid, degrees."""


@dataclass(frozen=True, slots=True)
class TagRule:
    """One alternative by which OpenStreetMap says that something is of a type.

    Parameters
    ----------
    type
        Code of the facility type.
    conditions
        Key and value pairs that must all hold; the value ``*`` stands for any but ``no``.
    rank
        Place of the type in the catalogue.
    """

    type: str
    conditions: tuple[tuple[str, str], ...]
    rank: int

    def holds(self, tags: Mapping[str, str]) -> bool:
        """Say whether all conditions hold; a tag may list several values with ``;``."""
        return all(_has(tags.get(key), value) for key, value in self.conditions)


def _has(found: str | None, wanted: str) -> bool:
    if found is None:
        return False
    if wanted == "*":
        return found != "no"
    return found == wanted or (";" in found and wanted in [part.strip() for part in found.split(";")])


def _conditions(alternative: str | Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    if isinstance(alternative, Mapping):
        return tuple((str(key), str(value)) for key, value in alternative.items())
    parts = [part.strip() for part in alternative.replace("&", "+").split("+")]
    pairs = [part.partition("=") for part in parts]
    if not all(key and value for key, _, value in pairs):
        msg = f"OSM tags must be `key=value`, joined by + where several must hold. Got {alternative!r} instead."
        raise ValueError(msg)
    return tuple((key.strip(), value.strip()) for key, _, value in pairs)


def tag_rules(types: Mapping[str, Mapping[str, Any]]) -> tuple[TagRule, ...]:
    """Return the rules of all types, those with more conditions first, then in catalogue order.

    Parameters
    ----------
    types
        Code of the type → its entry, with a list of alternatives under ``osm``.

    Returns
    -------
    tuple of TagRule

    Raises
    ------
    ValueError
        If an alternative is not written as tags.

    Examples
    --------
    >>> rules = tag_rules({"canteen": {"osm": ["amenity=restaurant + social_facility=*"]},
    ...                    "restaurant": {"osm": ["amenity=restaurant"]}})
    >>> [rule.type for rule in rules]
    ['canteen', 'restaurant']
    """
    rules = [
        TagRule(code, _conditions(alternative), rank)
        for rank, (code, entry) in enumerate(types.items())
        for alternative in (entry.get("osm") or ())
    ]
    return tuple(sorted(rules, key=lambda rule: (-len(rule.conditions), rule.rank)))


def facility_keys(rules: Iterable[TagRule]) -> set[str]:
    """Return tag keys such that whatever a rule fits, or is an entrance, has one of them.

    Parameters
    ----------
    rules
        The rules of all types.

    Returns
    -------
    set of str
    """
    return {rule.conditions[0][0] for rule in rules} | {"entrance", "barrier"}


def _is_private(tags: Mapping[str, str]) -> bool:
    if tags.get("garden:type") in ("residential", "private"):
        return True
    return tags.get("access") in _CLOSED and ("leisure" in tags or tags.get("amenity") in _FOR_OWNERS)


def _match(tagged: Tagged, rules: Sequence[TagRule]) -> tuple[NDArray[np.int64], list[str]]:
    """Return the rows that are of some type, and their types."""
    by_tag: dict[tuple[str, str], list[TagRule]] = {}
    for order in rules:
        by_tag.setdefault(order.conditions[0], []).append(order)
    keys = {key for key, _ in by_tag}
    place = {id(rule): i for i, rule in enumerate(rules)}
    rows: list[int] = []
    types: list[str] = []
    for row, tags in enumerate(tagged.tags):
        fits: list[TagRule] = []
        for key in keys.intersection(tags):
            for value in ("*", *(part.strip() for part in tags[key].split(";"))):
                fits += [rule for rule in by_tag.get((key, value), ()) if rule.holds(tags)]
        if fits and not _is_private(tags):
            rows.append(row)
            types.append(min(fits, key=lambda rule: place[id(rule)]).type)
    return np.array(rows, dtype=np.int64), types


def _is_entrance(tags: Mapping[str, str]) -> bool:
    if tags.get("access") in _CLOSED or tags.get("foot") == "no":
        return False
    return tags.get("entrance", "no") not in _NOT_PUBLIC or tags.get("barrier") in _GATES


def _tagged_entrances(points: Tagged, edges: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return (row of the outline, point) for every entrance or gate on an outline."""
    gates = points.geometry[np.array([_is_entrance(tags) for tags in points.tags], dtype=bool)]
    gate, edge = shapely.STRtree(edges).query(gates, predicate="dwithin", distance=_NEAR_DEG)
    return edge.astype(np.int64), gates[gate]


def _path_entrances(
    edges: NDArray[Any], parks: NDArray[np.int64], streets: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return (row of the outline, point) wherever a walkable street crosses or meets the edge of a park."""
    street, park = shapely.STRtree(edges[parks]).query(streets, predicate="intersects")
    meeting = shapely.intersection(streets[street], edges[parks][park])
    parts, of = shapely.get_parts(meeting, return_index=True)
    points = shapely.get_type_id(parts) == shapely.GeometryType.POINT
    return parks[park[of[points]]], parts[points]


def _with_entrances(
    elements: Elements, tags: Sequence[Mapping[str, str]], outlines: NDArray[Any], streets: NDArray[Any]
) -> NDArray[Any]:
    """Replace outlines whose entrances are known by these."""
    edges = shapely.boundary(outlines)
    is_park = [any(t.get(key) in values for key, values in _PARK.items()) and "building" not in t for t in tags]
    found = [_tagged_entrances(elements.points, edges), _path_entrances(edges, np.flatnonzero(is_park), streets)]
    owner = np.concatenate([rows for rows, _ in found])
    xy = shapely.get_coordinates(np.concatenate([points for _, points in found]))
    out = outlines.copy()
    if len(owner):
        known = np.unique(np.column_stack([owner, np.round(xy / _NEAR_DEG)]), axis=0)
        rows = known[:, 0].astype(np.int64)
        points = np.asarray(shapely.points(known[:, 1:] * _NEAR_DEG), dtype=object)
        several = np.asarray(shapely.multipoints(points, indices=np.unique(rows, return_inverse=True)[1]), dtype=object)
        single = shapely.get_num_geometries(several) == 1
        several[single] = shapely.get_geometry(several[single], 0)
        out[np.unique(rows)] = several
    return out


def _mapped_twice(points: pd.DataFrame, areas: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which points lie in an area of the same type that bears the same name, or either bears none."""
    point, area = shapely.STRtree(areas["outline"].to_numpy()).query(points["outline"].to_numpy(), predicate="within")
    same_type = points["type"].to_numpy()[point] == areas["type"].to_numpy()[area]
    a, b = points["name"].to_numpy()[point], areas["name"].to_numpy()[area]
    out = np.zeros(len(points), dtype=bool)
    out[point[same_type & ((a == b) | pd.isna(a) | pd.isna(b))]] = True
    return out


def _name(tags: Mapping[str, str]) -> str | None:
    return tags.get("name") or tags.get("name:zh") or tags.get("name:en") or tags.get("brand")


def _storey(tags: Mapping[str, str]) -> float:
    """Return the storey: OpenStreetMap counts from 0, people in China from 1; cellars are negative in both."""
    level = number(tags.get("level"))
    return float(np.floor(level)) + (1 if level >= 0 else 0)


def _table(tagged: Tagged, rows: NDArray[np.int64], types: list[str]) -> pd.DataFrame:
    tags = [tagged.tags[row] for row in rows.tolist()]
    outline = tagged.geometry[rows]
    area = ellipsoid_area(outline)
    in_building = np.array(["building" in t for t in tags], dtype=bool)
    levels = np.array([number(t.get("building:levels")) for t in tags], dtype=np.float64)
    is_area = area > 0
    status = ["closed" if "yes" in (t.get("disused"), t.get("abandoned")) else "in_use" for t in tags]
    return pd.DataFrame(
        {
            "facility_id": [tagged.ids[row] for row in rows.tolist()],
            "type": np.array(types, dtype=object),
            "name": np.array([_name(t) for t in tags], dtype=object),
            "floor_area_m2": np.where(in_building & (levels > 0) & is_area, np.round(area * levels, 1), np.nan),
            "site_area_m2": np.where(is_area & ~in_building, np.round(area, 1), np.nan),
            "capacity": np.array([number(t.get("capacity") or t.get("beds")) for t in tags], dtype=np.float64),
            "storey": np.array([_storey(t) for t in tags], dtype=np.float64),
            "opening_hours": np.array([t.get("opening_hours") for t in tags], dtype=object),
            "operator": np.array([t.get("operator") for t in tags], dtype=object),
            "status": np.array(status, dtype=object),
            "outline": outline,
        }
    )


def facilities(
    elements: Elements, rules: Sequence[TagRule], streets: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Return the facilities that the rules name.

    Parameters
    ----------
    elements
        What was read of the file.
    rules
        From `tag_rules`.
    streets
        The walkable streets, EPSG:4326; where they cross a park's edge one can enter it.

    Returns
    -------
    facilities : GeoDataFrame
        Layer `facilities`, EPSG:4326: ``facility_id`` (``n…``, ``w…``, ``r…``), ``type``, ``name``,
        ``floor_area_m2`` (m²; only of whole buildings with tagged storeys), ``site_area_m2`` (m²; measured, of areas
        that are not buildings), ``capacity``, ``storey``, ``opening_hours``, ``operator``, ``status``, ``geometry``
        (point, entrances, or outline).
    counts : dict
        ``points``, ``areas``, ``areas_with_entrances``, ``mapped_twice``.
    """
    points = _table(elements.points, *_match(elements.points, rules))
    areas = _table(elements.areas, *_match(elements.areas, rules))
    tags_of = dict(zip(elements.areas.ids, elements.areas.tags, strict=True))
    twice = _mapped_twice(points, areas)
    outlines = areas["outline"].to_numpy(dtype=object)
    tags = [tags_of[name] for name in areas["facility_id"]]
    places = _with_entrances(elements, tags, outlines, streets.geometry.to_numpy())
    points = points[~twice]
    table = pd.concat([points, areas], ignore_index=True).drop(columns="outline")
    geometry = np.concatenate([points["outline"].to_numpy(dtype=object), places])
    counts = {
        "points": len(points),
        "areas": len(areas),
        "areas_with_entrances": int((shapely.area(places) == 0).sum()),
        "mapped_twice": int(twice.sum()),
    }
    return gpd.GeoDataFrame(table, geometry=geometry, crs="EPSG:4326"), counts
