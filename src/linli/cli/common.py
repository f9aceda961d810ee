"""What every command shares: language, consoles, progress, and how problems end a command."""

from __future__ import annotations

import json
import locale
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from linli.errors import InputError, LinliError, Problem, RuleFileError, summarise

__all__ = [
    "YOURS",
    "JsonOption",
    "LangOption",
    "Language",
    "console",
    "default_language",
    "errors",
    "progress_bar",
    "show_error",
    "show_json",
    "show_problems",
]

console = Console()
errors = Console(stderr=True)


class Language(StrEnum):
    """The languages of messages."""

    zh = "zh"
    en = "en"


def default_language() -> Language:
    """Return Chinese where the machine speaks Chinese, else English."""
    said = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return Language.zh if said.lower().startswith(("zh", "chinese")) else Language.en


YOURS = default_language()
"""The default of `LangOption`."""

LangOption = Annotated[
    Language,
    typer.Option("--lang", help="Language of messages.", show_default="the machine's"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of text for people.")]


def show_json(data: Any) -> None:
    """Print data as JSON on standard output, dates and paths as text."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def show_problems(problems: Iterable[Problem], lang: Language) -> None:
    """Write problems to standard error, at most five of each kind, with the totals."""
    text = summarise(problems, lang.value)
    if text:
        errors.print(text, markup=False, highlight=False, soft_wrap=True)


def show_error(error: LinliError, lang: Language) -> None:
    """Write one of our errors to standard error: every problem it carries, or its message."""
    if isinstance(error, InputError | RuleFileError):
        show_problems(error.problems, lang)
    else:
        errors.print(f"✗ {error}", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float | None], None]]:
    """Show a progress bar on standard error while the block runs; yield the function that moves it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def move(text: str, done: float | None = None) -> None:
            bar.update(task, description=text, completed=done or 0.0, total=None if done is None else 1.0)

        yield move
