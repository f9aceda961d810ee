"""p-median: the least total way to the nearest facility, solved as a covering problem of distance levels.

For a demand row j with the distances D_1 < … < D_K to its options, let z_jk be 1 if something within D_k is chosen. The
way of j is then D_{K+1} − Σ_k (D_{k+1} − D_k) z_jk with D_{K+1} what the row costs unserved: maximal covering in which
the row (j, k) weighs w_j (D_{k+1} − D_k). Levels of different rows that the same options reach merge (Elloumi 2010).
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.clash import explain_clash
from linli.improve.siting.constraints import Constraint, at_most
from linli.improve.siting.core import TOLERANCE, Core
from linli.improve.siting.coverage import Coverage, coverage_from_pairs
from linli.improve.siting.effort import Effort
from linli.improve.siting.errors import SolverError
from linli.improve.siting.mip import solver_version
from linli.improve.siting.model import SitingModel, core_of, make_model, served_table
from linli.improve.siting.process import run_core
from linli.improve.siting.result import Siting
from linli.improve.siting.solve import relative_gap
from linli.improve.siting.tables import numbers

__all__ = ["p_median"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Levels:
    """The levels of all demand rows: one row each."""

    covers: sparse.csr_array
    weight: Floats
    must: NDArray[np.bool_]
    constant: float


def _sorted_pairs(coverage: Coverage, count: int, top: Floats) -> tuple[Ints, Ints, Floats]:
    """Return demand row, option and distance of the pairs that can shorten a way, by row and distance."""
    matrix, distance = coverage.matrix, coverage.distance_m
    assert distance is not None
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    useful = (matrix.indices < count) & (distance < top[rows])
    rows, columns, metres = rows[useful], matrix.indices[useful].astype(np.int64), distance[useful]
    order = np.lexsort((columns, metres, rows))
    return rows[order], columns[order], metres[order]


def _levels(coverage: Coverage, count: int, weight: Floats, top: Floats) -> _Levels:
    """Write every demand row as its levels; `top` = what it costs if no option serves it, inf = it must be served."""
    rows, columns, metres = _sorted_pairs(coverage, count, top)
    last = np.ones(len(rows), dtype=bool)
    last[:-1] = (rows[1:] != rows[:-1]) | (metres[1:] != metres[:-1])
    ends = np.flatnonzero(last)
    of_row, here = rows[ends], metres[ends]
    following = np.append(here[1:], np.inf)
    final = np.append(of_row[1:] != of_row[:-1], np.ones(min(1, len(of_row)), dtype=bool))
    following[final] = top[of_row[final]]
    must = ~np.isfinite(following)
    step = np.where(must, 0.0, following - here)
    begins = np.searchsorted(rows, of_row)
    lengths = ends + 1 - begins
    pointer = np.concatenate([[0], np.cumsum(lengths)])
    at = np.arange(pointer[-1]) - np.repeat(pointer[:-1], lengths) + np.repeat(begins, lengths)
    covers = sparse.csr_array(
        (np.ones(len(at), dtype=np.int8), columns[at].astype(np.int32), pointer), shape=(len(ends), count)
    )
    covers.sort_indices()
    # What is paid before any level is reached: the cost unserved, or the farthest distance where it must be served.
    base = np.where(np.isfinite(top), top, 0.0)
    base[of_row[must]] = here[must]
    return _Levels(covers, weight[of_row] * step, must, float(weight @ base))


def _unserved(model: SitingModel, unserved_m: float) -> Floats:
    """Return what each row costs if no option serves it: the way to what exists, or `unserved_m`."""
    matrix, distance = model.coverage.matrix, model.coverage.distance_m
    assert distance is not None
    top = np.full(len(model.demand), unserved_m)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    there = matrix.indices >= len(model.options)
    np.minimum.at(top, rows[there], distance[there])
    return top


def _median_core(model: SitingModel, unserved_m: float) -> Core:
    """Return the levels as arrays, with the question's constraints."""
    levels = _levels(model.coverage, len(model.options), model.weight, _unserved(model, unserved_m))
    core = core_of(replace(model, existing=(), coverage=_only_options(model)))
    count = levels.covers.shape[0]
    lonely = np.isinf(_unserved(model, unserved_m)) & (np.diff(_only_options(model).matrix.indptr) == 0)
    covers, weight, must = levels.covers, levels.weight, levels.must
    if lonely.any():
        covers = sparse.csr_array(sparse.vstack([covers, sparse.csr_array((1, covers.shape[1]))], format="csr"))
        weight, must, count = np.append(weight, 0.0), np.append(must, True), count + 1
    return replace(
        core, covers=covers, weight=weight, must=must, floors=sparse.csr_array((0, count)), offset=-levels.constant
    )


