"""Snapshots: a survey frozen into a folder, whole or not at all, and never read back changed.

A snapshot is a folder with one Parquet file for each layer (GeoParquet where it has geometry) and `manifest.json`. The
manifest holds the SHA-256 of every file and a digest over itself (without the time of writing), so the same survey
always has the same digest, and any later change is found.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely
from pydantic import ValidationError

from linli.errors import SnapshotError
from linli.survey.raw import file_sha256
from linli.survey.record import Manifest, Survey
from linli.survey.schema import LAYERS, SCHEMA_VERSION, empty_frame, layer_schema

__all__ = ["MANIFEST", "freeze", "load_layer", "load_snapshot", "read_manifest"]

MANIFEST = "manifest.json"
_COMPRESSION = "zstd"
_OUTSIDE_DIGEST = {"created_at", "digest"}


def _digest(manifest: Manifest) -> str:
    content = manifest.model_dump(mode="json", exclude=_OUTSIDE_DIGEST)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _sync(path: Path) -> None:
    """Make sure that what was written is on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder for this
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(survey: Survey, folder: Path) -> Manifest:
    files = {}
    for name in LAYERS:
        path = folder / f"{name}.parquet"
        layer: Any = survey.layers[name]  # the stubs do not know that a path may be given
        layer.to_parquet(path, compression=_COMPRESSION, index=False)
        _sync(path)
        files[path.name] = file_sha256(path)
    manifest = survey.manifest.model_copy(update={"files": files, "digest": None})
    manifest = manifest.model_copy(update={"digest": _digest(manifest)})
    path = folder / MANIFEST
    path.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    _sync(path)
    _sync(folder)
    return manifest


def _marks(folder: Path) -> tuple[str, str]:
    """Return the beginnings of the names of half-made and of set-aside folders."""
    return f".{folder.name}.part-", f".{folder.name}.old-"


def _clear_leftovers(folder: Path) -> None:
    """Finish what a killed process began: bring back a set-aside snapshot, delete what is half-made."""
    part, old = _marks(folder)
    for aside in sorted(folder.parent.glob(f"{old}*")):
        if folder.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(folder)
    for leftover in folder.parent.glob(f"{part}*"):
        if not _is_running(leftover.name.removeprefix(part).split("-")[0]):
            shutil.rmtree(leftover, ignore_errors=True)


def _is_running(process: str) -> bool:
    if not process.isdigit() or int(process) == os.getpid():
        return process.isdigit()
    if os.name == "nt":
        return True  # cannot be asked there without harm: the leftover stays
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _check_target(folder: Path, *, may_replace: bool) -> None:
    if not folder.exists():
        return
    is_snapshot = folder.is_dir() and ((folder / MANIFEST).exists() or not any(folder.iterdir()))
    if not may_replace and not (is_snapshot and not any(folder.iterdir())):
        msg = f"{folder} exists. Choose another folder, or say that it may be replaced."
        raise SnapshotError(msg)
    if not is_snapshot:
        msg = f"{folder} is not a snapshot (it has no {MANIFEST}), so it is not replaced."
        raise SnapshotError(msg)


def freeze(survey: Survey, folder: Path, *, replace: bool = False) -> Survey:
    """Write a survey as a snapshot: whole, or not at all.

    Everything is written into a hidden folder beside, brought to the disk, and then given its name in one step. A
    process that is killed leaves at most such a hidden folder; it is never taken for a snapshot, and the next freeze
    clears it away.

    Parameters
    ----------
    survey
        The survey.
    folder
        Where to; its parent is made if need be.
    replace
        Whether a snapshot that is there may be replaced.

    Returns
    -------
    Survey
        The same layers, with the manifest as written (hashes and digest filled in).

    Raises
    ------
    SnapshotError
        If `folder` exists and may not be replaced, or is something else than a snapshot, or cannot be written.
    """
    folder = folder.absolute()
    part, old = _marks(folder)
    temporary: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(folder)
        _check_target(folder, may_replace=replace)
        temporary = Path(tempfile.mkdtemp(prefix=f"{part}{os.getpid()}-", dir=folder.parent))
        temporary.chmod(0o755)
        manifest = _write(survey, temporary)
        if folder.exists():
            aside = folder.parent / f"{old}{os.getpid()}"
            folder.rename(aside)
            temporary.rename(folder)
            shutil.rmtree(aside)
        else:
            temporary.rename(folder)
        _sync(folder.parent)
    except OSError as error:
        msg = f"the snapshot {folder} cannot be written: {error.strerror or error}."
        raise SnapshotError(msg) from error
    finally:
        if temporary is not None and temporary.exists():
            shutil.rmtree(temporary, ignore_errors=True)
    return Survey(survey.layers, manifest)


