"""The sender's own file back, with every finding noted in its cell and listed on a sheet of its own."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import IO, Literal

import xlsxwriter

from linli.errors import Problem
from linli.survey.markup import mark_workbook
from linli.survey.tabular import decode_text, find_delimiter
from linli.web.imports.models import Batch, Finding
from linli.web.words import say

__all__ = ["as_problem", "make_marked"]

_SHEET = "CSV"
_LONGEST_CELL = 32_000


def as_problem(finding: Finding) -> Problem:
    """Return a finding as the problem that it was, with what is allowed in one text of both languages' sides."""
    severity: Literal["error", "warning"] = "error" if finding.severity == "error" else "warning"
    return Problem(
        finding.code, severity, finding.message, finding.fix, file=finding.batch.name, layer=finding.sheet or None,
        row=finding.row, column=finding.column or None, value=finding.value or None,
    )  # fmt: skip


def _with_allowed(finding: Finding, lang: Literal["zh", "en"]) -> Problem:
    """Return the problem as the workbook notes it: what is allowed and the template's help are in its own language."""
    one, allowed, told = as_problem(finding), finding.allowed.get(lang, ""), finding.help.get(lang, "")
    said = say("imports.word.allowed", lang, what=allowed) if allowed else ""
    return replace(one, allowed="\n".join(part for part in (said, told) if part) or None)


def _csv_as_workbook(data: bytes, encoding: str, path: Path) -> None:
    """Write a text table as a workbook with the same rows, so that it can carry notes; every cell is text."""
    decoded = decode_text(data, encoding)
    text = decoded[0] if decoded else ""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet(_SHEET)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text))
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell.strip()[:_LONGEST_CELL])


def make_marked(batch: Batch, findings: Iterable[Finding], lang: Literal["zh", "en"]) -> IO[bytes]:
    """Write a copy of a batch's file with its findings marked.

    Parameters
    ----------
    batch
        The batch.
    findings
        Its findings, already through the gate.
    lang
        Of the notes.

    Returns
    -------
    file
        At its beginning; it deletes itself when closed.
    """
    problems = [_with_allowed(one, lang) for one in findings]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - who answers with it closes it
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        source, target = Path(folder) / "sent.xlsx", Path(folder) / "marked.xlsx"
        with batch.file.open("rb") as sent:
            data = sent.read()
        if batch.kind == "csv":
            _csv_as_workbook(data, batch.encoding, source)
            problems = [replace(one, layer=_SHEET) for one in problems]
        else:
            source.write_bytes(data)
        mark_workbook(source, problems, target, lang)
        file.write(target.read_bytes())
    file.seek(0)
    return file
