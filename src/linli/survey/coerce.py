"""Cells into values: the schema says the type, the cell is never asked what it would like to be.

What belongs here: turning one column of raw cells (text, numbers, booleans, dates as a file holds them) into one typed
column, with every cell that cannot be read reported. Codes are text. Nothing is guessed and nothing is repaired:
writing that has only one reading (full-width digits, ``1,200``, ``2026年7月1日``, 是) is read, everything else is a
problem.
"""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from linli.survey.schema import Choice, Column, Words, column_dtype

__all__ = ["BadCell", "Coerced", "cell_text", "coerce_column", "nearest_word"]

_MISSING = frozenset({"", "-", "--", "—", "——", "/", "\\", "不详", "未知", "n/a", "na", "null", "none", "?", "无数据"})
"""How people write that they do not know, in every type but free text."""
_YES = frozenset({"是", "有", "yes", "y", "true", "t", "1", "√", "✓", "对", "已建"})
_NO = frozenset({"否", "无", "no", "n", "false", "f", "0", "×", "✗", "没有", "未建"})

_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?e\+?\d+$")
_DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[t ]\d{1,2}:\d{2}(:\d{2})?.*)?$")
_DATE_DIGITS = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_NUMBER_AND_WORDS = re.compile(r"^[约~≈]?\s*([+-]?\d+(?:\.\d+)?)\s*(?:[^\d.,\s].*)?$")
_INFINITE = frozenset({"inf", "+inf", "-inf", "infinity", "∞", "-infinity"})
_EXACT_DIGITS = 1e15
"""From here on, a number in a spreadsheet has lost digits."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_CLOSE = 0.6
"""How alike (0–1) a word must be to be offered instead."""


@dataclass(frozen=True, slots=True)
class BadCell:
    """Why a cell cannot be read: code of the problem, what is allowed, and the facts for its words."""

    code: str
    allowed: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coerced:
    """A typed column, and the cells that could not be read by their position (counted from 0)."""

    cells: pd.Series
    bad: tuple[tuple[int, BadCell], ...]


def cell_text(value: Any) -> str:
    """Return a cell as text the way its program shows it: 7.0 is ``7``, a true is ``true``; missing is empty."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        if math.isnan(value):
            return ""
        return str(int(value)) if math.isfinite(value) and value == int(value) else repr(float(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def nearest_word(word: str, known: Sequence[str]) -> str | None:
    """Return the known word most like the given one, if any is alike at all."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=_CLOSE)
    return close[0] if close else None


def _folded(value: Any) -> str:
    return unicodedata.normalize("NFKC", cell_text(value)).strip().casefold()


def _read_number(value: Any, column: Column) -> float | BadCell:
    if isinstance(value, bool | np.bool_):
        return BadCell("number.text")
    if isinstance(value, date):
        return BadCell("number.date")
    text = _folded(value)
    if text in _MISSING:
        return math.nan
    if text == "nan":
        return BadCell("number.nan")
    if text in _INFINITE:
        return BadCell("number.infinite")
    if _THOUSANDS.match(text):
        text = text.replace(",", "")
    try:
        number = float(text)
    except ValueError:
        words = _NUMBER_AND_WORDS.match(text)
        return BadCell("number.with_words", facts={"number": words.group(1)}) if words else BadCell("number.text")
    if not math.isfinite(number):
        return BadCell("number.infinite")
    if column.type == "integer" and number != int(number):
        return BadCell("number.not_whole")
    return number


def _read_text(value: Any, column: Column) -> str | BadCell | None:
    is_code = column.key or column.refers_to is not None
    if isinstance(value, date) and is_code:
        return BadCell("code.date")
    if isinstance(value, float | int) and not isinstance(value, bool) and abs(value) >= _EXACT_DIGITS:
        return BadCell("code.digits_lost")
    text = unicodedata.normalize("NFC", cell_text(value))
    if not text:
        return None
    if is_code:
        text = unicodedata.normalize("NFKC", text)
        if _SCIENTIFIC.match(text.casefold()):
            return BadCell("code.scientific")
        if text.casefold() in _MISSING:
            return None
    if column.pattern and not re.fullmatch(column.pattern, text):
        return BadCell("text.pattern", allowed=column.pattern)
    return text


def _read_boolean(value: Any, _column: Column) -> bool | BadCell | None:
    text = _folded(value)
    if text in _YES:
        return True
    if text in _NO:
        return False
    return None if text in _MISSING else BadCell("boolean.unknown", allowed="是 | 否 (yes | no)")


def _read_date(value: Any, _column: Column) -> date | BadCell | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _folded(value)
    if text in _MISSING:
        return None
    match = _DATE.match(text) or _DATE_DIGITS.match(text)
    if match is None:
        return BadCell("date.text", allowed="2026-07-01")
    year, month, day = (int(part) for part in match.groups()[:3])
    try:
        found = date(year, month, day)
    except ValueError:
        return BadCell("date.impossible", allowed="2026-07-01")
    return found if _FIRST_YEAR <= year <= _LAST_YEAR else BadCell("date.impossible", allowed="1900 – 2100")


def _choice_reader(column: Column, choices: Mapping[str, Choice]) -> Callable[[Any, Column], str | BadCell | None]:
    known: dict[str, str] = {}
    for code, choice in choices.items():
        for word in (code, choice.zh, choice.en, *choice.synonyms):
            known.setdefault(_folded(word), code)
    several = len(choices) > _LISTED_CHOICES
    allowed = None if several else " | ".join(f"{choice.zh} ({code})" for code, choice in choices.items())
    unknown = "type.unknown" if column.choices_from else "choice.unknown"

    def one(text: str) -> str | BadCell:
        if text in known:
            return known[text]
        close = nearest_word(text, list(known))
        code = known[close] if close else None
        zh = f"是否指「{choices[code].zh}」（{code}）？" if code else ""
        en = f"Did you mean «{choices[code].en}» ({code})? " if code else ""
        return BadCell(unknown, allowed=allowed, facts={"suggestion": Words(zh=zh, en=en)})

    def read(value: Any, _column: Column) -> str | BadCell | None:
        text = _folded(value)
        if text in known:
            return known[text]
        if text in _MISSING:
            return None
        if column.or_number:
            number = _read_number(value, column)
            return cell_text(number) if isinstance(number, float) else one(text)
        if column.type == "list":
            codes = [one(part.strip()) for part in re.split(r"[;,、|]", text) if part.strip()]
            bad = [code for code in codes if isinstance(code, BadCell)]
            return bad[0] if bad else ";".join(dict.fromkeys(str(code) for code in codes))
        return one(text)

    return read


_LISTED_CHOICES = 8
"""Up to this many choices are written out in a message."""

_READERS: Mapping[str, Callable[[Any, Column], Any]] = {
    "text": _read_text,
    "number": _read_number,
    "integer": _read_number,
    "boolean": _read_boolean,
    "date": _read_date,
}


def _numbers_at_once(values: pd.Series, column: Column) -> Coerced | None:
    """Read a column that already holds numbers; ``None`` if it does not."""
    if column.type not in ("number", "integer") or values.dtype.kind not in "iuf":
        return None
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan).copy()
    infinite = np.isinf(numbers)
    broken = (
        (numbers != np.round(numbers)) & np.isfinite(numbers) if column.type == "integer" else np.zeros_like(infinite)
    )
    bad = [(int(at), BadCell("number.infinite")) for at in np.flatnonzero(infinite)]
    bad += [(int(at), BadCell("number.not_whole")) for at in np.flatnonzero(broken)]
    numbers[infinite | broken] = np.nan
    return Coerced(pd.Series(numbers, index=values.index), tuple(bad))


def _texts_at_once(values: pd.Series, column: Column) -> Coerced | None:
    """Read a column that already holds only text; ``None`` if it does not, or if its text needs a closer look."""
    if column.type != "text" or column.pattern or not isinstance(values.dtype, pd.StringDtype):
        return None
    is_code = column.key or column.refers_to is not None
    texts = values.str.strip().str.normalize("NFKC" if is_code else "NFC")
    if is_code:
        folded = texts.str.casefold()
        if folded.str.fullmatch(_SCIENTIFIC.pattern).fillna(value=False).any() or folded.isin(_MISSING - {""}).any():
            return None
    return Coerced(texts.mask(texts == "").astype(column_dtype("text")), ())


def coerce_column(values: pd.Series, column: Column, choices: Mapping[str, Choice] | None = None) -> Coerced:
    """Read one column of raw cells as the schema says.

    Parameters
    ----------
    values
        Cells as a file holds them: text, numbers, booleans, dates, or nothing.
    column
        What they should be.
    choices
        The allowed values, where they do not come from the schema itself (facility types).

    Returns
    -------
    Coerced
        Same index; a cell that cannot be read is missing and listed.
    """
    at_once = _numbers_at_once(values, column) or _texts_at_once(values, column)
    if at_once is not None:
        return at_once
    read = (
        _choice_reader(column, choices if choices is not None else column.choices)
        if column.type in ("choice", "list")
        else _READERS[column.type]
    )
    # every different cell is read once; True and 1.0 are different cells, though Python calls them equal
    done: dict[tuple[type, Any], Any] = {}
    out: list[Any] = []
    bad: list[tuple[int, BadCell]] = []
    for position, cell in enumerate(values.to_list()):
        if cell is None or cell is pd.NA or cell != cell:
            out.append(None)
            continue
        cell_key = (type(cell), cell)
        if cell_key not in done:
            done[cell_key] = read(cell, column)
        found = done[cell_key]
        if isinstance(found, BadCell):
            bad.append((position, found))
            found = None
        out.append(found)
    typed = pd.Series(out, index=values.index, dtype=object)
    return Coerced(_typed(typed, column), tuple(bad))


def _typed(values: pd.Series, column: Column) -> pd.Series:
    if column.type == "date":
        return pd.to_datetime(values).astype(column_dtype("date"))
    return values.astype(column_dtype(column.type))
