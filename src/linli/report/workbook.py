"""The workbook: every table of the report for people who work in Excel or WPS.

Headings are frozen, filtered, and carry their units; statuses are coloured and written; what is unknown is a word in a
hatched cell, never 0. Headings are in both languages when the report is.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from linli.assess.measure import note_text
from linli.assess.record import Assessment
from linli.errors import Problem
from linli.report import phrases
from linli.report.formats import Context, known
from linli.report.model import Book
from linli.report.palette import STATUSES
from linli.report.words import Words
from linli.survey import Survey

__all__ = ["CELL_LIMIT", "FORMATS", "write_workbook"]

Row = Mapping[str, Any]

FORMATS: dict[str, dict[str, Any]] = {
    "text": {"valign": "top"},
    "long": {"valign": "top", "text_wrap": True},
    "date": {"num_format": "yyyy-mm-dd", "valign": "top"},
    "unknown": {
        "pattern": 14,
        "fg_color": "#C5CDD4",
        "bg_color": "#FFFFFF",
        "font_color": "#4B5563",
        "align": "center",
    },
    "head": {
        "bold": True,
        "text_wrap": True,
        "valign": "vcenter",
        "bg_color": "#E6F2F1",
        "bottom": 1,
        "border_color": "#C5CDD4",
    },
    "title": {"bold": True, "font_size": 14},
}
"""Looks of cells that the workbooks of all parts share."""

CELL_LIMIT = 32767
"""Characters that a cell of Excel holds."""

_FORMATS: dict[str, dict[str, Any]] = {
    **FORMATS,
    "integer": {"num_format": "#,##0", "valign": "top"},
    "decimal": {"num_format": "#,##0.00", "valign": "top"},
    "percent": {"num_format": "0.0", "valign": "top"},
    "score": {"num_format": "0.0", "valign": "top"},
}
_HUNDRED = 100.0
_NUMERIC = {"integer", "decimal", "percent", "score"}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a sheet: the key of its heading, how its cells are written, how wide it is."""

    key: str
    kind: str = "text"
    width: int = 12
    heading: str = ""


@dataclass(frozen=True, eq=False)
class _Sheet:
    """A sheet: key of its name, columns, rows of values by column key; status columns are coloured."""

    key: str
    columns: Sequence[_Column]
    rows: list[Row]
    statuses: Sequence[str] = ()


class _Writer:
    """Puts sheets into one workbook with one set of formats."""

    def __init__(self, book: xlsxwriter.Workbook, context: Context, other: Words | None) -> None:
        self.book, self.context, self.other = book, context, other
        self.formats = {name: book.add_format(spec) for name, spec in _FORMATS.items()}
        self.status = {
            code: book.add_format({"font_color": look.colour, "bg_color": look.tint, "bold": True})
            for code, look in STATUSES.items()
        }

    def heading(self, column: _Column) -> str:
        if column.heading:
            return column.heading
        text = self.context.words(f"column.{column.key}")
        return f"{text}\n{self.other(f'column.{column.key}')}" if self.other else text

    def cell(self, sheet: Any, row: int, position: int, value: Any, kind: str) -> None:
        if not known(value) or value == "":
            if kind in _NUMERIC or kind == "date":
                sheet.write_string(row, position, self.context.fmt.unknown, self.formats["unknown"])
            return
        style = self.formats.get(kind, self.formats["text"])
        if kind in _NUMERIC:
            number = float(value)
            if math.isfinite(number):
                sheet.write_number(row, position, number * (_HUNDRED if kind in ("percent", "score") else 1.0), style)
            else:
                sheet.write_string(row, position, self.context.fmt.unknown, self.formats["unknown"])
        elif kind == "date" and isinstance(value, dt.date):
            sheet.write_datetime(row, position, dt.datetime(value.year, value.month, value.day), style)  # noqa: DTZ001
        else:
            sheet.write_string(row, position, str(value)[:CELL_LIMIT], style)

    def table(self, spec: _Sheet) -> None:
        sheet = self.book.add_worksheet(self.context.words(f"workbook.{spec.key}"))
        sheet.set_row(0, 32)
        for position, column in enumerate(spec.columns):
            sheet.set_column(position, position, column.width)
            sheet.write_string(0, position, self.heading(column), self.formats["head"])
        for number, row in enumerate(spec.rows, start=1):
            for position, column in enumerate(spec.columns):
                self.cell(sheet, number, position, row.get(column.key), column.kind)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(spec.rows), 1), len(spec.columns) - 1)
        for position, column in enumerate(spec.columns):
            if column.key in spec.statuses and spec.rows:
                self._colour(sheet, position, len(spec.rows))
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _colour(self, sheet: Any, position: int, rows: int) -> None:
        for code, style in self.status.items():
            word = self.context.words(f"status.{code}")
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
            sheet.conditional_format(1, position, rows, position, rule)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = pd.DataFrame(table.drop(columns=["geometry"], errors="ignore"))
    return [{str(k): v for k, v in row.items()} for row in plain.to_dict("records")]


