"""The commands of `linli survey`: template, check, freeze, show."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from linli.cli.common import (
    YOURS,
    JsonOption,
    LangOption,
    Language,
    console,
    progress_bar,
    show_json,
    show_problems,
)
from linli.errors import Problem
from linli.pipeline.config import load_rules, read_config
from linli.rules import Catalogue, load_catalogue
from linli.survey import Checked, Dataset, Survey, check_survey, freeze, layer_schema, load_snapshot
from linli.survey.config import SourceConfig
from linli.survey.markup import write_problems
from linli.survey.read import facility_choices
from linli.survey.record import SourceNote
from linli.survey.schema import Words
from linli.survey.template import write_template

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")

_DECLARATIONS = (".yaml", ".yml")

InputArgument = Annotated[
    Path, typer.Argument(help="linli.yaml; or a workbook, CSV, folder or map file by itself.", exists=True)
]


def _declared(path: Path) -> tuple[Dataset, Catalogue, Path]:
    """Return the dataset of a declaration, or one that holds just the file that was named."""
    if path.suffix.lower() in _DECLARATIONS:
        config = read_config(path)
        return config, load_rules(config, path.parent), path.parent
    name = Words(zh=path.stem, en=path.stem)
    dataset = Dataset(name=name, surveyed_on=date.today(), sources=(SourceConfig(file=path.name),))  # noqa: DTZ011
    return dataset, load_catalogue(), path.parent


def _check(path: Path) -> tuple[Checked, Path]:
    dataset, catalogue, base = _declared(path)
    with progress_bar() as progress:
        return check_survey(dataset, base, catalogue, progress=progress), base


@app.command()
def template(
    out: Annotated[Path, typer.Option("-o", "--out", help="The workbook to write.")] = Path("survey.xlsx"),
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    lang: LangOption = YOURS,
) -> None:
    """Write an empty Excel workbook to fill in: a sheet for each layer, lists, help, examples.

    Example: `linli survey template -o survey.xlsx`
    """
    if out.exists() and not force:
        said = {"zh": f"{out} 已存在；要替换请加 --force。", "en": f"{out} exists; add --force to replace it."}
        console.print(said[lang], highlight=False, soft_wrap=True)
        raise typer.Exit(1)
    write_template(out, facility_choices(load_catalogue()), lang.value)
    said = {
        "zh": f"已写出 {out}；填好后运行 linli survey check {out}",
        "en": f"Wrote {out}; fill it in and run: linli survey check {out}",
    }
    console.print(said[lang], highlight=False, soft_wrap=True)


def _counts(problems: tuple[Problem, ...]) -> dict[str, int]:
    found = Counter(problem.severity for problem in problems)
    return {"errors": found["error"], "warnings": found["warning"]}


def _show_sources(sources: tuple[SourceNote, ...], lang: Language) -> None:
    heads = {
        "zh": ("文件", "表", "图层", "行数", "坐标基准", "编码"),
        "en": ("file", "table", "layer", "rows", "datum", "encoding"),
    }[lang]
    table = Table(*heads, box=None)
    for note in sources:
        title = getattr(layer_schema(note.layer).title, lang)
        encoding = note.encoding or ""
        if note.encoding_reason is not None:
            encoding += f" ({getattr(note.encoding_reason, lang)})"
        table.add_row(note.file, note.source_layer or "", title, f"{note.rows:,}", note.datum or "", encoding)
    console.print(table)
    for note in sources:
        for line in note.preview:
            console.print(f"  {note.file} | {line}", markup=False, highlight=False)


@app.command()
def check(
    config: InputArgument,
    marked: Annotated[
        Path | None,
        typer.Option("-m", "--marked", help="Folder for your workbooks with the cells marked, and the whole list."),
    ] = None,
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Read everything and list every problem with its place and fix; nothing is written unless asked.

    Examples: `linli survey check linli.yaml` · `linli survey check survey.xlsx --marked back`
    """
    checked, base = _check(config)
    files = write_problems(checked.problems, base, marked, lang.value) if marked is not None else []
    counts = _counts(checked.problems)
    if as_json:
        sources = [note.model_dump(mode="json") for note in checked.sources]
        problems = [problem.as_dict() for problem in checked.problems]
        show_json({**counts, "problems": problems, "sources": sources, "files": [str(file) for file in files]})
    else:
        _show_sources(checked.sources, lang)
        show_problems(checked.problems, lang)
        said = {"zh": "{errors} 处错误，{warnings} 处提醒", "en": "{errors} errors, {warnings} warnings"}[lang]
        console.print(said.format(**counts), highlight=False)
        for file in files:
            console.print(f"  {file}", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if checked.survey is not None else 1)


@app.command("freeze")
def freeze_command(
    config: InputArgument,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the snapshot.")] = Path("snapshot"),
    replace: Annotated[bool, typer.Option("--replace", help="Replace the snapshot that is there.")] = False,
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Read, check and freeze a survey into a snapshot that cannot change unnoticed.

    Example: `linli survey freeze linli.yaml -o snapshot`
    """
    checked, _ = _check(config)
    show_problems(checked.problems, lang)
    if checked.survey is None:
        raise typer.Exit(1)
    _show(freeze(checked.survey, out, replace=replace), lang, as_json=as_json)


@app.command()
def show(
    snapshot: Annotated[Path, typer.Argument(help="Folder of a snapshot.", exists=True, file_okay=False)],
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Verify a snapshot and say what is in it: layers, sources, residents, warnings.

    Example: `linli survey show snapshot`
    """
    _show(load_snapshot(snapshot), lang, as_json=as_json)


def _show(survey: Survey, lang: Language, *, as_json: bool) -> None:
    manifest = survey.manifest
    if as_json:
        show_json(manifest.model_dump(mode="json"))
        return
    console.print(f"{getattr(manifest.name, lang)} · {manifest.surveyed_on} · {manifest.metric_crs}", highlight=False)
    heads = {"zh": ("图层", "行数"), "en": ("layer", "rows")}[lang]
    table = Table(*heads, box=None)
    for name, rows in manifest.rows.items():
        table.add_row(getattr(layer_schema(name).title, lang), f"{rows:,}")
    console.print(table)
    _show_sources(manifest.sources, lang)
    console.print(getattr(manifest.residents.text, lang), markup=False, highlight=False)
    show_problems(manifest.problems(), lang)
    console.print(f"SHA-256 {manifest.digest}", highlight=False, soft_wrap=True)
