"""From the tables of an outcome to the records that its pages show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from linli.assess import Assessment
from linli.feedback import Outcome
from linli.feedback.facilities import STARTED, STOPPED
from linli.feedback.values import rows_of
from linli.report.build import slugs
from linli.report.formats import known
from linli.report.model import Book
from linli.report.outcome.model import CommunityChange, ItemChange, ItemLine, OutcomeBook, Pair, Place
from linli.units import AGE_BANDS, residents_column

__all__ = ["build_outcome_book"]

_COMPARED = ("better", "worse", "same")
_ORDER = ("worse", "better", "now_unknown", "now_known", "no_longer", "now_applies", "other_demand")
_PARTS = ("came", "went", "altered")
_BACK = ("in_use", "partly")


def _text(value: Any) -> str:
    return str(value) if known(value) and value else ""


def _whole(value: Any) -> int:
    return int(value) if known(value) else 0


def _communities(outcome: Outcome) -> tuple[CommunityChange, ...]:
    table, standards = outcome.communities, outcome.meta.standards
    files = slugs(str(one) for one in table["community_id"])
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows_of(outcome.items.groupby(["community_id", "standard", "change"]).size().reset_index(name="number")):
        mine = counts.setdefault(str(row.community_id), {}).setdefault(str(row.standard), {})
        mine[str(row.change)] = int(row.number)
    worse = outcome.worse["community_id"].value_counts()
    found = []
    for row in table.to_dict("records"):
        key = str(row["community_id"])
        found.append(
            CommunityChange(
                id=key,
                slug=files[key],
                name=_text(row["name"]) or key,
                district=_text(row["district"]),
                residents=(row["residents_before"], row["residents_after"]),
                scores={
                    name: (row[f"score_before.{name}"], row[f"score_after.{name}"])
                    for name in standards
                    if f"score_after.{name}" in row
                },
                changes={name: counts.get(key, {}).get(name, {}) for name in standards},
                opened=_whole(row["opened"]),
                closed=_whole(row["closed"]),
                opened_m2=row["opened_m2"],
                brought_back_m2=row["brought_back_m2"],
                vacant_m2=row["vacant_m2"],
                worse=int(worse.get(key, 0)),
            )
        )
    return tuple(found)


def _facility_names(outcome: Outcome) -> dict[str, str]:
    names: dict[str, str] = {}
    for side in ("before", "after"):  # the later name goes before
        table = outcome.facilities[outcome.facilities[f"id_{side}"].notna()]
        names |= {str(k): _text(v) for k, v in zip(table[f"id_{side}"], table[f"name_{side}"], strict=True)}
    return names


def _items(
    outcome: Outcome, communities: Mapping[str, CommunityChange], names: Mapping[str, str]
) -> tuple[ItemChange, ...]:
    table = outcome.items[outcome.items["change"] != "same"]
    table = table.assign(
        _order=table["change"].map({code: i for i, code in enumerate(_ORDER)}),
        _weight=table["gained"].abs().fillna(table["concerned"]),
    )
    table = table.sort_values(["_order", "_weight"], ascending=[True, False], kind="stable")
    found = []
    for row in table.to_dict("records"):
        ids = {part: [one for one in str(row[part]).split(";") if one] for part in _PARTS}
        found.append(
            ItemChange(
                community=communities[str(row["community_id"])],
                standard=str(row["standard"]),
                item=str(row["item"]),
                title=outcome.meta.titles["items"].get(str(row["item"]), {}),
                change=str(row["change"]),
                status=(str(row["status_before"]), str(row["status_after"])),
                degree=(row["degree_before"], row["degree_after"]),
                concerned=row["concerned"],
                gained=row["gained"],
                cause=str(row["cause"]),
                facilities={part: tuple(names.get(one) or one for one in some) for part, some in ids.items()},
            )
        )
    return tuple(found)


def _mean(rows: pd.DataFrame) -> Pair:
    """Mean degrees of the communities where both rounds can be compared, each weighted by whom it concerns now."""
    rows = rows[rows["change"].isin(_COMPARED) & rows["degree_before"].notna() & rows["degree_after"].notna()]
    weight = rows["concerned"].to_numpy("float64")
    if not len(rows) or np.nansum(weight) <= 0:
        weight = np.ones(len(rows))
    weight = np.nan_to_num(weight)
    if not weight.sum():
        return (float("nan"), float("nan"))
    before, after = (float(np.average(rows[f"degree_{side}"], weights=weight)) for side in ("before", "after"))
    return (before, after)


def _lines(outcome: Outcome, book: Book) -> dict[str, tuple[ItemLine, ...]]:
    found = {}
    for standard in outcome.meta.standards:
        table = outcome.items[outcome.items["standard"] == standard]
        told = book.standard(standard)
        order = [item.id for item in told.items] if told else sorted(set(table["item"]))
        groups = dict(iter(table.groupby("item")))
        lines = []
        for item in order:
            rows = groups.get(item)
            if rows is None:
                continue
            gained = rows["gained"].fillna(0.0)
            lines.append(
                ItemLine(
                    item=item,
                    title=outcome.meta.titles["items"].get(item, {}),
                    degree=_mean(rows),
                    changes={str(k): int(v) for k, v in rows["change"].value_counts().items()},
                    statuses=tuple(  # type: ignore[arg-type]
                        {str(k): int(v) for k, v in rows[f"status_{side}"].value_counts().items()}
                        for side in ("before", "after")
                    ),
                    gained=float(gained[rows["change"] == "better"].clip(lower=0).sum()),
                    lost=float(-gained[rows["change"] == "worse"].clip(upper=0).sum()),
                )
            )
        found[standard] = tuple(lines)
    return found


def _facility_size(row: Mapping[Any, Any], side: str) -> float:
    sizes = (row[f"{column}_{side}"] for column in ("floor_area_m2", "site_area_m2", "outline_m2"))
    return next((float(size) for size in sizes if known(size)), float("nan"))


def _facility_places(outcome: Outcome) -> Iterable[dict[str, Any]]:
    table = outcome.facilities
    sure = table["certainty"] == "sure"
    moved = sure & (table["distance_m"] > outcome.meta.options.same_place_m) & (table["service"] == "")
    picked = table[(sure & table["service"].isin([*STARTED, *STOPPED])) | moved]
    for row in picked.to_dict("records"):
        kind = str(row["service"] or "moved")
        side = "before" if row["id_after"] is None or not known(row["id_after"]) else "after"
        yield {
            "kind": kind,
            "id": str(row[f"id_{side}"]),
            "name": _text(row["name"]),
            "type": str(row["type"]),
            "community_id": row["community_id"],
            "area_m2": _facility_size(row, "before" if kind in STOPPED else side),
            "x": row["x"],
            "y": row["y"],
            "origin": (row["x_before"], row["y_before"]) if kind == "moved" else None,
            "own": {str(row["id_after"])},
        }


def _reused_places(outcome: Outcome) -> Iterable[dict[str, Any]]:
    table = outcome.places[outcome.places["use"].isin(_BACK)]
    for row in table.to_dict("records"):
        yield {
            "kind": "room" if row["layer"] == "rooms" else "plot",
            "id": str(row["place_id"]),
            "name": _text(row["name"]),
            "type": _text(row["types"]),
            "community_id": row["community_id"],
            "area_m2": row["used_m2"],
            "x": row["x"],
            "y": row["y"],
            "origin": None,
            "own": set(str(row["facilities"]).split(";")),
        }


def _places(outcome: Outcome, communities: Mapping[str, CommunityChange]) -> tuple[Place, ...]:
    done = outcome.projects[outcome.projects["state"] == "done"]
    by_plan = [
        (str(row["option_id"] or row["place_id"]), set(str(row["facilities"]).split(";")))
        for row in done.to_dict("records")
    ]
    found = []
    for number, raw in enumerate([*_facility_places(outcome), *_reused_places(outcome)], start=1):
        own = raw.pop("own")
        community = communities.get(str(raw.pop("community_id")))
        options = tuple(option for option, ids in by_plan if ids & own)
        found.append(Place(number=number, community=community, projects=options, **raw))
    return tuple(found)


def _residents(before: Assessment, after: Assessment) -> dict[str, Pair]:
    found = {}
    for band in ("all", *AGE_BANDS):
        column = residents_column(band)
        pair = tuple(float(one.communities[column].sum(min_count=1)) for one in (before, after))
        if not all(np.isnan(pair)):
            found[band] = (pair[0], pair[1])
    return found


def build_outcome_book(outcome: Outcome, book: Book, before: Assessment, after: Assessment) -> OutcomeBook:
    """Put the records of a comparison together.

    Parameters
    ----------
    outcome
        The comparison.
    book
        The second round as its report tells it.
    before, after
        Assessments of the two rounds, for residents by age band.

    Returns
    -------
    OutcomeBook
        Ready for every language.
    """
    communities = _communities(outcome)
    by_id = {one.id: one for one in communities}
    names = _facility_names(outcome)
    return OutcomeBook(
        outcome=outcome,
        book=book,
        communities=communities,
        items=_items(outcome, by_id, names),
        lines=_lines(outcome, book),
        places=_places(outcome, by_id),
        residents=_residents(before, after),
        names=names,
    )
