"""A level of service that every group must reach: the equity floor, and the goal of a minimum-cost plan.

z_j is 1 if demand row j is served by what is chosen or exists already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.improve.siting.tables import numbers, require_columns

__all__ = ["Floor", "floor"]


@dataclass(frozen=True, eq=False)
class Floor:
    """A level of service for each group of demand rows.

    Parameters
    ----------
    labels
        One label a group.
    codes
        Array, shape (n_demand,): the group of each demand row, -1 = in none.
    amount
        Array, shape (n_demand,), ≥ 0: what a served row adds (people, say).
    lower
        Array, shape (n_groups,): what each group must reach, in the unit of `amount`.
    demand
        Ids of the demand rows.
    """

    labels: tuple[str, ...]
    codes: NDArray[np.int64]
    amount: NDArray[np.float64]
    lower: NDArray[np.float64]
    demand: pd.Index[Any]


def floor(
    demand: pd.DataFrame,
    level: float | Mapping[Any, float],
    *,
    by: str | None = "community_id",
    amount: str = "weight",
    measure: Literal["share", "amount"] = "share",
) -> Floor:
    """Bring every group to a level: Σ_{j∈g} amount_j z_j ≥ level_g · Σ_{j∈g} amount_j (share), or ≥ level_g (amount).

    Parameters
    ----------
    demand
        Index = demand id; columns `amount` (people ≥ 0) and `by`.
    level
        Share 0–1 or amount, the same for all groups or by group; groups that a mapping does not name are not bound.
    by
        Column of the group; ``None`` = everybody is one group.
    amount
        Column of the people.
    measure
        ``share`` of the group's people, or an ``amount`` of them.

    Returns
    -------
    Floor
        One row a group.

    Raises
    ------
    InputError
        A column is missing, an amount is missing or negative.

    Notes
    -----
    People who are served already and people whom no option reaches both count in a group's total.
    """
    people = numbers(demand, amount, "demand", minimum=0.0)
    if by is None:
        codes, names = np.zeros(len(demand), dtype=np.int64), ["all"]
        levels = np.array([float(level)]) if not isinstance(level, Mapping) else np.array([float(level["all"])])
    else:
        require_columns(demand, [by], "demand")
        names = list(level) if isinstance(level, Mapping) else list(pd.unique(demand[by].dropna()))
        codes = pd.Index(names).get_indexer(pd.Index(demand[by])).astype(np.int64)
        levels = np.array([float(level[name] if isinstance(level, Mapping) else level) for name in names])
    if measure == "share":
        levels = levels * np.bincount(codes[codes >= 0], weights=people[codes >= 0], minlength=len(names))
    return Floor(tuple(f"floor {name}" for name in names), codes, people, levels, demand.index)
