"""From one raw table to rows of one layer: columns matched, cells typed, places made, everything odd reported.

What belongs here: what happens to a single table of a single source, before layers are put together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from linli.errors import CrsError, Problem
from linli.survey.check import ROW, SOURCE, Origin
from linli.survey.coerce import Coerced, cell_text, coerce_column
from linli.survey.config import SourceConfig
from linli.survey.datum import to_geographic
from linli.survey.messages import problem
from linli.survey.raw import RawTable, match_columns, target_column
from linli.survey.record import SourceNote
from linli.survey.schema import GEOGRAPHIC_CRS, PLACE_COLUMNS, Choice, Column, Layer, column_dtype

__all__ = ["ROW_NUMBER", "Part", "build_layer"]

ROW_NUMBER = "#"
"""Named as the column of a code, this makes codes of the file's name and the row."""

_TOTALS = frozenset({"合计", "总计", "小计", "共计", "合 计", "total", "sum"})
_LEVELS = ("layer", "bridge", "tunnel")
"""Columns of a street network that say which lines pass over each other; used in noding, not kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one table gave to one layer.

    Parameters
    ----------
    layer
        Its name.
    frame
        Rows with every column of the schema, `SOURCE` and `ROW`; EPSG:4326 where the layer has geometry.
    origin, note
        Where it came from, for messages and for the manifest.
    problems
        What was found on the way.
    missing
        Required columns that the table does not have.
    placed
        Whether the table says where its rows are (always true of a layer without geometry).
    noded
        Whether streets are cut at their crossings already.
    """

    layer: str
    frame: pd.DataFrame | gpd.GeoDataFrame
    origin: Origin
    note: SourceNote
    problems: tuple[Problem, ...]
    missing: tuple[str, ...] = ()
    placed: bool = True
    noded: bool = False


