"""Checks between layers: whether they belong to the same place, and their codes and places agree.

What belongs here: what needs two layers to be seen. Only rows with a sound shape are handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from linli.errors import Problem
from linli.survey.check import MOST_LISTED, Origin, locate, positions
from linli.survey.messages import problem
from linli.survey.schema import LAYERS, layer_schema, layer_schemas
from linli.survey.slip import find_slips

__all__ = [
    "DUPLICATE_M",
    "STREET_LIMIT_M",
    "assign_communities",
    "check_across",
    "check_codes",
    "check_neighbours",
    "check_places",
    "check_result",
    "check_slips",
    "community_at",
]

Layers = Mapping[str, pd.DataFrame | gpd.GeoDataFrame]

STREET_LIMIT_M = 200.0
"""Metres within which a building or facility must have a street; the life-circle engine places none beyond."""
_SPACING_M = 50.0
DUPLICATE_M = 20.0
"""Metres within which two facilities of one type and name are taken to be the same."""
_FAR_KM = 100.0
_KM_PER_DEGREE = 111.32
_OVERLAP_SHARE = 0.01
"""Share of the smaller community that an overlap must exceed to be worth a word."""
_SLIVER_M2 = 1000.0


def check_codes(layers: Layers, origins: Sequence[Origin], *, communities_given: bool) -> list[Problem]:
    """Check that every code that refers to another layer is there.

    Parameters
    ----------
    layers
        Layers with `SOURCE` and `ROW`.
    origins
        By number in `SOURCE`.
    communities_given
        Whether communities were read from a file; codes cannot be checked against areas that Linli drew itself.
    """
    problems = []
    for name, layer in layer_schemas().items():
        frame = layers.get(name)
        for column in layer.columns:
            target = column.refers_to
            if frame is None or target is None or (target == "communities" and not communities_given):
                continue
            known = layers.get(target)
            if known is None or known.empty:
                continue
            codes = frame[column.name]
            unknown = codes.notna() & ~codes.isin(known[layer_schema(target).key].dropna())
            for at in positions(unknown):
                place = locate(frame, at, origins, column.name)
                title = layer_schema(target).title
                problems.append(problem("id.unknown", **place, value=codes.iloc[at], layer_title=title))
    return problems


def _centre(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.median(points, axis=0))


def _km(points: NDArray[np.float64], centre: NDArray[np.float64]) -> NDArray[np.float64]:
    apart = np.abs(points - centre)
    east = np.minimum(apart[:, 0], 360.0 - apart[:, 0]) * np.cos(np.radians(np.clip(centre[1], -89.0, 89.0)))
    return np.asarray(np.hypot(east, apart[:, 1]) * _KM_PER_DEGREE)


def check_places(layers: Mapping[str, gpd.GeoDataFrame], origins: Sequence[Origin], area: Any | None) -> list[Problem]:
    """Check that everything lies near everything else, and find longitude and latitude that were exchanged.

    Parameters
    ----------
    layers
        Layers with sound geometry, EPSG:4326, `SOURCE` and `ROW`.
    origins
        By number in `SOURCE`.
    area
        Outline of the survey, EPSG:4326 (a shapely geometry), if one was declared; then what is far off is simply
        left out later, and only exchanged coordinates are reported.
    """
    points = {
        name: shapely.get_coordinates(shapely.centroid(layers[name].geometry.to_numpy()))
        for name in LAYERS
        if name in layers and len(layers[name])
    }
    if not points:
        return []
    if area is not None:
        centre = shapely.get_coordinates(shapely.centroid(area))[0]
    else:
        centre = _densest(np.array([_centre(of) for of in points.values()]))
    problems = []
    for name, of in points.items():
        km = _km(of, centre)
        turned = _km(of[:, ::-1], centre)
        swapped = ((km > _FAR_KM) & (turned < _FAR_KM)) | _arctic_china(of)
        for at in positions(swapped):
            where = f"({of[at, 0]:.6g}, {of[at, 1]:.6g})"
            problems.append(problem("geometry.swapped", **locate(layers[name], at, origins), where=where))
        if area is None:
            problems += [
                problem("geometry.far", **locate(layers[name], at, origins), km=f"{km[at]:,.0f}")
                for at in positions((km > _FAR_KM) & ~swapped)
            ]
    return problems


def _densest(centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the centre that has the most others near it; among equals the first (maps come before lists)."""
    near = [int((_km(centres, centre) < _FAR_KM).sum()) for centre in centres]
    return np.asarray(centres[int(np.argmax(near))])


