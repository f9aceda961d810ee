"""The command `linli serve`: the site in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linli.cli.common import YOURS, LangOption, console
from linli.web.serve import serve
from linli.web.site import SiteError, open_site, upgrade_site

__all__ = ["app"]

app = typer.Typer()


@app.command()
def serve_command(
    folder: Annotated[Path, typer.Argument(help="The site's folder.", file_okay=False)],
    address: Annotated[str | None, typer.Option(help="Where to listen; as the settings say if left out.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; as the settings say if left out.")] = None,
    lang: LangOption = YOURS,
) -> None:
    """Serve a site, brought up to date first, with the worker beside it.

    Example: `linli serve city`
    """
    site = open_site(folder, "serve")
    upgrade_site()
    where = f"http://{address or site.config.address}:{port or site.config.port}/"
    text = {"zh": f"请在浏览器打开 {where}（Ctrl+C 停止）", "en": f"Open {where} in a browser (Ctrl+C stops)"}
    console.print(text[lang], highlight=False)
    try:
        serve(site, address=address, port=port)
    except OSError as error:
        why = {"zh": f"无法监听 {where}：{error}。请换一个端口（--port），或停止占用它的程序。",
               "en": f"Cannot listen on {where}: {error}. Take another port (--port) or stop what has it."}  # fmt: skip
        raise SiteError(why[lang]) from error
