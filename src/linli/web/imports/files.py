"""What may be sent in: a workbook without macros, or a text table. The first two levels; what fails here is not kept.

Kinds are told by the content and not by the name alone; a name is shown and never used as a path.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from linli.errors import Problem
from linli.survey.messages import problem
from linli.survey.tabular import decode_text
from linli.survey.xlsx_guard import find_dangers, guard_workbook
from linli.web.imports.texts import fix_of
from linli.web.refusal import Refused
from linli.web.uploads import clean_name
from linli.web.words import current_language, say

__all__ = ["KINDS", "Sent", "check_file"]

KINDS = {"xlsx": "xlsx", "csv": "csv", "txt": "csv"}
"""What is taken, by ending."""
_OLD = frozenset({"xls", "et", "xlt", "ett"})
_MACROS = frozenset({"xlsm", "xltm", "xlsb", "xlam"})
_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that may be kept.

    Parameters
    ----------
    name
        Its name for people.
    kind
        ``xlsx`` or ``csv``.
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


def _refuse(problems: Sequence[Problem]) -> Refused:
    """Return the answer that says all that is wrong with a file, and what to do."""
    lang = current_language()
    said = [f"{one.message[lang]}{say('imports.word.stop')}{fix_of(one)[lang]}" for one in problems]
    return Refused("imports.refuse.file", "file", what=" ".join(said))


def _check_workbook(data: bytes, name: str) -> list[Problem]:
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        path = Path(folder) / "sent.xlsx"
        path.write_bytes(data)
        return guard_workbook(path, name) or find_dangers(path, name)


def _check_text(data: bytes, name: str, encoding: str) -> list[Problem]:
    decoded = decode_text(data, encoding)
    if decoded is None:
        return [problem("csv.encoding", file=name)]
    return [problem("csv.binary", file=name)] if "\0" in decoded[0] else []


def check_file(name: str, data: bytes, *, most_mb: int, encoding: str = "auto") -> Sent:
    """Say whether a file may be kept and looked into.

    Parameters
    ----------
    name
        As the sender calls it.
    data
        Its bytes.
    most_mb
        The largest that is taken, MB.
    encoding
        Of a text table, where the sender names one.

    Returns
    -------
    Sent
        With a clean name.

    Raises
    ------
    Refused
        If it is empty, too large, of another kind, called what it is not, has a password, holds macros, entities or
        paths that lead outside, or would unpack to an absurd size: with what to do about it.
    """
    clean = clean_name(name)
    ending = clean.rpartition(".")[2].lower()
    if not data:
        raise Refused("pages.refuse.file_empty", "file")
    if len(data) > most_mb * _MEBIBYTE:
        raise Refused("pages.refuse.file_large", "file", most=most_mb)
    if ending in _OLD:
        raise _refuse([problem("excel.old", file=clean)])
    if ending in _MACROS:
        raise _refuse([problem("excel.macros", file=clean)])
    if ending not in KINDS:
        raise _refuse([problem("file.unknown_kind", file=clean)])
    kind = KINDS[ending]
    found = _check_workbook(data, clean) if kind == "xlsx" else _check_text(data, clean, encoding)
    if found:
        raise _refuse(found)
    return Sent(clean, kind, data)
