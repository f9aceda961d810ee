"""From the tables of an assessment to the rows that pages list: figures copied as they are, unknown stays unknown."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from linli.assess import Assessment
from linli.assess.options import PRIORITY_COMPONENTS
from linli.units import OLD_AND_YOUNG, residents_column
from linli.web.accounts.models import Place
from linli.web.assessments.models import Run

__all__ = ["item_rows", "known_records", "score_rows"]

_MEAN = ("score", "score_low", "score_high", "known_share", "met", "partly", "not_met", "not_applicable", "unknown")
_ITEM = (
    "standard", "item", "group", "verb", "status", "degree", "degree_low", "degree_high", "shortfall",
    "shortfall_unit", "residents", "residents_without", "floor_area_short_m2", "places_short", "certainty", "advice",
)  # fmt: skip
_WORDS = frozenset(
    {"group", "verb", "shortfall_unit", "certainty", "advice", "weakest", "grade", "kind", "project_type"}
)


def known_records(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return the rows of a table with ``None`` for what is not known.

    Parameters
    ----------
    table
        Any table.

    Returns
    -------
    list of dict
        Plain Python values by column.
    """
    plain = table.astype(object)
    return plain.where(table.notna(), None).to_dict("records")


def _words(row: Mapping[Any, Any], names: Sequence[str]) -> dict[str, Any]:
    """Pick columns; a word that is not known is empty."""
    return {name: "" if row[name] is None and name in _WORDS else row[name] for name in names}


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not known: databases differ in how a JSON null sorts and compares, not in what is missing."""
    return {name: value for name, value in values.items() if value is not None}


def _by_group(table: pd.DataFrame, group: str, more: tuple[str, ...] = ()) -> dict[tuple[str, str], dict[str, Any]]:
    """Gather a table of means by community and standard: the means of each of its groups."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in known_records(table[["community_id", "standard", group, *_MEAN, *more]]):
        key = str(row["community_id"]), str(row["standard"])
        found.setdefault(key, {})[str(row[group])] = _known({name: row[name] for name in (*_MEAN, *more)})
    return found


def _by_community(table: pd.DataFrame) -> dict[str, dict[Hashable, Any]]:
    return {str(row["community_id"]): row for row in known_records(table)}


def _about(communities: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return what the survey says of each community."""
    table = communities.assign(
        old_young=communities[[residents_column(band) for band in OLD_AND_YOUNG]].sum(axis=1, skipna=False)
    )
    names = ("kind", "project_type", "households", "residents", "old_young")
    return {code: _words(row, names) for code, row in _by_community(table).items()}


def _index(row: Mapping[Any, Any] | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {name: row[name] for name in ("index_old_young", "index_low", "index_high", "index_own_pace")}


def _priority(row: Mapping[Any, Any] | None) -> dict[str, Any]:
    if row is None:
        return {}
    parts = {
        name: _known({"raw": row[name], "part": row[f"part_{name}"]})
        for name in PRIORITY_COMPONENTS
        if f"part_{name}" in row
    }
    return {
        "priority_rank": row["rank"],
        "priority_score": row["score"],
        "priority_parts": parts,
        "priority_reason": {"zh": row["reason_zh"], "en": row["reason_en"]},
    }


def score_rows(run: Run, assessment: Assessment, places: Mapping[str, Place]) -> Iterator[dict[str, Any]]:
    """Yield a row of each community and standard.

    Parameters
    ----------
    run
        The run they belong to.
    assessment
        Its tables.
    places
        Communities of the tree by code; others are left out.

    Yields
    ------
    dict
        Values of a `ScoreRow` by column, for `linli.web.bulk.insert_rows`.
    """
    about, index = _about(assessment.communities), _by_community(assessment.indices)
    priority = _by_community(assessment.priority)
    groups, scenes = _by_group(assessment.haves, "group"), _by_group(assessment.scenes, "scene", ("required",))
    for row in known_records(assessment.scores):
        code, standard = str(row["community_id"]), str(row["standard"])
        if code not in places:
            continue
        yield {
            "run_id": run.pk,
            "community_id": places[code].pk,
            "place": places[code].path,
            "standard": standard,
            **_words(row, (*_MEAN, "grade", "rank")),
            "groups": groups.get((code, standard), {}),
            "scenes": scenes.get((code, standard), {}),
            **about[code],
            **_index(index.get(code)),
            **_priority(priority.get(code)),
        }


def item_rows(run: Run, assessment: Assessment, places: Mapping[str, Place]) -> Iterator[dict[str, Any]]:
    """Yield a row of each community and item.

    Parameters
    ----------
    run
        The run they belong to.
    assessment
        Its tables.
    places
        Communities of the tree by code; others are left out.

    Yields
    ------
    dict
        Values of an `ItemRow` by column, for `linli.web.bulk.insert_rows`.
    """
    table = assessment.items[assessment.items["community_id"].astype(str).isin(places)]
    table = table.rename(columns={"weakest_requirement": "weakest"})
    for row in known_records(table[["community_id", "weakest", *_ITEM]]):
        community = places[str(row["community_id"])]
        yield {
            "run_id": run.pk, "community_id": community.pk, "place": community.path,
            **_words(row, (*_ITEM, "weakest")),
        }  # fmt: skip
