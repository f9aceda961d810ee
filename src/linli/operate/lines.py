"""The lines of a monthly account: what each is made of, and how it is worked out.

A *line* is a product of figures over a product of figures: meals = price × meals a seat and day × seats × occupancy ×
days. Its *side* is ``earned`` (users, tenants, advertisers), ``subsidy``, ``cost`` or ``capital`` (what is invested,
yuan once, not a month); its *stream* is what the account is grouped by. A *figure* is one input: a value of the
template, a measure of the facility, or ``earned``, the sum of the earned lines. A line occurs in an account if its
`key` figure does.

The same formulas serve exact money (decimal numbers), and floats and arrays of floats in simulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

__all__ = [
    "DIVISORS",
    "FIGURES",
    "LEVERS",
    "LINES",
    "MEASURES",
    "MONTHS",
    "STREAMS",
    "Line",
    "Side",
    "lines_of",
    "needs_of",
    "scale",
    "work_out",
]

Side = Literal["earned", "subsidy", "cost", "capital"]

MONTHS = 12
"""Months in a year."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the account: Π `times` / Π `over`.

    Parameters
    ----------
    name
        Code, unique.
    side
        ``earned``, ``subsidy``, ``cost`` (yuan a month) or ``capital`` (yuan once).
    stream
        A key of `STREAMS`.
    times, over
        Names of figures multiplied, and divided by.
    """

    name: str
    side: Side
    stream: str
    times: tuple[str, ...]
    over: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The figure without which the line does not occur."""
        return self.over[0] if self.name == "wages_places" else self.times[0]


_MEALS = ("meals_per_place_day", "places", "occupancy", "days_per_month")

LINES: tuple[Line, ...] = (
    Line("rent", "earned", "rent", ("rent_per_m2", "floor_area_m2", "occupancy")),
    Line("fees", "earned", "fees", ("fee_per_place", "places", "occupancy")),
    Line("meals", "earned", "meals", ("meal_price", *_MEALS)),
    Line("parking", "earned", "parking", ("parking_per_space", "places", "occupancy")),
    Line("advertising", "earned", "advertising", ("advertising_per_month",)),
    Line("property", "earned", "property", ("property_fee_per_m2", "managed_area_m2", "occupancy")),
    Line("subsidy_places", "subsidy", "subsidy", ("subsidy_per_place", "places", "occupancy")),
    Line("subsidy_fixed", "subsidy", "subsidy", ("subsidy_per_month",)),
    Line("wages_fixed", "cost", "wages", ("staff", "wage")),
    Line("wages_places", "cost", "wages", ("wage", "places"), ("places_per_staff",)),
    Line("goods", "cost", "goods", ("goods_per_meal", *_MEALS)),
    Line("energy", "cost", "energy", ("energy_per_m2", "floor_area_m2")),
    Line("maintenance", "cost", "maintenance", ("maintenance_per_m2", "floor_area_m2"), ("months",)),
    Line("room_rent", "cost", "room_rent", ("room_rent_per_m2", "floor_area_m2")),
    Line("management", "cost", "management", ("overhead_share", "earned")),
    Line("fit_out", "cost", "depreciation", ("fit_out_per_m2", "floor_area_m2"), ("life_years", "months")),
    Line("equipment", "cost", "depreciation", ("equipment",), ("life_years", "months")),
    Line("fit_out_capital", "capital", "capital", ("fit_out_per_m2", "floor_area_m2")),
    Line("equipment_capital", "capital", "capital", ("equipment",)),
)
"""Every line, in the order of an account; ``management`` needs the earned lines before it."""

STREAMS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "rent": {"zh": "租金", "en": "rent"},
        "fees": {"zh": "服务收费", "en": "fees"},
        "meals": {"zh": "餐费", "en": "meals"},
        "parking": {"zh": "停车", "en": "parking"},
        "advertising": {"zh": "广告", "en": "advertising"},
        "property": {"zh": "物业费", "en": "property service"},
        "subsidy": {"zh": "运营补贴", "en": "operating subsidy"},
        "wages": {"zh": "人工", "en": "wages"},
        "goods": {"zh": "原料", "en": "ingredients"},
        "energy": {"zh": "水电气", "en": "energy"},
        "maintenance": {"zh": "维修维护", "en": "maintenance"},
        "room_rent": {"zh": "付出的租金", "en": "rent paid"},
        "management": {"zh": "管理费", "en": "management"},
        "depreciation": {"zh": "折旧", "en": "depreciation"},
        "capital": {"zh": "投入", "en": "investment"},
    }
)
"""Streams of income and cost, and what they are called."""

