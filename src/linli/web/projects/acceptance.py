"""Acceptance: which items a type of project must evidence, and what the experts' scores come to.

The items are the base and the nine scenes of `future_community`; what each is for a type of project (必选, 选配 …) is
looked up in the rule of the type. The four dimensions and, where a pack has filled them, their weights and the pass
mark come from the catalogue too; nobody published weights and pass mark, so that by default there is a mean for every
dimension, no total, and people decide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from linli.errors import InputError, Problem, UnsetValueError
from linli.rules import Catalogue

__all__ = [
    "DIMENSIONS",
    "PROJECT_TYPES",
    "TOP_SCORE",
    "Item",
    "Score",
    "Sheet",
    "list_items",
    "sum_scores",
]

_FAMILY = "future_community"

DIMENSIONS = ("scene_response", "digital_platform", "sustainable_operation", "distinctive_features")
"""The four dimensions of acceptance: rules ``future_community/dimension_<name>``."""

PROJECT_TYPES = ("leading_renewal", "leading_new", "inclusive")
"""Types of project: rules ``future_community/type_<name>``."""

TOP_SCORE = Decimal(100)
"""Experts score every dimension from 0 to this; a share of it is what weights apply to."""

_REQUIRED = frozenset({"required", "standard", "mandatory", "implied"})
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of acceptance as a type of project has it.

    Parameters
    ----------
    id
        Rule id, e.g. ``future_community/education``.
    title
        ``{"zh": …, "en": …}``.
    duty
        What it is for the type: ``required``, ``standard``, ``mandatory``, ``implied``, ``optional``, ``encouraged``,
        ``as_conditions_allow`` or ``as_needed``.
    required
        Whether acceptance needs evidence of it.
    clause
        Where that is written.
    """

    id: str
    title: Mapping[str, str]
    duty: str
    required: bool
    clause: str


@dataclass(frozen=True, slots=True)
class Score:
    """What one expert gives one dimension.

    Parameters
    ----------
    expert
        Who.
    dimension
        One of `DIMENSIONS`.
    points
        0 to `TOP_SCORE`.
    """

    expert: str
    dimension: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the scores come to.

    Parameters
    ----------
    means
        Mean of the experts by dimension, points to a hundredth; ``None`` = nobody scored it.
    experts
        How many experts scored each.
    total
        Weighted total in points; ``None`` where a dimension has no score or the weights are unset.
    pass_mark
        Points; ``None`` = unset.
    passed
        Whether the total reaches the pass mark; ``None`` = not to be said, people decide.
    unset
        Rule values that nobody has filled in, as a pack names them.
    """

    means: Mapping[str, Decimal | None]
    experts: Mapping[str, int]
    total: Decimal | None
    pass_mark: Decimal | None
    passed: bool | None
    unset: tuple[str, ...]


def list_items(project_type: str, catalogue: Catalogue, *, on: dt.date) -> tuple[Item, ...]:
    """Return the items of acceptance of a type of project.

    Parameters
    ----------
    project_type
        One of `PROJECT_TYPES`.
    catalogue
        With the city's packs laid over.
    on
        The date whose rules hold.

    Returns
    -------
    tuple of Item
        The base first, then the scenes in stated order.

    Raises
    ------
    UnknownRuleError
        If there is no such type, or the rule did not hold on that date.
    """
    rule_id = f"{_FAMILY}/type_{project_type}"
    rule = catalogue.rule(rule_id)
    items = []
    for scene in catalogue.family(_FAMILY):
        name = scene.id.partition("/")[2]
        if scene.body.get("role") not in {"base", "scene"} or name not in rule.values:
            continue
        value = catalogue.value(rule_id, name, on=on)
        duty = str(value.value)
        items.append(Item(scene.id, scene.title, duty, duty in _REQUIRED, value.clause))
    return tuple(items)


def _looked_up(catalogue: Catalogue, rule: str, name: str, on: dt.date) -> Decimal | str:
    """Return a figure, or the name of the value to fill in."""
    try:
        return Decimal(str(catalogue.value(rule, name, on=on).value))
    except UnsetValueError:
        return f"{rule}.{name}"


def _check(scores: Iterable[Score]) -> None:
    problems = [
        Problem(
            code="acceptance.score",
            severity="error",
            message={"zh": f"评分无效：{score.dimension}", "en": f"the score of {score.dimension} will not do"},
            fix={"zh": "请改正评分。", "en": "Correct the score."},
            column=score.dimension,
            value=str(score.points),
            allowed=f"0–{TOP_SCORE}" if score.dimension in DIMENSIONS else " | ".join(DIMENSIONS),
        )
        for score in scores
        if score.dimension not in DIMENSIONS or not score.points.is_finite() or not 0 <= score.points <= TOP_SCORE
    ]
    if problems:
        raise InputError(problems)


def _mean(points: list[Decimal]) -> Decimal | None:
    return (sum(points, Decimal(0)) / len(points)).quantize(_CENT, ROUND_HALF_UP) if points else None


def sum_scores(scores: Iterable[Score], catalogue: Catalogue, *, on: dt.date) -> Sheet:
    """Work out the acceptance sheet.

    Parameters
    ----------
    scores
        One for each expert and dimension.
    catalogue
        With the city's packs laid over.
    on
        The date whose rules hold.

    Returns
    -------
    Sheet
        Means, total and whether the pass mark is reached, as far as weights and pass mark are known. The total is
        worked out from the exact means and rounded once.

    Raises
    ------
    InputError
        If a score is out of range or of no dimension.
    RuleError
        If the weights are asked for before their first day.
    """
    given = list(scores)
    _check(given)
    points = {name: [score.points for score in given if score.dimension == name] for name in DIMENSIONS}
    weights = {name: _looked_up(catalogue, f"{_FAMILY}/dimension_{name}", "weight", on) for name in DIMENSIONS}
    mark = _looked_up(catalogue, f"{_FAMILY}/acceptance", "pass_mark", on)
    unset = tuple(value for value in (*weights.values(), mark) if isinstance(value, str))
    known = {name: weight for name, weight in weights.items() if isinstance(weight, Decimal)}
    total = None
    if len(known) == len(DIMENSIONS) and all(points.values()):
        parts = (known[name] * sum(points[name], Decimal(0)) / len(points[name]) for name in DIMENSIONS)
        total = sum(parts, Decimal(0)).quantize(_CENT, ROUND_HALF_UP)
    pass_mark = mark if isinstance(mark, Decimal) else None
    return Sheet(
        means={name: _mean(points[name]) for name in DIMENSIONS},
        experts={name: len(points[name]) for name in DIMENSIONS},
        total=total,
        pass_mark=pass_mark,
        passed=None if total is None or pass_mark is None else total >= pass_mark,
        unset=unset,
    )
