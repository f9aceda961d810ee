"""What binds the choice of options: one named function a constraint, its equation in the docstring.

x_i is 1 if option i is chosen and 0 if not. Every function takes the table of options (index = option id) and returns a
`Constraint`: a family of linear rows lower ≤ Σ a_i x_i ≤ upper, each row with a label that a planner can read, so that
a clash can be named. A constraint on who is served, not on what is chosen, is a `linli.improve.siting.floor`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.tables import numbers, positions, require_columns

__all__ = [
    "Constraint",
    "at_least",
    "at_most",
    "budget",
    "force_in",
    "force_out",
    "one_use",
    "operating_balance",
    "precedence",
    "shared_area",
]

Limit = float | Mapping[Any, float]


@dataclass(frozen=True, eq=False)
class Constraint:
    """A family of linear rows over the options.

    Parameters
    ----------
    kind
        Name of the function that made it.
    labels
        One label a row, such as ``budget 2026``.
    matrix
        CSR array, shape (n_rows, n_options), in the units of the constraint.
    lower, upper
        Arrays, shape (n_rows,); ±inf = not bound.
    options
        Ids of the columns.
    """

    kind: str
    labels: tuple[str, ...]
    matrix: sparse.csr_array
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    options: pd.Index[Any]


def _rows(
    kind: str,
    options: pd.DataFrame,
    values: NDArray[np.float64],
    codes: NDArray[np.int64],
    labels: Sequence[str],
    bounds: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Constraint:
    """Put each option's value into the row of its code; code -1 = in no row."""
    inside = codes >= 0
    matrix = sparse.csr_array(
        (values[inside], (codes[inside], np.flatnonzero(inside))), shape=(len(labels), len(options))
    )
    matrix.eliminate_zeros()
    return Constraint(kind, tuple(labels), matrix, bounds[0], bounds[1], options.index)


def _groups(
    options: pd.DataFrame, by: str | None, limit: Limit, kind: str
) -> tuple[NDArray[np.int64], list[str], NDArray[np.float64]]:
    """Return the row of each option, the labels and the limits; groups that have no limit are not bound."""
    if by is None:
        if isinstance(limit, Mapping):
            msg = f"`{kind}` with a limit for each group needs `by`, the column that holds the group."
            raise ValueError(msg)
        return np.zeros(len(options), dtype=np.int64), [kind], np.array([float(limit)])
    require_columns(options, [by], "options")
    names = list(limit) if isinstance(limit, Mapping) else list(pd.unique(options[by].dropna()))
    values = [float(limit[name]) for name in names] if isinstance(limit, Mapping) else [float(limit)] * len(names)
    codes = pd.Index(names).get_indexer(pd.Index(options[by])).astype(np.int64)
    return codes, [f"{kind} {name}" for name in names], np.array(values, dtype=np.float64)


def _open(count: int, sign: float) -> NDArray[np.float64]:
    return np.full(count, sign * np.inf)


def budget(
    options: pd.DataFrame, limit: Limit, *, cost: str = "cost_yuan", by: str | None = None, carry_over: bool = False
) -> Constraint:
    """Spend no more than there is: Σ_{i∈g} cost_i x_i ≤ B_g for each group g.

    With `carry_over` what one period leaves is there for the next: Σ_{i∈τ≤t} cost_i x_i ≤ Σ_{τ≤t} B_τ.

    Parameters
    ----------
    options
        Index = option id; columns `cost` (yuan ≥ 0) and `by`.
    limit
        Yuan ≥ 0, or yuan by group. With a mapping its order is the order of the periods; options of a group that it
        does not name are not bound.
    cost
        Column of the cost, yuan.
    by
        Column of the group (year, district); ``None`` = one budget for everything.
    carry_over
        Whether the groups are periods whose rest is carried over.

    Returns
    -------
    Constraint
        One row a group, yuan.

    Raises
    ------
    InputError
        A cost is missing or negative.
    ValueError
        A mapping is given without `by`.
    """
    values = numbers(options, cost, "options", minimum=0.0)
    codes, labels, limits = _groups(options, by, limit, "budget")
    one = _rows("budget", options, values, codes, labels, (_open(len(labels), -1), limits))
    if not carry_over:
        return one
    so_far = sparse.csr_array(np.tril(np.ones((len(labels), len(labels)))))
    matrix = sparse.csr_array(so_far @ one.matrix)
    names = tuple(f"budget up to {label.removeprefix('budget ')}" for label in labels)
    return Constraint("budget", names, matrix, one.lower, np.cumsum(limits), options.index)


def one_use(options: pd.DataFrame, *, by: str = "room") -> Constraint:
    """Put at most one use into a room: Σ_{i∈room} x_i ≤ 1.

    Parameters
    ----------
    options
        Index = option id; column `by`. Options without a room (missing) are not bound.
    by
        Column of the room.

    Returns
    -------
    Constraint
        One row a room that has two options or more.

    Raises
    ------
    InputError
        The column is missing.
    """
    require_columns(options, [by], "options")
    counts = options[by].value_counts(sort=False)
    limit = dict.fromkeys(counts.index[counts.to_numpy() > 1], 1.0)
    codes, labels, limits = _groups(options, by, limit, "one_use")
    return _rows("one_use", options, np.ones(len(options)), codes, labels, (_open(len(labels), -1), limits))


