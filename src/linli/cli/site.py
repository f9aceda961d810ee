"""The command `linli site`: make a site, keep it up to date, look after it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from linli.cli.common import YOURS, JsonOption, LangOption, Language, console, errors, progress_bar, show_json
from linli.web.backup import back_up, read_manifest, restore, verify_backup
from linli.web.site import create_administrator, init_site, make_demo, open_site, set_read_only, upgrade_site

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True, help="The web floor: a site for a city, its districts, streets and communities."
)

_STAGES: dict[str, dict[str, str]] = {
    "cast": {"zh": "人员与机构", "en": "people and offices"},
    "round_1": {"zh": "第一轮：调查、冻结、评估", "en": "first round: surveyed, frozen, assessed"},
    "plan": {"zh": "选址与三年行动方案", "en": "siting and programme"},
    "round_2": {"zh": "第二轮", "en": "second round"},
    "cases": {"zh": "创建项目", "en": "creation projects"},
    "money": {"zh": "资金", "en": "money"},
    "directory": {"zh": "服务商名录", "en": "providers"},
    "scenes": {"zh": "待办事项", "en": "work that waits"},
}

SiteArgument = Annotated[Path, typer.Argument(help="The site's folder.", file_okay=False)]


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to make the site.", file_okay=False)],
    demo: Annotated[bool, typer.Option("--demo", help="With demo places and a person of each role.")] = False,
    lang: LangOption = YOURS,
) -> None:
    """Make a site: settings, secret key, database.

    Example: `linli site init city --demo`
    """
    settings = init_site(folder)
    open_site(folder)
    upgrade_site()
    console.print({"zh": f"已建立站点：{settings}", "en": f"Made the site: {settings}"}[lang], highlight=False)
    if demo:
        with progress_bar() as progress:
            passwords = make_demo(lambda stage, done: progress(_STAGES[stage][lang], done))
        note = {"zh": "演示人员的初始密码（只显示一次）：", "en": "First passwords of the demo people, shown once:"}
        console.print(note[lang])
        for username, password in passwords.items():
            console.print(f"  {username:<20} {password}", highlight=False, markup=False)
    then = "linli serve" if demo else "linli site createadmin"
    console.print({"zh": "下一步：", "en": "Then: "}[lang] + f"{then} {folder}", highlight=False)


@app.command()
def migrate(folder: SiteArgument, lang: LangOption = YOURS) -> None:
    """Bring the database and the static files up to this version (back up first).

    Example: `linli site migrate city`
    """
    open_site(folder)
    upgrade_site()
    console.print({"zh": "已是最新。", "en": "Up to date."}[lang])


@app.command()
def createadmin(
    folder: SiteArgument,
    username: Annotated[str, typer.Option(help="To sign in with.")] = "security",
    role: Annotated[str, typer.Option(help="security_admin, audit_admin or system_admin.")] = "security_admin",
    city: Annotated[str, typer.Option(help="What the city is called.")] = "本市",
    place: Annotated[str, typer.Option(help="Path of the city: its code and a slash.")] = "3301/",
    lang: LangOption = YOURS,
) -> None:
    """Make an administrator: the first one, or when nobody can sign in any more. The password is shown once.

    Example: `linli site createadmin city --username zhang --role security_admin --city 杭州市 --place 3301/`
    """
    open_site(folder)
    password = create_administrator(username, role, city=city, place=place)
    note = {"zh": f"初始密码（只显示一次）：{password}", "en": f"First password, shown once: {password}"}
    console.print(note[lang], highlight=False, markup=False)


@app.command()
def worker(
    folder: SiteArgument,
    until_empty: Annotated[bool, typer.Option(help="Stop when nothing is left to do.")] = False,
) -> None:
    """Do the long work in a process of its own (with `worker: false` in the settings).

    Example: `linli site worker city`
    """
    open_site(folder, "worker")
    from linli.web.jobs.worker import work  # noqa: PLC0415 - needs an open site

    work(until_empty=until_empty)


@app.command()
def doctor(folder: SiteArgument, lang: LangOption = YOURS, as_json: JsonOption = False) -> None:
    """Look at database, disk, fonts, clock, worker, permissions and settings, and say how to mend what is wrong.

    Example: `linli site doctor city`
    """
    site = open_site(folder)
    from linli.web.doctor import examine  # noqa: PLC0415 - needs an open site

    findings = list(examine(site))
    if as_json:
        show_json([{"name": f.name, "good": f.good, "zh": f.zh, "en": f.en} for f in findings])
    else:
        for found in findings:
            text = f"{'✓' if found.good else '✗'} {found.name}: {found.zh if lang == 'zh' else found.en}"
            console.print(text, highlight=False, markup=False)
    if not all(found.good for found in findings):
        raise typer.Exit(1)


@app.command("read-only")
def read_only(
    folder: SiteArgument,
    off: Annotated[bool, typer.Option("--off", help="Take changes again.")] = False,
    reason: Annotated[str, typer.Option(help="Shown to people.")] = "",
) -> None:
    """Let nobody change anything (during acceptance, a restore), or let them again.

    Example: `linli site read-only city --reason 验收期间`
    """
    set_read_only(open_site(folder), why=None if off else reason)


@app.command()
def backup(
    folder: SiteArgument,
    out: Annotated[Path, typer.Option("-o", "--out", help="The archive to write, .tar.gz.")],
    lang: LangOption = YOURS,
) -> None:
    """Write database, files, settings and key into one archive with hashes, while people go on working.

    Example: `linli site backup city -o city-2026-11-23.tar.gz`
    """
    _tell(back_up(open_site(folder), out), lang)


@app.command("restore")
def restore_command(
    archive: Annotated[Path, typer.Argument(help="The archive.", exists=True, dir_okay=False)],
    folder: Annotated[Path | None, typer.Argument(help="An empty folder.", file_okay=False)] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Only check the archive.")] = False,
    lang: LangOption = YOURS,
) -> None:
    """Make a site again from a backup, or only check it.

    Example: `linli site restore city-2026-11-23.tar.gz city2`
    """
    if verify or folder is None:
        wrong = verify_backup(archive)
        for name in wrong:
            errors.print(f"✗ {name}", highlight=False, markup=False)
        if wrong:
            raise typer.Exit(1)
        console.print({"zh": "备份完好。", "en": "The backup is whole."}[lang])
        _tell(read_manifest(archive), lang)
        return
    _tell(restore(archive, folder, os.environ.get("DATABASE_URL")), lang)
    console.print({"zh": f"已恢复到 {folder}", "en": f"Restored to {folder}"}[lang], highlight=False)


def _tell(manifest: Mapping[str, Any], lang: Language) -> None:
    """Say what a backup holds, and what it does not."""
    contents = manifest["contents"]
    rows, head = sum(contents["rows"].values()), (contents["audit_head"] or {"number": 0})["number"]
    made, files = manifest["made_at"], len(manifest["files"])
    text = {
        "zh": f"{made} 的备份：{files} 个文件，{rows:,} 行数据，审计 {head:,} 条；不含日志与网页资源。",
        "en": f"Backup of {made}: {files} files, {rows:,} rows, {head:,} audit events; without logs and static files.",
    }
    console.print(text[lang], highlight=False)
