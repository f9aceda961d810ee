"""Checking a file: read it, look at it beside the register, and say row by row what it would do. Nothing is written.

The database is asked through `Register` only, so that all that is decided here can be tried without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from linli.errors import Problem
from linli.survey.check import ROW, SOURCE
from linli.survey.datum import TO_WGS84, shift_geometry
from linli.survey.intake import Intake, check_against, key_columns, read_intake, row_keys
from linli.survey.messages import bilingual, problem
from linli.survey.raw import target_column
from linli.survey.schema import PLACE_COLUMNS, Choice, Layer, Words, layer_schema
from linli.web.imports.compare import Base, Compared, Held, Row, compare_row, json_values, same_shape, shown_shape
from linli.web.imports.levels import could_not_be_read
from linli.web.places.checking import check_rows
from linli.web.places.models import LAYERS

__all__ = ["CheckedRow", "Findings", "Register", "Report", "check_intake", "read_sent"]

Progress = Callable[[str, float | None], None]

MOST_MISSING = 5000
"""Records that a file does not hold are listed up to so many a layer; more cannot be closed in one go."""


class Register(Protocol):
    """What checking has to know of the register and of the tree of places."""

    place: str
    """Jurisdiction path of the batch."""

    @property
    def place_name(self) -> Words:
        """What the place is called."""

    def held(self, layer: str, keys: Iterable[str]) -> Mapping[str, Held]:
        """Return a layer's records at or below the place, and those of the keys wherever they are; closed ones too."""

    def bases(self, layer: str, versions: Mapping[str, int]) -> Mapping[str, Base]:
        """Return records as they were, by key, for versions by key; those that never were are left out."""

    def known(self, intake: Intake) -> Mapping[str, pd.DataFrame]:
        """Return the layers beside which the file is looked at."""

    def paths(self, codes: Iterable[str]) -> Mapping[str, str]:
        """Return the paths of communities by code; unknown codes are left out."""

    def paths_at(self, shapes: Sequence[BaseGeometry | None]) -> Sequence[str | None]:
        """Return the path of the community that holds each shape, if one does."""

    def name_of(self, path: str) -> Words:
        """Return what a place is called."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row of the file (or a record that it does not hold) and what it would do."""

    layer: str
    sheet: str
    row: int | None
    key: str
    name: str
    action: str
    seen_version: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    shape: BaseGeometry | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What checking found.

    Parameters
    ----------
    rows
        Of every layer, in the order of the file; then what the file does not hold.
    problems
        All of them; `column` is the heading, `layer` the sheet.
    columns
        Our column, layer and name, of a sheet's headings.
    counts
        By layer, as `Batch.counts`.
    """

    rows: tuple[CheckedRow, ...]
    problems: tuple[Problem, ...]
    columns: Mapping[tuple[str | None, str], tuple[str, str]]
    counts: Mapping[str, Mapping[str, int]]
    intake: Intake

    @property
    def has_errors(self) -> bool:
        """Whether anything refuses the file."""
        return any(one.severity == "error" for one in self.problems)


def read_sent(
    path: Path, name: str, kind: Literal["xlsx", "csv"], types: Mapping[str, Choice], **more: Any
) -> Intake:  # fmt: skip
    """Read a file with the register's layers (`read_intake`)."""
    return read_intake(path, name, kind, types, layers=LAYERS, **more)


