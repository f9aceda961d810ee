"""Walkable streets of OpenStreetMap, cut at the nodes they share.

What belongs here: which ways a person on foot may use, and what is known of them. Two ways meet where they share a
node of OpenStreetMap, and only there: a bridge over a road does not.

*Walkable*: a ``highway`` in `WALKABLE`, or another one that is tagged for walking; not forbidden to walkers
(``foot=no``), not private, not an area for vehicles. *Outline*: the edge of a pedestrian area, walked along.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from linli.survey.noding import cut_lines, piece_ids
from linli.survey.osm_elements import Elements, Ways

__all__ = ["WALKABLE", "is_walkable", "walkable_streets"]

# fmt: off
WALKABLE = frozenset([
    "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
    "residential", "living_street", "service", "pedestrian", "footway", "path", "steps", "track", "road",
    "cycleway", "corridor", "platform", "crossing", "elevator",
])
# fmt: on
"""Values of ``highway`` open to walkers unless tagged otherwise. Cycleways are among them: in Chinese cities they are
the lane beside the pavement, and the pavement is seldom drawn."""

_IF_TAGGED = frozenset(["motorway", "motorway_link", "trunk", "trunk_link", "bridleway", "busway", "bus_guideway"])
"""Values open to walkers only if a tag says so."""

_AREA = frozenset(["pedestrian", "footway", "path", "living_street", "corridor", "platform"])
"""Values whose areas are walked along their edge."""

_YES = frozenset(["yes", "designated", "permissive", "destination", "official", "public"])
_NO = frozenset(["no", "private", "use_sidepath", "discouraged"])
_CLOSED = frozenset(["private", "no", "military", "restricted", "emergency", "employees"])
_SIDEWALK = frozenset(["yes", "both", "left", "right"])
_FLUSH = frozenset(["flush", "lowered", "no"])

_UNKNOWN, _LEVEL_KERB, _RAISED_KERB = 0, 1, 2


def is_walkable(tags: Mapping[str, str]) -> bool:
    """Say whether a way may be walked.

    Parameters
    ----------
    tags
        The way's tags.

    Returns
    -------
    bool
        True if it may.

    Examples
    --------
    >>> is_walkable({"highway": "residential"}), is_walkable({"highway": "motorway"})
    (True, False)
    >>> is_walkable({"highway": "trunk", "sidewalk": "both"}), is_walkable({"highway": "path", "foot": "no"})
    (True, False)
    """
    kind = tags.get("highway", "")
    if kind not in WALKABLE and kind not in _IF_TAGGED:
        return False
    foot = tags.get("foot")
    if foot in _YES:
        return True
    if foot in _NO or tags.get("access") in _CLOSED or tags.get("motorroad") == "yes":
        return False
    if tags.get("area") == "yes" and kind not in _AREA:
        return False
    sidewalks = (tags.get("sidewalk"), tags.get("sidewalk:both"), tags.get("sidewalk:left"), tags.get("sidewalk:right"))
    return kind in WALKABLE or any(value in _SIDEWALK for value in sidewalks)


def _yes_no(value: str | None) -> bool | None:
    if value is None:
        return None
    return {"no": False, "disused": False}.get(value, True)


def _wheelchair(tags: Mapping[str, str]) -> bool | None:
    value = tags.get("wheelchair")
    if value in ("yes", "designated", "no"):
        return value != "no"
    if tags.get("highway") == "steps":
        return tags.get("ramp:wheelchair") == "yes"
    return None


def _is_crossing(tags: Mapping[str, str]) -> bool:
    return "crossing" in (tags.get("highway"), tags.get("footway"), tags.get("path"), tags.get("cycleway"))


def _kerbs(elements: Elements, node: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return for each vertex what is known of a kerb at its node."""
    numbers, states = [], []
    for number, tags in zip(elements.point_node.tolist(), elements.points.tags, strict=True):
        kerb = tags.get("kerb")
        if kerb in _FLUSH or kerb == "raised":
            numbers.append(number)
            states.append(_RAISED_KERB if kerb == "raised" else _LEVEL_KERB)
    out = np.zeros(len(node), dtype=np.int8)
    if numbers:
        order = np.argsort(numbers)
        known = np.array(numbers, dtype=np.int64)[order]
        at = np.minimum(np.searchsorted(known, node), len(known) - 1)
        out = np.where(known[at] == node, np.array(states, dtype=np.int8)[order][at], np.int8(_UNKNOWN))
    return out


