"""Capacitated covering: a facility serves no more people than it has places for.

People of one demand row may be divided among facilities. Rows of the same coverage set and the same value a head are
then one crowd, and merging loses nothing. Here who is served by what is part of the plan, not read off it.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.clash import Elastic, explain_rows
from linli.improve.siting.constraints import Constraint
from linli.improve.siting.core import TOLERANCE
from linli.improve.siting.coverage import Coverage
from linli.improve.siting.effort import Effort
from linli.improve.siting.errors import SolverError
from linli.improve.siting.floor import Floor
from linli.improve.siting.merge import add_up, equal_rows
from linli.improve.siting.mip import Mip, solver_version
from linli.improve.siting.model import SitingModel, make_model
from linli.improve.siting.process import run_mip
from linli.improve.siting.result import Siting
from linli.improve.siting.solve import closed, relative_gap
from linli.improve.siting.tables import numbers

__all__ = ["capacitated_covering"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Crowds:
    """Merged demand: how many people, what a head is worth, who covers them, and each raw row's crowd (-1 none)."""

    covers: sparse.csr_array
    people: Floats
    worth: Floats
    of_row: Ints


def _crowds(model: SitingModel, people: Floats, worth: Floats) -> _Crowds:
    """Merge rows of the same coverage set, value a head and floors."""
    matrix = sparse.csr_array(model.coverage.matrix)
    keep = np.flatnonzero((np.diff(matrix.indptr) > 0) & (people > 0))
    values, code = np.unique(worth[keep], return_inverse=True)
    marks = [matrix[keep], _one_hot(code.ravel(), len(values))]
    marks += [_one_hot(floor.codes[keep], len(floor.labels)) for floor in model.floors]
    pattern = sparse.csr_array(sparse.hstack(marks, format="csr"))
    pattern.sort_indices()
    group, first = equal_rows(pattern)
    of_row = np.full(matrix.shape[0], -1)
    of_row[keep] = group
    total = add_up(people[keep], group, len(first))
    return _Crowds(sparse.csr_array(matrix[keep][first]), total, worth[keep][first], of_row)


def _one_hot(codes: Ints, width: int) -> sparse.csr_array:
    inside = codes >= 0
    rows = np.flatnonzero(inside)
    return sparse.csr_array((np.ones(len(rows), dtype=np.int8), (rows, codes[inside])), shape=(len(codes), width))


def _crowd_floors(model: SitingModel, crowds: _Crowds) -> sparse.csr_array:
    """Return which crowd counts in which floor."""
    parts = [sparse.csr_array((0, len(crowds.people)))]
    for floor in model.floors:
        known = np.flatnonzero((crowds.of_row >= 0) & (floor.codes >= 0))
        table = sparse.csr_array(
            (np.ones(len(known)), (floor.codes[known], crowds.of_row[known])),
            shape=(len(floor.labels), len(crowds.people)),
        )
        table.data[:] = 1.0
        parts.append(table)
    return sparse.csr_array(sparse.vstack(parts, format="csr"))


def _mip(model: SitingModel, crowds: _Crowds, capacity: Floats) -> Mip:
    """Columns: facilities (options, then existing), then the people of each (crowd, facility) pair."""
    facilities, pairs = crowds.covers.shape[1], crowds.covers.nnz
    crowd = np.repeat(np.arange(len(crowds.people)), np.diff(crowds.covers.indptr))
    facility = crowds.covers.indices
    number = np.arange(pairs)
    ones = np.ones(pairs)
    to_crowd = sparse.csr_array((ones, (crowd, number)), shape=(len(crowds.people), pairs))
    to_facility = sparse.csr_array((ones, (facility, number)), shape=(facilities, pairs))
    # A facility that is not chosen serves nobody: for each pair by the crowd's size, and in all by its places.
    at_most = np.minimum(crowds.people[crowd], capacity[facility])
    link = sparse.csr_array((-at_most, (number, facility)), shape=(pairs, facilities))
    rows = [sparse.csr_array((0, facilities))]
    existing = facilities - len(model.options)
    rows += [
        sparse.csr_array(sparse.hstack([c.matrix, sparse.csr_array((c.matrix.shape[0], existing))]))
        for c in model.constraints
    ]
    bound = sparse.csr_array(sparse.vstack(rows, format="csr"))
    floors = _crowd_floors(model, crowds)
    blocks = [
        [sparse.csr_array((len(crowds.people), facilities)), to_crowd],
        [-sparse.csr_array(sparse.diags_array(np.minimum(capacity, crowds.people.sum()))), to_facility],
        [link, sparse.csr_array(sparse.eye_array(pairs))],
        [bound, sparse.csr_array((bound.shape[0], pairs))],
        [sparse.csr_array((floors.shape[0], facilities)), sparse.csr_array(floors @ to_crowd)],
    ]
    level = [floor.lower - 1e-9 * np.maximum(1.0, np.abs(floor.lower)) for floor in model.floors]
    none = len(crowds.people) + facilities + pairs
    return Mip(
        cost=np.concatenate([np.zeros(facilities), crowds.worth[crowd]]),
        lower=np.concatenate([np.arange(facilities) >= len(model.options), np.zeros(pairs)]).astype(np.float64),
        upper=np.concatenate([np.ones(facilities), at_most]),
        integer=np.arange(facilities + pairs) < facilities,
        matrix=sparse.csr_array(sparse.block_array(blocks, format="csr")),
        row_lower=np.concatenate([np.full(none, -np.inf), *(c.lower for c in model.constraints), *level]),
        row_upper=np.concatenate(
            [
                crowds.people,
                np.zeros(facilities + pairs),
                *(c.upper for c in model.constraints),
                *(np.full(len(floor.lower), np.inf) for floor in model.floors),
            ]
        ),
    )


