"""Which ratio holds for a project: rows of a pack, the most particular first, else the general one.

A *row* is a rule ``subsidy/ratio_<name>`` with ``ratio`` and any of ``district``, ``tier`` and ``project_type``; a
condition left out holds for all. Of the rows that fit, the one with most conditions wins; two with as many are a
mistake of the pack. If no row fits, the general ``subsidy/ratio.ratio`` holds; nobody published it: unset, it raises.
"""

from __future__ import annotations

import datetime as dt

from linli.errors import InputError, Problem, RuleError
from linli.improve.subsidy.record import Project
from linli.rules import Catalogue, Rule, Value, normal_name

__all__ = ["CONDITIONS", "find_ratio", "holds", "rows_in_force"]

CONDITIONS: tuple[str, ...] = ("district", "tier", "project_type")
"""What a ratio may depend on."""

_GENERAL = "subsidy/ratio"


def holds(rule: Rule, name: str, on: dt.date) -> Value | None:
    """Return the entry of a value in force on a date, unset ones too.

    Parameters
    ----------
    rule
        The rule.
    name
        Name of the value.
    on
        The date.

    Returns
    -------
    Value or None
        ``None`` if the rule has no such value, it has not begun, or it has ended.
    """
    begun = [value for value in rule.values.get(name, ()) if value.valid_from <= on]
    if not begun or (begun[-1].value is None and begun[-1].certainty != "unset"):
        return None
    return begun[-1]


def rows_in_force(catalogue: Catalogue, group: str, name: str, on: dt.date) -> list[Rule]:
    """Return the rows of a group that a pack has added and that hold on a date.

    Parameters
    ----------
    catalogue
        With the city's packs laid over.
    group
        ``ratio`` or ``stage``.
    name
        The value that makes a rule a row: ``ratio`` or ``share``.
    on
        The date.

    Returns
    -------
    list of Rule
        In order.

    Raises
    ------
    UnknownRuleError
        If the catalogue has no family ``subsidy``.
    """
    rules = [rule for rule in catalogue.family("subsidy") if rule.group == group and rule.id != _GENERAL]
    return [rule for rule in rules if holds(rule, name, on) is not None]


def _fits(rule: Rule, project: Project, on: dt.date) -> tuple[bool, int, list[str]]:
    """Whether a row fits, by how many conditions, and which of them the project leaves open."""
    asked = {name: value for name in CONDITIONS if (value := holds(rule, name, on)) is not None}
    own = {name: getattr(project, name) for name in asked}
    closed = {name for name in asked if own[name] is not None}
    fits = all(normal_name(str(asked[name].value)) == normal_name(own[name]) for name in closed)
    return fits, len(asked), [name for name in asked if name not in closed]


def _open_condition(project: Project, rule: Rule, name: str) -> Problem:
    return Problem(
        code="subsidy.condition",
        severity="error",
        message={
            "zh": f"项目 {project.project_id}：缺少 {name}，「{rule.title['zh']}」（{rule.id}）的比例与它有关",
            "en": f"project {project.project_id}: {name} is missing; the ratio of «{rule.title['en']}» ({rule.id}) "
            "depends on it",
        },
        fix={"zh": "请补填。", "en": "Fill it in."},
        layer="projects",
        column=name,
    )


def find_ratio(project: Project, catalogue: Catalogue, *, on: dt.date) -> tuple[Value, Rule]:
    """Find the ratio that holds for a project.

    Parameters
    ----------
    project
        With its district, tier and type, as far as rows ask for them.
    catalogue
        With the city's packs laid over.
    on
        The date for which it holds.

    Returns
    -------
    tuple of Value and Rule
        The ratio, a share 0–1, and the row it stands in.

    Raises
    ------
    UnsetValueError
        If no row fits and nobody filled in the general ratio, or the row that fits is unset.
    UnknownRuleError
        If no row fits and the general ratio does not hold on that date.
    InputError
        If a row may fit but the project leaves open what it depends on.
    RuleError
        If two rows fit equally well, or the ratio is above 1.
    """
    fitting: list[tuple[int, Rule]] = []
    for rule in rows_in_force(catalogue, "ratio", "ratio", on):
        fits, conditions, unknown = _fits(rule, project, on)
        if fits and unknown:
            raise InputError([_open_condition(project, rule, name) for name in unknown])
        if fits:
            fitting.append((conditions, rule))
    most = max((conditions for conditions, _ in fitting), default=0)
    best = [rule for conditions, rule in fitting if conditions == most] or [catalogue.rule(_GENERAL)]
    if len(best) > 1:
        names = ", ".join(rule.id for rule in best)
        msg = f"Project {project.project_id}: the ratios {names} fit equally well. Give one of them more conditions."
        raise RuleError(msg)
    value = catalogue.value(best[0].id, "ratio", on=on)
    if not 0 <= float(value.value) <= 1:  # type: ignore[arg-type]
        msg = f"`{value.id}` must be a share of 0–1. Got {value.value} instead."
        raise RuleError(msg)
    return value, best[0]
