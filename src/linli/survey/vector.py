"""Reading maps: GeoPackage, GeoJSON, Shapefile, GeoParquet.

What belongs here: from a file to `RawTable` with geometry, text encodings of Shapefile and GeoJSON included.
"""

from __future__ import annotations

import codecs
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pyogrio.errors
import shapely

from linli.errors import Problem
from linli.survey.messages import bilingual, problem
from linli.survey.raw import RawTable, file_sha256, layer_of_name
from linli.survey.schema import Words
from linli.survey.tabular import Found, decode_text

__all__ = ["VECTOR_SUFFIXES", "read_vector"]

VECTOR_SUFFIXES = frozenset({".gpkg", ".geojson", ".json", ".shp", ".parquet", ".geoparquet", ".fgb", ".gml", ".kml"})
"""Endings that are read here."""

_DBF_HEAD = 32
_DBF_RECORDS = 20_000
"""Records of a .dbf that are looked at to decide its encoding."""
_EVERY_BYTE = "ISO-8859-1"
"""Gives every byte a character of its own, so that bytes come through GDAL as they are."""
_BROKEN = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FieldError)


def _dbf_text(path: Path) -> bytes:
    """Return the bytes of the text fields of a .dbf, every value on its own line, cut characters left out."""
    data = path.read_bytes()
    if len(data) < _DBF_HEAD:
        return b""
    head, width = int.from_bytes(data[8:10], "little"), int.from_bytes(data[10:12], "little")
    fields, start = [], 1
    for at in range(_DBF_HEAD, head - 1, _DBF_HEAD):
        size = data[at + 16]
        if data[at + 11 : at + 12] == b"C":
            fields.append((start, start + size))
        start += size
    if not width:
        return b""
    records = range(head, min(len(data) - width + 1, head + _DBF_RECORDS * width), width)
    return b"\n".join(data[at + a : at + b].strip(b" \0") for at in records for a, b in fields)


def _without_cut_ends(data: bytes, encoding: str) -> bool:
    """Whether every line decodes, apart from a character that the field's width cut off at its end."""
    for line in set(data.split(b"\n")):
        if not any(_decodes(line[: len(line) - cut], encoding) for cut in range(min(4, len(line) + 1))):
            return False
    return True


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return True


def _shapefile_encoding(path: Path, stated: str) -> tuple[str | None, Words | None, str | None]:
    """Return the encoding of a Shapefile's texts, why, and the name in its .cpg if that one is wrong."""
    if stated != "auto":
        return stated, bilingual("声明文件中指定", "named in the declaration"), None
    dbf = next((file for file in path.parent.glob(f"{path.stem}.*") if file.suffix.lower() == ".dbf"), None)
    if dbf is None:
        return None, None, None
    text = _dbf_text(dbf)
    cpg = next((file for file in path.parent.glob(f"{path.stem}.*") if file.suffix.lower() == ".cpg"), None)
    named = cpg.read_text("ascii", "replace").strip() if cpg is not None else ""
    python_name = {"936": "gb18030", "65001": "utf-8", "oem": "gb18030", "ansi 936": "gb18030"}.get(
        named.casefold(), named
    )
    try:
        good = bool(named) and _without_cut_ends(text, python_name)
    except LookupError:
        good = False
    if good:
        return python_name, bilingual(f".cpg 文件写明 {named}", f"the .cpg file says {named}"), None
    used = "utf-8" if _without_cut_ends(text, "utf-8") else "gb18030"
    reason = bilingual(f"没有可用的 .cpg，按内容判断为 {used}", f"no usable .cpg; by its content {used}")
    return used, reason, named or None


def _choose_layers(
    names: Sequence[str],
    layer: str | None,
    layers: Sequence[str] | None,
    source_layer: str | None,
    name: str,
    stem: str,
) -> tuple[dict[str, str], list[Problem]]:
    """Return which layer of the file is read as which of ours."""
    if source_layer is not None and layer is not None:
        if source_layer in names:
            return {source_layer: layer}, []
        return {}, [problem("sheet.not_found", file=name, layer=source_layer, allowed=" | ".join(names))]
    if layer is not None:
        same = [one for one in names if layer_of_name(one) == layer]
        if len(names) == 1 or len(same) == 1:
            return {(same or list(names))[0]: layer}, []
        return {}, [problem("vector.which_layer", file=name, allowed=" | ".join(names))]
    by_name = {one: layer_of_name(one) or (layer_of_name(stem) if len(names) == 1 else None) for one in names}
    chosen = {one: ours for one, ours in by_name.items() if ours and (layers is None or ours in layers)}
    return chosen, [] if chosen else [problem("sheet.none", file=name, allowed=" | ".join(names))]


