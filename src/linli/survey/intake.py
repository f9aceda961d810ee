"""One file that somebody sends in, against what is known already: the rows of its layers, and every problem of them.

What belongs here: what happens to a workbook or a CSV file that is to change a register. `read` makes a survey of all
files that a declaration names; here a single file need not be complete: it may hold a few layers, rows and columns, and
whatever it does not say stays what it is. That is why an empty cell is not filled with a column's default here.

*Known*: the layers of the register, in which the file's rows are looked at. *Mark*: the hidden cell by which a filled
template says which version of which row it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from python_calamine import CalamineError, CalamineWorkbook

from linli.errors import CrsError, Problem
from linli.survey.build_layer import Part, build_layer
from linli.survey.check import NO_ROW, ROW, SOURCE, Origin, check_inside, locate, without_echoes
from linli.survey.config import SourceConfig
from linli.survey.crosscheck import check_neighbours, check_places, check_slips
from linli.survey.datum import TO_WGS84, choose_metric_crs, shift_geometry
from linli.survey.messages import problem
from linli.survey.raw import RawTable, layer_of_name
from linli.survey.record import SourceNote
from linli.survey.schema import GEOGRAPHIC_CRS, LAYERS, SCHEMA_VERSION, Choice, Layer, layer_schema
from linli.survey.tabular import Found, read_csv, read_excel
from linli.survey.template import ABOUT_SHEET, VERSION_COLUMN, read_version_mark

__all__ = ["KNOWN", "Intake", "Table", "check_against", "key_columns", "read_intake", "row_keys"]

Layers = Mapping[str, pd.DataFrame]

KNOWN = "register"
"""File named by problems of rows that are known already; they are nobody's business here."""
KEY_JOIN = "|"
_FEWEST_STATED = 5
_MOST_STATED = 0.5
"""Share of rows outside the community they name from which a datum is suspected at all."""
_BROUGHT_HOME = 0.8
"""Share of them that a datum must bring back."""
_DATUM_NAMES = {"gcj02": "GCJ-02", "bd09": "BD-09"}


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One sheet, or one CSV file, as it was read.

    Parameters
    ----------
    layer
        Name of the layer.
    note
        What was read: rows, headings recognised and ignored, encoding.
    missing
        Required columns that it does not have.
    placed
        Whether it says where its rows are.
    left_out
        Rows that were not read, because they are totals.
    """

    layer: str
    note: SourceNote
    missing: tuple[str, ...]
    placed: bool
    left_out: int

    @property
    def columns(self) -> frozenset[str]:
        """Our columns that it has."""
        return frozenset(self.note.columns)


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """A file, read.

    Parameters
    ----------
    layers
        Rows by layer: every column of the schema, `SOURCE` (number of the table) and `ROW`.
    sound
        The same without the rows whose shape is not sound.
    tables
        By the number in `SOURCE`.
    problems
        All of them, in the order of the file.
    marks
        By layer: version by key, as the file's hidden column says.
    about
        What a filled template says of itself.
    """

    layers: Mapping[str, pd.DataFrame]
    sound: Mapping[str, pd.DataFrame]
    tables: tuple[Table, ...]
    origins: tuple[Origin, ...]
    problems: tuple[Problem, ...]
    marks: Mapping[str, Mapping[str, int]]
    about: Mapping[str, str]

    @property
    def is_readable(self) -> bool:
        """Whether anything could be read at all."""
        return bool(self.tables)


def key_columns(layer: Layer) -> tuple[str, ...]:
    """Return the columns that tell the rows of a layer apart."""
    return (layer.key,) if layer.key else layer.unique


def row_keys(frame: pd.DataFrame, layer: Layer) -> pd.Series:
    """Return the key of every row: its code, or several columns joined by ``|``; missing where one of them is."""
    columns = [frame[name] for name in key_columns(layer)]
    keys = columns[0].astype(object)
    for column in columns[1:]:
        keys = keys.str.cat(column.astype(object), sep=KEY_JOIN)
    return keys.where(keys.notna(), None)


def _read_about(path: Path) -> dict[str, str]:
    """Read what a filled template says of itself; nothing if it is none."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        if ABOUT_SHEET not in book.sheet_names:
            return {}
        rows = book.get_sheet_by_name(ABOUT_SHEET).to_python()
    except CalamineError:
        return {}
    return {str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] not in ("", None)}


def _check_about(about: Mapping[str, str], name: str) -> list[Problem]:
    found = about.get("schema_version", str(SCHEMA_VERSION))
    if found == str(SCHEMA_VERSION):
        return []
    return [problem("template.version", file=name, value=found, found=found, wanted=SCHEMA_VERSION)]


