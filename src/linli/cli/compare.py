"""The command `linli compare`: two rounds side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linli.cli.common import YOURS, JsonOption, LangOption, console, progress_bar, show_json, show_problems
from linli.feedback.summary import write_summary
from linli.pipeline import compare

__all__ = ["app", "compare_command"]

app = typer.Typer()


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
        typer.Option(
            help="A plan made in between: the folder that linli improve wrote, or a CSV with place_id and type.",
            exists=True,
        ),
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

    Writes pages (Chinese and English), a workbook, a summary and the list of matches that a person has to decide.

    Example: `linli compare out/2025 out/2026 -o out/compare --plan out/plan`
    """
    with progress_bar() as progress:
        made = compare(before, after, out, plan=plan, decided=decided, config=config, progress=progress)
    outcome = made.outcome
    if as_json:
        totals = outcome.totals.astype(object).where(outcome.totals.notna(), None)
        show_json(
            {
                "totals": totals.to_dict(orient="records"),
                "worse": len(outcome.worse),
                "doubtful": len(outcome.doubtful),
                "notes": [problem.as_dict() for problem in made.problems],
                "files": [str(path) for path in made.files],
            }
        )
        return
    show_problems(made.problems, lang)
    console.print(write_summary(outcome, lang.value), markup=False, highlight=False, soft_wrap=True)
    page = out.resolve() / "index.html"
    place = page if page.is_file() else out.resolve()
    console.print({"zh": f"结果在 {place}", "en": f"Written to {place}"}[lang], highlight=False, soft_wrap=True)
