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

__all__ = ["Mip", "MipResult", "load", "solve_mip", "solver_version"]

Floats = NDArray[np.float64]

_STATUS = highspy.HighsModelStatus


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
