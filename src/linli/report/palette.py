"""The colours and shapes of every map, chart and table, on screen and on paper.

Statuses always come with a word and a shape. Colours were checked for a contrast of at least 4.5:1 on white where they
carry text, and the five classes differ in lightness alone, so that they survive colour blindness and black-and-white
printing. *Classes* are five ranges with round limits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

__all__ = [
    "ACCENT",
    "CLASS_COLOURS",
    "GREYS",
    "GROUP_COLOURS",
    "LACKING",
    "STATUSES",
    "Classes",
    "Status",
    "series_colour",
    "sort_into_classes",
]

ACCENT = "#0b5f66"
"""Deep teal: the one accent."""

LACKING = "#b3261e"
"""Residents without."""

GREYS = {
    "ink": "#1f2933",
    "text": "#3e4c59",
    "soft": "#61707d",
    "line": "#c5cdd4",
    "rule": "#e1e6ea",
    "paper": "#f5f7f8",
}
"""Neutral greys, darkest first."""

CLASS_COLOURS: tuple[str, ...] = ("#e6f2f1", "#b5d9d6", "#7bb8b6", "#3d8d91", "#0b5f66")
"""Five classes, light = low; one hue, lightness falling evenly."""

GROUP_COLOURS: dict[str, str] = {
    "governance": "#3b4a9c",
    "education": "#a4490c",
    "elderly": "#8e2d6b",
    "health": "#b3261e",
    "culture": "#6a4aa3",
    "commerce": "#7a5c00",
    "sport": "#2d6a1f",
    "convenience": "#1b5e8c",
}
"""Facility groups; white letters on them are legible."""

_SERIES = ("#0b5f66", "#a4490c", "#3b4a9c", "#8e2d6b", "#2d6a1f", "#7a5c00", "#61707d", "#b3261e")

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Status:
    """How a status looks.

    Parameters
    ----------
    code
        ``met``, ``partly``, ``not_met``, ``not_applicable``, ``unknown``.
    colour
        Colour of mark and word, contrast ≥ 4.5:1 on white.
    tint
        Pale background.
    fill
        Middle tone for bars that carry dark text.
    mark
        The shape as a character.
    """

    code: str
    colour: str
    tint: str
    fill: str
    mark: str


STATUSES: dict[str, Status] = {
    status.code: status
    for status in (
        Status("met", "#1a7340", "#e3f2e8", "#9fd1b2", "●"),
        Status("partly", "#8f5600", "#fbeecf", "#f0cf85", "◐"),
        Status("not_met", "#b3261e", "#fbe6e4", "#eea59d", "○"),
        Status("not_applicable", "#61707d", "#f5f7f8", "#e1e6ea", "–"),
        Status("unknown", "#4b5563", "#eceff1", "#eceff1", "?"),
    )
}
"""The five statuses, best first."""


def series_colour(position: int) -> str:
    """Return the colour of the n-th line of a chart, n from 0."""
    return _SERIES[position % len(_SERIES)]


@dataclass(frozen=True, slots=True)
class Classes:
    """Five ranges of a figure.

    Parameters
    ----------
    breaks
        Six limits, ascending, in the unit of the figure; a class holds its lower limit, the last one also its upper.
    counts
        How many values are in each class.
    unknown
        How many values are unknown.
    """

    breaks: tuple[float, ...]
    counts: tuple[int, ...]
    unknown: int

    def of(self, value: float) -> int | None:
        """Return the class of a value, 0–4, or None if it is unknown."""
        if not math.isfinite(value):
            return None
        inner = self.breaks[1:-1]
        return int(np.searchsorted(np.asarray(inner), value, side="right"))


def _nice_step(span: float, classes: int) -> float:
    rough = max(span / classes, 1e-9)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))


def sort_into_classes(values: Iterable[float], ceiling: float | None = None, alike: Iterable[float] = ()) -> Classes:
    """Find five classes of equal width with round limits.

    Parameters
    ----------
    values
        The figures, any unit; NaN = unknown.
    ceiling
        The largest value that can be (1 for a share), or None.
    alike
        Further figures that the limits must hold, same unit; not counted.

    Returns
    -------
    Classes
        Limits and counts; around 0 if nothing is known.

    Examples
    --------
    >>> sort_into_classes([0.31, 0.52, 0.64, 0.77], ceiling=1.0).breaks
    (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    """
    array = np.asarray(list(values), dtype="float64")
    whole = np.concatenate([array, np.asarray(list(alike), dtype="float64")])
    known = whole[np.isfinite(whole)]
    count = len(CLASS_COLOURS)
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    step = _nice_step(max(high - low, 0.05 if ceiling == 1.0 else abs(high) * 0.05), count)
    start = math.floor(low / step + 1e-9) * step
    while start + count * step < high - 1e-9:
        step = _nice_step(step * count * 1.01, count)
        start = math.floor(low / step + 1e-9) * step
    if ceiling is not None and start + count * step > ceiling:
        start = max(ceiling - count * step, 0.0)
    breaks = tuple(round(start + i * step, 10) for i in range(count + 1))
    classes = Classes(breaks, (), 0)
    sorted_in = [classes.of(value) for value in array.tolist()]
    counts = tuple(sum(1 for found in sorted_in if found == i) for i in range(count))
    return Classes(breaks, counts, sum(1 for found in sorted_in if found is None))
