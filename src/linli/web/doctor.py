"""What is wrong with a site, and how to mend it: database, disk, fonts, clock, worker, permissions, settings."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from linli.web.config import Site

__all__ = ["Finding", "examine"]

_FREE_BYTES = 2 * 1024**3
_WAITING = timedelta(minutes=5)
_FIRST_YEAR = 2025


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    name
        What: ``database``, ``disk`` ….
    good
        Whether all is well.
    zh, en
        What was found, and if not well, the fix.
    """

    name: str
    good: bool
    zh: str
    en: str


def _database(_: Site) -> Finding:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, ImproperlyConfigured, sqlite3.Error) as error:
        return Finding(
            "database",
            False,
            f"数据库不可用：{error}。请检查 DATABASE_URL。",
            f"does not answer: {error}. Check DATABASE_URL.",
        )
    if plan:
        fix = "linli site migrate"
        return Finding("database", False, f"尚未升级到本版本，请运行 {fix}。", f"is not up to date: run {fix}.")
    return Finding("database", True, f"{connection.vendor}，已是最新。", f"{connection.vendor}, up to date.")


def _disk(site: Site) -> Finding:
    free = shutil.disk_usage(site.folder).free
    gigabytes = f"{free / 1024**3:.1f} GB"
    good = free > _FREE_BYTES
    fix = ("", "") if good else ("请清理或扩容。", " Make room.")
    return Finding("disk", good, f"剩余 {gigabytes}。{fix[0]}", f"{gigabytes} free.{fix[1]}")


def _fonts(_: Site) -> Finding:
    folders = ("/usr/share/fonts", "/usr/local/share/fonts", str(Path.home() / ".fonts"), "C:/Windows/Fonts")
    names = ("*CJK*", "*SourceHan*", "*msyh*", "*simsun*", "*PingFang*", "*wqy*")
    found = any(next(Path(folder).rglob(name), None) for folder in folders if Path(folder).is_dir() for name in names)
    return Finding(
        "fonts",
        found,
        "有中文字体。" if found else "没有中文字体，PDF 无法排印。Debian：apt-get install fonts-noto-cjk。",
        "a Chinese font is there." if found else "no Chinese font for PDF. Debian: apt-get install fonts-noto-cjk.",
    )


def _clock(_: Site) -> Finding:
    good = time.gmtime().tm_year >= _FIRST_YEAR
    return Finding(
        "clock", good, "时钟正常。" if good else "时钟有误，请校时。", "the clock is set." if good else "set the clock."
    )


def _worker(site: Site) -> Finding:
    job = import_module("linli.web.jobs.models").Job
    try:
        stuck = job._all.filter(state="queued", created_at__lt=timezone.now() - _WAITING).count()
    except DatabaseError:
        stuck = 0
    if stuck:
        how = "linli serve" if site.config.worker else "linli site worker"
        return Finding(
            "worker",
            False,
            f"{stuck} 个任务等待超过 5 分钟，请运行 {how}。",
            f"{stuck} jobs wait for 5 minutes: run {how}.",
        )
    return Finding("worker", True, "没有积压的任务。", "no job is kept waiting.")


def _permissions(site: Site) -> Finding:
    key = site.folder / "secret.key"
    open_to_others = os.name == "posix" and stat.S_IMODE(key.stat().st_mode) & 0o077
    writable = os.access(site.folder, os.W_OK) and os.access(site.files, os.W_OK) and os.access(site.logs, os.W_OK)
    if open_to_others:
        return Finding(
            "permissions", False, f"他人可读密钥：chmod 600 {key}", f"others can read the key: chmod 600 {key}"
        )
    if not writable:
        return Finding("permissions", False, f"{site.folder} 不可写。", f"{site.folder} cannot be written to.")
    return Finding("permissions", True, "权限正常。", "permissions are right.")


def _address(site: Site) -> Finding:
    config = site.config
    reachable = config.address not in {"127.0.0.1", "::1", "localhost"}
    if reachable and not config.https:
        zh = "对外提供服务但未启用 HTTPS：请在前面加 HTTPS 服务器，并设 https: true。"
        en = "reached from other machines without HTTPS: put an HTTPS server in front and set https: true."
        return Finding("https", False, zh, en)
    return Finding("https", True, "连接方式正常。", "the way in is right.")


def _basemap(site: Site) -> Finding:
    name = site.config.basemap_file
    if name and site.basemap is None:
        return Finding(
            "basemap",
            False,
            f"底图文件不在：请把 {name} 放入 {site.folder}，或去掉 basemap_file。",
            f"the file is missing: put {name} into {site.folder}, or remove basemap_file.",
        )
    kind = "天地图 Tianditu" if site.config.tianditu_key else name or ""
    return Finding("basemap", True, kind or "没有设置底图。", kind or "none is set.")


_CHECKS: tuple[Callable[[Site], Finding], ...] = (
    _database, _disk, _fonts, _clock, _worker, _permissions, _address, _basemap
)  # fmt: skip


def examine(site: Site) -> Iterator[Finding]:
    """Look at a site.

    Parameters
    ----------
    site
        An open site.

    Yields
    ------
    Finding
        One for each thing looked at.
    """
    for check in _CHECKS:
        yield check(site)
