"""The words of every problem that the survey can find.

What belongs here: turning a code and the facts of one case into a `Problem`. The words themselves, their severity and
the fix are data: `problems/*.yaml`, one entry for each code, so that the docs, the tests and the marked-up workbook say
the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from linli.errors import Problem
from linli.strictyaml import read_yaml
from linli.survey.schema import Words

__all__ = ["ProblemText", "bilingual", "problem", "problem_texts", "thin"]

_VALUE_LENGTH = 80


class ProblemText(BaseModel):
    """The words of one kind of problem; braces are filled with the facts of a case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    severity: Literal["error", "warning"]
    message: Words
    fix: Words
    online: Words | None = None
    """What to do where there is neither a declaration nor a command line, if `fix` speaks of them."""


@cache
def problem_texts() -> Mapping[str, ProblemText]:
    """Return the words of every problem by its code.

    Raises
    ------
    RuntimeError
        If a file of words that came with the package is broken.
    """
    texts: dict[str, ProblemText] = {}
    with as_file(files("linli.survey") / "problems") as folder:
        for path in sorted(folder.glob("*.yaml")):
            read = read_yaml(path)
            if read.problems:
                raise RuntimeError(read.problems[0].text())
            texts |= {code: ProblemText.model_validate(body) for code, body in read.data.items()}
    return MappingProxyType(texts)


def bilingual(zh: Any, en: Any) -> Words:
    """Return a fact that is said differently in the two languages."""
    return Words(zh=str(zh), en=str(en))


def problem(
    code: str,
    *,
    file: str | None = None,
    layer: str | None = None,
    row: int | None = None,
    column: str | None = None,
    value: Any = None,
    allowed: str | None = None,
    **facts: Any,
) -> Problem:
    """Return the problem of that code with its words filled in.

    Parameters
    ----------
    code
        One of `problem_texts`.
    file, layer, row, column, value, allowed
        As in `Problem`.
    **facts
        What the words need; a `Words` is taken in the language of the text.

    Raises
    ------
    KeyError
        If there is no such code or a fact is missing.
    """
    text = problem_texts()[code]
    return Problem(
        code=code,
        severity=text.severity,
        message=_fill(text.message, facts),
        fix=_fill(text.fix, facts),
        file=file,
        layer=layer,
        row=row,
        column=column,
        value=None if value is None else _short(value),
        allowed=allowed,
    )


def _fill(words: Words, facts: Mapping[str, Any]) -> dict[str, str]:
    return {
        lang: getattr(words, lang).format(
            **{name: getattr(fact, lang) if isinstance(fact, Words) else fact for name, fact in facts.items()}
        )
        for lang in ("zh", "en")
    }


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _VALUE_LENGTH else text[: _VALUE_LENGTH - 1] + "…"


def thin(problems: Iterable[Problem], limit: int) -> tuple[Problem, ...]:
    """Keep at most `limit` problems of each code, layer and column; the last kept one says how many there were.

    Parameters
    ----------
    problems
        In the order in which they were found.
    limit
        ≥ 1.
    """
    groups: dict[tuple[str, str | None, str | None, str | None], list[Problem]] = {}
    for one in problems:
        groups.setdefault((one.code, one.file, one.layer, one.column), []).append(one)
    kept: list[Problem] = []
    for group in groups.values():
        kept += group[:limit]
        if len(group) > limit:
            last = kept[-1]
            note = {"zh": f"（此类共 {len(group)} 处）", "en": f" ({len(group)} of this kind in total)"}
            kept[-1] = replace(last, message={lang: last.message[lang] + note[lang] for lang in note})
    return tuple(kept)
