"""The machine-readable requirements of an item: what may be measured, and in which words.

A requirement has an `id` (unique in its item), a `kind`, a `verb`, and the `kinds` of community it binds. The measures:

reach
    Residents (of `age_bands`; all if left out) live within `distance` of at least one facility of `facility_types` in
    use, large enough (`min_floor_area`, `min_site_area`, `min_capacity`) where a size is given. `distance` is a value
    in metres, or ``circle``: the walking distance of the level that the assessment chooses. `alternatives` also
    satisfy it, in the communities of their `kinds`: `min_count` facilities (1 if left out) of their types and size
    within their `distance` (that of the requirement if left out).
count
    At least `min_count` such facilities in the community (or within `distance` of it); with `residents_per_place`, one
    more for each started so many residents.
area_per_households
    Floor (or site, see `area`) area of the facilities in the community, against `per_100_households`.
area_per_residents
    Floor (or site) area of the facilities in the community, against `per_person` or `per_1000_residents`.
ratio
    Sum of column `numerator` over sum of column `denominator`, over the rows of the community, at least `min`. With
    `numerator_where` only the rows whose columns hold one of the words count above the line. With `min_numerator` the
    sum above the line must also reach that figure.
answer
    Only people can say: the `question` is put through the layer ``answers``.

Everything that is a figure is named, never written: ``floor_area_min`` (a value of the same rule) or
``family/rule.value``. `project_types` limits a requirement to some types of future-community project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from linli.errors import Problem
from linli.rules.checks import problem
from linli.strictyaml import Located
from linli.units import AGE_BANDS

__all__ = [
    "CIRCLE",
    "COMMUNITY_KINDS",
    "CONDITIONS",
    "KINDS",
    "PROJECT_TYPES",
    "REFERENCE_UNITS",
    "REQUIREMENT_LISTS",
    "VERBS",
    "check_requirements",
    "references",
]

CIRCLE = "circle"
"""The distance that the assessment chooses."""

KINDS: tuple[str, ...] = ("reach", "count", "area_per_households", "area_per_residents", "ratio", "answer")
VERBS: tuple[str, ...] = ("must", "should", "where_possible", "qualitative")
COMMUNITY_KINDS: tuple[str, ...] = ("new", "existing")
PROJECT_TYPES: tuple[str, ...] = ("leading_renewal", "leading_new", "inclusive")
AREAS: tuple[str, ...] = ("floor", "site")
COLUMNS: tuple[str, ...] = (
    "estates.dwellings",
    "estates.floor_area_m2",
    "estates.parking_spaces",
    "estates.charging_spaces",
    "estates.property_office_m2",
    "communities.households",
    "communities.dwellings",
    "communities.floor_area_m2",
    "communities.residents",
)
"""Columns of the survey that a ratio may sum."""

CONDITIONS: dict[str, tuple[str, ...]] = {
    "estates.property_service": ("professional", "trusteeship", "social", "self", "none"),
}
"""Columns of the survey, and their words, that a ratio may be limited by."""

REFERENCE_UNITS: dict[str, tuple[str, ...]] = {
    "distance": ("m",),
    "min_floor_area": ("m2",),
    "min_site_area": ("m2",),
    "min_capacity": ("places",),
    "min_count": ("count",),
    "residents_per_place": ("residents",),
    "per_100_households": ("m2_per_100_households",),
    "per_person": ("m2_per_person",),
    "per_1000_residents": ("m2_per_1000_residents",),
    "min": ("share", "per_dwelling"),
    "min_numerator": ("m2", "count"),
}
"""Keys that name a value, and the units that the value may have."""

Spec = tuple[str, bool, tuple[str, ...]]  # shape, required, words allowed


def _text(*words: str, required: bool = False) -> Spec:
    return ("text", required, words)


_ANY: dict[str, Spec] = {
    "id": _text(required=True),
    "kind": _text(*KINDS, required=True),
    "verb": _text(*VERBS, required=True),
    "kinds": ("texts", True, COMMUNITY_KINDS),
    "project_types": ("texts", False, PROJECT_TYPES),
    "text": ("bilingual", False, ()),
}
_SIZES = {"min_floor_area": _text(), "min_site_area": _text(), "min_capacity": _text()}
_TYPES: dict[str, Spec] = {"facility_types": ("texts", True, ())}
_AREA = {"area": _text(*AREAS), "min_site_area": _text()}

REQUIREMENT_LISTS: dict[str, dict[str, Spec]] = {
    "any": _ANY,
    "reach": {
        **_ANY,
        **_TYPES,
        "distance": _text(required=True),
        "age_bands": ("texts", False, AGE_BANDS),
        **_SIZES,
        "alternatives": ("list", False, ()),
    },
    "count": {
        **_ANY,
        **_TYPES,
        "min_count": _text(required=True),
        "residents_per_place": _text(),
        "distance": _text(),
        **_SIZES,
    },
    "area_per_households": {**_ANY, **_TYPES, "per_100_households": _text(required=True), **_AREA},
    "area_per_residents": {**_ANY, **_TYPES, "per_person": _text(), "per_1000_residents": _text(), **_AREA},
    "ratio": {
        **_ANY,
        "numerator": _text(*COLUMNS, required=True),
        "denominator": _text(*COLUMNS, required=True),
        "min": _text(required=True),
        "min_numerator": _text(),
        "numerator_where": ("mapping", False, ()),
    },
    "answer": {**_ANY, "question": ("bilingual", True, ())},
    "alternative": {
        "kinds": ("texts", True, COMMUNITY_KINDS),
        "condition": ("bilingual", True, ()),
        **_TYPES,
        "min_count": _text(),
        "distance": _text(),
        **_SIZES,
    },
}
"""Keys of a requirement by its kind (``any``: of every kind), and of an alternative."""


def _asks_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    def both(key: str, everything: tuple[str, ...]) -> bool:
        return bool(set(one.get(key) or everything) & set(other.get(key) or everything))

    return both("kinds", COMMUNITY_KINDS) and both("project_types", PROJECT_TYPES)


def check_requirements(located: Located, requirements: list[Any]) -> Iterator[Problem]:
    """Check what the requirements of one item say about each other.

    Parameters
    ----------
    located
        The file.
    requirements
        What stands under its ``requirements``.

    Yields
    ------
    Problem
        Two of one id; two questions to the same communities; a per-head area without, or with two, figures.
    """
    seen: set[Any] = set()
    asked: list[Mapping[str, Any]] = []
    for i, requirement in enumerate(requirements):
        if not isinstance(requirement, Mapping):
            continue
        path: tuple[str | int, ...] = ("requirements", i)
        name, kind = requirement.get("id"), requirement.get("kind")
        if isinstance(name, str) and name in seen:
            yield problem(located, "requirement.duplicate_id", (*path, "id"), key=name)
        seen.add(str(name))
        if kind == "answer":
            if any(_asks_the_same(requirement, other) for other in asked):
                yield problem(located, "requirement.two_answers", path)
            asked.append(requirement)
        if kind == "area_per_residents" and ("per_person" in requirement) == ("per_1000_residents" in requirement):
            yield problem(located, "requirement.measure", path)


def references(requirement: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Name every value that a requirement and its alternatives lean on.

    Parameters
    ----------
    requirement
        One requirement.

    Yields
    ------
    tuple of (path in the requirement, key, reference)
        ``circle`` is not a value and is left out.
    """
    for key in REFERENCE_UNITS:
        if isinstance(requirement.get(key), str) and requirement[key] != CIRCLE:
            yield (key,), key, requirement[key]
    for i, alternative in enumerate(requirement.get("alternatives") or ()):
        if isinstance(alternative, Mapping):
            for path, key, reference in references(alternative):
                yield ("alternatives", i, *path), key, reference
