"""Everything as plain data: the tables as Parquet, and one JSON file that sums them up for other programs."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from linli.assess.record import Assessment
from linli.report.model import Book, Community, Figures

__all__ = ["summary", "write_data"]


def _clean(value: Any) -> Any:
    """Turn NaN into null and numpy numbers into plain ones, at every depth."""
    if isinstance(value, dict):
        return {str(key): _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        value = value.item()
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return None if value is pd.NA else value


def _sums(figures: Figures) -> dict[str, Any]:
    return {
        "communities": figures.communities,
        "residents": figures.residents,
        "households": figures.households,
        "score": figures.score,
        "score_low": figures.low,
        "score_high": figures.high,
        "item_results": dict(figures.counts),
    }


def _community(community: Community) -> dict[str, Any]:
    return {
        "community_id": community.id,
        "name": community.name,
        "residents": community.residents,
        "scores": {
            name: {"score": s.score, "low": s.low, "high": s.high, "grade": s.grade or None, "rank": s.rank}
            for name, s in community.scores.items()
        },
        "priority": community.priority.rank if community.priority else None,
        "items": {r.item.id: r.status for results in community.results.values() for r in results},
        "page": f"communities/{community.slug}.html",
    }


def summary(book: Book) -> dict[str, Any]:
    """Sum a report up in one JSON-ready dictionary; null where nobody knows.

    Parameters
    ----------
    book
        The report's records.

    Returns
    -------
    dict
        ``meta``, ``unit``, ``city`` by standard, ``regions``, ``coverage`` by facility type (shares 0–1, distances in
        m, people in `unit`), ``communities``.
    """
    return _clean(  # type: ignore[no-any-return]
        {
            "name": dict(book.name),
            "surveyed_on": book.surveyed_on.isoformat(),
            "rules_on": book.on.isoformat(),
            "rules_version": book.catalogue_version,
            "unit": book.unit,
            "residents_method": book.manifest["residents"],
            "options": book.meta["options"],
            "city": {name: _sums(figures) for name, figures in book.figures.items()},
            "regions": {r.key: {name: _sums(f) for name, f in r.figures.items()} for r in book.regions},
            "coverage": {code: dict(row) for code, row in book.coverage.items()},
            "communities": [_community(community) for community in book.communities],
        }
    )


def write_data(book: Book, assessment: Assessment, out: Path) -> list[Path]:
    """Write the summary and every table of the assessment.

    Parameters
    ----------
    book
        The report's records.
    assessment
        Its tables.
    out
        The report's folder; files go to ``data``.

    Returns
    -------
    list of Path
        ``data/summary.json`` first.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    folder = out / "data"
    folder.mkdir(exist_ok=True)
    written = [folder / "summary.json"]
    text = json.dumps(summary(book), ensure_ascii=False, indent=1)
    written[0].write_text(text + "\n", encoding="utf-8")
    for name, table in assessment.tables.items():
        path = folder / f"{name}.parquet"
        table.to_parquet(path, index=False, compression="zstd")
        written.append(path)
    return written
