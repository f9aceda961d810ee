"""The survey workbook: what streets and communities fill in, made from the schema.

What belongs here: one sheet for each layer with headings, units and drop-down lists, a sheet of help, a sheet of
examples (so that no example is ever imported), and the hidden dictionary that the lists come from. Lists refer to the
dictionary by defined names: a list written into the cell itself may hold 255 characters, and WPS stores it differently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from linli.survey.schema import PLACE_COLUMNS, Choice, Column, Layer, Words, layer_schemas

__all__ = ["template_columns", "write_template"]

Language = Literal["zh", "en"]

_ROWS = 5000
"""Rows of each sheet that have formats and lists; more may be filled in."""
_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "help": "说明", "examples": "示例", "dictionary": "字典", "yes": "是", "no": "否",
        "title": "邻里 Linli 调查表",
        "intro": "每张表是一个图层，一行一条；带 * 的必填，其余不知道就留空，不要填 0。"
        "表头请勿改动，可以删去不需要的列和表。\n坐标可填经纬度（点）或 WKT（轮廓、线）；"
        "坐标基准写在 linli.yaml 的 datum 中，高德、腾讯为 gcj02，百度为 bd09。\n"
        "填完后运行：linli survey check 本文件",
        "columns": "图层|列|单位|必填|允许|说明", "to": "至", "list": "见下拉列表", "many": "见“字典”，用分号隔开",
        "number": "请填数字，范围", "choose": "请从列表中选择。", "date": "请填日期，如 2026-07-01。",
    },
    "en": {
        "help": "help", "examples": "examples", "dictionary": "dictionary", "yes": "yes", "no": "no",
        "title": "Linli survey workbook",
        "intro": "Each sheet is a layer, each row one thing. Columns with * are required; leave others empty "
        "if not known, do not write 0. Keep the headings; columns and sheets that are not needed may be deleted.\n"
        "Places are longitude and latitude (points) or WKT (outlines, lines); their datum is named in linli.yaml.\n"
        "When done, run: linli survey check THIS-FILE",
        "columns": "layer|column|unit|required|allowed|what it says", "to": "to", "list": "see the list",
        "many": "see sheet dictionary, separated by semicolons",
        "number": "Write a number from", "choose": "Choose from the list.", "date": "Write a date such as 2026-07-01.",
    },
}  # fmt: skip
_FIRST_CODE = "dict_"
_YES_NO = "yes_no"
_DEGREES = (-180, 180)
_WIDTHS = (12, 34)


def _say(words: Words, lang: Language) -> str:
    return words.zh if lang == "zh" else words.en


def template_columns(layer: Layer) -> tuple[Column, ...]:
    """Return the columns of a layer's sheet: its own, then those that say where a row is."""
    places: tuple[Column, ...] = ()
    if "point" in layer.geometry:
        places = (PLACE_COLUMNS["longitude"], PLACE_COLUMNS["latitude"])
    if set(layer.geometry) - {"point"}:
        places = (*places, PLACE_COLUMNS["wkt"])
    return (*layer.columns, *places)


def _lists(types: Mapping[str, Choice], lang: Language) -> dict[str, list[tuple[str, str]]]:
    """Return every drop-down list by its defined name: label and code."""
    words = _WORDS[lang]
    lists = {
        _FIRST_CODE + _YES_NO: [(words["yes"], "true"), (words["no"], "false")],
        f"{_FIRST_CODE}facility_types": [(_say(choice, lang), code) for code, choice in types.items()],
    }
    for layer in layer_schemas().values():
        for column in layer.columns:
            if column.choices:
                name = f"{_FIRST_CODE}{layer.name}_{column.name}"
                lists[name] = [(_say(choice, lang), code) for code, choice in column.choices.items()]
    return lists


def _list_name(layer: Layer, column: Column) -> str | None:
    if column.type == "boolean":
        return _FIRST_CODE + _YES_NO
    if column.type == "choice":
        return f"{_FIRST_CODE}{column.choices_from or f'{layer.name}_{column.name}'}"
    return None


def _validation(layer: Layer, column: Column, lang: Language) -> dict[str, Any] | None:
    """Return the data validation of a column."""
    words = _WORDS[lang]
    name = _list_name(layer, column)
    if name is not None:
        style = "information" if column.or_number else "stop"
        return {"validate": "list", "source": f"={name}", "error_message": words["choose"], "error_type": style}
    if column.type == "date":
        first = datetime(1900, 1, 1)  # noqa: DTZ001 (a day in a workbook has no time zone)
        return {"validate": "date", "criteria": ">=", "value": first, "error_message": words["date"]}
    low, high = column.hard.min, column.hard.max
    if column.name in ("longitude", "latitude"):
        return None  # coordinates may be in metres, if linli.yaml says so
    if column.type in ("number", "integer") and low is not None and high is not None:
        text = f"{words['number']} {low:,.0f} {words['to']} {high:,.0f}"
        kind = "integer" if column.type == "integer" else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high, "error_message": text}
    return None


def _allowed(column: Column, lang: Language) -> str:
    words = _WORDS[lang]
    if column.type == "list":
        return words["many"]
    if column.type == "boolean":
        return f"{words['yes']} / {words['no']}"
    if column.choices_from:
        return words["list"]
    if column.choices:
        return " / ".join(_say(choice, lang) for choice in column.choices.values())
    if column.hard.min is not None and column.hard.max is not None:
        return f"{column.hard.min:,.0f} {words['to']} {column.hard.max:,.0f}"
    return ""


