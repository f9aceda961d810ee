"""Modes of operation: who runs the facilities, and what that is assumed to change.

A *mode* (运营模式) multiplies levers of the templates (labour a tenth cheaper where posts are shared, no rent where the
room is the state's) and charges a share of what is earned for management. Every assumption is a dated value of a rule
``operating/mode_<name>``; nobody published any, so all are unset until a city fills them in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from linli.operate.lines import LEVERS
from linli.operate.money import to_decimal
from linli.rules import Catalogue, Value

__all__ = ["Mode", "mode_names", "read_mode"]

_PREFIX = "mode_"
_OVERHEAD = "overhead_share"


@dataclass(frozen=True)
class Mode:
    """A way of running the facilities.

    Parameters
    ----------
    name
        Code, e.g. ``state_platform``.
    title
        ``{"zh": …, "en": …}``.
    factors
        Factor by lever, ≥ 0.
    overhead_share
        Share 0–1 of what is earned that goes to management, on top of the template's.
    assumptions
        The assumptions as dated values, for showing them.
    """

    name: str
    title: Mapping[str, str]
    factors: Mapping[str, Decimal]
    overhead_share: Decimal
    assumptions: tuple[Value, ...]


def mode_names(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the modes that the catalogue knows.

    Parameters
    ----------
    catalogue
        With the city's packs laid over.

    Returns
    -------
    tuple of str
        Codes in order.

    Raises
    ------
    UnknownRuleError
        If the catalogue has no family ``operating``.
    """
    rules = catalogue.family("operating")
    return tuple(rule.name.removeprefix(_PREFIX) for rule in rules if rule.name.startswith(_PREFIX))


def read_mode(catalogue: Catalogue, name: str, *, on: dt.date) -> Mode:
    """Read the assumptions of a mode.

    Parameters
    ----------
    catalogue
        With the city's packs laid over.
    name
        Code of the mode.
    on
        The date for which they hold.

    Returns
    -------
    Mode
        Frozen.

    Raises
    ------
    UnknownRuleError
        If there is no such mode, or an assumption does not hold on that date.
    UnsetValueError
        If an assumption was not filled in.
    ValueError
        If the share of management is above 1.
    """
    rule_id = f"operating/{_PREFIX}{name}"
    rule = catalogue.rule(rule_id)
    values = {lever: catalogue.value(rule_id, f"{lever}_factor", on=on) for lever in LEVERS}
    overhead = catalogue.value(rule_id, _OVERHEAD, on=on)
    share = to_decimal(overhead.value, overhead.id)  # type: ignore[arg-type]
    if share > 1:
        msg = f"`{overhead.id}` must be a share of 0–1. Got {share} instead."
        raise ValueError(msg)
    factors = {lever: to_decimal(value.value, value.id) for lever, value in values.items()}  # type: ignore[arg-type]
    return Mode(name, rule.title, factors, share, (*values.values(), overhead))
