"""Looking into a workbook before it is opened: is it one at all, is it safe, and which cells say less than they seem.

What belongs here: everything that has to be known from the packed file itself, because the reader of the cells would
not tell: an old ``.xls`` under a new name, a password, a zip bomb, a stray cell a million rows down, formulas that
were never calculated, and cells that hold ``#N/A``.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from linli.errors import Problem
from linli.survey.messages import problem

__all__ = ["SheetScan", "find_dangers", "guard_workbook", "scan_sheets"]

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""First bytes of old Office files, and of encrypted new ones."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK"
_MEBIBYTE = 1 << 20
_MOST_UNPACKED = 1024 * _MEBIBYTE
_MOST_IN_ONE_PART = 512 * _MEBIBYTE
_SMALL = 64 * _MEBIBYTE
_MOST_RATIO = 200
"""Beyond `_SMALL`, a part that unpacks to more than this many times its size is a bomb; workbooks stay below 30."""
_MOST_PARTS = 10_000
_MACROS = ("vbaproject.bin", "macrosheets/", "xlmacro")
_ENTITIES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
"""How a part would have to begin that declares entities; no program that writes workbooks does."""
_PIECE = 1 << 20
_MOST_CELLS = 30_000_000
"""Rows × columns that a sheet may span."""

_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_CELL_COLUMN = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)\d+"')
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)<")
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What a sheet's own text says.

    Parameters
    ----------
    rows, columns
        Number of the last row and the last column.
    broken
        Cells without a usable value: row (1-based), column (0-based), code of the problem, value shown.
    """

    rows: int
    columns: int
    broken: tuple[tuple[int, int, str, str | None], ...]


def _is_outside(name: str) -> bool:
    """Whether a part's name leads out of the archive."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name


def _declares_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part of XML declares entities, wherever in it; it is read piece by piece."""
    if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
        return False
    before = b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            if any(mark in before + piece for mark in _ENTITIES):
                return True
            before = piece[-2 * len(_ENTITIES[0]) :]
    return False


def find_dangers(path: Path, name: str) -> list[Problem]:
    """Return what a workbook that is sent in by others must not hold: macros, entities, parts that lead outside.

    Parameters
    ----------
    path
        A file that `guard_workbook` let pass.
    name
        What to call it in messages.

    Returns
    -------
    list of Problem
        One for each kind of danger.
    """
    found: list[Problem] = []
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if any(_is_outside(part.filename) for part in parts):
                found.append(problem("excel.paths", file=name))
            if any(mark in part.filename.lower() for part in parts for mark in _MACROS):
                found.append(problem("excel.macros", file=name))
            if any(_declares_entities(archive, part) for part in parts):
                found.append(problem("excel.entities", file=name))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError):
        found.append(problem("excel.damaged", file=name))
    except (RuntimeError, NotImplementedError):
        found.append(problem("excel.encrypted", file=name))
    return found


def _opened(book: Path | bytes) -> Path | BytesIO:
    """Return a workbook as `zipfile` takes it."""
    return BytesIO(book) if isinstance(book, bytes) else book


def _content(book: Path | bytes) -> bytes:
    return book if isinstance(book, bytes) else book.read_bytes()


def _head(book: Path | bytes) -> bytes:
    if isinstance(book, bytes):
        return book[: len(_OLE)]
    with book.open("rb") as stream:
        return stream.read(len(_OLE))


def guard_workbook(book: Path | bytes, name: str) -> list[Problem]:
    """Return why a file must not be opened as a workbook; nothing if it may.

    Parameters
    ----------
    book
        The file, or its content where it must not be written anywhere.
    name
        What to call it in messages.
    """
    head = _head(book)
    if not head:
        return [problem("file.empty", file=name)]
    if head == _OLE:
        return [problem("excel.encrypted" if _ENCRYPTED in _content(book) else "excel.old", file=name)]
    if not head.startswith(_ZIP):
        return [problem("excel.not_workbook", file=name)]
    try:
        with zipfile.ZipFile(_opened(book)) as archive:
            parts = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                return [problem("excel.not_workbook", file=name)]
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError):
        return [problem("excel.damaged", file=name)]
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        return [problem("excel.bomb", file=name)]
    for part in parts:
        packed = max(part.compress_size, 1)
        too_dense = part.file_size > _SMALL and part.file_size / packed > _MOST_RATIO
        if too_dense or part.file_size > _MOST_IN_ONE_PART:
            return [problem("excel.bomb", file=name)]
    return []


def _sheet_parts(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Return the part inside the archive for every sheet by its name."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    strict = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    targets = {
        element.get("Id"): element.get("Target", "")
        for element in fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    book = fromstring(archive.read("xl/workbook.xml"))
    sheets = [*book.iter(f"{main}sheet"), *book.iter(f"{strict}sheet")]
    parts = {}
    for sheet in sheets:
        target = targets.get(sheet.get(relation), "")
        parts[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - ord("A") + 1
    return number


def _broken_cells(xml: bytes) -> tuple[tuple[int, int, str, str | None], ...]:
    """Find formulas that were never calculated and cells that hold an error."""
    if _FORMULA.search(xml) is None and b't="e"' not in xml:
        return ()
    broken = []
    for match in _CELL.finditer(xml):
        attributes, inside = match.group(1), match.group(2) or b""
        is_error = b't="e"' in attributes
        value = _VALUE.search(inside)
        uncalculated = _FORMULA.search(inside) is not None and value is None and b't="str"' not in attributes
        reference = _REFERENCE.search(attributes)
        if (is_error or uncalculated) and reference is not None:
            code = "cell.error" if is_error else "cell.formula"
            shown = value.group(1).decode("utf-8", "replace") if value else None
            broken.append((int(reference.group(2)), _column_number(reference.group(1)) - 1, code, shown))
    return tuple(broken)


def _scan(xml: bytes) -> SheetScan:
    last = max(xml.rfind(b"<row"), xml.rfind(b"<", 0, max(xml.rfind(b":row "), 0)))
    row = _ROW.search(xml, last) if last >= 0 else None
    widest = max((_column_number(letters) for letters in set(_CELL_COLUMN.findall(xml))), default=0)
    return SheetScan(int(row.group(1)) if row else 0, widest, _broken_cells(xml))


def scan_sheets(book: Path | bytes, name: str) -> tuple[dict[str, SheetScan], list[Problem]]:
    """Scan every sheet of a workbook that `guard_workbook` let pass.

    Parameters
    ----------
    book
        The file, or its content.
    name
        What to call it in messages.

    Returns
    -------
    tuple
        Scans by the sheet's name, and problems: a sheet that spans far too much, a file that is damaged.
    """
    scans: dict[str, SheetScan] = {}
    problems: list[Problem] = []
    try:
        with zipfile.ZipFile(_opened(book)) as archive:
            for sheet, part in _sheet_parts(archive).items():
                if part not in archive.namelist():
                    continue
                xml = archive.read(part)
                if b"<!DOCTYPE" in xml:  # no program that writes workbooks declares entities
                    problems.append(problem("excel.damaged", file=name, layer=sheet))
                    continue
                scans[sheet] = scan = _scan(xml)
                if scan.rows * scan.columns > _MOST_CELLS:
                    size = f"{scan.rows:,} × {scan.columns:,}"
                    problems.append(problem("excel.huge_sheet", file=name, layer=sheet, size=size))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, ParseError, DefusedXmlException):
        problems.append(problem("excel.damaged", file=name))
    except (RuntimeError, NotImplementedError):
        # zip's own password, or a way of packing that is not for workbooks
        problems.append(problem("excel.encrypted", file=name))
    return scans, problems
