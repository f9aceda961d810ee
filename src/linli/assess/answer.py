"""Answers: what only people can say, through the layer ``answers``.

``yes`` is 1, ``partly`` one half, ``no`` 0; a number from 0 to 1 is the degree itself. The latest answer counts. No
answer is unknown, not no.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from linli.assess.city import City
from linli.assess.measure import Evidence, Measure
from linli.assess.standards import Requirement

__all__ = ["DEGREES", "answer"]

DEGREES: dict[str, float] = {"yes": 1.0, "partly": 0.5, "no": 0.0}
"""Degree of each answer in words."""


def _latest(answers: pd.DataFrame, item: str) -> pd.DataFrame:
    rows = answers[(answers["item"] == item).to_numpy(dtype=bool) & (answers["code"] >= 0).to_numpy()]
    when = pd.to_datetime(rows["answered_on"], errors="coerce")
    order = when.sort_values(kind="stable", na_position="first").index
    return rows.loc[order].drop_duplicates("code", keep="last").sort_values("code")


def _degree(value: pd.Series) -> pd.Series:
    words = value.astype("object").map(lambda said: DEGREES.get(str(said).strip().lower(), said))
    degree = pd.to_numeric(words, errors="coerce").astype("float64")
    return degree.where((degree >= 0) & (degree <= 1))


def answer(city: City, requirement: Requirement) -> Measure:
    """Read the answers to one item.

    Parameters
    ----------
    city
        Any city.
    requirement
        Of kind ``answer``.

    Returns
    -------
    Measure
        `value` and `degree` 0–1, NaN where nobody answered or the answer is not understood.
    """
    n = city.n_communities
    rows = _latest(city.answers, requirement.item)
    code = rows["code"].to_numpy("int64")
    degree = np.full(n, np.nan)
    degree[code] = _degree(rows["value"]).to_numpy()
    answered = np.zeros(n, dtype=bool)
    answered[code] = True
    unknown = np.isnan(degree)
    position = pd.Index(city.answers.index).get_indexer(rows.index)
    return Measure(
        degree=degree,
        low=np.where(unknown, 0.0, degree),
        high=np.where(unknown, 1.0, degree),
        value=degree,
        required=np.ones(n),
        unit="answer",
        shortfall=np.full(n, np.nan),
        shortfall_unit="",
        notes={"no_answer": ~answered, "answer_not_understood": answered & unknown},
        evidence={"counted": Evidence(code, position.astype("int64"), np.nan_to_num(degree[code]))},
    )