class Findings:
    """Problems as they are found: each once, and by the row they are in."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._found: dict[tuple[Any, ...], Problem] = {}
        for one in problems:
            self.add(one)

    def add(self, one: Problem) -> None:
        """Take a problem, unless the same is known of the same cell."""
        self._found.setdefault((one.code, one.layer, one.row, one.column, one.row is None and one.value), one)

    def drop(self, test: Callable[[Problem], bool]) -> None:
        """Forget the problems that pass a test."""
        self._found = {key: one for key, one in self._found.items() if not test(one)}

    def soften(self, places: frozenset[tuple[str | None, int]]) -> None:
        """Make warnings of the errors in rows that would not be written."""
        for key, one in self._found.items():
            if one.severity == "error" and one.row is not None and (one.layer, one.row) in places:
                self._found[key] = replace(one, severity="warning")

    def rows_in_error(self) -> frozenset[tuple[str | None, int]]:
        """Return sheet and row of every row with an error."""
        return frozenset((one.layer, one.row) for one in self if one.severity == "error" and one.row is not None)

    def rows_unread(self) -> frozenset[tuple[str | None, int]]:
        """Return sheet and row of every row in which something could not be read."""
        unread = (one for one in self if one.row is not None and could_not_be_read(one.code))
        return frozenset((one.layer, one.row or 0) for one in unread if one.severity == "error")

    def __iter__(self) -> Any:
        return iter(list(self._found.values()))


@dataclass(slots=True)
class _Line:
    """A row on its way through the check."""

    layer: Layer
    sheet: str | None
    number: int
    key: str | None
    row: Row
    compared: Compared
    held: Held | None
    headings: Mapping[str, str]
    file: str

    @property
    def at(self) -> tuple[str | None, int]:
        return (self.sheet, self.number)

    def problem(self, code: str, column: str | None = None, value: Any = None, **facts: Any) -> Problem:
        """Return a problem of this row."""
        return problem(code, file=self.file, layer=self.sheet, row=self.number, column=self.heading(column),
                       value=value, **facts)  # fmt: skip

    def heading(self, column: str | None) -> str | None:
        """Return the file's heading of a column, or what the template calls it."""
        if column is None:
            return None
        return self.headings.get(column) or target_column(self.layer, column).heading("zh")

    def merged(self) -> dict[str, Any]:
        """Return what the record would hold."""
        old = dict(self.held.cells) if self.held else {}
        keys = {name: self.row.cells.get(name) for name in key_columns(self.layer)}
        return {**old, **keys, **self.compared.cells}

    @property
    def shape(self) -> BaseGeometry | None:
        """Where the record would be."""
        return self.compared.shape if self.compared.shape is not None else (self.held.shape if self.held else None)


def _bases(intake: Intake, name: str, register: Register) -> dict[str, Base]:
    """Return what a filled template said of a layer's rows when it was made, by key."""
    held = register.held(name, intake.marks.get(name, {}))
    marks = {key: version for key, version in intake.marks.get(name, {}).items() if key in held}
    older = {key: version for key, version in marks.items() if version != held[key].version}
    now = {key: held[key] for key in marks.keys() - older.keys()}
    found = {key: Base(one.version, one.cells, one.shape) for key, one in now.items()}
    return {**found, **register.bases(name, older)} if older else found


def _put_back(intake: Intake, bases: Mapping[str, Mapping[str, Base]], datum: str) -> Intake:
    """Take a template's own coordinates for what they are: only what the person wrote is in the datum they named."""
    if datum not in TO_WGS84:
        return intake
    both = ({**intake.layers}, {**intake.sound})
    for frames in both:
        for name, known in bases.items():
            frame = frames.get(name)
            if isinstance(frame, gpd.GeoDataFrame) and known:
                frames[name] = _unshifted(frame, name, known, datum)
    return replace(intake, layers=both[0], sound=both[1])


def _unshifted(frame: gpd.GeoDataFrame, name: str, known: Mapping[str, Base], datum: str) -> gpd.GeoDataFrame:
    shapes = frame.geometry.to_numpy(dtype=object, copy=True)
    before = np.array([*(known[key].shape if key in known else None for key in row_keys(frame, layer_schema(name))),
                       None], dtype=object)[:-1]  # fmt: skip
    moved = shift_geometry(before, TO_WGS84[datum])
    same = [same_shape(one, other) and other is not None for one, other in zip(shapes, moved, strict=True)]
    shapes[same] = before[same]
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def _compare_layer(
    intake: Intake, name: str, register: Register, bases: Mapping[str, Base], findings: Findings
) -> list[_Line]:
    """Compare a layer's rows with the register."""
    layer, frame = layer_schema(name), intake.layers[name]
    keys = row_keys(frame, layer).to_list()
    held = register.held(name, [key for key in keys if key])
    values = json_values(frame, layer.columns)
    shapes = frame.geometry.to_list() if isinstance(frame, gpd.GeoDataFrame) else [None] * len(frame)
    sources, rows = frame[SOURCE].to_list(), frame[ROW].to_list()
    lines = []
    for at, key in enumerate(keys):
        table, origin = intake.tables[sources[at]], intake.origins[sources[at]]
        said = {column: value for column, value in values[at].items() if column in table.columns}
        row = Row(said, shapes[at])
        here = held.get(key) if key else None
        compared = compare_row(layer, row, here, bases.get(key) if key else None)
        line = _Line(layer, origin.sheet, rows[at], key, row, compared, here, origin.headings or {}, origin.file)
        if key in intake.marks.get(name, {}) and key not in bases:
            findings.add(line.problem("row.unmatched", key_columns(layer)[0], key))
        lines.append(line)
    return lines


def _settle_places(lines: Sequence[_Line], findings: Findings) -> None:
    """Forget that a place is missing where the register has one."""
    placed = {line.at for line in lines if line.held is not None and line.row.shape is None}
    findings.drop(lambda one: one.code == "geometry.missing" and (one.layer, one.row) in placed)


