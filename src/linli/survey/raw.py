"""What a reader hands over: one table of one file as it stands there, and which heading is which of our columns.

What belongs here: the record `RawTable`, recognising layers and columns by what people call them, and nothing about
any file format.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.errors import Problem
from linli.survey.coerce import nearest_word
from linli.survey.messages import bilingual, problem
from linli.survey.schema import PLACE_COLUMNS, Column, Layer, Words, layer_schema, layer_schemas, normal_heading

__all__ = [
    "Matched",
    "RawTable",
    "file_sha256",
    "find_heading_row",
    "layer_of_name",
    "match_columns",
    "table_of_rows",
    "target_column",
]

_HEADING_ROWS = 15
"""Headings are looked for in this many rows; titles and notes may stand above them."""
_OTHER_UNITS = re.compile(r"万|千|百|亩|公顷|平方公里|平方千米|\bha\b|km|mu\b", re.IGNORECASE)
_SHAPEFILE_WIDTH = 10
"""Bytes to which a Shapefile cuts its headings."""
_LAST_RANK = 1000


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """One table as a file holds it.

    Parameters
    ----------
    file
        Name for messages.
    sheet
        Sheet or layer inside the file, as the user knows it; ``None`` for a file that is one table.
    headings
        The headings as written, in order.
    cells
        Columns 0, 1, … in the order of `headings`, raw cells.
    rows : ndarray of int64
        For each row, its number as the user's program shows it (1-based).
    geometry
        shapely geometries for each row, or ``None`` where places are in the columns.
    crs
        The CRS that the file states, as text pyproj understands; ``None`` if it states none.
    merged
        Merged cells: first row, last row (as in `rows`), first column, last column (as in `headings`).
    broken
        Cells without a usable value: row, column, code of the problem, value shown.
    """

    file: str
    sheet: str | None
    headings: tuple[str, ...]
    cells: pd.DataFrame
    rows: NDArray[np.int64]
    sha256: str = ""
    geometry: NDArray[Any] | None = None
    crs: str | None = None
    encoding: str | None = None
    encoding_reason: Words | None = None
    preview: tuple[str, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    broken: tuple[tuple[int, int, str, str | None], ...] = ()
    problems: tuple[Problem, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Matched:
    """Which heading (by position) is which of our columns; headings not used; problems."""

    columns: Mapping[str, int]
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def _layer_names() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for name, layer in layer_schemas().items():
        for word in (name, layer.title.zh, layer.title.en, *layer.synonyms):
            names.setdefault(normal_heading(word), name)
    return names


def layer_of_name(name: str) -> str | None:
    """Return which layer a sheet, table or file of that name is, or ``None``.

    A number in front (``3.设施``) and words such as 表 behind do not matter.
    """
    folded = normal_heading(name)
    for form in (folded, re.sub(r"^\d+|[表]$|layer$", "", folded), re.sub(r"^\d+|(信息|情况|调查)?表$", "", folded)):
        if form in _layer_names():
            return _layer_names()[form]
    return None


def target_column(layer: Layer, name: str) -> Column:
    """Return a column of the layer, or one of the columns that say where a row is.

    Raises
    ------
    KeyError
        If it is neither.
    """
    return PLACE_COLUMNS[name] if name in PLACE_COLUMNS else layer.column(name)


def _targets(layer: Layer) -> list[Column]:
    return [*layer.columns, *(PLACE_COLUMNS.values() if layer.geometry else ())]


@cache
def _aliases(layer_name: str) -> Mapping[str, tuple[int, str]]:
    """For every way to write a heading: how good it is (0 is best) and which column it means."""
    layer = layer_schema(layer_name)
    aliases: dict[str, tuple[int, str]] = {}
    for column in _targets(layer):
        words = [column.name, column.title.zh, column.title.en, *column.synonyms]
        for rank, word in enumerate(words):
            aliases.setdefault(normal_heading(word), (rank, column.name))
    cut: dict[str, set[str]] = {}
    for column in layer.columns:
        for word in (column.name, column.title.zh):
            for encoding in ("utf-8", "gb18030"):
                short = word.encode(encoding)[:_SHAPEFILE_WIDTH].decode(encoding, "ignore")
                cut.setdefault(normal_heading(short), set()).add(column.name)
    for word, names in cut.items():
        if len(names) == 1:
            aliases.setdefault(word, (_LAST_RANK, names.pop()))
    return aliases


def _plain(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip()


def find_heading_row(rows: Sequence[Sequence[Any]], layer: str, wanted: Mapping[str, str]) -> int | None:
    """Return the position of the row that holds the headings, or ``None``.

    Parameters
    ----------
    rows
        The first rows of the table.
    layer
        Which layer it is read as.
    wanted
        Ours: theirs, as the declaration says.
    """
    aliases, theirs = _aliases(layer), {_plain(name) for name in wanted.values()}
    best, best_score = None, 0
    for position, row in enumerate(rows[:_HEADING_ROWS]):
        words = {str(cell) for cell in row if isinstance(cell, str) and cell.strip()}
        score = sum(normal_heading(word) in aliases or _plain(word) in theirs for word in words)
        if score > best_score:
            best, best_score = position, score
    return best


def table_of_rows(
    rows: Sequence[Sequence[Any]], heading: int, *, file: str, sheet: str | None, first_row: int = 1, **more: Any
) -> RawTable:
    """Make a table of rows of cells, of which one holds the headings.

    Parameters
    ----------
    rows
        All rows, from the first of the sheet on.
    heading
        Position of the row of headings.
    file, sheet
        For messages.
    first_row
        Number of the first of `rows` in the user's program.
    **more
        Further fields of `RawTable`.
    """
    headings = tuple(str(cell).strip() if cell is not None else "" for cell in rows[heading])
    body = rows[heading + 1 :]
    cells = pd.DataFrame(
        {
            at: pd.Series([row[at] if at < len(row) else None for row in body], dtype=object)
            for at in range(len(headings))
        }
    )
    cells = cells.where(cells != "", None) if len(cells.columns) else pd.DataFrame(index=range(len(body)))
    numbers = np.arange(len(body), dtype=np.int64) + heading + 1 + first_row
    return RawTable(file=file, sheet=sheet, headings=headings, cells=cells, rows=numbers, **more)


def match_columns(table: RawTable, layer: Layer, wanted: Mapping[str, str], given: Iterable[str] = ()) -> Matched:
    """Find out which heading is which of our columns.

    Parameters
    ----------
    table
        The table.
    layer
        Which layer it is read as.
    wanted
        Ours: theirs, as the declaration says; comes before anything recognised.
    given
        Columns that the declaration fills with a constant, so that no heading is needed.

    Returns
    -------
    Matched
        With a problem for every heading that is wanted and not there, that is in another unit, that two columns share,
        or that looks like a misspelt one of ours.
    """
    found: dict[str, int] = {}
    problems: list[Problem] = []
    plain = [_plain(heading) for heading in table.headings]
    for ours, theirs in wanted.items():
        if _plain(theirs) in plain:
            found[ours] = plain.index(_plain(theirs))
        else:
            close = nearest_word(_plain(theirs), [name for name in plain if name])
            hint = bilingual(f"是否指「{close}」？", f"Did you mean «{close}»? ") if close else bilingual("", "")
            problems.append(
                problem(
                    "column.not_found", file=table.file, layer=table.sheet, column=theirs, ours=ours, suggestion=hint
                )
            )
    _recognise(table, layer, wanted, found, problems)
    unused = [at for at, name in enumerate(table.headings) if name and at not in found.values()]
    if not wanted:
        problems += _misspelt(table, layer, unused, found, set(given))
    problems += _units(table, layer, found)
    return Matched(found, tuple(table.headings[at] for at in unused), tuple(problems))


def _recognise(
    table: RawTable, layer: Layer, wanted: Mapping[str, str], found: dict[str, int], problems: list[Problem]
) -> None:
    aliases = _aliases(layer.name)
    claims: dict[str, list[tuple[int, int]]] = {}
    for at, heading in enumerate(table.headings):
        rank_name = aliases.get(normal_heading(heading)) if heading else None
        if rank_name and at not in found.values() and rank_name[1] not in wanted:
            claims.setdefault(rank_name[1], []).append((rank_name[0], at))
    for ours, candidates in claims.items():
        candidates.sort()
        found[ours] = candidates[0][1]
        if len(candidates) > 1 and candidates[0][0] == candidates[1][0]:
            names = [table.headings[at] for _, at in candidates]
            problems.append(
                problem(
                    "column.twice", file=table.file, layer=table.sheet, column=names[0],
                    title=layer_title(layer, ours), others="、".join(names[1:]),
                )
            )  # fmt: skip


def layer_title(layer: Layer, ours: str) -> Words:
    """Return what one of our columns is called."""
    return target_column(layer, ours).title


def _misspelt(
    table: RawTable, layer: Layer, unused: Sequence[int], found: Mapping[str, int], given: set[str]
) -> list[Problem]:
    titles = {
        word: column
        for column in _targets(layer)
        if column.name not in found and column.name not in given
        for word in (column.title.zh, column.title.en, column.name)
    }
    problems = []
    for at in unused:
        if normal_heading(table.headings[at]) in _aliases(layer.name):
            continue  # known, but another column says the same better
        close = nearest_word(normal_heading(table.headings[at]), list(titles))
        if close is not None and len(normal_heading(table.headings[at])) > 1:
            problems.append(
                problem(
                    "column.unknown", file=table.file, layer=table.sheet, column=table.headings[at],
                    title=titles[close].title,
                )
            )  # fmt: skip
    return problems


def _units(table: RawTable, layer: Layer, found: Mapping[str, int]) -> list[Problem]:
    problems = []
    for ours, at in found.items():
        column = target_column(layer, ours)
        brackets = " ".join(re.findall(r"[(\[]([^()\[\]]*)[)\]]", _plain(table.headings[at])))
        if column.unit is not None and _OTHER_UNITS.search(brackets):
            problems.append(
                problem(
                    "column.unit", file=table.file, layer=table.sheet, row=None, column=table.headings[at],
                    unit=column.unit,
                )
            )  # fmt: skip
    return problems
