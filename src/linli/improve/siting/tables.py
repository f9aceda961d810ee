"""Checks on the caller's tables, shared by the siting functions: all problems at once, as `InputError`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.errors import InputError, Problem

__all__ = ["numbers", "positions", "require_columns", "require_unique"]


def require_columns(table: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Raise `InputError` unless the table has the columns."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise InputError(
            [
                Problem(
                    code="column.missing",
                    severity="error",
                    message={"zh": f"缺少列 `{column}`", "en": f"column `{column}` is missing"},
                    fix={"zh": "请补上此列。", "en": "Add it, or name the column that stands for it."},
                    layer=name,
                    column=column,
                    allowed=", ".join(map(str, table.columns)),
                )
                for column in missing
            ]
        )


def require_unique(index: pd.Index[Any], name: str) -> None:
    """Raise `InputError` unless every id stands once."""
    twice = index[index.duplicated()].unique()
    if len(twice):
        raise InputError(
            [
                Problem(
                    code="id.duplicate",
                    severity="error",
                    message={"zh": "编号重复", "en": "the id stands more than once"},
                    fix={"zh": "请使编号唯一。", "en": "Give every row an id of its own."},
                    layer=name,
                    value=str(value),
                )
                for value in twice
            ]
        )


def positions(
    ids: Sequence[Any] | NDArray[Any] | pd.Index[Any], index: pd.Index[Any], name: str, column: str
) -> NDArray[np.int64]:
    """Return where the ids stand in the index; `InputError` for ids that it does not hold."""
    where = index.get_indexer(pd.Index(ids)).astype(np.int64) if len(ids) else np.zeros(0, dtype=np.int64)
    unknown = pd.unique(np.asarray(ids, dtype=object)[where < 0])
    if len(unknown):
        raise InputError(
            [
                Problem(
                    code="id.unknown",
                    severity="error",
                    message={"zh": "没有此编号", "en": "no such id"},
                    fix={"zh": "请改正编号或补上该行。", "en": "Correct the id or add its row."},
                    layer=name,
                    column=column,
                    value=str(value),
                )
                for value in unknown
            ]
        )
    return where


def numbers(table: pd.DataFrame, column: str, name: str, *, minimum: float = -np.inf) -> NDArray[np.float64]:
    """Return a column as finite floats; `InputError` for missing ones and those below `minimum`."""
    require_columns(table, [column], name)
    values = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.flatnonzero(~np.isfinite(values) | (values < minimum))
    if len(wrong):
        raise InputError(
            [
                Problem(
                    code="number.bad",
                    severity="error",
                    message={
                        "zh": f"编号 {table.index[row]} 的 `{column}` 无法使用",
                        "en": f"`{column}` of {table.index[row]} cannot be used",
                    },
                    fix={"zh": "请填写数值，或去掉该行。", "en": "Give a number, or leave the row out."},
                    layer=name,
                    column=column,
                    value=str(table[column].iloc[row]),
                    allowed=f"≥ {minimum:g}" if np.isfinite(minimum) else "a finite number",
                )
                for row in wrong.tolist()
            ]
        )
    return values
