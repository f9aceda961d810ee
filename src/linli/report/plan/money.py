"""How money is written: 万元 and 亿元 in Chinese, thousands and millions of yuan in English; yuan and fen where asked.

A *cell* is a figure of a table, without its unit, to a thousand yuan; an *amount* is a figure in a sentence, with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linli.report.formats import THIN, known, number
from linli.report.words import Words

__all__ = ["Money"]

_CELL = {"zh": (1e4, 1), "en": (1e3, 0)}
"""Yuan in one unit of a cell, and digits after the point."""

_LARGE = 1e8
_MILLION = 1e6
_WAN = 1e4
_TEN = 10.0


def _short(value: float, digits: int) -> str:
    """Write a number, without the digits after the point if they are noughts."""
    text = number(value, digits) or ""
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts of money in one language.

    Parameters
    ----------
    words
        The language's words; unknown is the word for it.
    """

    words: Words

    @property
    def unit(self) -> str:
        """The unit of a cell."""
        return self.words("money.cell")

    @property
    def scale(self) -> float:
        """Yuan in one unit of a cell."""
        return _CELL[self.words.lang][0]

    def cell(self, yuan: Any) -> str:
        """Write an amount as a figure of a table, in the unit of a cell; not set is a word."""
        if not known(yuan):
            return self.words("money.unset")
        scale, digits = _CELL[self.words.lang]
        return number(float(yuan) / scale, digits) or ""

    def amount(self, yuan: Any) -> str:
        """Write an amount with its unit, as large as it is; not set is a word."""
        if not known(yuan):
            return self.words("money.unset")
        value = float(yuan)
        large = _LARGE if self.words.lang == "zh" else _MILLION
        if abs(value) >= large:
            return f"{_short(value / large, 2)}{THIN}{self.words('money.large')}"
        if self.words.lang == "zh" and abs(value) >= _WAN:
            return f"{_short(value / _WAN, 1)}{THIN}{self.words('money.cell')}"
        return f"{number(value)}{THIN}{self.words('money.yuan')}"

    def exact(self, yuan: Any) -> str:
        """Write an amount in yuan and fen."""
        return f"{number(yuan, 2)}{THIN}{self.words('money.yuan')}" if known(yuan) else self.words("money.unset")

    def axis(self, largest: float) -> tuple[float, str]:
        """Return the yuan in one unit of an axis whose largest figure is `largest` yuan, and the unit's name."""
        large = _TEN * _LARGE if self.words.lang == "zh" else _MILLION
        if largest >= large:
            return (_LARGE if self.words.lang == "zh" else _MILLION), self.words("money.large")
        if largest >= 2 * self.scale:
            return self.scale, self.words("money.cell")
        return 1.0, self.words("money.yuan")
