"""A mixed-integer model as arrays, handed to HiGHS: the only module that knows the solver."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.errors import SolverError

__all__ = ["Mip", "MipResult", "load", "part_rows", "solve_mip", "solver_version"]

Floats = NDArray[np.float64]

_STATUS = highspy.HighsModelStatus

LONG_ROW = 1000
"""Entries of a row from which on it is parted."""

PART = 150
"""Entries of a part of a long row."""


@dataclass(frozen=True, eq=False)
class Mip:
    """Maximise offset + cost·v with row and column bounds.

    Parameters
    ----------
    cost, lower, upper, integer
        Shape (columns,).
    matrix, row_lower, row_upper
        CSR array (rows, columns) and its bounds.
    offset
        Constant.
    names
        Column and row names for reading the model; empty where nobody reads it.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    integer: NDArray[np.bool_]
    matrix: sparse.csr_array
    row_lower: Floats
    row_upper: Floats
    offset: float = 0.0


@dataclass(frozen=True, eq=False)
class MipResult:
    """What HiGHS found: status, point (None if nothing), objective and proven upper bound."""

    status: Literal["optimal", "infeasible", "time_limit"]
    point: Floats | None
    objective: float
    bound: float


def _highs() -> Any:
    """Return a new solver; highspy is typed in part only."""
    make: Any = highspy.Highs
    return make()


def solver_version() -> str:
    """Return the solver's name and version, e.g. ``HiGHS 1.14.0``."""
    return f"HiGHS {_highs().version()}"


def load(mip: Mip, **settings: Any) -> Any:
    """Hand a model to a new HiGHS.

    Parameters
    ----------
    mip
        The model.
    settings
        HiGHS options.

    Returns
    -------
    highspy.Highs
        Loaded, silent, not run.

    Raises
    ------
    SolverError
        HiGHS refuses the model.
    """
    solver: Any = _highs()
    solver.setOptionValue("output_flag", False)
    for name, value in settings.items():
        solver.setOptionValue(name, value)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(mip.cost), len(mip.row_lower)
    program.sense_ = highspy.ObjSense.kMaximize
    program.offset_ = mip.offset
    program.col_cost_, program.col_lower_, program.col_upper_ = mip.cost, mip.lower, mip.upper
    program.row_lower_, program.row_upper_ = mip.row_lower, mip.row_upper
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
    matrix.start_ = mip.matrix.indptr.astype(np.int32)
    matrix.index_ = mip.matrix.indices.astype(np.int32)
    matrix.value_ = mip.matrix.data.astype(np.float64)
    if mip.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [kinds[int(flag)] for flag in mip.integer]
    if solver.passModel(program) == highspy.HighsStatus.kError:
        msg = "HiGHS refuses the model."
        raise SolverError(msg)
    return solver


def _parts(mip: Mip, row: int) -> tuple[sparse.csr_array, sparse.csr_array, Floats, Floats]:
    """Return the parts of a row, each as Σ a_i v_i in units of its largest a, with the units and what a part can be."""
    one = mip.matrix[[row]]
    columns, values = one.indices, one.data
    part = np.arange(len(columns)) // PART
    count = int(part[-1]) + 1
    unit = np.maximum.reduceat(np.abs(values), np.arange(0, len(columns), PART))
    table = sparse.csr_array((values / unit[part], (part, columns)), shape=(count, mip.matrix.shape[1]))
    low, high = values * mip.lower[columns] / unit[part], values * mip.upper[columns] / unit[part]
    return (
        table,
        sparse.csr_array(unit[None]),
        np.bincount(part, weights=np.minimum(low, high)).astype(np.float64),
        np.bincount(part, weights=np.maximum(low, high)).astype(np.float64),
    )


