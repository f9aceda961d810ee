"""Standards as this floor reads them: items, their requirements, and every figure looked up on one date.

What belongs here: turning the rules of a family into records whose figures are resolved once, so that no measure asks
the catalogue again. A *limit* is one figure as used: its value, unit, clause, certainty and date — or, where it is
``unset`` or not in force, the name of the setting that would be needed. Nothing is filled in for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from linli.assess.options import AssessOptions
from linli.errors import UnknownRuleError, UnsetValueError
from linli.rules import Catalogue, Rule

__all__ = ["Alternative", "Item", "Limit", "Requirement", "Standard", "limit_of", "read_standard"]

LIMITS: tuple[str, ...] = (
    "distance",
    "min_floor_area",
    "min_site_area",
    "min_capacity",
    "min_count",
    "residents_per_place",
    "per_100_households",
    "per_person",
    "per_1000_residents",
    "min",
    "min_numerator",
)
"""Keys of a requirement that name a figure."""

CIRCLE = "circle"
SURE = ("published", "recalled", "unset")


@dataclass(frozen=True, slots=True)
class Limit:
    """One figure of a rule as used on one date.

    Parameters
    ----------
    key
        What it limits: ``distance``, ``min_floor_area`` …
    rule
        ``family/rule.value``.
    value
        The figure in `unit`; ``None`` if nobody published it or it is not in force.
    unit
        A unit code of the catalogue.
    clause, certainty, valid_from
        Where it stands, how sure it is, since when; empty where there is no figure.
    missing
        ``""``, ``unset`` (fill it in a pack) or ``not_in_force``.
    """

    key: str
    rule: str
    value: float | None
    unit: str = ""
    clause: str = ""
    certainty: str = "unset"
    valid_from: dt.date | None = None
    missing: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        return {
            "key": self.key,
            "rule": self.rule,
            "value": self.value,
            "unit": self.unit,
            "clause": self.clause,
            "certainty": self.certainty,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "missing": self.missing,
        }


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way to satisfy a reach requirement, for some kinds of community."""

    kinds: tuple[str, ...]
    types: tuple[str, ...]
    limits: Mapping[str, Limit]
    condition: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One measurable demand of an item, with its figures.

    Parameters
    ----------
    standard, item, id
        ``complete_community``, ``complete_community/nursery``, ``reach``.
    kind, verb
        How it is measured, how strongly it is meant.
    kinds, project_types
        Communities that it binds; no project type means any.
    types
        Facility types, any of which will do.
    bands
        Age bands whose need it is; none means everybody.
    limits
        Its figures by key.
    columns
        Numerator and denominator of a ratio (``layer.column``), empty for other kinds.
    where
        Words that a row's columns must hold to count above the line.
    area
        ``floor`` or ``site``: which area is added up.
    alternatives
        Other ways to satisfy it.
    text
        The requirement (or question) in words, zh and en.
    clause, certainty
        Of the rule's own text, for requirements without figures.
    """

    standard: str
    item: str
    id: str
    kind: str
    verb: str
    kinds: tuple[str, ...]
    project_types: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    area: str = "floor"
    alternatives: tuple[Alternative, ...] = ()
    text: Mapping[str, str] = field(default_factory=dict)
    clause: str = ""
    certainty: str = "recalled"

    def value(self, key: str) -> float | None:
        """Return a figure, ``None`` if the requirement has none of that key or it is missing."""
        return self.limits[key].value if key in self.limits else None

    @property
    def missing(self) -> tuple[Limit, ...]:
        """The figures that would be needed and are not there."""
        return tuple(limit for limit in self.limits.values() if limit.missing)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a standard."""

    id: str
    standard: str
    group: str
    order: int
    title: Mapping[str, str]
    certainty: str
    weight: float | None
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """A family of rules that communities can be assessed against."""

    id: str
    items: tuple[Item, ...]

    @property
    def requirements(self) -> Iterator[Requirement]:
        """Every requirement of every item, in order."""
        return (requirement for item in self.items for requirement in item.requirements)


