"""What standards, groups, scenes, items and types are called, in the request's language, by the rules in force.

A run may have been made by other rules: what these rules do not hold is called by its own code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from linli.assess.scenes import linked_items
from linli.report.formats import Format
from linli.report.words import load_words
from linli.rules import Catalogue
from linli.web.keep import Keep
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import Language, current_language, pick

__all__ = [
    "figures_in",
    "group_title",
    "item_title",
    "items_of_scene",
    "scene_title",
    "scenes_in_order",
    "standard_title",
    "type_title",
]


@dataclass(frozen=True, slots=True)
class _Names:
    """What the rules in force call things, looked up once for each version of them."""

    standards: Mapping[str, Mapping[str, str]]
    groups: Mapping[tuple[str, str], Mapping[str, str]]
    items: Mapping[str, Mapping[str, str]]
    types: Mapping[str, Mapping[str, str]]
    scenes: Mapping[str, tuple[str, ...]]


_NAMES: Keep[_Names] = Keep(2)


def _read(catalogue: Catalogue) -> _Names:
    return _Names(
        standards={name: family.title for name, family in catalogue.families.items()},
        groups={(name, g): title for name, family in catalogue.families.items() for g, title in family.groups.items()},
        items={rule.id: rule.title for rule in catalogue.rules.values()},
        types={code: rule.title for code, rule in catalogue.facility_types.items()},
        scenes=linked_items(catalogue),
    )


def _names() -> _Names:
    catalogue = site_catalogue()
    return _NAMES.get(catalogue.version, lambda: _read(catalogue))


@cache
def _figures(lang: Language, unit: str) -> Format:
    return Format(load_words(lang), unit)


def figures_in(unit: str = "residents", lang: Language | None = None) -> Format:
    """Return how figures are written: ranges, units, and the word for what is not known.

    Parameters
    ----------
    unit
        What people are counted in: ``residents``, or ``m2`` of housing.
    lang
        The language; the request's if left out.

    Returns
    -------
    Format
        As in reports.
    """
    return _figures(lang or current_language(), unit)


def standard_title(standard: str) -> str:
    """Return what a standard is called."""
    return pick(_names().standards.get(standard, standard))


def group_title(standard: str, group: str) -> str:
    """Return what a group of a standard is called: one of the six haves, a level of the life circle."""
    titles = _names().groups.get((standard, group))
    if titles:
        return pick(titles)
    return standard_title(standard) if group in {"", standard} else group


def item_title(item: str) -> str:
    """Return what an item is called."""
    return pick(_names().items.get(item, item))


def type_title(kind: str) -> str:
    """Return what a type of facility is called."""
    return pick(_names().types.get(kind, kind))


def scenes_in_order() -> tuple[str, ...]:
    """Return the scenes that the crosswalk of the rules in force knows."""
    return tuple(_names().scenes)


def items_of_scene(scene: str) -> tuple[str, ...]:
    """Return the items, of whatever standard, that the crosswalk links with a scene."""
    return _names().scenes.get(scene, ())


def scene_title(scene: str) -> str:
    """Return what one of the nine scenes is called."""
    return pick(_names().items.get(f"crosswalk/{scene}", scene))
