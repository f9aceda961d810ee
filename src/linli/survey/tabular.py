"""Reading tables: Excel workbooks, CSV files, folders of CSV.

What belongs here: from a file to `RawTable`. What the cells mean is decided later, by the schema.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from linli.errors import Problem
from linli.survey.messages import bilingual, problem
from linli.survey.raw import RawTable, file_sha256, find_heading_row, layer_of_name, table_of_rows
from linli.survey.schema import Words
from linli.survey.template import ABOUT_SHEET
from linli.survey.xlsx_guard import SheetScan, guard_workbook, scan_sheets

__all__ = ["OWN_SHEETS", "Found", "decode_text", "find_delimiter", "read_csv", "read_csv_folder", "read_excel"]

Found = tuple[list[tuple[str, RawTable]], list[Problem]]
"""Tables by the layer that each is read as, and problems."""

OWN_SHEETS = frozenset({"说明", "示例", "字典", "问题", "help", "examples", "dictionary", "problems", ABOUT_SHEET})
"""Sheets of our own template that hold no data."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = (",", "\t", ";", "|", "\uff0c")
_LONGEST_FIELD = 64 * 1024 * 1024
"""Outlines in WKT are long; the csv module's own limit is 128 KiB."""
_PREVIEW_LINES = 3
_PREVIEW_LENGTH = 120


def _wanted_layers(layer: str | None, layers: Sequence[str] | None, name: str, alone: bool) -> str | None:
    """Return as which layer a table of that name is to be read, or ``None`` if it is to be left."""
    recognised = layer_of_name(name)
    if layer is not None:
        return layer if alone or recognised == layer else None
    return recognised if recognised is not None and (layers is None or recognised in layers) else None


def _choose_sheets(
    names: Sequence[str], layer: str | None, layers: Sequence[str] | None, source_layer: str | None, file: str
) -> tuple[dict[str, str], list[Problem]]:
    """Return which sheet is read as which layer."""
    if source_layer is not None and layer is not None:
        if source_layer in names:
            return {source_layer: layer}, []
        return {}, [problem("sheet.not_found", file=file, layer=source_layer, allowed=" | ".join(names))]
    data = [name for name in names if name.strip().casefold() not in OWN_SHEETS]
    chosen = {name: target for name in data if (target := _wanted_layers(layer, layers, name, len(data) == 1))}
    problems = [
        problem("sheet.unknown", file=file, layer=name)
        for name in data
        if name not in chosen and layer is None and layers is None and layer_of_name(name) is None
    ]
    if not chosen:
        problems = [problem("sheet.none", file=file, allowed=" | ".join(names))]
    return chosen, problems


