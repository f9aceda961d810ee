"""Which entry of the second round is which of the first: facilities, rooms, plots.

An entry is found again by its id; else by type and name close by; else by type at the same place. What is not plain
is a *doubtful* match: it is listed with its reason and counts neither as the same nor as another, until somebody
decides it. The matching does not depend on the order of rows, and swapping the rounds swaps it.

Reasons: ``id_reused`` (same id, but too much else differs), ``several`` (more than one could be meant), ``chain``
(same type and name close by, but the name occurs more than once), ``other_name`` (same type and place, another name),
``other_type`` (same name and place, another type), ``far`` (same type and a name found only once, but far away).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from linli.feedback.choices import CompareOptions
from linli.feedback.likeness import likeness, normal_names

__all__ = ["MATCHING", "REASONS", "match_rows"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

REASONS: tuple[str, ...] = ("id_reused", "several", "chain", "other_name", "other_type", "far")
"""Why a match may be doubtful."""

MATCHING: tuple[str, ...] = ("before", "after", "how", "certainty", "reason", "distance_m")
"""Columns of a matching."""

_NOBODY = -1
_MM = 3


@dataclass(frozen=True, eq=False)
class _Both:
    """Two layers side by side, with what several steps need."""

    before: gpd.GeoDataFrame
    after: gpd.GeoDataFrame
    names_before: npt.NDArray[np.object_]
    names_after: npt.NDArray[np.object_]
    options: CompareOptions
    refused: frozenset[tuple[str, str]]

    def columns(self, pairs: pd.DataFrame, column: str) -> tuple[Any, Any]:
        """Return a column of both ends of pairs."""
        one = self.before[column].to_numpy(dtype=object)[pairs["before"].to_numpy()]
        other = self.after[column].to_numpy(dtype=object)[pairs["after"].to_numpy()]
        return one, other

    def names(self, pairs: pd.DataFrame) -> tuple[Any, Any]:
        """Return the normal names of both ends of pairs."""
        return self.names_before[pairs["before"].to_numpy()], self.names_after[pairs["after"].to_numpy()]


def _measured(both: _Both, before: Ints, after: Ints) -> pd.DataFrame:
    """Put pairs into a table with their distance, without those that were decided to be different."""
    shapes = both.before.geometry.to_numpy()[before], both.after.geometry.to_numpy()[after]
    pairs = pd.DataFrame({"before": before, "after": after, "distance_m": shapely.distance(*shapes)})
    if not both.refused or pairs.empty:
        return pairs
    keys = zip(*both.columns(pairs, "id"), strict=True)
    return pairs[[key not in both.refused for key in keys]].reset_index(drop=True)


def _alike(both: _Both, pairs: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Likeness of the names of pairs, 0–1, NaN where a name is not known."""
    return np.array([likeness(one, other) for one, other in zip(*both.names(pairs), strict=True)], dtype="float64")


def _by_id(both: _Both, before: Ints, after: Ints) -> pd.DataFrame:
    ids = both.before["id"].to_numpy()[before], both.after["id"].to_numpy()[after]
    _, one, other = np.intersect1d(*ids, return_indices=True)
    pairs = _measured(both, before[one], after[other])
    type_before, type_after = both.columns(pairs, "type")
    other_type = np.asarray(type_before != type_after, dtype=bool)
    unlike = _alike(both, pairs) < both.options.alike
    far = pairs["distance_m"].to_numpy() > both.options.match_m
    return pairs.assign(reason=np.where(other_type & unlike | far & (other_type | unlike), "id_reused", ""))


def _same_name(both: _Both, before: Ints, after: Ints, limit_m: float) -> pd.DataFrame:
    """Pairs of one type and name, at most so far apart."""
    ends = []
    for frame, names, rows in ((both.before, both.names_before, before), (both.after, both.names_after, after)):
        table = pd.DataFrame({"row": rows, "type": frame["type"].to_numpy(dtype=object)[rows], "name": names[rows]})
        ends.append(table[table["name"] != ""])
    merged = ends[0].merge(ends[1], on=["type", "name"], suffixes=("_before", "_after"))
    pairs = _measured(both, merged["row_before"].to_numpy("int64"), merged["row_after"].to_numpy("int64"))
    return pairs[pairs["distance_m"] <= limit_m].reset_index(drop=True)


