"""Keeping a record on disk: tables as Parquet, the rest as JSON, every file's hash beside it.

What belongs here: the one way in which records of this floor are written and read. A folder is written beside its place
and renamed into it, so that a run killed half-way leaves nothing half-made.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from linli.errors import SnapshotError

__all__ = ["load_tables", "save_tables"]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(table: pd.DataFrame, path: Path) -> None:
    columns = pa.Table.from_pandas(table, preserve_index=False)
    # pandas' own metadata names library versions: without it the bytes depend on the content alone
    pq.write_table(columns.replace_schema_metadata(None), path, compression="zstd", use_dictionary=True)


def save_tables(folder: Path, file: str, content: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> Path:
    """Write a record as a folder.

    Parameters
    ----------
    folder
        Where to; replaced if it holds a record of this kind already.
    file
        Name of the JSON file, which tells records of one kind.
    content
        What goes into it, JSON-ready.
    tables
        By name.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SnapshotError
        If the folder exists and holds something else.
    OSError
        If it cannot be written.
    """
    if folder.exists() and not (folder / file).exists() and any(folder.iterdir()):
        msg = f"{folder} exists and holds no {file}. Name a new or empty folder."
        raise SnapshotError(msg)
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        files = {}
        for name, table in tables.items():
            path = half / f"{name}.parquet"
            _write(table, path)
            files[path.name] = _sha256(path)
        text = json.dumps({**content, "files": files}, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
        (half / file).write_text(text + "\n", encoding="utf-8")
        half.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(half, folder)  # noqa: PTH105  (Path.replace does the same; one call, one meaning)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return folder


def load_tables(
    folder: Path, file: str, names: Sequence[str], command: str
) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """Read a record back, refusing one that was changed.

    Parameters
    ----------
    folder
        Written by `save_tables`.
    file
        Name of its JSON file.
    names
        Its tables.
    command
        What makes such a record, for the message.

    Returns
    -------
    content : dict
        Of the JSON file, without the hashes.
    tables : dict of DataFrame
        By name.

    Raises
    ------
    SnapshotError
        If the folder is no such record, is incomplete, or a file was changed.
    """
    path = folder / file
    if not path.is_file():
        msg = f"{folder} holds no {file}. Make one with `{command}`."
        raise SnapshotError(msg)
    content = json.loads(path.read_text(encoding="utf-8"))
    files = content.pop("files", {})
    for name in names:
        table = folder / f"{name}.parquet"
        if not table.is_file() or files.get(table.name) != _sha256(table):
            what = "was changed after it was written" if table.is_file() else "is missing"
            msg = f"{table} {what}. Make it again with `{command}`."
            raise SnapshotError(msg)
    return content, {name: pq.read_table(folder / f"{name}.parquet").to_pandas() for name in names}
