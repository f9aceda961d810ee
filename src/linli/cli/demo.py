"""The command `linli demo`: an invented district, taken round the loop."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from linli.cli.common import YOURS, JsonOption, LangOption, progress_bar
from linli.cli.run import show_run
from linli.pipeline import run
from linli.survey.demo import write_demo

__all__ = ["app"]

app = typer.Typer()


@app.command()
def demo(
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the demo city and its report.")] = Path("out"),
    seed: Annotated[int, typer.Option(help="Another seed makes another city.")] = 1,
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Make the demo city (an invented district, two rounds a year apart), assess it and write its report.

    Example: `linli demo -o out`
    """
    data = out / "demo"
    with progress_bar() as progress:
        progress({"zh": "生成示范城区", "en": "making the demo city"}[lang], None)
        shutil.rmtree(data, ignore_errors=True)
        write_demo(data, seed=seed)
        result = run(data / "round-2" / "linli.yaml", out / "report", progress=progress)
    show_run(result, lang, as_json=as_json)