def _soften_untouched(lines: Sequence[_Line], findings: Findings) -> None:
    """Let errors of rows that say what the register says be warnings: nothing of them would be written."""
    unread = findings.rows_unread()
    same = frozenset(line.at for line in lines if line.compared.action == "unchanged" and line.at not in unread)
    findings.soften(same)


def _check_whole(lines: Sequence[_Line], findings: Findings) -> None:
    """Check what the records would hold in the end, as the register itself does when it is written."""
    bad = findings.rows_in_error()
    wanted = [line for line in lines if line.compared.action != "unchanged" and line.at not in bad]
    if not wanted:
        return
    checked = check_rows(wanted[0].layer.name, [line.merged() for line in wanted], [line.shape for line in wanted])
    for one in checked.problems:
        line = wanted[(one.row or 1) - 1]
        findings.add(replace(one, file=line.file, layer=line.sheet, row=line.number, column=line.heading(one.column)))


def _check_reach(lines: Sequence[_Line], register: Register, findings: Findings) -> None:
    """Check that every row that would be written lies, and lay, where the batch is for."""
    written = [line for line in lines if line.compared.action != "unchanged"]
    merged = [line.merged() for line in written]
    codes = [str(one.get("community_id") or "") for one in merged]
    known = register.paths({code for code in codes if code})
    guessed = register.paths_at([None if code else line.shape for code, line in zip(codes, written, strict=True)])
    for line, code, guess in zip(written, codes, guessed, strict=True):
        path = known.get(code) if code else guess
        if line.held is not None and not line.held.place.startswith(register.place):
            findings.add(line.problem("id.elsewhere", key_columns(line.layer)[0], line.key))
        elif line.held is not None and line.held.is_closed:
            findings.add(line.problem("record.closed", key_columns(line.layer)[0], line.key))
        elif code and path is None:
            findings.add(line.problem("community.unknown", "community_id", code))
        elif path is not None and not path.startswith(register.place):
            facts: dict[str, Any] = {"found": register.name_of(path), "chosen": register.place_name}
            findings.add(line.problem("place.beyond", "community_id", code or None, **facts))


def _check_template(intake: Intake, register: Register, findings: Findings) -> None:
    made_for = intake.about.get("place")
    if made_for and made_for != register.place:
        facts: dict[str, Any] = {"made_for": register.name_of(made_for), "chosen": register.place_name}
        findings.add(problem("template.place", file=intake.tables[0].note.file if intake.tables else None, **facts))


def _missing_columns(intake: Intake, lines: Sequence[_Line], findings: Findings) -> None:
    """Report required columns that a sheet with new rows does not have."""
    new = {line.sheet for line in lines if line.compared.action == "new"}
    for table, origin in zip(intake.tables, intake.origins, strict=True):
        layer = layer_schema(table.layer)
        if origin.sheet not in new:
            continue
        titles = [layer.column(name).title for name in table.missing if name not in key_columns(layer)]
        if not table.placed:
            titles.append(bilingual("经度、纬度、几何WKT", "longitude, latitude, geometry WKT"))
        for title in titles:
            findings.add(problem("column.missing", file=origin.file, layer=origin.sheet, title=title))


def _as_row(line: _Line, in_error: frozenset[tuple[str | None, int]]) -> CheckedRow:
    name = str(line.row.cells.get("name") or (line.held.name if line.held else "") or "")
    about: dict[str, Any] = {"layer": line.layer.name, "sheet": line.sheet or "", "row": line.number,
                             "key": (line.key or "")[:120], "name": name[:200]}  # fmt: skip
    seen = line.held.version if line.held else None
    if line.at in in_error:
        return CheckedRow(**about, action="error", seen_version=seen, changes=line.compared.changes)
    values = {**line.compared.cells}
    if line.compared.action != "unchanged" and not line.layer.key:
        values |= {column: line.row.cells[column] for column in key_columns(line.layer)}
    return CheckedRow(
        **about, action=line.compared.action, seen_version=seen, values=values, shape=line.compared.shape,
        changes=line.compared.changes, merged=line.compared.merged,
    )  # fmt: skip


def _missing_rows(name: str, lines: Sequence[_Line], register: Register) -> tuple[list[CheckedRow], int]:
    """Return the open records below the place that the file does not hold, and how many there are."""
    layer, there = layer_schema(name), {line.key for line in lines}
    found = [
        (key, one) for key, one in register.held(name, ()).items()
        if key not in there and not one.is_closed and one.place.startswith(register.place)
    ]  # fmt: skip
    if len(found) > MOST_MISSING:
        return [], len(found)
    rows = []
    for key, one in found:
        values = {} if layer.key else {column: one.cells.get(column) for column in key_columns(layer)}
        rows.append(CheckedRow(name, "", None, key, one.name, "missing", one.version, values))
    return rows, len(found)


