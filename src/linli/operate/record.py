"""The records of operation: a facility to be run, an entry of its account, the account itself.

*Earned* is what users, tenants and advertisers pay; *income* is earned and operating subsidy together; *cost* is what
running it costs a month, depreciation included; *balance* = income − cost. *Self-financing ratio* = earned / cost
(自我造血); *subsidy dependence* = subsidy / income. A ratio over nothing is ``None``, not 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from linli.operate.lines import Side

__all__ = ["Balance", "Entry", "Facility", "Level", "Origin"]

Level = Literal["facility", "community", "all"]

Origin = Literal["published", "recalled", "given"]
"""How well an entry is known: the weakest of the rules it uses; ``given`` where it uses none but the user's figures."""

_NOTHING: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility to be run.

    Parameters
    ----------
    facility_id, community_id
        Whose account it is and which community's it counts in.
    type
        Code of the facility type, e.g. ``canteen``.
    floor_area_m2, places, managed_area_m2
        Its measures, ≥ 0; ``None`` = not known (an error only if a line of its account needs it). `places` are seats,
        beds, cots or parking spaces.
    given
        Figures of its own that stand in for the template's, by name (a key of `linli.operate.lines.FIGURES`).
    """

    facility_id: str
    community_id: str
    type: str
    floor_area_m2: Decimal | None = None
    places: Decimal | None = None
    managed_area_m2: Decimal | None = None
    given: Mapping[str, Decimal] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an account, in money and in words.

    Parameters
    ----------
    facility_id, community_id, type
        Whose.
    line, side, stream
        Which (see `linli.operate.lines`).
    amount
        Yuan a month (capital: yuan once), rounded to the fen, half up.
    words
        How it comes about, ``{"zh": …, "en": …}``.
    clause
        The sources of its figures, joined by ``; ``.
    certainty
        See `Origin`.
    """

    facility_id: str
    community_id: str
    type: str
    line: str
    side: Side
    stream: str
    amount: Decimal
    words: Mapping[str, str]
    clause: str
    certainty: Origin


@dataclass(frozen=True, slots=True)
class Balance:
    """The monthly account of a facility, a community or everything; every sum is of rounded entries.

    Parameters
    ----------
    id
        Facility or community; ``all`` for everything.
    level
        ``facility``, ``community`` or ``all``.
    entries
        Its lines.
    """

    id: str
    level: Level
    entries: tuple[Entry, ...]

    def _sum(self, side: Side) -> Decimal:
        return sum((entry.amount for entry in self.entries if entry.side == side), Decimal("0.00"))

    @property
    def earned(self) -> Decimal:
        """Yuan a month from users, tenants and advertisers."""
        return self._sum("earned")

    @property
    def subsidy(self) -> Decimal:
        """Operating subsidy, yuan a month."""
        return self._sum("subsidy")

    @property
    def income(self) -> Decimal:
        """Earned and subsidy, yuan a month."""
        return self.earned + self.subsidy

    @property
    def cost(self) -> Decimal:
        """Cost with depreciation, yuan a month."""
        return self._sum("cost")

    @property
    def capital(self) -> Decimal:
        """What is invested at the start, yuan."""
        return self._sum("capital")

    @property
    def depreciation(self) -> Decimal:
        """The part of the cost that is not paid out, yuan a month."""
        return sum((entry.amount for entry in self.entries if entry.stream == "depreciation"), Decimal("0.00"))

    @property
    def balance(self) -> Decimal:
        """Income − cost, yuan a month."""
        return self.income - self.cost

    @property
    def self_financing_ratio(self) -> float | None:
        """Earned / cost, ≥ 0; ``None`` if there is no cost."""
        return float(self.earned / self.cost) if self.cost else None

    @property
    def subsidy_dependence(self) -> float | None:
        """Subsidy / income, 0–1; ``None`` if there is no income."""
        return float(self.subsidy / self.income) if self.income else None
