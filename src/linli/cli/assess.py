"""The command `linli assess`: a frozen survey against the standards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linli.assess import AssessOptions, save_assessment
from linli.cli.common import YOURS, JsonOption, LangOption, console, progress_bar, show_json
from linli.pipeline import assess_snapshot, read_config
from linli.rules import load_catalogue

__all__ = ["app"]

app = typer.Typer()


@app.command()
def assess(
    snapshot: Annotated[Path, typer.Argument(help="Folder of a frozen survey.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the assessment's tables.")] = Path("assessment"),
    config: Annotated[
        Path | None,
        typer.Option(help="A linli.yaml whose rules and assess sections to use.", exists=True, dir_okay=False),
    ] = None,
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Assess a frozen survey and write the tables (Parquet and JSON).

    Example: `linli assess out/report/snapshot -o assessment`
    """
    options, packs = AssessOptions(), []
    if config is not None:
        read = read_config(config)
        options, packs = read.assess, [config.parent / pack for pack in read.rules.packs]
        options = options if options.on else options.model_copy(update={"on": read.rules.on})
    with progress_bar() as progress:
        _, assessment = assess_snapshot(snapshot, load_catalogue(packs), options, progress=progress)
    save_assessment(assessment, out)
    scores = assessment.scores
    if as_json:
        show_json(scores.to_dict(orient="records"))
        return
    said = {"zh": "{} 个社区已评估，结果在 {}", "en": "{} communities assessed; tables are in {}"}[lang]
    console.print(said.format(scores["community_id"].nunique(), out.resolve()), highlight=False, soft_wrap=True)
