"""Which items of a standard changed in which community, for how many residents, and because of what.

A change of status comes first; with the same status a change of degree counts from `degree_step` up. An item whose
demand itself changed (other figures in the rules, or a community that became another kind) is ``other_demand``: its
two degrees answer different questions, so they are not called better or worse.

Causes, from the evidence of the binding requirements: ``facilities`` (others count now, or one that counts moved or
changed; which ones is named), ``answers``, ``estates``, ``other`` (a size or a shape), ``residents`` (nothing but where
people live and how old they are), ``rules``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess import Assessment
from linli.feedback.choices import CompareOptions
from linli.feedback.places import join_ids
from linli.feedback.values import rows_of

__all__ = ["CHANGES_OF_ITEMS", "Facilities", "compare_items", "demands"]

CHANGES_OF_ITEMS: tuple[str, ...] = (
    "better",
    "worse",
    "same",
    "now_known",
    "now_unknown",
    "now_applies",
    "no_longer",
    "other_demand",
)
"""What may have happened to an item."""

_KEY = ["community_id", "standard", "item"]
_RANK = {"not_met": 0.0, "partly": 1.0, "met": 2.0}
_NO_PEOPLE = {"answer": "answers", "ratio": "estates"}


@dataclass(frozen=True, eq=False)
class Facilities:
    """What is known about the facilities between the rounds.

    Parameters
    ----------
    renumbered
        Id in the first round → id in the second, where it was given anew.
    altered
        Ids (of the second round) of those that moved or changed type or size.
    """

    renumbered: Mapping[str, str] = field(default_factory=dict)
    altered: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class _Evidence:
    """What the binding requirements of one item rest on."""

    counted: frozenset[str]
    kinds: frozenset[str]


def _demand(row: Any) -> str:
    said = json.loads(row.evidence)
    limits = [(limit["key"], limit["value"]) for limit in said["limits"]]
    return json.dumps(
        [row.requirement, row.requirement_kind, limits, said["types"], said["bands"], said["alternatives"]],
        sort_keys=True,
        default=str,
    )


def demands(assessment: Assessment) -> pd.Series:
    """Write down what every item asks of every community, so that two rounds can be held against each other.

    Parameters
    ----------
    assessment
        Any assessment.

    Returns
    -------
    Series of str
        By (community_id, standard, item): the binding requirements with the figures in force.
    """
    rows = assessment.requirements
    rows = rows[rows["binding"].to_numpy(dtype=bool)]
    texts = pd.Series([_demand(row) for row in rows_of(rows)], index=rows.index, dtype=object)
    return texts.groupby([rows[name].astype(str) for name in _KEY]).agg(lambda one: "|".join(sorted(one)))


def _changed_demand(before: Assessment, after: Assessment, table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which items ask for something else than before."""
    other_kind = np.asarray(table["kind_before"] != table["kind_after"], dtype=bool)
    same_rules = (
        before.meta.catalogue_version == after.meta.catalogue_version
        and before.meta.on == after.meta.on
        and before.meta.options.circle == after.meta.options.circle
    )
    index = pd.MultiIndex.from_frame(table[_KEY])
    if same_rules and not other_kind.any():
        return other_kind
    one, other = demands(before).reindex(index).fillna(""), demands(after).reindex(index).fillna("")
    return np.asarray(one.to_numpy() != other.to_numpy(), dtype=bool)


def _what(table: pd.DataFrame, other_demand: npt.NDArray[np.bool_], step: float) -> npt.NDArray[np.object_]:
    one, other = table["status_before"], table["status_after"]
    rank = other.map(_RANK).to_numpy("float64") - one.map(_RANK).to_numpy("float64")
    degree = table["degree_after"].to_numpy("float64") - table["degree_before"].to_numpy("float64")
    # half a billionth of slack, so that a step of exactly 0.01 counts
    better = (rank > 0) | ((rank == 0) & (degree >= step - 1e-9) & (degree > 0))
    worse = (rank < 0) | ((rank == 0) & (degree <= -step + 1e-9) & (degree < 0))
    none_before, none_after = (one == "not_applicable"), (other == "not_applicable")
    conditions = [
        (one == other) & (one.isin(["not_applicable", "unknown"])),
        other_demand & ~none_before & ~none_after,
        none_before,
        none_after,
        one == "unknown",
        other == "unknown",
        better,
        worse,
    ]
    words = ["same", "other_demand", "now_applies", "no_longer", "now_known", "now_unknown", "better", "worse"]
    chosen: npt.NDArray[np.object_] = np.select([np.asarray(c, dtype=bool) for c in conditions], words, "same").astype(
        object
    )
    return chosen


