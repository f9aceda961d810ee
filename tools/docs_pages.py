"""MkDocs hook: pages that are written from the code, so that they cannot drift from it, and formulas as MathML.

``schema.md`` comes from the layer schemas, ``rules.md`` from the catalogue, ``cli.md`` from the commands' help.
Formulas become MathML, which browsers draw by themselves: no script from anywhere.
"""

import re
from collections.abc import Callable

import click
import latex2mathml.converter
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from typer.cli import get_docs_for_click
from typer.main import get_command

from linli.cli.app import COMMANDS, app, load_command
from linli.rules.describe import describe_rules
from linli.survey.schema import describe_layers

BLOCK = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
INLINE = re.compile(r"(?<![\\$`])\$([^$`\n]+)\$")


def _schema() -> str:
    return f"# Data schema 数据结构\n\n{describe_layers('zh')}\n\n---\n\n{describe_layers('en')}\n"


def _rules() -> str:
    return f"# Rules 规则目录\n\n{describe_rules('zh')}\n\n---\n\n{describe_rules('en')}\n"


def _cli() -> str:
    command = get_command(app)
    command.commands = {name: load_command(name) for name in COMMANDS}
    with click.Context(command, info_name="linli") as context:
        return get_docs_for_click(obj=command, ctx=context, name="linli", title="Command line 命令")


PAGES: dict[str, Callable[[], str]] = {"schema.md": _schema, "rules.md": _rules, "cli.md": _cli}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the written pages to those on disk."""
    for name, write in PAGES.items():
        files.append(File.generated(config, name, content=write()))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Turn LaTeX between dollars into MathML."""
    block = BLOCK.sub(lambda m: latex2mathml.converter.convert(m[1].strip(), display="block"), markdown)
    # a line that begins with <math> would be taken for a block of its own
    return INLINE.sub(lambda m: f"<span>{latex2mathml.converter.convert(m[1].strip())}</span>", block)
