"""What people send in: only kinds of files that are asked for, told by their content and not by their name.

A name is shown but never used as a path. Photos and documents are kept as sent, under the hash of their content.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath

from linli.web.refusal import Refused

__all__ = ["KINDS", "Upload", "check_upload", "clean_name"]

KINDS = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Kinds of files that are taken, by ending."""

PHOTOS = frozenset({"jpg", "png"})

_MAGIC = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST = 120
_UNPACKED_TIMES = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be kept.

    Parameters
    ----------
    name
        Its name for people, without folders and control characters.
    kind
        A key of `KINDS`, as its content says.
    data
        Its bytes.
    """

    name: str
    kind: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Hash of the content."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def is_photo(self) -> bool:
        """Whether it is a picture."""
        return self.kind in PHOTOS


def _office_kind(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return None
    if unpacked > _UNPACKED_TIMES * len(data):
        raise Refused("pages.refuse.file_bomb", "file")
    return next((kind for kind, part in _OFFICE.items() if part in names), None)


def _kind_of(data: bytes) -> str | None:
    for kind, magic in _MAGIC.items():
        if data.startswith(magic):
            return kind
    return _office_kind(data) if data.startswith(b"PK\x03\x04") else None


def clean_name(name: str) -> str:
    """Return a file's name for people: without folders and control characters."""
    bare = PureWindowsPath(PurePosixPath(name).name).name
    stem, dot, ending = _UNSAFE.sub("", bare).strip(" .").rpartition(".")
    return f"{stem[:_LONGEST]}{dot}{ending[:10]}" or "file"


def check_upload(name: str, data: bytes, *, most_mb: int, photos_only: bool = False) -> Upload:
    """Say whether a file may be kept.

    Parameters
    ----------
    name
        As the sender calls it.
    data
        Its bytes.
    most_mb
        The largest that is taken, MB.
    photos_only
        Whether it must be a picture.

    Returns
    -------
    Upload
        With a clean name.

    Raises
    ------
    Refused
        If it is empty, too large, of another kind, called what it is not, or blown up when unpacked.
    """
    if not data:
        raise Refused("pages.refuse.file_empty", "file")
    if len(data) > most_mb * 1024 * 1024:
        raise Refused("pages.refuse.file_large", "file", most=most_mb)
    kind, clean = _kind_of(data), clean_name(name)
    allowed = sorted(PHOTOS) if photos_only else list(KINDS)
    if kind is None or kind not in allowed:
        raise Refused("pages.refuse.file_kind", "file", allowed=", ".join(allowed))
    ending = clean.rpartition(".")[2].lower().replace("jpeg", "jpg")
    if ending != kind:
        raise Refused("pages.refuse.file_name", "file", kind=kind, name=clean)
    return Upload(clean, kind, data)