def _find(path: Path, name: str, kind: Literal["xlsx", "csv"], layer: str | None, encoding: str) -> Found:
    if kind == "xlsx":
        return read_excel(path, name)
    target = layer or layer_of_name(Path(name).stem)
    if target is None:
        return [], [problem("file.needs_layer", file=name)]
    return read_csv(path, name, target, encoding=encoding)


def _wanted(tables: Found, layers: Sequence[str]) -> Found:
    """Leave out tables of layers that are not collected in this way, and say so."""
    kept, problems = [], list(tables[1])
    for name, table in tables[0]:
        if name in layers:
            kept.append((name, table))
        else:
            title = layer_schema(name).title
            problems.append(problem("sheet.elsewhere", file=table.file, layer=table.sheet, title=title))
    return kept, problems


def _marks(table: RawTable) -> dict[str, int]:
    if VERSION_COLUMN not in table.headings:
        return {}
    cells = table.cells[table.headings.index(VERSION_COLUMN)].to_list()
    return dict(mark for cell in cells if (mark := read_version_mark(cell)) is not None)


def _missing_keys(part: Part) -> list[Problem]:
    """Report columns without which no row can be told from another."""
    layer = layer_schema(part.layer)
    place: dict[str, Any] = {"file": part.origin.file, "layer": part.origin.sheet}
    wanted = [name for name in key_columns(layer) if name in part.missing]
    if part.frame.empty:
        return []
    return [problem("column.missing", **place, title=layer.column(name).title) for name in wanted]


def _join(parts: Sequence[Part]) -> dict[str, pd.DataFrame]:
    layers: dict[str, pd.DataFrame] = {}
    for name in LAYERS:
        frames = [part.frame for part in parts if part.layer == name and len(part.frame)]
        if frames:
            joined = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
            shaped = bool(layer_schema(name).geometry)
            layers[name] = gpd.GeoDataFrame(joined, geometry="geometry", crs=GEOGRAPHIC_CRS) if shaped else joined
    return layers


def _as_table(part: Part) -> Table:
    totals = sum(one.code == "row.total" for one in part.problems)
    ignored = tuple(name for name in part.note.ignored_columns if name != VERSION_COLUMN)
    note = part.note.model_copy(update={"ignored_columns": ignored})
    return Table(part.layer, note, part.missing, part.placed, totals)


def read_intake(
    path: Path,
    name: str,
    kind: Literal["xlsx", "csv"],
    types: Mapping[str, Choice],
    *,
    layers: Sequence[str] = LAYERS,
    layer: str | None = None,
    datum: str = "wgs84",
    encoding: str = "auto",
) -> Intake:
    """Read a file that is to change a register, and check every layer of it by itself.

    Parameters
    ----------
    path
        The file.
    name
        What its sender calls it, for messages.
    kind
        What its content is.
    types
        The facility types by code.
    layers
        Which layers are collected in this way.
    layer
        For CSV: which layer it is; told by its name if left out.
    datum
        ``wgs84``, ``gcj02`` or ``bd09``: of every coordinate in it.
    encoding
        For CSV: ``auto`` or the name of an encoding.

    Returns
    -------
    Intake
        Without tables if the file cannot be read; then there is at least one error.
    """
    about = _read_about(path) if kind == "xlsx" else {}
    tables, problems = _wanted(_find(path, name, kind, layer, encoding), layers)
    problems = [*_check_about(about, name), *problems]
    source = SourceConfig(file=name, datum=datum, encoding=encoding)
    parts = [
        build_layer(table, layer_schema(target), source, number=at, default_datum=datum, types=types, defaults=False)
        for at, (target, table) in enumerate(tables)
    ]
    for part in parts:
        problems += [*part.problems, *_missing_keys(part)]
    if parts and all(part.frame.empty for part in parts):
        problems.append(problem("file.empty", file=name))
    joined, origins = _join(parts), tuple(part.origin for part in parts)
    sound, more = check_inside(joined, origins)
    marks: dict[str, dict[str, int]] = {}
    for target, table in tables:
        marks.setdefault(target, {}).update(_marks(table))
    return Intake(
        joined, sound, tuple(_as_table(part) for part in parts), origins,
        tuple(without_echoes([*problems, *more])), marks, about,
    )  # fmt: skip