def part_rows(mip: Mip) -> Mip:
    """Write rows that hold very many columns (the budget of a whole city) as sums of parts, each a column of its own.

    Σ_i a_i v_i ≤ b becomes Σ_{i∈p} a_i v_i ≤ s_p for each part p, Σ_p s_p ≤ b. The choices are the same and worth the
    same; HiGHS's presolve, which a single row of 20,000 entries keeps busy for half a minute, then takes a second.

    Parameters
    ----------
    mip
        The model, its columns in an order in which neighbours share other rows.

    Returns
    -------
    Mip
        The same first columns, the parts' columns after them; the same model if no row is long and bounded on one side.
    """
    one_sided = np.isfinite(mip.row_lower) != np.isfinite(mip.row_upper)
    long = np.flatnonzero((np.diff(mip.matrix.indptr) >= LONG_ROW) & one_sided)
    if not len(long):
        return mip
    kept = np.setdiff1d(np.arange(mip.matrix.shape[0]), long)
    sides = [np.isfinite(mip.row_upper[row]) for row in long]
    parts = [_parts(mip, int(row)) for row in long]
    sizes = [len(low) for _, _, low, _ in parts]
    parted = sparse.csr_array(sparse.vstack([table for table, _, _, _ in parts], format="csr"))
    sums = sparse.csr_array(sparse.block_diag([unit for _, unit, _, _ in parts], format="csr"))
    extra = sum(sizes)
    blocks = [
        [mip.matrix[kept].astype(np.float64), sparse.csr_array((len(kept), extra))],
        [parted, -sparse.csr_array(sparse.eye_array(extra))],
        [sparse.csr_array((len(long), mip.matrix.shape[1])), sums],
    ]
    above = np.repeat(sides, sizes)
    return Mip(
        cost=np.concatenate([mip.cost, np.zeros(extra)]),
        lower=np.concatenate([mip.lower, *(low for _, _, low, _ in parts)]),
        upper=np.concatenate([mip.upper, *(high for _, _, _, high in parts)]),
        integer=np.concatenate([mip.integer, np.zeros(extra, dtype=bool)]),
        matrix=sparse.csr_array(sparse.block_array(blocks, format="csr")),
        row_lower=np.concatenate([mip.row_lower[kept], np.where(above, -np.inf, 0.0), mip.row_lower[long]]),
        row_upper=np.concatenate([mip.row_upper[kept], np.where(above, 0.0, np.inf), mip.row_upper[long]]),
        offset=mip.offset,
    )


def _remaining(deadline: float) -> float:
    return max(0.01, deadline - time.monotonic())


def _offer(solver: Any, start: Floats | None) -> None:
    if start is not None:
        solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)


def solve_mip(
    mip: Mip,
    *,
    gap: float,
    deadline: float = np.inf,
    seed: int = 0,
    start: Floats | None = None,
    cutoff: float = -np.inf,
    better: Callable[[Floats], None] | None = None,
) -> MipResult:
    """Solve a model with HiGHS.

    Parameters
    ----------
    mip
        The model.
    gap
        Relative gap ≥ 0 at which to stop.
    deadline
        Value of `time.monotonic` at which to stop; HiGHS may overrun it.
    seed
        Seed of HiGHS.
    start
        Values of the first columns to start from (the rest is filled in), shape (k,), k ≤ columns.
    cutoff
        Only solutions above this are of interest; "infeasible" then means that there is none.
    better
        Called with the values of each better solution while HiGHS runs.

    Returns
    -------
    MipResult
        Objective −inf if nothing was found.

    Raises
    ------
    SolverError
        HiGHS stops without an answer.
    """
    settings: dict[str, Any] = {"mip_rel_gap": float(gap), "mip_abs_gap": 1e-6, "random_seed": seed % 2**31}
    if np.isfinite(deadline):
        settings["time_limit"] = _remaining(deadline)
    if np.isfinite(cutoff):
        settings["objective_bound"] = cutoff
    solver = load(mip, **settings)
    _offer(solver, start)
    if better is not None and mip.integer.any():
        solver.cbMipImprovingSolution += lambda event: better(np.array(event.data_out.mip_solution))
    solver.run()
    return _read(solver, mip)


def _read(solver: Any, mip: Mip) -> MipResult:
    status, info = solver.getModelStatus(), solver.getInfo()
    if status in (_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible):
        return MipResult("infeasible", None, -np.inf, -np.inf)
    if status not in (_STATUS.kOptimal, _STATUS.kTimeLimit, _STATUS.kInterrupt, _STATUS.kModelEmpty):
        msg = f"HiGHS stops: {solver.modelStatusToString(status)}."
        raise SolverError(msg)
    if status == _STATUS.kModelEmpty:
        return MipResult("optimal", np.zeros(len(mip.cost)), mip.offset, mip.offset)
    found = info.primal_solution_status == 2  # noqa: PLR2004 - kSolutionStatusFeasible
    values = np.array(solver.getSolution().col_value) if found else None
    objective = float(info.objective_function_value) if found else -np.inf
    bound = float(info.mip_dual_bound) if mip.integer.any() else objective
    done = status == _STATUS.kOptimal
    if not np.isfinite(bound):
        bound = objective if done else np.inf
    return MipResult("optimal" if done else "time_limit", values, objective, bound)