_ARCTIC = (3.0, 54.0, 73.0)
"""Longitudes from, to, and latitude from: sea and ice, but exactly where China lands with its coordinates exchanged."""


def _arctic_china(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    west, east, south = _ARCTIC
    return np.asarray((points[:, 0] >= west) & (points[:, 0] <= east) & (points[:, 1] >= south))


def _nearest_m(shapes: NDArray[Any], targets: NDArray[Any], limit: float) -> NDArray[np.float64]:
    """Return the distance from each shape to the nearest target, metres; inf beyond the limit."""
    out = np.full(len(shapes), np.inf)
    (row, _), distance = shapely.STRtree(targets).query_nearest(
        shapes, max_distance=limit, return_distance=True, all_matches=False
    )
    out[row] = distance
    return out


def assign_communities(
    layers: Layers, names: Sequence[str] = ("estates", "buildings", "facilities", "rooms", "plots")
) -> dict[str, pd.DataFrame | gpd.GeoDataFrame]:
    """Fill in the community of everything that does not name one, by the outline that holds its inner point.

    Parameters
    ----------
    layers
        Layers, EPSG:4326.
    names
        Which layers to fill.

    Returns
    -------
    dict
        As given, with copies of the filled layers. What lies in no community stays empty; where outlines overlap,
        the first community has it.
    """
    out = dict(layers)
    communities = layers.get("communities")
    if not isinstance(communities, gpd.GeoDataFrame) or communities.empty:
        return out
    for name in names:
        frame = layers.get(name)
        if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
            continue
        empty = frame["community_id"].isna().to_numpy()
        held = community_at(frame.geometry.to_numpy()[empty], communities)
        copy = frame.copy()
        filled = copy["community_id"].to_numpy(dtype=object, copy=True)
        filled[empty] = held
        copy["community_id"] = pd.Series(filled, index=copy.index, dtype=copy["community_id"].dtype)
        out[name] = copy
    return out


def community_at(shapes: NDArray[Any], communities: gpd.GeoDataFrame) -> NDArray[Any]:
    """Return the code of the community that holds each shape's inner point; ``None`` where none does."""
    tree = shapely.STRtree(communities.geometry.to_numpy())
    points = np.where(shapely.get_type_id(shapes) == 0, shapes, shapely.point_on_surface(shapes))
    row, outline = tree.query(points, predicate="intersects")
    first = np.full(len(shapes), len(communities), dtype=np.int64)
    np.minimum.at(first, row, outline)
    codes = np.array([*communities["community_id"], None], dtype=object)
    return np.asarray(codes[first])


def _check_outside(
    layers: Layers, metric_crs: str, origins: Sequence[Origin], area: Any | None, names: Sequence[str]
) -> Iterator[Problem]:
    """Find what lies in no community, and what names another one than it lies in."""
    communities = layers.get("communities")
    if not isinstance(communities, gpd.GeoDataFrame) or communities.empty:
        return
    outlines = communities.to_crs(metric_crs).geometry.to_numpy()
    for name in names:
        frame = layers.get(name)
        if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
            continue
        held = community_at(frame.geometry.to_numpy(), communities)
        outside = pd.isna(held)
        if area is not None:
            # beyond the area, facilities are kept on purpose: people walk there
            outside &= shapely.intersects(area, shapely.point_on_surface(frame.geometry.to_numpy()))
        at_all = positions(outside)
        if at_all:
            shapes = frame.geometry.iloc[at_all].to_crs(metric_crs).to_numpy()
            distance = _nearest_m(shapes, outlines, np.inf)
            for at, metres in zip(at_all, distance, strict=True):
                yield problem(
                    "place.outside", **locate(frame, at, origins), value=_id(frame, name, at), distance=f"{metres:,.0f}"
                )
        stated = frame["community_id"].to_numpy(dtype=object)
        for at in positions(~pd.isna(stated) & ~pd.isna(held) & (stated != held)):
            place = locate(frame, at, origins, "community_id")
            said = {"stated": stated[at], "found": held[at]}
            yield problem("place.other_community", **place, value=stated[at], allowed=str(held[at]), **said)


def _id(frame: pd.DataFrame, name: str, at: int) -> str | None:
    key = layer_schema(name).key
    return None if key is None else str(frame[key].iloc[at])


def _check_streets(layers: Layers, metric_crs: str, origins: Sequence[Origin]) -> Iterator[Problem]:
    """List buildings and facilities without a street, with their distance."""
    streets = layers.get("streets")
    if not isinstance(streets, gpd.GeoDataFrame) or streets.empty:
        return
    lines = streets.to_crs(metric_crs).geometry.to_numpy()
    points = cKDTree(shapely.get_coordinates(shapely.segmentize(lines, _SPACING_M)))
    for name in ("buildings", "facilities", "rooms"):
        frame = layers.get(name)
        if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
            continue
        shapes = frame.geometry.to_crs(metric_crs).to_numpy()
        # a shape whose middle is near a point of a street is near the street; only the others are measured exactly
        middles = shapely.get_coordinates(shapely.centroid(shapes))
        near, _ = points.query(middles, distance_upper_bound=STREET_LIMIT_M)
        doubtful = np.flatnonzero(~np.isfinite(near))
        far = doubtful[~np.isfinite(_nearest_m(shapes[doubtful], lines, STREET_LIMIT_M))]
        without = [int(at) for at in far[:MOST_LISTED]]
        if not without:
            continue
        distance = _nearest_m(shapes[without], lines, np.inf)
        for at, metres in zip(without, distance, strict=True):
            facts: dict[str, Any] = {"limit": f"{STREET_LIMIT_M:.0f}", "distance": f"{metres:,.0f}"}
            yield problem("place.no_street", **locate(frame, at, origins), value=_id(frame, name, at), **facts)


def _check_duplicates(frame: gpd.GeoDataFrame, metric_crs: str, origins: Sequence[Origin]) -> Iterator[Problem]:
    """Find facilities of one type and name within a few metres of each other."""
    named = np.flatnonzero(frame["name"].notna().to_numpy())
    if not named.size:
        return
    shapes = frame.geometry.iloc[named].to_crs(metric_crs).to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=DUPLICATE_M)
    kind, name = frame["type"].to_numpy(dtype=object)[named], frame["name"].to_numpy(dtype=object)[named]
    same = (second < first) & (kind[first] == kind[second]) & (name[first] == name[second])
    seen: set[int] = set()
    for a, b in zip(first[same], second[same], strict=True):
        if int(a) in seen:
            continue
        seen.add(int(a))
        at, other = int(named[a]), int(named[b])
        distance = f"{shapely.distance(shapes[a], shapes[b]):.0f}"
        place = locate(frame, at, origins)
        yield problem(
            "facility.duplicate", **place, value=name[a], other=_id(frame, "facilities", other), distance=distance
        )


