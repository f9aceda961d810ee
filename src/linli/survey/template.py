"""The survey workbook: what streets and communities fill in, made from the schema.

What belongs here: one sheet for each layer with headings, units and drop-down lists, a sheet of help, a sheet of
examples (so that no example is ever imported), and the hidden dictionary that the lists come from. Lists refer to the
dictionary by defined names: a list written into the cell itself may hold 255 characters, and WPS stores it differently.

A workbook may be *filled* with rows that are known already. Then a hidden column says by `version_mark` which version
of which row each is, and a hidden sheet what the workbook is for; both are read back by `intake`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import shapely
import xlsxwriter
from shapely.geometry.base import BaseGeometry
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from linli.survey.schema import PLACE_COLUMNS, Choice, Column, Layer, Words, allowed_words, layer_schemas

__all__ = [
    "ABOUT_SHEET",
    "VERSION_COLUMN",
    "FilledRow",
    "Filling",
    "read_version_mark",
    "template_columns",
    "version_mark",
    "write_template",
]

Language = Literal["zh", "en"]

ABOUT_SHEET = "_linli"
"""The hidden sheet that says what a filled workbook is for: a name and a value in each row."""
VERSION_COLUMN = "_linli_version"
"""Heading of the hidden column of `version_mark`."""
_ROWS = 5000
"""Rows of each sheet that have formats and lists; more may be filled in."""
_LONGEST_CELL = 32_000
"""Characters; a workbook's cell holds 32,767. A longer outline is left out, and so stays what it is."""
_LONGEST_WARNING = 250
_EIGHT_DIGITS = 8
_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "help": "说明", "examples": "示例", "dictionary": "字典", "yes": "是", "no": "否",
        "title": "邻里 Linli 调查表",
        "intro": "每张表是一个图层，一行一条；带 * 的必填，其余不知道就留空，不要填 0。"
        "表头请勿改动，可以删去不需要的列和表。\n坐标可填经纬度（点）或 WKT（轮廓、线）；"
        "坐标基准写在 linli.yaml 的 datum 中，高德、腾讯为 gcj02，百度为 bd09。\n"
        "填完后运行：linli survey check 本文件",
        "online": "每张表是一个图层，一行一条；带 * 的必填，其余不知道就留空，不要填 0。已有的内容已填好：核对、改正，"
        "新的写在下面。编号用来认出每一行，请勿改动；表头也请勿改动，不需要的列和表可以删去。\n"
        "坐标可填经纬度（点）或 WKT（轮廓）；留空则位置不变。太长的轮廓没有写出，留空即可。\n"
        "填完后在网页“表格导入”中上传：先核对，列出将要改变的内容，确认后才写入。",
        "columns": "图层|列|单位|必填|允许|说明",
    },
    "en": {
        "help": "help", "examples": "examples", "dictionary": "dictionary", "yes": "yes", "no": "no",
        "title": "Linli survey workbook",
        "intro": "Each sheet is a layer, each row one thing. Columns with * are required; leave others empty "
        "if not known, do not write 0. Keep the headings; columns and sheets that are not needed may be deleted.\n"
        "Places are longitude and latitude (points) or WKT (outlines, lines); their datum is named in linli.yaml.\n"
        "When done, run: linli survey check THIS-FILE",
        "online": "Each sheet is a layer, each row one thing. Columns with * are required; leave others empty if not "
        "known, do not write 0. What is known is filled in: check it, correct it, add new rows below. Ids tell rows "
        "apart, so keep them, and keep the headings; columns and sheets that are not needed may be deleted.\n"
        "Places are longitude and latitude (points) or WKT (outlines); left empty, a place stays what it is. Outlines "
        "that are too long for a cell were left out.\n"
        "When done, send it in on the page «Workbooks»: it is checked and shown first, and only then applied.",
        "columns": "layer|column|unit|required|allowed|what it says",
    },
}  # fmt: skip
_FIRST_CODE = "dict_"
_YES_NO = "yes_no"
_COMMUNITIES = "communities"
_WIDTHS = (12, 34)


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row that is known already.

    Parameters
    ----------
    key
        What tells it apart.
    version
        Which version of it this is.
    values
        JSON-ready values by column; what is not there is unknown.
    shape
        Where it is, EPSG:4326; ``None`` where that is not known.
    """

    key: str
    version: int
    values: Mapping[str, Any]
    shape: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class Filling:
    """What a workbook for people at their desks holds besides its headings.

    Parameters
    ----------
    layers
        Names of the layers that get a sheet.
    rows
        Known rows by layer.
    about
        What the workbook is for: names and values for `ABOUT_SHEET`.
    communities
        Codes and names of the communities that may be chosen.
    """

    layers: tuple[str, ...]
    rows: Mapping[str, Sequence[FilledRow]]
    about: Mapping[str, str]
    communities: Sequence[tuple[str, str]] = ()


def version_mark(key: str, version: int) -> str:
    """Return what the hidden column says of a row: it names the row, so that sorting cannot move it to another."""
    return f"{version}@{key}"


def read_version_mark(text: object) -> tuple[str, int] | None:
    """Return key and version of a mark; ``None`` if it is none."""
    number, at, key = str(text).partition("@")
    return (key, int(number)) if at and number.isascii() and number.isdigit() and key else None


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


def _lists(
    layers: Sequence[Layer], types: Mapping[str, Choice], lang: Language, communities: Sequence[tuple[str, str]]
) -> dict[str, list[tuple[str, str]]]:
    """Return every drop-down list by its defined name: label and code (of a community: code and name)."""
    words = _WORDS[lang]
    lists = {
        _FIRST_CODE + _YES_NO: [(words["yes"], "true"), (words["no"], "false")],
        f"{_FIRST_CODE}facility_types": [(_say(choice, lang), code) for code, choice in types.items()],
    }
    if communities:
        lists[_FIRST_CODE + _COMMUNITIES] = list(communities)
    for layer in layers:
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
    if column.refers_to == _COMMUNITIES:
        return _FIRST_CODE + _COMMUNITIES
    return None


def _validation(layer: Layer, column: Column, lang: Language, lists: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the data validation of a column."""
    text = f"{_say(column.title, lang)}: {_say(allowed_words(column), lang)}"[:_LONGEST_WARNING]
    name = _list_name(layer, column)
    if name in lists:
        style = "information" if column.or_number or column.refers_to else "stop"
        return {"validate": "list", "source": f"={name}", "error_message": text, "error_type": style}
    if column.type == "date":
        first = datetime(1900, 1, 1)  # noqa: DTZ001 (a day in a workbook has no time zone)
        return {"validate": "date", "criteria": ">=", "value": first, "error_message": text}
    low, high = column.hard.min, column.hard.max
    if column.type in ("number", "integer") and low is not None and high is not None:
        kind = "integer" if column.type == "integer" else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high, "error_message": text}
    return None


