"""The whole model at once for HiGHS: right for merged problems of up to some ten thousand demand rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.core import Core
from linli.improve.siting.mip import Mip

__all__ = ["compact_mip"]


def _stack(blocks: list[list[sparse.csr_array | None]]) -> sparse.csr_array:
    return sparse.csr_array(sparse.block_array(blocks, format="csr"))


def compact_mip(core: Core) -> Mip:
    """Write the problem of `linli.improve.siting.core` as one mixed-integer model.

    Columns: the n options, then one z ∈ [0, 1] for each row that need not be served: whole options make it whole.

    Parameters
    ----------
    core
        The problem.

    Returns
    -------
    Mip
        First n columns = x.
    """
    options = core.covers.shape[1]
    free, duty = np.flatnonzero(~core.must), np.flatnonzero(core.must)
    served = len(free)
    at_once = np.asarray(core.floors[:, duty].sum(axis=1)) if core.floors.shape[0] else np.zeros(0)
    covers = core.covers.astype(np.float64)
    blocks: list[list[sparse.csr_array | None]] = [
        [-covers[free], sparse.csr_array(sparse.eye_array(served))],
        [covers[duty], sparse.csr_array((len(duty), served))],
        [core.rows.astype(np.float64), sparse.csr_array((core.rows.shape[0], served))],
        [core.floors_x, sparse.csr_array(core.floors[:, free])],
    ]
    high: NDArray[np.float64] = np.full(len(duty), np.inf)
    return Mip(
        cost=np.concatenate([core.linear, core.weight[free]]),
        lower=np.concatenate([core.lower, np.zeros(served)]),
        upper=np.concatenate([core.upper, np.ones(served)]),
        integer=np.arange(options + served) < options,
        matrix=_stack(blocks),
        row_lower=np.concatenate(
            [np.full(served, -np.inf), np.ones(len(duty)), core.row_lower, core.floor_lower - at_once]
        ),
        row_upper=np.concatenate([np.zeros(served), high, core.row_upper, np.full(len(core.floor_lower), np.inf)]),
        offset=core.offset + float(core.weight[duty].sum()),
    )