def _metric(layers: Layers) -> str | None:
    points = [
        shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy()))
        for frame in layers.values()
        if isinstance(frame, gpd.GeoDataFrame) and len(frame)
    ]
    if not points:
        return None
    lon, lat = (float(value) for value in np.median(np.concatenate(points), axis=0))
    try:
        return choose_metric_crs((lon, lat, lon, lat))
    except CrsError:  # coordinates that are no degrees have been reported already
        return None


def _beside(intake: Intake, known: Layers) -> dict[str, pd.DataFrame]:
    """Put the file's rows behind the known ones that they do not replace."""
    number = len(intake.origins)
    out: dict[str, pd.DataFrame] = {}
    for name in LAYERS:
        own, old = intake.sound.get(name), known.get(name)
        frames = [] if own is None else [own]
        if old is not None and len(old):
            layer = layer_schema(name)
            replaced = set(row_keys(own, layer)) if own is not None else set()
            rest = old[~row_keys(old, layer).isin(replaced)]
            if isinstance(rest, gpd.GeoDataFrame):
                rest = rest[rest.geometry.notna() & ~rest.geometry.is_empty]
            frames.insert(0, rest.assign(**{SOURCE: number, ROW: NO_ROW}))
        frames = [frame for frame in frames if len(frame)]
        if frames:
            joined = pd.concat(frames, ignore_index=True)
            shaped = bool(layer_schema(name).geometry)
            out[name] = gpd.GeoDataFrame(joined, geometry="geometry", crs=GEOGRAPHIC_CRS) if shaped else joined
    return out


def _stated(frame: pd.DataFrame, outlines: Mapping[str, Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the shapes of rows that name a community, and that community's outline."""
    homes = frame["community_id"].map(outlines)
    named = homes.notna().to_numpy()
    return frame.geometry.to_numpy()[named], homes.to_numpy(dtype=object)[named]


def _check_stated(intake: Intake, layers: Layers) -> Iterator[Problem]:
    """Suspect a datum where rows lie outside the community they name and a known shift brings them home.

    `check_slips` wants dozens of rows; this asks less, because every row says itself where it should be.
    """
    communities = layers.get("communities")
    if not isinstance(communities, gpd.GeoDataFrame):
        return
    outlines = dict(zip(communities["community_id"], communities.geometry, strict=True))
    for name, frame in intake.sound.items():
        if name == "communities" or not isinstance(frame, gpd.GeoDataFrame):
            continue
        shapes, homes = _stated(frame, outlines)
        away = ~shapely.intersects(shapes, homes)
        if away.sum() < max(_FEWEST_STATED, _MOST_STATED * len(shapes)):
            continue
        inside = {
            datum: int(shapely.intersects(shift_geometry(shapes[away], shift), homes[away]).sum())
            for datum, shift in TO_WGS84.items()
        }
        datum = max(inside, key=lambda one: inside[one])
        if inside[datum] >= _BROUGHT_HOME * away.sum():
            place = locate(frame, 0, intake.origins)
            facts: dict[str, Any] = {"n": int(away.sum()), "inside": inside[datum], "datum": _DATUM_NAMES[datum]}
            yield problem("datum.stated", file=place["file"], layer=place["layer"], **facts)


def check_against(intake: Intake, known: Layers) -> list[Problem]:
    """Check the file's rows beside what is known: places, datums, neighbours, duplicates.

    Parameters
    ----------
    intake
        As `read_intake` gave it.
    known
        Layers of the register with the columns of the schema, EPSG:4326; streets may be among them.

    Returns
    -------
    list of Problem
        Of the file's rows only.
    """
    layers = _beside(intake, known)
    origins = [*intake.origins, Origin(KNOWN)]
    maps = {name: frame for name, frame in layers.items() if isinstance(frame, gpd.GeoDataFrame)}
    metric = _metric(intake.sound)
    if metric is None:
        return []
    problems = check_places(maps, origins, None)
    if any(one.code == "geometry.swapped" for one in problems):
        return [one for one in problems if one.file != KNOWN]
    stated = list(_check_stated(intake, layers))
    if not stated:
        ground: dict[str, Any] = {name: maps[name] for name in ("communities", "estates", "streets") if name in maps}
        own = {name: frame for name, frame in intake.sound.items() if isinstance(frame, gpd.GeoDataFrame)}
        sheets = {name: locate(frame, 0, intake.origins)["layer"] for name, frame in own.items()}
        slips = check_slips({**ground, **own}, metric, origins)
        stated = [replace(one, layer=sheets[one.layer]) for one in slips if one.layer in sheets]
    problems += [*stated, *check_neighbours(layers, metric, origins)]
    return [one for one in problems if one.file != KNOWN]