def read_excel(
    path: Path,
    name: str,
    *,
    layer: str | None = None,
    layers: Sequence[str] | None = None,
    source_layer: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Found:
    """Read the sheets of a workbook.

    Parameters
    ----------
    path
        The workbook (``.xlsx``, ``.xlsm``).
    name
        What to call it in messages.
    layer, layers, source_layer, columns
        As in the declaration: one layer from one sheet, or the layers recognised by the sheets' names.

    Returns
    -------
    Found
        Tables by layer, and problems. A workbook that cannot be read gives no table and at least one problem.
    """
    problems = guard_workbook(path, name)
    if problems:
        return [], problems
    scans, problems = scan_sheets(path, name)
    if problems:
        return [], problems
    try:
        book = CalamineWorkbook.from_path(str(path))
        chosen, problems = _choose_sheets(book.sheet_names, layer, layers, source_layer, name)
        tables = []
        digest = file_sha256(path)
        for sheet, target in chosen.items():
            scan = scans.get(sheet, SheetScan(0, 0, ()))
            table, more = _read_sheet(book.get_sheet_by_name(sheet), scan, name, target, columns or {}, digest)
            problems += more
            tables += [(target, table)] if table is not None else []
    except CalamineError as error:
        return [], [problem("excel.damaged", file=name, value=str(error))]
    return tables, problems


def _read_sheet(
    sheet: CalamineSheet, scan: SheetScan, file: str, layer: str, columns: Mapping[str, str], digest: str
) -> tuple[RawTable | None, list[Problem]]:
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    if not any(cell not in ("", None) for row in rows for cell in row):
        return None, [problem("sheet.empty", file=file, layer=sheet.name)]
    heading = find_heading_row(rows, layer, columns)
    if heading is None:
        return None, [problem("table.no_heading", file=file, layer=sheet.name)]
    ranges = sheet.merged_cell_ranges or []
    merged = tuple((top + 1, bottom + 1, left, right) for (top, left), (bottom, right) in ranges)
    across = [block for block in merged if block[0] <= heading + 1 <= block[1] and block[1] > heading + 1]
    if across:
        return None, [problem("heading.merged", file=file, layer=sheet.name, row=heading + 1)]
    below = tuple(block for block in merged if block[0] > heading + 1)
    broken = tuple(cell for cell in scan.broken if cell[0] > heading + 1)
    return table_of_rows(
        rows, heading, file=file, sheet=sheet.name, sha256=digest, merged=below, broken=broken
    ), []  # fmt: skip


def decode_text(data: bytes, encoding: str = "auto") -> tuple[str, str, Words] | None:
    """Decode text by an ordered, strict rule, never by guessing.

    Parameters
    ----------
    data
        The bytes.
    encoding
        ``auto``: by the byte-order mark, else UTF-8 if every byte is valid, else GB18030 if every byte is valid; or
        the name of an encoding, taken at its word.

    Returns
    -------
    tuple of str, str, Words, or None
        The text, the encoding, and why that one; ``None`` if it cannot be decoded.
    """
    reasons = {
        "utf-8-sig": bilingual("文件带 BOM 标记", "the file has a byte-order mark"),
        "utf-16": bilingual("文件带 UTF-16 的 BOM 标记", "the file has the byte-order mark of UTF-16"),
        "utf-8": bilingual("无 BOM，全部字节符合 UTF-8", "no byte-order mark; every byte is valid UTF-8"),
        "gb18030": bilingual(
            "不是 UTF-8，全部字节符合 GB18030", "not UTF-8; every byte is valid GB18030 (GBK, GB2312)"
        ),
    }
    if encoding != "auto":
        candidates = [encoding]
    else:
        by_mark = [name for mark, name in _BOMS if data.startswith(mark)]
        candidates = by_mark[:1] or ["utf-8", "gb18030"]
    for candidate in candidates:
        try:
            text = data.decode(candidate)
        except UnicodeError:
            continue
        stated = bilingual("声明文件中指定", "named in the declaration")
        return text.removeprefix("\ufeff"), candidate, stated if encoding != "auto" else reasons[candidate]
    return None


def find_delimiter(text: str) -> str:
    """Return the delimiter of a text table: the one that its first line uses most."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    scores = {}
    for mark in _DELIMITERS:
        widths = [len(row) for row in csv.reader(lines[:1], delimiter=mark)]
        scores[mark] = widths[0] if widths else 0
    return max(_DELIMITERS, key=lambda mark: scores[mark])


def read_csv(
    path: Path, name: str, layer: str, *, columns: Mapping[str, str] | None = None, encoding: str = "auto"
) -> Found:
    """Read one CSV file.

    Parameters
    ----------
    path
        The file.
    name
        What to call it in messages.
    layer
        As which layer.
    columns
        Ours: theirs.
    encoding
        ``auto`` or the name of an encoding.

    Returns
    -------
    Found
        The table, and problems.
    """
    data = path.read_bytes()
    if not data.strip():
        return [], [problem("file.empty", file=name)]
    decoded = decode_text(data, encoding)
    if decoded is None or "\0" in decoded[0]:
        code = "csv.encoding" if decoded is None else "csv.binary"
        stated = None if encoding == "auto" else encoding
        return [], [problem(code, file=name, value=stated, allowed="UTF-8, GB18030, UTF-16")]
    text, used, reason = decoded
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text), strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend([cell.strip() for cell in row] for row in reader)
    except csv.Error as error:
        return [], [problem("csv.quotes", file=name, row=reader.line_num, reason=error)]
    heading = find_heading_row(rows, layer, columns or {})
    if heading is None:
        return [], [problem("table.no_heading", file=name)]
    width = len(rows[heading])
    while width and not rows[heading][width - 1]:
        width -= 1
    ragged = [
        problem("csv.ragged", file=name, row=at + 1, found=len(row), expected=width)
        for at, row in enumerate(rows)
        if at > heading and any(row) and (len(row) < width or any(row[width:]))
    ]
    preview = tuple(line[:_PREVIEW_LENGTH] for line in text.splitlines()[:_PREVIEW_LINES])
    table = table_of_rows(
        rows, heading, file=name, sheet=None, sha256=file_sha256(path), encoding=used, encoding_reason=reason,
        preview=preview,
    )  # fmt: skip
    return [(layer, table)], ragged


def read_csv_folder(path: Path, name: str, *, layers: Sequence[str] | None = None, encoding: str = "auto") -> Found:
    """Read a folder of CSV files, each a layer by its name (``设施.csv``, ``facilities.csv``).

    Parameters
    ----------
    path
        The folder.
    name
        What to call it in messages.
    layers
        Which layers to take; every one recognised if left out.
    encoding
        ``auto`` or the name of an encoding.

    Returns
    -------
    Found
        Tables by layer, and problems.
    """
    tables: list[tuple[str, RawTable]] = []
    problems: list[Problem] = []
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in (".csv", ".txt", ".tsv"))
    for file in files:
        layer = layer_of_name(file.stem)
        if layer is None:
            problems.append(problem("sheet.unknown", file=f"{name}/{file.name}"))
        elif layers is None or layer in layers:
            found, more = read_csv(file, f"{name}/{file.name}", layer, encoding=encoding)
            tables += found
            problems += more
    if not tables and not any(one.severity == "error" for one in problems):
        problems.append(problem("sheet.none", file=name, allowed=" | ".join(file.name for file in files) or None))
    return tables, problems
