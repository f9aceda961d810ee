"""A good choice fast: greedy, then destroy-and-repair search (an iterated local search) under the constraints.

The search knows nothing of bounds: what it finds is the start of an exact method, never called optimal. Floors and
rows that must be served are not steered to, only checked by the caller at the end.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.core import Core, core_value
from linli.improve.siting.kernels import City, Now, best_addition, climb, mend, turn_on, violated

__all__ = ["search"]

Floats = NDArray[np.float64]

_CHUNK = 200
"""Rounds between two looks at the clock."""

_BROAD = 0.1
"""A row that holds this share of the options counts as a resource that all compete for."""

_STRENGTH = (2, 8)
"""Options given up a round: at most a quarter of the chosen ones, within these numbers."""

_DRIFT = 2e-3
"""Part of the best objective that a round may lose at first; falls to nothing."""


def _one_sided(core: Core) -> tuple[sparse.csr_array, Floats]:
    """Return all constraints as Σ a_i x_i ≤ limit, the limits a breath wider for rounding."""
    upper, lower = np.isfinite(core.row_upper), np.isfinite(core.row_lower)
    above, below = core.rows[np.flatnonzero(upper)], core.rows[np.flatnonzero(lower)]
    rows = sparse.csr_array(sparse.vstack([above, -below], format="csr")).astype(np.float64)
    limit = np.concatenate([core.row_upper[upper], -core.row_lower[lower]])
    return rows, limit + 1e-9 * np.maximum(1.0, np.abs(limit))


def _use(rows: sparse.csr_array, limit: Floats) -> Floats:
    """Return the largest part of a resource for which all compete that each option takes."""
    use = np.zeros(rows.shape[1])
    broad = np.flatnonzero((np.diff(rows.indptr) >= _BROAD * rows.shape[1]) & (limit > 0))
    if len(broad):
        shares = sparse.csr_array(rows[broad].multiply(1.0 / limit[broad][:, None]))
        use = np.asarray(shares.maximum(0).max(axis=0).toarray()).ravel()
    return np.maximum(use, use[use > 0].min() if (use > 0).any() else 1.0)


def _city(core: Core) -> City:
    rows, limit = _one_sided(core)
    by_option, bounds = sparse.csc_array(core.covers), sparse.csc_array(rows)
    return City(
        option_at=by_option.indptr.astype(np.int64),
        option_rows=by_option.indices.astype(np.int64),
        row_at=core.covers.indptr.astype(np.int64),
        row_options=core.covers.indices.astype(np.int64),
        weight=core.weight,
        linear=core.linear,
        free=(core.upper > 0).astype(np.int64),
        fixed=(core.lower > 0).astype(np.int64),
        use=_use(rows, limit),
        bound_at=bounds.indptr.astype(np.int64),
        bound_rows=bounds.indices.astype(np.int64),
        bound_values=bounds.data,
        limit=limit,
    )


def search(core: Core, *, rounds: int, seed: int, deadline: float = np.inf, start: Floats | None = None) -> Floats:
    """Search for a good choice: greedy first, then rounds of destroy and repair.

    Parameters
    ----------
    core
        The problem.
    rounds
        Rounds ≥ 0; 0 = greedy alone.
    seed
        Seed: the same seed and rounds give the same choice (unless the deadline cuts in).
    deadline
        Value of `time.monotonic` at which to stop.
    start
        Shape (n,), 0 or 1: where to start instead of the fixed options; mended first if it is not lawful.

    Returns
    -------
    ndarray, shape (n,)
        0 or 1. It keeps the constraints if any visited choice did; floors and must-rows are for the caller to check.

    References
    ----------
    Ruiz & Stützle (2007), EJOR 177, 2033–2049 (iterated greedy).
    """
    city, (demand, options) = _city(core), core.covers.shape
    now = Now(
        x=np.zeros(options, dtype=np.int64),
        gain=core.linear + np.asarray(core.covers.T @ core.weight),
        counts=np.zeros(demand, dtype=np.int64),
        activity=np.zeros(len(city.limit)),
    )
    for i in np.flatnonzero((core.lower if start is None else start) > 0).tolist():
        turn_on(city, now, i)
    mend(city, now)
    while (i := best_addition(city, now, True, 0.0)) >= 0:
        turn_on(city, now, i)
    value = core_value(core, now.x.astype(np.float64))
    values = np.array([value, -np.inf if violated(city, now) else value])
    best = now.x.copy()
    strength = max(_STRENGTH[0], min(_STRENGTH[1], int(now.x.sum()) // 4))
    for done in range(0, rounds, _CHUNK):
        if time.monotonic() > deadline:
            break
        drift = _DRIFT * (1.0 - done / rounds)
        climb(city, now, best, values, (seed + done) % 2**31, min(_CHUNK, rounds - done), strength, drift)
    return best.astype(np.float64)
