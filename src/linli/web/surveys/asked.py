"""What a round asks of a community, so that the standards it is assessed by can be measured.

*Asked type*: a facility type that a requirement names; a community says where one is, or that it has none. *Asked
size*: a column of facilities of some types that a requirement measures. *Question*: an item that only people answer.
Nothing here is a figure: types, columns and questions come from the rules in force.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from linli.assess import AssessOptions
from linli.assess.standards import Requirement, read_standard
from linli.web.standards.catalogue import site_catalogue

__all__ = ["COLUMNS", "LAYERS_TO_STATE", "Asked", "Question", "asked_by"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "communities": (
        "district", "subdistrict", "households", "dwellings", "floor_area_m2", "residents", "residents_0_2",
        "residents_3_5", "residents_6_14", "residents_15_59", "residents_60_79", "residents_80_plus",
    ),
    "estates": (
        "name", "built_year", "old_estate", "dwellings", "floor_area_m2", "parking_spaces", "charging_spaces",
        "property_service", "property_office_m2",
    ),
    "rooms": ("owner_kind", "floor_area_m2", "storey", "own_entrance", "available_from"),
    "plots": ("site_area_m2", "buildable_floor_area_m2"),
}  # fmt: skip
"""By layer: the columns that assessment and siting read; each row's place on the map is asked for besides."""

LAYERS_TO_STATE = ("estates", "rooms", "plots")
"""Layers of which a community has rows, or says that it has none."""

_SIZES = {"min_floor_area": "floor_area_m2", "min_site_area": "site_area_m2", "min_capacity": "capacity"}
"""Figures of a requirement, and the column of a facility that each is held against."""

_CACHED = 16


@dataclass(frozen=True, slots=True)
class Question:
    """An item that only people can answer, and which communities it is put to.

    Parameters
    ----------
    item
        ``family/rule``.
    title, text
        What it is called, and the question itself, zh and en.
    kinds, project_types
        Communities that it is put to; no project type means any.
    """

    item: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    kinds: tuple[str, ...]
    project_types: tuple[str, ...]

    def is_put_to(self, kind: str, project_type: str) -> bool:
        """Return whether it is put to a community of that kind and type of project (empty = none)."""
        return kind in self.kinds and (not self.project_types or project_type in self.project_types)


@dataclass(frozen=True, slots=True)
class Asked:
    """All that is asked.

    Parameters
    ----------
    types
        By kind of community (``existing``, ``new``): the facility types, in the order of the standards.
    sizes
        By column of a facility: the types of which it is measured.
    questions
        In the order of the standards.
    """

    types: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, frozenset[str]]
    questions: tuple[Question, ...]

    def types_for(self, kind: str) -> tuple[str, ...]:
        """Return the facility types asked of a community of that kind."""
        return self.types.get(kind, ())

    def questions_for(self, kind: str, project_type: str) -> tuple[Question, ...]:
        """Return the questions put to a community of that kind and type of project (empty = none)."""
        return tuple(one for one in self.questions if one.is_put_to(kind, project_type))


def _types(requirement: Requirement, kind: str) -> Iterator[str]:
    if kind in requirement.kinds:
        yield from requirement.types
        for other in requirement.alternatives:
            if kind in other.kinds:
                yield from other.types


def _sizes(requirement: Requirement) -> Iterator[tuple[str, str]]:
    """Yield columns and types whose figure is known; what no figure is held against need not be measured."""
    columns = [column for key, column in _SIZES.items() if requirement.value(key) is not None]
    if requirement.kind.startswith("area_per"):
        columns.append(f"{requirement.area}_area_m2")
    for column in columns:
        yield from ((column, kind) for kind in requirement.types)


@lru_cache(maxsize=_CACHED)
def _asked(_version: str, options: str, on: dt.date) -> Asked:
    catalogue, chosen = site_catalogue(), AssessOptions.model_validate_json(options)
    standards = [read_standard(catalogue, name, chosen, chosen.on or on) for name in chosen.standards]
    requirements = [(item, one) for standard in standards for item in standard.items for one in item.requirements]
    sizes: dict[str, set[str]] = {}
    for _, one in requirements:
        for column, kind in _sizes(one):
            sizes.setdefault(column, set()).add(kind)
    return Asked(
        types={kind: tuple(dict.fromkeys(name for _, one in requirements for name in _types(one, kind)))
               for kind in ("existing", "new")},
        sizes={column: frozenset(kinds) for column, kinds in sorted(sizes.items())},
        questions=_questions([(item.title, one) for item, one in requirements if one.kind == "answer"]),
    )  # fmt: skip


def _questions(found: list[tuple[Mapping[str, str], Requirement]]) -> tuple[Question, ...]:
    """Put the requirements of one item together: one answer serves them all."""
    merged: dict[str, Question] = {}
    for title, one in found:
        known = merged.get(one.item)
        kinds, projects = set(one.kinds), set(one.project_types)
        if known is not None:
            open_to_all = not known.project_types or not projects
            kinds |= set(known.kinds)
            projects = set() if open_to_all else projects | set(known.project_types)
        text = one.text or title
        merged[one.item] = Question(
            one.item, title, known.text if known else text, tuple(sorted(kinds)), tuple(sorted(projects))
        )
    return tuple(merged.values())


def asked_by(options: AssessOptions, surveyed_on: dt.date) -> Asked:
    """Return what a round asks, by the rules in force on its date.

    Parameters
    ----------
    options
        The round's choices.
    surveyed_on
        The day of the survey.

    Returns
    -------
    Asked
        Worked out once for each rules catalogue, choices and date.

    Raises
    ------
    UnknownRuleError
        If a standard is not in the rules in force.
    """
    return _asked(site_catalogue().version, options.model_dump_json(), surveyed_on)
