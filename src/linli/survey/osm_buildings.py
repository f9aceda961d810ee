"""Residential buildings of OpenStreetMap.

What belongs here: deciding which buildings people live in, in this order:

1. **tag**: ``building=apartments``, ``house``, … are residential; ``building=school``, ``garage``, … are not;
2. **use**: a building that only says ``building=yes`` but is itself a school, shop, office or power station is not;
3. **amenity**: nor is one that a school, hospital, church, hotel, … is mapped inside of as a point (a shop, clinic or
   kindergarten on the ground floor does not make a block of flats a shop);
4. **land use**: what is left follows the smallest area around it that says something about use: residential land, or
   a works, campus, cemetery, park, …;
5. **nothing known**: a ``building=yes`` on land of no known use counts as residential. In cities where land use is
   drawn sparsely most dwellings are tagged so (Las Palmas: 12 669 of 14 132), nearly all of them with a house number.
   How many were decided by each step is counted, so that a reader sees what the figures rest on.

Storeys come from ``building:levels``; floor area is footprint × storeys where they are tagged, and missing where not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from linli.survey.osm_elements import Elements, Tagged, ellipsoid_area

__all__ = ["BUILDING_KEYS", "number", "residential_buildings"]

# fmt: off
BUILDING_KEYS = (
    "building", "landuse", "amenity", "shop", "office", "tourism", "leisure", "healthcare", "craft", "man_made",
    "power", "military", "aeroway", "railway", "public_transport",
)
"""Keys that the classification looks at."""

_HOME = frozenset([
    "apartments", "house", "residential", "dormitory", "terrace", "detached", "semidetached_house", "bungalow",
    "cabin", "farm", "villa", "static_caravan", "houseboat", "ger", "row_house", "townhouse", "flats",
    "condominium",
])
_PLAIN = frozenset(["yes", "block", "mixed", "mixed_use"])

_USES = ("amenity", "shop", "office", "tourism", "leisure", "healthcare", "craft", "man_made", "power", "military",
         "aeroway", "railway", "public_transport")
"""Keys by which a ``building=yes`` says that it is not (only) a dwelling."""

_GONE = frozenset(["abandoned", "disused", "ruins", "demolished", "razed"])
_NO_HOME_BECAUSE_OF_USE = frozenset(["no", "parking_entrance", "bench", "vending_machine", "recycling", "attraction"])

_WHOLE_BUILDING = {
    "amenity": frozenset([
        "school", "college", "university", "hospital", "place_of_worship", "townhall", "courthouse", "police",
        "fire_station", "prison", "theatre", "cinema", "arts_centre", "conference_centre", "exhibition_centre",
        "research_institute", "public_building",
    ]),
    "tourism": frozenset(["hotel", "museum", "gallery", "hostel"]),
}
"""A point of these inside a building speaks for all of it."""

_HOME_LAND = frozenset(["residential", "static_caravan"])
_OTHER_LAND = {
    "landuse": frozenset([
        "industrial", "commercial", "retail", "military", "railway", "cemetery", "landfill", "quarry",
        "garages", "greenhouse_horticulture", "farmyard", "religious", "education", "institutional", "port",
        "depot", "allotments", "recreation_ground", "plant_nursery", "civil", "government", "public",
        "civic_admin", "civic", "reservoir", "basin", "salt_pond", "aquaculture", "winter_sports", "harbour",
    ]),
    "leisure": frozenset([
        "park", "sports_centre", "stadium", "golf_course", "pitch", "track", "marina", "swimming_pool",
        "water_park", "playground",
    ]),
    "tourism": frozenset(["zoo", "theme_park", "museum", "hotel", "camp_site", "aquarium", "resort"]),
    "aeroway": frozenset(["aerodrome", "terminal", "heliport"]),
    "railway": frozenset(["station", "depot", "yard"]),
    "man_made": frozenset(["works", "wastewater_plant", "water_works", "pumping_station"]),
    "power": frozenset(["plant", "substation", "generator"]),
    "public_transport": frozenset(["station"]),
}
_ANY_LAND = ("amenity", "office", "healthcare", "military", "shop")
# fmt: on
"""An area with any value of these keys is not land for dwellings."""

_NUMBER = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)")


def number(text: str | None) -> float:
    """Return the number that a tag begins with.

    Parameters
    ----------
    text
        The tag's value, or ``None``.

    Returns
    -------
    float
        NaN if there is none.

    Examples
    --------
    >>> number("6"), number("2.5;3"), number("about 6"), number(None)
    (6.0, 2.5, nan, nan)
    """
    found = _NUMBER.match(text) if text else None
    return float(found[1].replace(",", ".")) if found else float("nan")


def _land(tags: Mapping[str, str]) -> int:
    """Say what an area says of the buildings on it: 1 dwellings, −1 something else, 0 nothing."""
    if tags.get("landuse") in _HOME_LAND:
        return 1
    if any(tags.get(key) in values for key, values in _OTHER_LAND.items()) or any(key in tags for key in _ANY_LAND):
        return -1
    return 0


def _by_tags(tags: Mapping[str, str]) -> str:
    """Return ``home``, ``other`` (by tag), ``use`` (other, by use) or ``open`` (not decided by its own tags)."""
    kind = tags["building"]
    if any(tags.get(key) == "yes" for key in _GONE):
        return "other"
    if kind in _HOME or tags.get("building:use") in ("residential", "apartments"):
        return "home"
    if kind not in _PLAIN:
        return "other"
    if any(tags.get(key, "no") not in _NO_HOME_BECAUSE_OF_USE for key in _USES):
        return "use"
    return "open"


def _with_amenity(points: Tagged, outlines: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which outlines have a point inside that speaks for the whole building."""
    speaks = [any(tags.get(key) in values for key, values in _WHOLE_BUILDING.items()) for tags in points.tags]
    out = np.zeros(len(outlines), dtype=bool)
    _, outline = shapely.STRtree(outlines).query(points.geometry[np.array(speaks, dtype=bool)], predicate="within")
    out[outline] = True
    return out