def shared_area(
    options: pd.DataFrame, area_m2: Mapping[Any, float], *, by: str = "room", area: str = "floor_area_m2"
) -> Constraint:
    """Divide a room among uses as far as its area goes: Σ_{i∈room} area_i x_i ≤ area of the room.

    Parameters
    ----------
    options
        Index = option id; columns `by` and `area` (m² ≥ 0 that the use takes).
    area_m2
        m² ≥ 0 of each room; rooms that it does not name are not bound.
    by, area
        Column names.

    Returns
    -------
    Constraint
        One row a room, m².

    Raises
    ------
    InputError
        An area is missing or negative.
    """
    values = numbers(options, area, "options", minimum=0.0)
    codes, labels, limits = _groups(options, by, dict(area_m2), "shared_area")
    return _rows("shared_area", options, values, codes, labels, (_open(len(labels), -1), limits))


def _fix(kind: str, options: pd.DataFrame, ids: Iterable[Hashable], value: float) -> Constraint:
    chosen = list(ids)
    where = positions(chosen, options.index, kind, "option")
    matrix = sparse.csr_array(
        (np.ones(len(chosen)), (np.arange(len(chosen)), where)), shape=(len(chosen), len(options))
    )
    level = np.full(len(chosen), value)
    return Constraint(kind, tuple(f"{kind} {name}" for name in chosen), matrix, level, level, options.index)


def force_in(options: pd.DataFrame, ids: Iterable[Hashable]) -> Constraint:
    """Take what is decided already: x_i = 1.

    Parameters
    ----------
    options
        Index = option id.
    ids
        Options that must be chosen; their cost counts.

    Returns
    -------
    Constraint
        One row an option.

    Raises
    ------
    InputError
        An id is unknown.
    """
    return _fix("force_in", options, ids, 1.0)


def force_out(options: pd.DataFrame, ids: Iterable[Hashable]) -> Constraint:
    """Leave out what is forbidden: x_i = 0.

    Parameters
    ----------
    options
        Index = option id.
    ids
        Options that must not be chosen.

    Returns
    -------
    Constraint
        One row an option.

    Raises
    ------
    InputError
        An id is unknown.
    """
    return _fix("force_out", options, ids, 0.0)


def at_most(options: pd.DataFrame, limit: Limit, *, by: str | None = None) -> Constraint:
    """Choose at most k: Σ_{i∈g} x_i ≤ k_g. With k = 1 the options of a group exclude one another.

    Parameters
    ----------
    options
        Index = option id; column `by`.
    limit
        Count ≥ 0, or count by group; groups that a mapping does not name are not bound.
    by
        Column of the group (type, district); ``None`` = all options together.

    Returns
    -------
    Constraint
        One row a group.

    Raises
    ------
    InputError
        The column is missing.
    ValueError
        A mapping is given without `by`.
    """
    codes, labels, limits = _groups(options, by, limit, "at_most")
    return _rows("at_most", options, np.ones(len(options)), codes, labels, (_open(len(labels), -1), limits))


def at_least(options: pd.DataFrame, limit: Limit, *, by: str | None = None) -> Constraint:
    """Choose at least k: Σ_{i∈g} x_i ≥ k_g.

    Parameters
    ----------
    options
        Index = option id; column `by`.
    limit
        Count ≥ 0, or count by group; groups that a mapping does not name are not bound.
    by
        Column of the group (type, district); ``None`` = all options together.

    Returns
    -------
    Constraint
        One row a group.

    Raises
    ------
    InputError
        The column is missing.
    ValueError
        A mapping is given without `by`.
    """
    codes, labels, limits = _groups(options, by, limit, "at_least")
    return _rows("at_least", options, np.ones(len(options)), codes, labels, (limits, _open(len(labels), 1)))


def precedence(options: pd.DataFrame, pairs: Iterable[tuple[Hashable, Hashable | Sequence[Hashable]]]) -> Constraint:
    """Choose an option only with what it rests on: x_a ≤ Σ_{b∈B} x_b (with a single b: x_a ≤ x_b).

    Parameters
    ----------
    options
        Index = option id.
    pairs
        (a, b): a needs b; or (a, [b, c]): a needs one of them.

    Returns
    -------
    Constraint
        One row a pair.

    Raises
    ------
    InputError
        An id is unknown.
    """
    rows, columns, values, labels = [], [], [], []
    for row, (what, basis) in enumerate(pairs):
        needs = list(basis) if isinstance(basis, list | tuple) else [basis]
        rows += [row] * (1 + len(needs))
        columns += positions([what, *needs], options.index, "precedence", "option").tolist()
        values += [1.0] + [-1.0] * len(needs)
        labels.append(f"precedence {what} needs {' or '.join(map(str, needs))}")
    matrix = sparse.csr_array((values, (rows, columns)), shape=(len(labels), len(options)), dtype=np.float64)
    return Constraint("precedence", tuple(labels), matrix, _open(len(labels), -1), np.zeros(len(labels)), options.index)


def operating_balance(
    options: pd.DataFrame,
    minimum: Limit = 0.0,
    *,
    income: str = "income_yuan",
    cost: str = "operating_cost_yuan",
    by: str | None = None,
) -> Constraint:
    """Let what earns carry what does not (以商养服): Σ_{i∈g} (income_i − cost_i) x_i ≥ m_g.

    Parameters
    ----------
    options
        Index = option id; columns `income` and `cost` (yuan a year ≥ 0) and `by`.
    minimum
        Yuan a year that must be left, or by group; negative = the deficit that is covered from elsewhere.
    income, cost
        Column names.
    by
        Column of the group that balances its own books (operator, district); ``None`` = all options together.

    Returns
    -------
    Constraint
        One row a group, yuan a year.

    Raises
    ------
    InputError
        An income or cost is missing or negative.
    ValueError
        A mapping is given without `by`.
    """
    left = numbers(options, income, "options", minimum=0.0) - numbers(options, cost, "options", minimum=0.0)
    codes, labels, limits = _groups(options, by, minimum, "operating_balance")
    return _rows("operating_balance", options, left, codes, labels, (limits, _open(len(labels), 1)))
