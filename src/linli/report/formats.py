"""How numbers are written for people: grouped digits, units, ranges, dates; unknown is a word, never 0 or a dash.

Every function returns ``None`` for what is unknown, so that the caller decides how to show it; `Format` puts the word.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from linli.report.words import Words

__all__ = ["THIN", "Context", "Format", "known", "number", "points_range", "share", "share_range"]

THIN = "\u202f"
"""Narrow no-break space: between a figure and its unit."""

_KILO = 1000.0
_CLOSE = 0.005
"""A range narrower than one percentage point is one figure."""


def known(value: Any) -> bool:
    """Return whether a value is there: not None, NaN, NA or infinite.

    Parameters
    ----------
    value
        Anything; a number in any unit.

    Returns
    -------
    bool
        False for whatever cannot be written as a figure or a word.
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return False
    if isinstance(value, float):
        return math.isfinite(value)
    return not (hasattr(value, "dtype") and value.ndim == 0 and pd.isna(value))


def number(value: Any, digits: int = 0) -> str | None:
    """Write a number with grouped digits.

    Parameters
    ----------
    value
        The number, any unit.
    digits
        Digits after the point, ≥ 0.

    Returns
    -------
    str or None
        ``378,517``; None if unknown.

    Examples
    --------
    >>> number(378517.2)
    '378,517'
    >>> number(float("nan")) is None
    True
    """
    if not known(value):
        return None
    text = f"{float(value):,.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def share(value: Any, digits: int = 0) -> str | None:
    r"""Write a share as a percentage; a share that is not quite 0 or 1 never rounds to 0 % or 100 %.

    Parameters
    ----------
    value
        Share, 0–1.
    digits
        Digits after the point, ≥ 0.

    Returns
    -------
    str or None
        ``62 %`` with a narrow space; None if unknown.

    Examples
    --------
    >>> share(0.621), share(0.9999), share(1.0), share(0.001)
    ('62\u202f%', '>99\u202f%', '100\u202f%', '<1\u202f%')
    """
    if not known(value):
        return None
    value = float(value)
    step = 10.0**-digits
    shown = round(value * 100, digits)
    if shown <= 0 < value and value * 100 < step:
        return f"<{step:.{digits}f}{THIN}%"
    if shown >= 100 > value * 100:  # noqa: PLR2004 - a percentage
        return f">{100 - step:.{digits}f}{THIN}%"
    return f"{shown:.{digits}f}{THIN}%"


def share_range(low: Any, high: Any, digits: int = 0) -> str | None:
    r"""Write two shares as a range, or one figure if they are the same to the eye.

    Parameters
    ----------
    low, high
        Shares, 0–1.
    digits
        Digits after the point, ≥ 0.

    Returns
    -------
    str or None
        ``62–71 %``; None if either is unknown.

    Examples
    --------
    >>> share_range(0.62, 0.71), share_range(0.5, 0.5)
    ('62–71\u202f%', '50\u202f%')
    """
    if not (known(low) and known(high)):
        return None
    if abs(high - low) < _CLOSE:
        return share((low + high) / 2, digits)
    return f"{low * 100:.{digits}f}–{high * 100:.{digits}f}{THIN}%"


def points_range(low: Any, high: Any, score: Any = None) -> tuple[str, str] | None:
    """Write the ends of a score's range as points of 100: whole, or with a digit where whole ones would mislead.

    Parameters
    ----------
    low, high
        Shares, 0–1.
    score
        The score that the range stands beside, written with one digit.

    Returns
    -------
    tuple of str or None
        Both ends, never the same, never with the score outside; None if either is unknown or they are the same to
        the eye.

    Examples
    --------
    >>> points_range(0.48, 0.534, 0.505), points_range(0.596, 0.603, 0.597), points_range(0.5, 0.501)
    (('48', '53'), ('59.6', '60.3'), None)
    """
    if not (known(low) and known(high)) or high - low < _CLOSE:
        return None
    whole = f"{low * 100:.0f}", f"{high * 100:.0f}"
    inside = not known(score) or float(whole[0]) <= round(float(score) * 100, 1) <= float(whole[1])
    return whole if whole[0] != whole[1] and inside else (f"{low * 100:.1f}", f"{high * 100:.1f}")


