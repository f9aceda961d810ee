"""The door for files from data departments: what they are, whether they may be opened, whether they are about persons.

A file is told by its content; its name is shown and never used as a path. Everything is looked at before a reader opens
it: how large it would be unpacked, what a zip holds, what a workbook hides. A file with columns about persons is sent
back and nothing of it is kept.
"""

from __future__ import annotations

import shutil
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyogrio.errors
from python_calamine import CalamineError, CalamineWorkbook

from linli.errors import InputError
from linli.survey.raw import file_sha256
from linli.survey.tabular import decode_text
from linli.survey.xlsx_guard import find_dangers, guard_workbook
from linli.web.refusal import Refused
from linli.web.surveys.personal import personal_headings
from linli.web.uploads import clean_name

__all__ = ["ENDINGS", "Received", "receive"]

ENDINGS = ("xlsx", "csv", "gpkg", "geojson", "parquet", "zip")
"""Kinds of files that are taken; a zip holds one Shapefile."""

_ALIASES = {"txt": "csv", "json": "geojson", "geoparquet": "parquet"}
_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED = (".shp", ".shx", ".dbf")
_MEBIBYTE = 1024 * 1024
_MOST_UNPACKED = 2048 * _MEBIBYTE
_MOST_RATIO = 300
_SMALL = 64 * _MEBIBYTE
_MOST_ENTRIES = 200
_MOST_ROWS = 5_000_000
_HEAD = 256 * 1024
_ROWS_LOOKED_AT = 20
_SQLITE, _PARQUET, _ZIP = b"SQLite format 3\x00", b"PAR1", b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that may be read.

    Parameters
    ----------
    name
        What its sender calls it.
    path
        Where it is; of a zip, the Shapefile that was in it.
    sha256
        Of the file as it was sent.
    """

    name: str
    path: Path
    sha256: str


def _refuse(key: str, **values: Any) -> Refused:
    return Refused(f"surveys.refuse.{key}", "file", **values)


def _write(chunks: Iterable[bytes], path: Path, most_mb: int) -> None:
    size = 0
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > most_mb * _MEBIBYTE:
                raise Refused("pages.refuse.file_large", "file", most=most_mb)
            file.write(chunk)
    if not size:
        raise Refused("pages.refuse.file_empty", "file")


def _kind(path: Path, ending: str) -> str:
    """Return what a file's content says it is; a text is what its ending says."""
    with path.open("rb") as file:
        head = file.read(len(_SQLITE))
    if head == _SQLITE:
        return "gpkg"
    if head.startswith(_PARQUET):
        return "parquet"
    if ending == "xlsx":  # what it is instead, and what to do about it, is told by the guard of workbooks
        return "xlsx"
    if head.startswith(_ZIP):
        return "zip"
    return ending if ending in ("csv", "geojson") else ""


def _guard_workbook(path: Path, name: str) -> None:
    # As the problems name it: what is wrong with it, and what to do about it.
    problems = guard_workbook(path, name) or find_dangers(path, name)
    if problems:
        raise InputError(problems)


def _guard_zip(path: Path) -> None:
    """Refuse what is no zip of one Shapefile, and what would be far too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        raise _refuse("zip_broken") from None
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refuse("zip_locked")
    for entry in entries:
        dense = entry.file_size > _SMALL and entry.file_size > _MOST_RATIO * max(entry.compress_size, 1)
        if dense or entry.file_size > _MOST_UNPACKED:
            raise Refused("pages.refuse.file_bomb", "file")
    if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
        raise Refused("pages.refuse.file_bomb", "file")


def _unpack_shapefile(path: Path, folder: Path) -> Path:
    """Unpack the one Shapefile of a zip under a name of ours: the names inside are never used as paths."""
    _guard_zip(path)
    with zipfile.ZipFile(path) as archive:
        by_stem: dict[str, dict[str, zipfile.ZipInfo]] = {}
        for entry in archive.infolist():
            inner = PurePosixPath(entry.filename.replace("\\", "/"))
            ending = inner.suffix.lower()
            hidden = "__MACOSX" in inner.parts or inner.name.startswith(".")
            if ending in _SHAPEFILE and not entry.is_dir() and not hidden:
                by_stem.setdefault(str(inner.with_suffix("")), {})[ending] = entry
        whole = [parts for parts in by_stem.values() if all(ending in parts for ending in _NEEDED)]
        if len(whole) != 1:
            raise _refuse("zip_shapefile", n=len(whole))
        for ending, entry in whole[0].items():
            with archive.open(entry) as source, (folder / f"layer{ending}").open("xb") as target:
                _copy(source, target, entry.file_size)
    return folder / "layer.shp"


def _copy(source: Any, target: Any, said: int) -> None:
    """Copy as much as the zip's directory says and refuse if there is more: the directory may lie."""
    left = said
    while chunk := source.read(_MEBIBYTE):
        left -= len(chunk)
        if left < 0:
            raise Refused("pages.refuse.file_bomb", "file")
        target.write(chunk)


