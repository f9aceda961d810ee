"""Benders cuts: the served weight of a large problem, described by linear cuts on the options alone.

The demand rows are parted into *blocks*. The master problem holds the options x and one θ a block, the weight that the
block's people are served with. For any set S of a block's rows

    θ ≤ Σ_{j∈S} w_j + Σ_i ( Σ_{j∉S, i covers j} w_j ) x_i

holds for every choice; at a point x̄ it is tightest for S = the rows that x̄ serves fully (Σ_i x̄_i ≥ 1). Cuts depend on
neither budgets nor bounds, so one pool serves every budget and every what-if; a new coverage voids it.

A *measure* is a vector of weights: the objective's, and those of floors that count something else.

References: Cordeau, Furini & Ljubić (2019), EJOR 275, 882–896; in-out separation: Ben-Ameur & Neto (2007).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.core import TOLERANCE, Core
from linli.improve.siting.errors import SolverError
from linli.improve.siting.merge import equal_rows
from linli.improve.siting.mip import Mip, load

__all__ = [
    "Blocks",
    "LpResult",
    "Pool",
    "make_blocks",
    "make_pool",
    "master_mip",
    "priced_cuts",
    "separate",
    "solve_lp",
    "take",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STATUS = highspy.HighsModelStatus

BLOCK_ROWS = 1000
"""Demand rows a block, about: more blocks mean fewer iterations and a larger master."""


PATIENCE = 10_000
"""Simplex steps for one relaxed master; one that takes more is not worth re-solving time and again."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """How the demand rows are parted and what each θ measures.

    Parameters
    ----------
    weights
        CSR array, shape (t, m): the weights of each θ's rows.
    objective
        Shape (t,): 1 if the θ counts in the objective, else 0.
    floors
        CSR array, shape (k, t): the part of each θ in each floor.
    total
        Shape (t,): the weight of all rows of the θ.
    """

    weights: sparse.csr_array
    objective: Floats
    floors: sparse.csr_array
    total: Floats


@dataclass(eq=False)
class Pool:
    """The cuts found so far; grows. Each: θ[theta] − coefficients·x ≤ constant."""

    theta: Ints
    coefficients: sparse.csr_array
    constant: Floats
    marks: set[int] = field(default_factory=set)

    def pick(self, which: Ints) -> Pool:
        """Return the cuts of those numbers."""
        return Pool(self.theta[which], self.coefficients[which], self.constant[which])

    def join(self, other: Pool) -> Pool:
        """Return both pools' cuts."""
        return Pool(
            np.concatenate([self.theta, other.theta]),
            sparse.csr_array(sparse.vstack([self.coefficients, other.coefficients], format="csr")),
            np.concatenate([self.constant, other.constant]),
        )


class LpResult(NamedTuple):
    """The relaxed master: whether it is feasible and solved to the end, point, bound, reduced costs of the options."""

    feasible: bool
    finished: bool
    x: Floats
    bound: float
    reduced: Floats


def _local_order(core: Core) -> Ints:
    """Order the rows so that neighbours share options."""
    covers = core.covers.astype(np.float64)
    together = sparse.csr_array(covers.T @ covers)
    rank = np.empty(covers.shape[1])
    rank[sparse.csgraph.reverse_cuthill_mckee(sparse.csr_matrix(together), symmetric_mode=True)] = np.arange(len(rank))
    means = np.asarray(covers @ rank) / np.maximum(1, np.diff(core.covers.indptr))
    return np.argsort(means, kind="stable").astype(np.int64)


def _signatures(core: Core) -> Ints:
    """Return a number for each row, the same for rows that count in the same floors."""
    if not core.floors.shape[0]:
        return np.zeros(core.covers.shape[0], dtype=np.int64)
    pattern = sparse.csr_array(core.floors.T)
    pattern.sort_indices()
    return equal_rows(pattern)[0]


