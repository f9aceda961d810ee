"""Backups that a third party can check: database, files and settings in one archive with the hash of each part.

SQLite is copied while people work (its own backup); PostgreSQL by ``pg_dump``. The manifest says what the copy holds:
rows by table and the head of the audit trail, and a restored site is held against it. The archive holds the secret key,
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
from linli.web.contents import contents_of_postgres, contents_of_sqlite, held_still, what_differs
from linli.web.site import SiteError

__all__ = ["back_up", "read_manifest", "restore", "verify_backup"]

_MANIFEST = "manifest.json"
_SQLITE, _POSTGRES = "linli.sqlite3", "linli.pgdump"
_PARTS = (FILE_NAME, "secret.key")
_FOLDERS = ("files", "packs", "workflows", "maps")
"""What a site's folder holds beside its settings and the database; logs and static files are not needed again."""


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dump(site: Site, folder: Path) -> tuple[Path, dict[str, Any]]:
    """Copy the database as it is at one moment, and say what it held then."""
    url = site.config.database_url
    if url is not None:
        out = folder / _POSTGRES
        with held_still(url) as (moment, contents):
            command = ["pg_dump", "--format=custom", f"--snapshot={moment}", f"--file={out}", f"--dbname={url}"]
            subprocess.run(command, check=True)  # noqa: S603 - our own command
        return out, contents
    out = folder / _SQLITE
    with closing(sqlite3.connect(site.folder / _SQLITE)) as source, closing(sqlite3.connect(out)) as target:
        source.backup(target)
    return out, contents_of_sqlite(out)


def _files(site: Site) -> dict[str, Path]:
    heads = site.logs / "audit-heads.jsonl"
    found = {"log/audit-heads.jsonl": heads} if heads.exists() else {}
    for folder in _FOLDERS:
        for path in sorted((site.folder / folder).rglob("*")):
            if path.is_file():
                found[path.relative_to(site.folder).as_posix()] = path
    return found


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
        dump, contents = _dump(site, Path(scratch))
        parts = {path.name: path for path in (dump, *(site.folder / name for name in _PARTS))} | _files(site)
        manifest = {
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": linli.__version__,
            "database": "postgresql" if site.config.database_url else "sqlite",
            "contents": contents,
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


def _restore_postgres(dump: Path, url: str | None) -> dict[str, Any]:
    if url is None:
        msg = (
            "备份来自 PostgreSQL：请用 DATABASE_URL 指明一个空数据库。"
            "The backup is of PostgreSQL: name an empty database by DATABASE_URL."
        )
        raise SiteError(msg)
    if contents_of_postgres(url)["rows"]:
        msg = "目标数据库不为空。The database to restore to is not empty."
        raise SiteError(msg)
    command = ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", str(dump)]
    subprocess.run(command, check=True)  # noqa: S603 - our own command
    dump.unlink()
    return contents_of_postgres(url)


def restore(archive: Path, folder: Path, database_url: str | None = None) -> dict[str, Any]:
    """Make a site again from a backup, in a folder that does not exist or is empty, and hold it against the manifest.

    Parameters
    ----------
    archive
        The archive; it is checked first.
    folder
        Where.
    database_url
        For a backup of PostgreSQL: an empty database to restore to. It is to be named to the site again.

    Returns
    -------
    dict
        The backup's manifest.

    Raises
    ------
    SiteError
        If the archive is damaged, the folder or database is not empty, or what was restored is not what was backed up.
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
    manifest = read_manifest(archive)
    if manifest["database"] == "postgresql":
        found = _restore_postgres(folder / _POSTGRES, database_url)
    else:
        found = contents_of_sqlite(folder / _SQLITE)
    differs = what_differs(manifest["contents"], found)
    if differs:
        msg = f"恢复的内容与备份不一致 differs: {', '.join(differs)}"
        raise SiteError(msg)
    return manifest
