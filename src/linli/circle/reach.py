"""How far it is: nearest, k nearest, how many within a distance, and all pairs within a distance.

The distance between two places is the least, over their accesses, of offset + walk along the streets + offset; two
accesses on the same edge may also walk straight along it. It counts in whole millimetres, and a distance of exactly the
limit is within it. Results stand under the caller's index:

- an origin that could not be put on the streets is unknown: NaN (or <NA>), never far;
- a target beyond the limit, or on another component, is at infinity;
- ties fall to the target whose name sorts first, so the order of rows never matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.circle._canon import goals_of, groups_of, limit_mm, overlap, radii_mm, sorted_rows, stops_of
from linli.circle._jobs import run_jobs
from linli.circle.kernels.nearest import nearest_origins, nearest_several, spread_all
from linli.circle.kernels.order import bucket_sort
from linli.circle.kernels.search import BITS, UNREACHED, pack_limit
from linli.circle.kernels.sweep import count_sweep, pair_sweep
from linli.circle.place import Places
from linli.circle.streets import MM, Streets

__all__ = ["Reach", "count_within", "k_nearest", "nearest", "node_distances", "od_table"]

_RANK = (1 << BITS) - 1
_TOGETHER = 1.5  # targets reaching a node on average, from which one wave for all beats one wave each


@dataclass(frozen=True)
class Reach:
    """Nearest target of every type.

    Parameters
    ----------
    distance
        Index = origins, columns = types: metres; inf = none within the limit; NaN = the origin is not on the streets.
    target
        Same shape: names of the nearest targets (categorical, missing where there is none); None if not asked for.
    """

    distance: pd.DataFrame
    target: pd.DataFrame | None = None


def _blank(n_types: int, origins: Places) -> NDArray[np.float64]:
    """Return rows of infinity, NaN where the origin is unplaced; shape (types, origins)."""
    blank = np.full((n_types, len(origins.index)), np.inf)
    blank[:, ~origins.placed] = np.nan
    return blank


def nearest(
    streets: Streets,
    origins: Places,
    targets: Places,
    types: pd.Series[Any],
    limit_m: float,
    *,
    which: bool = False,
    workers: int | None = None,
) -> Reach:
    """Return the distance from every origin to the nearest target of every type.

    Parameters
    ----------
    streets
        The network.
    origins, targets
        Places on it.
    types : Series under ``targets.index``
        Type of every target. A categorical yields a column for each category, also those without a target.
    limit_m : float, metres, ≥ 0
        How far to look; may be infinite.
    which : bool
        Whether to name the nearest targets as well.
    workers : int, optional
        Threads; by default one a core.

    Returns
    -------
    Reach

    Raises
    ------
    ValueError
        If `types` is misaligned or has gaps, the places stand on other streets, or the limit is negative.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> from linli.circle import build_streets, place_points
    >>> streets = build_streets([LineString([(0, 0), (100, 0)]), LineString([(100, 0), (100, 50)])])
    >>> homes = place_points(streets, pd.Series([Point(10, 2)], index=["home"]))
    >>> shops = place_points(streets, pd.Series([Point(101, 40)], index=["shop"]))
    >>> nearest(streets, homes, shops, pd.Series(["food"], index=["shop"]), 300.0).distance
           food
    home  133.0
    """
    stops, goals = stops_of("origins", streets, origins), goals_of("targets", streets, targets)
    labels, groups = groups_of(types, targets, goals)
    limit = limit_mm(limit_m)
    distance = _blank(len(labels), origins)
    rank = np.full((len(labels), len(origins.index)) if which else (len(labels), 0), -1, np.int32)
    net = streets.net

    def job(k: int) -> None:
        label = np.full(len(net.links), pack_limit(limit) + 1, np.int64)
        spread_all(net, goals, groups[k], limit, overlap(streets, len(groups[k]), limit) > _TOGETHER, label)
        nearest_origins(stops, goals, groups[k], limit, label, distance[k], rank[k])

    run_jobs(job, range(len(labels)), workers)
    columns = pd.Index(labels, name=types.name)
    table = pd.DataFrame(distance.T, index=origins.index, columns=columns, copy=False)
    if not which:
        return Reach(table)
    names = targets.index[sorted_rows(targets.index)]
    named = {label: pd.Categorical.from_codes(rank[k], categories=names) for k, label in enumerate(labels)}
    return Reach(table, pd.DataFrame(named, index=origins.index, columns=columns))


def node_distances(
    streets: Streets,
    targets: Places,
    types: pd.Series[Any],
    limit_m: float,
    *,
    workers: int | None = None,
) -> pd.DataFrame:
    """Return the distance from every street node to the nearest target of every type.

    Parameters
    ----------
    streets
        The network.
    targets
        Places on it.
    types : Series under ``targets.index``
        Type of every target.
    limit_m : float, metres, ≥ 0
        How far to look; may be infinite.
    workers : int, optional
        Threads; by default one a core.

    Returns
    -------
    DataFrame
        Index = node, columns = types: metres; inf = none within the limit.

    Raises
    ------
    ValueError
        If `types` is misaligned or has gaps, the places stand on other streets, or the limit is negative.
    """
    goals = goals_of("targets", streets, targets)
    labels, groups = groups_of(types, targets, goals)
    limit = limit_mm(limit_m)
    distance = np.full((len(labels), streets.n_nodes), np.inf)
    net = streets.net

    def job(k: int) -> None:
        label = np.full(len(net.links), pack_limit(limit) + 1, np.int64)
        spread_all(net, goals, groups[k], limit, overlap(streets, len(groups[k]), limit) > _TOGETHER, label)
        found = label[: streets.n_nodes]
        np.divide(found >> BITS, MM, out=distance[k], where=found <= pack_limit(limit))

    run_jobs(job, range(len(labels)), workers)
    return pd.DataFrame(distance.T, columns=pd.Index(labels, name=types.name), copy=False)


def k_nearest(
    streets: Streets,
    origins: Places,
    targets: Places,
    types: pd.Series[Any],
    k: int,
    limit_m: float,
    *,
    workers: int | None = None,
) -> pd.DataFrame:
    """Return the k nearest targets of every type, for every origin.

    Parameters
    ----------
    streets
        The network.
    origins, targets
        Places on it.
    types : Series under ``targets.index``
        Type of every target.
    k : int, ≥ 1
        How many.
    limit_m : float, metres, ≥ 0
        How far to look; may be infinite.
    workers : int, optional
        Threads; by default one a core.

    Returns
    -------
    DataFrame
        Long: ``origin, type`` (categorical), ``rank`` (1 = nearest), ``target, distance_m``, by origin in the caller's
        order, then type, then rank. Origins without any target, and those not on the streets, have no rows.

    Raises
    ------
    ValueError
        If `types` is misaligned or has gaps, the places stand on other streets, the limit is negative, or k < 1.
    """
    if k < 1:
        msg = f"`k` must be at least 1. Got {k!r} instead."
        raise ValueError(msg)
    stops, goals = stops_of("origins", streets, origins), goals_of("targets", streets, targets)
    labels, groups = groups_of(types, targets, goals)
    limit = limit_mm(limit_m)
    net = streets.net

    found = np.full((len(origins.index), len(labels), k), UNREACHED, np.int64)

    def job(t: int) -> None:
        group = _strided(groups[t], overlap(streets, len(groups[t]), limit) > k)
        found[stops.row, t] = nearest_several(net, stops, goals, group, k, limit)

    run_jobs(job, range(len(labels)), workers)
    origin, kind, place = np.nonzero(found < UNREACHED)
    label = found[origin, kind, place]
    names = targets.index[sorted_rows(targets.index)]
    return pd.DataFrame(
        {
            "origin": origins.index[origin],
            "type": pd.Categorical.from_codes(kind, categories=pd.Index(labels)),
            "rank": place + 1,
            "target": names[label & _RANK],
            "distance_m": (label >> BITS) / MM,
        }
    )


def _strided(rows: NDArray[np.int32], apart: bool) -> NDArray[np.int32]:
    """Return the rows far ones first (bits of their number reversed): good lists early keep later searches short."""
    if not apart:
        return rows
    bits = len(rows).bit_length()
    number = np.arange(1 << bits)
    reverse = np.zeros_like(number)
    for bit in range(bits):
        reverse |= ((number >> bit) & 1) << (bits - 1 - bit)
    return rows[reverse[reverse < len(rows)]]


def count_within(
    streets: Streets,
    origins: Places,
    targets: Places,
    types: pd.Series[Any],
    radii_m: Sequence[float],
    *,
    workers: int | None = None,
) -> pd.DataFrame:
    """Count the targets of every type within several distances of every origin.

    Each target counts once, at the nearest of its accesses.

    Parameters
    ----------
    streets
        The network.
    origins, targets
        Places on it.
    types : Series under ``targets.index``
        Type of every target.
    radii_m : sequence of float, metres, ≥ 0
        Ascending distances; a target at exactly a distance is within it.
    workers : int, optional
        Threads; by default one a core.

    Returns
    -------
    DataFrame
        Index = origins, columns = (type, radius), nullable ``Int32``: <NA> where the origin is not on the streets.

    Raises
    ------
    ValueError
        If `types` is misaligned or has gaps, the places stand on other streets, or the radii do not ascend.
    """
    stops, goals = stops_of("origins", streets, origins), goals_of("targets", streets, targets)
    labels, groups = groups_of(types, targets, goals)
    radii = radii_mm(radii_m)
    counts = np.zeros((len(labels), len(radii), len(origins.index)), np.int32)
    net = streets.net
    run_jobs(lambda k: count_sweep(net, stops, goals, groups[k], radii, counts[k]), range(len(labels)), workers)
    unknown = ~origins.placed
    names: list[Any] = [types.name or "type", "radius_m"]
    columns: Any = pd.MultiIndex.from_product([labels, [float(radius) for radius in radii_m]], names=names)
    flat = counts.reshape(len(columns), len(origins.index))
    table = pd.DataFrame(
        {k: pd.arrays.IntegerArray(values, unknown) for k, values in enumerate(flat)}, index=origins.index, copy=False
    )
    table.columns = columns
    return table


def od_table(
    streets: Streets,
    origins: Places,
    targets: Places,
    limit_m: float,
    *,
    workers: int | None = None,
) -> pd.DataFrame:
    """Return every origin-target pair within a distance.

    Parameters
    ----------
    streets
        The network.
    origins, targets
        Places on it.
    limit_m : float, metres, ≥ 0
        How far to look. The table grows with its square: keep it finite in a large city.
    workers : int, optional
        Threads; by default one a core.

    Returns
    -------
    DataFrame
        ``origin, target, distance_m``, by origin and then target, both in the caller's order.

    Raises
    ------
    ValueError
        If the places stand on other streets, or the limit is negative.
    """
    stops, goals = stops_of("origins", streets, origins), goals_of("targets", streets, targets)
    limit = limit_mm(limit_m)
    rows = np.flatnonzero(np.diff(goals.start) > 0).astype(np.int32)
    net = streets.net
    parts = run_jobs(lambda part: pair_sweep(net, stops, goals, part, limit), np.array_split(rows, 2), workers)
    origin, target, cost = (np.concatenate(values) for values in zip(*parts, strict=True))
    _, order = bucket_sort(origin, max(len(origins.index), 1))
    return pd.DataFrame(
        {
            "origin": origins.index[origin[order]],
            "target": targets.index[target[order]],
            "distance_m": cost[order] / MM,
        }
    )
