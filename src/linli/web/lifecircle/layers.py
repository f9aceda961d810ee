"""What the life circle's map is given: its layers as GeoJSON for a small place, as vector tiles for a large one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from django.urls import reverse

from linli.assess.city import NEEDS
from linli.assess.walks import is_within
from linli.units import residents_column
from linli.web.accounts.models import User
from linli.web.geometry import Box, feature, feature_collection
from linli.web.lifecircle.choices import Asked, Kind
from linli.web.lifecircle.figures import whole
from linli.web.lifecircle.stage import Stage
from linli.web.lifecircle.ways import Way
from linli.web.lifecircle.what_if import Imagined
from linli.web.packed import Shelf
from linli.web.places.allowed import is_allowed
from linli.web.places.selectors import list_records
from linli.web.tiles import Look, Tile, dot_layer, name_layer, outline_layer
from linli.web.vector_tile import encode

__all__ = [
    "MOST_FEATURES",
    "STATES",
    "boundary",
    "box_of",
    "buildings",
    "changes",
    "distances",
    "facilities",
    "rooms",
    "tile",
    "way",
]

Floats = npt.NDArray[np.floating[Any]]
Rows = npt.NDArray[np.int64]

MOST_FEATURES = 20_000
"""Buildings up to which a place is sent whole; beyond it comes in tiles."""

STATES = ("served", "without", "unknown")
"""How a building stands: within the distance, farther, or on no street."""

_GROUND = Shelf(32 * 1024 * 1024)
"""Communities of tiles, as they are written."""

_COARSE = 300
_COARSE_DEGREES = 1e-5
"""So many outlines are told to a metre: nobody sees more of them on one screen."""


def box_of(stage: Stage, path: str) -> Box | None:
    """Return the box around the communities at or below a place; ``None`` if the run has none there."""
    shapes = stage.shapes[stage.communities_in(path)]
    if not len(shapes):
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def buildings(stage: Stage, path: str) -> dict[str, Any]:
    """Return the buildings of a place as features: where, and who lives there by age."""
    rows = np.flatnonzero(stage.inside(path))
    need = stage.city.need[rows]
    columns = [residents_column(band) for band in NEEDS]
    found = []
    for name, row, people in zip(stage.names(rows), rows, need, strict=True):
        lon, lat = stage.city.building_lonlat[row]
        about = {"name": name, **{key: whole(n) for key, n in zip(columns, people, strict=True)}}
        found.append(feature(str(stage.city.building_ids[row]), shapely.Point(lon, lat), about))
    return feature_collection(found)


def distances(stage: Stage, path: str, field: Floats) -> dict[str, float | int | None]:
    """Return metres by building of a place: null = none within reach; buildings on no street are left out."""
    rows = np.flatnonzero(stage.inside(path) & ~np.isnan(field))
    return {str(stage.city.building_ids[row]): whole(field[row]) for row in rows}


def _facility_row(stage: Stage, identity: str) -> int:
    return int(stage.city.facilities.index.get_indexer(pd.Index([identity]))[0])


def _facility_name(stage: Stage, identity: str) -> str:
    name = stage.city.facilities["name"].iloc[_facility_row(stage, identity)]
    return name if isinstance(name, str) and name else identity


def _facility(stage: Stage, row: int, path: str) -> dict[str, Any]:
    one = stage.city.facilities.iloc[row]
    code = int(one["code"])
    inside = code >= 0 and str(stage.paths[code]).startswith(path)
    about = {"name": str(one["name"]) if isinstance(one["name"], str) else "", "outside": not inside}
    if inside:
        about["floor_area_m2"] = whole(float(one["floor_area_m2"]))
        about["community"] = str(stage.city.communities["name"].iloc[code])
    return about


def facilities(stage: Stage, path: str, kind: Kind) -> dict[str, Any]:
    """Return the facilities of a type in and just around a place; of those outside nothing but name and place."""
    found = []
    for row in stage.facilities_near(path, kind.code):
        lon, lat = stage.facility_lonlat[row]
        about = {"group": kind.group, **_facility(stage, int(row), path)}
        found.append(feature(str(stage.city.facilities.index[row]), shapely.Point(lon, lat), about))
    return feature_collection(found)


def boundary(stage: Stage, path: str) -> dict[str, Any]:
    """Return the communities of a place as features that lead to their profiles."""
    codes = np.flatnonzero(stage.communities_in(path))
    shapes = stage.shapes[codes]
    if len(codes) > _COARSE:
        shapes = shapely.simplify(shapes, _COARSE_DEGREES)
    layer = stage.city.communities
    ids, names = layer.index.to_numpy(), layer["name"].astype(str).to_numpy()
    return feature_collection(
        feature(str(ids[code]), shape, {"name": names[code], "href": reverse("communities:profile", args=[ids[code]])})
        for code, shape in zip(codes, shapes, strict=True)
    )


def rooms(user: User, path: str, kind: str) -> dict[str, Any]:
    """Return the register's vacant rooms of a place that are on the map, and whether their owner allows a type.

    Parameters
    ----------
    user
        Who asks: rooms pass the register's own gate.
    path
        Jurisdiction path.
    kind
        Facility type.

    Returns
    -------
    dict
        Features; ``allowed`` says whether its owner allows the type.
    """
    rows = list_records(user, "rooms").filter(place__startswith=path, closed_at=None, wkb__isnull=False)
    found = []
    for room in rows.order_by("place", "key"):
        values: Mapping[str, Any] = room.values  # noqa: PD011 - no table's
        about = {
            "name": room.name or room.key,
            "floor_area_m2": values.get("floor_area_m2"),
            "storey": values.get("storey"),
            "allowed": is_allowed(values.get("allowed_types"), kind),
        }
        shape = room.shape
        found.append(feature(room.key, shape.representative_point() if shape is not None else None, about))
    return feature_collection(found)


def changes(stage: Stage, path: str, kind: Kind, imagined: Imagined, closed: Sequence[str]) -> dict[str, Any]:
    """Return what is different if something is imagined, in the buildings of a place.

    Parameters
    ----------
    stage
        The stage.
    path
        Jurisdiction path.
    kind
        Facility type.
    imagined
        Distances as they would be.
    closed
        Ids of the facilities closed in them.

    Returns
    -------
    dict
        ``drops``: for each imagined facility the metres by building that has it within the longest walk; ``closed``:
        by building whose facility is closed, the metres to the next one, null = none; ``names``: of the closed;
        ``buildings``: of all of these, where they are, what they are called, who lives there whose need counts, and
        the metres as things are.
    """
    ids, inside, now = stage.city.building_ids, stage.inside(path), stage.field(kind.code)
    people = stage.who(kind.bands)
    reached = [np.flatnonzero(inside & np.isfinite(drop)) for drop in imagined.drops]
    alone = imagined.closed[inside[imagined.closed]]
    rows = np.unique(np.concatenate([*reached, alone])).astype(np.int64)
    about = {
        str(ids[row]): {
            "at": [round(float(side), 7) for side in stage.city.building_lonlat[row]],
            "name": name,
            "residents": whole(people[row]),
            "metres": whole(now[row]),
        }
        for row, name in zip(rows, stage.names(rows), strict=True)
    }
    return {
        "drops": [
            {str(ids[row]): whole(drop[row]) for row in near}
            for near, drop in zip(reached, imagined.drops, strict=True)
        ],
        "closed": {str(ids[row]): whole(imagined.base[row]) for row in alone},
        "names": {one: _facility_name(stage, one) for one in closed},
        "buildings": about,
    }


def way(stage: Stage, path: str, found: Way, minutes: float | None) -> dict[str, Any]:
    """Return a way as a feature: how long it is, and where it leads.

    Parameters
    ----------
    stage
        The stage.
    path
        Jurisdiction path of the page: of a facility outside nothing is told but its name.
    found
        The way.
    minutes
        How long the person needs.

    Returns
    -------
    dict
        A GeoJSON line.
    """
    about: dict[str, Any] = {"distance_m": round(found.metres, 1), "minutes": minutes, "drop": found.drop}
    if found.facility:
        row = _facility_row(stage, found.facility)
        about["facility"] = {"id": found.facility, **_facility(stage, row, path)}
    return feature("way", found.line, about)


def _states(field: Floats, limit_m: float) -> npt.NDArray[np.int8]:
    return np.where(np.isnan(field), 2, np.where(is_within(field, limit_m), 0, 1)).astype(np.int8)


def tile(stage: Stage, path: str, asked: Asked, where: Tile) -> bytes:
    """Return a tile of a place: its buildings by state, facilities of the type in and around it, its communities.

    Parameters
    ----------
    stage
        The stage.
    path
        Jurisdiction path: nobody who lives outside is in the tile.
    asked
        Facility type, person and minutes, by which the buildings' states are told.
    where
        Which tile.

    Returns
    -------
    bytes
        Layers ``communities``, ``communities_names``, ``buildings``, ``facilities``.
    """
    city, kind = stage.city, asked.kind
    inside, near = stage.inside_code(path), np.zeros(len(stage.facility_ids), dtype=bool)
    near[stage.facilities_near(path, kind.code)] = True
    field, people_of = stage.buildings[f"d_{kind.code}"].to_numpy(), stage.who(kind.bands)

    def homes(rows: Rows) -> dict[str, npt.NDArray[Any]]:
        metres = field[rows].astype(np.float64)
        return {
            "id": city.building_ids[rows],
            "name": np.array(stage.names(rows), dtype=object),
            "metres": np.where(np.isfinite(metres), metres, np.nan),
        }

    def services(rows: Rows) -> dict[str, npt.NDArray[Any]]:
        return {"id": stage.facility_ids[rows], "name": stage.facility_names[rows]}

    people = Look(
        keep=lambda rows: inside[city.building_code[rows]],
        group=lambda rows: _states(field[rows], asked.limit_m),
        groups=STATES,
        weight=lambda rows: people_of[rows],
        about=homes,
        group_name="state",
    )
    there = Look(
        keep=lambda rows: near[rows],
        group=lambda rows: np.zeros(len(rows), np.int8),
        groups=(kind.group,),
        weight=lambda rows: np.full(len(rows), np.nan),
        about=services,
    )
    dots = [
        dot_layer("buildings", where, stage.dots, people),
        dot_layer("facilities", where, stage.facility_dots, there),
    ]
    return _communities(stage, path, where) + encode(dots)


def _communities(stage: Stage, path: str, where: Tile) -> bytes:
    """Return a tile's communities, which are the same whatever is asked: drawn once."""

    def draw() -> bytes:
        layer, inside = stage.city.communities, stage.communities_in(path)
        about = {"id": layer.index.to_numpy(), "name": layer["name"].to_numpy(dtype=object)}
        return encode(
            layer_of("communities", where, stage.outlines, inside, about) for layer_of in (outline_layer, name_layer)
        )

    return _GROUND.get(f"{stage.digest}|{path}|{where.z}/{where.x}/{where.y}", draw)
