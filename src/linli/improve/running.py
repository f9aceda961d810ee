"""What running the chosen places would bring and cost: the appraisal of `linli.operate` as tables.

A chosen option becomes a facility with its area, its capacity and, for a room, its own rent. Places whose type has no
template, or whose template or measures are not filled in, are left out and named: nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from linli.errors import RuleError
from linli.improve.proposal import as_table
from linli.operate import Appraisal, BreakEven, Facility, appraise, estimate_years, read_template
from linli.operate.money import to_decimal
from linli.operate.reasons import tell_error
from linli.rules import Catalogue, Rule

__all__ = ["TABLES", "Running", "appraise_places"]

TABLES: tuple[str, ...] = (
    "operating_balances",
    "operating_lines",
    "operating_break_even",
    "operating_flows",
    "operating_worth",
    "operating_tornado",
    "operating_range",
    "operating_modes",
    "operating_assumptions",
)
"""The tables of a proposal that are made here."""

_RENT = "room_rent_per_m2"
_PARTS = {
    "contract": ("合同期现金流与净现值", "cash flow and net present value over the contract"),
    "swings": ("敏感性与模拟区间", "sensitivity and range"),
    "modes": ("运营模式比较", "operating modes"),
}


@dataclass(frozen=True, eq=False)
class Running:
    """The appraisal as tables.

    Parameters
    ----------
    tables
        By name, every one of `TABLES`; empty where not worked out.
    notes, left_out
        Rows of the tables of that name.
    """

    tables: dict[str, pd.DataFrame]
    notes: list[dict[str, str]] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)


def _places(chosen: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the chosen options with the area that is run and what the owner asks."""
    floor, site = chosen["floor_area_m2"].to_numpy("float64"), chosen["site_area_m2"].to_numpy("float64")
    rent = places["rent"].reindex(chosen["place"]).to_numpy("float64")
    room = (chosen["place_kind"] == "room").to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "option_id": chosen["option_id"].astype(str).to_numpy(),
            "community_id": chosen["community_id"].astype("object").to_numpy(),
            "type": chosen["type"].astype(str).to_numpy(),
            "floor_area_m2": np.where(floor > 0, floor, site),
            "capacity": chosen["capacity"].to_numpy("float64"),
            _RENT: np.where(room, rent, 0.0),
        }
    )


def _facility(row: dict[Any, Any]) -> Facility:
    def measure(name: str) -> Decimal | None:
        return None if pd.isna(row[name]) else to_decimal(float(row[name]), name)

    rent = measure(_RENT)
    return Facility(
        facility_id=row["option_id"],
        community_id="" if pd.isna(row["community_id"]) else str(row["community_id"]),
        type=row["type"],
        floor_area_m2=measure("floor_area_m2"),
        places=measure("capacity"),
        given={} if rent is None else {_RENT: rent},
    )


def _unknown(places: pd.DataFrame, why: pd.DataFrame, types: Mapping[str, Rule]) -> list[dict[str, str]]:
    """Name what was left out, one row a type and reason."""
    words = ["why_unknown_zh", "why_unknown"]
    gone = places.join(why[words])[(why["why_unknown"] != "").to_numpy()]
    rows = []
    for (kind, reason_zh, reason), members in gone.groupby(["type", *words], sort=True):
        title, n = types[str(kind)].title, len(members)
        en = f"running {n} × {title['en']} was not appraised: {reason}"
        rows.append({"part": "operation", "zh": f"{n} 处{title['zh']}未测算运营：{reason_zh}", "en": en})
    return rows


def _even_table(found: Appraisal) -> pd.DataFrame:
    levels = {one.id: "facility" for one in found.facilities} | {one.id: "community" for one in found.communities}

    def row(one: BreakEven) -> dict[str, Any]:
        return {
            "id": one.id,
            "level": "all" if one.id == "all" else levels[one.id],
            "occupancy": np.nan if one.occupancy is None else float(one.occupancy),
            "price_factor": np.nan if one.price_factor is None else float(one.price_factor),
            "prices": json.dumps({name: float(price) for name, price in one.prices.items()}, sort_keys=True),
        }

    return as_table("operating_break_even", [row(one) for one in found.break_even])