MEASURES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "floor_area_m2": {"zh": "建筑面积（平方米）", "en": "floor area, m²"},
        "places": {"zh": "容量（位）", "en": "places"},
        "managed_area_m2": {"zh": "物业管理面积（平方米）", "en": "area managed, m²"},
    }
)
"""Figures that belong to the facility, not to its template."""

FIGURES: tuple[str, ...] = (
    "rent_per_m2",
    "fee_per_place",
    "meal_price",
    "meals_per_place_day",
    "days_per_month",
    "parking_per_space",
    "advertising_per_month",
    "property_fee_per_m2",
    "subsidy_per_place",
    "subsidy_per_month",
    "occupancy",
    "wage",
    "staff",
    "places_per_staff",
    "goods_per_meal",
    "energy_per_m2",
    "maintenance_per_m2",
    "room_rent_per_m2",
    "overhead_share",
    "fit_out_per_m2",
    "equipment",
    "life_years",
)
"""Figures that a template may hold."""

DIVISORS: tuple[str, ...] = ("places_per_staff", "life_years")
"""Figures that must be above 0."""

LEVERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "price": (
            "rent_per_m2",
            "fee_per_place",
            "meal_price",
            "parking_per_space",
            "advertising_per_month",
            "property_fee_per_m2",
        ),
        "occupancy": ("occupancy",),
        "wages": ("wage",),
        "goods": ("goods_per_meal",),
        "energy": ("energy_per_m2",),
        "maintenance": ("maintenance_per_m2",),
        "room_rent": ("room_rent_per_m2",),
        "investment": ("fit_out_per_m2", "equipment"),
        "subsidy": ("subsidy_per_place", "subsidy_per_month"),
    }
)
"""What can be turned together: the figures each lever multiplies. Occupancy never goes above 1."""


def lines_of(figures: Mapping[str, Any]) -> tuple[Line, ...]:
    """Return the lines that occur in an account with these figures.

    Parameters
    ----------
    figures
        Whatever the template holds, by name; values are not looked at.

    Returns
    -------
    tuple of Line
        In the order of `LINES`.
    """
    return tuple(line for line in LINES if line.key in figures)


def needs_of(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the figures that the lines of an account need.

    Parameters
    ----------
    figures
        Whatever the template holds, by name.

    Returns
    -------
    tuple of str
        Names in the order in which they are first used, without ``months`` and ``earned``.
    """
    used = (name for line in lines_of(figures) for name in (*line.times, *line.over))
    return tuple(name for name in dict.fromkeys(used) if name not in {"months", "earned"})


def work_out(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Work out every line of an account.

    Parameters
    ----------
    figures
        All that the lines need, by name: decimal numbers, floats, or arrays of floats of one shape.

    Returns
    -------
    dict
        Amount by name of line, not rounded: yuan a month, capital in yuan.

    Raises
    ------
    KeyError
        If a figure is missing.
    """
    known: dict[str, Any] = {**figures, "months": MONTHS}
    amounts: dict[str, Any] = {}
    for line in lines_of(figures):
        if "earned" in line.times:
            known["earned"] = sum(amounts[one.name] for one in LINES if one.side == "earned" and one.name in amounts)
        amount = known[line.times[0]]
        for name in line.times[1:]:
            amount = amount * known[name]
        for name in line.over:
            amount = amount / known[name]
        amounts[line.name] = amount
    return amounts


def scale(figures: Mapping[str, Any], factors: Mapping[str, Any], at_most: Any = min) -> dict[str, Any]:
    """Turn levers: multiply the figures that each of them holds.

    Parameters
    ----------
    figures
        By name.
    factors
        Factor ≥ 0 by lever, a key of `LEVERS`; of the same kind of number as the figures.
    at_most
        Function of two numbers that gives the smaller; ``numpy.minimum`` for arrays.

    Returns
    -------
    dict
        New figures; occupancy at most 1.

    Raises
    ------
    KeyError
        If a lever is not known.
    """
    turned = dict(figures)
    for lever, factor in factors.items():
        for name in LEVERS[lever]:
            if name in turned:
                turned[name] = turned[name] * factor
    if "occupancy" in factors and "occupancy" in turned:
        turned["occupancy"] = at_most(turned["occupancy"], 1)
    return turned
