"""Demand rows that the same options cover are one row: merging, without loss.

Whatever is chosen serves all rows of equal coverage set or none of them, so their weights add up. That holds under any
constraint on the options; a row's floors take part in the comparison, so it holds under floors too. Not done here:
dropping options that another one dominates. With one use a room the dominated one may be needed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["add_up", "equal_rows"]

_SEED = 20240601


def _hashes(pattern: sparse.csr_array) -> NDArray[np.uint64]:
    """Two random 64-bit sums a row: equal rows have equal sums."""
    random = np.random.default_rng(_SEED)
    marks = random.integers(0, 2**63, size=(2, pattern.shape[1]), dtype=np.uint64)
    lengths = np.diff(pattern.indptr)
    filled = np.flatnonzero(lengths)
    sums = np.zeros((2, pattern.shape[0]), dtype=np.uint64)
    if len(filled):
        for half in range(2):
            sums[half, filled] = np.add.reduceat(marks[half][pattern.indices], pattern.indptr[filled])
    return sums


def equal_rows(pattern: sparse.csr_array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the rows that have the same stored columns.

    Parameters
    ----------
    pattern
        CSR array, sorted indices; the values do not matter.

    Returns
    -------
    group : ndarray of int64, shape (n_rows,)
        Number of each row's group, groups numbered by their first row.
    first : ndarray of int64, shape (n_groups,)
        The first row of each group.

    Raises
    ------
    ArithmeticError
        Two different rows have the same 128-bit mark: not expected to happen, but checked.
    """
    rows = pattern.shape[0]
    if rows == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    sums = _hashes(pattern)
    order = np.lexsort((np.arange(rows), sums[1], sums[0]))
    new = np.ones(rows, dtype=bool)
    new[1:] = np.any(sums[:, order[1:]] != sums[:, order[:-1]], axis=0)
    by_mark = np.cumsum(new) - 1
    first_by_mark = order[new]
    rank = np.empty(len(first_by_mark), dtype=np.int64)
    rank[np.argsort(first_by_mark, kind="stable")] = np.arange(len(first_by_mark))
    group = np.empty(rows, dtype=np.int64)
    group[order] = rank[by_mark]
    first = np.sort(first_by_mark)
    _check(pattern, first[group])
    return group, first


def _check(pattern: sparse.csr_array, twin: NDArray[np.int64]) -> None:
    """Compare every row with the first of its group, entry by entry."""
    lengths = np.diff(pattern.indptr)
    same = np.array_equal(lengths, lengths[twin])
    if same and pattern.nnz:
        shift = np.repeat(pattern.indptr[twin] - pattern.indptr[:-1], lengths)
        same = np.array_equal(pattern.indices, pattern.indices[np.arange(pattern.nnz) + shift])
    if not same:
        msg = "Two different coverage sets have the same 128-bit mark."
        raise ArithmeticError(msg)


def add_up(values: NDArray[np.float64], group: NDArray[np.int64], groups: int) -> NDArray[np.float64]:
    """Add the values of each group.

    Parameters
    ----------
    values
        Array, shape (n_rows,).
    group
        Group of each row, 0 … `groups` − 1.
    groups
        Number of groups.

    Returns
    -------
    ndarray, shape (groups,)
        Sums.
    """
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)
