"""Why nothing is lawful: the constraints that clash, none of which could be left out.

Every row is made elastic: it may give way at a price relative to its limit. Rows that give way in the cheapest way out
are made hard, one round after the other, until no way is left: the rows made hard contain a clash (elastic filter).
Then each is left out in turn, and put back only if that resolves it (deletion filter). Chinneck (2008), Feasibility and
Infeasibility in Optimization, chapters 6–7.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.compact import compact_mip
from linli.improve.siting.core import TOLERANCE, Core, reduce_core
from linli.improve.siting.effort import Effort
from linli.improve.siting.merge import equal_rows
from linli.improve.siting.mip import Mip, MipResult, solve_mip
from linli.improve.siting.model import SitingModel, core_of
from linli.improve.siting.result import Clash

__all__ = ["Elastic", "explain_clash", "explain_rows"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PATIENCE_S = 60.0
"""Seconds for the explanation where the effort has no time limit."""


@dataclass(frozen=True, eq=False)
class Elastic:
    """A model and which of its rows may give way.

    Parameters
    ----------
    base
        The model; its objective does not matter.
    rows
        The rows that may give way.
    kinds, labels
        What made each of these rows, and what it is called.
    scale
        What giving way is measured against, > 0.
    """

    base: Mip
    rows: NDArray[np.int64]
    kinds: tuple[str, ...]
    labels: tuple[str, ...]
    scale: Floats


def _duties(model: SitingModel, core: Core) -> tuple[sparse.csr_array, list[str]]:
    """One row for each coverage set among the demand rows that must be served."""
    duty = np.flatnonzero(core.must)
    group, first = equal_rows(sparse.csr_array(core.covers[duty]))
    facilities = sparse.csr_array(model.coverage.matrix[:, len(model.options) :])
    names = model.demand[np.diff(facilities.indptr) == 0][duty]
    sizes = np.bincount(group, minlength=len(first))
    labels = [
        f"must_serve {names[at]}" + (f" (and {size - 1} like it)" if size > 1 else "")
        for at, size in zip(first, sizes, strict=True)
    ]
    rows = sparse.csr_array(
        (np.ones(len(first)), (np.arange(len(first)), duty[first])), shape=(len(first), core.covers.shape[0])
    )
    return rows, labels


def _elastic(model: SitingModel) -> Elastic:
    """Return the question with every demand as a row that may give way."""
    core = core_of(model)
    forced = [c for c in model.constraints if c.kind in ("force_in", "force_out")]
    others = [c for c in model.constraints if c.kind not in ("force_in", "force_out")]
    duties, duty_labels = _duties(model, core)
    count = core.covers.shape[1]
    rows = sparse.csr_array(sparse.vstack([core.rows, *(c.matrix for c in forced)], format="csr"))
    floors = sparse.csr_array(sparse.vstack([core.floors, duties], format="csr"))
    lower = np.concatenate([core.row_lower, *(c.lower for c in forced)])
    upper = np.concatenate([core.row_upper, *(c.upper for c in forced)])
    level = np.concatenate([core.floor_lower, np.ones(len(duty_labels))])
    whole = replace(
        core,
        must=np.zeros_like(core.must),
        weight=np.zeros_like(core.weight),
        linear=np.zeros(count),
        lower=np.zeros(count),
        upper=np.ones(count),
        rows=rows,
        row_lower=lower,
        row_upper=upper,
        floors=floors,
        floors_x=sparse.csr_array((floors.shape[0], count)),
        floor_lower=level,
    )
    kinds = [c.kind for c in [*others, *forced] for _ in c.labels]
    kinds += ["floor" for item in model.floors for _ in item.labels] + ["must_serve"] * len(duty_labels)
    labels = [label for c in [*others, *forced] for label in c.labels]
    labels += [label for item in model.floors for label in item.labels] + duty_labels
    limits = np.concatenate([np.where(np.isfinite(upper), upper, lower), level])
    base = compact_mip(reduce_core(whole))
    count = len(base.row_lower)
    return Elastic(
        base, np.arange(count - len(labels), count), tuple(kinds), tuple(labels), np.maximum(1.0, np.abs(limits))
    )


def _with_slack(elastic: Elastic, hard: Bools, out: Bools) -> Mip:
    """Return the model in which soft rows give way at a price; rows left out give way for nothing."""
    base, count = elastic.base, len(hard)
    place = sparse.csr_array((np.ones(count), (elastic.rows, np.arange(count))), shape=(len(base.row_lower), count))
    high = np.where(hard, 0.0, np.inf)
    # No limit bounds a row both ways except the forced ones, for which only one way helps; both are offered.
    return Mip(
        cost=np.concatenate([np.zeros_like(base.cost), *([np.where(out, 0.0, -1.0 / elastic.scale)] * 2)]),
        lower=np.concatenate([base.lower, np.zeros(2 * count)]),
        upper=np.concatenate([base.upper, high, high]),
        integer=np.concatenate([base.integer, np.zeros(2 * count, dtype=bool)]),
        matrix=sparse.csr_array(sparse.hstack([base.matrix, place, -place], format="csr")),
        row_lower=base.row_lower,
        row_upper=base.row_upper,
    )


def _give(elastic: Elastic, hard: Bools, result: MipResult) -> Floats:
    """Return by how much each row gives way."""
    assert result.point is not None
    count = len(hard)
    slack = result.point[-2 * count :]
    return np.where(slack[:count] + slack[count:] > TOLERANCE * elastic.scale, slack[:count] + slack[count:], 0.0)


def _filter(elastic: Elastic, effort: Effort, deadline: float) -> tuple[Bools, Floats]:
    """Return the rows that contain a clash and how far each gives way in the cheapest way out."""
    count = len(elastic.labels)
    hard, nothing = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    relax = np.zeros(count)
    for turn in range(count + 1):
        result = solve_mip(_with_slack(elastic, hard, nothing), gap=effort.gap, deadline=deadline, seed=effort.seed)
        if result.point is None:
            break
        given = _give(elastic, hard, result)
        if turn == 0:
            relax = given
        if not given.any():
            break
        hard |= given > 0
    return hard, relax


def explain_rows(elastic: Elastic, effort: Effort) -> tuple[Clash, ...]:
    """Name rows of a model that cannot all be kept, none of which could be left out.

    Parameters
    ----------
    elastic
        The model.
    effort
        Its time limit (else a minute) holds for the explanation.

    Returns
    -------
    tuple of Clash
        As from `explain_clash`.

    Raises
    ------
    SolverError
        The solver failed.
    """
    deadline = time.monotonic() + (effort.time_limit_s or PATIENCE_S)
    hard, relax = _filter(elastic, effort, deadline)
    if not hard.any():
        return ()
    clash = hard.copy()
    for row in np.flatnonzero(hard):
        trial = clash.copy()
        trial[row] = False
        if time.monotonic() > deadline:
            break
        result = solve_mip(_with_slack(elastic, trial, ~trial), gap=1.0, deadline=deadline, seed=effort.seed)
        if result.status == "infeasible":
            clash = trial
    return tuple(Clash(elastic.kinds[row], elastic.labels[row], float(relax[row])) for row in np.flatnonzero(clash))


def explain_clash(model: SitingModel, effort: Effort | None = None) -> tuple[Clash, ...]:
    """Name constraints that cannot all be kept, none of which could be left out.

    Parameters
    ----------
    model
        The question.
    effort
        Its time limit (else a minute) holds for the explanation, too.

    Returns
    -------
    tuple of Clash
        Empty if there is no clash. If the time was over, some rows may be superfluous.

    Raises
    ------
    SolverError
        The solver failed.
    """
    return explain_rows(_elastic(model), effort or Effort())
