"""Lists as files, xlsx or csv: the rows of the screen, all pages; each leaves an event with count and hash."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone

from linli.web.accounts.access import actor_of
from linli.web.audit.services import record
from linli.web.pages.table import Column, Table, cell_text, narrow, title_of
from linli.web.words import say

__all__ = ["FORMATS", "export_table"]

_CHUNK = 2000
_RISKY = ("=", "+", "-", "@", "\t", "\r")

FORMATS = ("xlsx", "csv")
"""What a list can be had as."""

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def _csv(file: IO[bytes], table: Table, rows: QuerySet[Any]) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([title_of(table, column) for column in table.columns])
    count = 0
    for row in rows.iterator(chunk_size=_CHUNK):
        cells = (cell_text(column.value(row), column) for column in table.columns)
        # A cell that a spreadsheet program would take for a formula is marked as text.
        writer.writerow([f"'{c}" if c.startswith(_RISKY) and not _is_number(c) else c for c in cells])
        count += 1
    text.flush()
    text.detach()
    return count


def _is_number(text: str) -> bool:
    return text.replace(",", "").lstrip("-").replace(".", "", 1).isdigit()


def _write(sheet: Any, row: int, col: int, value: Any, column: Column) -> None:
    if column.kind == "number" and isinstance(value, int | float | Decimal):
        sheet.write_number(row, col, value)
    elif isinstance(value, datetime):
        sheet.write_string(row, col, f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}")
    elif isinstance(value, date):
        sheet.write_string(row, col, value.isoformat())
    else:
        sheet.write_string(row, col, cell_text(value, column))


def _xlsx(file: IO[bytes], table: Table, rows: QuerySet[Any]) -> int:
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(say(f"{table.name}.title")[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    for col, column in enumerate(table.columns):
        sheet.set_column(col, col, 18)
        sheet.write_string(0, col, title_of(table, column), bold)
    count = 0
    for row in rows.iterator(chunk_size=_CHUNK):
        count += 1
        for col, column in enumerate(table.columns):
            _write(sheet, count, col, column.value(row), column)
    book.close()
    return count


_WRITERS: dict[str, Callable[[IO[bytes], Table, QuerySet[Any]], int]] = {"xlsx": _xlsx, "csv": _csv}


def export_table(request: HttpRequest, table: Table, rows: QuerySet[Any], kind: str, *, module: str) -> FileResponse:
    """Answer with a list as a file, and record that it was taken.

    Parameters
    ----------
    request
        Its query narrows and orders the rows as on the screen.
    table
        The table.
    rows
        Already through the gate.
    kind
        ``xlsx`` or ``csv``.
    module
        The module whose export it is, for the event.

    Returns
    -------
    FileResponse
        With the number of rows in the header ``X-Rows``.

    Raises
    ------
    Http404
        If there is no such format.
    """
    if kind not in _WRITERS:
        raise Http404
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with transaction.atomic():
        count = _WRITERS[kind](file, table, narrow(table, rows, request.GET))
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        record(
            "pages.table.export",
            actor=actor_of(request),
            module=module,
            name=table.name,
            after={"rows": count, "sha256": digest, "format": kind, "query": request.GET.dict()},
        )
    file.seek(0)
    name = f"{table.name.replace('.', '-')}-{timezone.localdate().isoformat()}.{kind}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=_TYPES[kind])
    response["X-Rows"] = str(count)
    return response
