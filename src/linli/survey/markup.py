"""Problems handed back where they are: the user's own workbook with the cells marked, and a list of everything.

What belongs here: writing copies. The user's files themselves are never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from linli.errors import Problem

__all__ = ["mark_workbook", "write_problem_list", "write_problems"]

Language = Literal["zh", "en"]

_FILLS = {"error": "FFC7CE", "warning": "FFEB9C"}
_SHEET = {"zh": "问题", "en": "problems"}
_AUTHOR = "Linli"
_HEADS = {
    "zh": ("程度", "文件", "工作表/图层", "行", "列", "值", "问题", "允许", "怎么办", "代码"),
    "en": ("severity", "file", "sheet or layer", "row", "column", "value", "problem", "allowed", "what to do", "code"),
}
_SEVERITY = {"zh": {"error": "错误", "warning": "提醒"}, "en": {"error": "error", "warning": "warning"}}
_WIDTHS = (8, 24, 16, 8, 20, 20, 50, 24, 50, 20)
_HEADING_ROWS = 15
_MOST_ROWS = 100_000
_WORKBOOKS = (".xlsx", ".xlsm")
_COMMENT_SIZE = (320, 160)


def _row(problem: Problem, lang: Language) -> tuple[Any, ...]:
    return (
        _SEVERITY[lang][problem.severity],
        problem.file,
        problem.layer,
        problem.row,
        problem.column,
        problem.value,
        problem.message[lang],
        problem.allowed,
        problem.fix[lang],
        problem.code,
    )


def write_problem_list(problems: Iterable[Problem], path: Path, lang: Language = "zh") -> Path:
    """Write problems as a workbook of one sheet, errors first.

    Parameters
    ----------
    problems
        The problems.
    path
        The ``.xlsx`` to write.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    Path
        The file.
    """
    ordered = sorted(problems, key=lambda one: one.severity)[:_MOST_ROWS]
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_SHEET[lang])
        head = book.add_format({"bold": True, "bottom": 1})
        fills = {name: book.add_format({"bg_color": f"#{colour}"}) for name, colour in _FILLS.items()}
        for at, (text, width) in enumerate(zip(_HEADS[lang], _WIDTHS, strict=True)):
            sheet.write_string(0, at, text, head)
            sheet.set_column(at, at, width)
        for number, problem in enumerate(ordered, start=1):
            for at, cell in enumerate(_row(problem, lang)):
                if cell is not None:
                    sheet.write(number, at, cell, fills[problem.severity] if at == 0 else None)
        sheet.autofilter(0, 0, len(ordered), len(_HEADS[lang]) - 1)
        sheet.freeze_panes(1, 0)
    return path


def _heading_columns(sheet: Worksheet) -> dict[str, tuple[int, int]]:
    """Return row and column of every text in the first rows, the lowest one for each text."""
    places = {}
    for cells in sheet.iter_rows(min_row=1, max_row=min(_HEADING_ROWS, sheet.max_row)):
        for cell in cells:
            if isinstance(cell.value, str) and cell.row is not None and cell.column is not None:
                places[cell.value.strip()] = (cell.row, cell.column)
    return places


def _mark(sheet: Worksheet, problem: Problem, headings: dict[str, tuple[int, int]], lang: Language) -> None:
    heading = headings.get(problem.column or "", (1, 1))
    cell: Any = sheet.cell(problem.row or heading[0], heading[1])
    if type(cell).__name__ == "MergedCell":
        # only the first cell of a merged block can carry a note
        block = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
        cell = sheet.cell(block.min_row, block.min_col)
    is_worse = problem.severity == "error" or cell.comment is None
    if is_worse:
        cell.fill = PatternFill("solid", start_color=_FILLS[problem.severity])
    allowed = f"\n{problem.allowed}" if problem.allowed else ""
    text = f"{problem.message[lang]}{allowed}\n{problem.fix[lang]}"
    before = f"{cell.comment.text}\n\n" if cell.comment is not None else ""
    if text not in before:
        cell.comment = Comment(before + text, _AUTHOR, *reversed(_COMMENT_SIZE))


def _add_list(book: openpyxl.Workbook, problems: Sequence[Problem], lang: Language) -> None:
    for name in _SHEET.values():
        if name in book.sheetnames:
            del book[name]
    sheet = book.create_sheet(_SHEET[lang], 0)
    sheet.append(_HEADS[lang])
    fills = {severity: PatternFill("solid", start_color=colour) for severity, colour in _FILLS.items()}
    for number, problem in enumerate(sorted(problems, key=lambda one: one.severity)[:_MOST_ROWS], start=2):
        for at, value in enumerate(_row(problem, lang), start=1):
            cell: Any = sheet.cell(number, at, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a value that begins with «=» is shown, never calculated
        sheet.cell(number, 1).fill = fills[problem.severity]
    for at, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + at)].width = width
    sheet.freeze_panes = "A2"
    book.active = 0


def mark_workbook(path: Path, problems: Sequence[Problem], out: Path, lang: Language = "zh") -> Path:
    """Write a copy of a workbook with every problem marked on its cell, and listed on a sheet of its own.

    Parameters
    ----------
    path
        The user's workbook; it is left as it is.
    problems
        The problems of this workbook.
    out
        Where to write the copy.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    Path
        The copy.
    """
    book = openpyxl.load_workbook(path, keep_vba=path.suffix.lower() == ".xlsm")
    by_sheet: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.layer in book.sheetnames and (problem.row is not None or problem.column is not None):
            by_sheet.setdefault(str(problem.layer), []).append(problem)
    for name, own in by_sheet.items():
        sheet = book[name]
        headings = _heading_columns(sheet)
        for problem in own:
            _mark(sheet, problem, headings, lang)
    _add_list(book, problems, lang)
    book.save(out)
    return out


def write_problems(problems: Sequence[Problem], base: Path, out: Path, lang: Language = "zh") -> list[Path]:
    """Write everything that hands problems back: each workbook marked, and one list of all.

    Parameters
    ----------
    problems
        As `check_survey` found them.
    base
        The folder from which the files' names start.
    out
        Folder to write to; made if need be.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    list of Path
        The list first, then the marked workbooks. A workbook that cannot be opened is only in the list.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = [write_problem_list(problems, out / f"{_SHEET[lang]}.xlsx", lang)]
    for name in dict.fromkeys(problem.file for problem in problems if problem.file):
        source = base / name
        own = [problem for problem in problems if problem.file == name]
        unreadable = any(problem.code.startswith(("excel.", "file.")) for problem in own)
        if source.suffix.lower() in _WORKBOOKS and source.is_file() and not unreadable:
            target = out / f"{source.stem}.{_SHEET[lang]}{source.suffix}"
            written.append(mark_workbook(source, own, target, lang))
    return written
