"""The whole way from a declaration to a survey.

Read every source → one datum → keep what lies in the area → cut streets at crossings → communities → residents →
checks → record. Errors refuse the data, all of them at once; warnings are kept in the manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from linli import __version__
from linli.errors import CrsError, InputError, Problem
from linli.rules import Catalogue
from linli.survey.areas import make_communities
from linli.survey.assemble import Layers, assemble, clip_layers, metric_crs_of
from linli.survey.build_layer import Part, build_layer
from linli.survey.check import NO_ROW, ROW, SOURCE, Origin, check_inside, without_echoes
from linli.survey.config import Dataset, ResidentsConfig, SourceConfig
from linli.survey.crosscheck import check_across, check_codes, check_places
from linli.survey.datum import to_geographic
from linli.survey.join import join_parts
from linli.survey.messages import problem, thin
from linli.survey.noding import node_streets
from linli.survey.osm import OSM_ATTRIBUTION, OSM_LAYERS, read_osm_extract
from linli.survey.raw import file_sha256, layer_of_name
from linli.survey.record import Manifest, ResidentsNote, SourceNote, Survey, make_survey
from linli.survey.schema import (
    GEOGRAPHIC_CRS,
    LAYERS,
    Choice,
    column_dtype,
    empty_frame,
    layer_schema,
)
from linli.survey.tabular import Found, read_csv, read_csv_folder, read_excel
from linli.survey.vector import VECTOR_SUFFIXES, read_vector
from linli.units import AGE_BANDS, residents_column

__all__ = ["Checked", "Progress", "ReadResult", "check_survey", "facility_choices", "find_tables", "read_survey"]

Progress = Callable[[str, float | None], None]

_EXCEL = frozenset({".xlsx", ".xlsm", ".xls", ".et"})
_TEXT = frozenset({".csv", ".txt", ".tsv"})
_OSM = frozenset({".pbf", ".osm"})
_KEPT_WARNINGS = 50
"""Warnings of one kind, layer and column that the manifest writes out."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadResult:
    """A survey, and the warnings found on the way (all of them; the manifest keeps the first of each kind)."""

    survey: Survey
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What a check found: the survey if there was no error, every problem, what was read from which source."""

    survey: Survey | None
    problems: tuple[Problem, ...]
    sources: tuple[SourceNote, ...]


def _no_progress(_text: str, _done: float | None) -> None:
    return None


def facility_choices(catalogue: Catalogue) -> dict[str, Choice]:
    """Return the facility types of a catalogue as choices: code, labels, and other names.

    Parameters
    ----------
    catalogue
        The rules.
    """
    return {
        code: Choice(zh=rule.title["zh"], en=rule.title["en"], synonyms=tuple(rule.body.get("synonyms", ())))
        for code, rule in catalogue.facility_types.items()
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """What every step of a reading needs."""

    dataset: Dataset
    base: Path
    types: Mapping[str, Choice]
    osm_types: Mapping[str, Mapping[str, Any]]
    progress: Progress


def find_tables(source: SourceConfig, path: Path) -> Found:
    """Read the tables of a source that is not OpenStreetMap.

    Parameters
    ----------
    source
        The declaration of the source.
    path
        Its file or folder of CSV.

    Returns
    -------
    Found
        Tables by the layer that each is read as, and problems. What cannot be read gives at least one problem.
    """
    suffix = path.suffix.lower()
    chosen: dict[str, Any] = {"layer": source.layer, "layers": source.layers}
    if path.is_dir():
        return read_csv_folder(path, source.file, layers=source.layers, encoding=source.encoding)
    if suffix in _EXCEL:
        return read_excel(path, source.file, **chosen, source_layer=source.source_layer, columns=source.columns)
    if suffix in _TEXT:
        layer = source.layer or layer_of_name(path.stem)
        if layer is None:
            return [], [problem("file.needs_layer", file=source.file, allowed=" | ".join(LAYERS))]
        return read_csv(path, source.file, layer, columns=source.columns, encoding=source.encoding)
    if suffix in VECTOR_SUFFIXES:
        return read_vector(path, source.file, **chosen, source_layer=source.source_layer, encoding=source.encoding)
    return [], [problem("file.unknown_kind", file=source.file, value=suffix)]


def _read_osm_source(job: _Job, source: SourceConfig, path: Path, first: int) -> tuple[list[Part], list[Problem]]:
    wanted = (source.layer,) if source.layer else source.layers or OSM_LAYERS
    extract = read_osm_extract(path, job.osm_types, wanted, job.progress)
    digest = file_sha256(path)
    parts: list[Part] = []
    for name, frame in extract.layers.items():
        layer = layer_schema(name)
        columns = {}
        for column in layer.columns:
            given = frame[column.name] if column.name in frame else pd.Series(None, index=frame.index, dtype=object)
            columns[column.name] = given.astype(column_dtype(column.type)).reset_index(drop=True)
            if column.default is not None:
                columns[column.name] = columns[column.name].fillna(column.default)
        built = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=frame.geometry.reset_index(drop=True))
        built[SOURCE], built[ROW] = first + len(parts), NO_ROW
        note = SourceNote(file=source.file, sha256=digest, layer=name, datum="wgs84", rows=len(built))
        parts.append(Part(name, built, Origin(source.file, name), note, (), noded=True))
    return parts, [replace(one, file=source.file) for one in extract.problems]


def _read_source(job: _Job, source: SourceConfig, first: int) -> tuple[list[Part], list[Problem]]:
    """Read one source; its parts are numbered from `first` on."""
    path = job.base / source.file
    if not path.exists():
        return [], [problem("file.missing", file=source.file)]
    try:
        if path.suffix.lower() in _OSM:
            return _read_osm_source(job, source, path, first)
        tables, problems = find_tables(source, path)
    except InputError as error:
        return [], list(error.problems)
    except OSError as error:
        return [], [problem("file.unreadable", file=source.file, reason=error.strerror)]
    parts = [
        build_layer(
            table, layer_schema(name), source,
            number=first + at, default_datum=job.dataset.datum, types=job.types,
        )
        for at, (name, table) in enumerate(tables)
    ]  # fmt: skip
    return parts, [*problems, *(one for part in parts for one in part.problems)]


def _read_outline(job: _Job) -> tuple[Any | None, list[Problem]]:
    """Read the area of the survey as one shape, EPSG:4326."""
    name = job.dataset.area
    if name is None:
        return None, []
    path = job.base / name
    if not path.exists():
        return None, [problem("file.missing", file=name)]
    tables, problems = read_vector(path, name, layer="communities")
    errors = [one for one in problems if one.severity == "error"]
    if errors or not tables or tables[0][1].geometry is None:
        return None, errors or [problem("area.not_outline", file=name)]
    table = tables[0][1]
    shapes = gpd.GeoSeries(table.geometry, crs=table.crs)
    shapes = shapes[np.isin(shapely.get_type_id(shapes.to_numpy()), (3, 6))]
    if shapes.empty:
        return None, [problem("area.not_outline", file=name)]
    shapes = to_geographic(shapes, job.dataset.datum)
    broken = ~shapely.is_valid(shapes.to_numpy())
    if broken.any():
        reason = shapely.is_valid_reason(shapes.to_numpy()[broken][0])
        return None, [problem("geometry.invalid", file=name, reason=reason)]
    return shapely.union_all(shapes.to_numpy()), []


def _node(layers: Layers, parts: Sequence[Part], metric_crs: str) -> Layers:
    """Cut streets at their crossings, source by source; OpenStreetMap's are cut already."""
    streets = layers.get("streets")
    if not isinstance(streets, gpd.GeoDataFrame) or streets.empty:
        return layers
    by_source = {part.frame[SOURCE].iloc[0]: part.noded for part in parts if len(part.frame)}
    loose = ~streets[SOURCE].map(by_source).to_numpy(dtype=bool)
    if not loose.any():
        return layers
    cut = node_streets(streets[loose].reset_index(drop=True).to_crs(metric_crs)).to_crs(GEOGRAPHIC_CRS)
    noded = pd.concat([streets[~loose], cut], ignore_index=True) if not loose.all() else cut
    return {**layers, "streets": gpd.GeoDataFrame(noded, geometry="geometry", crs=GEOGRAPHIC_CRS)}


