"""Residents by building, from a list of persons that is counted in memory and written nowhere, or from counts.

*List*: one row a person, with the building and the day of birth or the age. *Counts*: one row a building, with its
residents and, where known, age bands. Columns about persons are passed over and named; what is kept is a number for
each building and age band. A building with somebody whose age cannot be told has no bands: they would be too small.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from linli.errors import InputError
from linli.survey import layer_schema
from linli.survey.build_layer import build_layer
from linli.survey.coerce import cell_text
from linli.survey.config import SourceConfig
from linli.survey.raw import RawTable, find_heading_row, table_of_rows
from linli.survey.schema import normal_heading
from linli.survey.tabular import decode_text
from linli.survey.xlsx_guard import guard_workbook, scan_sheets
from linli.units import AGE_BANDS, residents_column
from linli.web.refusal import Refused
from linli.web.surveys.personal import personal_headings, words_of

__all__ = ["People", "age_on", "band_of", "count_people", "read_date"]

_HEADING_ROWS = 15
_BANDS = tuple(residents_column(band) for band in AGE_BANDS)
_LOWEST = tuple(int(band.split("_")[0]) for band in AGE_BANDS)
_OLDEST = 130
_DATE = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*(?:[-/.月]?\s*(\d{1,2})\s*日?|月)?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_XLSX = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Residents by building.

    Parameters
    ----------
    table
        By building id: ``residents`` and ``residents_<band>``; NaN = not known.
    rows
        Rows that were read.
    dropped
        Headings about persons that were passed over.
    without_building
        Rows that name no building.
    ages_unknown
        Persons whose age cannot be told.
    is_list
        Whether it was a list of persons.
    """

    table: pd.DataFrame
    rows: int
    dropped: tuple[str, ...]
    without_building: int = 0
    ages_unknown: int = 0
    is_list: bool = True


def read_date(cell: Any) -> dt.date | None:
    """Return the day that a cell means; of a month its first. ``None`` if it means none.

    Parameters
    ----------
    cell
        A date, or text as ``1950-03-12``, ``1950/3/12``, ``19500312``, ``1950年3月12日``, ``1950-03``.

    Returns
    -------
    date or None
        The day.
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = cell_text(cell).strip()
    match = _PACKED.fullmatch(text) or _DATE.match(text)
    if match is None:
        return None
    year, month, day = match.group(1), match.group(2), match.group(3) or 1
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def age_on(born: dt.date, on: dt.date) -> int:
    """Return the completed years of somebody on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def band_of(age: int | None) -> int | None:
    """Return the position of an age's band in `AGE_BANDS`; ``None`` for what is no age."""
    return None if age is None or not 0 <= age <= _OLDEST else bisect_right(_LOWEST, age) - 1


def _rows_of_workbook(data: bytes, name: str) -> list[list[Any]]:
    problems = guard_workbook(data, name)
    problems = problems or scan_sheets(data, name)[1]
    if problems:
        raise InputError(problems)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(sheet).to_python(skip_empty_area=False) for sheet in book.sheet_names]
    except (CalamineError, OSError, ValueError):
        raise Refused("surveys.refuse.unreadable", "file") from None
    return max(sheets, key=len, default=[])


def _rows_of_text(data: bytes, encoding: str) -> list[list[Any]]:
    decoded = decode_text(data, encoding)
    if decoded is None or "\0" in decoded[0]:
        raise Refused("surveys.refuse.no_text", "file")
    first = decoded[0].splitlines()[:1]
    mark = max(",\t;，", key=lambda one: first[0].count(one) if first else 0)
    try:
        return [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(decoded[0], newline=""), delimiter=mark, strict=True)
        ]
    except csv.Error:
        raise Refused("surveys.refuse.unreadable", "file") from None


