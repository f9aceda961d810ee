"""The records of a subsidy: the project, each step of the sum in money and words, each payment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

__all__ = ["Note", "Origin", "Payment", "Project", "Step", "Subsidy"]

Origin = Literal["published", "recalled", "given"]
"""How well a step is known: the weakest of the rules it uses; ``given`` where it rests on the user's figures alone."""


@dataclass(frozen=True, slots=True)
class Project:
    """A renewal project that asks for the subsidy.

    Parameters
    ----------
    project_id
        Its id, for messages.
    old_estate
        Whether its estate is on the old-estate list; ``None`` = not known.
    on_creation_list
        Whether it is on the list of future communities to be created; ``None`` = not known.
    area_m2
        Floor area that counts, m², ≥ 0 (which area is meant was not published: see `Subsidy.notes`).
    input_cost_yuan
        What the project puts into creating the future community, yuan, ≥ 0; or
    average_cost_yuan_m2
        the same per m². Exactly one of the two.
    ordinary_subsidy_yuan
        The ordinary old-estate subsidy it receives, yuan, ≥ 0; ``None`` = not known.
    district, tier, project_type
        What a ratio may depend on: the district's name, the city's grade, and ``leading_renewal``, ``leading_new`` or
        ``inclusive``; ``None`` = not known.
    """

    project_id: str
    old_estate: bool | None
    on_creation_list: bool | None
    area_m2: Decimal | None
    input_cost_yuan: Decimal | None = None
    average_cost_yuan_m2: Decimal | None = None
    ordinary_subsidy_yuan: Decimal | None = None
    district: str | None = None
    tier: str | None = None
    project_type: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the sum.

    Parameters
    ----------
    code
        ``eligibility``, ``cost``, ``base``, ``ratio``, ``subsidy``, ``project_cap``, ``ordinary`` or ``total``.
    amount
        The figure of the step, exact; yuan rounded to the fen from ``subsidy`` on; ``None`` if it has none.
    unit
        ``yuan``, ``yuan_per_m2``, ``share``, ``yes_no``.
    words
        The step in words, ``{"zh": …, "en": …}``.
    clause
        Title and clause of its sources, joined by ``; ``; empty if it rests on the user's figures.
    certainty
        See `Origin`.
    """

    code: str
    amount: Decimal | None
    unit: str
    words: Mapping[str, str]
    clause: str
    certainty: Origin


@dataclass(frozen=True, slots=True)
class Payment:
    """One stage of payment.

    Parameters
    ----------
    event
        What it is paid on, as the rule names it: ``before_completion``, ``acceptance`` …
    title
        The stage, ``{"zh": …, "en": …}``.
    share
        Its share of the subsidy, 0–1.
    amount
        Yuan, to the fen; the stages add up to the subsidy exactly.
    words, clause, certainty
        As in `Step`.
    """

    event: str
    title: Mapping[str, str]
    share: Decimal
    amount: Decimal
    words: Mapping[str, str]
    clause: str
    certainty: Origin


@dataclass(frozen=True, slots=True)
class Note:
    """Something assumed because nobody published it, or to be borne in mind.

    Parameters
    ----------
    code
        ``area_basis``, ``eligible_items``, ``project_cap``, ``ordinary``, ``stages``, ``clawback``, ``ended``.
    words
        ``{"zh": …, "en": …}``.
    """

    code: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Subsidy:
    """What a project may have, and why.

    Parameters
    ----------
    project_id
        Whose.
    eligible
        Whether it qualifies.
    amount
        The special subsidy, yuan, to the fen; 0.00 if it does not qualify.
    ordinary
        The ordinary old-estate subsidy, a line of its own, yuan to the fen; ``None`` = not known.
    steps
        The sum, step by step.
    payments
        The stages of `amount`; empty if the stages are unset, or nothing is paid.
    notes
        What was assumed.
    certainty
        The weakest of the steps.
    """

    project_id: str
    eligible: bool
    amount: Decimal
    ordinary: Decimal | None
    steps: tuple[Step, ...]
    payments: tuple[Payment, ...]
    notes: tuple[Note, ...]
    certainty: Origin

    @property
    def total(self) -> Decimal:
        """Both subsidies, yuan; the ordinary one as far as it is known."""
        return self.amount + (self.ordinary or Decimal("0.00"))
