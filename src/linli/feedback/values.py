"""Values side by side: whether two cells differ, by how much, and how they are written.

Missing is a value of its own: missing and missing are the same, missing and known differ.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["CHANGES", "as_text", "changed", "difference", "rows_of"]

CHANGES: tuple[str, ...] = (
    "layer",
    "change",
    "id_before",
    "id_after",
    "type",
    "name",
    "community_id",
    "column",
    "before",
    "after",
    "difference",
    "evidence",
)
"""Columns of the table of changes."""

_RELATIVE = 1e-9


def rows_of(table: pd.DataFrame) -> list[Any]:
    """Return the rows of a table as named tuples, `Index` first, in whatever units its columns have.

    Parameters
    ----------
    table
        Any table whose column names are identifiers.

    Returns
    -------
    list
        One named tuple a row.
    """
    return list(table.itertuples())


def as_text(value: Any) -> str:
    """Write a cell: numbers without needless zeros, dates as 2026-11-23, missing as nothing.

    Parameters
    ----------
    value
        Any cell of a layer, in the column's unit.

    Returns
    -------
    str
        Text; empty if missing.

    Examples
    --------
    >>> [as_text(value) for value in (312.0, 0.5, None, True, pd.Timestamp("2026-11-23"))]
    ['312', '0.5', '', 'true', '2026-11-23']
    """
    if pd.isna(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, dt.date | dt.datetime | np.datetime64):
        return pd.Timestamp(value).date().isoformat()
    if isinstance(value, int | float | np.number):
        number = float(value)
        return str(int(number)) if number.is_integer() else repr(number)
    return str(value)


def difference(before: pd.Series, after: pd.Series) -> npt.NDArray[np.float64]:
    """Subtract, after less before; the last bits of a float do not count.

    Parameters
    ----------
    before, after
        Numbers of one unit, same length, NaN = unknown.

    Returns
    -------
    ndarray
        In the same unit; NaN where either is unknown.
    """
    one = pd.to_numeric(before, errors="coerce").to_numpy("float64", na_value=np.nan)
    other = pd.to_numeric(after, errors="coerce").to_numpy("float64", na_value=np.nan)
    gap = other - one
    small = np.abs(gap) <= _RELATIVE * np.maximum(np.abs(one), np.abs(other))
    return np.where(small, 0.0, gap)


def changed(before: pd.Series, after: pd.Series) -> npt.NDArray[np.bool_]:
    """Tell which cells differ.

    Parameters
    ----------
    before, after
        Cells of one column, same length.

    Returns
    -------
    ndarray of bool
        True where they differ, or only one of them is missing.
    """
    numeric = pd.api.types.is_numeric_dtype(before) and pd.api.types.is_numeric_dtype(after)
    missing = before.isna().to_numpy(), after.isna().to_numpy()
    if numeric and not pd.api.types.is_bool_dtype(before):
        differ = np.nan_to_num(difference(before, after)) != 0
    else:
        pairs = zip(before, after, strict=True)
        differ = np.array([as_text(one) != as_text(other) for one, other in pairs], dtype=bool)
    unequal: npt.NDArray[np.bool_] = np.where(missing[0] | missing[1], missing[0] != missing[1], differ).astype(bool)
    return unequal
