"""The command `linli compare`: two rounds side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from linli.cli.common import YOURS, JsonOption, LangOption, console, progress_bar, show_json, show_problems
from linli.feedback import CompareOptions, compare_rounds
from linli.feedback.outcome import load_round, read_decisions, write_outcome
from linli.feedback.summary import write_summary
from linli.improve.record import Plan, load_plan
from linli.pipeline import load_rules, read_config
from linli.rules import Catalogue, load_catalogue

__all__ = ["app", "compare_command"]

app = typer.Typer()


def _plan(path: Path | None) -> Plan | pd.DataFrame | None:
    """Read a plan's folder, or a table of chosen projects."""
    if path is None:
        return None
    if path.is_dir():
        return load_plan(path)
    return pd.read_csv(path, dtype={"place_id": str}, encoding="utf-8-sig")


def _catalogue(config: Path | None) -> Catalogue:
    return load_catalogue() if config is None else load_rules(read_config(config), config.parent)


@app.command()
def compare_command(
    before: Annotated[
        Path, typer.Argument(help="The first round: a folder that linli run wrote.", exists=True, file_okay=False)
    ],
    after: Annotated[
        Path, typer.Argument(help="The second round: a folder that linli run wrote.", exists=True, file_okay=False)
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the comparison.")] = Path("compare"),
    plan: Annotated[
        Path | None,
        typer.Option(help="A plan made in between: its folder, or a CSV with place_id and type.", exists=True),
    ] = None,
    decided: Annotated[
        Path | None,
        typer.Option(help="doubtful.csv of an earlier comparison with same = yes or no.", exists=True, dir_okay=False),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="The linli.yaml of the second round, where it lays packs.", exists=True)
    ] = None,
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Put two rounds side by side: what changed, for whom, what got worse, what of it the plan explains.

    Example: `linli compare out/2025 out/2026 -o out/compare`
    """
    options = CompareOptions(decided=read_decisions(decided) if decided else ())
    catalogue = _catalogue(config)
    with progress_bar() as progress:
        outcome = compare_rounds(
            load_round(before), load_round(after), _plan(plan), options=options, catalogue=catalogue, progress=progress
        )
        files = write_outcome(outcome, out)
    if as_json:
        totals = outcome.totals.astype(object).where(outcome.totals.notna(), None)
        show_json(
            {
                "totals": totals.to_dict(orient="records"),
                "worse": len(outcome.worse),
                "doubtful": len(outcome.doubtful),
                "notes": [dict(note) for note in outcome.meta.notes],
                "files": [str(path) for path in files],
            }
        )
        return
    show_problems(outcome.meta.problems(), lang)
    console.print(write_summary(outcome, lang.value), markup=False, highlight=False, soft_wrap=True)
    console.print({"zh": f"结果在 {out.resolve()}", "en": f"Written to {out.resolve()}"}[lang], soft_wrap=True)