def _land_under(areas: Tagged, inside: NDArray[Any]) -> NDArray[np.int8]:
    """Return for each point what the smallest area around it that says anything says (see `_land`)."""
    says = np.array([0 if "building" in tags else _land(tags) for tags in areas.tags], dtype=np.int8)
    rows = np.flatnonzero(says)
    land = areas.geometry[rows]
    size = shapely.area(land)
    point, area = shapely.STRtree(land).query(inside, predicate="within")
    order = np.lexsort((area, -size[area]))
    out = np.zeros(len(inside), dtype=np.int8)
    out[point[order]] = says[rows][area[order]]  # the smallest comes last and stays
    return out


def _classify(elements: Elements, rows: NDArray[np.int64]) -> tuple[NDArray[np.bool_], Counter[str]]:
    """Say which of the building areas are residential, and count what decided."""
    areas = elements.areas
    verdict = np.array([_by_tags(areas.tags[row]) for row in rows.tolist()], dtype=object)
    counts = Counter(
        {
            "residential_by_tag": int((verdict == "home").sum()),
            "other_by_tag": int((verdict == "other").sum()),
            "other_by_use": int((verdict == "use").sum()),
        }
    )
    undecided = np.flatnonzero(verdict == "open")
    outlines = areas.geometry[rows[undecided]]
    amenity = _with_amenity(elements.points, outlines)
    land = _land_under(areas, shapely.point_on_surface(outlines))
    counts["other_by_amenity"] = int(amenity.sum())
    counts["residential_by_land_use"] = int((~amenity & (land > 0)).sum())
    counts["other_by_land_use"] = int((~amenity & (land < 0)).sum())
    counts["residential_nothing_known"] = int((~amenity & (land == 0)).sum())
    home = verdict == "home"
    home[undecided] = ~amenity & (land >= 0)
    return home, counts


def _yes_no(value: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(value) if value else None


def _year(text: str | None) -> float:
    found = re.match(r"\s*(\d{4})(?:-|$|\s)", text) if text else None
    return float(found[1]) if found else float("nan")


def residential_buildings(elements: Elements) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Return the buildings that people live in, and how many were decided by what.

    Parameters
    ----------
    elements
        What was read of the file.

    Returns
    -------
    buildings : GeoDataFrame
        Layer `buildings`, EPSG:4326: ``building_id`` (``w…``, ``r…``), ``built_year``, ``storeys``, ``dwellings``,
        ``floor_area_m2`` (m², footprint × storeys), ``has_lift`` – missing where not tagged – and ``geometry``.
    counts : dict
        ``residential_by_tag``, ``residential_by_land_use``, ``residential_nothing_known``, ``other_by_tag``,
        ``other_by_use``, ``other_by_amenity``, ``other_by_land_use``.
    """
    areas = elements.areas
    rows = np.array([i for i, tags in enumerate(areas.tags) if tags.get("building", "no") != "no"], dtype=np.int64)
    home, counts = _classify(elements, rows)
    rows = rows[home]
    tags = [areas.tags[row] for row in rows.tolist()]
    geometry = areas.geometry[rows]
    levels = np.array([number(t.get("building:levels")) for t in tags], dtype=np.float64)
    storeys = np.where(levels > 0, np.maximum(np.floor(levels + 0.5), 1.0), np.nan)
    lift = [_yes_no(t.get("elevator") or t.get("building:elevator")) for t in tags]
    data = {
        "building_id": [areas.ids[row] for row in rows.tolist()],
        "built_year": np.array([_year(t.get("start_date")) for t in tags], dtype=np.float64),
        "storeys": storeys,
        "dwellings": np.array([number(t.get("building:flats")) for t in tags], dtype=np.float64),
        "floor_area_m2": np.round(ellipsoid_area(geometry) * storeys, 1),
        "has_lift": pd.array(lift, dtype="boolean"),
    }
    return gpd.GeoDataFrame(data, geometry=geometry, crs="EPSG:4326"), dict(counts)
