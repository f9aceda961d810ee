"""Pieces of the files behind a run, read without the whole: one community's rows, one layer, outlines for maps.

A city's tables are large and a page shows little of them. Files are checked against the hashes of their manifest the
first time that this process reads them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import shapely

from linli.assess import Assessment, Meta
from linli.assess.record import TABLES
from linli.errors import SnapshotError
from linli.survey import load_layer
from linli.web.assessments.models import Run
from linli.web.keep import Keep

__all__ = ["layer_of", "meta_of", "outlines_of", "part_of", "rows_of", "verified"]

_FILE = "assessment.json"
_CHECKED: Keep[bool] = Keep(256)
_PARTS: Keep[pd.DataFrame] = Keep(256)
_LAYERS: Keep[pd.DataFrame | gpd.GeoDataFrame] = Keep(8)
_OUTLINES: Keep[Mapping[str, shapely.Geometry]] = Keep(4)

_COARSE = 0.00005
"""How far an outline on an overview map may be off, degrees: a few metres."""


def _content(path: Path, digest: str) -> dict[str, Any]:
    """Read what a folder says of itself; the digest holds it, and through it every file."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise SnapshotError(msg) from error
    if hashlib.sha256(raw).hexdigest() != digest:
        msg = f"{path} was changed after it was written. Make it again."
        raise SnapshotError(msg)
    content: dict[str, Any] = json.loads(raw)
    return content


def verified(record: Path, digest: str, table: str) -> Path:
    """Return the file of a table, after making sure, once for each process, that it is the one that was written.

    Parameters
    ----------
    record
        The folder's JSON file, which holds the hashes of its tables.
    digest
        SHA-256 of that file.
    table
        Name of the table.

    Returns
    -------
    Path
        The Parquet file beside the record.

    Raises
    ------
    SnapshotError
        If either is missing or was changed.
    """
    path = record.with_name(f"{table}.parquet")

    def check() -> bool:
        expected = _content(record, digest)["files"].get(path.name)
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror}."
            raise SnapshotError(msg) from error
        if found != expected:
            msg = f"{path} was changed after it was written. Make it again."
            raise SnapshotError(msg)
        return True

    _CHECKED.get(f"{digest}/{table}", check)
    return path


def meta_of(run: Run) -> Meta:
    """Return what a run was made from, without reading any table.

    Parameters
    ----------
    run
        Done.

    Returns
    -------
    Meta
        Options, versions, weights, notes.

    Raises
    ------
    SnapshotError
        If it is missing or was changed.
    """
    content = _content(run.path / _FILE, run.digest)
    content.pop("files", None)
    return Meta.model_validate(content)


def rows_of(run: Run, table: str, code: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return one community's rows of a table of a run.

    Parameters
    ----------
    run
        Done.
    table
        One of `linli.assess.TABLES`.
    code
        The community's code.
    columns
        Only these; all if left out.

    Returns
    -------
    DataFrame
        Kept in memory for a while. Do not change it.

    Raises
    ------
    SnapshotError
        If the file is missing or was changed.
    """
    names = None if columns is None else ["community_id", *columns]

    def read() -> pd.DataFrame:
        path = verified(run.path / _FILE, run.digest, table)
        found: pd.DataFrame = pq.read_table(path, columns=names, filters=[("community_id", "=", code)]).to_pandas()
        return found.reset_index(drop=True)

    return _PARTS.get("/".join((run.digest, table, code, *(columns or ()))), read)


def part_of(run: Run, code: str, tables: Sequence[str]) -> Assessment:
    """Return a run as far as it concerns one community.

    Parameters
    ----------
    run
        Done.
    code
        The community's code.
    tables
        Which tables are read; the others are left empty.

    Returns
    -------
    Assessment
        For `linli.assess.explain` and the like.

    Raises
    ------
    SnapshotError
        If a file is missing or was changed.
    """
    empty = pd.DataFrame({"community_id": pd.Series(dtype="str")})
    found = {name: rows_of(run, name, code) if name in tables else empty for name in TABLES}
    return Assessment(meta=meta_of(run), **found)


def layer_of(run: Run, layer: str) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return one layer of the survey that a run assessed: of the whole round, so narrow it by the gate.

    Parameters
    ----------
    run
        The run.
    layer
        Name of the layer.

    Returns
    -------
    DataFrame or GeoDataFrame
        Kept in memory for a while. Do not change it.

    Raises
    ------
    SnapshotError
        If the file is missing or was changed.
    """
    snapshot = run.snapshot
    return _LAYERS.get(f"{snapshot.digest}/{layer}", lambda: load_layer(snapshot.path, layer))


def outlines_of(run: Run) -> Mapping[str, shapely.Geometry]:
    """Return the outlines of a round's communities, coarse enough for a map of the whole city.

    Parameters
    ----------
    run
        The run.

    Returns
    -------
    mapping
        Geometry in degrees by the community's code. Where a community lies is no secret.

    Raises
    ------
    SnapshotError
        If the file is missing or was changed.
    """

    def read() -> Mapping[str, shapely.Geometry]:
        frame = load_layer(run.snapshot.path, "communities")
        shapes = shapely.simplify(frame["geometry"].to_numpy(), _COARSE)
        return dict(zip(frame["community_id"].astype(str), shapes, strict=True))

    return _OUTLINES.get(run.snapshot.digest, read)
