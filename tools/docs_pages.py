"""MkDocs hook: pages that are written from the code, so that they cannot drift from it.

``schema.md`` comes from the layer schemas, ``rules.md`` from the catalogue, ``cli.md`` from the commands' help.
"""

from collections.abc import Callable

import click
from linli.rules.describe import describe_rules
from linli.survey.schema import describe_layers
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from typer.main import get_command

from linli.cli.app import app


def _schema() -> str:
    return f"# Data schema 数据结构\n\n{describe_layers('zh')}\n\n---\n\n{describe_layers('en')}\n"


def _rules() -> str:
    return f"# Rules 规则目录\n\n{describe_rules('zh')}\n\n---\n\n{describe_rules('en')}\n"


def _cli() -> str:
    parts = ["# Command line 命令\n"]
    _command(get_command(app), "linli", parts)
    return "\n".join(parts)


def _command(command: click.Command, path: str, parts: list[str]) -> None:
    with click.Context(command, info_name=path) as context:
        level = "#" * min(path.count(" ") + 2, 4)
        parts.append(f"{level} {path}\n\n```text\n{command.get_help(context)}\n```\n")
        for name in getattr(command, "commands", {}):
            _command(command.commands[name], f"{path} {name}", parts)


PAGES: dict[str, Callable[[], str]] = {"schema.md": _schema, "rules.md": _rules, "cli.md": _cli}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the written pages to those on disk."""
    for name, write in PAGES.items():
        files.append(File.generated(config, name, content=write()))
    return files