def _example(column: Column, row: int, types: Mapping[str, Choice], lang: Language) -> Any:
    """Return an example cell as a person would write it."""
    return _known(column.examples[row], column, types, lang) if row < len(column.examples) else None


def _known(value: Any, column: Column, types: Mapping[str, Choice], lang: Language) -> Any:
    """Return a known value as a person would write it."""
    if isinstance(value, bool):
        return _WORDS[lang]["yes" if value else "no"]
    if column.type == "date":
        return date.fromisoformat(value) if isinstance(value, str) else value
    choices = types if column.choices_from else column.choices
    if isinstance(value, str) and choices:
        parts = value.split(";") if column.type == "list" else [value]
        return ";".join(_say(choices[code], lang) if code in choices else code for code in parts)
    return value


def _placed(shape: BaseGeometry | None, columns: Sequence[Column]) -> dict[str, Any]:
    """Return what the columns of a place hold; nothing where it is not known or too long to be written."""
    names = {column.name for column in columns}
    if shape is None:
        return {}
    if isinstance(shape, shapely.Point) and "longitude" in names:
        return {"longitude": shape.x, "latitude": shape.y}
    texts = (shapely.to_wkt(shape, rounding_precision=-1), shapely.to_wkt(shape, rounding_precision=_EIGHT_DIGITS))
    short = next((text for text in texts if len(text) <= _LONGEST_CELL), None)
    return {"wkt": short} if short is not None and "wkt" in names else {}


