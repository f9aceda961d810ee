"""What many places would earn and cost a year, for choosing among them: fast, and honest about what is not known."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from linli.errors import RuleError
from linli.operate.account import read_template
from linli.operate.contract import month_amounts
from linli.operate.lines import MONTHS, needs_of
from linli.rules import Catalogue

__all__ = ["estimate_years"]

_MEASURES = {"floor_area_m2": "floor_area_m2", "places": "capacity", "managed_area_m2": "managed_area_m2"}
_RESULTS = ("yearly_income_yuan", "yearly_subsidy_yuan", "yearly_cost_yuan", "fit_out_yuan")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def estimate_years(places: pd.DataFrame, catalogue: Catalogue, *, on: dt.date) -> pd.DataFrame:
    """Estimate a year of every place from the template of its type.

    Parameters
    ----------
    places
        ``type`` (code), ``floor_area_m2`` (m², ≥ 0), ``capacity`` (places, ≥ 0) and, if property service is among them,
        ``managed_area_m2``; columns may be missing, NaN = not known.
    catalogue
        With the city's packs laid over.
    on
        The date for which templates hold.

    Returns
    -------
    DataFrame
        On the index of `places`: ``yearly_income_yuan`` (earned, without subsidy), ``yearly_subsidy_yuan``,
        ``yearly_cost_yuan`` (without depreciation), ``fit_out_yuan`` (once), rounded to the fen, NaN = not known;
        ``why_unknown``, empty where known: what is unset, which template or measure is missing.
    """
    result = pd.DataFrame(np.nan, index=places.index, columns=list(_RESULTS))
    why = np.full(len(places), "", dtype=object)
    types = places["type"].to_numpy()
    for facility_type in pd.unique(places["type"]):
        rows = np.flatnonzero(types == facility_type)
        try:
            values = read_template(catalogue, str(facility_type), on=on)
        except RuleError as error:
            why[rows] = _first_line(error)
            continue
        figures: dict[str, object] = {name: float(value.value) for name, value in values.items()}  # type: ignore[arg-type]
        for name in needs_of(figures):
            if name in figures:
                continue
            column = _MEASURES.get(name)
            known = column is not None and column in places.columns
            figures[name] = places[column].to_numpy("float64")[rows] if known else np.full(len(rows), np.nan)
            gone = np.isnan(np.asarray(figures[name], dtype=np.float64))
            why[rows[gone]] = f"`{column or name}` is missing"
        month = month_amounts(figures)
        sums = (MONTHS * month["earned"], MONTHS * month["subsidy"], MONTHS * month["cash_cost"], month["capital"])
        filled = np.column_stack([np.broadcast_to(np.asarray(one, dtype=np.float64), len(rows)) for one in sums])
        filled[why[rows] != ""] = np.nan
        result.iloc[rows] = filled.round(2)
    result["why_unknown"] = why
    return result
