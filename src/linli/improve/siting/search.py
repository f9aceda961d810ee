"""A good choice fast: greedy, then destroy-and-repair search (an iterated local search) under the constraints.

The search knows nothing of bounds: what it finds is the start of an exact method, never called optimal. Floors and
rows that must be served are not steered to, only checked by the caller at the end.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.core import Core, core_value

__all__ = ["search"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CHUNK = 200
"""Rounds between two looks at the clock."""

_BROAD = 0.1
"""A row that holds this share of the options counts as a resource that all compete for."""


@numba.njit(cache=True)
def _turn_on(i, x, gain, count, option_at, option_rows, row_at, row_options, weight, bound_at, bound_rows, bound_values, activity):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, E501
    """Choose option i and keep gains, counts and activities up to date."""
    x[i] = 1
    for a in range(bound_at[i], bound_at[i + 1]):
        activity[bound_rows[a]] += bound_values[a]
    for a in range(option_at[i], option_at[i + 1]):
        j = option_rows[a]
        count[j] += 1
        if count[j] == 1:
            for b in range(row_at[j], row_at[j + 1]):
                gain[row_options[b]] -= weight[j]


@numba.njit(cache=True)
def _turn_off(i, x, gain, count, option_at, option_rows, row_at, row_options, weight, bound_at, bound_rows, bound_values, activity):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, E501
    """Undo `_turn_on`."""
    x[i] = 0
    for a in range(bound_at[i], bound_at[i + 1]):
        activity[bound_rows[a]] -= bound_values[a]
    for a in range(option_at[i], option_at[i + 1]):
        j = option_rows[a]
        count[j] -= 1
        if count[j] == 0:
            for b in range(row_at[j], row_at[j + 1]):
                gain[row_options[b]] += weight[j]


@numba.njit(cache=True)
def _best_addition(x, free, gain, use, power, noise, bound_at, bound_rows, bound_values, activity, limit):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, E501
    """Return the affordable option of most gain for its use, -1 if none gains."""
    best, best_score = -1, 0.0
    for i in range(len(x)):
        if x[i] == 1 or free[i] == 0 or gain[i] <= 0.0:
            continue
        score = gain[i] / use[i] if power else gain[i]
        if noise > 0.0:
            score *= 1.0 + noise * np.random.random()  # noqa: NPY002 - numba's generator
        if score <= best_score:
            continue
        fits = True
        for a in range(bound_at[i], bound_at[i + 1]):
            if bound_values[a] > 0.0 and activity[bound_rows[a]] + bound_values[a] > limit[bound_rows[a]]:
                fits = False
                break
        if fits:
            best, best_score = i, score
    return best


@numba.njit(cache=True)
def _loss(i, count, option_at, option_rows, weight):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the weight that only option i serves."""
    lost = 0.0
    for a in range(option_at[i], option_at[i + 1]):
        if count[option_rows[a]] == 1:
            lost += weight[option_rows[a]]
    return lost