def _elastic(model: SitingModel, crowds: _Crowds, capacity: Floats) -> Elastic:
    """Return the model in which places, constraints and floors may give way."""
    # Places that give way are no longer a reason for a facility to serve less than a whole crowd.
    everybody = float(crowds.people.sum())
    base = _mip(model, crowds, np.full(len(capacity), everybody))
    first, facilities = len(crowds.people), len(capacity)
    own = (first + np.arange(facilities), np.arange(facilities))
    lacking = sparse.csr_array((everybody - capacity, own), shape=base.matrix.shape)
    whole = replace(base, matrix=sparse.csr_array(base.matrix + lacking))
    count = len(base.row_lower)
    bound = first + facilities + crowds.covers.nnz
    labels = [f"capacity {name}" for name in [*model.options, *model.existing]]
    kinds = ["capacity"] * facilities
    for constraint in model.constraints:
        labels += constraint.labels
        kinds += [constraint.kind] * len(constraint.labels)
    for floor in model.floors:
        labels += floor.labels
        kinds += ["floor"] * len(floor.labels)
    rows = np.concatenate([first + np.arange(facilities), np.arange(bound, count)])
    upper, lower = base.row_upper[rows], base.row_lower[rows]
    limits = np.where(np.isfinite(upper), upper, np.where(np.isfinite(lower), lower, 0.0))
    limits[:facilities] = capacity
    return Elastic(whole, rows, tuple(kinds), tuple(labels), np.maximum(1.0, np.abs(limits)))


def _served(model: SitingModel, crowds: _Crowds, people: Floats, flow: Floats) -> pd.DataFrame:
    """Share each crowd's places among its rows, row by row, so that as few rows as possible are divided."""
    order = np.argsort(crowds.of_row, kind="stable")
    order = order[crowds.of_row[order] >= 0]
    pointer = crowds.covers.indptr
    names = pd.Index([*model.options, *model.existing], dtype=object)
    parts: list[tuple[int, int, float]] = []
    left = flow.copy()
    at = pointer[:-1].copy()
    for row in order:
        crowd, need = int(crowds.of_row[row]), float(people[row])
        while need > TOLERANCE and at[crowd] < pointer[crowd + 1]:
            take = min(need, float(left[at[crowd]]))
            if take > TOLERANCE:
                parts.append((row, int(crowds.covers.indices[at[crowd]]), take))
            need -= take
            left[at[crowd]] -= take
            if left[at[crowd]] <= TOLERANCE:
                at[crowd] += 1
    rows, facilities, amounts = (np.array(part) for part in zip(*parts, strict=True)) if parts else ([], [], [])
    return pd.DataFrame(
        {
            "demand": model.demand.take(np.asarray(rows, dtype=np.int64)),
            "option": names.take(np.asarray(facilities, dtype=np.int64)),
            "existing": np.asarray(facilities, dtype=np.int64) >= len(model.options),
            "people": np.asarray(amounts, dtype=np.float64),
        }
    )