def _same_place(both: _Both, before: Ints, after: Ints) -> pd.DataFrame:
    """Pairs at the same place, whatever they are."""
    if not len(before) or not len(after):
        return _measured(both, before[:0], after[:0])
    tree = shapely.STRtree(both.after.geometry.to_numpy()[after])
    shapes = both.before.geometry.to_numpy()[before]
    one, other = tree.query(shapes, predicate="dwithin", distance=both.options.same_place_m)
    return _measured(both, before[one], after[other])


def _name_here(both: _Both, before: Ints, after: Ints) -> pd.DataFrame:
    return _same_name(both, before, after, both.options.same_place_m).assign(reason="")


def _counts(frame: gpd.GeoDataFrame, names: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """How many entries of the whole round have each entry's type and name."""
    table = pd.DataFrame({"type": frame["type"].to_numpy(dtype=object), "name": names})
    counts: npt.NDArray[np.int64] = table.groupby(["type", "name"])["name"].transform("size").to_numpy("int64")
    return counts


def _found_once(both: _Both, pairs: pd.DataFrame) -> Bools:
    one = _counts(both.before, both.names_before)[pairs["before"].to_numpy()] == 1
    other = _counts(both.after, both.names_after)[pairs["after"].to_numpy()] == 1
    return np.asarray(one & other, dtype=bool)


def _name_near(both: _Both, before: Ints, after: Ints) -> pd.DataFrame:
    pairs = _same_name(both, before, after, both.options.match_m)
    return pairs.assign(reason=np.where(_found_once(both, pairs), "", "chain"))


def _type_here(both: _Both, before: Ints, after: Ints, *, alike: bool) -> pd.DataFrame:
    pairs = _same_place(both, before, after)
    one, other = both.columns(pairs, "type")
    pairs = pairs[np.asarray(one == other, dtype=bool)].reset_index(drop=True)
    unlike = _alike(both, pairs) < both.options.alike
    return pairs[unlike ^ alike].reset_index(drop=True).assign(reason="" if alike else "other_name")


def _alike_here(both: _Both, before: Ints, after: Ints) -> pd.DataFrame:
    return _type_here(both, before, after, alike=True)


def _unlike_here(both: _Both, before: Ints, after: Ints) -> pd.DataFrame:
    return _type_here(both, before, after, alike=False)


def _other_type_here(both: _Both, before: Ints, after: Ints) -> pd.DataFrame:
    pairs = _same_place(both, before, after)
    one, other = both.names(pairs)
    return (
        pairs[np.asarray((one == other) & (one != ""), dtype=bool)].reset_index(drop=True).assign(reason="other_type")
    )


def _name_far(both: _Both, before: Ints, after: Ints) -> pd.DataFrame:
    pairs = _same_name(both, before, after, np.inf)
    return pairs[_found_once(both, pairs)].reset_index(drop=True).assign(reason="far")


Step = Callable[[_Both, Ints, Ints], pd.DataFrame]
_STEPS: tuple[tuple[str, Step], ...] = (
    ("id", _by_id),
    ("name", _name_here),
    ("name", _name_near),
    ("place", _alike_here),
    ("place", _unlike_here),
    ("place", _other_type_here),
    ("name", _name_far),
)
"""How an entry is found again, surest first; each step sees what those before it have left."""


def _resolve(both: _Both, pairs: pd.DataFrame, how: str) -> pd.DataFrame:
    """Give every entry at most one partner: the nearest; doubtful where there was a choice."""
    if pairs.empty:
        return pd.DataFrame(columns=list(MATCHING))
    choice = np.maximum(
        pairs.groupby("before")["after"].transform("size").to_numpy(),
        pairs.groupby("after")["before"].transform("size").to_numpy(),
    )
    ids = np.sort(np.stack(both.columns(pairs, "id"), axis=1).astype(str), axis=1)
    # ties fall to the ids, smaller first whichever round it is of: swapping the rounds changes nothing
    order = np.lexsort((ids[:, 1], ids[:, 0], pairs["distance_m"].to_numpy().round(_MM)))
    taken_before: set[int] = set()
    taken_after: set[int] = set()
    kept = []
    for k, one, other in zip(order, pairs["before"].to_numpy()[order], pairs["after"].to_numpy()[order], strict=True):
        if one not in taken_before and other not in taken_after:
            taken_before.add(one)
            taken_after.add(other)
            kept.append(k)
    reason = np.where((choice > 1) & (pairs["reason"] == ""), "several", pairs["reason"])
    found = pairs.assign(how=how, reason=reason, certainty=np.where(reason == "", "sure", "doubtful"))
    return found.iloc[kept][list(MATCHING)]


def _decided(both: _Both, same: set[tuple[str, str]]) -> pd.DataFrame:
    """Pairs that somebody has decided to be the same, as far as both are there."""
    rows_before = {key: row for row, key in enumerate(both.before["id"])}
    rows_after = {key: row for row, key in enumerate(both.after["id"])}
    known = sorted((one, other) for one, other in same if one in rows_before and other in rows_after)
    before = np.array([rows_before[one] for one, _ in known], dtype="int64")
    after = np.array([rows_after[other] for _, other in known], dtype="int64")
    return _resolve(both, _measured(both, before, after).assign(reason=""), "decided").assign(
        certainty="sure", reason=""
    )


def _alone(side: str, rows: Ints) -> pd.DataFrame:
    other = "after" if side == "before" else "before"
    empty = {"how": "", "certainty": "sure", "reason": "", "distance_m": np.nan}
    return pd.DataFrame({side: rows, other: _NOBODY, **empty})[list(MATCHING)]


def match_rows(
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    options: CompareOptions,
    decided: Mapping[tuple[str, str], bool] | None = None,
) -> pd.DataFrame:
    """Find the entries of one round again in the other.

    Parameters
    ----------
    before, after
        With `id` (unique), `type`, `name` (missing allowed) and geometry in the same metric CRS, rows numbered from 0.
    options
        Distances and likeness.
    decided
        What is decided: (id before, id after) → the same or not.

    Returns
    -------
    DataFrame
        `before` and `after` (positions, −1 = none), `how` (``id``, ``name``, ``place``, ``decided``, empty),
        `certainty` (``sure``, ``doubtful``), `reason` (one of `REASONS`, empty if sure), `distance_m` between
        the two, NaN = none. Every entry of both rounds is in exactly one row.
    """
    decided = decided or {}
    both = _Both(
        before=before,
        after=after,
        names_before=normal_names(before["name"]),
        names_after=normal_names(after["name"]),
        options=options,
        refused=frozenset(key for key, same in decided.items() if not same),
    )
    parts = [_decided(both, {key for key, same in decided.items() if same})]
    left = [np.ones(len(before), dtype=bool), np.ones(len(after), dtype=bool)]
    for how, step in (("", None), *_STEPS):
        if step is not None:
            parts.append(_resolve(both, step(both, np.flatnonzero(left[0]), np.flatnonzero(left[1])), how))
        left[0][parts[-1]["before"].to_numpy("int64")] = False
        left[1][parts[-1]["after"].to_numpy("int64")] = False
    parts += [_alone("before", np.flatnonzero(left[0])), _alone("after", np.flatnonzero(left[1]))]
    table = pd.concat([part for part in parts if len(part)] or [_alone("before", np.flatnonzero(left[0]))])
    table = table.astype({"before": "int64", "after": "int64", "distance_m": "float64"})
    return table.sort_values(["before", "after"], ignore_index=True)
