"""The root of the command line: `linli`.

Exit codes: 0 done; 1 something in the data, the declaration or the rules is wrong; 2 wrong usage; 3 a fault of ours.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

import linli
from linli.assess import AssessOptions, explain, load_assessment, save_assessment
from linli.cli import rules, survey
from linli.cli.common import (
    YOURS,
    JsonOption,
    LangOption,
    Language,
    console,
    default_language,
    errors,
    progress_bar,
    show_error,
    show_json,
    show_problems,
)
from linli.cli.compare import compare_command
from linli.cli.improve import improve_command
from linli.errors import LinliError
from linli.pipeline import RunResult, assess_snapshot, load_rules, read_config, run
from linli.rules import load_catalogue
from linli.survey import load_snapshot
from linli.survey.config import config_template
from linli.survey.demo import write_demo

__all__ = ["app", "main"]

INTERNAL_FAULT = 3
"""Exit code when the fault is in Linli, not in what it was given."""

app = typer.Typer(
    name="linli",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Linli 邻里: survey, assess and improve complete communities (完整社区). Start with `linli demo`.",
)
app.add_typer(survey.app, name="survey", help="调查 Survey: template, check, freeze, show.")
app.command("improve")(improve_command)
app.command("compare")(compare_command)
app.add_typer(rules.app, name="rules", help="标准 Rules: list, show, check a pack.")


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


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write linli.yaml and the Excel template.")] = Path(),
    lang: LangOption = YOURS,
) -> None:
    """Write a commented `linli.yaml` and an empty survey workbook into a folder.

    Nothing that exists is overwritten.

    Example: `linli init my-district`
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "linli.yaml"
    if config.exists():
        errors.print({"zh": f"{config} 已存在,未改动。", "en": f"{config} exists and was left as it is."}[lang])
        raise typer.Exit(1)
    config.write_text(config_template(lang.value), encoding="utf-8")
    console.print({"zh": f"已写出 {config};按注释填写后运行:", "en": f"Wrote {config}; fill it in, then run:"}[lang])
    console.print("  linli survey template -o survey.xlsx\n  linli run linli.yaml -o out", highlight=False)


@app.command("run")
def run_command(
    config: Annotated[Path, typer.Argument(help="The dataset's linli.yaml.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the results.")] = Path("out"),
    pdf: Annotated[
        bool | None, typer.Option("--pdf/--no-pdf", help="Make PDF files; as linli.yaml says if left out.")
    ] = None,
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Do the whole job: read, check, freeze, assess, report.

    Example: `linli run examples/las_palmas/linli.yaml -o out/las_palmas`
    """
    report = None
    if pdf is not None:
        report = read_config(config).report.model_copy(update={"pdf": pdf})
    with progress_bar() as progress:
        result = run(config, out, progress=progress, report=report)
    _show_run(result, lang, as_json=as_json)


def _show_run(result: RunResult, lang: Language, *, as_json: bool) -> None:
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
        {"zh": f"报告:{page.resolve()}", "en": f"Report: {page.resolve()}"}[lang], highlight=False, soft_wrap=True
    )


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
    _show_run(result, lang, as_json=as_json)


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
    said = {"zh": "{} 个社区已评估,结果在 {}", "en": "{} communities assessed; tables are in {}"}[lang]
    console.print(said.format(scores["community_id"].nunique(), out.resolve()), highlight=False, soft_wrap=True)


@app.command("explain")
def explain_command(
    community: Annotated[str, typer.Argument(help="A community's id or name.")],
    item: Annotated[str, typer.Argument(help="An item, e.g. complete_community/nursery.")],
    results: Annotated[Path, typer.Option("-a", "--results", help="Folder that `linli run` wrote.")] = Path("out"),
    config: Annotated[
        Path | None, typer.Option(help="The linli.yaml of the run, where it lays packs.", exists=True, dir_okay=False)
    ] = None,
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Say where a community's result comes from: rows, distances, clause, options.

    Example: `linli explain 330199001001 complete_community/nursery -a out/report`
    """
    assessment = load_assessment(results / "assessment")
    catalogue = load_catalogue() if config is None else load_rules(read_config(config), config.parent)
    if catalogue.version != assessment.meta.catalogue_version:
        said = {
            "zh": "评估时所用的规则与现在读到的不同;请用 --config 指定当时的 linli.yaml。",
            "en": "The assessment was made by other rules; name its linli.yaml with --config.",
        }
        errors.print(f"! {said[lang]}")
    table = assessment.communities
    named = table.loc[table["name"] == community, "community_id"]
    wanted = str(named.iloc[0]) if len(named) == 1 else community
    explanation = explain(assessment, load_snapshot(results / "snapshot"), catalogue, wanted, item, lang.value)
    if as_json:
        show_json(explanation.facts)
    else:
        console.print(explanation.text, markup=False, highlight=False)


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
            "zh": f"程序内部出错,不是您的数据的问题。详情已写入 {log.name},请发给开发者。",
            "en": f"Something went wrong inside Linli. Details are in {log.name}; please send it to its developers.",
        }
        errors.print(said[_language_said()], markup=False, highlight=False, soft_wrap=True)
        sys.exit(INTERNAL_FAULT)


def _language_said() -> Language:
    for flag, value in zip(sys.argv, [*sys.argv[1:], ""], strict=True):
        if flag == "--lang" and value in set(Language):
            return Language(value)
    return default_language()