def _counts(rows: Sequence[CheckedRow], left_out: int, missing: int) -> dict[str, int]:
    counts = dict.fromkeys(("new", "changed", "unchanged", "conflict", "error"), 0)
    for row in rows:
        counts[row.action] += 1
    return {"read": sum(counts.values()) + left_out, **counts, "left_out": left_out, "missing": missing}


def check_intake(intake: Intake, register: Register, progress: Progress, datum: str = "wgs84") -> Report:
    """Look at what was read beside the register.

    Parameters
    ----------
    intake
        As `read_sent` gave it.
    register
        What is known already.
    progress
        Told the stage and the fraction done.
    datum
        In which it was read.

    Returns
    -------
    Report
        With every problem, and what each row would do; rows in error would do nothing.
    """
    findings = Findings(intake.problems)
    bases = {name: _bases(intake, name, register) for name in intake.layers}
    intake = _put_back(intake, bases, datum)
    progress("imports.stage.beside", 0.3)
    for one in check_against(intake, register.known(intake)):
        findings.add(one)
    _check_template(intake, register, findings)
    rows: list[CheckedRow] = []
    counts: dict[str, dict[str, int]] = {}
    absent: list[CheckedRow] = []
    names = [name for name in LAYERS if name in intake.layers]
    for done, name in enumerate(names):
        progress("imports.stage.compare", 0.4 + 0.4 * done / len(names))
        lines = _compare_layer(intake, name, register, bases[name], findings)
        _settle_places(lines, findings)
        _soften_untouched(lines, findings)
        _missing_columns(intake, lines, findings)
        _check_whole(lines, findings)
        _check_reach(lines, register, findings)
        in_error = findings.rows_in_error()
        own = [_as_row(line, in_error) for line in lines]
        more, missing = _missing_rows(name, lines, register)
        left_out = sum(table.left_out for table in intake.tables if table.layer == name)
        rows += own
        absent += more
        counts[name] = _counts(own, left_out, missing)
    places = _places(intake)
    problems = sorted((_in_a_column(one, intake, places) for one in findings), key=_order)
    return Report((*rows, *absent), tuple(problems), _columns(intake), counts, intake)


def _places(intake: Intake) -> dict[tuple[str | None, int], BaseGeometry | None]:
    """Return the shape of every row, by sheet and row."""
    found: dict[tuple[str | None, int], BaseGeometry | None] = {}
    for frame in intake.layers.values():
        if isinstance(frame, gpd.GeoDataFrame):
            sheets = [intake.origins[number].sheet for number in frame[SOURCE].to_list()]
            found.update(zip(zip(sheets, frame[ROW].to_list(), strict=True), frame.geometry.to_list(), strict=True))
    return found


def _in_a_column(one: Problem, intake: Intake, places: Mapping[tuple[str | None, int], BaseGeometry | None]) -> Problem:
    """Let a problem of a row's place name the column in which the place is written, and what stands there."""
    if one.column is not None or one.row is None or not one.code.startswith(("geometry.", "place.")):
        return one
    at = next((at for at, origin in enumerate(intake.origins) if origin.sheet == one.layer), 0)
    headings, shapes = intake.origins[at].headings or {}, layer_schema(intake.tables[at].layer).geometry
    named = [headings[name] for name in ("longitude", "wkt") if name in headings]
    usual = PLACE_COLUMNS["longitude" if "point" in shapes else "wkt"].heading("zh")
    shown = shown_shape(places.get((one.layer, one.row)))
    return replace(one, column=named[0] if named else usual, value=shown if shown is not None else one.value)


def _order(one: Problem) -> tuple[bool, str, int]:
    return (one.severity != "error", one.layer or "", one.row or 0)


def _columns(intake: Intake) -> dict[tuple[str | None, str], tuple[str, str]]:
    """Return which of our columns each heading of each sheet is; the template's headings stand for absent ones."""
    found: dict[tuple[str | None, str], tuple[str, str]] = {}
    for table, origin in zip(intake.tables, intake.origins, strict=True):
        layer = layer_schema(table.layer)
        for column in (*layer.columns, *PLACE_COLUMNS.values()):
            found.setdefault((origin.sheet, column.heading("zh")), (table.layer, column.name))
        for ours, theirs in (origin.headings or {}).items():
            found[origin.sheet, theirs] = (table.layer, ours)
    return found