def _draw_communities(dataset: Dataset, layers: Layers, metric_crs: str, number: int) -> Layers:
    """Draw communities where no file gives them."""
    if dataset.communities.method == "file":
        return layers
    drawn = make_communities(layers, dataset.communities, metric_crs)
    layer = layer_schema("communities")
    empty = empty_frame("communities")
    for column in layer.columns:
        if column.name not in drawn:
            drawn[column.name] = pd.Series(None, index=drawn.index, dtype=object)
        drawn[column.name] = drawn[column.name].astype(empty[column.name].dtype)
    drawn[SOURCE], drawn[ROW] = number, NO_ROW
    # codes that people wrote belong to other communities than those drawn here
    freed = {
        name: frame.assign(community_id=pd.Series(None, index=frame.index, dtype=column_dtype("text")))
        for name, frame in layers.items()
        if isinstance(frame, gpd.GeoDataFrame) and "community_id" in frame and name != "communities"
    }
    return {**layers, **freed, "communities": drawn}


def _read_grid(job: _Job, config: ResidentsConfig | None) -> gpd.GeoDataFrame | None:
    """Read the population grid that the declaration names.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    if config is None or config.method != "grid" or config.file is None or config.column is None:
        return None
    path = job.base / config.file
    if not path.exists():
        raise InputError([problem("file.missing", file=config.file)])
    source = config.source_layer
    tables, problems = read_vector(path, config.file, layer="communities", source_layer=source)
    errors = [one for one in problems if one.severity == "error"]
    if errors or not tables:
        raise InputError(errors)
    table = tables[0][1]
    wanted = {"residents": config.column, **config.columns}
    allowed = {"residents", *(residents_column(band) for band in AGE_BANDS), "cell_id"}
    missing = [
        problem("column.not_found", file=config.file, column=theirs, ours=ours, suggestion="")
        for ours, theirs in wanted.items()
        if theirs not in table.headings or ours not in allowed
    ]
    if missing:
        raise InputError(missing)
    if table.geometry is None:
        raise InputError([problem("area.not_outline", file=config.file)])
    columns = {ours: table.cells[table.headings.index(theirs)] for ours, theirs in wanted.items()}
    shapes = to_geographic(gpd.GeoSeries(table.geometry, crs=table.crs), config.datum or job.dataset.datum)
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes)


def _finish(
    job: _Job, layers: Layers, parts: Sequence[Part], origins: list[Origin], area: Any | None, metric_crs: str
) -> tuple[Layers, ResidentsNote, list[Problem]]:
    """Bring sound layers to their final form: clipped, noded, with communities and residents, and cross-checked."""
    dataset = job.dataset
    problems: list[Problem] = []
    if area is not None:
        layers, problems = clip_layers(layers, area, metric_crs, dataset.margin_m)
    job.progress("streets", None)
    layers = _node(layers, parts, metric_crs)
    layers = _draw_communities(dataset, layers, metric_crs, len(origins))
    origins.append(Origin(f"communities: {dataset.communities.method}"))
    job.progress("residents", None)
    grid = _read_grid(job, dataset.residents)
    final, note, more = assemble(
        layers, metric_crs, origins, declared={part.layer for part in parts}, residents=dataset.residents, grid=grid,
        area=area, drawn=dataset.communities.method != "file", progress=job.progress,
    )  # fmt: skip
    return final, note, [*problems, *more]


def _manifest(
    job: _Job, parts: Sequence[Part], layers: Layers, note: ResidentsNote, problems: Sequence[Problem], crs: str
) -> Manifest:
    numbers = [frame[SOURCE].to_numpy(dtype=np.int64) for frame in layers.values() if SOURCE in frame]
    kept = np.bincount(np.concatenate([np.empty(0, dtype=np.int64), *numbers]), minlength=len(parts) + 1)
    sources = tuple(part.note.model_copy(update={"rows_kept": int(kept[number])}) for number, part in enumerate(parts))
    credit = [OSM_ATTRIBUTION] if any(part.noded for part in parts) else []
    return Manifest(
        name=job.dataset.name,
        surveyed_on=job.dataset.surveyed_on,
        round=job.dataset.round,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        metric_crs=crs,
        sources=sources,
        residents=note,
        warnings=tuple(one.as_dict() for one in thin(problems, _KEPT_WARNINGS)),
        code_version=__version__,
        attribution=tuple(dict.fromkeys([*job.dataset.attribution, *credit])),
    )


def _empty_parts(source: SourceConfig, found: Sequence[Part]) -> list[Problem]:
    """Report layers that were declared and have no rows; a sheet of the template may well stay empty."""
    is_declared = source.layer is not None or source.layers is not None
    if source.where or not found:
        return []
    if not is_declared:
        return [problem("file.empty", file=source.file)] if all(part.frame.empty for part in found) else []
    empty = [part.layer for part in found if part.frame.empty]
    return [problem("layer.empty", file=source.file, layer=name, title=layer_schema(name).title) for name in empty]


def _has_errors(problems: Sequence[Problem]) -> bool:
    return any(one.severity == "error" for one in problems)


def check_survey(dataset: Dataset, base: Path, catalogue: Catalogue, *, progress: Progress | None = None) -> Checked:
    """Read and check everything that a declaration names.

    Parameters
    ----------
    dataset
        The declaration.
    base
        The folder from which its paths start.
    catalogue
        The rules, for the facility types.
    progress
        Told what is under way.

    Returns
    -------
    Checked
        With a survey only if there was no error.
    """
    types = facility_choices(catalogue)
    osm_types = {code: {**rule.body, "title": rule.title} for code, rule in catalogue.facility_types.items()}
    job = _Job(dataset, base, types, osm_types, progress or _no_progress)
    parts: list[Part] = []
    problems: list[Problem] = []
    for number, source in enumerate(dataset.sources):
        job.progress(source.file, number / len(dataset.sources))
        found, more = _read_source(job, source, len(parts))
        parts += found
        problems += more
        problems += _empty_parts(source, found)
    origins = [part.origin for part in parts]
    layers, more = join_parts(parts)
    problems += more
    layers, more = check_inside(layers, origins)
    problems += more
    problems = without_echoes(problems)
    problems += check_codes(layers, origins, communities_given=dataset.communities.method == "file")
    area, more = _read_outline(job)
    problems += more
    maps = {name: frame for name, frame in layers.items() if isinstance(frame, gpd.GeoDataFrame)}
    problems += check_places(maps, origins, area)
    sources = tuple(part.note for part in parts)
    try:
        crs = metric_crs_of(layers, dataset.metric_crs, area)
        if _has_errors(problems):
            more = check_across(layers, crs, origins) if not _misplaced(problems) else []
            return Checked(None, (*problems, *more), sources)
        final, note, more = _finish(job, layers, parts, origins, area, crs)
    except CrsError as error:
        return Checked(None, (*problems, problem("datum.unknown", reason=error)), sources)
    except InputError as error:
        return Checked(None, (*problems, *error.problems), sources)
    problems += more
    if _has_errors(problems):
        return Checked(None, tuple(problems), sources)
    manifest = _manifest(job, parts, final, note, problems, crs)
    survey = make_survey(final, manifest)
    return Checked(survey, tuple(problems), survey.manifest.sources)


def _misplaced(problems: Sequence[Problem]) -> bool:
    """Whether coordinates are so wrong that comparing places would only bury the cause."""
    return any(one.code in ("geometry.swapped", "geometry.range") for one in problems)


def read_survey(dataset: Dataset, base: Path, catalogue: Catalogue, *, progress: Progress | None = None) -> ReadResult:
    """Read a survey: the whole way from the declared files to the record.

    Parameters
    ----------
    dataset
        The declaration.
    base
        The folder from which its paths start.
    catalogue
        The rules, for the facility types.
    progress
        Told what is under way.

    Returns
    -------
    ReadResult
        The survey and every warning.

    Raises
    ------
    InputError
        If anything is wrong with the data; it carries every problem of every file, warnings included.
    """
    checked = check_survey(dataset, base, catalogue, progress=progress)
    if checked.survey is None:
        raise InputError(checked.problems)
    return ReadResult(checked.survey, checked.problems)
