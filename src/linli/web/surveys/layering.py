"""From a file that came through the door to a bulk layer: read, checked, brought to degrees, cut at crossings, counted.

*Built*: the rows with exactly the schema's columns, and everything that people are to see before they keep it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from linli.errors import CrsError, InputError, Problem
from linli.survey import layer_schema
from linli.survey.assemble import metric_crs_of
from linli.survey.build_layer import Part, build_layer
from linli.survey.check import ROW, SOURCE, Origin, check_inside, without_echoes
from linli.survey.config import SourceConfig
from linli.survey.crosscheck import assign_communities, check_places, check_slips
from linli.survey.join import join_parts
from linli.survey.messages import problem
from linli.survey.noding import node_streets
from linli.survey.read import find_tables
from linli.survey.schema import GEOGRAPHIC_CRS
from linli.units import AGE_BANDS, residents_column
from linli.web.geometry import feature, feature_collection
from linli.web.surveys.personal import personal_values
from linli.web.words import say

__all__ = ["PREVIEW_SHAPES", "Built", "both", "build", "community_counts", "finish", "preview_of", "write_layer"]

Progress = Callable[[str, float | None], None]

_PREVIEW_ROWS = 5
PREVIEW_SHAPES = 3000
"""So many rows of a layer a map shows at most."""
_SEED = 20200818
_BANDS = tuple(residents_column(band) for band in AGE_BANDS)


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """What came of a file.

    Parameters
    ----------
    frame
        Rows with the schema's columns, EPSG:4326; ``None`` if an error refuses them.
    problems
        All of them.
    summary
        What people see of it, JSON-ready.
    counts
        Of buildings: by community code, how many, with residents known, with every band known.
    """

    frame: gpd.GeoDataFrame | None
    problems: tuple[Problem, ...]
    summary: dict[str, Any]
    counts: Mapping[str, Sequence[int]] = field(default_factory=dict)


def both(key: str, **values: Any) -> dict[str, str]:
    """Return words in both languages, to be kept."""
    return {lang: say(key, lang, **values) for lang in ("zh", "en")}


def _note(part: Part) -> dict[str, Any]:
    note = part.note
    return {
        "sheet": note.source_layer, "datum": note.datum, "encoding": note.encoding,
        "encoding_reason": note.encoding_reason.model_dump() if note.encoding_reason else None,
        "preview": list(note.preview), "columns": dict(note.columns), "ignored": list(note.ignored_columns),
        "read": note.rows,
    }  # fmt: skip


def _read(path: Path, name: str, layer: str, datum: str, encoding: str) -> tuple[list[Part], list[Problem]]:
    source = SourceConfig(file=name, layer=layer, datum=datum, encoding=encoding)  # type: ignore[arg-type]
    tables, problems = find_tables(source, path)
    parts = [
        build_layer(table, layer_schema(of), source, number=at, default_datum=datum, types={})
        for at, (of, table) in enumerate(tables)
    ]
    return parts, [*problems, *(one for part in parts for one in part.problems)]


def _node(frame: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    cut: gpd.GeoDataFrame = node_streets(frame.to_crs(crs)).to_crs(GEOGRAPHIC_CRS)
    return cut


def _personal(frame: pd.DataFrame, layer: str) -> list[Problem]:
    """Refuse columns of ours that were filled with identity or telephone numbers."""
    texts = [column.name for column in layer_schema(layer).columns if column.type == "text" and column.name in frame]
    found = personal_values({name: frame[name].dropna().to_list() for name in texts})
    words = {part: both(f"surveys.problem.personal_values.{part}") for part in ("message", "fix")}
    return [Problem("surveys.personal_values", "error", words["message"], words["fix"], layer=layer, column=name)
            for name in found]  # fmt: skip


def build(
    path: Path, name: str, layer: str, *, datum: str, encoding: str, around: Mapping[str, gpd.GeoDataFrame],
    progress: Progress,
) -> Built:  # fmt: skip
    """Make a bulk layer of a file.

    Parameters
    ----------
    path
        The file, through the door.
    name
        What to call it in messages.
    layer
        ``streets`` or ``buildings``.
    datum, encoding
        As its sender says.
    around
        Layers of the register and other bulk layers, EPSG:4326, to see whether it lies where they do.
    progress
        Told the stage and the fraction done, 0–1.

    Returns
    -------
    Built
        With rows only if there was no error.
    """
    progress("surveys.stage.read", 0.05)
    try:
        parts, problems = _read(path, name, layer, datum, encoding)
    except InputError as error:
        return Built(None, error.problems, {})
    layers, more = join_parts(parts)
    problems += more
    summary: dict[str, Any] = {"parts": [_note(part) for part in parts]}
    if layer not in layers or layers[layer].empty:
        return Built(None, (*problems, problem("layer.empty", file=name, layer=layer, title=layer_schema(layer).title)),
                     summary)  # fmt: skip
    progress("surveys.stage.inside", 0.3)
    origins = [part.origin for part in parts]
    summary |= {"rows": len(layers[layer]), "sample": _sample(layers[layer], layer)}
    sound, more = check_inside({layer: layers[layer]}, origins)
    problems += [*more, *_personal(layers[layer], layer)]
    problems = without_echoes(problems)
    problems += _beside(sound, around, origins)
    if any(one.severity == "error" for one in problems):
        return Built(None, tuple(problems), summary)
    return finish(sound[layer], layer, around, problems, summary, progress)


def _beside(
    layers: Mapping[str, pd.DataFrame], around: Mapping[str, gpd.GeoDataFrame], origins: list[Origin]
) -> list[Problem]:
    """Hold the rows against what is known: far off, coordinates exchanged, off by the shift of a datum."""
    known = {}
    for name, frame in around.items():
        if len(frame) and name not in layers:
            copy = frame.copy()
            copy[SOURCE], copy[ROW] = len(origins), np.arange(1, len(copy) + 1)
            known[name] = copy
    all_ = {**known, **layers}
    maps = {name: frame for name, frame in all_.items() if isinstance(frame, gpd.GeoDataFrame) and len(frame)}
    origins_all = [*origins, Origin("register")]
    found = check_places(maps, origins_all, None)
    try:
        found += check_slips(maps, metric_crs_of(maps), origins_all)
    except CrsError as error:
        found.append(problem("datum.unknown", reason=error))
    return [one for one in found if one.file != "register"]


def finish(
    frame: gpd.GeoDataFrame, layer: str, around: Mapping[str, gpd.GeoDataFrame], problems: Sequence[Problem],
    summary: dict[str, Any], progress: Progress,
) -> Built:  # fmt: skip
    """Bring sound rows to the form in which they are kept, and count them.

    Parameters
    ----------
    frame
        Rows of the layer, EPSG:4326.
    layer
        ``streets`` or ``buildings``.
    around
        With ``communities`` where the register has any.
    problems
        Found so far, none an error.
    summary
        What people see so far.
    progress
        Told the stage and the fraction done, 0–1.

    Returns
    -------
    Built
        With rows.
    """
    crs = metric_crs_of({layer: frame, **around})
    counts: Mapping[str, Sequence[int]] = {}
    if layer == "streets":
        progress("surveys.stage.node", 0.5)
        lines = len(frame)
        frame = _node(frame, crs)
        length = float(frame.to_crs(crs).length.sum())
        summary |= {"lines": lines, "rows": len(frame), "length_m": round(length, 1)}
    else:
        progress("surveys.stage.count", 0.5)
        counts = community_counts(frame, around.get("communities"))
        summary |= _about_buildings(frame, counts)
    names = list(layer_schema(layer).column_names)
    kept = gpd.GeoDataFrame(frame[names].reset_index(drop=True), geometry=frame.geometry.reset_index(drop=True))
    summary |= {"rows": len(kept), "bounds": [float(side) for side in kept.total_bounds]}
    summary["crs"] = crs
    return Built(kept, tuple(problems), summary, counts)


def community_counts(buildings: gpd.GeoDataFrame, communities: gpd.GeoDataFrame | None) -> dict[str, list[int]]:
    """Count buildings by community: by the code they name, else by the outline that holds them.

    Parameters
    ----------
    buildings
        EPSG:4326.
    communities
        Outlines of the register.

    Returns
    -------
    dict
        By code: how many, with residents known, with every age band known.
    """
    layers = {"buildings": buildings} if communities is None else {"buildings": buildings, "communities": communities}
    named = assign_communities(layers, ("buildings",))["buildings"]
    residents = named["residents"].notna()
    ages = named[list(_BANDS)].notna().all(axis=1)
    table = pd.DataFrame({"n": 1, "residents": residents.astype(int), "ages": ages.astype(int)})
    sums = table.groupby(named["community_id"].astype(object)).sum()
    return {str(code): [int(value) for value in row] for code, row in zip(sums.index, sums.to_numpy(), strict=True)}


def _about_buildings(frame: gpd.GeoDataFrame, counts: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    total = frame["residents"].sum(min_count=1)
    return {
        "communities": len(counts), "outside": len(frame) - sum(row[0] for row in counts.values()),
        "residents_known": int(frame["residents"].notna().sum()),
        "ages_known": int(frame[list(_BANDS)].notna().all(axis=1).sum()),
        "floor_area_known": int(frame["floor_area_m2"].notna().sum()),
        "residents": None if pd.isna(total) else float(total),
    }  # fmt: skip


def _sample(frame: pd.DataFrame, layer: str) -> list[dict[str, Any]]:
    """Return the first rows as people check them: whether the texts are legible, the columns in their places."""
    names = [name for name in layer_schema(layer).column_names if frame[name].notna().any()]
    return [{name: _json(value) for name, value in zip(names, row, strict=True)}
            for row in frame[names].head(_PREVIEW_ROWS).itertuples(index=False)]  # fmt: skip


def _json(value: Any) -> Any:
    """Return a cell as JSON holds it: whole numbers without a point."""
    if pd.isna(value):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | float | np.number):
        return int(value) if float(value).is_integer() else float(value)
    return str(value)


def preview_of(frame: gpd.GeoDataFrame, layer: str) -> dict[str, Any]:
    """Return a layer as a map shows it: all of its rows, or so many of them by chance.

    Parameters
    ----------
    frame
        The layer, EPSG:4326.
    layer
        ``streets`` or ``buildings``.

    Returns
    -------
    dict
        GeoJSON features; buildings as points with their residents.
    """
    rows = np.arange(len(frame))
    if len(rows) > PREVIEW_SHAPES:
        rows = np.sort(np.random.default_rng(_SEED).choice(rows, PREVIEW_SHAPES, replace=False))
    key = layer_schema(layer).key or ""
    part = frame.iloc[rows]
    shapes = part.geometry.to_numpy()
    if layer == "buildings":
        shapes = shapely.centroid(shapes)
    features = []
    for name, shape, row in zip(part[key], shapes, part.to_dict("records"), strict=True):
        about: dict[str, Any] = {"name": str(name)}
        if layer == "buildings":
            about |= {what: _plain(row[what]) for what in ("residents", "storeys", "dwellings")}
        features.append(feature(str(name), shape, about))
    return feature_collection(features)


def _plain(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def write_layer(built: Built, layer: str, folder: Path) -> Path:
    """Write what was built, and how it looks on a map, into a folder.

    Parameters
    ----------
    built
        With rows.
    layer
        ``streets`` or ``buildings``.
    folder
        It exists.

    Returns
    -------
    Path
        The GeoParquet.

    Raises
    ------
    ValueError
        If there are no rows.
    """
    if built.frame is None:
        msg = "there is nothing to write"
        raise ValueError(msg)
    path = folder / "built.parquet"
    built.frame.to_parquet(path, compression="zstd", index=False)
    preview = json.dumps(preview_of(built.frame, layer), ensure_ascii=False)
    (folder / "preview.json").write_text(preview, encoding="utf-8")
    return path
