"""From a template and a facility to the figures of its account.

A *template* is the rule ``operating/template_<type>`` (or, for a type without one, ``operating/template_of_<group>``):
the figures that a facility of the type earns and costs by. What a city does not know stays unset and raises; a figure
that does not apply is ended in the pack (``value: null``) or set to 0. An *account* is the figures of one facility:
its own where given, else the template's, with the levers of a mode turned.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from linli.errors import InputError, Problem, RuleError, UnknownRuleError
from linli.operate.lines import DIVISORS, FIGURES, MEASURES, needs_of, scale
from linli.operate.mode import Mode
from linli.operate.money import to_decimal
from linli.operate.record import Facility
from linli.rules import FACILITY_TYPES, Catalogue, Value

__all__ = ["Account", "open_accounts", "read_template", "template_id"]

_LAYER = {"floor_area_m2": "floor_area_m2", "places": "capacity", "managed_area_m2": "managed_area_m2"}
"""The column that a measure comes from."""

_SHARES = ("occupancy", "overhead_share")


@dataclass(frozen=True)
class Account:
    """The figures by which a facility earns and costs.

    Parameters
    ----------
    facility
        Whose.
    template
        Id of the rule.
    figures
        Everything its lines need, levers turned, by name.
    rules
        The dated values behind them, by name; figures of the facility itself have none.
    titles
        What each figure of the template is called, by name, ``{"zh": …, "en": …}``.
    mode
        Who runs it; ``None`` = as the templates say.
    """

    facility: Facility
    template: str
    figures: Mapping[str, Decimal]
    rules: Mapping[str, Value]
    titles: Mapping[str, Mapping[str, str]]
    mode: Mode | None = None


def template_id(catalogue: Catalogue, facility_type: str) -> str:
    """Return the rule that is the template of a type.

    Parameters
    ----------
    catalogue
        With the city's packs laid over.
    facility_type
        Code of the type.

    Returns
    -------
    str
        ``operating/template_<type>`` if there is one, else that of the type's group.

    Raises
    ------
    UnknownRuleError
        If there is no such type, or neither template.
    """
    group = catalogue.rule(f"{FACILITY_TYPES}/{facility_type}").group
    own, shared = f"operating/template_{facility_type}", f"operating/template_of_{group}"
    if own not in catalogue.rules and shared not in catalogue.rules:
        msg = f"There is no operating template for `{facility_type}`: add {own}.yaml to a pack."
        raise UnknownRuleError(msg)
    return own if own in catalogue.rules else shared


def _has_ended(series: tuple[Value, ...], on: dt.date) -> bool:
    begun = [value for value in series if value.valid_from <= on]
    return bool(begun) and begun[-1].value is None and begun[-1].certainty != "unset"


def _wrong_figure(name: str, number: Decimal) -> str | None:
    if name in DIVISORS and number == 0:
        return "> 0"
    if name in _SHARES and number > 1:
        return "0–1"
    return None


def read_template(
    catalogue: Catalogue, facility_type: str, *, on: dt.date, given: Iterable[str] = ()
) -> dict[str, Value]:
    """Read the figures of a type's template.

    Parameters
    ----------
    catalogue
        With the city's packs laid over.
    facility_type
        Code of the type.
    on
        The date for which they hold.
    given
        Names that need not be read because the facility brings its own.

    Returns
    -------
    dict
        Dated value by name; ended ones left out.

    Raises
    ------
    UnknownRuleError
        If there is no such type or template, or a figure does not hold yet on that date.
    UnsetValueError
        If a figure was not filled in.
    RuleError
        If the template holds a figure that no line uses, or one out of its range.
    """
    rule = catalogue.rule(template_id(catalogue, facility_type))
    skip = set(given)
    values: dict[str, Value] = {}
    for name, series in rule.values.items():
        if name not in FIGURES:
            msg = f"`{rule.id}` has a figure `{name}` that no line of an account uses. There are: {', '.join(FIGURES)}."
            raise RuleError(msg)
        if name in skip or _has_ended(series, on):
            continue
        values[name] = catalogue.value(rule.id, name, on=on)
        if allowed := _wrong_figure(name, to_decimal(values[name].value, values[name].id)):  # type: ignore[arg-type]
            msg = f"`{values[name].id}` must be {allowed}. Got {values[name].value} instead."
            raise RuleError(msg)
    return values


def _problem(facility: Facility, code: str, column: str, words: tuple[str, str], fix: tuple[str, str]) -> Problem:
    return Problem(
        code=code,
        severity="error",
        message={
            "zh": f"设施 {facility.facility_id}：{words[0]}",
            "en": f"facility {facility.facility_id}: {words[1]}",
        },
        fix={"zh": fix[0], "en": fix[1]},
        layer="facilities",
        column=column,
    )


def _check_given(facility: Facility) -> list[Problem]:
    found = []
    for name, number in facility.given.items():
        allowed = " | ".join(FIGURES) if name not in FIGURES else _wrong_figure(name, number)
        if not number.is_finite() or number < 0:
            allowed = "≥ 0"
        if allowed:
            words = (f"{name} = {number} 不合用", f"{name} = {number} will not do")
            fix = (f"应为 {allowed}。", f"It must be {allowed}.")
            found.append(_problem(facility, "operate.figure", name, words, fix))
    return found


def _measures(facility: Facility, needs: Iterable[str], known: Mapping[str, Decimal]) -> list[Problem]:
    found = []
    for name in needs:
        if name in known:
            continue
        column = _LAYER.get(name, name)
        title = MEASURES.get(name, {"zh": name, "en": name})
        words = (f"缺少{title['zh']}", f"{title['en']} is missing")
        fix = ("请补填；不知道就不要列入运营测算。", "Fill it in, or leave the facility out of the appraisal.")
        found.append(_problem(facility, "operate.missing", column, words, fix))
    return found


def _open(facility: Facility, catalogue: Catalogue, on: dt.date, mode: Mode | None) -> tuple[Account, list[Problem]]:
    values = read_template(catalogue, facility.type, on=on, given=facility.given)
    figures = {name: to_decimal(value.value, value.id) for name, value in values.items()}  # type: ignore[arg-type]
    figures |= facility.given
    if mode is not None:
        overhead = figures.get("overhead_share", Decimal(0)) + mode.overhead_share
        figures = scale(figures, mode.factors) | {"overhead_share": min(overhead, Decimal(1))}
    measures = {name: getattr(facility, name) for name in MEASURES}
    figures |= {name: number for name, number in measures.items() if number is not None}
    found = _check_given(facility) + _measures(facility, needs_of(figures), figures)
    rule = catalogue.rule(template_id(catalogue, facility.type))
    titles = {name: series[0].title for name, series in rule.values.items()}
    return Account(facility, rule.id, figures, values, titles, mode), found


def open_accounts(
    facilities: Iterable[Facility], catalogue: Catalogue, *, on: dt.date, mode: Mode | None = None
) -> tuple[Account, ...]:
    """Find the figures of every facility.

    Parameters
    ----------
    facilities
        The facilities.
    catalogue
        With the city's packs laid over.
    on
        The date for which templates hold.
    mode
        Who runs them; ``None`` = as the templates say.

    Returns
    -------
    tuple of Account
        In the same order.

    Raises
    ------
    InputError
        If a facility lacks a measure that a line needs, or brings a figure out of range; all of them at once.
    UnknownRuleError
        If a type has no template, or a figure does not hold yet on that date.
    UnsetValueError
        If a figure was not filled in.
    RuleError
        If a template holds a figure that no line uses, or one out of its range.
    """
    opened = [_open(facility, catalogue, on, mode) for facility in facilities]
    problems = [problem for _, found in opened for problem in found]
    if problems:
        raise InputError(problems)
    return tuple(account for account, _ in opened)
