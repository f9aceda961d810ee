"""Pieces of the files behind a run, read without the whole: one community's rows, one layer, outlines for maps.

A city's tables are large and a page shows little of them. Files are checked against the hashes of their manifest the
first time that this process reads them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import shapely

from linli.assess import Assessment, Meta
from linli.assess.record import TABLES
from linli.errors import SnapshotError
from linli.survey import load_layer
from linli.web.assessments.keep import Keep
from linli.web.assessments.models import Run

__all__ = ["layer_of", "meta_of", "outlines_of", "part_of", "rows_of"]

_FILE = "assessment.json"
_CHECKED: Keep[dict[str, str]] = Keep(64)
_PARTS: Keep[pd.DataFrame] = Keep(256)
_LAYERS: Keep[pd.DataFrame | gpd.GeoDataFrame] = Keep(8)
_OUTLINES: Keep[Mapping[str, shapely.Geometry]] = Keep(4)

_COARSE = 0.00005
"""How far an outline on an overview map may be off, degrees: a few metres."""


def _content(run: Run) -> dict[str, Any]:
    """Read what a run's folder says of itself; the digest of the run holds it, and through it every file."""
    path = run.path / _FILE
    try:
        raw = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise SnapshotError(msg) from error
    if hashlib.sha256(raw).hexdigest() != run.digest:
        msg = f"{path} was changed after the assessment. Assess the round again."
        raise SnapshotError(msg)
    content: dict[str, Any] = json.loads(raw)
    return content


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
    content = _content(run)
    content.pop("files", None)
    return Meta.model_validate(content)


def _check(run: Run, name: str) -> None:
    """Make sure, once for each process, that a table is the one that was written."""

    def check() -> dict[str, str]:
        path = run.path / f"{name}.parquet"
        expected = _content(run)["files"].get(path.name)
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror}."
            raise SnapshotError(msg) from error
        if found != expected:
            msg = f"{path} was changed after the assessment. Assess the round again."
            raise SnapshotError(msg)
        return {name: found}

    _CHECKED.get(f"{run.digest}/{name}", check)


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
        _check(run, table)
        path = run.path / f"{table}.parquet"
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