def read_manifest(folder: Path) -> Manifest:
    """Read a snapshot's manifest, after making sure that it was not changed; its files are not looked at.

    Parameters
    ----------
    folder
        The snapshot.

    Returns
    -------
    Manifest

    Raises
    ------
    SnapshotError
        If the folder is no snapshot, is of another schema version, or its manifest was changed.
    """
    path = folder / MANIFEST
    if not path.is_file():
        msg = f"{folder} is not a snapshot: it has no {MANIFEST}."
        _, old = _marks(folder.absolute())
        aside = next(folder.absolute().parent.glob(f"{old}*"), None)
        if aside is not None:
            msg += f" The replacement was interrupted; the snapshot from before is whole in {aside}: rename it back."
        raise SnapshotError(msg)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content.get("schema_version") if isinstance(content, dict) else None
        if version != SCHEMA_VERSION:
            msg = f"{path} is of schema version {version}; this Linli reads version {SCHEMA_VERSION}. Freeze it again."
            raise SnapshotError(msg)
        manifest = Manifest.model_validate_json(json.dumps(content))
    except (ValueError, ValidationError) as error:
        if isinstance(error, SnapshotError):
            raise
        msg = f"{path} is broken: {str(error).splitlines()[0]}. Freeze the survey again."
        raise SnapshotError(msg) from None
    if manifest.digest != _digest(manifest):
        msg = f"{path} was changed after freezing. Freeze the survey again."
        raise SnapshotError(msg)
    return manifest


def _verify(folder: Path, manifest: Manifest) -> None:
    present = {path.name for path in folder.iterdir()}
    missing = sorted(set(manifest.files) - present)
    extra = sorted(present - set(manifest.files) - {MANIFEST})
    changed = sorted(
        name for name, digest in manifest.files.items() if name in present and file_sha256(folder / name) != digest
    )
    for names, what in (
        (missing, "is missing"),
        (extra, "does not belong to the snapshot"),
        (changed, "was changed after freezing"),
    ):
        if names:
            more = f" ({len(names)} files in all)" if len(names) > 1 else ""
            msg = f"{folder / names[0]} {what}{more}. Freeze the survey again."
            raise SnapshotError(msg)


def load_snapshot(folder: Path) -> Survey:
    """Load a snapshot, after making sure that nothing in it was changed.

    Parameters
    ----------
    folder
        The snapshot.

    Returns
    -------
    Survey

    Raises
    ------
    SnapshotError
        If the folder is no snapshot, is of another schema version, or a file is missing, extra or changed; the
        message names the file.
    """
    manifest = read_manifest(folder)
    try:
        _verify(folder, manifest)
        layers = {name: _load_layer(folder / f"{name}.parquet", name) for name in LAYERS}
    except (OSError, pa.ArrowException, shapely.errors.GEOSException) as error:
        msg = f"the snapshot {folder} cannot be read: {error}."
        raise SnapshotError(msg) from error
    return Survey(MappingProxyType(layers), manifest)


def load_layer(folder: Path, layer: str) -> pd.DataFrame | gpd.GeoDataFrame:
    """Load one layer of a snapshot, after making sure that it was not changed: quicker than the whole.

    Parameters
    ----------
    folder
        The snapshot.
    layer
        Name of the layer.

    Returns
    -------
    DataFrame or GeoDataFrame
        Geometry in EPSG:4326.

    Raises
    ------
    SnapshotError
        If the folder is no snapshot, or the layer's file is missing or changed.
    """
    manifest, path = read_manifest(folder), folder / f"{layer}.parquet"
    try:
        if file_sha256(path) != manifest.files.get(path.name):
            msg = f"{path} was changed after freezing. Freeze the survey again."
            raise SnapshotError(msg)
        return _load_layer(path, layer)
    except (OSError, pa.ArrowException, shapely.errors.GEOSException) as error:
        msg = f"the snapshot {folder} cannot be read: {error}."
        raise SnapshotError(msg) from error


def _load_layer(path: Path, name: str) -> pd.DataFrame | gpd.GeoDataFrame:
    frame = gpd.read_parquet(path) if layer_schema(name).geometry else pd.read_parquet(path)
    dtypes = empty_frame(name).dtypes.drop("geometry", errors="ignore")
    different = {column: dtype for column, dtype in dtypes.items() if frame[column].dtype != dtype}
    return frame.astype(different) if different else frame