def _runs(ways: Ways, keep: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the vertices of the ways kept, and the run of each: a run ends with its way or where a node is missing."""
    placed = ~np.isnan(ways.lon)
    fresh = np.r_[True, (ways.way[1:] != ways.way[:-1])] if len(ways.way) else np.zeros(0, dtype=bool)
    double = np.zeros(len(fresh), dtype=bool)
    double[1:] = (ways.node[1:] == ways.node[:-1]) & ~fresh[1:]
    run = np.cumsum(fresh | ~placed)
    rows = np.flatnonzero(placed & ~double & keep[ways.way])
    run = run[rows]
    size = np.bincount(run)
    long_enough = size[run] > 1
    return rows[long_enough], run[long_enough]


def _flags(values: list[bool | None], of: NDArray[np.int64]) -> pd.arrays.BooleanArray:
    known = np.array([value is not None for value in values], dtype=bool)
    truth = np.array([bool(value) for value in values], dtype=bool)
    return pd.arrays.BooleanArray(truth[of], ~known[of])


def _barrier_free(
    tags: list[dict[str, str]], of: NDArray[np.int64], kerb: NDArray[np.int8], piece: NDArray[np.int64]
) -> pd.arrays.BooleanArray:
    """Judge each piece: a raised kerb on it says no, else its way's tags, else kerbs known to be level say yes."""
    out = _flags([_wheelchair(t) for t in tags], of)
    raised = np.bincount(piece, weights=kerb == _RAISED_KERB, minlength=len(of)) > 0
    level = np.bincount(piece, weights=kerb == _LEVEL_KERB, minlength=len(of)) > 1
    level &= np.array([_is_crossing(t) for t in tags], dtype=bool)[of] & out.isna() & ~raised
    out[raised] = False
    out[level] = True
    return out


def walkable_streets(elements: Elements) -> gpd.GeoDataFrame:
    """Return the walkable streets, cut at every node that two of them share.

    Parameters
    ----------
    elements
        What was read of the file.

    Returns
    -------
    GeoDataFrame
        Layer `streets`, EPSG:4326: ``street_id`` (``w<way>`` or ``w<way>#<n>``), ``kind`` (value of ``highway``),
        ``steps``, ``crossing``, ``lit``, ``barrier_free`` (missing where OpenStreetMap does not say), ``geometry``.
        Parts of ways outside the file are left out.
    """
    ways = elements.ways
    keep = np.array([is_walkable(tags) for tags in ways.tags], dtype=bool)
    rows, run = _runs(ways, keep)
    node = ways.node[rows]
    _, place, uses = np.unique(node, return_inverse=True, return_counts=True)
    take, piece, owner_run = cut_lines(run, uses[place] > 1)
    xy = np.column_stack([ways.lon[rows][take], ways.lat[rows][take]])
    geometry = np.asarray(shapely.linestrings(xy, indices=piece) if len(xy) else [], dtype=object)
    way_of_run = np.zeros(int(run.max()) + 1 if len(run) else 0, dtype=np.int64)
    way_of_run[run] = ways.way[rows]
    of = way_of_run[owner_run]
    tags = list(ways.tags)
    data = {
        "street_id": piece_ids(np.array(ways.ids, dtype=object), of),
        "kind": np.array([t["highway"] for t in tags], dtype=object)[of],
        "steps": _flags([t["highway"] == "steps" for t in tags], of),
        "crossing": _flags([_is_crossing(t) for t in tags], of),
        "lit": _flags([_yes_no(t.get("lit")) for t in tags], of),
        "barrier_free": _barrier_free(tags, of, _kerbs(elements, node)[take], piece),
    }
    return gpd.GeoDataFrame(data, geometry=geometry, crs="EPSG:4326")
