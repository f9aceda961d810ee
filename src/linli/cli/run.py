"""The command `linli run`: from a declaration to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from linli.cli.common import YOURS, JsonOption, LangOption, Language, console, progress_bar, show_json, show_problems
from linli.pipeline import RunResult, read_config, run

__all__ = ["app", "show_run"]

app = typer.Typer()


@app.command()
def run_command(
    config: Annotated[Path, typer.Argument(help="The dataset's linli.yaml.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the results.")] = Path("out"),
    pdf: Annotated[
        bool | None, typer.Option("--pdf/--no-pdf", help="Make PDF files; as linli.yaml says if left out.")
    ] = None,
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Do the whole job of an assessment: read, check, freeze, assess, report.

    Example: `linli run examples/las_palmas/linli.yaml -o out/las_palmas`
    """
    report = None
    if pdf is not None:
        report = read_config(config).report.model_copy(update={"pdf": pdf})
    with progress_bar() as progress:
        result = run(config, out, progress=progress, report=report)
    show_run(result, lang, as_json=as_json)


def show_run(result: RunResult, lang: Language, *, as_json: bool) -> None:
    """Print what a run made and where its time went.

    Parameters
    ----------
    result
        The run.
    lang
        Language of the words.
    as_json
        Whether for scripts.
    """
    if as_json:
        show_json(result.summary())
        return
    show_problems(result.problems, lang)
    heads = {"zh": ("阶段", "用时 s", "处理器 s"), "en": ("stage", "wall s", "CPU s")}[lang]
    table = Table(*heads, box=None)
    for stage in result.stages:
        table.add_row(stage.name, f"{stage.wall_s:.1f}", f"{stage.cpu_s:.1f}")
    total = [sum(s.wall_s for s in result.stages), sum(s.cpu_s for s in result.stages)]
    table.add_row({"zh": "合计", "en": "total"}[lang], *(f"{seconds:.1f}" for seconds in total))
    console.print(table)
    page = result.out / "index.html"
    console.print(
        {"zh": f"报告：{page.resolve()}", "en": f"Report: {page.resolve()}"}[lang], highlight=False, soft_wrap=True
    )
