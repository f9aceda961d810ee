"""The siting problem as arrays: what every solver below works on, and the reductions that lose nothing.

    maximise    offset + Σ_j weight_j z_j + Σ_i linear_i x_i
    subject to  z_j ≤ Σ_{i covers j} x_i,   0 ≤ z_j ≤ 1          (served only by what is chosen)
                row_lower ≤ R x ≤ row_upper                       (constraints)
                Σ_j floors_fj z_j + Σ_i floors_x_fi x_i ≥ floor_lower_f
                Σ_{i covers j} x_i ≥ 1 for the rows that must be served
                lower ≤ x ≤ upper,  x ∈ {0, 1}

Minimising a cost is maximising minus the cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.merge import add_up, equal_rows

__all__ = ["Core", "blank_core", "breaches", "core_value", "reduce_core", "restrict_core", "served_rows"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TOLERANCE = 1e-6
"""A row counts as kept if it is missed by no more than this, relative to its limit."""


@dataclass(frozen=True, eq=False)
class Core:
    """A siting problem as arrays; see the module for the equations.

    Parameters
    ----------
    covers
        CSR array, shape (m, n): demand rows × options.
    weight
        Shape (m,), ≥ 0.
    must
        Shape (m,): the row must be served.
    linear
        Shape (n,): what an option adds by itself.
    lower, upper
        Shape (n,), 0 or 1: fixed options have equal bounds.
    rows, row_lower, row_upper
        CSR array (r, n) and its bounds.
    floors, floors_x, floor_lower
        CSR arrays (k, m) and (k, n), ≥ 0, and the levels.
    offset
        Constant of the objective.
    """

    covers: sparse.csr_array
    weight: Floats
    must: Bools
    linear: Floats
    lower: Floats
    upper: Floats
    rows: sparse.csr_array
    row_lower: Floats
    row_upper: Floats
    floors: sparse.csr_array
    floors_x: sparse.csr_array
    floor_lower: Floats
    offset: float = 0.0


def blank_core(covers: sparse.csr_array, weight: Floats) -> Core:
    """Return the problem with nothing but coverage and weights.

    Parameters
    ----------
    covers
        CSR array, shape (m, n): demand rows × options.
    weight
        Shape (m,), ≥ 0.

    Returns
    -------
    Core
        No constraints, no floors, all options free.
    """
    rows, options = covers.shape
    nothing = sparse.csr_array((0, options))
    return Core(
        covers, weight, np.zeros(rows, dtype=bool), np.zeros(options), np.zeros(options), np.ones(options),
        nothing, np.zeros(0), np.zeros(0), sparse.csr_array((0, rows)), nothing, np.zeros(0),
    )  # fmt: skip


def served_rows(core: Core, x: Floats) -> Bools:
    """Return which demand rows a choice serves.

    Parameters
    ----------
    core
        The problem.
    x
        Shape (n,), 0 or 1.

    Returns
    -------
    ndarray of bool, shape (m,)
        Served.
    """
    return np.asarray(core.covers @ x) > 0.5  # noqa: PLR2004 - halfway between none and one


def core_value(core: Core, x: Floats) -> float:
    """Return the objective of a choice, kept constraints or not.

    Parameters
    ----------
    core
        The problem.
    x
        Shape (n,), 0 or 1.

    Returns
    -------
    float
        Offset + served weight + linear part.
    """
    return float(core.offset + core.weight[served_rows(core, x)].sum() + core.linear @ x)


def breaches(core: Core, x: Floats) -> float:
    """Return by how much the worst row is missed, relative to its limit; at most `TOLERANCE` = the choice is lawful.

    Parameters
    ----------
    core
        The problem.
    x
        Shape (n,), 0 or 1.

    Returns
    -------
    float
        ≥ 0.
    """
    served = served_rows(core, x)
    activity, reached = core.rows @ x, core.floors @ served.astype(np.float64) + core.floors_x @ x
    sides = [
        (core.row_lower - activity, core.row_lower),
        (activity - core.row_upper, core.row_upper),
        (core.floor_lower - reached, core.floor_lower),
        (core.lower - x, core.lower),
        (x - core.upper, core.upper),
    ]
    worst = 0.0 if served[core.must].all() else 1.0
    for miss, limit in sides:
        bound = np.isfinite(limit)
        if bound.any():
            worst = max(worst, float((miss[bound] / _scale(limit[bound])).max()))
    return worst


def _scale(limit: Floats) -> Floats:
    """Return what a miss is measured against: the limit, at least 1."""
    return np.maximum(1.0, np.abs(np.where(np.isfinite(limit), limit, 0.0)))


def _merge(core: Core) -> Core:
    """Merge rows of the same coverage set, floors and duty; drop rows that change nothing."""
    reach = np.diff(core.covers.indptr) > 0
    matters = core.weight > 0
    if core.floors.shape[0]:
        matters = matters | (np.asarray(abs(core.floors).sum(axis=0)) > 0)
    keep = np.flatnonzero((reach & matters) | core.must)
    covers, duty = core.covers[keep], core.must[keep]
    floors = sparse.csr_array(core.floors[:, keep])
    marks = [covers, sparse.csr_array(floors.T), sparse.csr_array(duty[:, None].astype(np.int8))]
    pattern = sparse.csr_array(sparse.hstack(marks, format="csr")) if core.floors.shape[0] or duty.any() else covers
    pattern.sort_indices()
    group, first = equal_rows(pattern)
    sums = sparse.csr_array((np.ones(len(group)), (np.arange(len(group)), group)), shape=(len(group), len(first)))
    return replace(
        core,
        covers=covers[first],
        weight=add_up(core.weight[keep], group, len(first)),
        must=duty[first],
        floors=sparse.csr_array(floors @ sums) if core.floors.shape[0] else sparse.csr_array((0, len(first))),
    )


def _fold_single(core: Core) -> Core:
    """Rows that one option alone covers belong to that option: z_j = x_i.

    Rows that must be served stay: a what-if may forbid the option, and then the duty must still be there to be missed.
    """
    single = (np.diff(core.covers.indptr) == 1) & ~core.must
    if not single.any():
        return core
    own = core.covers[np.flatnonzero(single)]
    options = core.covers.shape[1]
    linear = core.linear + np.bincount(own.indices, weights=core.weight[single], minlength=options)
    to_option = sparse.csr_array((np.ones(own.shape[0]), own.indices, own.indptr), shape=own.shape)
    rest = np.flatnonzero(~single)
    return replace(
        core,
        covers=core.covers[rest],
        weight=core.weight[rest],
        must=core.must[rest],
        linear=linear,
        floors=sparse.csr_array(core.floors[:, rest]),
        floors_x=sparse.csr_array(core.floors_x + core.floors[:, np.flatnonzero(single)] @ to_option),
    )


def reduce_core(core: Core) -> Core:
    """Merge equal demand rows and fold those of a single option; optima and their values stay the same.

    Parameters
    ----------
    core
        The problem.

    Returns
    -------
    Core
        Over the same options, with fewer demand rows.
    """
    return _fold_single(_merge(core))


def restrict_core(core: Core, lower: Floats, upper: Floats) -> tuple[Core, NDArray[np.int64]]:
    """Fix options and return the smaller problem over those left free, merged anew.

    Parameters
    ----------
    core
        The problem.
    lower, upper
        Shape (n,), 0 or 1: bounds, at least as tight as the problem's.

    Returns
    -------
    core : Core
        Over the free options; its values include what the fixed ones add.
    free : ndarray of int64
        The free options.
    """
    free = np.flatnonzero(lower < upper)
    fixed = np.where(lower < upper, 0.0, lower)
    served = served_rows(core, fixed)
    rest = np.flatnonzero(~served)
    done = served.astype(np.float64)
    spent = core.rows @ fixed
    rows = sparse.csr_array(core.rows[:, free])
    row_lower, row_upper = core.row_lower - spent, core.row_upper - spent
    floor_lower = core.floor_lower - core.floors @ done - core.floors_x @ fixed
    live = (
        (np.diff(rows.indptr) > 0)
        | (row_lower > TOLERANCE * _scale(core.row_lower))
        | (row_upper < -TOLERANCE * _scale(core.row_upper))
    )
    open_floors = floor_lower > TOLERANCE * _scale(core.floor_lower)
    small = Core(
        covers=sparse.csr_array(core.covers[rest][:, free]),
        weight=core.weight[rest],
        must=core.must[rest],
        linear=core.linear[free],
        lower=lower[free],
        upper=upper[free],
        rows=rows[np.flatnonzero(live)],
        row_lower=row_lower[live],
        row_upper=row_upper[live],
        floors=sparse.csr_array(core.floors[np.flatnonzero(open_floors)][:, rest]),
        floors_x=sparse.csr_array(core.floors_x[np.flatnonzero(open_floors)][:, free]),
        floor_lower=floor_lower[open_floors],
        offset=core.offset + float(core.weight[served].sum() + core.linear @ fixed),
    )
    return reduce_core(small), free