class _Reader:
    """One table on its way into one layer; collects problems so that none ends the work."""

    def __init__(self, table: RawTable, layer: Layer, source: SourceConfig, types: Mapping[str, Choice]) -> None:
        self.table, self.layer, self.source, self.types = table, layer, source, types
        self.problems: list[Problem] = []
        self.keep = self._where()
        wanted = {ours: theirs for ours, theirs in source.columns.items() if theirs != ROW_NUMBER}
        self.matched = match_columns(table, layer, wanted, {*source.constants, *source.columns})
        self.problems += self.matched.problems

    def complain(self, code: str, row: int | None, at: int | None, **more: Any) -> None:
        """Report a problem at a row and the column at a position."""
        heading = None if at is None else self.table.headings[at]
        place = {"file": self.table.file, "layer": self.table.sheet}
        self.problems.append(problem(code, **place, row=row, column=heading, **more))

    def _where(self) -> NDArray[np.bool_]:
        keep = np.ones(len(self.table.cells), dtype=bool)
        for theirs, wanted in self.source.where.items():
            if theirs not in self.table.headings:
                self.problems.append(
                    problem("where.no_column", file=self.table.file, layer=self.table.sheet, column=theirs)
                )
                continue
            allowed = {cell_text(value) for value in wanted}
            cells = self.table.cells[self.table.headings.index(theirs)]
            keep &= np.array([cell_text(cell) in allowed for cell in cells.to_list()], dtype=bool)
        if self.source.where and not keep.any():
            self.complain("where.nothing", None, None)
        return keep

    def drop_blank_rows(self) -> None:
        """Leave out rows in which nothing of ours is written, and rows of totals."""
        used = list(self.matched.columns.values())
        if self.table.geometry is None:
            cells = self.table.cells[used]
            self.keep &= ((cells.notna()) & (cells != "")).any(axis=1).to_numpy()
        ids = {self.matched.columns.get(self.layer.key or ""), used[0] if used else None} - {None}
        for at in ids:
            for position, cell in enumerate(self.table.cells[at].to_list()):
                if isinstance(cell, str) and cell.strip().casefold() in _TOTALS and self.keep[position]:
                    self.keep[position] = False
                    self.complain("row.total", int(self.table.rows[position]), at, value=cell)

    def missing_columns(self) -> tuple[str, ...]:
        """Return the required columns for which there is no heading and no constant."""
        given = {*self.matched.columns, *self.source.constants, *self.source.columns}
        return tuple(column.name for column in self.layer.columns if column.required and column.name not in given)

    @property
    def is_placed(self) -> bool:
        """Whether the table says where its rows are."""
        return self.table.geometry is not None or any(name in self.matched.columns for name in PLACE_COLUMNS)

    def fill_merged(self) -> None:
        """Give every row of a merged block of free text its value; refuse every other merged block."""
        names = {at: ours for ours, at in self.matched.columns.items()}
        for top, bottom, left, right in self.table.merged:
            touched = [at for at in range(left, right + 1) if at in names]
            rows = np.flatnonzero((self.table.rows >= top) & (self.table.rows <= bottom))
            if not touched or not rows.size or self.table.cells[left].iloc[rows[0]] in (None, ""):
                continue
            column = target_column(self.layer, names[touched[0]])
            if left == right and column.type in ("text", "choice") and not column.key:
                self.table.cells.iloc[rows, left] = self.table.cells[left].iloc[rows[0]]
                self.complain("cell.merged_filled", top, left, first=top, last=bottom)
            else:
                self.complain("cell.merged", top, touched[0])

    def report_broken(self) -> None:
        """Report cells without a usable value in columns that are read."""
        kept = set(self.table.rows[self.keep].tolist())
        for row, at, code, shown in self.table.broken:
            if at in self.matched.columns.values() and row in kept:
                self.complain(code, row, at, value=shown)

    def column(self, column: Column) -> pd.Series:
        """Return one column of ours, typed; missing where the file says nothing."""
        name, rows = column.name, self.table.rows[self.keep]
        if name in self.matched.columns:
            at = self.matched.columns[name]
            cells = self.table.cells[at][self.keep].reset_index(drop=True)
            read = self._coerce(self._recode(cells, name), column)
            for position, bad in read.bad:
                value = cell_text(cells.iloc[position])
                self.complain(bad.code, int(rows[position]), at, value=value, allowed=bad.allowed, **bad.facts)
            return read.cells
        if self.source.columns.get(name) == ROW_NUMBER:
            stem = PurePosixPath(self.table.file).stem
            cells = pd.Series([f"{stem}-{row}" for row in rows], dtype=object)
        else:
            cells = pd.Series([None] * len(rows), dtype=object)
        return self._coerce(cells, column).cells

    def _recode(self, cells: pd.Series, name: str) -> pd.Series:
        codes = self.source.values.get(name, {})  # noqa: PD011 (a key of the declaration, not a frame)
        if not codes:
            return cells
        return pd.Series([codes.get(cell_text(cell), cell) for cell in cells.to_list()], dtype=object)

    def _coerce(self, cells: pd.Series, column: Column) -> Coerced:
        return coerce_column(cells, column, self.types if column.choices_from else None)

    def constant(self, column: Column, cells: pd.Series) -> pd.Series:
        """Return the column with the declared constant in every row."""
        given = self.source.constants[column.name]
        read = self._coerce(pd.Series([given], dtype=object), column)
        if read.bad:
            self.complain("constant.bad", None, None, value=given, allowed=read.bad[0][1].allowed)
            return cells
        same: pd.Series = pd.Series([read.cells.iloc[0]] * len(cells), dtype=column_dtype(column.type))
        return same

    def places(self) -> NDArray[Any]:
        """Return the shape of every kept row, as the file states it; ``None`` where there is none."""
        if self.table.geometry is not None:
            return _single_points(np.asarray(self.table.geometry[self.keep], dtype=object))
        rows = self.table.rows[self.keep]
        if not self.is_placed:
            return np.full(len(rows), None, dtype=object)
        lon = self.column(PLACE_COLUMNS["longitude"]).to_numpy(dtype=np.float64)
        lat = self.column(PLACE_COLUMNS["latitude"]).to_numpy(dtype=np.float64)
        text = self.column(PLACE_COLUMNS["wkt"])
        shapes = np.full(len(rows), None, dtype=object)
        both = np.isfinite(lon) & np.isfinite(lat)
        shapes[both] = shapely.points(lon[both], lat[both])
        written = text.notna().to_numpy()
        with np.errstate(invalid="ignore"):  # NaN inside the text is reported by the check of coordinates
            shapes[written] = shapely.from_wkt(text[written].to_numpy(dtype=object), on_invalid="ignore")
        for position in np.flatnonzero(written & shapely.is_missing(shapes)):
            self.complain("geometry.wkt", int(rows[position]), self.matched.columns["wkt"], value=text.iloc[position])
        for position in np.flatnonzero((np.isfinite(lon) ^ np.isfinite(lat)) & ~written):
            self.complain("geometry.half", int(rows[position]), None)
        return _single_points(shapes)


def _single_points(shapes: NDArray[Any]) -> NDArray[Any]:
    """Turn collections of one part into that part: many programs write every shape as a collection."""
    kinds = shapely.get_type_id(shapes)
    alone = np.isin(kinds, (4, 5, 6)) & (shapely.get_num_geometries(shapes) == 1)
    out = shapes.copy()
    out[alone] = shapely.get_geometry(shapes[alone], 0)
    return out


