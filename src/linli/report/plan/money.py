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
        if self.words.lang == "zh":
            large = abs(value) >= _LARGE
            figure = number(value / (_LARGE if large else _WAN), 2 if large else 1)
            return f"{figure}{THIN}{self.words('money.large' if large else 'money.cell')}"
        if abs(value) >= _MILLION:
            digits = 1 if abs(value) >= _TEN * _MILLION else 2
            return f"{number(value / _MILLION, digits)}{THIN}{self.words('money.large')}"
        return f"{number(value)}{THIN}{self.words('money.yuan')}"

    def exact(self, yuan: Any) -> str:
        """Write an amount in yuan and fen."""
        return f"{number(yuan, 2)}{THIN}{self.words('money.yuan')}" if known(yuan) else self.words("money.unset")

    def axis(self, largest: float) -> tuple[float, str]:
        """Return the yuan in one unit of an axis whose largest figure is `largest` yuan, and the unit's name."""
        if self.words.lang == "zh":
            return (_LARGE, self.words("money.large")) if largest >= _TEN * _LARGE else (_WAN, self.words("money.cell"))
        return (_MILLION, self.words("money.large")) if largest >= _MILLION else (1e3, self.words("money.cell"))