def _check(table: pd.DataFrame, people: pd.Series, capacity: pd.Series) -> None:
    """Recompute loads from the raw rows."""
    load, share = table.groupby("option")["people"].sum(), table.groupby("demand")["people"].sum()
    wrong = [name for name in load.index if load[name] > capacity[name] + 1e-4 * max(1.0, capacity[name])]
    wrong += [name for name in share.index if share[name] > people[name] + 1e-4 * max(1.0, people[name])]
    if wrong:
        msg = f"The solver's choice overfills {wrong[0]!r}."
        raise SolverError(msg)


def capacitated_covering(
    options: pd.DataFrame,
    demand: pd.DataFrame,
    coverage: Coverage,
    *,
    capacity: str = "capacity",
    people: str = "residents",
    worth: str | None = None,
    existing: pd.DataFrame | None = None,
    constraints: Sequence[Constraint] = (),
    floors: Sequence[Floor] = (),
    effort: Effort | None = None,
    catalogue: str | None = None,
) -> Siting:
    """Choose options whose places serve the most: max Σ_ji v_j y_ji, Σ_i y_ji ≤ n_j, Σ_j y_ji ≤ c_i x_i.

    Parameters
    ----------
    options
        Index = option id; column `capacity` (people ≥ 0).
    demand
        Index = demand id; columns `people` (≥ 0) and `worth`.
    coverage
        Which option or existing facility covers which demand row.
    capacity, people
        Column names.
    worth
        Column of the value of serving one person, ≥ 0; ``None`` = 1 each.
    existing
        Index = id, column `capacity`: facilities that exist already. Their places are used as well as possible, so the
        objective counts everybody served, by old places or new.
    constraints
        What binds the choice.
    floors
        What every group must reach; amounts are counted as people served.
    effort
        How long and how closely.
    catalogue
        Version of the rules catalogue, noted in the record.

    Returns
    -------
    Siting
        Objective = Σ worth of the people served. ``served`` has one row a (demand, option) pair here: ``demand``,
        ``option``, ``existing``, ``people``. If infeasible, with what clashes: constraints, floors, places
        (``capacity``, in people).

    Raises
    ------
    InputError
        A table is wrong.
    SolverError
        The solver failed.

    References
    ----------
    Current & Storbeck (1988), Geographical Analysis 20, 157–165 (there undivided; here rows may be divided).
    """
    began, effort = time.monotonic(), effort or Effort()
    here = pd.DataFrame({capacity: []}, dtype=np.float64) if existing is None else existing
    count = numbers(demand, people, "demand", minimum=0.0)
    value = np.ones(len(demand)) if worth is None else numbers(demand, worth, "demand", minimum=0.0)
    model = make_model(
        options.index, demand.index, coverage, weight=count * value, existing=here.index, constraints=constraints,
        floors=floors,
    )  # fmt: skip
    places = np.concatenate(
        [numbers(options, capacity, "options", minimum=0.0), numbers(here, capacity, "existing", minimum=0.0)]
    )
    crowds = _crowds(model, count, value)
    result = run_mip(_mip(model, crowds, places), effort)
    size = len(places)
    x = np.zeros(size) if result.point is None else np.round(result.point[:size])
    flow = np.zeros(crowds.covers.nnz) if result.point is None else np.maximum(result.point[size:], 0.0)
    table = _served(model, crowds, count, flow)
    names: Iterable[Hashable] = [*model.options, *model.existing]
    _check(table, pd.Series(count, index=demand.index), pd.Series(places, index=list(names)))
    objective = float(
        (table["people"].to_numpy() * pd.Series(value, index=demand.index)[table["demand"]].to_numpy()).sum()
    )
    found = result.point is not None
    gap = relative_gap(result.objective, result.bound)
    status = (
        "infeasible"
        if result.status == "infeasible"
        else "optimal"
        if closed(result.objective, result.bound, effort.gap)
        else "time_limit"
    )
    return Siting(
        status=status,  # type: ignore[arg-type]
        chosen=tuple(model.options[x[: len(options)] > 0]),
        objective=objective if found else float("nan"),
        bound=float("nan") if status == "infeasible" else result.bound,
        gap=gap,
        sense="maximise",
        served=table,
        seed=effort.seed,
        solver=solver_version(),
        method="compact",
        runtime_s=time.monotonic() - began,
        catalogue=catalogue,
        clash=explain_rows(_elastic(model, crowds, places), effort) if status == "infeasible" else (),
    )