def _check_overlaps(communities: gpd.GeoDataFrame, metric_crs: str, origins: Sequence[Origin]) -> Iterator[Problem]:
    shapes = communities.geometry.to_crs(metric_crs).to_numpy()
    area = shapely.area(shapes)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = second < first
    first, second = first[pairs], second[pairs]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    much = (shared > _SLIVER_M2) & (shared > _OVERLAP_SHARE * np.minimum(area[first], area[second]))
    for a, b, metres in zip(first[much], second[much], shared[much], strict=True):
        code = communities["community_id"].iloc[int(b)]
        place = locate(communities, int(a), origins)
        yield problem(
            "community.overlap",
            **place,
            value=_id(communities, "communities", int(a)),
            other=code,
            area=f"{metres:,.0f}",
        )


def check_across(
    layers: Layers, metric_crs: str, origins: Sequence[Origin], area: Any | None = None, *, drawn: bool = False
) -> list[Problem]:
    """Check the layers against each other.

    Parameters
    ----------
    layers
        Layers with sound geometry, EPSG:4326, `SOURCE` and `ROW`.
    metric_crs
        Projected CRS, metres.
    origins
        By number in `SOURCE`.
    area
        Outline of the survey, EPSG:4326 (a shapely geometry), if one was declared.
    drawn
        Whether Linli drew the communities around the buildings; then nothing else needs to lie in them.

    Returns
    -------
    list of Problem
        Slips of a datum, things outside every community or without a street, duplicate facilities, communities that
        overlap.
    """
    slips = check_slips(layers, metric_crs, origins)
    return [*slips, *check_neighbours(layers, metric_crs, origins, area, drawn=drawn)]