@numba.njit(cache=True)
def _pick(chosen, amount, count, option_at, option_rows, weight, linear, use):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return one chosen option at random, or of three random ones the one that earns least for its use."""
    first = chosen[np.random.randint(amount)]  # noqa: NPY002
    if np.random.random() < 0.5:  # noqa: NPY002, PLR2004 - one pick in two
        return first
    worst, worst_score = first, np.inf
    for _ in range(3):
        i = chosen[np.random.randint(amount)]  # noqa: NPY002
        score = (_loss(i, count, option_at, option_rows, weight) + linear[i]) / use[i]
        if score < worst_score:
            worst, worst_score = i, score
    return worst


@numba.njit(cache=True)
def _violated(activity, limit):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for r in range(len(limit)):
        if activity[r] > limit[r]:
            return r
    return -1


@numba.njit(cache=True)
def _rounds(seed, rounds, strength, drift, x, best_x, state, free, fixed, linear, use, gain, count, option_at, option_rows, row_at, row_options, weight, bound_at, bound_rows, bound_values, activity, limit):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, E501
    """Run rounds of destroy and repair; `state` = [value of x, value of best_x]."""
    np.random.seed(seed)  # noqa: NPY002
    moved = np.empty(4 * len(x) + 8, dtype=np.int64)
    chosen = np.empty(len(x), dtype=np.int64)
    for _ in range(rounds):
        moves, value = 0, state[0]
        power, noise = np.random.random() < 0.7, 0.1 * np.random.random()  # noqa: NPY002, PLR2004
        size = np.random.randint(0, strength + 1)  # noqa: NPY002
        for _removal in range(size):
            amount = 0
            for i in range(len(x)):
                if x[i] == 1 and fixed[i] == 0:
                    chosen[amount] = i
                    amount += 1
            if amount == 0:
                break
            i = _pick(chosen, amount, count, option_at, option_rows, weight, linear, use)
            _turn_off(i, x, gain, count, option_at, option_rows, row_at, row_options, weight, bound_at, bound_rows, bound_values, activity)  # noqa: E501
            value -= gain[i]
            moved[moves] = i
            moves += 1
        while moves < len(moved):
            i = _best_addition(x, free, gain, use, power, noise, bound_at, bound_rows, bound_values, activity, limit)
            if i < 0:
                break
            value += gain[i]
            _turn_on(i, x, gain, count, option_at, option_rows, row_at, row_options, weight, bound_at, bound_rows, bound_values, activity)  # noqa: E501
            moved[moves] = i
            moves += 1
        lawful = _violated(activity, limit) < 0
        if lawful and value > state[1] + 1e-9:
            state[1] = value
            best_x[:] = x
        if (lawful or state[1] == -np.inf) and value >= state[0] - drift * abs(state[1]):
            state[0] = value
            continue
        for back in range(moves - 1, -1, -1):
            i = moved[back]
            if x[i] == 1:
                _turn_off(i, x, gain, count, option_at, option_rows, row_at, row_options, weight, bound_at, bound_rows, bound_values, activity)  # noqa: E501
            else:
                _turn_on(i, x, gain, count, option_at, option_rows, row_at, row_options, weight, bound_at, bound_rows, bound_values, activity)  # noqa: E501


@dataclass(frozen=True, eq=False)
class _Bounds:
    """All constraints as Σ a_i x_i ≤ limit, option by option."""

    at: Ints
    rows: Ints
    values: Floats
    limit: Floats
    use: Floats


def _as_bounds(core: Core) -> _Bounds:
    upper, lower = np.isfinite(core.row_upper), np.isfinite(core.row_lower)
    above = core.rows[np.flatnonzero(upper)]
    below = core.rows[np.flatnonzero(lower)]
    both = sparse.csr_array(sparse.vstack([above, -below], format="csr")).astype(np.float64)
    limit = np.concatenate([core.row_upper[upper], -core.row_lower[lower]])
    room = limit + 1e-9 * np.maximum(1.0, np.abs(limit))
    by_option = sparse.csc_array(both)
    broad = np.flatnonzero((np.diff(both.indptr) >= _BROAD * both.shape[1]) & (limit > 0))
    use = np.zeros(both.shape[1])
    if len(broad):
        shares = both[broad].multiply(1.0 / limit[broad][:, None])
        use = np.asarray(sparse.csr_array(shares).maximum(0).max(axis=0).toarray()).ravel()
    smallest = use[use > 0].min() if (use > 0).any() else 1.0
    return _Bounds(
        by_option.indptr.astype(np.int64),
        by_option.indices.astype(np.int64),
        by_option.data,
        room,
        np.maximum(use, smallest),
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
        Shape (n,), 0 or 1: where to start instead of the fixed options.

    Returns
    -------
    ndarray, shape (n,)
        0 or 1. It keeps the constraints if any visited choice did; floors and must-rows are for the caller to check.

    References
    ----------
    Destroy-and-repair after Ruiz & Stützle (2007), iterated greedy.
    """
    bounds = _as_bounds(core)
    covers = core.covers
    by_option = sparse.csc_array(covers)
    options = covers.shape[1]
    arrays = (
        by_option.indptr.astype(np.int64), by_option.indices.astype(np.int64),
        covers.indptr.astype(np.int64), covers.indices.astype(np.int64), core.weight,
        bounds.at, bounds.rows, bounds.values,
    )  # fmt: skip
    gain = core.linear + np.asarray(covers.T @ core.weight)
    count = np.zeros(covers.shape[0], dtype=np.int64)
    activity = np.zeros(len(bounds.limit))
    x = np.zeros(options, dtype=np.int64)
    first = core.lower if start is None else start
    for i in np.flatnonzero(first > 0):
        _turn_on(i, x, gain, count, *arrays, activity)
    free, fixed = (core.upper > 0).astype(np.int64), (core.lower > 0).astype(np.int64)
    while True:
        i = _best_addition(x, free, gain, bounds.use, True, 0.0, *arrays[5:], activity, bounds.limit)  # noqa: FBT003
        if i < 0:
            break
        _turn_on(i, x, gain, count, *arrays, activity)
    lawful = _violated(activity, bounds.limit) < 0
    value = core_value(core, x.astype(np.float64))
    state = np.array([value, value if lawful else -np.inf])
    best = x.copy()
    inner = (free, fixed, core.linear, bounds.use, gain, count, *arrays, activity, bounds.limit)
    chosen = int(x.sum())
    strength = max(2, min(8, chosen // 4))
    for chunk in range(0, rounds, _CHUNK):
        if time.monotonic() > deadline:
            break
        drift = 2e-3 * (1.0 - chunk / rounds)
        _rounds((seed + chunk) % 2**31, min(_CHUNK, rounds - chunk), strength, drift, x, best, state, *inner)
    return best.astype(np.float64)