def _example(column: Column, row: int, types: Mapping[str, Choice], lang: Language) -> Any:
    """Return an example cell as a person would write it."""
    value = column.examples[row] if row < len(column.examples) else None
    if isinstance(value, bool):
        return _WORDS[lang]["yes" if value else "no"]
    choices = types if column.choices_from else column.choices
    if isinstance(value, str) and choices:
        return ";".join(_say(choices[code], lang) if code in choices else code for code in value.split(";"))
    return value


class _Book:
    """The workbook while it is written: its formats and words."""

    def __init__(self, book: xlsxwriter.Workbook, types: Mapping[str, Choice], lang: Language) -> None:
        self.book, self.types, self.lang, self.words = book, types, lang, _WORDS[lang]
        base = {"font_name": "Microsoft YaHei" if lang == "zh" else "Arial", "font_size": 10}
        self.title = book.add_format({**base, "bold": True, "font_size": 14})
        self.head = book.add_format({**base, "bold": True, "bg_color": "#DDEBE9", "bottom": 1, "text_wrap": True})
        self.needed = book.add_format({**base, "bold": True, "bg_color": "#A9CFC9", "bottom": 1, "text_wrap": True})
        self.wrap = book.add_format({**base, "text_wrap": True, "valign": "top"})
        self.plain = book.add_format(base)
        self.text = book.add_format({**base, "num_format": "@"})
        self.date = book.add_format({**base, "num_format": "yyyy-mm-dd"})

    def cell_format(self, column: Column) -> Any:
        """Return the format of a column's cells: codes and text are text, whatever they look like."""
        if column.type in ("text", "choice", "list"):
            return self.text
        return self.date if column.type == "date" else self.plain

    def write_headings(self, sheet: Any, row: int, columns: Sequence[Column]) -> None:
        """Write the headings of a layer, with the help as a note on each."""
        for at, column in enumerate(columns):
            sheet.write(row, at, column.heading(self.lang), self.needed if column.required else self.head)

    def write_layer(self, layer: Layer) -> None:
        """Write the empty sheet of a layer."""
        sheet = self.book.add_worksheet(_say(layer.title, self.lang))
        columns = template_columns(layer)
        self.write_headings(sheet, 0, columns)
        sheet.freeze_panes(1, 1)
        for at, column in enumerate(columns):
            width = min(max(len(column.heading(self.lang).encode("gbk", "replace")) + 2, _WIDTHS[0]), _WIDTHS[1])
            sheet.set_column(at, at, width, self.cell_format(column))
            sheet.write_comment(0, at, _say(column.help, self.lang), {"x_scale": 1.6})
            rule = _validation(layer, column, self.lang)
            if rule is not None:
                sheet.data_validation(1, at, _ROWS, at, {"ignore_blank": True, **rule})

    def write_help(self) -> None:
        """Write the sheet that explains every column."""
        sheet = self.book.add_worksheet(self.words["help"])
        sheet.write(0, 0, self.words["title"], self.title)
        sheet.merge_range(1, 0, 1, 5, self.words["intro"], self.wrap)
        sheet.set_row(1, 66)
        for at, head in enumerate(self.words["columns"].split("|")):
            sheet.write(3, at, head, self.head)
        row = 4
        for layer in layer_schemas().values():
            for column in template_columns(layer):
                unit = _say(column.unit, self.lang) if column.unit else ""
                cells = (
                    _say(layer.title, self.lang), _say(column.title, self.lang), unit, "*" if column.required else "",
                    _allowed(column, self.lang), _say(column.help, self.lang),
                )  # fmt: skip
                for at, cell in enumerate(cells):
                    sheet.write_string(row, at, cell, self.wrap)
                row += 1
        for at, width in enumerate((12, 20, 10, 6, 40, 60)):
            sheet.set_column(at, at, width)
        sheet.freeze_panes(4, 0)

    def write_examples(self) -> None:
        """Write two example rows for every layer on a sheet of their own."""
        sheet = self.book.add_worksheet(self.words["examples"])
        row = 0
        for layer in layer_schemas().values():
            sheet.write(row, 0, _say(layer.title, self.lang), self.title)
            columns = template_columns(layer)
            self.write_headings(sheet, row + 1, columns)
            for number in range(2):
                for at, column in enumerate(columns):
                    cell = _example(column, number, self.types, self.lang)
                    if cell is not None:
                        sheet.write(row + 2 + number, at, cell, self.cell_format(column))
            row += 5
        sheet.set_column(0, 20, 16)

    def write_dictionary(self) -> None:
        """Write the hidden lists and give each its name."""
        sheet = self.book.add_worksheet(self.words["dictionary"])
        for at, (name, entries) in enumerate(_lists(self.types, self.lang).items()):
            left = 2 * at
            sheet.write_string(0, left, name, self.head)
            for row, (label, code) in enumerate(entries, start=1):
                sheet.write_string(row, left, label, self.text)
                sheet.write_string(row, left + 1, code, self.text)
            first = xl_rowcol_to_cell(1, left, row_abs=True, col_abs=True)
            last = f"${xl_col_to_name(left)}${len(entries) + 1}"
            self.book.define_name(name, f"='{self.words['dictionary']}'!{first}:{last}")
        sheet.hide()


def write_template(path: Path, types: Mapping[str, Choice], lang: Language = "zh") -> Path:
    """Write an empty survey workbook.

    Parameters
    ----------
    path
        The ``.xlsx`` to write; an existing file is replaced.
    types
        The facility types by code (`read.facility_choices`).
    lang
        Language of headings and lists, ``zh`` or ``en``; both are read back.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": _WORDS[lang]["title"], "created": datetime(2026, 1, 1)})  # noqa: DTZ001
        writer = _Book(book, types, lang)
        writer.write_help()
        for layer in layer_schemas().values():
            writer.write_layer(layer)
        writer.write_examples()
        writer.write_dictionary()
    return path
