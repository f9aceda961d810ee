"""Scores: the mean degree of the items, weighted in the open, with a range.

A *score* is the weighted mean of the degrees of the items that apply to a community and whose degree is known. Its
range takes every unknown item at its worst and at its best, so a score resting on few known items has a wide range
instead of a false precision; `known_share` is the weight of what is known. Items that a standard asks for only where
conditions allow are shown, but weigh nothing: a community is not marked down for what it need not have. A *grade* is
the city's own scale over the score. A *have* is the same mean over one group of a standard (the six haves, the levels
of the life circle).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from linli.assess.status import STATUSES

__all__ = ["OPTIONAL", "grade_of", "haves", "mean_degree", "scores"]

OPTIONAL = "where_possible"
"""Verb of what a standard asks for only where conditions allow."""


def mean_degree(items: pd.DataFrame, by: Sequence[str], weight: pd.Series) -> pd.DataFrame:
    """Average the degrees of items, weighted, with their range.

    Parameters
    ----------
    items
        Rows with `verb`, `status`, `degree`, `degree_low`, `degree_high` (0–1, NaN = unknown) and the columns `by`.
    by
        Columns that make a group; groups keep the order of their first row.
    weight
        Weight of each row, ≥ 0, on the index of `items`.

    Returns
    -------
    DataFrame
        `by`, then `score`, `score_low`, `score_high` (0–1; NaN where nothing applies or nothing is known),
        `known_share` (0–1) and the number of items by status.

    Raises
    ------
    ValueError
        If `weight` is not on the index of `items`.
    """
    if not weight.index.equals(items.index):
        msg = "`weight` must be on the index of `items`."
        raise ValueError(msg)
    counts = (items["status"] != "not_applicable") & (items["verb"] != OPTIONAL)
    weigh = weight.to_numpy("float64") * counts.to_numpy(dtype="bool")
    degree = items["degree"].to_numpy("float64")
    known = ~np.isnan(degree)
    parts = pd.DataFrame({column: items[column] for column in by})
    parts["applies"] = weigh
    parts["known"] = weigh * known
    parts["sum"] = weigh * np.where(known, degree, 0)
    parts["low"] = weigh * items["degree_low"].fillna(0).to_numpy("float64")
    parts["high"] = weigh * items["degree_high"].fillna(1).to_numpy("float64")
    for status in STATUSES:
        parts[status] = (items["status"] == status).astype("int64")
    total = parts.groupby(list(by), sort=False).sum()
    applies = total["applies"].where(total["applies"] > 0)
    mean = pd.DataFrame(
        {
            "score": (total["sum"] / total["known"].where(total["known"] > 0)).clip(0, 1),
            "score_low": (total["low"] / applies).clip(0, 1),
            "score_high": (total["high"] / applies).clip(0, 1),
            "known_share": (total["known"] / applies).clip(0, 1),
        }
    )
    return pd.concat([mean, total[list(STATUSES)]], axis=1).reset_index()


def grade_of(score: pd.Series, grades: Mapping[str, float]) -> pd.Series:
    """Give each score its grade.

    Parameters
    ----------
    score
        Scores, 0–1, NaN = unknown.
    grades
        Lowest score of each grade, 0–1, best first; below the last comes the next letter of the alphabet.

    Returns
    -------
    Series of str
        On the index of `score`; missing where the score is unknown.

    Examples
    --------
    >>> grade_of(pd.Series([0.95, 0.9, 0.1, None]), {"A": 0.9, "B": 0.75}).tolist()
    ['A', 'A', 'C', nan]
    """
    last = list(grades)[-1] if grades else "@"
    below = chr(ord(last) + 1) if len(last) == 1 else f"< {last}"
    result = pd.Series(below, index=score.index, dtype="str", name="grade")
    for grade, floor in reversed(list(grades.items())):
        result = result.mask(score >= floor, grade)
    return result.mask(score.isna())


def scores(items: pd.DataFrame, weights: Mapping[str, float], grades: Mapping[str, float]) -> pd.DataFrame:
    """Score every community against every standard.

    Parameters
    ----------
    items
        The table `items` of an assessment; degrees 0–1.
    weights
        Weight by item id, ≥ 0.
    grades
        Lowest score of each grade, 0–1, best first.

    Returns
    -------
    DataFrame
        `community_id`, `standard`, the columns of `mean_degree`, `grade`, `rank` (1 = best within the standard; equals
        share a rank; missing where there is no score).
    """
    weight = items["item"].map(dict(weights)).fillna(1.0)
    table = mean_degree(items, ["community_id", "standard"], weight)
    table["grade"] = grade_of(table["score"], grades)
    # rounding keeps communities equal that differ by the last bit of a sum only
    table["rank"] = table["score"].round(9).groupby(table["standard"]).rank(method="min", ascending=False)
    table["rank"] = table["rank"].astype("Int64")
    return table


def haves(items: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Average the items of each group of a standard: the six haves, the levels of the life circle.

    Parameters
    ----------
    items
        The table `items` of an assessment; degrees 0–1.
    weights
        Weight by item id, ≥ 0.

    Returns
    -------
    DataFrame
        `community_id`, `standard`, `group` and the columns of `mean_degree`.
    """
    weight = items["item"].map(dict(weights)).fillna(1.0)
    return mean_degree(items, ["community_id", "standard", "group"], weight)