def _block_of_rows(core: Core, size: int) -> Ints:
    """Return each row's block: rows that count in the same floors, neighbours together."""
    rows, signature, order = core.covers.shape[0], _signatures(core), _local_order(core)
    order = order[np.argsort(signature[order], kind="stable")]
    within = np.arange(rows) - np.searchsorted(signature[order], signature[order])
    keys = np.stack([signature[order], within // size], axis=1)
    block = np.empty(rows, dtype=np.int64)
    block[order] = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    return block


def _multiple(core: Core, amounts: sparse.coo_array) -> float | None:
    """Return the factor between a floor's amounts and the objective's weights; None if there is none."""
    weights = core.weight[amounts.col]
    if not len(weights) or not (weights > 0).all():
        return None
    ratio = amounts.data / weights
    return float(ratio[0]) if np.ptp(ratio) <= TOLERANCE * ratio[0] else None


def make_blocks(core: Core, size: int = BLOCK_ROWS) -> Blocks:
    """Part the demand rows by floor and by neighbourhood.

    Parameters
    ----------
    core
        The problem, reduced.
    size
        Rows a block, about.

    Returns
    -------
    Blocks
        One θ a block for the objective; floors whose amounts are not a multiple of the weights get θs of their own.
    """
    rows, block = core.covers.shape[0], _block_of_rows(core, size)
    blocks = int(block.max()) + 1 if rows else 0
    indicator = sparse.csr_array((np.ones(rows), (block, np.arange(rows))), shape=(blocks, rows))
    parts, entries, thetas = [sparse.csr_array(indicator.multiply(core.weight[None]))], [np.zeros((3, 0))], blocks
    for number in range(core.floors.shape[0]):
        amounts = core.floors[[number]].tocoo()
        used, factor = np.unique(block[amounts.col]), _multiple(core, amounts)
        which = used
        if factor is None:
            parts.append(sparse.csr_array(indicator[used].multiply(amounts.toarray())))
            which, factor, thetas = thetas + np.arange(len(used)), 1.0, thetas + len(used)
        entries.append(np.stack([np.full(len(used), number), which, np.full(len(used), factor)]))
    weights = sparse.csr_array(sparse.vstack(parts, format="csr"))
    weights.eliminate_zeros()
    floor, theta, share = np.concatenate(entries, axis=1)
    return Blocks(
        weights,
        (np.arange(thetas) < blocks).astype(np.float64),
        sparse.csr_array(
            (share, (floor.astype(np.int64), theta.astype(np.int64))), shape=(core.floors.shape[0], thetas)
        ),
        np.asarray(weights.sum(axis=1), dtype=np.float64).ravel(),
    )


def make_pool(core: Core) -> Pool:
    """Return an empty pool for a problem."""
    return Pool(np.zeros(0, dtype=np.int64), sparse.csr_array((0, core.covers.shape[1])), np.zeros(0))


def separate(core: Core, blocks: Blocks, x: Floats, slack: float = 1e-9) -> tuple[Floats, Pool]:
    """Make the tightest cut of every θ at a point.

    Parameters
    ----------
    core, blocks
        The problem and its blocks.
    x
        Shape (n,), 0–1.
    slack
        A row counts as served if Σ x ≥ 1 − slack.

    Returns
    -------
    value : ndarray, shape (t,)
        What each θ can be at x.
    cuts : Pool
        One cut a θ.
    """
    reach = np.asarray(core.covers @ x)
    value = np.asarray(blocks.weights @ np.minimum(1.0, reach))
    served = reach >= 1.0 - slack
    constant = np.asarray(blocks.weights @ served.astype(np.float64))
    rest = np.flatnonzero(~served)
    coefficients = sparse.csr_array(blocks.weights[:, rest] @ core.covers[rest].astype(np.float64))
    coefficients.sort_indices()
    return value, Pool(np.arange(len(value)), coefficients, constant)


def priced_cuts(core: Core, blocks: Blocks, prices: Floats) -> Pool:
    """Make the cut of every θ that prices of being served give: optimal prices give the relaxation's bound at once.

    Parameters
    ----------
    core, blocks
        The problem and its blocks.
    prices
        Shape (m,), ≥ 0: what serving each row is worth at the margin, at most its weight.

    Returns
    -------
    Pool
        One cut a θ: θ ≤ Σ_j (w_j − π_j) + Σ_i (Σ_{i covers j} π_j) x_i, with π_j between 0 and w_j.
    """
    part = np.divide(prices, core.weight, out=np.zeros_like(prices), where=core.weight > 0)
    part = np.clip(part, 0.0, 1.0)
    coefficients = sparse.csr_array(blocks.weights.multiply(part[None]) @ core.covers.astype(np.float64))
    coefficients.sort_indices()
    return Pool(np.arange(len(blocks.total)), coefficients, np.asarray(blocks.weights @ (1.0 - part)))


def _mark(cuts: Pool, row: int) -> int:
    span = slice(cuts.coefficients.indptr[row], cuts.coefficients.indptr[row + 1])
    numbers = (cuts.coefficients.indices[span].tobytes(), cuts.coefficients.data[span].tobytes())
    return hash((int(cuts.theta[row]), float(cuts.constant[row]), *numbers))


def take(pool: Pool, cuts: Pool, which: Ints) -> Pool:
    """Add cuts to the pool, unless it holds them.

    Parameters
    ----------
    pool
        Grows in place.
    cuts
        Where they come from.
    which
        Their numbers.

    Returns
    -------
    Pool
        The ones added.
    """
    marks = {int(row): _mark(cuts, int(row)) for row in which}
    added = cuts.pick(np.array([row for row, mark in marks.items() if mark not in pool.marks], dtype=np.int64))
    pool.marks.update(marks.values())
    if len(added.constant):
        both = pool.join(added)
        pool.theta, pool.coefficients, pool.constant = both.theta, both.coefficients, both.constant
    return added


def _cut_rows(added: Pool, thetas: int) -> sparse.csr_array:
    pick = sparse.csr_array(
        (np.ones(len(added.theta)), (np.arange(len(added.theta)), added.theta)), shape=(len(added.theta), thetas)
    )
    return sparse.csr_array(sparse.hstack([-added.coefficients, pick], format="csr"))


def master_mip(core: Core, blocks: Blocks, pool: Pool, *, whole: bool = True) -> Mip:
    """Write the master problem: options, θs, constraints, floors, must-rows and the cuts of the pool.

    Parameters
    ----------
    core, blocks, pool
        The problem, its blocks, the cuts.
    whole
        Whether the options are whole numbers (else the relaxation).

    Returns
    -------
    Mip
        First n columns = x.
    """
    options, thetas = core.covers.shape[1], len(blocks.total)
    duty = core.covers[np.flatnonzero(core.must)].astype(np.float64)
    none = sparse.csr_array((core.rows.shape[0], thetas))
    matrix = sparse.block_array(
        [
            [core.rows.astype(np.float64), none],
            [core.floors_x, blocks.floors],
            [duty, sparse.csr_array((duty.shape[0], thetas))],
            [-pool.coefficients, _cut_rows(pool, thetas)[:, options:]],
        ],
        format="csr",
    )
    return Mip(
        cost=np.concatenate([core.linear, blocks.objective]),
        lower=np.concatenate([core.lower, np.zeros(thetas)]),
        upper=np.concatenate([core.upper, blocks.total]),
        integer=(np.arange(options + thetas) < options) & whole,
        matrix=sparse.csr_array(matrix),
        row_lower=np.concatenate(
            [core.row_lower, core.floor_lower, np.ones(duty.shape[0]), np.full(len(pool.constant), -np.inf)]
        ),
        row_upper=np.concatenate(
            [core.row_upper, np.full(len(core.floor_lower) + duty.shape[0], np.inf), pool.constant]
        ),
        offset=core.offset,
    )


def _add_rows(solver: Any, added: Pool, thetas: int) -> None:
    rows = _cut_rows(added, thetas)
    solver.addRows(
        rows.shape[0],
        np.full(rows.shape[0], -np.inf),
        added.constant,
        rows.nnz,
        rows.indptr[:-1].astype(np.int32),
        rows.indices.astype(np.int32),
        rows.data,
    )


def solve_lp(
    core: Core, blocks: Blocks, pool: Pool, *, inside: Floats, gap: float, deadline: float = np.inf
) -> LpResult:
    """Solve the relaxation by growing the pool until the bound is what the full model's relaxation would give.

    Parameters
    ----------
    core, blocks
        The problem and its blocks.
    pool
        Cuts; grows in place.
    inside
        Shape (n,), 0–1: a good choice, from which the in-out separation looks.
    gap
        Relative distance between the bound and the relaxed value at which to stop.
    deadline
        Value of `time.monotonic` at which to stop; the bound is valid whenever it stops.

    Returns
    -------
    LpResult
        The last relaxed master.

    Raises
    ------
    SolverError
        HiGHS stops without an answer.
    """
    thetas, options = len(blocks.total), core.covers.shape[1]
    solver = load(master_mip(core, blocks, pool, whole=False), solver="simplex", simplex_iteration_limit=PATIENCE)
    inner, step = inside.copy(), 0.5
    last = LpResult(True, False, inside, np.inf, np.zeros(options))
    while True:
        if np.isfinite(deadline):
            solver.setOptionValue("time_limit", solver.getRunTime() + max(0.01, deadline - time.monotonic()))
        solver.run()
        status = solver.getModelStatus()
        if status in (_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible):  # every column is bounded
            return LpResult(False, True, inside, -np.inf, np.zeros(options))
        if status in (_STATUS.kTimeLimit, _STATUS.kIterationLimit, _STATUS.kUnknown):
            return last._replace(finished=False)
        if status != _STATUS.kOptimal:
            msg = f"HiGHS stops at the relaxation: {solver.modelStatusToString(status)}."
            raise SolverError(msg)
        solution = solver.getSolution()
        values, duals = np.array(solution.col_value), np.array(solution.col_dual)
        x, theta = np.clip(values[:options], 0.0, 1.0), values[options:]
        bound = float(solver.getInfo().objective_function_value)
        last = LpResult(True, True, x, bound, duals[:options])
        reached, cuts = separate(core, blocks, x)
        short = theta - reached
        missing = float(np.maximum(short, 0.0).sum())
        if missing <= gap * max(1.0, abs(bound)) or time.monotonic() > deadline:
            return last
        tight = TOLERANCE * np.maximum(1.0, reached) * 0.01
        between = step * x + (1.0 - step) * inner
        _, deep = separate(core, blocks, between)
        violated = theta - np.asarray(deep.coefficients @ x) - deep.constant > tight
        added = take(pool, deep, np.flatnonzero(violated))
        inner = between
        if not len(added.constant):
            added = take(pool, cuts, np.flatnonzero(short > tight))
            inner = x
            if not len(added.constant):
                return last
        _add_rows(solver, added, thetas)
