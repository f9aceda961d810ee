"""The command `linli explain`: where a result comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linli.assess import explain, load_assessment
from linli.cli.common import YOURS, JsonOption, LangOption, console, errors, show_json
from linli.pipeline import load_rules, read_config
from linli.rules import load_catalogue
from linli.survey import load_snapshot

__all__ = ["app"]

app = typer.Typer()


@app.command()
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
            "zh": "评估时所用的规则与现在读到的不同；请用 --config 指定当时的 linli.yaml。",
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
