"""The command `linli demo`: an invented district, taken round the loop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from linli.cli.common import YOURS, JsonOption, LangOption, Language, console, progress_bar, show_json
from linli.pipeline.demo import DemoLoop, run_demo
from linli.report.options import ReportOptions

__all__ = ["app"]

app = typer.Typer()

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "before": "第一轮：{n} 个社区已评估",
        "plan": "提升：{n} 个项目，{people} 人受益",
        "after": "第二轮：{n} 个社区已评估",
        "outcome": "反馈：{better} 项变好，{worse} 项变差",
        "open": "打开：{page}",
    },
    "en": {
        "before": "First round: {n} communities assessed",
        "plan": "Improve: {n} projects, {people} residents gain",
        "after": "Second round: {n} communities assessed",
        "outcome": "Feedback: {better} items better, {worse} worse",
        "open": "Open: {page}",
    },
}


def _facts(made: DemoLoop) -> dict[str, Any]:
    direction = made.comparison.outcome.items["change"]
    return {
        "index": str(made.index),
        "before": made.before.summary(),
        "plan": {
            "out": str(made.plan.out),
            "projects": len(made.plan.plan.chosen),
            "residents": made.plan.proposal.meta.residents,
            "files": [path.relative_to(made.plan.out).as_posix() for path in made.plan.files],
        },
        "after": made.after.summary(),
        "outcome": {
            "out": str(made.comparison.out),
            "better": int((direction == "better").sum()),
            "worse": int((direction == "worse").sum()),
        },
    }


def _show(made: DemoLoop, lang: Language) -> None:
    words, facts = WORDS[lang.value], _facts(made)
    table = Table.grid(padding=(0, 2))
    people = facts["plan"]["residents"]
    said = {
        "before": {"n": len(made.before.assessment.communities)},
        "plan": {"n": facts["plan"]["projects"], "people": "–" if people is None else f"{people:,.0f}"},
        "after": {"n": len(made.after.assessment.communities)},
        "outcome": facts["outcome"],
    }
    folders = {
        "before": made.before.out,
        "plan": made.plan.out,
        "after": made.after.out,
        "outcome": made.comparison.out,
    }
    for name, values in said.items():
        table.add_row(words[name].format(**values), str(folders[name]))
    console.print(table, highlight=False)
    console.print(words["open"].format(page=made.index.resolve()), highlight=False, soft_wrap=True, markup=False)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the demo city and its results.")] = Path("out"),
    seed: Annotated[int, typer.Option(help="Another seed makes another city.")] = 1,
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Make PDF files; half the time without.")] = True,
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Make the demo city (an invented district) and take it round the loop: two rounds, a plan, what changed.

    Example: `linli demo -o out`
    """
    with progress_bar() as progress:
        made = run_demo(out, seed=seed, report=None if pdf else ReportOptions(pdf=False), progress=progress)
    if as_json:
        show_json(_facts(made))
    else:
        _show(made, lang)
