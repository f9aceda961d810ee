"""What a square metre costs by lever: re-allocated 腾挪, converted 改造 or built 建设.

General figures are ``operating/unit_cost``; a rule ``operating/unit_cost_<type>`` in a pack stands over them for one
type of facility, as far as it names a lever.
"""

from __future__ import annotations

import datetime as dt

from linli.errors import UnknownRuleError
from linli.rules import FACILITY_TYPES, Catalogue, Value

__all__ = ["PLACE_LEVERS", "unit_cost"]

PLACE_LEVERS: tuple[str, ...] = ("reallocate", "convert", "build")
"""How a place comes to serve: moved into as it is, converted, or built."""


def unit_cost(catalogue: Catalogue, facility_type: str, lever: str, *, on: dt.date) -> Value:
    """Return what a square metre of a type costs by a lever.

    Parameters
    ----------
    catalogue
        With the city's packs laid over.
    facility_type
        Code of the type.
    lever
        One of `PLACE_LEVERS`.
    on
        The date for which it holds.

    Returns
    -------
    Value
        Yuan per m².

    Raises
    ------
    UnknownRuleError
        If there is no such type or lever, or the figure does not hold on that date.
    UnsetValueError
        If it was not filled in.
    """
    catalogue.rule(f"{FACILITY_TYPES}/{facility_type}")
    if lever not in PLACE_LEVERS:
        msg = f"There is no lever `{lever}`. There are: {', '.join(PLACE_LEVERS)}."
        raise UnknownRuleError(msg)
    own = f"operating/unit_cost_{facility_type}"
    has_own = own in catalogue.rules and lever in catalogue.rules[own].values
    return catalogue.value(own if has_own else "operating/unit_cost", lever, on=on)
