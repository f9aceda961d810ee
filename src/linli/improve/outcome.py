"""What a choice brings, counted anew from the raw residents.

Who is served by what, coverage before and after, and why the rest is still without.

Reasons for being without:

- ``no_option``: nothing lawful lies within reach (no place at all, or none that the type may go into),
- ``no_budget``: an option reaches them, and money, counts or area are spent,
- ``place_taken``: the place that could serve them serves more by another use,
- ``ruled_out``: the option that reaches them is forbidden, or rests on one that is not chosen,
- ``not_worth_it``: an option reaches them and could still be added, or was left out as serving too few.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import NEEDS
from linli.assess.coverage import within
from linli.assess.walks import is_within
from linli.improve.need import Demand, concerned, old_young
from linli.improve.options import Options
from linli.improve.question import Question

__all__ = ["WHY", "coverage_change", "reach_of", "served_by", "still_without"]

Bools = npt.NDArray[np.bool_]
NEED = "need"
"""Pseudo-band of the coverage table: those whose need the requirement is."""

WHY: dict[str, dict[str, str]] = {
    "no_place": {"zh": "步行范围内没有可用的用房或地块", "en": "no room or plot within walking distance"},
    "no_lawful_place": {
        "zh": "范围内的用房和地块不能作此用途",
        "en": "rooms and plots are near, but none may take this use",
    },
    "budget": {"zh": "资金已用完", "en": "the money is spent"},
    "limit": {"zh": "数量或面积已到上限", "en": "the limit of projects or area is reached"},
    "place_taken": {"zh": "该处已作其他用途，服务更多居民", "en": "the place serves more by another use"},
    "forbidden": {"zh": "该选项已被排除", "en": "the option is ruled out"},
    "rests_on_other": {"zh": "所依赖的项目未入选", "en": "it rests on a project that is not chosen"},
    "balance": {"zh": "运营收支不平衡", "en": "the operating balance does not carry it"},
    "too_few": {"zh": "单个项目新增服务居民过少", "en": "one project would newly serve too few"},
    "cost_unset": {"zh": "单位造价未填，无法列入预算", "en": "no unit cost is set, so it cannot be budgeted"},
    "not_chosen": {
        "zh": "可以再增加，但在精度范围内不值得",
        "en": "could still be added, but is not worth it within the gap",
    },
}
"""Why residents are still without, in Chinese and English."""

_GROUP = {
    "no_place": "no_option", "no_lawful_place": "no_option", "budget": "no_budget", "limit": "no_budget",
    "place_taken": "place_taken", "forbidden": "ruled_out", "rests_on_other": "ruled_out", "balance": "no_budget",
    "too_few": "not_worth_it", "cost_unset": "no_budget", "not_chosen": "not_worth_it",
}  # fmt: skip
_BY_KIND = {
    "force_out": "forbidden", "shared_area": "place_taken", "one_use": "place_taken", "budget": "budget",
    "at_most": "limit", "area": "limit", "precedence": "rests_on_other", "operating_balance": "balance",
}  # fmt: skip
_NEAREST_FIRST = (
    "not_chosen", "budget", "limit", "balance", "cost_unset", "rests_on_other", "place_taken", "too_few", "forbidden",
    "no_lawful_place", "no_place",
)  # fmt: skip
"""Of several reasons the one that is easiest to mend is told."""

_SLACK = 1e-6


def served_by(options: Options, question: Question, chosen: Sequence[str]) -> pd.DataFrame:
    """Say who is newly served by what: the nearest chosen option within reach.

    Parameters
    ----------
    options, question
        The options and the question made from them.
    chosen
        Option ids.

    Returns
    -------
    DataFrame
        One row a building and requirement newly served: `item`, `requirement`, `building_id`, `community_id`,
        `option_id`, `distance_m`, `residents`, `old_young` (or m²), `weight`, `row` (of `question.demand`).
    """
    links, demand = options.links, question.demand
    number = question.options.index.get_indexer(pd.Index(list(chosen)))
    taken = np.zeros(len(question.options), dtype=bool)
    taken[number] = True
    n = max(len(options.ground.weight), 1)
    mine = links[taken[links["option"].to_numpy()]].sort_values(["demand", "building", "distance_m", "option"])
    mine = mine.drop_duplicates(["demand", "building"])
    keys = demand["demand"].to_numpy() * n + demand["building"].to_numpy()
    row = np.searchsorted(keys, mine["demand"].to_numpy() * n + mine["building"].to_numpy())
    here = demand.iloc[row]
    items = np.array([one.requirement.item for one in options.demands], dtype=object)
    names = np.array([one.requirement.id for one in options.demands], dtype=object)
    at = mine["demand"].to_numpy()
    return pd.DataFrame(
        {
            "item": items[at] if len(at) else items[:0],
            "requirement": names[at] if len(at) else names[:0],
            "building_id": options.ground.city.building_ids[mine["building"].to_numpy()],
            "community_id": here["community_id"].to_numpy(dtype=object),
            "option_id": question.options.index.to_numpy(dtype=object)[mine["option"].to_numpy()],
            "distance_m": mine["distance_m"].to_numpy(),
            "residents": here["residents"].to_numpy(),
            "old_young": here["old_young"].to_numpy(),
            "weight": here["weight"].to_numpy(),
            "row": row,
        }
    )


def reach_of(question: Question, chosen: Sequence[str]) -> pd.DataFrame:
    """List everything that the chosen options reach, nearest or not: what a schedule needs.

    Parameters
    ----------
    question
        The question.
    chosen
        Option ids.

    Returns
    -------
    DataFrame
        `row` (of `question.demand`), `option_id`; by row, then option.
    """
    taken = question.options.index.isin(list(chosen))
    matrix = question.coverage.matrix
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    keep = taken[matrix.indices]
    ids = question.options.index.to_numpy(dtype=object)
    return pd.DataFrame({"row": row[keep], "option_id": ids[matrix.indices[keep]]})


def _newly(options: Options, question: Question, served: pd.DataFrame, number: int) -> Bools:
    rows = question.demand.iloc[served["row"].to_numpy()]
    new = np.zeros(len(options.ground.weight), dtype=bool)
    new[rows["building"].to_numpy()[rows["demand"].to_numpy() == number]] = True
    return new


def coverage_change(options: Options, question: Question, served: pd.DataFrame) -> pd.DataFrame:
    """Count who is within reach before and after, by community, requirement and age band.

    Parameters
    ----------
    options, question
        The options and the question made from them.
    served
        From `served_by`.

    Returns
    -------
    DataFrame
        `community_id`, `item`, `requirement`, `band` (``need`` = those whose need it is, ``all``, then the bands),
        `residents` (on a street, in the communities that the requirement binds), `before`, `after`, `newly` (residents
        or m²), `share_before`, `share_after` (0–1).
    """
    ground, parts = options.ground, []
    city, bands = ground.city, (NEED, *NEEDS)
    for number, demand in enumerate(options.demands):
        people = np.column_stack([concerned(ground, demand), ground.weight * demand.bound[:, None]])
        new = _newly(options, question, served, number)
        total = within(city, people, demand.bound)
        before = within(city, people, demand.bound & demand.served)
        after = within(city, people, demand.bound & (demand.served | new))
        bound = np.flatnonzero(total[:, 1] + total[:, 0] > 0)
        k = len(bands)
        parts.append(
            pd.DataFrame(
                {
                    "community_id": np.repeat(city.communities.index.to_numpy(dtype=object)[bound], k),
                    "item": demand.requirement.item,
                    "requirement": demand.requirement.id,
                    "band": np.tile(np.array(bands, dtype=object), len(bound)),
                    "residents": total[bound].ravel(),
                    "before": before[bound].ravel(),
                    "after": after[bound].ravel(),
                }
            )
        )
    columns = ["community_id", "item", "requirement", "band", "residents", "before", "after"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    table["newly"] = table["after"] - table["before"]
    for name in ("before", "after"):
        have = table["residents"].to_numpy(dtype="float64")
        share = np.divide(table[name].to_numpy("float64"), have, out=np.full(len(table), np.nan), where=have > 0)
        table[f"share_{name}"] = np.clip(share, 0, 1)
    return table


def _blocked(question: Question, chosen: Bools) -> npt.NDArray[np.object_]:
    """Say, for each option not chosen, what keeps it from being added: the hardest obstacle of all."""
    x = chosen.astype("float64")
    hardest = np.full(len(x), _NEAREST_FIRST.index("not_chosen"))
    for constraint in question.constraints:
        reason = _BY_KIND.get(constraint.kind)
        if reason is None:
            continue
        level = _NEAREST_FIRST.index(reason)
        entries = constraint.matrix.tocoo()
        now = np.asarray(constraint.matrix @ x)[entries.row] + entries.data
        limits = constraint.upper[entries.row], constraint.lower[entries.row]
        scale = _SLACK * np.maximum(1.0, np.abs(np.where(np.isfinite(limits[0]), limits[0], 0.0)))
        breaks = (now > limits[0] + scale) | ((now < limits[1] - scale) & (entries.data < 0))
        options = entries.col[breaks]
        hardest[options] = np.maximum(hardest[options], level)
    blocked: npt.NDArray[np.object_] = np.array(_NEAREST_FIRST, dtype=object)[hardest]
    return blocked


def _reason_of_rows(question: Question, chosen: Bools) -> npt.NDArray[np.int64]:
    """Return the level of `_NEAREST_FIRST` of each demand row: the easiest among the options that reach it."""
    matrix = question.coverage.matrix
    order = {name: level for level, name in enumerate(_NEAREST_FIRST)}
    level = np.array([order[name] for name in _blocked(question, chosen)], dtype="int64")
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    best = np.full(matrix.shape[0], len(_NEAREST_FIRST))
    np.minimum.at(best, row, level[matrix.indices])
    return best


def _reasons(
    options: Options, question: Question, demand: Demand, number: int, of_rows: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the level of `_NEAREST_FIRST` of each building under one demand."""
    far = max((way.distance_m for way in demand.ways), default=0.0)
    near = is_within(options.nearest_place_m, far)
    names = list(_NEAREST_FIRST)
    level = np.where(near, names.index("no_lawful_place"), names.index("no_place"))
    dropped = options.dropped[options.dropped["demand"] == number]
    if len(dropped):
        codes = np.array([names.index(reason) for reason in dropped["reason"]])
        np.minimum.at(level, dropped["building"].to_numpy(), codes)
    rows = np.flatnonzero(question.demand["demand"].to_numpy() == number)
    np.minimum.at(level, question.demand["building"].to_numpy()[rows], of_rows[rows])
    return level


