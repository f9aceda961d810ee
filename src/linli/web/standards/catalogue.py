"""The rules in force on this site: the national catalogue with the city's own packs laid over it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from linli.rules import Catalogue, load_catalogue

__all__ = ["site_catalogue"]


@cache
def _catalogue(packs: tuple[Path, ...], _changed: tuple[float, ...]) -> Catalogue:
    return load_catalogue(packs=packs)


def site_catalogue() -> Catalogue:
    """Return the rules in force on this site: the national catalogue with the packs in the site's folder ``packs``.

    Returns
    -------
    Catalogue
        Read again when a pack was changed.

    Raises
    ------
    RuleFileError
        If a pack is wrong.
    """
    folder = settings.SITE.folder / "packs"
    packs = tuple(sorted(path.parent for path in folder.glob("*/pack.yaml"))) if folder.is_dir() else ()
    changed = tuple(file.stat().st_mtime for pack in packs for file in sorted(pack.rglob("*.yaml")))
    return _catalogue(packs, changed)
