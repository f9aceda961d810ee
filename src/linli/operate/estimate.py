"""What many places would earn and cost a year, for choosing among them: fast, and honest about what is not known."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linli.errors import RuleError
from linli.operate.account import read_template
from linli.operate.contract import month_amounts
from linli.operate.lines import MONTHS, needs_of
from linli.operate.reasons import tell_error
from linli.rules import Catalogue

__all__ = ["estimate_years"]

_MEASURES = {"floor_area_m2": "floor_area_m2", "places": "capacity", "managed_area_m2": "managed_area_m2"}
_RENT = "room_rent_per_m2"
_RESULTS = ("yearly_income_yuan", "yearly_subsidy_yuan", "yearly_cost_yuan", "fit_out_yuan")


_LACKS = {
    "floor_area_m2": "缺少面积",
    "capacity": "缺少容量：填写 improve.area_per_place_m2，或规则包 siting_needs/area_per_place",
    "managed_area_m2": "缺少物业管理面积",
}
_WHY = ("why_unknown", "why_unknown_zh")


def _own_rent(places: pd.DataFrame, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what the owner of each place asks, yuan per m² and month, NaN = not known."""
    if _RENT not in places.columns:
        return np.full(len(rows), np.nan)
    return places[_RENT].to_numpy("float64")[rows]


def _figures(catalogue: Catalogue, facility_type: str, on: dt.date, rent: NDArray[np.float64]) -> dict[str, object]:
    """Read the template of a type, the rent of the places themselves before the template's."""
    known = ~np.isnan(rent)
    values = read_template(catalogue, facility_type, on=on, given=[_RENT] if known.all() else [])
    numbers = {name: float(value.value) for name, value in values.items()}  # type: ignore[arg-type]
    figures: dict[str, object] = {**numbers}
    if known.any():
        figures[_RENT] = np.where(known, rent, numbers.get(_RENT, 0.0))
    return figures


def estimate_years(places: pd.DataFrame, catalogue: Catalogue, *, on: dt.date) -> pd.DataFrame:
    """Estimate a year of every place from the template of its type.

    Parameters
    ----------
    places
        ``type`` (code), ``floor_area_m2`` (m², ≥ 0), ``capacity`` (places, ≥ 0) and, if property service is among them,
        ``managed_area_m2``; ``room_rent_per_m2`` (yuan per m² and month) is the rent of the place itself and goes
        before the template's. Columns may be missing, NaN = not known.
    catalogue
        With the city's packs laid over.
    on
        The date for which templates hold.

    Returns
    -------
    DataFrame
        On the index of `places`: ``yearly_income_yuan`` (earned, without subsidy), ``yearly_subsidy_yuan``,
        ``yearly_cost_yuan`` (without depreciation), ``fit_out_yuan`` (once), rounded to the fen, NaN = not known;
        ``why_unknown`` and, in Chinese, ``why_unknown_zh``, empty where known: what is unset, which template or measure
        is missing.
    """
    result = pd.DataFrame(np.nan, index=places.index, columns=list(_RESULTS))
    why = np.full((len(places), len(_WHY)), "", dtype=object)
    types = places["type"].to_numpy()
    for facility_type in pd.unique(places["type"]):
        rows = np.flatnonzero(types == facility_type)
        try:
            figures = _figures(catalogue, str(facility_type), on, _own_rent(places, rows))
        except RuleError as error:
            told = tell_error(error)
            why[rows] = [told["en"], told["zh"]]
            continue
        for name in needs_of(figures):
            if name in figures:
                continue
            column = _MEASURES.get(name)
            known = column is not None and column in places.columns
            figures[name] = places[column].to_numpy("float64")[rows] if known else np.full(len(rows), np.nan)
            gone = np.isnan(np.asarray(figures[name], dtype=np.float64))
            lacking = column or name
            why[rows[gone]] = [f"`{lacking}` is missing", _LACKS.get(lacking, f"缺少 {lacking}")]
        month = month_amounts(figures)
        sums = (MONTHS * month["earned"], MONTHS * month["subsidy"], MONTHS * month["cash_cost"], month["capital"])
        filled = np.column_stack([np.broadcast_to(np.asarray(one, dtype=np.float64), len(rows)) for one in sums])
        filled[why[rows, 0] != ""] = np.nan
        result.iloc[rows] = filled.round(2)
    result[list(_WHY)] = why
    return result
