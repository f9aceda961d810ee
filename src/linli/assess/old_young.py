r"""The 一老一小 index: how well the very young and the old are served where they live.

It is the mean degree of the binding reach requirements whose need is borne by the old and the young alone (bands
within `linli.units.OLD_AND_YOUNG`), each weighted by the residents of its bands:

.. math::  I_c = \frac{\sum_r n_{cr}\, d_{cr}}{\sum_r n_{cr}}

with :math:`d_{cr}` the degree of requirement :math:`r` in community :math:`c` and :math:`n_{cr}` the residents of its
bands there. Where those are not known, every requirement weighs the same, and `weighted_by` says so. Unknown degrees
widen the range. *At their own pace* is the same mean over the shares within what these people walk in the circle's
minutes: the old at the elder's speed, the young at the speed of a carer with a child. It is an index of this project,
not of a standard.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from linli.units import OLD_AND_YOUNG

__all__ = ["is_old_or_young", "old_young_index"]


def is_old_or_young(bands: Sequence[str]) -> bool:
    """Tell whether a need is borne by the old and the young alone.

    Parameters
    ----------
    bands
        Age bands of a requirement; none means everybody.

    Returns
    -------
    bool
        True if there are bands and all are among `OLD_AND_YOUNG`.

    Examples
    --------
    >>> is_old_or_young(["0_2"]), is_old_or_young(["3_5", "6_14"]), is_old_or_young([])
    (True, False, False)
    """
    return bool(bands) and set(bands) <= set(OLD_AND_YOUNG)


def _mean(rows: pd.DataFrame, column: str, fill: float | None) -> pd.Series:
    value = rows[column]
    counts = value.notna() if fill is None else pd.Series(True, index=rows.index)
    weight = rows["weight"].where(counts, 0.0)
    total = (weight * value.fillna(0.0 if fill is None else fill)).groupby(rows["community_id"]).sum()
    weights = weight.groupby(rows["community_id"]).sum()
    return (total / weights.where(weights > 0)).clip(0, 1)


def old_young_index(requirements: pd.DataFrame, community_ids: pd.Index) -> pd.DataFrame:
    """Work out the 一老一小 index of every community.

    Parameters
    ----------
    requirements
        Rows for old and young only: `community_id`, `status`, `degree`, `degree_low`, `degree_high`, `own_pace`
        (0–1, NaN = unknown) and `band_residents` (residents of the requirement's bands, NaN = unknown).
    community_ids
        Every community, in the order wanted.

    Returns
    -------
    DataFrame
        `community_id`, `index_old_young`, `index_low`, `index_high`, `index_own_pace` (0–1, NaN = unknown),
        `requirements` (how many count), `weighted_by` (``residents`` or ``equal``).
    """
    rows = requirements[requirements["status"] != "not_applicable"]
    known = rows["band_residents"].notna().groupby(rows["community_id"]).transform("all")
    some = rows["band_residents"].fillna(0).groupby(rows["community_id"]).transform("sum") > 0
    by_residents = known & some
    rows = rows.assign(weight=np.where(by_residents, rows["band_residents"], 1.0), by_residents=by_residents)
    table = pd.DataFrame(index=pd.Index(community_ids, name="community_id"))
    table["index_old_young"] = _mean(rows, "degree", None)
    table["index_low"] = _mean(rows, "degree_low", 0.0)
    table["index_high"] = _mean(rows, "degree_high", 1.0)
    table["index_own_pace"] = _mean(rows, "own_pace", None)
    table["requirements"] = rows.groupby("community_id").size()
    table["requirements"] = table["requirements"].fillna(0).astype("int64")
    by = rows.groupby("community_id")["by_residents"].first().reindex(table.index)
    table["weighted_by"] = np.where(by.fillna(value=False).astype("bool"), "residents", "equal")
    return table.reset_index()