def _communities(book: Book) -> _Sheet:
    columns = [
        _Column("community_id", width=16),
        _Column("name", width=18),
        _Column("district"),
        _Column("subdistrict"),
        _Column("kind", width=8),
        _Column("residents" if book.unit == "residents" else "residents_m2", "integer"),
        _Column("households", "integer"),
    ]
    rows: list[Row] = []
    for community in book.communities:
        row: dict[str, Any] = {
            "community_id": community.id,
            "name": community.name,
            "district": community.district,
            "subdistrict": community.subdistrict,
            "kind": community.kind,
            "residents": community.residents,
            "residents_m2": community.residents,
            "households": community.households,
        }
        rows.append(row | _scores(community.scores))
    return _Sheet("communities", columns, rows)


def _scores(scores: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, mean in scores.items():
        out |= {f"{name}.score": mean.score, f"{name}.low": mean.low, f"{name}.high": mean.high}
        out |= {f"{name}.grade": mean.grade, f"{name}.rank": mean.rank}
    return out


def _score_columns(book: Book, words: Words) -> list[_Column]:
    out = []
    for standard in book.standards:
        title = words.pick(standard.title)
        for name, key, kind in (
            ("score", "score", "score"),
            ("low", "score_low", "score"),
            ("high", "score_high", "score"),
            ("grade", "grade", "text"),
            ("rank", "rank", "integer"),
        ):
            out.append(_Column(f"{standard.id}.{name}", kind, 11, f"{title}\n{words(f'column.{key}')}"))
    return out


def _translated(rows: Iterable[dict[str, Any]], book: Book, context: Context) -> list[Row]:
    """Put codes into words: community, item, status, verb, kind, certainty, facility type."""
    words, fmt = context.words, context.fmt
    names = {c.id: c.name for c in book.communities}
    items = {item.id: words.pick(item.title) for s in book.standards for item in s.items}
    standards = {s.id: words.pick(s.title) for s in book.standards}
    types = {code: words.pick(t.title) for code, t in book.types.items()}
    out: list[Row] = []
    for row in rows:
        new = dict(row)
        new["community"] = names.get(str(row.get("community_id")), "")
        for key, table in (("item", items), ("standard", standards), ("type", types)):
            if key in row:
                new[key] = table.get(str(row[key]), row[key])
        for key, prefix in (("status", "status"), ("verb", "verb"), ("certainty", "certainty"), ("kind", "kind")):
            code = f"{prefix}.{row.get(key)}"
            if words.has(code):
                new[key] = words(code)
        for key in ("unit", "shortfall_unit"):
            if row.get(key):
                name = fmt.people if row[key] in ("residents", "people") else str(row[key])
                new[key] = fmt.unit_name(name)
        if "binding" in row:
            new["binding"] = words("number.yes" if row["binding"] else "number.no")
        if row.get("notes"):
            new["notes"] = words("number.semicolon").join(
                note_text(n, words.lang) for n in str(row["notes"]).split(";")
            )
        out.append(new)
    return out


_DEGREE = (_Column("degree", "percent", 10), _Column("degree_low", "percent", 9), _Column("degree_high", "percent", 9))
_WHO = (_Column("community_id", width=16), _Column("community", width=18))
_SHORT = (_Column("shortfall", "decimal"), _Column("shortfall_unit", width=10))

_ITEMS = (
    *_WHO,
    _Column("standard", width=14),
    _Column("item", width=24),
    _Column("status", width=10),
    *_DEGREE,
    *_SHORT,
    _Column("residents_without", "integer"),
    _Column("certainty", width=9),
)
_REQUIREMENTS = (
    *_WHO,
    _Column("standard", width=14),
    _Column("item", width=24),
    _Column("requirement", width=14),
    _Column("verb", width=9),
    _Column("binding", width=9),
    _Column("status", width=10),
    _Column("value", "decimal"),
    _Column("required", "decimal"),
    _Column("unit", width=10),
    *_DEGREE,
    *_SHORT,
    _Column("distance_m", "integer", 9),
    _Column("clause", "long", 40),
    _Column("certainty", width=9),
    _Column("notes", "long", 36),
)
_COVERAGE = (
    *_WHO,
    _Column("type", width=18),
    _Column("distance_m", "integer", 9),
    _Column("residents", "integer"),
    _Column("residents_within", "integer"),
    _Column("share", "percent", 10),
)
_PRIORITY = (
    _Column("rank", "integer", 7),
    _Column("community", width=18),
    _Column("community_id", width=16),
    _Column("priority_score", "decimal"),
    _Column("reason", "long", 90),
)
_FACILITIES = (
    _Column("facility_id", width=14),
    _Column("name", width=24),
    _Column("type", width=18),
    _Column("community", width=18),
    _Column("floor_area_m2", "integer"),
    _Column("site_area_m2", "integer"),
    _Column("capacity", "integer"),
    _Column("opening_hours", width=16),
    _Column("operator", width=16),
    _Column("facility_status", width=10),
)
_ROOMS = (
    _Column("room_id", width=14),
    _Column("name", width=24),
    _Column("community", width=18),
    _Column("floor_area_m2", "integer"),
    _Column("storey", "integer", 8),
    _Column("owner", width=18),
    _Column("available_from", "date"),
    _Column("term_years", "decimal"),
    _Column("rent_yuan_m2_month", "decimal"),
)
_WISHES = (
    *_WHO,
    _Column("type", width=18),
    _Column("count", "integer"),
    _Column("households_asked", "integer"),
)


def _priority_rows(book: Book, context: Context) -> list[Row]:
    rows: list[Row] = [
        {
            "rank": community.priority.rank,
            "community": community.name,
            "community_id": community.id,
            "priority_score": community.priority.score,
            "reason": phrases.reason(community.priority, context.fmt),
        }
        for community in book.communities
        if community.priority
    ]
    return sorted(rows, key=lambda row: row["rank"])


def _sheets(book: Book, assessment: Assessment, survey: Survey, context: Context) -> list[_Sheet]:
    def layer(name: str) -> list[Row]:
        rows = _records(survey.layers[name])
        status = [{**row, "facility_status": row.get("status")} for row in rows] if name == "facilities" else rows
        return _translated(status, book, context)

    communities = _communities(book)
    columns = [*communities.columns, *_score_columns(book, context.words)]
    folk = "residents" if book.unit == "residents" else "residents_m2"
    cover = [column if column.key != "residents" else _Column(folk, "integer") for column in _COVERAGE]
    coverage = [
        # what an open map does not show may well exist
        {**row, "residents_m2": row.get("residents")}
        | (dict.fromkeys(("share", "residents_within")) if str(row["type"]) in book.unsurveyed else {})
        for row in _records(assessment.coverage)
    ]
    kinds = [{**row, "kind": context.words(f"kind.{row['kind']}")} for row in communities.rows]
    return [
        _Sheet("communities", columns, list(kinds)),
        _Sheet("items", _ITEMS, _translated(_records(assessment.items), book, context), ("status",)),
        _Sheet(
            "requirements", _REQUIREMENTS, _translated(_records(assessment.requirements), book, context), ("status",)
        ),
        _Sheet("coverage", cover, _translated(coverage, book, context)),
        _Sheet("priority", _PRIORITY, _priority_rows(book, context)),
        _Sheet("facilities", _FACILITIES, layer("facilities")),
        _Sheet("rooms", _ROOMS, layer("rooms")),
        _Sheet("wishes", _WISHES, layer("wishes")),
    ]


def _overview(writer: _Writer, book: Book) -> None:
    words, fmt = writer.context.words, writer.context.fmt
    sheet = writer.book.add_worksheet(words("workbook.overview"))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1 + len(book.standards), 20)
    sheet.write_string(0, 0, words("report.title", place=writer.context.place), writer.formats["title"])
    sheet.write_string(1, 0, writer.context.dated, writer.formats["text"])
    head = [words("workbook.measure"), *(words.pick(s.title) for s in book.standards)]
    for position, text in enumerate(head):
        sheet.write_string(3, position, text, writer.formats["head"])
    lines: list[tuple[str, str, list[Any]]] = []
    sums = [book.figures[s.id] for s in book.standards]
    lines.append((words("figure.communities"), "integer", [s.communities for s in sums]))
    unit = words(f"figure.residents.{book.unit}")
    lines.append((f"{unit} ({fmt.folk_unit()})", "integer", [s.residents for s in sums]))
    lines.append((words("figure.households"), "integer", [s.households for s in sums]))
    for name in ("score", "low", "high"):
        key = "column.score" if name == "score" else f"column.score_{name}"
        lines.append((words(key), "score", [getattr(s, name) for s in sums]))
    for code in STATUSES:
        text = f"{words(f'status.{code}')} ({words('figure.of_items')})"
        lines.append((text, "integer", [s.counts.get(code, 0) for s in sums]))
    for row, (text, kind, values) in enumerate(lines, start=4):
        sheet.write_string(row, 0, text, writer.formats["text"])
        for position, value in enumerate(values, start=1):
            writer.cell(sheet, row, position, value, kind)
    sheet.freeze_panes(4, 1)


