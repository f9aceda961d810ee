"""What happened to each facility: opened, closed, moved, renamed, another type, larger, smaller.

*Serving* means in use. What matters to people is whether a facility serves: ``opened`` (serves now and was not listed,
or was planned), ``reopened`` (was suspended or closed), ``closed`` (no longer serves, or is no longer listed) and
``suspended``. `evidence` says whether a status said so (``status``) or only that an entry came or went (``listing``):
an entry that came may be new, or newly recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.feedback.choices import CompareOptions
from linli.feedback.likeness import normal_names
from linli.feedback.places import NUMBERS
from linli.feedback.values import CHANGES, as_text, changed, difference

__all__ = ["ABSENT", "SERVICE", "STARTED", "STOPPED", "facility_changes", "facility_table", "service_change"]

ABSENT = "absent"
IN_USE = "in_use"
STARTED: tuple[str, ...] = ("opened", "reopened")
STOPPED: tuple[str, ...] = ("closed", "suspended")
SERVICE: tuple[str, ...] = (*STARTED, *STOPPED, "planned", "listed", "unlisted", "restatus")
"""Changes of a status: those of the service first, then of entries that serve in neither round."""

_COLUMNS = ("id", "type", "name", "community_id", "status", *NUMBERS["facilities"], "outline_m2", "x", "y")
_IDLE = ("suspended", "closed")
_OTHERS = ("storey", "own_entrance", "opening_hours", "operator")


def service_change(before: Sequence[Any], after: Sequence[Any]) -> npt.NDArray[np.object_]:
    """Say what two statuses mean together.

    Parameters
    ----------
    before, after
        Statuses, `ABSENT` where there is no entry.

    Returns
    -------
    ndarray of str
        One of `SERVICE`, or empty where nothing changed.

    Examples
    --------
    >>> service_change(["absent", "suspended", "in_use", "in_use"], ["in_use", "in_use", "absent", "in_use"]).tolist()
    ['opened', 'reopened', 'closed', '']
    """
    one, other = np.asarray(before, dtype=object), np.asarray(after, dtype=object)
    served, serves = one == IN_USE, other == IN_USE
    conditions = [
        one == other,
        serves & np.isin(one.astype(str), _IDLE),
        serves,
        served & (other == "suspended"),
        served,
        other == "planned",
        one == ABSENT,
        other == ABSENT,
    ]
    words = ["", "reopened", "opened", "suspended", "closed", "planned", "listed", "unlisted"]
    chosen: npt.NDArray[np.object_] = np.select(conditions, words, default="restatus").astype(object)
    return chosen


def _side(frame: gpd.GeoDataFrame, rows: npt.NDArray[np.int64], name: str) -> dict[str, Any]:
    """Take the columns of one round at the rows of a matching, missing where there is no entry."""
    taken = pd.DataFrame(frame[list(_COLUMNS)]).reindex(rows).reset_index(drop=True)
    taken["status"] = taken["status"].astype(object).where(rows >= 0, ABSENT)
    text = {"id", "type", "name", "community_id"}
    return {
        f"{column}_{name}": [None if pd.isna(value) else str(value) for value in taken[column]]
        if column in text
        else taken[column].to_numpy()
        for column in _COLUMNS
    }


def facility_table(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, matching: pd.DataFrame) -> pd.DataFrame:
    """Put the facilities of both rounds side by side.

    Parameters
    ----------
    before, after
        From `linli.feedback.places.locate`.
    matching
        From `linli.feedback.match.match_rows`.

    Returns
    -------
    DataFrame
        One row a row of the matching: `how`, `certainty`, `reason`, `distance_m`, and for each round id, type, name,
        community, status, areas (m²), capacity, outline (m²), x and y (degrees); `service` (what happened to its
        service; ``doubtful`` where the match is), `type`, `name`, `community_id` (as of the later round).
    """
    table = matching[["how", "certainty", "reason", "distance_m"]].reset_index(drop=True)
    sides = {
        **_side(before, matching["before"].to_numpy("int64"), "before"),
        **_side(after, matching["after"].to_numpy("int64"), "after"),
    }
    table = table.assign(**sides)
    service = service_change(table["status_before"].to_list(), table["status_after"].to_list())
    table["service"] = np.where(table["certainty"] == "doubtful", "doubtful", service)
    for column in ("type", "name", "community_id", "x", "y"):
        table[column] = table[f"{column}_after"].where(table["id_after"].notna(), table[f"{column}_before"])
    return table


def _rows(table: pd.DataFrame, mask: Any, change: Any, column: str, **more: Any) -> pd.DataFrame:
    """Return the changes of one column of the facilities picked by a mask."""
    picked = table[np.asarray(mask, dtype=bool)]
    one, other = more.pop("before", f"{column}_before"), more.pop("after", f"{column}_after")
    frame = pd.DataFrame(
        {
            "layer": "facilities",
            "change": change[np.asarray(mask, dtype=bool)] if isinstance(change, np.ndarray) else change,
            "id_before": picked["id_before"],
            "id_after": picked["id_after"],
            "type": picked["type"],
            "name": picked["name"],
            "community_id": picked["community_id"],
            "column": column,
            "before": [as_text(value) for value in picked[one]] if one in picked else "",
            "after": [as_text(value) for value in picked[other]] if other in picked else "",
            "difference": np.nan,
            "evidence": "",
        }
    )
    return frame.assign(**more)


def _sized(table: pd.DataFrame, both: Any, column: str) -> list[pd.DataFrame]:
    """List changes of a size: larger, smaller, measured for the first time, no longer known."""
    gap = difference(table[f"{column}_before"], table[f"{column}_after"])
    known = table[f"{column}_before"].notna(), table[f"{column}_after"].notna()
    kinds = {
        "larger": both & (gap > 0),
        "smaller": both & (gap < 0),
        "measured": both & ~known[0] & known[1],
        "unmeasured": both & known[0] & ~known[1],
    }
    return [
        _rows(table, mask, kind, column).assign(difference=gap[np.asarray(mask, dtype=bool)])
        for kind, mask in kinds.items()
    ]


def _named(table: pd.DataFrame, both: Any) -> list[pd.DataFrame]:
    one, other = normal_names(table["name_before"]), normal_names(table["name_after"])
    return [
        _rows(table, both & (one != other) & (one != "") & (other != ""), "renamed", "name"),
        _rows(table, both & (one != other) & ((one == "") | (other == "")), "updated", "name"),
    ]


def facility_changes(
    table: pd.DataFrame,
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    matching: pd.DataFrame,
    options: CompareOptions,
) -> pd.DataFrame:
    """List every change of every facility whose match is sure.

    Parameters
    ----------
    table
        From `facility_table`.
    before, after, matching
        What it was made from.
    options
        From how many metres it is a move.

    Returns
    -------
    DataFrame
        One row a change, columns `linli.feedback.values.CHANGES`; `difference` in the column's unit (m for a move).
    """
    sure = (table["certainty"] == "sure").to_numpy()
    both = sure & table["id_before"].notna().to_numpy() & table["id_after"].notna().to_numpy()
    service = table["service"].to_numpy(dtype=object)
    one_absent = (table["status_before"] == ABSENT) | (table["status_after"] == ABSENT)
    parts = [
        _rows(table, sure & (service != ""), service, "status").assign(
            evidence=np.where(one_absent[sure & (service != "")], "listing", "status")
        ),
        _rows(table, both & (table["type_before"] != table["type_after"]), "retyped", "type"),
    ]
    moved = both & (table["distance_m"] > options.same_place_m).to_numpy()
    parts.append(_rows(table, moved, "moved", "geometry").assign(difference=table["distance_m"].to_numpy()[moved]))
    parts += _named(table, both)
    for column in NUMBERS["facilities"]:
        parts += _sized(table, both, column)
    ends = matching["before"].to_numpy("int64"), matching["after"].to_numpy("int64")
    for column in _OTHERS:
        pair = table.assign(
            **{
                f"{column}_before": before[column].reindex(ends[0]).to_numpy(dtype=object),
                f"{column}_after": after[column].reindex(ends[1]).to_numpy(dtype=object),
            }
        )
        parts.append(_rows(pair, both & changed(pair[f"{column}_before"], pair[f"{column}_after"]), "updated", column))
    full = [part for part in parts if len(part)]
    return pd.concat(full, ignore_index=True)[list(CHANGES)] if full else pd.DataFrame(columns=list(CHANGES))