def _in_degrees(reader: _Reader, shapes: NDArray[Any], stated: str | None, default: str) -> tuple[gpd.GeoSeries, str]:
    """Bring shapes to EPSG:4326 and return them with the datum that was read."""
    table = reader.table
    own = CRS.from_user_input(table.crs) if table.crs is not None else None
    datum = stated or default
    if own is not None and stated is None and default.startswith("EPSG:"):
        datum = "wgs84"
    if own is not None and datum.startswith("EPSG:"):
        if own.to_epsg() is None or own != CRS.from_user_input(datum):
            reader.complain("datum.disagrees", None, None, stated=datum, found=own.name)
        own = None
    if own is None and table.geometry is not None and stated is None:
        reader.complain("datum.assumed", None, None, datum=datum)
    with np.errstate(invalid="ignore"):
        series = to_geographic(gpd.GeoSeries(shapes, crs=own), datum)
    if own is None and datum.startswith("EPSG:"):
        _report_exchanged(reader, shapes, datum)
    shown = datum if own is None or own.to_epsg() in (None, 4326) else f"EPSG:{own.to_epsg()}"
    return series, shown if datum not in ("gcj02", "bd09") else datum


def _report_exchanged(reader: _Reader, shapes: NDArray[Any], datum: str) -> None:
    """Report easting and northing in each other's columns (Chinese surveyors call the northing X)."""
    area = CRS.from_user_input(datum).area_of_use
    points = shapely.get_coordinates(shapely.centroid(shapes[~shapely.is_missing(shapes)]))
    if area is None or not len(points):
        return
    middle = shapely.Point(np.median(points, axis=0))
    turned = shapely.Point(np.median(points, axis=0)[::-1])
    box = shapely.box(area.west, area.south, area.east, area.north)
    here, there = to_geographic(gpd.GeoSeries([middle, turned]), datum)
    if not shapely.intersects(box, here) and shapely.intersects(box, there):
        reader.complain("geometry.swapped", None, None, where=f"({middle.x:.10g}, {middle.y:.10g})")


def build_layer(
    table: RawTable,
    layer: Layer,
    source: SourceConfig,
    *,
    number: int,
    default_datum: str,
    types: Mapping[str, Choice],
    defaults: bool = True,
) -> Part:
    """Turn one raw table into rows of one layer.

    Parameters
    ----------
    table
        As the reader gave it.
    layer
        The schema.
    source
        The declaration of the source.
    number
        Number of the source in `SOURCE`.
    default_datum
        The dataset's datum.
    types
        The facility types by code.
    defaults
        Whether an empty cell of a column with a default holds the default; else it is missing like any other.

    Returns
    -------
    Part
    """
    reader = _Reader(table, layer, source, types)
    reader.fill_merged()
    reader.drop_blank_rows()
    reader.report_broken()
    columns = {}
    for column in layer.columns:
        values = reader.column(column)
        if column.name in source.constants:
            values = reader.constant(column, values)
        filled = defaults and column.default is not None
        columns[column.name] = values.fillna(column.default) if filled else values
    frame = pd.DataFrame(columns)
    if layer.name == "streets":
        for name in _LEVELS:
            if name in table.headings:
                cells = table.cells[table.headings.index(name)][reader.keep]
                frame[name] = cells.reset_index(drop=True)
    frame[SOURCE], frame[ROW] = number, table.rows[reader.keep]
    datum = None
    if layer.geometry:
        try:
            series, datum = _in_degrees(reader, reader.places(), source.datum, default_datum)
        except CrsError as error:
            reader.complain("datum.unknown", None, None, reason=error)
            series = gpd.GeoSeries([None] * len(frame), crs=GEOGRAPHIC_CRS)
        frame = gpd.GeoDataFrame(frame, geometry=series)
    headings = {ours: table.headings[at] for ours, at in reader.matched.columns.items()}
    headings |= {ours: ROW_NUMBER for ours, theirs in source.columns.items() if theirs == ROW_NUMBER}
    headings |= {ours: ours for ours in source.constants}
    note = SourceNote(
        file=table.file, sha256=table.sha256, layer=layer.name, source_layer=table.sheet, datum=datum,
        rows=len(frame), encoding=table.encoding, encoding_reason=table.encoding_reason, preview=table.preview,
        columns=headings, ignored_columns=reader.matched.ignored,
    )  # fmt: skip
    origin = Origin(table.file, table.sheet, headings)
    placed = reader.is_placed or not layer.geometry
    return Part(layer.name, frame, origin, note, tuple(reader.problems), reader.missing_columns(), placed)