def _both(name: str, parts: Iterable[tuple[str, pd.DataFrame | None]]) -> pd.DataFrame:
    """Put the tables of the monthly balance and of the net present value under one another."""
    tables = [table.assign(measure=measure) for measure, table in parts if table is not None]
    return as_table(name, pd.concat(tables, ignore_index=True) if tables else ())


def _tables(found: Appraisal) -> dict[str, pd.DataFrame]:
    flows = [] if found.flows is None else list(enumerate(found.flows.tolist()))
    ranges = (("balance", found.simulation), ("npv", found.simulation_npv))
    return {
        "operating_balances": as_table("operating_balances", found.balances),
        "operating_lines": as_table("operating_lines", found.lines),
        "operating_break_even": _even_table(found),
        "operating_flows": as_table("operating_flows", pd.DataFrame(flows, columns=["year", "yuan"])),
        "operating_worth": as_table("operating_worth", found.worth),
        "operating_tornado": _both(
            "operating_tornado", (("balance", found.sensitivity), ("npv", found.sensitivity_npv))
        ),
        "operating_range": _both(
            "operating_range", [(measure, None if one is None else one.table) for measure, one in ranges]
        ),
        "operating_modes": as_table("operating_modes", () if found.modes is None else found.modes.table),
        "operating_assumptions": as_table(
            "operating_assumptions", () if found.modes is None else found.modes.assumptions
        ),
    }


def _notes(places: pd.DataFrame, template_rent: bool) -> list[dict[str, str]]:
    notes = [
        (
            "investment",
            "测算中的投入按运营模板的装修与设备计，不含方案的建设造价",
            "investment here is fit-out and equipment by the templates, without the cost of the plan's works",
        )
    ]
    if template_rent:
        unknown = int(places[_RENT].isna().sum())
        zh = f"{unknown} 处用房租金不详，按运营模板的租金计"
        notes.append(("rent", zh, f"the rent of {unknown} rooms is not known: the templates' rent is taken"))
    return [{"part": "operation", "id": "", "code": code, "zh": zh, "en": en} for code, zh, en in notes]


def _has_rent(catalogue: Catalogue, kind: str, on: dt.date) -> bool:
    return _RENT in read_template(catalogue, kind, on=on)


def appraise_places(
    chosen: pd.DataFrame,
    places: pd.DataFrame,
    catalogue: Catalogue,
    *,
    on: dt.date,
    draws: int = 10_000,
    seed: int = 0,
) -> Running:
    """Appraise the running of a plan's projects.

    Parameters
    ----------
    chosen
        The plan's projects: `option_id`, `place`, `place_kind`, `community_id`, `type`, `floor_area_m2`,
        `site_area_m2`, `capacity`.
    places
        From `linli.improve.sites.find_places`: rents.
    catalogue
        With the city's packs laid over.
    on
        The date for which templates hold.
    draws, seed
        Of the simulation.

    Returns
    -------
    Running
        Tables by the names of a proposal; facilities are the option ids.

    Raises
    ------
    RuleError
        If a template holds a figure that no line uses, or one out of its range.
    """
    asked = _places(chosen, places)
    why = estimate_years(asked, catalogue, on=on)
    left = _unknown(asked, why, catalogue.facility_types)
    known = asked[(why["why_unknown"] == "").to_numpy()]
    empty = {name: as_table(name) for name in TABLES}
    if known.empty:
        return Running(empty, left_out=left)
    facilities = [_facility(row) for row in known.to_dict("records")]
    try:
        found = appraise(facilities, catalogue, on=on, draws=draws, seed=seed)
    except RuleError as error:
        return Running(empty, left_out=[*left, {"part": "operation", **tell_error(error)}])
    for code, told in found.left_out.items():
        zh, en = _PARTS[code]
        left.append({"part": "operation", "zh": f"{zh}未测算：{told['zh']}", "en": f"no {en}: {told['en']}"})
    lacking = known[known[_RENT].isna()]
    by_template = any(_has_rent(catalogue, kind, on) for kind in lacking["type"].unique())
    return Running(_tables(found), _notes(known, by_template), left)
