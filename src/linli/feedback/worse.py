"""What got worse, in one list: items, facilities that closed or shrank, residents who lost reach, answers, estates.

It is a list of its own because a comparison is read for what was gained, and what was lost gets lost in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from linli.feedback.facilities import STOPPED
from linli.feedback.values import rows_of
from linli.feedback.words import LANGUAGES, both, say_value

__all__ = ["WORSE", "Titles", "list_worse"]

WORSE: tuple[str, ...] = (
    "kind", "community_id", "community", "subject", "before", "after", "residents", "lost", "cause", "zh", "en",
)  # fmt: skip
"""Columns of what got worse; `residents` (or m²) are those concerned, `lost` those among them who had it before and
have it no longer, NaN = it cannot be counted in people."""

_ANSWERS = {"no": 0.0, "partly": 1.0, "yes": 2.0}
_SPACES = ("parking_spaces", "charging_spaces", "property_office_m2")
_HUNDRED = 100.0


@dataclass(frozen=True, eq=False)
class Titles:
    """What things are called: by code, Chinese and English; communities by id; and the unit of people."""

    types: Mapping[str, Mapping[str, str]]
    items: Mapping[str, Mapping[str, str]]
    communities: Mapping[str, str]
    unit: str

    def type(self, code: Any) -> dict[str, str]:
        """Return what a facility type is called, its code where nobody says."""
        return {lang: self.types.get(str(code), {}).get(lang, str(code)) for lang in LANGUAGES}

    def item(self, code: Any) -> dict[str, str]:
        """Return what an item is called, its id where nobody says."""
        return {lang: self.items.get(str(code), {}).get(lang, str(code)) for lang in LANGUAGES}


def _row(
    kind: str, row: Any, subject: str, before: str, after: str, text: Mapping[str, str], **more: Any
) -> dict[str, Any]:
    found = {"kind": kind, "community_id": row.community_id, "subject": subject, "before": before, "after": after}
    return {**found, "residents": np.nan, "lost": np.nan, "cause": "", **text, **more}


def _of_items(items: pd.DataFrame, titles: Titles) -> list[dict[str, Any]]:
    rows = []
    for row in rows_of(items[items["change"] == "worse"]):
        words = {"item": titles.item(row.item), "after": both(f"status.{row.status_after}")}
        if row.status_before == row.status_after:
            low, high = (f"{degree * _HUNDRED:.0f}%" for degree in (row.degree_before, row.degree_after))
            text = both("worse.item_degree", **words, low=low, high=high)
        else:
            text = both("worse.item", **words, before=both(f"status.{row.status_before}"))
        here = {
            "residents": row.concerned,
            "lost": -row.gained if row.gained < 0 else row.gained * np.nan,
            "cause": row.cause,
        }
        rows.append(_row("item", row, str(row.item), str(row.status_before), str(row.status_after), text, **here))
    return rows


def _of_facilities(changes: pd.DataFrame, titles: Titles) -> list[dict[str, Any]]:
    rows = []
    mine = changes[changes["layer"] == "facilities"]
    for row in rows_of(mine[mine["change"].isin([*STOPPED, "smaller"])]):
        words: dict[str, Any] = {"type": titles.type(row.type), "name": row.name if isinstance(row.name, str) else ""}
        kind = str(row.change)
        if kind == "smaller":
            words |= {"column": both(f"column.{row.column}"), "before": row.before, "after": row.after}
        elif row.evidence == "listing":
            kind = "unlisted"
        subject = row.id_before if isinstance(row.id_before, str) else row.id_after
        rows.append(_row(kind, row, str(subject), str(row.before), str(row.after), both(f"worse.{kind}", **words)))
    return rows


def _of_reach(reached: pd.DataFrame, titles: Titles, radius_m: float) -> list[dict[str, Any]]:
    rows = []
    near = reached[np.isclose(reached["distance_m"].astype("float64"), radius_m) & (reached["lost"] > 0)]
    for row in rows_of(near):
        people = both(f"people.{titles.unit}", count=f"{row.lost:,.0f}")
        text = both("worse.farther", people=people, distance=f"{radius_m:.0f}", type=titles.type(row.type))
        rows.append(
            _row(
                "farther", row, str(row.type), "", "", text, residents=row.residents, lost=row.lost, cause="facilities"
            )
        )
    return rows


def _cell(row: Any, value: str) -> dict[str, str]:
    """Return a cell of a change in words, by language."""
    return {lang: say_value(row.layer, row.column, value, lang) for lang in LANGUAGES}


def _of_layers(changes: pd.DataFrame, titles: Titles) -> list[dict[str, Any]]:
    rows = []
    for row in rows_of(changes[changes["change"] == "updated"]):
        name = row.name if isinstance(row.name, str) else row.id_after
        one, other = str(row.before), str(row.after)
        if row.layer == "answers" and row.column == "value" and _ANSWERS.get(other, 9.0) < _ANSWERS.get(one, -1.0):
            said = {"before": both(f"answer.{one}"), "after": both(f"answer.{other}")}
            text = both("worse.answer", item=titles.item(row.type), **said)
            rows.append(_row("answer", row, str(row.type), one, other, text, cause="answers"))
        lost = row.column in _SPACES and row.difference < 0
        if row.layer == "estates" and (lost or (row.column == "property_service" and other == "none")):
            words = {end: _cell(row, value) for end, value in (("before", one), ("after", other))}
            text = both("worse.estate", name=name, column=both(f"column.{row.column}"), **words)
            rows.append(_row("estate", row, str(row.id_after), one, other, text, cause="estates"))
        if row.layer == "buildings" and row.column == "has_lift" and (one, other) == ("true", "false"):
            rows.append(_row("building", row, str(row.id_after), one, other, both("worse.building", name=name)))
    return rows


def list_worse(
    items: pd.DataFrame, changes: pd.DataFrame, reached: pd.DataFrame, titles: Titles, radius_m: float
) -> pd.DataFrame:
    """List everything that got worse.

    Parameters
    ----------
    items
        From `linli.feedback.items.compare_items`.
    changes
        Changes of every layer.
    reached
        From `linli.feedback.reached.compare_reach`.
    titles
        What things are called.
    radius_m
        Distance of the life circle, m.

    Returns
    -------
    DataFrame
        Columns `WORSE`, most residents first.
    """
    rows = [
        *_of_items(items, titles),
        *_of_facilities(changes, titles),
        *_of_reach(reached, titles, radius_m),
        *_of_layers(changes, titles),
    ]
    table = pd.DataFrame(rows, columns=list(WORSE))
    table["community"] = table["community_id"].map(titles.communities)
    table = table.astype({"residents": "float64", "lost": "float64"})
    table["weight"] = table["lost"].where(table["lost"].notna(), table["residents"])
    by = ["weight", "kind", "community_id", "subject"]
    ordered = table.sort_values(by, ascending=[False, True, True, True], na_position="last", ignore_index=True)
    return ordered[list(WORSE)]
