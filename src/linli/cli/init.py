"""The command `linli init`: a folder to begin in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linli.cli.common import YOURS, LangOption, console, errors
from linli.survey.config import config_template

__all__ = ["app"]

app = typer.Typer()


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write linli.yaml.")] = Path(),
    lang: LangOption = YOURS,
) -> None:
    """Write a commented `linli.yaml` into a folder.

    Nothing that exists is overwritten.

    Example: `linli init my-district`
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "linli.yaml"
    if config.exists():
        errors.print({"zh": f"{config} 已存在，未改动。", "en": f"{config} exists and was left as it is."}[lang])
        raise typer.Exit(1)
    config.write_text(config_template(lang.value), encoding="utf-8")
    console.print({"zh": f"已写出 {config}；按注释填写后运行：", "en": f"Wrote {config}; fill it in, then run:"}[lang])
    console.print("  linli survey template -o survey.xlsx\n  linli run linli.yaml -o out", highlight=False)