class _Book:
    """The workbook while it is written: its formats and words."""

    def __init__(
        self, book: xlsxwriter.Workbook, types: Mapping[str, Choice], lang: Language, filling: Filling | None
    ) -> None:
        self.book, self.types, self.lang, self.words, self.filling = book, types, lang, _WORDS[lang], filling
        wanted = filling.layers if filling else tuple(layer_schemas())
        self.layers = [layer for name, layer in layer_schemas().items() if name in wanted]
        self.lists = _lists(self.layers, types, lang, filling.communities if filling else ())
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
        """Write the sheet of a layer, with the rows that are known."""
        sheet = self.book.add_worksheet(_say(layer.title, self.lang))
        columns = template_columns(layer)
        known = self.filling.rows.get(layer.name, ()) if self.filling else ()
        self.write_headings(sheet, 0, columns)
        sheet.freeze_panes(1, 1)
        last = max(_ROWS, 2 * len(known))
        for at, column in enumerate(columns):
            width = min(max(len(column.heading(self.lang).encode("gbk", "replace")) + 2, _WIDTHS[0]), _WIDTHS[1])
            sheet.set_column(at, at, width, self.cell_format(column))
            sheet.write_comment(0, at, _say(column.help, self.lang), {"x_scale": 1.6})
            rule = _validation(layer, column, self.lang, self.lists)
            if rule is not None:
                sheet.data_validation(1, at, last, at, {"ignore_blank": True, **rule})
        if self.filling:
            self.write_known(sheet, columns, known)

    def write_known(self, sheet: Any, columns: Sequence[Column], known: Sequence[FilledRow]) -> None:
        """Write known rows, and which version of which row each is into a hidden column."""
        hidden = len(columns)
        sheet.write_string(0, hidden, VERSION_COLUMN, self.head)
        sheet.set_column(hidden, hidden, None, self.text, {"hidden": True})
        for row, one in enumerate(known, start=1):
            places = _placed(one.shape, columns)
            for at, column in enumerate(columns):
                value = places.get(column.name, one.values.get(column.name))
                if value is not None:
                    self.write_cell(sheet, row, at, _known(value, column, self.types, self.lang), column)
            sheet.write_string(row, hidden, version_mark(one.key, one.version), self.text)

    def write_cell(self, sheet: Any, row: int, at: int, value: Any, column: Column) -> None:
        """Write one value; text stays text even if it looks like a formula or a number."""
        if isinstance(value, str):
            sheet.write_string(row, at, value, self.cell_format(column))
        elif isinstance(value, date):
            sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), self.date)  # noqa: DTZ001
        else:
            sheet.write_number(row, at, value, self.cell_format(column))

    def write_about(self, about: Mapping[str, str]) -> None:
        """Write the hidden sheet that says what the workbook is for."""
        sheet = self.book.add_worksheet(ABOUT_SHEET)
        for row, (name, value) in enumerate(about.items()):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, value)
        sheet.hide()

    def write_help(self) -> None:
        """Write the sheet that explains every column."""
        sheet = self.book.add_worksheet(self.words["help"])
        sheet.write(0, 0, self.words["title"], self.title)
        sheet.merge_range(1, 0, 1, 5, self.words["online" if self.filling else "intro"], self.wrap)
        sheet.set_row(1, 80)
        for at, head in enumerate(self.words["columns"].split("|")):
            sheet.write(3, at, head, self.head)
        row = 4
        for layer in self.layers:
            for column in template_columns(layer):
                unit = _say(column.unit, self.lang) if column.unit else ""
                cells = (
                    _say(layer.title, self.lang), _say(column.title, self.lang), unit, "*" if column.required else "",
                    _say(allowed_words(column), self.lang), _say(column.help, self.lang),
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
        for layer in self.layers:
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
        for at, (name, entries) in enumerate(self.lists.items()):
            left = 2 * at
            sheet.write_string(0, left, name, self.head)
            for row, (label, code) in enumerate(entries, start=1):
                sheet.write_string(row, left, label, self.text)
                sheet.write_string(row, left + 1, code, self.text)
            first = xl_rowcol_to_cell(1, left, row_abs=True, col_abs=True)
            last = f"${xl_col_to_name(left)}${len(entries) + 1}"
            self.book.define_name(name, f"='{self.words['dictionary']}'!{first}:{last}")
        sheet.hide()


def write_template(
    path: Path, types: Mapping[str, Choice], lang: Language = "zh", filling: Filling | None = None
) -> Path:
    """Write a survey workbook: empty, or filled with what is known.

    Parameters
    ----------
    path
        The ``.xlsx`` to write; an existing file is replaced.
    types
        The facility types by code (`read.facility_choices`).
    lang
        Language of headings and lists, ``zh`` or ``en``; both are read back.
    filling
        What it is filled with; every layer and no row if left out.

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
        writer = _Book(book, types, lang, filling)
        writer.write_help()
        for layer in writer.layers:
            writer.write_layer(layer)
        writer.write_examples()
        writer.write_dictionary()
        if filling is not None:
            writer.write_about(filling.about)
    return path
