"""The city's pack as files: written anew from the approved changes, the same changes giving the same bytes.

The database is what counts; the folder ``packs/city`` of the site is what the rules are read from.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from linli.errors import Problem
from linli.rules import check_pack
from linli.web.moment import forget
from linli.web.standards.catalogue import pack_folders
from linli.web.standards.models import Change

__all__ = ["PACK", "pack_files", "pack_problems", "write_pack"]

PACK = "city"
"""The folder of the pack that is made here; other packs in the site's folder are left alone."""

_ORDER = 50


def _dated(change: Change) -> dict[str, Any]:
    reference = {"title": change.reference_title, "clause": change.clause, "href": change.href}
    note = {"note": {"zh": change.note, "en": change.note}} if change.note else {}
    return {
        "value": change.value,
        "unit": change.unit,
        "valid_from": change.valid_from,
        "reference": {key: text for key, text in reference.items() if text},
        "certainty": change.certainty,
        "last_checked_on": change.checked_on,
        **note,
    }


def pack_files(changes: Iterable[Change]) -> Mapping[str, str]:
    """Return the pack that changes make.

    Parameters
    ----------
    changes
        In the order in which they were approved: of two for the same value and day the later one counts.

    Returns
    -------
    mapping of str
        Text by path within the pack; empty if there are no changes.
    """
    rules: dict[str, dict[str, dict[Any, Change]]] = {}
    for change in changes:
        rules.setdefault(change.rule, {}).setdefault(change.value_name, {})[change.valid_from] = change
    if not rules:
        return {}
    about = {"title": {"zh": "本市规则包", "en": "The city's own pack"}, "author": settings.SITE.config.name["zh"],
             "order": _ORDER}  # fmt: skip
    files: dict[str, Any] = {"pack.yaml": about}
    for rule, names in rules.items():
        values = {name: {"dated": [_dated(days[day]) for day in sorted(days)]} for name, days in sorted(names.items())}
        files[f"{rule}.yaml"] = {"id": rule, "values": values}
    return {path: yaml.safe_dump(data, allow_unicode=True, sort_keys=False) for path, data in sorted(files.items())}


def _lay(files: Mapping[str, str], folder: Path) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def pack_problems(changes: Iterable[Change]) -> list[Problem]:
    """Check the pack that changes would make, over the national rules and the site's packs that lie under it.

    Parameters
    ----------
    changes
        As for `pack_files`.

    Returns
    -------
    list of Problem
        Errors and warnings; empty if it is sound.

    Raises
    ------
    RuleFileError
        If a pack below is wrong itself.
    """
    files = pack_files(changes)
    if not files:
        return []
    below = [folder for folder, order in pack_folders() if folder.name != PACK and order <= _ORDER]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / PACK
        _lay(files, folder)
        return check_pack(folder, below)


def write_pack() -> bool:
    """Write the pack of all approved changes into the site's folder, whole or not at all.

    Returns
    -------
    bool
        Whether anything was different.
    """
    files = pack_files(Change._all.filter(state=Change.State.APPROVED).order_by("decided_at", "pk"))
    folder = settings.SITE.folder / "packs" / PACK
    there = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
             for path in sorted(folder.rglob("*.yaml"))} if folder.is_dir() else {}  # fmt: skip
    if there == files:
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=f".{PACK}.", dir=folder.parent))
    try:
        _lay(files, half)
        half.chmod(0o750)
        if folder.exists():
            shutil.rmtree(folder)
        if files:
            os.replace(half, folder)  # noqa: PTH105 - one call, one meaning
    finally:
        shutil.rmtree(half, ignore_errors=True)
    forget("catalogue")
    return True
