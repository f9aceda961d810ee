"""From tables to the arrays of the kernels: checks every argument once, at the border."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.circle.kernels.order import bucket_sort
from linli.circle.kernels.search import MAX_COST, SLOT, Goals, Stops, stand
from linli.circle.place import Places
from linli.circle.streets import MM, Streets, preview

__all__ = ["goals_of", "groups_of", "limit_mm", "overlap", "radii_mm", "same_index", "sorted_rows", "stops_of"]


def limit_mm(limit_m: float) -> int:
    """Return a limit in whole millimetres, rounded to the nearest; distances of exactly the limit are within it.

    Parameters
    ----------
    limit_m : float, metres, ≥ 0
        May be infinite.

    Returns
    -------
    int
        At most 1,073 km.

    Raises
    ------
    ValueError
        If it is negative or not a number.
    """
    if not limit_m >= 0.0:
        msg = f"`limit_m` must be metres ≥ 0. Got {limit_m!r} instead."
        raise ValueError(msg)
    return int(min(np.rint(limit_m * MM), MAX_COST))


def radii_mm(radii_m: Sequence[float]) -> NDArray[np.int64]:
    """Return radii in whole millimetres.

    Parameters
    ----------
    radii_m : sequence of float, metres, ≥ 0
        Ascending, without repeats.

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        If there is none, or they do not ascend.
    """
    radii = np.array([limit_mm(radius) for radius in radii_m], np.int64)
    if not radii.size or (np.diff(radii) <= 0).any():
        msg = f"Radii must be one or more metres, ascending. Got {list(radii_m)!r} instead."
        raise ValueError(msg)
    return radii


def same_index(name: str, given: pd.Index[Any], places: Places) -> None:
    """Refuse a Series that is not under the index of its places, row for row.

    Parameters
    ----------
    name
        What the Series is called in the message.
    given
        Its index.
    places
        Its places.

    Raises
    ------
    ValueError
        If it differs, in names or in order.
    """
    if given.equals(places.index):
        return
    if len(given) != len(places.index):
        what = f"{len(given)} rows against {len(places.index)} places"
    else:
        what = f"first differences: {preview(given[given != places.index])}"
    msg = f"`{name}` must have the index of its places, in the same order; {what}. Use .reindex(places.index)."
    raise ValueError(msg)


def _same_streets(name: str, streets: Streets, places: Places) -> None:
    """Refuse places that stand on other streets."""
    if places.streets_key != streets.key:
        msg = f"`{name}` were put on other streets. Call place_points with these streets first."
        raise ValueError(msg)


def _stand(streets: Streets, places: Places, order: NDArray[np.int32]) -> Any:
    """Return node, way, position (as cost from the ``a`` end) and offset of accesses, in whole mm."""
    return stand(
        order,
        places.edge,
        places.position,
        places.offset,
        streets.length_m,
        streets.edge_a,
        streets.edge_b,
        streets.cost_mm,
    )


def stops_of(name: str, streets: Streets, places: Places) -> Stops:
    """Return the accesses of origins, sorted by edge.

    Parameters
    ----------
    name
        What the places are called in messages.
    streets
        The network.
    places
        The origins.

    Returns
    -------
    Stops

    Raises
    ------
    ValueError
        If the places stand on other streets.
    """
    _same_streets(name, streets, places)
    start, order = bucket_sort(places.edge, streets.n_edges)
    node, way, position, offset = _stand(streets, places, order)
    row = places.owner[order]
    if int(places.placed.sum()) < len(row):  # several accesses each
        _, first, inverse = np.unique(row, return_index=True, return_inverse=True)
        rank = np.empty(len(first), np.int32)
        rank[np.argsort(first, kind="stable")] = np.arange(len(first), dtype=np.int32)
        way[:, SLOT] = rank[inverse]
        row = row[np.sort(first)]
    return Stops(start, start[streets.owned], node, way, position, offset, row)


def goals_of(name: str, streets: Streets, places: Places) -> Goals:
    """Return the accesses of targets, sorted by target; ties fall to the name that sorts first.

    Parameters
    ----------
    name
        What the places are called in messages.
    streets
        The network.
    places
        The targets.

    Returns
    -------
    Goals

    Raises
    ------
    ValueError
        If the places stand on other streets.
    """
    _same_streets(name, streets, places)
    _, _, position, offset = _stand(streets, places, np.arange(len(places.edge), dtype=np.int32))
    start = np.searchsorted(places.owner, np.arange(len(places.index) + 1)).astype(np.int32)
    rank = np.empty(len(places.index), np.int32)
    rank[sorted_rows(places.index)] = np.arange(len(places.index), dtype=np.int32)
    return Goals(start, places.edge, position, offset, rank)


def sorted_rows(index: pd.Index[Any]) -> NDArray[np.int64]:
    """Return the rows in the order of their names, so that results do not hang on the order of rows.

    Parameters
    ----------
    index
        Unique names; if they cannot be compared, they are compared as text.

    Returns
    -------
    ndarray
    """
    try:
        return np.asarray(index.argsort(), np.int64)
    except TypeError:
        return np.asarray(index.map(str).argsort(), np.int64)


def groups_of(types: pd.Series[Any], targets: Places, goals: Goals) -> tuple[list[Any], list[NDArray[np.int32]]]:
    """Return the types and, for each, the rows of its placed targets from one end of the city to the other.

    Parameters
    ----------
    types : Series under the index of the targets
        A categorical keeps all its categories, in their order; else the types found, sorted.
    targets
        The targets.
    goals
        Their accesses.

    Returns
    -------
    tuple of list

    Raises
    ------
    ValueError
        If the index differs from that of the targets, or a type is missing.
    """
    same_index("types", types.index, targets)
    if types.isna().any():
        msg = f"`types` must be known for every target. Missing: {preview(types.index[types.isna()])}."
        raise ValueError(msg)
    code, names = pd.factorize(types.astype(object), sort=False)
    if isinstance(types.dtype, pd.CategoricalDtype):
        labels = list(types.cat.categories)
        code = np.asarray(types.cat.codes)
    else:
        labels = list(np.asarray(names, dtype=object)[sorted_rows(pd.Index(names))])
        code = pd.Index(labels).get_indexer(pd.Index(types))
    placed = np.flatnonzero(np.diff(goals.start) > 0)
    first_edge = goals.edge[goals.start[placed]]
    along = placed[np.lexsort((goals.rank[placed], first_edge))]
    return labels, [along[code[along] == k].astype(np.int32) for k in range(len(labels))]


def overlap(streets: Streets, count: int, limit: int) -> float:
    """Guess how many of so many targets, spread evenly, reach a street node.

    Parameters
    ----------
    streets
        The network.
    count
        How many targets, ≥ 0.
    limit
        How far they reach, mm.

    Returns
    -------
    float
    """
    reach_m = limit / MM
    share = min(2.0 * reach_m * reach_m / streets.extent_m2, 1.0)  # a walk on a grid reaches a diamond
    return float(count * share)