def _evidence(assessment: Assessment, wanted: pd.MultiIndex) -> Mapping[tuple[str, str, str], _Evidence]:
    """Collect which rows count for the binding requirements of some items."""
    rows = assessment.requirements
    rows = rows[rows["binding"].to_numpy(dtype=bool)]
    rows = rows[pd.MultiIndex.from_frame(rows[_KEY].astype(str)).isin(wanted)]
    counted: dict[tuple[str, str, str], set[str]] = {}
    kinds: dict[tuple[str, str, str], set[str]] = {}
    for row in rows_of(rows):
        key = (str(row.community_id), str(row.standard), str(row.item))
        here = json.loads(str(row.evidence))["rows"]
        if row.requirement_kind in _NO_PEOPLE:
            here = {}
        ids = counted.setdefault(key, set())
        ids.update(str(one[0]) for name in ("serving", "counted") for one in here.get(name, ()))
        kinds.setdefault(key, set()).add(str(row.requirement_kind))
    return {key: _Evidence(frozenset(counted[key]), frozenset(kinds[key])) for key in counted}


def _causes(before: Assessment, after: Assessment, table: pd.DataFrame, facilities: Facilities) -> pd.DataFrame:
    """Say what each changed item changed because of."""
    index = pd.MultiIndex.from_frame(table[_KEY])
    one, other = _evidence(before, index), _evidence(after, index)
    nothing = _Evidence(frozenset(), frozenset())
    rows = []
    for row in rows_of(table):
        key = (row.community_id, row.standard, row.item)
        first, second = one.get(key, nothing), other.get(key, nothing)
        counted = frozenset(facilities.renumbered.get(one, one) for one in first.counted)
        came, went = second.counted - counted, counted - second.counted
        altered = counted & second.counted & facilities.altered
        by_kind = sorted(_NO_PEOPLE[kind] for kind in (first.kinds | second.kinds) & set(_NO_PEOPLE))
        if row.change == "other_demand":
            cause = "rules"
        elif came or went or altered:
            cause = "facilities"
        elif by_kind:
            cause = by_kind[0]
        else:
            cause = "residents" if "reach" in first.kinds | second.kinds else "other"
        rows.append((cause, join_ids(list(came)), join_ids(list(went)), join_ids(list(altered))))
    return pd.DataFrame(rows, columns=["cause", "came", "went", "altered"], index=table.index)


def _side(assessment: Assessment, name: str) -> pd.DataFrame:
    columns = ["kind", "status", "degree", "residents", "residents_without", "weakest_requirement"]
    frame = assessment.items[[*_KEY, *columns]]
    frame = frame.astype(dict.fromkeys([*_KEY, "kind", "status", "weakest_requirement"], object))
    return frame.rename(columns={column: f"{column}_{name}" for column in columns})


def compare_items(
    before: Assessment, after: Assessment, options: CompareOptions, facilities: Facilities | None = None
) -> pd.DataFrame:
    """Put the items of two assessments side by side.

    Parameters
    ----------
    before, after
        Assessments of two rounds by the same options; communities and standards of both are compared.
    options
        From which change of degree an item counts as changed.
    facilities
        What is known about the facilities between the rounds.

    Returns
    -------
    DataFrame
        One row a community and item of both rounds: `change` (one of `CHANGES_OF_ITEMS`), for each round status, degree
        (0–1), residents concerned and without (residents or m², NaN where the item counts no people) and the weakest
        requirement; `degree_change`, `concerned` (whom the item concerns now: its residents, else the community's),
        `gained` (those of them within reach now who would not be at the earlier degree; negative = lost; NaN where the
        item counts no people), `cause`, and the facilities that `came`, `went` or were `altered`
        (";"-separated ids; empty where nothing changed).
    """
    table = _side(before, "before").merge(_side(after, "after"), on=_KEY, how="inner", validate="one_to_one")
    table = table.sort_values(_KEY, kind="stable", ignore_index=True)
    table["degree_change"] = table["degree_after"] - table["degree_before"]
    table["change"] = _what(table, _changed_demand(before, after, table), options.degree_step)
    everybody = after.communities.set_index(after.communities["community_id"].astype(str))["residents"]
    whole = table["community_id"].map(everybody)
    table["concerned"] = table["residents_after"].where(table["residents_after"].notna(), whole)
    comparable = table["residents_after"].notna() & table["residents_before"].notna()
    comparable &= table["change"].isin(["better", "worse", "same"])
    table["gained"] = (table["degree_change"] * table["residents_after"]).where(comparable)
    causes = _causes(before, after, table[table["change"] != "same"], facilities or Facilities())
    return table.join(causes).fillna(dict.fromkeys(("cause", "came", "went", "altered"), ""))