def _heading(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]] | None:
    """Find the row of headings of a list of persons: the building, and the day of birth or the age."""
    for at, row in enumerate(rows[:_HEADING_ROWS]):
        found: dict[str, int] = {}
        for position, cell in enumerate(row):
            normal = normal_heading(str(cell)) if cell is not None else ""
            for what in ("building", "birth", "age"):
                if normal and normal in words_of(what):
                    found.setdefault(what, position)
        if "building" in found and ("birth" in found or "age" in found):
            return at, found
    return None


def _age(row: Sequence[Any], found: dict[str, int], on: dt.date) -> int | None:
    if "birth" in found and found["birth"] < len(row):
        born = read_date(row[found["birth"]])
        if born is not None and born <= on:
            return age_on(born, on)
    if "age" in found and found["age"] < len(row):
        try:
            return int(float(cell_text(row[found["age"]])))
        except ValueError:
            return None
    return None


def _count_list(rows: Sequence[Sequence[Any]], at: int, found: dict[str, int], on: dt.date) -> People:
    bands: dict[str, list[int]] = {}
    doubtful: set[str] = set()
    read = without = unknown = 0
    for row in rows[at + 1 :]:
        if not any(cell not in (None, "") for cell in row):
            continue
        read += 1
        building = cell_text(row[found["building"]]).strip() if found["building"] < len(row) else ""
        if not building:
            without += 1
            continue
        counted = bands.setdefault(building, [0] * (len(AGE_BANDS) + 1))
        counted[0] += 1
        band = band_of(_age(row, found, on))
        if band is None:
            unknown += 1
            doubtful.add(building)
        else:
            counted[band + 1] += 1
    table = pd.DataFrame.from_dict(bands, orient="index", columns=["residents", *_BANDS], dtype=np.float64)
    table.loc[sorted(doubtful), list(_BANDS)] = np.nan
    dropped = personal_headings(str(cell) for cell in rows[at] if cell is not None)
    return People(table, read, tuple(dropped), without, unknown)


def _count_counts(rows: Sequence[Sequence[Any]], name: str) -> People:
    heading = find_heading_row(rows, "buildings", {})
    if heading is None:
        raise Refused("surveys.refuse.no_residents", "file")
    table: RawTable = table_of_rows(rows, heading, file=name, sheet=None)
    source = SourceConfig(file=name, layer="buildings")
    part = build_layer(table, layer_schema("buildings"), source, number=0, default_datum="wgs84", types={})
    columns = ["residents", *_BANDS]
    if "building_id" in part.missing or not any(part.frame[column].notna().any() for column in columns):
        raise Refused("surveys.refuse.no_residents", "file")
    errors = [one for one in part.problems if one.severity == "error" and one.column is not None]
    twice = part.frame["building_id"].duplicated(keep=False) & part.frame["building_id"].notna()
    if twice.any():
        raise Refused("surveys.refuse.building_twice", "file", building=part.frame.loc[twice, "building_id"].iloc[0])
    if errors:
        raise InputError(errors)
    named = part.frame[part.frame["building_id"].notna()]
    values = pd.DataFrame(
        named[columns].to_numpy(dtype=np.float64), index=named["building_id"].astype(str), columns=columns
    )
    dropped = personal_headings(table.headings)
    return People(values, len(part.frame), tuple(dropped), len(part.frame) - len(named), is_list=False)


def count_people(data: bytes, name: str, *, encoding: str, on: dt.date) -> People:
    """Count the residents of each building.

    Parameters
    ----------
    data
        An xlsx or csv file; it stays in memory.
    name
        What its sender calls it.
    encoding
        Of a csv: ``auto`` or its name.
    on
        The day on which ages are counted.

    Returns
    -------
    People
        Numbers by building; nothing of any person.

    Raises
    ------
    Refused
        If it is neither a list of persons with building and age, nor counts by building.
    InputError
        If it is a workbook that must not be opened, or its counts cannot be read.
    """
    is_book = data.startswith(_XLSX) or name.lower().endswith((".xlsx", ".xls"))
    rows = _rows_of_workbook(data, name) if is_book else _rows_of_text(data, encoding)
    heading = _heading(rows)
    return _count_counts(rows, name) if heading is None else _count_list(rows, *heading, on)
