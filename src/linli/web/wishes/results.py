"""What a questionnaire's replies come to: the share of households asked against the target, counts by type of facility.

*Asked*: households that answered by their slip, on the phone or on paper. Replies by the open link are counted apart:
nobody can say how many households they stand for.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from linli.errors import UnknownRuleError, UnsetValueError
from linli.rules import Catalogue, Value

__all__ = ["RULE", "Share", "Target", "is_met", "per_cent", "targets_on"]

RULE = "demand_survey/coverage"
"""The rule that says how many households a survey of needs must cover."""

_TENTHS = 1000

_VALUES = {False: "share_min", True: "share_min_renewal"}


def per_cent(share: float | None) -> str:
    """Return a share as text, rounded down, so that what falls short of a target never looks as if it met it.

    Examples
    --------
    >>> per_cent(0.49996), per_cent(0.5), per_cent(None)
    ('49.9 %', '50.0 %', '')
    """
    return "" if share is None else f"{math.floor(share * _TENTHS + 1e-9) / 10:.1f} %"


@dataclass(frozen=True, slots=True)
class Target:
    """A share of households that must be asked.

    Parameters
    ----------
    renewal
        Whether it is the one for old-estate renewal or resettlement.
    share
        Of 1; ``None`` where no value is in force or it is unset.
    value
        The dated, cited value, or ``None``.
    """

    renewal: bool
    share: float | None
    value: Value | None

    @property
    def per_cent(self) -> str:
        """The share as text."""
        return per_cent(self.share)


@dataclass(frozen=True, slots=True)
class Share:
    """How many households were asked.

    Parameters
    ----------
    asked
        Households that answered by slip or paper.
    households
        Of the community; ``None`` where the register does not know.
    targets
        The targets that apply: one, or both where it is not known which.
    """

    asked: int
    households: int | None
    targets: tuple[Target, ...]

    @property
    def share(self) -> float | None:
        """Of 1; ``None`` where the number of households is not known."""
        return self.asked / self.households if self.households else None

    @property
    def per_cent(self) -> str:
        """The share as text, rounded down."""
        return per_cent(self.share)

    @property
    def status(self) -> str:
        """``met``, ``not_met`` or ``unknown``."""
        return is_met(self.share, self.targets)


def targets_on(catalogue: Catalogue, day: dt.date, renewal: bool | None) -> tuple[Target, ...]:
    """Return the targets that apply on a day.

    Parameters
    ----------
    catalogue
        The rules in force.
    day
        Of the survey.
    renewal
        Whether old-estate renewal or resettlement is under way; ``None`` = not known: both.

    Returns
    -------
    tuple of Target
        One or two.
    """
    found = []
    for kind in (False, True) if renewal is None else (renewal,):
        try:
            value = catalogue.value(RULE, _VALUES[kind], on=day)
        except (UnknownRuleError, UnsetValueError):
            found.append(Target(kind, None, None))
        else:
            found.append(Target(kind, float(value.value or 0), value))
    return tuple(found)


def is_met(share: float | None, targets: tuple[Target, ...]) -> str:
    """Return whether a share meets the targets: a status.

    Parameters
    ----------
    share
        Of 1, or ``None``.
    targets
        Those that may apply.

    Returns
    -------
    str
        ``met`` if it meets every one, ``not_met`` if none, else ``unknown``.
    """
    if share is None or any(target.share is None for target in targets):
        return "unknown"
    reached = {share >= target.share for target in targets if target.share is not None}
    if len(reached) != 1:
        return "unknown"
    return "met" if reached.pop() else "not_met"