@dataclass(frozen=True, slots=True)
class Format:
    """Numbers in the words of one language; what is unknown is the word for it.

    Parameters
    ----------
    words
        The language's words.
    people
        ``residents``, or ``m2`` where residential floor area stands for people.
    """

    words: Words
    people: str = "residents"

    @property
    def unknown(self) -> str:
        """The word for what nobody knows."""
        return self.words("status.unknown")

    def n(self, value: Any, digits: int = 0) -> str:
        """Write a bare number."""
        return number(value, digits) or self.unknown

    def pct(self, value: Any, digits: int = 0) -> str:
        """Write a share (0–1) as a percentage."""
        return share(value, digits) or self.unknown

    def degree(self, value: Any, low: Any = None, high: Any = None) -> str:
        """Write a degree (0–1): as a range where the worst and the best case differ."""
        if known(low) and known(high) and abs(high - low) >= _CLOSE:
            return share_range(low, high) or self.unknown
        return self.pct(value)

    def score(self, value: Any, low: Any = None, high: Any = None) -> str:
        """Write a score (0–1) as points of 100, with its range where there is one."""
        if not known(value):
            return self.unknown
        text = f"{float(value) * 100:.1f}"
        if ends := points_range(low, high, value):
            text += self.words("number.in_range", low=ends[0], high=ends[1])
        return text

    def unit(self, value: Any, unit: str | None, digits: int = 0) -> str:
        """Write a number with its unit; the unit is a key (``m2``, ``residents``…) or a word."""
        text = number(value, digits)
        if text is None:
            return self.unknown
        return text + THIN + self.unit_name(unit) if unit else text

    def unit_name(self, unit: str | None) -> str:
        """Return how a unit is written in this language."""
        if not unit:
            return ""
        key = f"unit.{unit}"
        return self.words(key) if self.words.has(key) else unit

    def folk(self, value: Any) -> str:
        """Write a number of residents, or of m² where floor area stands for them."""
        return self.unit(value, self.people)

    def folk_unit(self) -> str:
        """Return the unit in which people are counted here."""
        return self.unit_name(self.people)

    def metres(self, value: Any) -> str:
        """Write a walking distance in metres, kilometres from 10 km on; out of reach is a word."""
        if isinstance(value, float) and math.isinf(value):
            return self.words("number.beyond")
        if not known(value):
            return self.unknown
        if value >= 10 * _KILO:
            return f"{value / _KILO:,.1f}{THIN}km"
        return f"{value:,.0f}{THIN}m"

    def area(self, value: Any) -> str:
        """Write an area in m², in 万 m² or hectares when it is large."""
        text = number(value)
        return self.unknown if text is None else f"{text}{THIN}m²"

    def date(self, value: Any) -> str:
        """Write a date as year-month-day."""
        if isinstance(value, dt.datetime | dt.date):
            return value.strftime("%Y-%m-%d")
        return str(value)[:10] if known(value) and value else self.unknown

    def value(self, value: Any, unit: str | None = None) -> str:
        """Write any value of a rule: number with unit, yes or no, or text."""
        if not known(value):
            return self.unknown
        if isinstance(value, bool):
            return self.words(f"number.{'yes' if value else 'no'}")
        if unit == "share" and isinstance(value, int | float):
            return self.pct(value, 0 if float(value * 100).is_integer() else 1)
        if isinstance(value, int | float):
            text = f"{value:,g}" if abs(value) < _KILO * _KILO else number(value) or ""
            return text + THIN + self.unit_name(unit) if unit else text
        return str(value)


@dataclass(frozen=True, slots=True)
class Context:
    """What every figure of a report says about itself.

    Parameters
    ----------
    words, fmt
        Words and numbers of the language.
    place
        Name of the city or district.
    dated
        Sentence with the date of the data.
    notes
        Attribution and approval number, one line each, for beneath maps.
    """

    words: Words
    fmt: Format
    place: str
    dated: str
    notes: tuple[str, ...] = ()
