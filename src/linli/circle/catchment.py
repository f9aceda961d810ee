"""Two-step floating catchment: how much of what the facilities can hold is there for each origin.

Step one gives every facility its *ratio*: what it can hold over the people in its catchment, each weighted by distance,
``R_j = S_j / Σ_k P_k w(d_kj)``. Step two gives every origin its *access*: the sum of the ratios that reach it,
``A_i = Σ_j R_j w(d_ij)``. The weight falls with distance: by rings (enhanced 2SFCA), or along a Gaussian curve that
reaches zero at the radius.

References
----------
Luo & Qi (2009), An enhanced two-step floating catchment area method, Health & Place 15(4), 1100-1107.
Dai (2010), Black residential segregation, disparities in spatial access to health care facilities, Health & Place
16(5), 1038-1052: the Gaussian weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.circle._canon import goals_of, radii_mm, same_index, stops_of
from linli.circle.kernels.sweep import catchment_sweep
from linli.circle.place import Places
from linli.circle.streets import Streets, preview

__all__ = ["Catchment", "two_step_catchment"]


@dataclass(frozen=True)
class Catchment:
    """Capacity-weighted access.

    Parameters
    ----------
    access
        Per origin: units of supply per unit of demand. NaN where the origin is not on the streets, where nothing
        reaches it, or where only facilities without demand do. Where `reached` is False, the access is none at all:
        count it as zero when averaging over residents.
    reached
        Per origin (nullable boolean): whether a target lies within the radius; <NA> where the origin is not on the
        streets.
    ratio
        Per target: supply per unit of weighted demand in its catchment. NaN where the target is not on the streets or
        its catchment holds no demand: such a ratio is undefined, not zero.
    demand
        Per target: weighted demand in its catchment; NaN where the target is not on the streets.
    undefined
        Names of the targets on the streets whose ratio is undefined.
    """

    access: pd.Series[float]
    reached: pd.Series[bool]
    ratio: pd.Series[float]
    demand: pd.Series[float]
    undefined: pd.Index[Any]


def _amounts_iv(name: str, amounts: pd.Series[Any], places: Places) -> NDArray[np.float64]:
    """Return amounts as an array, or raise: an unknown amount is never read as zero."""
    same_index(name, amounts.index, places)
    values = amounts.to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.flatnonzero(~(values >= 0.0) | np.isinf(values))
    if wrong.size:
        msg = f"`{name}` must be known and ≥ 0. Others: {preview(amounts.index[wrong])}. Leave out what is not known."
        raise ValueError(msg)
    return values


def _rings_iv(rings_m: Sequence[float], weights: Sequence[float] | None) -> NDArray[np.float64]:
    """Return the ring weights (none for the Gaussian curve), or raise."""
    if weights is None:
        if len(rings_m) > 1:
            msg = f"The Gaussian curve has one radius. Got {list(rings_m)!r}; give `weights` for rings."
            raise ValueError(msg)
        return np.empty(0)
    values = np.asarray(weights, np.float64)
    if len(values) != len(rings_m) or not (values > 0.0).all() or not (values <= 1.0).all():
        msg = f"`weights` must be one number in (0, 1] for each of {len(rings_m)} rings. Got {list(weights)!r} instead."
        raise ValueError(msg)
    return values


def two_step_catchment(
    streets: Streets,
    origins: Places,
    demand: pd.Series[Any],
    targets: Places,
    supply: pd.Series[Any],
    radius_m: float | Sequence[float],
    weights: Sequence[float] | None = None,
) -> Catchment:
    """Return how much supply there is per unit of demand, for every origin.

    Parameters
    ----------
    streets
        The network.
    origins
        Where people live.
    demand : Series under ``origins.index``, ≥ 0
        How many; unplaced origins are left out of every catchment.
    targets
        Facilities of one sort.
    supply : Series under ``targets.index``, ≥ 0
        What each can hold (places, beds, m²).
    radius_m : float, or sequence of float, metres, ≥ 0
        Radius of the Gaussian curve; or, with `weights`, outer radii of the rings, ascending.
    weights : sequence of float, in (0, 1], optional
        Weight of every ring, inner first. A distance of exactly a ring's radius is in that ring.

    Returns
    -------
    Catchment

    Raises
    ------
    ValueError
        If `demand` or `supply` is misaligned, unknown or negative, radii do not ascend, or weights do not fit them.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> from linli.circle import build_streets, place_points
    >>> streets = build_streets([LineString([(0, 0), (1000, 0)])])
    >>> homes = place_points(streets, pd.Series([Point(0, 0), Point(400, 0)], index=["a", "b"]))
    >>> nursery = place_points(streets, pd.Series([Point(100, 0)], index=["n"]))
    >>> people, seats = pd.Series([50.0, 100.0], index=["a", "b"]), pd.Series([30.0], index=["n"])
    >>> two_step_catchment(streets, homes, people, nursery, seats, [300, 600], [1.0, 0.5]).access.tolist()
    [0.2, 0.2]
    """
    rings = [float(radius_m)] if isinstance(radius_m, (int, float)) else [float(radius) for radius in radius_m]
    ring_weights = _rings_iv(rings, weights)
    breaks = radii_mm(rings)
    people = _amounts_iv("demand", demand, origins)
    room = _amounts_iv("supply", supply, targets)
    stops, goals = stops_of("origins", streets, origins), goals_of("targets", streets, targets)
    placed = np.flatnonzero(np.diff(goals.start) > 0)
    # in the order of names, so that sums do not hang on the order of rows
    rows = placed[np.argsort(goals.rank[placed])].astype(np.int32)
    need = np.zeros(len(targets.index))
    access = np.zeros(len(origins.index))
    reached = np.zeros(len(origins.index), np.bool_)
    catchment_sweep(streets.net, stops, goals, rows, breaks, ring_weights, people, room, need, access, reached)
    return _result(origins, targets, room, need, access, reached)


def _result(
    origins: Places,
    targets: Places,
    room: NDArray[np.float64],
    need: NDArray[np.float64],
    access: NDArray[np.float64],
    reached: NDArray[np.bool_],
) -> Catchment:
    """Put what was found under the caller's names, unknown where it is."""
    lost = ~targets.placed
    defined = need > 0.0
    ratio = np.divide(room, need, out=np.full(len(need), np.nan), where=defined)
    need[lost] = np.nan
    return Catchment(
        access=pd.Series(access, index=origins.index, name="access"),
        reached=pd.Series(pd.arrays.BooleanArray(reached, ~origins.placed), index=origins.index, name="reached"),
        ratio=pd.Series(ratio, index=targets.index, name="ratio"),
        demand=pd.Series(need, index=targets.index, name="demand"),
        undefined=targets.index[~defined & ~lost],
    )
