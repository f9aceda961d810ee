"""Money of others: shared out among projects to the fen, with the year in which it comes.

A *source* is who pays: ``subsidy`` (what the rule gives, see `linli.improve.grants`) or what a city has agreed with
somebody else (owners' maintenance fund, operator) and declares in `linli.improve.choices.CoFunding`. A *lag* is the
number of years after a project's start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from linli.improve.choices import CoFunding, ProgrammeOptions
from linli.improve.proposal import as_table
from linli.operate.money import FEN, exact_product, to_decimal, to_fen

__all__ = ["declared_funding", "durations_of", "lag_of", "share_out", "share_out_in_stages"]


def share_out(amount: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Share an amount out in proportion to weights, to the fen, none of it lost: by largest remainder.

    Each part is its exact share rounded down to the fen; the fen left over go one each to those that lost most by
    rounding, the first of equals.

    Parameters
    ----------
    amount
        Yuan, whole fen, ≥ 0.
    weights
        ≥ 0; not all 0 unless the amount is.

    Returns
    -------
    tuple of Decimal
        Yuan; they add up to the amount.

    Raises
    ------
    ValueError
        If the amount is not whole fen ≥ 0, a weight is below 0, or all are 0 and the amount is not.

    Examples
    --------
    >>> share_out(Decimal("100.00"), [Decimal(1), Decimal(1), Decimal(1)])
    (Decimal('33.34'), Decimal('33.33'), Decimal('33.33'))
    """
    total = sum(weights, Decimal(0))
    if amount < 0 or amount != to_fen(amount) or any(weight < 0 for weight in weights) or (amount and not total):
        msg = f"`amount` must be whole fen ≥ 0, shared by weights ≥ 0 that are not all 0. Got {amount}, {weights}."
        raise ValueError(msg)
    if not total:
        return tuple(Decimal("0.00") for _ in weights)
    fen = int(amount / FEN)
    exact = [Fraction(fen) * Fraction(weight) / Fraction(total) for weight in weights]
    parts = [int(one) for one in exact]
    by_loss = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_loss[: fen - sum(parts)]:
        parts[i] += 1
    return tuple(to_fen(part * FEN) for part in parts)


def share_out_in_stages(amounts: Sequence[Decimal], weights: Sequence[Decimal]) -> tuple[tuple[Decimal, ...], ...]:
    """Share amounts that are paid one after the other, so that what each gets in all is its share of the whole.

    Each stage is shared as `share_out` does, but nobody gets more than what is still owed of its part of the whole; a
    fen that goes beyond it goes to whom most is owed, and the last stage pays what is left.

    Parameters
    ----------
    amounts
        Yuan by stage, whole fen, ≥ 0.
    weights
        ≥ 0; not all 0 unless the amounts are.

    Returns
    -------
    tuple of tuple of Decimal
        Yuan by stage, then by weight: rows add up to the amounts, columns to `share_out` of their sum.

    Raises
    ------
    ValueError
        As `share_out`.

    Examples
    --------
    >>> share_out_in_stages([Decimal("0.01"), Decimal("0.01")], [Decimal(1), Decimal(1)])
    ((Decimal('0.01'), Decimal('0.00')), (Decimal('0.00'), Decimal('0.01')))
    """
    owed = list(share_out(sum(amounts, Decimal("0.00")), weights))
    stages = []
    for number, amount in enumerate(amounts):
        wanted = owed if number == len(amounts) - 1 else share_out(amount, weights)
        parts = [min(part, left) for part, left in zip(wanted, owed, strict=True)]
        while sum(parts, Decimal(0)) < amount:
            most = max(range(len(parts)), key=lambda i: (owed[i] - parts[i], -i))
            parts[most] += FEN
        owed = [left - part for left, part in zip(owed, parts, strict=True)]
        stages.append(tuple(parts))
    return tuple(stages)


def lag_of(when: str, duration: int) -> int:
    """Return how many years after a project's start something is paid.

    Parameters
    ----------
    when
        ``start``, ``open``, or so many years later: ``open+1``.
    duration
        Whole years from start to opening, ≥ 0.

    Returns
    -------
    int
        Years, ≥ 0.

    Examples
    --------
    >>> lag_of("start", 2), lag_of("open", 2), lag_of("open+1", 2)
    (0, 2, 3)
    """
    base, _, later = when.partition("+")
    return (duration if base == "open" else 0) + int(later or 0)


def durations_of(projects: pd.DataFrame, choices: ProgrammeOptions | None) -> dict[str, int]:
    """Return how many years each project takes from start to opening.

    Parameters
    ----------
    projects
        `option_id`, `lever`.
    choices
        The programme's; its defaults if there is none.

    Returns
    -------
    dict
        Years by option.
    """
    usual: Mapping[str, int] = ProgrammeOptions.model_fields["duration_years"].default
    own = {**usual, **(choices.duration_years if choices is not None else {})}
    pairs = zip(projects["option_id"], projects["lever"], strict=True)
    return {str(one): int(own.get(one, own[lever])) for one, lever in pairs}


def _holds(rule: CoFunding, project: Mapping[Any, Any]) -> bool:
    asked = ((rule.types, "type"), (rule.levers, "lever"), (rule.districts, "district"))
    return all(allowed is None or project[column] in allowed for allowed, column in asked)


def _note(code: str, option_id: str, zh: str, en: str) -> dict[str, str]:
    return {"part": "co_funding", "id": option_id, "code": code, "zh": zh, "en": en}


def declared_funding(
    projects: pd.DataFrame,
    rules: Sequence[CoFunding],
    taken: Mapping[str, Decimal],
    durations: Mapping[str, int],
) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """Work out what others have agreed to pay of each project.

    Parameters
    ----------
    projects
        `option_id`, `type`, `lever`, `district`, `cost_yuan` (NaN = unset: nothing can be worked out for it).
    rules
        What was agreed, in the order in which it is laid on: never more than what is left of the cost.
    taken
        What is paid already (the subsidy), yuan by option.
    durations
        Years from start to opening by option.

    Returns
    -------
    DataFrame
        Rows of `linli.improve.proposal.COLUMNS` ``co_funding``, each to the fen.
    list of dict
        Notes: whose share was cut because the cost was covered already.
    """
    rows: list[dict[str, Any]] = []
    notes: list[dict[str, str]] = []
    for project in projects.to_dict("records"):
        if pd.isna(project["cost_yuan"]):
            continue
        option, cost = str(project["option_id"]), to_decimal(project["cost_yuan"], "cost_yuan")
        left = (cost - taken.get(option, Decimal(0))).quantize(FEN, rounding=ROUND_FLOOR)
        for rule in rules:
            if not _holds(rule, project):
                continue
            wanted = to_fen(exact_product(cost, to_decimal(rule.share, "share")))
            paid = max(min(wanted, left), Decimal(0))
            if paid < wanted:
                zh = f"{rule.source} 按 {rule.share:g} 应出 {wanted} 元，造价已由其他资金承担，只计 {paid} 元"
                en = f"{rule.source} would pay {wanted} yuan ({rule.share:g}); others cover the cost, {paid} yuan count"
                notes.append(_note("cut", option, zh, en))
            if not paid:
                continue
            left -= paid
            lag = np.nan if rule.paid is None else lag_of(rule.paid, durations[option])
            rows.append({"option_id": option, "source": rule.source, "yuan": float(paid), "lag_years": lag})
    return as_table("co_funding", rows), notes
