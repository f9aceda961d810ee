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
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import NEEDS, sum_by_community
from linli.assess.coverage import within
from linli.assess.walks import is_within
from linli.improve.need import Demand, concerned, old_young
from linli.improve.options import Options
from linli.improve.question import Question

__all__ = ["WHY", "Background", "background", "coverage_change", "reach_of", "served_by", "still_without"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
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


@dataclass(frozen=True, eq=False)
class Background:
    """What is the same whatever is chosen, counted once for many answers.

    Parameters
    ----------
    total, before
        By demand, shape (communities, bands): residents bound (need, all, then the bands), and those served already.
    unreached
        Those without whom no option reaches: `code`, `number`, `level`, `residents`, `old_young`, `buildings`.
    dropped
        Shape (demand rows,): level of the reason why other options that reach the row were refused.
    """

    total: tuple[Floats, ...]
    before: tuple[Floats, ...]
    unreached: pd.DataFrame
    dropped: Ints


def _sums(options: Options, people: Floats, mask: Bools) -> Floats:
    """Add up those concerned and everybody by band, by community, over the buildings of a mask."""
    city = options.ground.city
    return np.column_stack([within(city, people, mask), within(city, options.ground.weight, mask)])


def _unreached(
    options: Options, demand: Demand, number: int, people: Floats, reached: Ints
) -> tuple[pd.DataFrame, dict[int, int]]:
    """Return those without whom no option reaches, with the reason; and the reasons of options that were refused."""
    far = max((way.distance_m for way in demand.ways), default=0.0)
    names = list(_NEAREST_FIRST)
    level = np.where(is_within(options.nearest_place_m, far), names.index("no_lawful_place"), names.index("no_place"))
    refused = options.dropped[options.dropped["demand"] == number]
    codes = refused["reason"].map({name: code for code, name in enumerate(names)}).to_numpy("int64")
    building = refused["building"].to_numpy("int64")
    np.minimum.at(level, building, codes)
    without = demand.without & (people > 0)
    without[reached] = False
    rows = np.flatnonzero(without)
    table = pd.DataFrame(
        {
            "code": options.ground.city.building_code[rows].astype("int64"),
            "number": number,
            "level": level[rows].astype("int64"),
            "residents": people[rows],
            "old_young": old_young(options.ground, demand)[rows],
            "buildings": 1,
        }
    )
    return _added_up(table), dict(zip(building.tolist(), level[building].tolist(), strict=True))


def _added_up(table: pd.DataFrame) -> pd.DataFrame:
    sums = table.groupby(["code", "number", "level"])[["residents", "old_young", "buildings"]].sum(min_count=1)
    return sums.reset_index()


def background(options: Options, question: Question) -> Background:
    """Count what is the same whatever is chosen.

    Parameters
    ----------
    options, question
        The options and the question made from them.

    Returns
    -------
    Background
        Residents (or m²) bound, served already, and reached by nothing.
    """
    ground, rows = options.ground, question.demand
    total, before, unreached = [], [], []
    dropped = np.full(len(rows), len(_NEAREST_FIRST))
    for number, demand in enumerate(options.demands):
        people = concerned(ground, demand)
        mine = np.flatnonzero(rows["demand"].to_numpy() == number)
        reached = rows["building"].to_numpy()[mine]
        total.append(_sums(options, people, demand.bound))
        before.append(_sums(options, people, demand.served))
        table, refused = _unreached(options, demand, number, people, reached)
        unreached.append(table)
        if refused:
            dropped[mine] = [refused.get(int(one), len(_NEAREST_FIRST)) for one in reached]
    names = ["code", "number", "level", "residents", "old_young", "buildings"]
    together = pd.concat(unreached, ignore_index=True) if unreached else pd.DataFrame(columns=names)
    return Background(tuple(total), tuple(before), together, dropped)


def coverage_change(
    options: Options, question: Question, served: pd.DataFrame, counted: Background | None = None
) -> pd.DataFrame:
    """Count who is within reach before and after, by community, requirement and age band.

    Parameters
    ----------
    options, question
        The options and the question made from them.
    served
        From `served_by`.
    counted
        From `background`, if it is at hand.

    Returns
    -------
    DataFrame
        `community_id`, `item`, `requirement`, `band` (``need`` = those whose need it is, ``all``, then the bands),
        `residents` (on a street, in the communities that the requirement binds), `before`, `after`, `newly` (residents
        or m²), `share_before`, `share_after` (0–1).
    """
    city, bands, parts = options.ground.city, (NEED, *NEEDS), []
    counted = counted or background(options, question)
    rows = question.demand.iloc[served["row"].to_numpy()]
    for number, demand in enumerate(options.demands):
        mine = rows[rows["demand"].to_numpy() == number]
        building = mine["building"].to_numpy()
        people = np.column_stack([mine["residents"].to_numpy(), options.ground.weight[building]])
        newly = sum_by_community(city.building_code[building], people, city.n_communities)
        total, before = counted.total[number], counted.before[number]
        bound, k = np.flatnonzero(total[:, 1] + total[:, 0] > 0), len(bands)
        parts.append(
            pd.DataFrame(
                {
                    "community_id": np.repeat(city.communities.index.to_numpy(dtype=object)[bound], k),
                    "item": demand.requirement.item,
                    "requirement": demand.requirement.id,
                    "band": np.tile(np.array(bands, dtype=object), len(bound)),
                    "residents": total[bound].ravel(),
                    "before": before[bound].ravel(),
                    "after": (before + newly)[bound].ravel(),
                    "newly": newly[bound].ravel(),
                }
            )
        )
    columns = ["community_id", "item", "requirement", "band", "residents", "before", "after", "newly"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
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


def _reason_of_rows(question: Question, chosen: Bools) -> Ints:
    """Return the level of `_NEAREST_FIRST` of each demand row: the easiest among the options that reach it."""
    matrix = question.coverage.matrix
    order = {name: level for level, name in enumerate(_NEAREST_FIRST)}
    level = np.array([order[name] for name in _blocked(question, chosen)], dtype="int64")
    starts = matrix.indptr[:-1]
    if not matrix.nnz:
        return np.full(matrix.shape[0], len(_NEAREST_FIRST))
    # every demand row is reached by some option: no row is empty
    easiest: Ints = np.minimum.reduceat(level[matrix.indices], starts)
    return easiest


def still_without(
    options: Options,
    question: Question,
    chosen: Sequence[str],
    served: pd.DataFrame,
    counted: Background | None = None,
) -> pd.DataFrame:
    """Say who is still without, and why.

    Parameters
    ----------
    options, question
        The options and the question made from them.
    chosen
        Option ids.
    served
        From `served_by`.
    counted
        From `background`, if it is at hand.

    Returns
    -------
    DataFrame
        `community_id`, `item`, `requirement`, `reason` (``no_option``, ``no_budget``, ``place_taken``, ``ruled_out``,
        ``not_worth_it``), `detail` (code of `WHY`), `residents`, `old_young` (or m²), `buildings`.
    """
    counted = counted or background(options, question)
    taken = question.options.index.isin(list(chosen))
    left = np.ones(len(question.demand), dtype=bool)
    left[served["row"].to_numpy()] = False
    level = np.minimum(_reason_of_rows(question, taken), counted.dropped)[left]
    rows = question.demand[left]
    city = options.ground.city
    reached = pd.DataFrame(
        {
            "code": city.building_code[rows["building"].to_numpy()].astype("int64"),
            "number": rows["demand"].to_numpy(),
            "level": level,
            "residents": rows["residents"].to_numpy(),
            "old_young": rows["old_young"].to_numpy(),
            "buildings": 1,
        }
    )
    both = [one for one in (counted.unreached, _added_up(reached)) if len(one)]
    names = ["community_id", "item", "requirement", "reason", "detail", "residents", "old_young", "buildings"]
    if not both:
        return pd.DataFrame(columns=names)
    table = _added_up(pd.concat(both, ignore_index=True))
    at, detail = (
        table["number"].to_numpy("int64"),
        np.array(_NEAREST_FIRST, dtype=object)[table["level"].to_numpy("int64")],
    )
    items = np.array([one.requirement.item for one in options.demands], dtype=object)
    requirements = np.array([one.requirement.id for one in options.demands], dtype=object)
    return table.assign(
        community_id=city.communities.index.to_numpy(dtype=object)[table["code"].to_numpy("int64")],
        item=items[at],
        requirement=requirements[at],
        detail=detail,
        reason=[_GROUP[name] for name in detail],
    )[names]