def _guard_parquet(path: Path) -> None:
    try:
        about = pq.read_metadata(path)
        unpacked = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
    except (pa.ArrowException, OSError):
        raise _refuse("unreadable") from None
    if unpacked > _MOST_UNPACKED or about.num_rows > _MOST_ROWS:
        raise Refused("pages.refuse.file_bomb", "file")


def _cells_of_workbook(path: Path) -> list[str]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        rows = [row for sheet in sheets for row in sheet.to_python(nrows=_ROWS_LOOKED_AT)]
    except (CalamineError, OSError, ValueError):
        raise _refuse("unreadable") from None
    return [str(cell) for row in rows for cell in row if isinstance(cell, str)]


def _cells_of_text(path: Path) -> list[str]:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refuse("no_text")
    # The piece may end within a character: the last line is left out.
    decoded = decode_text(head.rpartition(b"\n")[0] or head)
    lines = decoded[0].splitlines()[:_ROWS_LOOKED_AT] if decoded else []
    return [cell.strip(' "\t') for line in lines for cell in line.replace("\t", ",").replace(";", ",").split(",")]


def _cells_of_map(path: Path) -> list[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what GDAL finds odd is told when the file is read
            layers = [str(row[0]) for row in pyogrio.list_layers(path)]
            infos = [pyogrio.read_info(path, layer=layer, encoding="ISO-8859-1") for layer in layers]
        return [str(name) for info in infos for name in info["fields"]]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, RuntimeError, OSError):
        raise _refuse("unreadable") from None


def _decoded(names: list[str]) -> list[str]:
    """Return headings of a Shapefile as they may be meant: its texts are UTF-8 or GB18030."""
    raw = [name.encode("ISO-8859-1", "ignore") for name in names]
    return [text for name in raw for text in (name.decode("utf-8", "ignore"), name.decode("gb18030", "ignore"))]


def _headings(path: Path, kind: str) -> list[str]:
    if kind == "xlsx":
        return _cells_of_workbook(path)
    if kind == "csv":
        return _cells_of_text(path)
    if kind == "parquet":
        return list(pq.read_schema(path).names)
    names = _cells_of_map(path)
    return [*names, *_decoded(names)]


def receive(name: str, chunks: Iterable[bytes], folder: Path, *, most_mb: int) -> Received:
    """Take a file in, if it may be opened and holds nothing about persons.

    Parameters
    ----------
    name
        As its sender calls it.
    chunks
        Its content.
    folder
        Where to put it; made here, and removed if the file is refused.
    most_mb
        The largest that is taken, MB.

    Returns
    -------
    Received
        Ready to be read.

    Raises
    ------
    Refused
        If it is empty, too large, of another kind, not what its name says, blown up when unpacked, or about persons.
    InputError
        If it is a workbook that must not be opened.
    """
    clean = clean_name(name)
    ending = clean.rpartition(".")[2].lower()
    ending = _ALIASES.get(ending, ending)
    if ending not in ENDINGS:
        raise _refuse("kind", allowed=", ".join(ENDINGS))
    folder.mkdir(parents=True)
    try:
        return _receive(clean, ending, chunks, folder, most_mb)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _receive(clean: str, ending: str, chunks: Iterable[bytes], folder: Path, most_mb: int) -> Received:
    path = folder / f"sent.{ending}"
    _write(chunks, path, most_mb)
    kind = _kind(path, ending)
    if kind != ending:
        raise _refuse("not_what_it_says", name=clean)
    digest = file_sha256(path)
    if kind == "xlsx":
        _guard_workbook(path, clean)
    elif kind == "parquet":
        _guard_parquet(path)
    elif kind == "zip":
        unpacked = _unpack_shapefile(path, folder)
        path.unlink()
        path = unpacked
    found = personal_headings(_headings(path, kind))
    if found:
        raise _refuse("personal", columns="、".join(found))
    return Received(clean, path, digest)