def _notes(writer: _Writer, book: Book) -> None:
    words, fmt = writer.context.words, writer.context.fmt
    sheet = writer.book.add_worksheet(words("workbook.sources"))
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    residents = book.manifest["residents"]
    lines = [
        (words("data.residents"), words.pick(residents["text"])),
        (words("data.total"), fmt.folk(residents.get("total"))),
        (words("choice.rules"), book.catalogue_version),
        (words("choice.on"), fmt.date(book.on)),
        (words("choice.met_share"), fmt.pct(book.meta["options"]["met_share"])),
        (words("choice.circle"), words(f"level.{book.meta['options']['circle']}")),
        (words("choice.person"), words(f"person.{book.meta['options']['person']}")),
    ]
    lines += [
        (words("data.sources"), f"{s['file']} · {s['layer']} · {fmt.n(s['rows'])}") for s in book.manifest["sources"]
    ]
    lines += [(words("data.sources"), note) for note in writer.context.notes]
    lines += [(words("data.unknown"), words.pick(note)) for note in book.meta["notes"]]
    lines += [(words("data.warnings"), Problem(**row).text(words.lang)) for row in book.manifest["warnings"]]
    for key in ("coverage", "status", "score", "range", "index", "priority"):
        lines.append((words(f"how.{key}.title"), words(f"how.{key}.text")))
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name, writer.formats["head"])
        sheet.write_string(row, 1, text[:CELL_LIMIT], writer.formats["long"])


def write_workbook(
    book: Book, assessment: Assessment, survey: Survey, path: Path, context: Context, other: Words | None = None
) -> Path:
    """Write the workbook.

    Parameters
    ----------
    book
        The report's records.
    assessment, survey
        The tables that go in whole.
    path
        The file.
    context
        Language, date and notes.
    other
        A second language for the headings, or None.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"title": context.words("report.title", place=context.place)})
        writer = _Writer(workbook, context, other)
        _overview(writer, book)
        for sheet in _sheets(book, assessment, survey, context):
            writer.table(sheet)
        _notes(writer, book)
    return path
