"""Ratios: what the estates (or the community itself) have, over what they have it for.

Sum of the numerator over sum of the denominator of the rows of a community: parking spaces per dwelling, dwellings
under a property service per dwelling, management rooms per floor area. A row that lacks a figure is left out of the
point estimate on both sides; at the worst it has nothing above the line, at the best enough.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import City, known_numbers, sum_by_community
from linli.assess.measure import Evidence, Measure, capped
from linli.assess.standards import Requirement

__all__ = ["ratio"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

UNITS = {
    "parking_spaces": "spaces",
    "charging_spaces": "spaces",
    "dwellings": "dwellings",
    "households": "households",
    "residents": "residents",
    "floor_area_m2": "m2",
    "property_office_m2": "m2",
}


def _rows(city: City, layer: str) -> tuple[pd.DataFrame, npt.NDArray[np.int32]]:
    if layer == "communities":
        residents = {"residents": city.residents[:, 0]}
        return city.communities.assign(**residents), np.arange(city.n_communities, dtype="int32")
    return city.estates, city.estates["code"].to_numpy("int32")


def _above(rows: pd.DataFrame, column: str, where: Mapping[str, tuple[str, ...]]) -> Floats:
    """Return the numerator of every row: 0 where a condition fails, NaN where it cannot be told."""
    values = known_numbers(rows, column)
    for name, words in where.items():
        said = rows[name.rpartition(".")[2]]
        holds = said.astype("object").isin(list(words)).to_numpy(dtype=bool)
        values = np.where(said.isna().to_numpy(dtype=bool), np.nan, np.where(holds, values, 0.0))
    return values


def ratio(city: City, requirement: Requirement) -> Measure:
    """Compare a ratio of sums with the least that is asked.

    Parameters
    ----------
    city
        Any city.
    requirement
        Of kind ``ratio``; numerator and denominator of the same layer.

    Returns
    -------
    Measure
        `value` and `required` as a ratio, `shortfall` in the numerator's unit.
    """
    n = city.n_communities
    (layer, above_name), (_, below_name) = (column.split(".") for column in requirement.columns)
    rows, code = _rows(city, layer)
    above, below = _above(rows, above_name, requirement.where), known_numbers(rows, below_name)
    both = ~np.isnan(above) & ~np.isnan(below)
    have = sum_by_community(code, np.where(both, above, 0.0), n)
    base = sum_by_community(code, np.where(both, below, 0.0), n)
    # at the worst a row without a figure above the line has nothing there, but still what is below it
    base_all = sum_by_community(code, np.nan_to_num(below), n)
    rows_there = sum_by_community(code, np.ones(len(code)), n)
    lacking = (sum_by_community(code, (~both).astype("float64"), n) > 0) | (rows_there == 0)
    blind = sum_by_community(code, np.isnan(below).astype("float64"), n) > 0
    figure, least = requirement.value("min") or 0.0, requirement.value("min_numerator") or 0.0
    known = base > 0
    required = np.where(known, np.maximum(base * figure, least), np.nan)
    degree = np.where(known, capped(have, np.nan_to_num(required)), np.nan)
    worst = capped(have, np.maximum(base_all * figure, least))
    low = np.where(known & ~blind, worst, np.where(known, 0.0, 0.0))
    return Measure(
        degree=degree,
        low=np.fmin(low, degree),
        high=np.where(known & ~lacking, degree, 1.0),
        value=np.divide(have, base, out=np.full(n, np.nan), where=known),
        required=np.where(known, np.divide(required, base, out=np.zeros(n), where=known), figure),
        unit=requirement.limits["min"].unit or "share",
        shortfall=np.maximum(required - have, 0),
        shortfall_unit=UNITS.get(above_name, above_name),
        notes={"no_data": ~known, "estates_unknown": known & lacking},
        evidence={"counted": _estates(code, both, above)} if layer == "estates" else {},
    )


def _estates(code: npt.NDArray[np.int32], both: Bools, above: Floats) -> Evidence:
    rows = np.flatnonzero(both & (code >= 0))
    rows = rows[np.argsort(code[rows], kind="stable")]
    return Evidence(code[rows].astype("int64"), rows.astype("int64"), above[rows])
