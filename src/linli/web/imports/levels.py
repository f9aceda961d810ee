"""The levels of checking, each with a stated outcome, and which problem belongs to which.

*Level*: what is asked of a file in order. A file that fails at `size` or `content` is refused and not kept; one that
fails later is kept with everything that was found, and nothing of it is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from linli.errors import Problem

__all__ = ["LEVELS", "Level", "could_not_be_read", "level_of", "levels_of"]

LEVELS = ("size", "content", "sheets", "cells", "rows", "place", "ready")
"""In their order."""

_CONTENT = ("excel.", "file.", "csv.")
_SHEETS = ("sheet.", "table.", "heading.", "column.", "template.")
_PLACE = ("community.unknown", "place.beyond", "id.elsewhere", "record.closed", "places.")
_CELLS = ("cell.", "number.", "code.", "text.", "boolean.", "date.", "choice.", "type.", "value.", "range.",
          "area.zero", "csv.ragged", "places.long", "places.control", "places.cell")  # fmt: skip

_READING = ("cell.", "number.", "code.", "text.", "boolean.", "date.", "choice.", "type.", "csv.ragged",
            "geometry.wkt", "geometry.half")  # fmt: skip
"""Codes of problems by which something that was written could not be read."""
_READ_WELL = ("number.negative", "cell.merged_filled")


@dataclass(frozen=True, slots=True)
class Level:
    """A level and how it came out: ``passed``, ``warned``, ``failed`` or ``open`` (not reached)."""

    name: str
    outcome: str
    errors: int
    warnings: int

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)


def level_of(code: str) -> str:
    """Return the level at which a problem is found."""
    for level, codes in (("cells", _CELLS), ("place", _PLACE), ("content", _CONTENT), ("sheets", _SHEETS)):
        if code.startswith(codes):
            return level
    return "rows"


def could_not_be_read(code: str) -> bool:
    """Return whether a problem means that something that was written could not be read."""
    return code.startswith(_READING) and code not in _READ_WELL


def levels_of(problems: Iterable[Problem], *, is_readable: bool) -> Sequence[Level]:
    """Return every level with its outcome.

    Parameters
    ----------
    problems
        All that were found.
    is_readable
        Whether any table could be read; if not, what comes after `sheets` was not reached.

    Returns
    -------
    sequence of Level
        In the order of `LEVELS`; the last one is passed if no level failed.
    """
    errors, warnings = dict.fromkeys(LEVELS, 0), dict.fromkeys(LEVELS, 0)
    for one in problems:
        (errors if one.severity == "error" else warnings)[level_of(one.code)] += 1
    found = []
    for name in LEVELS[:-1]:
        reached = is_readable or name in LEVELS[:3]
        outcome = "failed" if errors[name] else "warned" if warnings[name] else "passed"
        found.append(Level(name, outcome if reached else "open", errors[name], warnings[name]))
    failed = any(level.outcome in ("failed", "open") for level in found)
    return [*found, Level("ready", "open" if failed else "passed", 0, 0)]