def limit_of(catalogue: Catalogue, rule: str, name: str, on: dt.date, key: str = "") -> Limit:
    """Look one figure up.

    Parameters
    ----------
    catalogue
        The rules.
    rule, name
        ``complete_community/nursery`` and ``floor_area_min``, or a whole reference ``family/rule.value`` as `name`.
    on
        The date.
    key
        What it limits.

    Returns
    -------
    Limit
        The figure, or why it is missing. No exception: a missing figure is a finding, not a failure.
    """
    if "/" in name:
        rule, _, name = name.rpartition(".")
    reference = f"{rule}.{name}"
    try:
        value = catalogue.value(rule, name, on=on)
    except UnsetValueError:
        return Limit(key, reference, None, missing="unset")
    except UnknownRuleError:
        return Limit(key, reference, None, missing="not_in_force")
    if not isinstance(value.value, int | float):
        return Limit(key, reference, None, missing="not_in_force")
    clause = value.clause
    return Limit(key, reference, float(value.value), value.unit, clause, value.certainty, value.valid_from)


def _limits(
    catalogue: Catalogue, rule: Rule, body: Mapping[str, Any], options: AssessOptions, on: dt.date
) -> dict[str, Limit]:
    found = {}
    for key in LIMITS:
        name = body.get(key)
        if name == CIRCLE:
            name = circle_reference(options)
        if name is not None:
            found[key] = limit_of(catalogue, rule.id, name, on, key)
    return found


def circle_reference(options: AssessOptions) -> str:
    """Name the figure that «within the life circle» means under these options."""
    return f"walking/distance.{options.circle}"


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,)


def _requirement(
    catalogue: Catalogue, rule: Rule, body: Mapping[str, Any], options: AssessOptions, on: dt.date
) -> Requirement:
    limits = _limits(catalogue, rule, body, options, on)
    alternatives = tuple(
        Alternative(
            kinds=tuple(other["kinds"]),
            types=tuple(other["facility_types"]),
            limits=_limits(catalogue, rule, other, options, on),
            condition=other["condition"],
        )
        for other in body.get("alternatives", ())
    )
    used = [limit.certainty for limit in limits.values()] or [rule.certainty]
    reference = rule.body.get("reference") or {}
    return Requirement(
        standard=rule.family,
        item=rule.id,
        id=body["id"],
        kind=body["kind"],
        verb=body["verb"],
        kinds=tuple(body["kinds"]),
        project_types=tuple(body.get("project_types", ())),
        types=tuple(body.get("facility_types", ())),
        bands=tuple(body.get("age_bands", ())),
        limits=limits,
        columns=tuple(body[key] for key in ("numerator", "denominator") if key in body),
        where={column: _texts(words) for column, words in body.get("numerator_where", {}).items()},
        area=body.get("area", "floor"),
        alternatives=alternatives,
        text=body.get("text") or body.get("question") or rule.body.get("text") or {},
        clause=", ".join(str(reference[key]) for key in ("title", "clause") if key in reference),
        certainty=max(used, key=SURE.index),
    )


def _weight(catalogue: Catalogue, rule: Rule, on: dt.date) -> float | None:
    return limit_of(catalogue, rule.id, "weight", on).value if "weight" in rule.values else None


def read_standard(catalogue: Catalogue, standard: str, options: AssessOptions, on: dt.date) -> Standard:
    """Read a family of the catalogue as a standard.

    Parameters
    ----------
    catalogue
        The rules.
    standard
        Name of the family.
    options
        For the life circle that a requirement may refer to.
    on
        The date whose figures hold.

    Returns
    -------
    Standard
        Its items in stated order, every figure looked up.

    Raises
    ------
    UnknownRuleError
        If there is no such family, or it has no item to assess.
    """
    rules = catalogue.items(standard)
    if not rules:
        msg = f"`standards` must name families with items to assess. Got {standard!r} instead."
        raise UnknownRuleError(msg)
    items = tuple(
        Item(
            id=rule.id,
            standard=standard,
            group=rule.group or standard,
            order=rule.order,
            title=rule.title,
            certainty=rule.certainty,
            weight=_weight(catalogue, rule, on),
            requirements=tuple(_requirement(catalogue, rule, body, options, on) for body in rule.requirements),
        )
        for rule in rules
    )
    return Standard(standard, items)
