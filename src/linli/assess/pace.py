r"""Paces: how far somebody walks in the minutes that a standard's distance stands for.

A standard gives metres, and each level of the life circle has both metres and minutes. A distance :math:`d` stands for
the minutes of the nearest level that is at least as far, in proportion: :math:`t = t_l\, d / d_l`. Somebody of speed
:math:`v` walks :math:`\min(d, 60\, v\, t)` in that time — never more than the standard's distance. For an elder at
0.8 m/s, the 300 m of the five-minute circle become 240 m. For an adult the standard's own distance holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linli.assess.standards import Limit, limit_of
from linli.rules import Catalogue

__all__ = ["LEVELS", "Paces", "own_distance", "paces_of"]

LEVELS: tuple[str, ...] = ("five_minute", "ten_minute", "fifteen_minute")
"""Levels of the life circle that have both a distance and a time, nearest first."""

SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Paces:
    """How far people walk in the minutes that a standard's distance stands for.

    Parameters
    ----------
    person, elder, carer
        From a standard's distance to theirs, m to m. `person` is the one whose walk counts.
    speeds
        The speeds used, m/s, with their sources.
    """

    person: Callable[[float], float]
    elder: Callable[[float], float]
    carer: Callable[[float], float]
    speeds: tuple[Limit, ...] = ()


def own_distance(distance_m: float, speed_m_s: float, levels: Sequence[tuple[float, float]]) -> float:
    """Turn a standard's distance into the distance somebody walks in the same minutes.

    Parameters
    ----------
    distance_m
        The standard's distance, m, ≥ 0.
    speed_m_s
        Walking speed, m/s, > 0.
    levels
        Metres and minutes of each level, nearest first, at least one.

    Returns
    -------
    float
        Metres, at most `distance_m`.

    Examples
    --------
    >>> levels = [(300, 5), (500, 10), (1000, 15)]
    >>> own_distance(300, 0.8, levels), own_distance(150, 0.8, levels), own_distance(1000, 0.8, levels)
    (240.0, 120.0, 720.0)
    >>> own_distance(300, 1.2, levels)
    300
    """
    metres, minutes = next((level for level in levels if level[0] >= distance_m), levels[-1])
    return min(distance_m, SECONDS * speed_m_s * minutes * distance_m / metres)


def paces_of(catalogue: Catalogue, person: str, on: dt.date) -> Paces:
    """Read speeds and levels from the catalogue.

    Parameters
    ----------
    catalogue
        The rules; their family ``walking``.
    person
        Whose walk counts; ``adult`` walks the standard's own distance.
    on
        The date.

    Returns
    -------
    Paces
        For the person, an elder, and a carer with a child.

    Raises
    ------
    UnknownRuleError
        If a level or a speed is not in force on that date.
    UnsetValueError
        If one of them was never published.
    """
    levels = [
        (
            float(catalogue.value("walking/distance", level, on=on).value or 0),
            float(catalogue.value("walking/minutes", level, on=on).value or 0),
        )
        for level in LEVELS
    ]

    def pace(name: str) -> Callable[[float], float]:
        speed = float(catalogue.value("walking/speed", name, on=on).value or 0)
        return lambda distance_m: own_distance(distance_m, speed, levels)

    return Paces(
        person=float if person == "adult" else pace(person),
        elder=pace("elder"),
        carer=pace("carer"),
        speeds=tuple(limit_of(catalogue, "walking/speed", name, on, "speed") for name in ("elder", "carer")),
    )
