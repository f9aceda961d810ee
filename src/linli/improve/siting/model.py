"""A siting question on tables, checked and aligned by id, and its way into arrays and back to people."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.constraints import Constraint
from linli.improve.siting.core import TOLERANCE, Core, blank_core
from linli.improve.siting.coverage import Coverage
from linli.improve.siting.effort import Effort
from linli.improve.siting.errors import SolverError
from linli.improve.siting.floor import Floor
from linli.improve.siting.mip import solver_version
from linli.improve.siting.result import Clash, Siting
from linli.improve.siting.solve import Answer, relative_gap
from linli.improve.siting.tables import positions, require_unique

__all__ = ["SitingModel", "core_of", "make_model", "siting_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SitingModel:
    """A question: which options to choose.

    Maximises Σ weight_j z_j over demand rows not served already (sense ``maximise``), or minimises Σ cost_i x_i with
    the rows that must be served (sense ``minimise``), both under constraints and floors.

    Parameters
    ----------
    options
        Ids of the options.
    demand
        Ids of the demand rows.
    coverage
        Options first, existing facilities after them; demand in the order of `demand`.
    weight
        Shape (n_demand,), ≥ 0.
    cost
        Shape (n_options,), ≥ 0; used when minimising.
    must
        Shape (n_demand,): rows that must be served.
    existing
        Ids of the facilities that exist already: they serve, cost nothing and are bound by nothing.
    constraints, floors
        What binds.
    sense
        ``maximise`` served weight or ``minimise`` cost.
    """

    options: pd.Index[Any]
    demand: pd.Index[Any]
    coverage: Coverage
    weight: Floats
    cost: Floats
    must: NDArray[np.bool_]
    existing: tuple[Hashable, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    floors: tuple[Floor, ...] = ()
    sense: Literal["maximise", "minimise"] = "maximise"


def _aligned(coverage: Coverage, options: pd.Index[Any], demand: pd.Index[Any]) -> Coverage:
    """Return the coverage of these options and demand rows, in this order."""
    if coverage.options.equals(options) and coverage.demand.equals(demand):
        return coverage
    columns = positions(options, coverage.options, "coverage", "option")
    rows = positions(demand, coverage.demand, "coverage", "demand")
    table = coverage.matrix
    # Positions of the entries, counted from one, travel through the re-ordering in place of the values.
    ticket = sparse.csr_array((np.arange(1, table.nnz + 1), table.indices, table.indptr), shape=table.shape)
    moved = sparse.csr_array(ticket[rows][:, columns])
    moved.sort_indices()
    distance = None if coverage.distance_m is None else coverage.distance_m[moved.data - 1]
    matrix = sparse.csr_array(
        (np.ones(moved.nnz, dtype=np.int8), moved.indices, moved.indptr), shape=(len(demand), len(options))
    )
    return Coverage(options, demand, matrix, distance)


def _aligned_constraint(constraint: Constraint, options: pd.Index[Any]) -> Constraint:
    if constraint.options.equals(options):
        return constraint
    missing = constraint.options.difference(options)
    if len(missing) or len(constraint.options) != len(options):
        positions(options, constraint.options, constraint.kind, "option")
        positions(constraint.options, options, constraint.kind, "option")
    order = constraint.options.get_indexer(options)
    return replace(constraint, matrix=sparse.csr_array(constraint.matrix[:, order]), options=options)


def _aligned_floor(floor: Floor, demand: pd.Index[Any]) -> Floor:
    if floor.demand.equals(demand):
        return floor
    order = positions(demand, floor.demand, "floor", "demand")
    return replace(floor, codes=floor.codes[order], amount=floor.amount[order], demand=demand)


def make_model(
    options: pd.Index[Any],
    demand: pd.Index[Any],
    coverage: Coverage,
    *,
    weight: Floats | None = None,
    cost: Floats | None = None,
    must: bool = False,
    existing: Iterable[Hashable] = (),
    constraints: Sequence[Constraint] = (),
    floors: Sequence[Floor] = (),
    sense: Literal["maximise", "minimise"] = "maximise",
) -> SitingModel:
    """Check the parts of a question and align them by id.

    Parameters
    ----------
    options, demand
        Ids, unique.
    coverage
        Of the options and the existing facilities; more is ignored.
    weight
        Shape (n_demand,), ≥ 0; default 0.
    cost
        Shape (n_options,), ≥ 0; default 0.
    must
        Whether every demand row must be served.
    existing
        Ids of existing facilities, in `coverage`, not among the options.
    constraints, floors
        What binds.
    sense
        ``maximise`` or ``minimise``.

    Returns
    -------
    SitingModel
        Everything in the order of `options` and `demand`.

    Raises
    ------
    InputError
        An id is unknown or given twice, or a facility both exists and is an option.
    """
    here = tuple(existing)
    require_unique(options, "options")
    require_unique(demand, "demand")
    everything = options.append(pd.Index(list(here))) if here else options
    require_unique(everything, "options and existing")
    return SitingModel(
        options=options,
        demand=demand,
        coverage=_aligned(coverage, everything, demand),
        weight=np.zeros(len(demand)) if weight is None else weight,
        cost=np.zeros(len(options)) if cost is None else cost,
        must=np.full(len(demand), must),
        existing=here,
        constraints=tuple(_aligned_constraint(constraint, options) for constraint in constraints),
        floors=tuple(_aligned_floor(floor, demand) for floor in floors),
        sense=sense,
    )


def _already(model: SitingModel) -> NDArray[np.bool_]:
    """Which demand rows an existing facility serves."""
    facilities = model.coverage.matrix[:, len(model.options) :]
    return np.diff(sparse.csr_array(facilities).indptr) > 0


def _stack(parts: list[sparse.csr_array], columns: int) -> sparse.csr_array:
    return sparse.csr_array(sparse.vstack(parts, format="csr")) if parts else sparse.csr_array((0, columns))


def _floor_rows(floor: Floor) -> sparse.csr_array:
    inside = (floor.codes >= 0) & (floor.amount > 0)
    return sparse.csr_array(
        (floor.amount[inside], (floor.codes[inside], np.flatnonzero(inside))),
        shape=(len(floor.labels), len(floor.codes)),
    )


def core_of(model: SitingModel) -> Core:
    """Return the question as arrays, with what exists already taken out.

    Parameters
    ----------
    model
        The question.

    Returns
    -------
    Core
        Not yet reduced: demand rows not served already × options.
    """
    count = len(model.options)
    served = _already(model)
    rest = np.flatnonzero(~served)
    covers = model.coverage.matrix if not model.existing else sparse.csr_array(model.coverage.matrix[rest][:, :count])
    core = blank_core(covers, model.weight[rest] if model.sense == "maximise" else np.zeros(len(rest)))
    fixed = [constraint for constraint in model.constraints if constraint.kind in ("force_in", "force_out")]
    bound = [constraint for constraint in model.constraints if constraint.kind not in ("force_in", "force_out")]
    lower, upper = np.zeros(count), np.ones(count)
    for constraint in fixed:
        lower[constraint.matrix.indices] = np.maximum(lower[constraint.matrix.indices], constraint.lower)
        upper[constraint.matrix.indices] = np.minimum(upper[constraint.matrix.indices], constraint.upper)
    floors = _stack([_floor_rows(floor) for floor in model.floors], len(model.demand))
    level = np.concatenate([np.zeros(0), *(floor.lower for floor in model.floors)])
    reached = floors @ served.astype(np.float64)
    open_floors = sparse.csr_array(floors[:, rest])
    return replace(
        core,
        must=model.must[rest],
        linear=-model.cost if model.sense == "minimise" else np.zeros(count),
        lower=lower,
        upper=upper,
        rows=_stack([constraint.matrix for constraint in bound], count),
        row_lower=np.concatenate([np.zeros(0), *(constraint.lower for constraint in bound)]),
        row_upper=np.concatenate([np.zeros(0), *(constraint.upper for constraint in bound)]),
        floors=open_floors,
        floors_x=sparse.csr_array((open_floors.shape[0], count)),
        # A share of 1 must not fail by the rounding of a sum.
        floor_lower=level - reached - 1e-9 * np.maximum(1.0, np.abs(level)),
    )


def served_table(model: SitingModel, chosen: NDArray[np.bool_]) -> pd.DataFrame:
    """Say who is served by what, from the raw coverage.

    Parameters
    ----------
    model
        The question.
    chosen
        Shape (n_options,).

    Returns
    -------
    DataFrame
        As in `Siting.served`.
    """
    matrix, distance = model.coverage.matrix, model.coverage.distance_m
    active = np.concatenate([chosen, np.ones(len(model.existing), dtype=bool)])
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    entries = np.flatnonzero(active[matrix.indices])
    rows, columns = rows[entries], matrix.indices[entries]  # rows ascend
    metres = np.zeros(len(entries)) if distance is None else distance[entries]
    # Of several that cover a row the nearest serves it; of equally near ones an existing facility, then the first.
    order = np.lexsort((columns, columns < len(model.options), metres, rows))
    first = order[np.flatnonzero(np.diff(rows, prepend=-1))]
    who = np.full(len(model.demand), -1)
    who[rows[first]] = columns[first]
    # The name after the last, where -1 points to, is nobody's.
    names = pd.Index([*model.options, *model.existing, None], dtype=object)
    table = pd.DataFrame(
        {
            "option": pd.Series(names.take(who), index=model.demand, dtype=object),
            "existing": who >= len(model.options),
            "weight": model.weight,
            "n_options": np.bincount(rows, minlength=len(model.demand)),
        },
        index=model.demand,
    )
    if distance is not None:
        far = np.full(len(model.demand), np.nan)
        far[rows[first]] = metres[first]
        table["distance_m"] = far
    return table


def _verify(model: SitingModel, x: Floats, table: pd.DataFrame) -> None:
    """Check a choice against the raw tables; `SolverError` names the row that it breaks."""
    served = (table["n_options"] > 0).to_numpy()
    if not served[model.must].all():
        msg = "The solver's choice leaves demand unserved that must be served."
        raise SolverError(msg)
    checks = [(c.labels, c.matrix @ x, c.lower, c.upper) for c in model.constraints]
    for floor in model.floors:
        reached = _floor_rows(floor) @ served.astype(np.float64)
        checks.append((floor.labels, reached, floor.lower, np.full(len(floor.lower), np.inf)))
    for labels, activity, lower, upper in checks:
        scale = np.maximum(
            1.0, np.maximum(*(np.abs(np.where(np.isfinite(side), side, 0.0)) for side in (lower, upper)))
        )
        wrong = np.flatnonzero((activity < lower - TOLERANCE * scale) | (activity > upper + TOLERANCE * scale))
        if len(wrong):
            msg = f"The solver's choice breaks «{labels[wrong[0]]}»: {activity[wrong[0]]:g}."
            raise SolverError(msg)


def siting_of(
    model: SitingModel,
    answer: Answer,
    effort: Effort,
    began: float,
    *,
    catalogue: str | None = None,
    clash: tuple[Clash, ...] = (),
) -> Siting:
    """Turn an answer on arrays into the record for people, everything recomputed from the raw tables.

    Parameters
    ----------
    model
        The question.
    answer
        Of the solver, over the options of the question.
    effort
        It was solved with.
    began
        `time.monotonic` at the start.
    catalogue
        Version of the rules catalogue.
    clash
        If infeasible: what clashes.

    Returns
    -------
    Siting
        The record.

    Raises
    ------
    SolverError
        The answer does not stand up to the raw tables.
    """
    sign = 1.0 if model.sense == "maximise" else -1.0
    x = np.zeros(len(model.options)) if answer.x is None else answer.x
    table = served_table(model, x > 0)
    objective = float("nan")
    if answer.x is not None:
        _verify(model, x, table)
        new = (table["n_options"] > 0).to_numpy() & ~_already(model)
        objective = float(model.weight[new].sum()) if sign > 0 else float(model.cost @ x)
        if abs(sign * objective - answer.objective) > TOLERANCE * max(1.0, abs(objective)):
            msg = f"The solver says {answer.objective:g}, the raw demand says {sign * objective:g}."
            raise SolverError(msg)
    bound = float("nan") if answer.status == "infeasible" else sign * answer.bound
    return Siting(
        status=answer.status,
        chosen=tuple(model.options[x > 0]),
        objective=objective,
        bound=bound,
        gap=relative_gap(answer.objective, answer.bound),
        sense=model.sense,
        served=table,
        seed=effort.seed,
        solver=solver_version(),
        method=answer.method,
        runtime_s=time.monotonic() - began,
        catalogue=catalogue,
        clash=clash,
    )
