"""Why nothing is lawful: the constraints that clash, none of which could be left out.

Every row is made elastic: it may give way at a price relative to its limit. Rows that give way in the cheapest way out
are made hard, one round after the other, until no way is left: the rows made hard contain a clash (elastic filter).
Then they are left out in turn, many at once at first, and put back only if that resolves it (deletion filter). Chinneck
(2008), Feasibility and Infeasibility in Optimization, chapters 6–7. In a large question the relaxation is asked first:
what clashes there clashes in whole numbers, too.
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
from linli.improve.siting.mip import Mip, MipResult, part_rows, solve_mip
from linli.improve.siting.model import SitingModel, core_of
from linli.improve.siting.result import Clash

__all__ = ["Elastic", "explain_clash", "explain_rows"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LARGE = 20_000
"""Columns from which on the relaxation is asked first: the cheapest way out in whole numbers may take minutes."""

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


def _with_slack(elastic: Elastic, hard: Bools, *, whole: bool) -> Mip:
    """Return the model in which soft rows give way at a price, in whole numbers or relaxed."""
    base, count = elastic.base, len(hard)
    place = sparse.csr_array((np.ones(count), (elastic.rows, np.arange(count))), shape=(len(base.row_lower), count))
    high = np.where(hard, 0.0, np.inf)
    # No limit bounds a row both ways except the forced ones, for which only one way helps; both are offered.
    return Mip(
        cost=np.concatenate([np.zeros_like(base.cost), *([-1.0 / elastic.scale] * 2)]),
        lower=np.concatenate([base.lower, np.zeros(2 * count)]),
        upper=np.concatenate([base.upper, high, high]),
        integer=np.concatenate([base.integer, np.zeros(2 * count, dtype=bool)]) & whole,
        matrix=sparse.csr_array(sparse.hstack([base.matrix, place, -place], format="csr")),
        row_lower=base.row_lower,
        row_upper=base.row_upper,
    )


def _give(elastic: Elastic, hard: Bools, result: MipResult) -> Floats:
    """Return by how much each row gives way."""
    assert result.point is not None
    count = len(hard)
    slack = result.point[len(elastic.base.cost) :]
    given = slack[:count] + slack[count : 2 * count]
    return np.where(given > TOLERANCE * elastic.scale, given, 0.0)


def _only(elastic: Elastic, kept: Bools, *, whole: bool) -> Mip:
    """Return the model with no other of its soft rows than these, worth nothing."""
    base, low, high = elastic.base, elastic.base.row_lower.copy(), elastic.base.row_upper.copy()
    dropped = elastic.rows[~kept]
    low[dropped], high[dropped] = -np.inf, np.inf
    return replace(
        base, cost=np.zeros_like(base.cost), integer=base.integer & whole, row_lower=low, row_upper=high, offset=0.0
    )


def _filter(elastic: Elastic, effort: Effort, deadline: float, *, whole: bool) -> tuple[Bools, Floats]:
    """Return the rows that contain a clash, if there is one, and how far each gives way in the cheapest way out."""
    hard, relax = np.zeros(len(elastic.labels), dtype=bool), np.zeros(len(elastic.labels))
    for turn in range(len(hard) + 1):
        # No round may take the whole time: any way out will do, the cheapest is only the most telling.
        share = time.monotonic() + max(0.0, deadline - time.monotonic()) / 3
        model = part_rows(_with_slack(elastic, hard, whole=whole))
        result = solve_mip(model, gap=effort.gap, deadline=share, seed=effort.seed)
        if result.point is None:
            break
        given = _give(elastic, hard, result)
        if turn == 0:
            relax = given
        if not given.any():
            return np.zeros_like(hard), relax
        hard |= given > 0
    return hard, relax


def _irreducible(elastic: Elastic, hard: Bools, effort: Effort, deadline: float, *, whole: bool) -> Bools:
    """Leave out whatever the clash does not need: halves, quarters … single rows."""
    clash, size = hard.copy(), int(hard.sum())
    while size > 1 or hard.sum() == 1:
        size = max(1, size // 2)
        rows = np.flatnonzero(clash)
        for first in range(0, len(rows), size):
            trial = clash.copy()
            trial[rows[first : first + size]] = False
            if time.monotonic() > deadline:
                return clash
            model = part_rows(_only(elastic, trial, whole=whole))
            result = solve_mip(model, gap=1.0, deadline=deadline, seed=effort.seed)
            if result.status == "infeasible":
                clash = trial
        if size == 1:
            break
    return clash


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
    for whole in (False, True) if len(elastic.base.cost) >= LARGE else (True,):
        hard, relax = _filter(elastic, effort, deadline, whole=whole)
        if hard.any():
            clash = np.flatnonzero(_irreducible(elastic, hard, effort, deadline, whole=whole))
            return tuple(Clash(elastic.kinds[row], elastic.labels[row], float(relax[row])) for row in clash)
    return ()


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
