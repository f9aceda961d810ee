"""The types of facilities as residents are asked for them: plain names, under whom they are mostly for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from linli.units import AGE_BANDS, BAND_TITLES
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import current_language, has_words, say

__all__ = ["USUAL", "band_title", "group_of", "grouped", "plain_name", "type_title"]

GROUPS = ("young", "old", "all")
"""Whom a type is mostly for, in the order in which they are asked."""

USUAL: tuple[str, ...] = (
    "nursery", "kindergarten", "children_playground", "elderly_station", "elderly_day_care", "canteen",
    "health_station", "pharmacy", "culture_station", "library", "supermarket", "convenience_store", "market", "barber",
    "repair", "housekeeping", "fitness_ground", "activity_ground", "pocket_park", "parcel_station", "public_toilet",
    "recycling_point", "parking", "bicycle_parking", "charging",
)  # fmt: skip
"""Types ticked at first in a new questionnaire: what a community itself can have."""


def type_title(code: str) -> str:
    """Return what the catalogue calls a type."""
    rule = site_catalogue().facility_types.get(code)
    return rule.title[current_language()] if rule else code


def plain_name(code: str) -> str:
    """Return what residents are asked for, in plain words; the catalogue's title for a type that a city added."""
    key = f"wishes.type.{code}"
    return say(key) if has_words(key) else type_title(code)


def group_of(code: str) -> str:
    """Return whom a type is mostly for: ``young``, ``old`` or ``all``.

    Parameters
    ----------
    code
        Of the facility type.

    Returns
    -------
    str
        By the age bands of the catalogue.
    """
    rule = site_catalogue().facility_types.get(code)
    bands = [str(band) for band in rule.body.get("age_bands", ())] if rule else []
    at = [AGE_BANDS.index(band) for band in bands if band in AGE_BANDS]
    if not at:
        return "all"
    # The vocabulary has bands of children and bands of elders; the one between is everybody's.
    return "young" if max(at) < AGE_BANDS.index("15_59") else "old" if min(at) > AGE_BANDS.index("15_59") else "all"


def grouped(codes: Iterable[str]) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Return types under whom they are mostly for, as the choices of a form.

    Parameters
    ----------
    codes
        Facility types in order.

    Returns
    -------
    sequence
        Pairs of group and of pairs of code and plain name; groups without types are left out.
    """
    found: Mapping[str, list[tuple[str, str]]] = {group: [] for group in GROUPS}
    for code in codes:
        found[group_of(code)].append((code, plain_name(code)))
    return [(say(f"wishes.group.{group}"), found[group]) for group in GROUPS if found[group]]


def band_title(band: str) -> str:
    """Return what an age band is called."""
    return BAND_TITLES[band][current_language()]
