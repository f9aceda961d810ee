"""The portrait of a community in a run: what its profile says of frozen tables, worked out once and kept as a file.

A city's tables are large and a profile shows the hundredth part of them; so when a run is done the portrait of every
community is written beside its tables, in both languages, by the words of the library's reports. A portrait that is
not there yet is made when it is asked for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from linli.errors import SnapshotError
from linli.report import phrases
from linli.report.build import build_book, shown_coverage
from linli.report.formats import Format, known
from linli.report.model import Book, Community, Mean, Result
from linli.report.profile import fact_rows, supply_rows
from linli.report.words import load_words
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import survey_of, tables_of
from linli.web.keep import Keep
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import LANGUAGES

__all__ = ["FOLDER", "portrait_of", "portraits_write"]

FOLDER = "portraits"
"""Where portraits are kept, below the site's files: a folder for each run's digest."""

_FORM = 1
"""What a portrait holds: another number where that changed, so that old files are not read."""

_KEPT: Keep[Mapping[str, Any]] = Keep(256)

Words = dict[str, str]
Formats = Mapping[str, Format]


def _both(formats: Formats, write: Callable[[Format], str]) -> Words:
    return {lang: write(fmt) for lang, fmt in formats.items()}


def _plain(value: Any) -> Any:
    """Return a figure as JSON has it: None where nobody knows."""
    return float(value) if isinstance(value, int | float) and known(value) else None


def _mean(mean: Mean) -> dict[str, Any]:
    figures = {name: _plain(getattr(mean, name)) for name in ("score", "low", "high")}
    return {"key": mean.key, "title": dict(mean.title), **figures}


def _item(result: Result, book: Book, formats: Formats) -> dict[str, Any]:
    certainty = str(result.row.get("certainty") or result.item.certainty)
    return {
        "item": result.item.id, "title": dict(result.item.title), "group": result.item.group, "status": result.status,
        "degree": _both(formats, lambda fmt: fmt.degree(result.degree, result.low, result.high)),
        "short": _both(formats, lambda fmt: phrases.shortfall_text(result, fmt, book.unit)),
        "weakest": _both(formats, lambda fmt: phrases.weakest_text(result, fmt)),
        "clause": result.item.clause, "source": result.item.source, "certainty": certainty,
    }  # fmt: skip


def _facts(book: Book, community: Community, formats: Formats) -> list[dict[str, Words]]:
    rows = {lang: fact_rows(book, community, fmt) for lang, fmt in formats.items()}
    first = next(iter(rows.values()))
    return [{key: {lang: rows[lang][i][key] for lang in rows} for key in row} for i, row in enumerate(first)]


def _supply(book: Book, community: Community, coverage: Any, formats: Formats) -> list[dict[str, Any]]:
    rows = {lang: supply_rows(book, community, coverage, fmt) for lang, fmt in formats.items()}
    found = []
    for i, row in enumerate(next(iter(rows.values()))):
        cover = coverage.get((community.id, row["code"]), {})
        words = {key: {lang: rows[lang][i][key] for lang in rows} for key in ("name", "area", "within", "distance")}
        found.append(
            {"code": row["code"], "count": row["count"], **words, "share": _plain(cover.get("share")),
             "distance_m": _plain(cover.get("distance_m"))}
        )  # fmt: skip
    return found


def _portrait(book: Book, community: Community, coverage: Any) -> dict[str, Any]:
    formats: dict[str, Format] = {lang: Format(load_words(lang), book.unit) for lang in LANGUAGES}
    standard = book.standards[0].id
    gaps = {name: [r.item.id for r in phrases.gaps(community, name)] for name in community.results}
    return {
        "total": book.total,
        "lead": _both(formats, lambda fmt: phrases.community_lead(book, community, fmt)),
        "facts": _facts(book, community, formats),
        "bands": {band: _plain(value) for band, value in community.bands.items()},
        "items": {name: [_item(r, book, formats) for r in found] for name, found in community.results.items()},
        "gaps": gaps,
        "haves": {
            name: [_mean(mean) for mean in community.haves if mean.standard == name] for name in community.results
        },
        "scenes": [_mean(mean) for mean in community.scenes if mean.standard == standard],
        "supply": _supply(book, community, coverage, formats),
        "peers": list(community.peers),
        "old_young_share": _plain(phrases.old_young_share(community)),
    }


def _file(run: Run, code: str) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / f"{run.digest}-{_FORM}" / f"{code}.json"


def _write(file: Path, found: Mapping[str, Any]) -> None:
    """Write whole or not at all: others may read it meanwhile."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}-{uuid4().hex[:8]}")
    part.write_text(json.dumps(found, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    part.replace(file)


def portrait_of(run: Run, code: str) -> Mapping[str, Any] | None:
    """Return the portrait of a community: of everybody's figures, so ask the gate before showing it.

    Parameters
    ----------
    run
        Done.
    code
        The community's 12-digit code.

    Returns
    -------
    mapping or None
        ``None`` if the run has no such community, or its tables cannot be read any more.
    """

    def read() -> Mapping[str, Any]:
        file = _file(run, code)
        try:
            found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = _make(run, code)
            _write(file, found)
        return found

    try:
        return _KEPT.get(f"{run.digest}|{code}", read)
    except (SnapshotError, KeyError, OSError):
        return None


def _make(run: Run, code: str) -> Mapping[str, Any]:
    tables, survey = tables_of(run), survey_of(run)
    book = build_book(tables, survey, site_catalogue(), only={code})
    community = book.community(code)
    if community is None:
        raise KeyError(code)
    return _portrait(book, community, shown_coverage(book, tables))


def portraits_write(run: Run) -> int:
    """Write the portrait of every community of a run that has none yet.

    Parameters
    ----------
    run
        Done.

    Returns
    -------
    int
        How many were written.

    Raises
    ------
    SnapshotError
        If the run's tables cannot be read.
    """
    tables, survey = tables_of(run), survey_of(run)
    book = build_book(tables, survey, site_catalogue())
    coverage = shown_coverage(book, tables)
    missing = [community for community in book.communities if not _file(run, community.id).exists()]
    for community in missing:
        _write(_file(run, community.id), _portrait(book, community, coverage))
    return len(missing)
