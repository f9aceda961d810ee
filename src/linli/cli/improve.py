"""The command `linli improve`: from a declaration to a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.table import Table

from linli.cli.common import YOURS, JsonOption, LangOption, Language, console, progress_bar, show_json
from linli.improve.record import Plan
from linli.pipeline import improve
from linli.rules import load_catalogue

__all__ = ["app", "improve_command"]

app = typer.Typer()

COLUMNS = ("place_id", "type", "lever", "floor_area_m2", "cost_yuan", "served")
SHOWN = 20
"""Projects written on the screen; the tables hold them all."""

WORDS = {
    "zh": {
        "heads": ("地点", "设施", "方式", "面积 m²", "造价 元", "新增覆盖"),
        "status": "{status}:{n} 个项目;目标值 {objective},上界 {bound},差距 {gap}。结果:{out}",
        "unset": "待填",
        "more": "…(共 {n} 个)",
    },
    "en": {
        "heads": ("place", "facility", "lever", "area m²", "cost yuan", "newly served"),
        "status": "{status}: {n} projects; objective {objective}, bound {bound}, gap {gap}. Results: {out}",
        "unset": "unset",
        "more": "… ({n} in total)",
    },
}


def _number(value: float | None, unset: str) -> str:
    return unset if value is None or pd.isna(value) else f"{value:,.0f}"


def _show(plan: Plan, out: Path, lang: Language) -> None:
    words, types = WORDS[lang], load_catalogue().facility_types
    table = Table(*words["heads"], box=None)
    for row in plan.chosen[list(COLUMNS)].head(SHOWN).itertuples(index=False):
        numbers = [_number(value, str(words["unset"])) for value in row[3:]]
        table.add_row(str(row[0]), types[str(row[1])].title[lang], str(row[2]), *numbers)
    console.print(table)
    if len(plan.chosen) > SHOWN:
        console.print(str(words["more"]).format(n=len(plan.chosen)))
    meta, unset = plan.meta, "–"
    said = str(words["status"]).format(
        status=meta.status,
        n=len(plan.chosen),
        objective=_number(meta.objective, unset),
        bound=_number(meta.bound, unset),
        gap=unset if meta.gap is None else f"{meta.gap:.2%}",
        out=out.resolve(),
    )
    console.print(said, highlight=False, soft_wrap=True)


@app.command()
def improve_command(
    config: Annotated[Path, typer.Argument(help="The dataset's linli.yaml.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the plan.")] = Path("plan"),
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Choose what to build, convert and re-allocate, by the `improve` part of a `linli.yaml`.

    Writes the plan's tables (Parquet and JSON), with status, bound and gap; and a programme of years where the
    declaration has a `programme` part. Without unit costs the plan is in m² and counts.

    Example: `linli improve out/demo/round-1/linli.yaml -o out/plan`
    """
    with progress_bar() as progress:
        made = improve(config, out, progress=progress)
    if as_json:
        show_json({"meta": made.plan.meta.model_dump(mode="json"), "chosen": made.plan.chosen.to_dict("records")})
    else:
        _show(made.plan, out, lang)
