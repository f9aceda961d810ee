"""From a table of facilities to the records that are appraised; the one door where figures are checked."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pandas as pd

from linli.errors import InputError, Problem
from linli.operate.lines import FIGURES
from linli.operate.money import to_decimal
from linli.operate.record import Facility

__all__ = ["read_facilities"]

_REQUIRED = ("facility_id", "community_id", "type")
_MEASURES = ("floor_area_m2", "capacity", "managed_area_m2")


def _is_missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _problem(code: str, row: int | None, column: str, value: Any, words: tuple[str, str], allowed: str) -> Problem:
    return Problem(
        code=code,
        severity="error",
        message={"zh": words[0], "en": words[1]},
        fix={
            "zh": "请改正或留空（编号、社区、类型不能空）。",
            "en": "Correct it; only measures and figures may be empty.",
        },
        layer="facilities",
        row=row,
        column=column,
        value=None if value is None else str(value),
        allowed=allowed,
    )


def _number(row: int, column: str, value: Any, found: list[Problem]) -> Decimal | None:
    if _is_missing(value):
        return None
    try:
        return to_decimal(value, column)
    except ValueError:
        found.append(
            _problem("operate.number", row, column, value, ("不是合用的数", "not a number that will do"), "≥ 0")
        )
        return None


def _facility(row: int, record: dict[str, Any], found: list[Problem]) -> Facility:
    for column in _REQUIRED:
        if _is_missing(record[column]):
            words = (f"缺少 {column}", f"{column} is missing")
            found.append(_problem("operate.empty", row, column, None, words, "text"))
    numbers = {column: _number(row, column, record.get(column), found) for column in (*_MEASURES, *FIGURES)}
    given = {name: number for name in FIGURES if (number := numbers[name]) is not None}
    return Facility(
        facility_id=str(record["facility_id"]),
        community_id=str(record["community_id"]),
        type=str(record["type"]),
        floor_area_m2=numbers["floor_area_m2"],
        places=numbers["capacity"],
        managed_area_m2=numbers["managed_area_m2"],
        given=given,
    )


def _twice(ids: Iterable[str]) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for row, one in enumerate(ids, start=2):
        if one in seen:
            words = (f"编号 {one} 重复", f"id {one} appears twice")
            found.append(_problem("operate.twice", row, "facility_id", one, words, "unique"))
        seen.add(one)
    return found


def read_facilities(table: pd.DataFrame) -> tuple[Facility, ...]:
    """Read facilities from a table.

    Parameters
    ----------
    table
        ``facility_id, community_id, type`` and, where known, ``floor_area_m2`` (m²), ``capacity`` (places),
        ``managed_area_m2`` (m²), and figures of its own by name (`linli.operate.lines.FIGURES`), e.g. ``occupancy``
        (share); NaN = not known. Other columns are left alone.

    Returns
    -------
    tuple of Facility
        In the order of the table.

    Raises
    ------
    InputError
        If a column is missing, an id, community or type is empty, an id appears twice, or a figure is not a finite
        number ≥ 0; all of them at once, with rows counted from 2 (row 1 is the header).
    """
    absent = [column for column in _REQUIRED if column not in table.columns]
    if absent:
        words = (f"缺少列 {'、'.join(absent)}", f"columns missing: {', '.join(absent)}")
        raise InputError([_problem("operate.column", None, absent[0], None, words, "a column")])
    found: list[Problem] = []
    records = table.to_dict("records")
    facilities = tuple(_facility(row, record, found) for row, record in enumerate(records, start=2))  # type: ignore[arg-type]
    found += _twice(facility.facility_id for facility in facilities)
    if found:
        raise InputError(found)
    return facilities
