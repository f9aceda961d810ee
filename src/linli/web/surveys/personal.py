"""What looks like data about persons: headings of columns, and values that are identity or telephone numbers.

Such columns have no place in a layer: a file that has them is sent back, and of a list of residents they are left out
in memory. Values are told by their form: an identity number has 18 places, a date in the middle and a check digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from linli.survey.schema import normal_heading

__all__ = ["is_identity_number", "personal_headings", "personal_values", "words_of"]

_FILE = Path(__file__).parent / "personal.yaml"
_IDENTITY = re.compile(r"\d{17}[\dXx]")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643: weights of the check digit's sum."""
_CHECKS = "10X98765432"
_FEWEST, _SHARE_IDENTITY, _SHARE_MOBILE = 3, 0.01, 0.2
"""From so many values, and so large a share, a column is taken to hold such numbers and not codes that look alike."""


@cache
def words_of(what: str) -> frozenset[str]:
    """Return the headings of a kind (``headings``, ``birth``, ``age``, ``building``), as they are compared."""
    found: Mapping[str, Sequence[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return frozenset(normal_heading(word) for word in found[what])


def personal_headings(headings: Iterable[str]) -> list[str]:
    """Return those headings that are about persons, as they are written.

    Parameters
    ----------
    headings
        Of a table.

    Returns
    -------
    list of str
        In their order, each once.
    """
    exact, parts = words_of("headings"), words_of("parts")
    found = [
        heading
        for heading in headings
        if (normal := normal_heading(heading)) in exact or any(part in normal for part in parts)
    ]
    return list(dict.fromkeys(found))


def is_identity_number(text: str) -> bool:
    """Return whether a text is an identity number: form, date of birth and check digit.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    bool
        True only if all three are right.

    References
    ----------
    GB 11643-1999, citizen identification number.
    """
    if not _IDENTITY.fullmatch(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=False))
    return _CHECKS[total % len(_CHECKS)] == text[-1].upper()


def personal_values(columns: Mapping[str, Iterable[object]]) -> list[str]:
    """Return the columns that hold identity or telephone numbers.

    Parameters
    ----------
    columns
        Cells by column.

    Returns
    -------
    list of str
        Names of such columns.
    """
    found = []
    for name, cells in columns.items():
        texts = [str(cell).strip() for cell in cells if cell is not None and cell == cell]
        identity = sum(map(is_identity_number, texts))
        mobile = sum(_MOBILE.fullmatch(text) is not None for text in texts)
        if identity >= max(_FEWEST, _SHARE_IDENTITY * len(texts)) or mobile >= max(_FEWEST, _SHARE_MOBILE * len(texts)):
            found.append(name)
    return found