def still_without(options: Options, question: Question, chosen: Sequence[str], served: pd.DataFrame) -> pd.DataFrame:
    """Say who is still without, and why.

    Parameters
    ----------
    options, question
        The options and the question made from them.
    chosen
        Option ids.
    served
        From `served_by`.

    Returns
    -------
    DataFrame
        `community_id`, `item`, `requirement`, `reason` (``no_option``, ``no_budget``, ``place_taken``, ``ruled_out``,
        ``not_worth_it``), `detail` (code of `WHY`), `residents`, `old_young` (or m²), `buildings`.
    """
    ground = options.ground
    taken = question.options.index.isin(list(chosen))
    of_rows, parts = _reason_of_rows(question, taken), []
    for number, demand in enumerate(options.demands):
        rows = np.flatnonzero(demand.without & ~_newly(options, question, served, number))
        people = concerned(ground, demand)[rows]
        level = _reasons(options, question, demand, number, of_rows)[rows]
        here = people > 0
        parts.append(
            pd.DataFrame(
                {
                    "code": ground.city.building_code[rows][here],
                    "item": demand.requirement.item,
                    "requirement": demand.requirement.id,
                    "number": number,
                    "level": level[here],
                    "residents": people[here],
                    "old_young": old_young(ground, demand)[rows][here],
                    "buildings": 1,
                }
            )
        )
    columns = ["community_id", "item", "requirement", "reason", "detail", "residents", "old_young", "buildings"]
    if not parts:
        return pd.DataFrame(columns=columns)
    table = pd.concat(parts, ignore_index=True)
    keys = ["code", "number", "item", "requirement", "level"]
    table = table.groupby(keys, as_index=False)[["residents", "old_young", "buildings"]].sum()
    detail = np.array(_NEAREST_FIRST, dtype=object)[table["level"].to_numpy("int64")]
    table["detail"] = detail
    table["reason"] = [_GROUP[name] for name in detail]
    table["community_id"] = ground.city.communities.index.to_numpy(dtype=object)[table["code"].to_numpy("int64")]
    return table[columns]
