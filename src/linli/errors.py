"""Everything Linli raises, and the one record that describes a problem in a user's data.

::

    LinliError(Exception)                 base: catch this to catch all of ours
    ├── InputError(ValueError)            a user's file or table is wrong; carries every Problem found
    │   └── ConfigError                   the dataset declaration (linli.yaml) is wrong
    ├── RuleError(ValueError)             the rules catalogue is wrong or is asked for what it does not hold
    │   ├── RuleFileError                 a catalogue or pack file is broken; carries every Problem found
    │   ├── UnknownRuleError(LookupError) no rule, value or date of that name
    │   └── UnsetValueError(LookupError)  the value is known to exist but nobody published it: fill it in a pack
    ├── SnapshotError(ValueError)         a snapshot is missing, half-made or was changed after freezing
    ├── CrsError(ValueError)              coordinates are not in the system that is needed
    └── FontError(RuntimeError)           no font on this machine can print Chinese

A *problem* names the file, the sheet or layer, the row, the column, the value found, what is allowed and the fix.
Problems are collected, never raised one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

__all__ = [
    "ConfigError",
    "CrsError",
    "FontError",
    "InputError",
    "LinliError",
    "Problem",
    "RuleError",
    "RuleFileError",
    "Severity",
    "SnapshotError",
    "UnknownRuleError",
    "UnsetValueError",
    "summarise",
]

Severity = Literal["error", "warning"]
Language = Literal["zh", "en"]

SHOWN = 5
"""How many problems of one kind are written out before «… (n in total)»."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one place in a user's data.

    Parameters
    ----------
    code
        Dotted name of the check, e.g. ``area.negative``; the same in tests, docs and the marked-up workbook.
    severity
        ``error`` refuses the data; ``warning`` is kept in the snapshot.
    message
        What is wrong, as ``{"zh": …, "en": …}``.
    fix
        What to do about it, as ``{"zh": …, "en": …}``.
    file, layer, row, column
        Where: file name, sheet or layer, 1-based row as the user's program shows it (header = row 1), column name as
        the user wrote it. ``None`` where it does not apply.
    value
        The value found, as text; ``None`` where it does not apply.
    allowed
        What is allowed, in short: ``≥ 0``, ``in_use | suspended``; ``None`` where it does not apply.
    """

    code: str
    severity: Severity
    message: dict[str, str]
    fix: dict[str, str]
    file: str | None = None
    layer: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    allowed: str | None = None

    def place(self, lang: Language = "en") -> str:
        """Return where the problem is, e.g. ``survey.xlsx, sheet 设施, row 12, column 面积``."""
        words = _PLACE[lang]
        parts = [
            self.file,
            words["layer"].format(self.layer) if self.layer else None,
            words["row"].format(self.row) if self.row is not None else None,
            words["column"].format(self.column) if self.column else None,
        ]
        return words["join"].join(part for part in parts if part)

    def text(self, lang: Language = "en") -> str:
        """Return the whole problem as one line in the language asked for."""
        words = _PLACE[lang]
        parts = [self.place(lang), words["colon"] if self.place(lang) else "", self.message[lang]]
        if self.value is not None:
            parts.append(words["value"].format(self.value))
        if self.allowed is not None:
            parts.append(words["allowed"].format(self.allowed))
        parts.append(words["fix"].format(self.fix[lang]))
        return "".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary with every field."""
        return {name: getattr(self, name) for name in self.__slots__}


_PLACE: dict[str, dict[str, str]] = {
    "en": {
        "layer": "layer {}",
        "row": "row {}",
        "column": "column {}",
        "join": ", ",
        "colon": ": ",
        "value": "; found «{}»",
        "allowed": "; allowed: {}",
        "fix": ". {}",
    },
    "zh": {
        "layer": "图层 {}",
        "row": "第 {} 行",
        "column": "列 {}",
        "join": "，",
        "colon": "：",
        "value": "；实际为「{}」",
        "allowed": "；允许：{}",
        "fix": "。{}",
    },
}


def summarise(problems: Iterable[Problem], lang: Language = "en", shown: int = SHOWN) -> str:
    """Write problems as lines, at most `shown` of each code, then «… (n in total)».

    Parameters
    ----------
    problems
        The problems, in the order in which they were found.
    lang
        ``zh`` or ``en``.
    shown
        How many of each code to write out, ≥ 1.

    Returns
    -------
    str
        One line a problem; empty if there is none.
    """
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    lines: list[str] = []
    for code, group in by_code.items():
        mark = {"error": "✗", "warning": "!"}[group[0].severity]
        lines += [f"{mark} [{code}] {problem.text(lang)}" for problem in group[:shown]]
        if len(group) > shown:
            total = {"en": f"  … ({len(group)} in total)", "zh": f"  …（共 {len(group)} 处）"}[lang]
            lines.append(total)
    return "\n".join(lines)


class LinliError(Exception):
    """Base of everything Linli raises on purpose."""


class InputError(LinliError, ValueError):
    """A user's file or table is wrong; `problems` holds everything found, warnings included."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(summarise(problem for problem in self.problems if problem.severity == "error"))


class ConfigError(InputError):
    """The dataset declaration (linli.yaml) is wrong."""


class RuleError(LinliError, ValueError):
    """The rules catalogue is wrong or is asked for what it does not hold."""


class RuleFileError(RuleError):
    """A catalogue or pack file is broken; `problems` holds everything found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(summarise(self.problems))


class UnknownRuleError(RuleError, LookupError):
    """No rule of that name, no value of that name in the rule, or no value in force on that date."""


class UnsetValueError(RuleError, LookupError):
    """The value exists but nobody published it; the message names the setting to fill in a pack."""


class SnapshotError(LinliError, ValueError):
    """A snapshot is missing, half-made, or was changed after it was frozen."""


class CrsError(LinliError, ValueError):
    """Coordinates are not in the coordinate system that is needed."""


class FontError(LinliError, RuntimeError):
    """No font on this machine can print Chinese; the message says which package to install."""
