"""The rules in force on this site: the national catalogue with the city's own packs laid over it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from linli.rules import Catalogue, load_catalogue
from linli.web.moment import once

__all__ = ["pack_folders", "site_catalogue"]


@cache
def _order(file: Path, _changed: float) -> int:
    about = yaml.safe_load(file.read_text(encoding="utf-8"))
    order = about.get("order") if isinstance(about, dict) else None
    return order if isinstance(order, int) else 0


def pack_folders() -> tuple[tuple[Path, int], ...]:
    """Return the site's packs with their order, the lowest first.

    Returns
    -------
    tuple of pairs
        Folder and order.
    """
    folder = settings.SITE.folder / "packs"
    files = sorted(folder.glob("[!.]*/pack.yaml")) if folder.is_dir() else []
    found = [(file.parent, _order(file, file.stat().st_mtime)) for file in files]
    return tuple(sorted(found, key=lambda pack: (pack[1], pack[0].name)))


@cache
def _catalogue(packs: tuple[Path, ...], _changed: tuple[float, ...]) -> Catalogue:
    return load_catalogue(packs=packs)


def site_catalogue() -> Catalogue:
    """Return the rules in force on this site: the national catalogue with the packs in the site's folder ``packs``.

    Returns
    -------
    Catalogue
        Read again when a pack was changed; one and the same throughout a request that changes none.

    Raises
    ------
    RuleFileError
        If a pack is wrong.
    """

    def read() -> Catalogue:
        packs = tuple(folder for folder, _ in pack_folders())
        changed = tuple(file.stat().st_mtime for pack in packs for file in sorted(pack.rglob("*.yaml")))
        return _catalogue(packs, changed)

    return once("catalogue", settings.SITE.folder, read)
