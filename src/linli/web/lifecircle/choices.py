"""What can be chosen on the life circle: facility type, whose walk, how many minutes; all from the rules, with sources.

A *person* walks, in the minutes of a level of the life circle, the standard's distance or less: what the assessment
counts by, so that both say the same. The residents that count are those of the ages that the facility type serves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from django.http import QueryDict

from linli.assess.options import Person
from linli.assess.pace import own_distance
from linli.assess.standards import Limit, limit_of
from linli.web.lifecircle.stage import Stage

__all__ = ["ADULT", "PERSONS", "Asked", "Choices", "Kind", "Minutes", "Walker", "asked_of", "choices_of"]

PERSONS: tuple[str, ...] = get_args(Person)

ADULT = "adult"
"""Walks the standard's own distance."""

EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Kind:
    """A facility type.

    Parameters
    ----------
    code, title, group
        As in the vocabulary.
    bands
        Ages that it serves; none = everybody.
    """

    code: str
    title: Mapping[str, str]
    group: str
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Minutes:
    """A level of the life circle.

    Parameters
    ----------
    minutes, distance
        Both with their source; minutes and m.
    level
        ``five_minute`` ….
    """

    level: str
    minutes: Limit
    distance: Limit

    @property
    def number(self) -> int:
        """The minutes."""
        return int(self.minutes.value or 0)


@dataclass(frozen=True, slots=True)
class Walker:
    """Whose walk.

    Parameters
    ----------
    code
        One of `PERSONS`.
    speed
        With its source, m/s.
    limits_m
        How far they walk by minutes, m.
    """

    code: str
    speed: Limit
    limits_m: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen."""

    kinds: Mapping[str, Kind]
    walkers: Mapping[str, Walker]
    minutes: Sequence[Minutes]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen."""

    kind: Kind
    walker: Walker
    minutes: int

    @property
    def limit_m(self) -> float:
        """How far that is, m."""
        return self.walker.limits_m[self.minutes]


def _walker(stage: Stage, code: str, minutes: Sequence[Minutes]) -> Walker | None:
    speed = limit_of(stage.catalogue, "walking/speed", code, stage.on)
    if not speed.value:  # nobody published it: not for choice
        return None
    levels = [(float(one.distance.value or 0), float(one.minutes.value or 0)) for one in minutes]
    limits = {
        one.number: metres if code == ADULT else own_distance(metres, speed.value, levels)
        for one, (metres, _) in zip(minutes, levels, strict=True)
    }
    return Walker(code, speed, limits)


def choices_of(stage: Stage) -> Choices:
    """Return what can be chosen for a run.

    Parameters
    ----------
    stage
        Its stage, with the rules and their date.

    Returns
    -------
    Choices
        Facility types in the order of the vocabulary; without persons whose speed is not set.
    """
    rules = stage.catalogue.facility_types
    kinds = {}
    for code in stage.kinds:
        if code in rules:
            bands = tuple(rules[code].body["age_bands"])
            kinds[code] = Kind(code, rules[code].title, rules[code].group or "", () if EVERYBODY in bands else bands)
    minutes = [Minutes(level, time, distance) for level, (distance, time) in stage.levels.items()]
    walkers = (_walker(stage, code, minutes) for code in PERSONS)
    return Choices(kinds, {one.code: one for one in walkers if one is not None}, minutes)


def asked_of(choices: Choices, query: QueryDict, *, person: str = ADULT, strict: bool = False) -> Asked | None:
    """Return what an address asks for.

    Parameters
    ----------
    choices
        What can be chosen.
    query
        ``type``, ``person``, ``minute``.
    person
        Whose walk if it does not say: the one by which the run was made.
    strict
        Whether what cannot be chosen is an error and not the first choice.

    Returns
    -------
    Asked or None
        ``None`` where nothing can be chosen, or `strict` and it cannot be chosen.
    """
    if not (choices.kinds and choices.walkers and choices.minutes):
        return None
    numbers = {str(one.number): one.number for one in choices.minutes}
    first = choices.minutes[0].number
    kind = choices.kinds.get(query.get("type", next(iter(choices.kinds))))
    walker = choices.walkers.get(query.get("person", person if person in choices.walkers else ""))
    minutes = numbers.get(query.get("minute", str(first)))
    if "person" not in query:
        walker = walker or next(iter(choices.walkers.values()))
    if strict and not (kind and walker and minutes):
        return None
    return Asked(
        kind or next(iter(choices.kinds.values())),
        walker or choices.walkers.get(person) or next(iter(choices.walkers.values())),
        minutes or first,
    )
