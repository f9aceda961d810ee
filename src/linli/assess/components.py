"""What the priority list weighs, taken from survey and results, and the rows of the 一老一小 index.

What belongs here: bringing together what `priority` and `old_young` need from the tables of an assessment.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import NEEDS, City, known_numbers, sum_by_community
from linli.assess.old_young import is_old_or_young, old_young_index
from linli.assess.profile import old_and_young_residents, old_estate_share
from linli.assess.score import OPTIONAL
from linli.assess.standards import Requirement

__all__ = ["indices_of", "priority_components"]

Floats = npt.NDArray[np.float64]


def indices_of(city: City, asked: Sequence[Requirement], requirements: pd.DataFrame) -> pd.DataFrame:
    """Work out the 一老一小 index from the rows of the requirements.

    Parameters
    ----------
    city
        Any city.
    asked
        Every requirement of the standards assessed.
    requirements
        The table `requirements` of an assessment; degrees 0–1.

    Returns
    -------
    DataFrame
        As `linli.assess.old_young.old_young_index`.
    """
    bands = {(one.item, one.id): one.bands for one in asked if one.kind == "reach" and is_old_or_young(one.bands)}
    key = pd.MultiIndex.from_frame(requirements[["item", "requirement"]])
    rows = requirements[key.isin(list(bands)) & requirements["binding"].to_numpy()]
    code = city.communities.index.get_indexer(pd.Index(rows["community_id"]))
    picked = [bands[pair] for pair in zip(rows["item"], rows["requirement"], strict=True)]
    total = {names: city.residents[:, [NEEDS.index(name) for name in names]].sum(axis=1) for names in set(picked)}
    residents = [total[names][i] for names, i in zip(picked, code, strict=True)]
    return old_young_index(rows.assign(band_residents=np.array(residents, dtype="float64")), city.communities.index)


def _wanted(city: City, asked: Sequence[Requirement], requirements: pd.DataFrame) -> Floats:
    """Add up the shares of the households asked that want a type which is lacking; NaN where nobody was asked."""
    pairs = [(one.item, one.id, kind) for one in asked for kind in one.types]
    types = pd.DataFrame(pairs, columns=["item", "requirement", "type"])
    short = requirements["status"].isin(["partly", "not_met"])
    lacking = requirements.loc[short, ["community_id", "item", "requirement"]].merge(types, on=["item", "requirement"])
    lacking = lacking[["community_id", "type"]].drop_duplicates().assign(lacking=1.0)
    households = known_numbers(city.wishes, "households_asked")
    share = np.divide(
        known_numbers(city.wishes, "count"), households, out=np.full(len(households), np.nan), where=households > 0
    )
    wishes = city.wishes.assign(share=share).merge(lacking, on=["community_id", "type"], how="left")
    code = wishes["code"].to_numpy("int32")
    wanted = np.nan_to_num(wishes["share"].to_numpy("float64") * wishes["lacking"].to_numpy("float64"))
    total = sum_by_community(code, wanted, city.n_communities)
    answered = sum_by_community(code, wishes["share"].notna().to_numpy("float64"), city.n_communities)
    return np.where(answered > 0, total, np.nan)


def priority_components(
    city: City,
    asked: Sequence[Requirement],
    items: pd.DataFrame,
    requirements: pd.DataFrame,
    indices: pd.DataFrame,
) -> pd.DataFrame:
    """Gather what the priority list weighs.

    Parameters
    ----------
    city
        Any city.
    asked
        Every requirement of the standards assessed.
    items, requirements, indices
        Tables of an assessment; degrees 0–1, areas in m².

    Returns
    -------
    DataFrame
        Index ``community_id``; the columns of `linli.assess.options.PRIORITY_COMPONENTS`, each in its own unit,
        NaN = unknown.
    """
    ids = city.communities.index
    weighs = items["residents_without"].notna() & (items["verb"] != OPTIONAL)
    without = items[weighs].groupby("community_id")["residents_without"].mean()
    short = items.groupby("community_id")["floor_area_short_m2"].sum(min_count=1).reindex(ids).to_numpy("float64")
    area = np.nan_to_num(known_numbers(city.rooms, "floor_area_m2"))
    rooms = sum_by_community(city.rooms["code"].to_numpy("int32"), area, len(ids))
    at_hand = np.fmin(rooms, np.nan_to_num(short, nan=np.inf))
    index = indices.set_index("community_id")["index_old_young"].reindex(ids).to_numpy("float64")
    return pd.DataFrame(
        {
            "old_estates": old_estate_share(city),
            "residents_without": without.reindex(ids).to_numpy("float64"),
            "old_and_young": old_and_young_residents(city) * (1 - index),
            "wishes": _wanted(city, asked, requirements),
            # an empty layer says that nobody looked for rooms, not that there are none
            "spare_rooms": np.where(city.rooms.empty, np.nan, at_hand),
        },
        index=ids,
    )
