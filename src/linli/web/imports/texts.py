"""The texts of findings: those of the survey's checks and of the template, never others.

One source for the template's help, the drop-down's warning, the finding on the page and the note in the marked-up cell.
"""

from __future__ import annotations

from collections.abc import Mapping

from linli.errors import Problem
from linli.survey.messages import problem_texts
from linli.survey.raw import target_column
from linli.survey.schema import Column, allowed_words, layer_schema

__all__ = ["allowed_of", "column_named", "fix_of", "help_of"]


def fix_of(problem: Problem) -> dict[str, str]:
    """Return what to do about a problem, said to somebody at a page: without declarations and commands."""
    text = problem_texts().get(problem.code)
    if text is None or text.online is None:
        return dict(problem.fix)
    return {"zh": text.online.zh, "en": text.online.en}


def column_named(layer: str, name: str) -> Column | None:
    """Return a layer's column by our name for it, or ``None`` if it has none of that name."""
    try:
        return target_column(layer_schema(layer), name)
    except KeyError:
        return None


def allowed_of(problem: Problem, column: Column | None) -> dict[str, str]:
    """Return what is allowed where a problem is: what the template says of the column.

    Parameters
    ----------
    problem
        The problem.
    column
        The column it is in; ``None`` = the row, or the file as a whole.

    Returns
    -------
    dict
        ``zh`` and ``en``; empty texts where nothing can be said. Of a value that is only hard to believe: the range
        that is not.
    """
    if column is None or (problem.code == "range.plausible" and problem.allowed):
        return {"zh": problem.allowed or "", "en": problem.allowed or ""}
    words = allowed_words(column)
    return {"zh": words.zh, "en": words.en}


def help_of(column: Column | None) -> Mapping[str, str]:
    """Return the column's help as the template gives it."""
    return {} if column is None else {"zh": column.help.zh, "en": column.help.en}
