"""The root of the command line: `linli`.

Commands are loaded when they are asked for: `linli --help` need not wait for what assessing needs.

Exit codes: 0 done; 1 something in the data, the declaration or the rules is wrong; 2 wrong usage; 3 a fault of ours.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import traceback
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import linli
from linli.cli.common import Language, default_language, errors, show_error
from linli.errors import LinliError

__all__ = ["COMMANDS", "app", "load_command", "main"]

INTERNAL_FAULT = 3
"""Exit code when the fault is in Linli, not in what it was given."""

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Make the demo city and take it round the whole loop: two rounds, a plan, what changed."),
    "init": ("init", "Write a commented linli.yaml into a folder."),
    "run": ("run", "Do the whole job of an assessment: read, check, freeze, assess, report."),
    "survey": ("survey", "调查 Survey: template, check, freeze, show."),
    "assess": ("assess", "评估 Assess a frozen survey and write the tables (Parquet and JSON)."),
    "explain": ("explain", "评估 Say where a result comes from: rows, distances, clause, options."),
    "improve": ("improve", "提升 Choose what to build, convert and re-allocate, with which money, in which year."),
    "compare": ("compare", "反馈 Put two rounds side by side: what changed, for whom, what the plan explains."),
    "serve": ("serve", "The web floor in the browser: `linli site init CITY --demo`, then `linli serve CITY`."),
    "site": ("site", "The web floor: make a site, administrators, backups, doctor, worker."),
    "audit": ("audit", "The web floor: check a site's audit trail."),
    "rules": ("rules", "标准 Rules: list, show, check a pack."),
}
"""Each command: its module in `linli.cli`, whose `app` it is, and its line in the help."""


def load_command(name: str) -> Any:
    """Load one command.

    Parameters
    ----------
    name
        One of `COMMANDS`.

    Returns
    -------
    TyperCommand or TyperGroup
        Ready to run.

    Raises
    ------
    KeyError
        If there is no such command.
    """
    module, _ = COMMANDS[name]
    command = typer.main.get_command(importlib.import_module(f"linli.cli.{module}").app)
    command.name = name
    return command


class _Lazy(TyperGroup):
    """Lists commands by their lines of help, and loads the one that runs."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name in COMMANDS else command, rest


app = typer.Typer(
    name="linli",
    cls=_Lazy,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Linli 邻里: survey, assess and improve complete communities (完整社区). Start with `linli demo`.",
)


def _line(name: str, text: str) -> None:
    """Stand for a command in the help."""

    @app.command(name, help=text)
    def listed() -> None:
        raise NotImplementedError


for _name, (_, _text) in COMMANDS.items():
    _line(_name, _text)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"linli {linli.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Linli 邻里: survey, assess and improve complete communities (完整社区). Start with `linli demo`."""


def main() -> None:
    """Run the command line; our errors end it with their text, a fault of ours with a file to send."""
    try:
        app()
    except LinliError as error:
        show_error(error, _language_said())
        sys.exit(1)
    except Exception:  # noqa: BLE001 (the last gate: nobody should see a traceback)
        with tempfile.NamedTemporaryFile("w", prefix="linli-", suffix=".log", delete=False, encoding="utf-8") as log:
            log.write(f"linli {linli.__version__}\n{sys.argv}\n{traceback.format_exc()}")
        said = {
            "zh": f"程序内部出错，不是您的数据的问题。详情已写入 {log.name}，请发给开发者。",
            "en": f"Something went wrong inside Linli. Details are in {log.name}; please send it to its developers.",
        }
        errors.print(said[_language_said()], markup=False, highlight=False, soft_wrap=True)
        sys.exit(INTERNAL_FAULT)


def _language_said() -> Language:
    for flag, value in zip(sys.argv, [*sys.argv[1:], ""], strict=True):
        if flag == "--lang" and value in set(Language):
            return Language(value)
    return default_language()
