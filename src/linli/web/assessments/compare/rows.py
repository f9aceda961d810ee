"""From the tables of an outcome to the rows that pages list: figures copied as they are, unknown stays unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from linli.feedback import Outcome
from linli.web.accounts.models import Place
from linli.web.assessments.models import Comparison
from linli.web.assessments.rows import known_records

__all__ = ["community_rows", "doubt_rows", "item_rows", "loss_rows", "total_rows"]

_COUNTS = ("better", "worse", "opened", "closed")
_AREAS = ("opened_m2", "brought_back_m2", "vacant_m2")
_ITEM = ("standard", "item", "change", "degree_before", "degree_after", "degree_change", "concerned", "gained")

_TOTAL = ("section", "level", "zh", "en", "unit", "value", "high", "before", "after", "unknown", "note_zh", "note_en")


def _at(comparison: Comparison, place: Place | None) -> dict[str, Any]:
    """Return the references of a row; what lies in no community of the tree is the whole comparison's."""
    path = comparison.place if place is None else place.path
    return {"comparison_id": comparison.pk, "community_id": None if place is None else place.pk, "place": path}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _reach(outcome: Outcome) -> dict[str, dict[str, float]]:
    """Add up, by community, who came within the circle's distance of what and who no longer is."""
    table = outcome.coverage
    near = table[
        (table["distance_m"].astype("float64") - outcome.meta.circle_m).abs() < 1
    ]  # distances are whole metres
    sums = near.groupby(near["community_id"].astype(str))[["gained", "lost"]].sum()
    return {str(code): {str(k): float(v) for k, v in row.items()} for code, row in sums.to_dict("index").items()}


def _scores(row: Mapping[Any, Any], standards: tuple[str, ...]) -> dict[str, dict[str, float]]:
    scores: dict[str, dict[str, float]] = {}
    for standard in standards:
        ends = {end: row.get(f"score_{end}.{standard}") for end in ("before", "after")}
        scores[standard] = {end: value for end, value in ends.items() if value is not None}
    return scores


def community_rows(comparison: Comparison, outcome: Outcome, places: Mapping[str, Place]) -> Iterator[dict[str, Any]]:
    """Yield a row of each community of either round.

    Parameters
    ----------
    comparison
        Whose rows they are.
    outcome
        Its tables.
    places
        Communities of the tree by code; others are left out.

    Yields
    ------
    dict
        Values of a `ComparedCommunity` by column.
    """
    standards, reach = outcome.meta.standards, _reach(outcome)
    for row in known_records(outcome.communities):
        code = str(row["community_id"])
        if code not in places:
            continue
        scores = _scores(row, standards)
        first = scores.get(standards[0], {}) if standards else {}
        before, after = first.get("before"), first.get("after")
        yield {
            **_at(comparison, places[code]),
            "residents_before": row["residents_before"], "residents_after": row["residents_after"],
            "score_before": before, "score_after": after, "scores": scores,
            "score_change": None if before is None or after is None else after - before,
            **{name: int(row[name] or 0) for name in _COUNTS}, **{name: row[name] or 0.0 for name in _AREAS},
            **{name: reach.get(code, {}).get(name, 0.0) for name in ("gained", "lost")},
        }  # fmt: skip


def item_rows(comparison: Comparison, outcome: Outcome, places: Mapping[str, Place]) -> Iterator[dict[str, Any]]:
    """Yield a row of each item of a community that changed; parameters and rows as `community_rows`.

    Parameters
    ----------
    comparison, outcome, places
        As `community_rows`.

    Yields
    ------
    dict
        Values of a `ComparedItem` by column.
    """
    for row in known_records(outcome.items[outcome.items["change"] != "same"]):
        code = str(row["community_id"])
        if code not in places:
            continue
        yield {
            **_at(comparison, places[code]),
            **{name: row[name] for name in _ITEM},
            "status_before": _text(row["status_before"]), "status_after": _text(row["status_after"]),
            "without_before": row["residents_without_before"], "without_after": row["residents_without_after"],
            **{name: _text(row[name]) for name in ("cause", "came", "went")},
        }  # fmt: skip


def loss_rows(comparison: Comparison, outcome: Outcome, places: Mapping[str, Place]) -> Iterator[dict[str, Any]]:
    """Yield a row of each thing that got worse, most residents first.

    Parameters
    ----------
    comparison, outcome, places
        As `community_rows`; what lies in no community of the tree is kept without one.

    Yields
    ------
    dict
        Values of a `Loss` by column.
    """
    for rank, row in enumerate(known_records(outcome.worse), start=1):
        yield {
            **_at(comparison, places.get(_text(row["community_id"]))),
            "rank": rank, "kind": row["kind"], "subject": _text(row["subject"])[:120],
            "text": {"zh": _text(row["zh"]), "en": _text(row["en"])},
            "residents": row["residents"], "lost": row["lost"], "cause": _text(row["cause"]),
        }  # fmt: skip


def doubt_rows(comparison: Comparison, outcome: Outcome, places: Mapping[str, Place]) -> Iterator[dict[str, Any]]:
    """Yield a row of each match to be decided.

    Parameters
    ----------
    comparison, outcome, places
        As `loss_rows`.

    Yields
    ------
    dict
        Values of a `Doubt` by column.
    """
    for row in known_records(outcome.doubtful):
        words = {name: _text(row[name]) for name in ("layer", "type", "name_before", "name_after", "reason")}
        yield {
            **_at(comparison, places.get(_text(row["community_id"]))),
            **words, "before_id": _text(row["id_before"]), "after_id": _text(row["id_after"]),
            "distance_m": row["distance_m"], "area_m2": row["area_m2"],
            "text": {"zh": _text(row["zh"]), "en": _text(row["en"])},
        }  # fmt: skip


def total_rows(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the totals of the whole place, JSON-ready; what is not known is not there.

    Parameters
    ----------
    outcome
        The tables.

    Returns
    -------
    list of dict
        In the order of the form.
    """
    return [
        {name: row[name] for name in _TOTAL if row[name] is not None and row[name] != ""}
        for row in known_records(outcome.totals)
    ]