def read_vector(
    path: Path,
    name: str,
    *,
    layer: str | None = None,
    layers: Sequence[str] | None = None,
    source_layer: str | None = None,
    encoding: str = "auto",
) -> Found:
    """Read the layers of a map file.

    Parameters
    ----------
    path
        The file.
    name
        What to call it in messages.
    layer, layers, source_layer
        As in the declaration: one layer, or those recognised by name.
    encoding
        Of a Shapefile's texts: ``auto`` or the name of an encoding.

    Returns
    -------
    Found
        Tables by layer, and problems. A file that cannot be read gives no table and at least one problem.
    """
    if path.stat().st_size == 0:
        return [], [problem("file.empty", file=name)]
    if path.suffix.lower() in (".parquet", ".geoparquet"):
        return _read_parquet(path, name, layer or layer_of_name(path.stem))
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            tables, problems = _read_gdal(path, name, layer, layers, source_layer, encoding)
    except (*_BROKEN, UnicodeDecodeError, ValueError, RuntimeError, OSError, shapely.errors.GEOSException) as error:
        return [], [problem("vector.unreadable", file=name, reason=str(error).replace("{", "(").replace("}", ")"))]
    texts = dict.fromkeys(str(one.message) for one in said if issubclass(one.category, RuntimeWarning | UserWarning))
    problems += [problem("vector.said", file=name, reason=text) for text in texts]
    return tables, problems


def _read_gdal(
    path: Path, name: str, layer: str | None, layers: Sequence[str] | None, source_layer: str | None, encoding: str
) -> Found:
    used: str | None = None
    reason: Words | None = None
    problems: list[Problem] = []
    source: Path | bytes = path
    suffix = path.suffix.lower()
    if suffix == ".shp":
        used, reason, wrong = _shapefile_encoding(path, encoding)
        if wrong:
            problems.append(problem("vector.cpg", file=name, value=wrong, used=used))
    elif suffix in (".geojson", ".json") and not _decodes(data := path.read_bytes(), "utf-8"):
        decoded = decode_text(data, encoding)
        if decoded is None:
            return [], [problem("csv.encoding", file=name, allowed="UTF-8, GB18030, UTF-16")]
        text, used, reason = decoded
        source = text.encode("utf-8")
    names = [str(row[0]) for row in pyogrio.list_layers(source)]
    chosen, more = _choose_layers(names, layer, layers, source_layer, name, path.stem)
    digest = file_sha256(path)
    tables = []
    for theirs, ours in chosen.items():
        if suffix == ".shp" and used is not None:
            frame = _decoded(pyogrio.read_dataframe(source, layer=theirs, encoding=_EVERY_BYTE), used)
        else:
            frame = pyogrio.read_dataframe(source, layer=theirs)
        sheet = theirs if len(names) > 1 else None
        notes = {"sha256": digest, "encoding": used, "encoding_reason": reason}
        tables.append((ours, _raw(frame, name, sheet, notes)))
    return tables, [*problems, *more]


def _decoded(frame: pd.DataFrame, encoding: str) -> pd.DataFrame:
    """Decode headings and texts of a Shapefile; a character that its narrow fields cut off at the end is left out.

    GDAL itself gives up on such a heading (and 社区编号 is one: a Shapefile keeps ten bytes of its twelve).
    """

    def decode(text: Any) -> Any:
        if not isinstance(text, str):
            return text
        return codecs.getincrementaldecoder(encoding)().decode(text.encode(_EVERY_BYTE))

    out = frame.copy()
    for name in out.columns:
        if name != "geometry" and not pd.api.types.is_numeric_dtype(out[name].dtype):
            out[name] = pd.Series([decode(cell) for cell in out[name].to_list()], index=out.index, dtype=object)
    return out.rename(columns={name: decode(name) for name in out.columns})


def _raw(frame: pd.DataFrame, name: str, sheet: str | None, notes: dict[str, Any]) -> RawTable:
    geometry, crs = None, None
    if isinstance(frame, gpd.GeoDataFrame):
        geometry = frame.geometry.to_numpy()
        crs = frame.crs.to_wkt() if frame.crs is not None else None
        frame = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    headings = tuple(str(column) for column in frame.columns)
    rows = np.arange(1, len(frame) + 1, dtype=np.int64)
    cells = frame.set_axis(range(len(headings)), axis=1).reset_index(drop=True)
    return RawTable(name, sheet, headings, cells, rows, geometry=geometry, crs=crs, **notes)


def _read_parquet(path: Path, name: str, layer: str | None) -> Found:
    if layer is None:
        return [], [problem("sheet.none", file=name)]
    try:
        frame: pd.DataFrame = gpd.read_parquet(path)
    except (pa.ArrowException, OSError, shapely.errors.GEOSException) as error:
        return [], [problem("vector.unreadable", file=name, reason=str(error).splitlines()[0])]
    except ValueError:
        # not a GeoParquet: a plain table that may say where things are in its columns
        frame = pd.read_parquet(path)
    return [(layer, _raw(frame, name, None, {"sha256": file_sha256(path)}))], []
