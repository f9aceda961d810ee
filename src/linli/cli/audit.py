"""The command `linli audit`: check the audit trail."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linli.cli.common import YOURS, JsonOption, LangOption, console, errors, show_json
from linli.web.site import open_site

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="The audit trail of a site.")


@app.callback()
def _root() -> None:
    """Check the audit trail of a site."""


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="The site's folder.", file_okay=False)],
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Read the whole chain of events and check every hash, link and number, and the heads kept outside the database.

    Exit code 1 if anything was altered, removed or inserted.

    Example: `linli audit verify city`
    """
    site = open_site(folder)
    from linli.web.audit.verify import verify as check  # noqa: PLC0415 - needs an open site

    verdict = check(site.logs / "audit-heads.jsonl")
    if as_json:
        breaks = [{"number": b.number, "kind": b.kind} for b in verdict.breaks]
        show_json({"events": verdict.events, "head": verdict.head, "whole": verdict.whole, "breaks": breaks})
    elif verdict.whole:
        text = {
            "zh": f"完好：{verdict.events} 条记录，末条 {verdict.head}",
            "en": f"Whole: {verdict.events} events, head {verdict.head}",
        }
        console.print(text[lang], highlight=False, soft_wrap=True)
    else:
        words = {
            "altered": {"zh": "内容被改动", "en": "altered"},
            "link": {"zh": "与上一条不相连", "en": "not linked to the event before"},
            "gap": {"zh": "前面有缺号", "en": "numbers are missing before it"},
            "head": {"zh": "与库外留存的不符或已缺失", "en": "differs from what is kept outside, or is missing"},
        }
        for one in verdict.breaks:
            errors.print(f"✗ {one.number}: {words[one.kind][lang]}", highlight=False, markup=False)
    if not verdict.whole:
        raise typer.Exit(1)