def check_neighbours(
    layers: Layers, metric_crs: str, origins: Sequence[Origin], area: Any | None = None, *, drawn: bool = False
) -> list[Problem]:
    """Check what stands beside what: as `check_across`, without the look for slips of a datum.

    Parameters
    ----------
    layers, metric_crs, origins, area, drawn
        As for `check_across`.

    Returns
    -------
    list of Problem
    """
    problems: list[Problem] = []
    inside = ("buildings",) if drawn else ("buildings", "facilities", "rooms", "plots")
    problems += _check_outside(layers, metric_crs, origins, area, inside)
    problems += _check_streets(layers, metric_crs, origins)
    facilities, communities = layers.get("facilities"), layers.get("communities")
    if isinstance(facilities, gpd.GeoDataFrame) and len(facilities):
        problems += _check_duplicates(facilities, metric_crs, origins)
    if isinstance(communities, gpd.GeoDataFrame) and len(communities):
        problems += _check_overlaps(communities, metric_crs, origins)
    return problems


def check_slips(layers: Layers, metric_crs: str, origins: Sequence[Origin]) -> list[Problem]:
    """Look for layers that sit off the others by the shift of a datum.

    Parameters
    ----------
    layers
        Layers with sound geometry, EPSG:4326, `SOURCE` and `ROW`.
    metric_crs
        Projected CRS, metres.
    origins
        By number in `SOURCE`.

    Returns
    -------
    list of Problem
        One for each pair of layers that does not fit.
    """
    shaped = {name: frame for name, frame in layers.items() if isinstance(frame, gpd.GeoDataFrame)}
    return [
        problem(
            "datum.slip",
            file=locate(shaped[slip.layer], 0, origins)["file"],
            layer=slip.layer,
            reference=layer_schema(slip.reference).title,
            datum={"gcj02": "GCJ-02", "bd09": "BD-09"}[slip.datum],
            east=f"{slip.east_m:+.0f}",
            north=f"{slip.north_m:+.0f}",
            measure=slip.measure,
        )
        for slip in find_slips(shaped, metric_crs)
    ]


def check_result(layers: Layers, declared: set[str], origins: Sequence[Origin]) -> list[Problem]:
    """Check what came out in the end: layers without rows, communities without residents.

    Parameters
    ----------
    layers
        Layers as they go into the survey.
    declared
        Layers that some source was declared to hold.
    origins
        By number in `SOURCE`.
    """
    problems = []
    for name in ("communities", "buildings", "streets", "facilities"):
        frame = layers.get(name)
        if name not in declared and (frame is None or frame.empty):
            problems.append(problem("layer.absent", layer=name, title=layer_schema(name).title))
    communities, buildings = layers.get("communities"), layers.get("buildings")
    if communities is None or buildings is None or buildings.empty or communities.empty:
        return problems
    if buildings["residents"].notna().any():
        people = buildings.groupby("community_id")["residents"].sum()
        found = communities["community_id"].map(people).fillna(0).to_numpy()
        for at in positions(found == 0):
            place = locate(communities, at, origins)
            problems.append(problem("community.no_residents", **place, value=communities["community_id"].iloc[at]))
    return problems
