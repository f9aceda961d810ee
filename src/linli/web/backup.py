"""Backups that a third party can check: database, files and settings in one archive with the hash of each part.

SQLite is copied while people work (its own backup); PostgreSQL by ``pg_dump``. The archive holds the secret key,
without which second factors cannot be read: keep it as safely as the site itself.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import linli
from linli.web.config import FILE_NAME, Site
from linli.web.site import SiteError

__all__ = ["back_up", "read_manifest", "restore", "verify_backup"]

_MANIFEST = "manifest.json"
_SQLITE, _POSTGRES = "linli.sqlite3", "linli.pgdump"
_PARTS = (FILE_NAME, "secret.key")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dump(site: Site, folder: Path) -> Path:
    if site.config.database_url is not None:
        out = folder / _POSTGRES
        command = ["pg_dump", "--format=custom", f"--file={out}", f"--dbname={site.config.database_url}"]
        subprocess.run(command, check=True)  # noqa: S603 - our own command
        return out
    out = folder / _SQLITE
    with closing(sqlite3.connect(site.folder / _SQLITE)) as source, closing(sqlite3.connect(out)) as target:
        source.backup(target)
    return out


def back_up(site: Site, out: Path) -> dict[str, Any]:
    """Write a backup.

    Parameters
    ----------
    site
        The site; people may go on working.
    out
        The archive (``.tar.gz``), which must not exist.

    Returns
    -------
    dict
        The manifest: what it holds, with hashes.

    Raises
    ------
    SiteError
        If the archive exists already.
    """
    if out.exists():
        msg = f"{out} 已存在。{out} exists already."
        raise SiteError(msg)
    with tempfile.TemporaryDirectory() as scratch:
        parts = {path.name: path for path in (_dump(site, Path(scratch)), *(site.folder / name for name in _PARTS))}
        heads = site.logs / "audit-heads.jsonl"
        if heads.exists():
            parts["log/audit-heads.jsonl"] = heads
        for path in sorted(site.files.rglob("*")):
            if path.is_file():
                parts[path.relative_to(site.folder).as_posix()] = path
        manifest = {
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": linli.__version__,
            "database": "postgresql" if site.config.database_url else "sqlite",
            "files": {name: {"sha256": _hash(path), "bytes": path.stat().st_size} for name, path in parts.items()},
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        half = out.with_name(out.name + ".part")
        raw = os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        with raw, tarfile.open(fileobj=raw, mode="w:gz") as archive:
            about = tarfile.TarInfo(_MANIFEST)
            about.size = len(text)
            archive.addfile(about, io.BytesIO(text))
            for name, path in parts.items():
                archive.add(path, arcname=name, recursive=False)
        half.rename(out)
    return manifest


def read_manifest(archive: Path) -> dict[str, Any]:
    """Return what a backup says it holds.

    Raises
    ------
    SiteError
        If it is no backup of a site.
    """
    try:
        with tarfile.open(archive, mode="r:gz") as tar:
            file = tar.extractfile(_MANIFEST)
            manifest: dict[str, Any] = json.loads(file.read()) if file else {}
    except (tarfile.TarError, KeyError, OSError, ValueError):
        manifest = {}
    if "files" not in manifest:
        msg = f"{archive} 不是邻里的备份。{archive} is no backup of a site."
        raise SiteError(msg)
    return manifest


def verify_backup(archive: Path) -> tuple[str, ...]:
    """Check every part of a backup against its hash.

    Parameters
    ----------
    archive
        The archive.

    Returns
    -------
    tuple of str
        Names of parts that are missing, unknown or altered; empty = whole.

    Raises
    ------
    SiteError
        If it is no backup of a site.
    """
    expected = {name: said["sha256"] for name, said in read_manifest(archive)["files"].items()}
    found: dict[str, str] = {}
    try:
        with tarfile.open(archive, mode="r:gz") as tar:
            for member in tar:
                file = tar.extractfile(member)
                if member.name != _MANIFEST and file is not None:
                    found[member.name] = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    except (tarfile.TarError, OSError, EOFError):
        return (archive.name,)
    return tuple(sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name)))


def restore(archive: Path, folder: Path) -> dict[str, Any]:
    """Make a site again from a backup, in a folder that does not exist or is empty.

    Parameters
    ----------
    archive
        The archive; it is checked first.
    folder
        Where.

    Returns
    -------
    dict
        The backup's manifest. A PostgreSQL dump lies in the folder, to be read by ``pg_restore``.

    Raises
    ------
    SiteError
        If the archive is damaged or the folder is not empty.
    """
    wrong = verify_backup(archive)
    if wrong:
        msg = f"备份已损坏 damaged: {', '.join(wrong)}"
        raise SiteError(msg)
    if folder.exists() and any(folder.iterdir()):
        msg = f"{folder} 不为空。{folder} is not empty."
        raise SiteError(msg)
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with tarfile.open(archive, mode="r:gz") as tar:
        tar.extractall(folder, filter="data")
    (folder / _MANIFEST).unlink()
    for part in ("files", "log"):
        (folder / part).mkdir(exist_ok=True, mode=0o750)
    (folder / "secret.key").chmod(0o600)
    return read_manifest(archive)