def _only_options(model: SitingModel) -> Coverage:
    matrix = sparse.csr_array(model.coverage.matrix[:, : len(model.options)])
    return Coverage(model.options, model.demand, matrix)


def p_median(
    options: pd.DataFrame,
    demand: pd.DataFrame,
    distances: pd.DataFrame,
    p: int | None = None,
    *,
    weight: str = "weight",
    existing: Iterable[Hashable] = (),
    constraints: Sequence[Constraint] = (),
    unserved_m: float = np.inf,
    effort: Effort | None = None,
    catalogue: str | None = None,
) -> Siting:
    """Choose options so that people's total way to the nearest is least: min Σ_j w_j min_{i chosen or existing} d_ij.

    Parameters
    ----------
    options
        Index = option id.
    demand
        Index = demand id; column `weight` ≥ 0 (people).
    distances
        One row a pair: ``option`` (options and existing facilities), ``demand``, ``distance_m`` (metres ≥ 0). A pair
        that is missing cannot serve.
    p
        How many options to choose at most, ≥ 0; ``None`` = as `constraints` say. Existing facilities do not count.
    weight
        Column of the weight.
    existing
        Ids of facilities that exist already.
    constraints
        What else binds the choice.
    unserved_m
        Metres that a demand row counts if nothing serves it; inf = every row must be served.
    effort
        How long and how closely.
    catalogue
        Version of the rules catalogue, noted in the record.

    Returns
    -------
    Siting
        Objective = weighted metres. Infeasible if a row must be served and cannot be.

    Raises
    ------
    InputError
        A table is wrong.
    SolverError
        The solver failed.

    Notes
    -----
    Memory grows with Σ_j (options within reach of j)²/2: cut distances off for large cities.

    References
    ----------
    ReVelle & Swain (1970), Geographical Analysis 2, 30–42. Elloumi (2010), J. Comb. Optim. 19, 69–83.
    """
    began, effort = time.monotonic(), effort or Effort()
    everything = options.index.append(pd.Index(list(existing))) if (existing := tuple(existing)) else options.index
    model = make_model(
        options.index,
        demand.index,
        coverage_from_pairs(distances, everything, demand.index, limit_m=unserved_m),
        weight=numbers(demand, weight, "demand", minimum=0.0),
        must=bool(np.isinf(unserved_m)),
        existing=existing,
        constraints=[*constraints, *([] if p is None else [at_most(options, p)])],
    )
    answer = run_core(_median_core(model, unserved_m), effort)
    x = np.zeros(len(options)) if answer.x is None else answer.x
    table = served_table(model, x > 0)
    objective = float("nan")
    if answer.x is not None:
        way = table["distance_m"].fillna(unserved_m if np.isfinite(unserved_m) else 0.0).to_numpy()
        objective = float(model.weight @ way)
        if abs(objective + answer.objective) > TOLERANCE * max(1.0, objective):
            msg = f"The solver says {-answer.objective:g}, the raw demand says {objective:g}."
            raise SolverError(msg)
    return Siting(
        status=answer.status,
        chosen=tuple(model.options[x > 0]),
        objective=objective,
        bound=float("nan") if answer.status == "infeasible" else -answer.bound,
        gap=relative_gap(answer.objective, answer.bound),
        sense="minimise",
        served=table,
        seed=effort.seed,
        solver=solver_version(),
        method=answer.method,
        runtime_s=time.monotonic() - began,
        catalogue=catalogue,
        clash=explain_clash(model, effort) if answer.status == "infeasible" else (),
    )
