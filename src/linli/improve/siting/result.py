"""What a siting function returns: an honest, frozen record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

__all__ = ["Clash", "Siting", "Status"]

Status = Literal["optimal", "feasible", "infeasible", "time_limit"]


@dataclass(frozen=True)
class Clash:
    """One of the constraints that cannot all be kept.

    Parameters
    ----------
    kind
        The constraint function: ``budget``, ``floor``, ``force_in``, ``must_serve``…
    label
        The row, e.g. ``budget 2026``.
    relax_by
        By how much this row would have to give way in the cheapest way out (each row's give counted relative to its
        limit), in the row's own unit; 0 if that way leaves it alone. In a large question by no less than that.
    """

    kind: str
    label: str
    relax_by: float


@dataclass(frozen=True, eq=False)
class Siting:
    """A choice of options, how good it is, and how good it could be at most.

    Parameters
    ----------
    status
        ``optimal``: proven within the gap asked for; ``feasible``: lawful, not proven (method ``search``);
        ``infeasible``: proven that nothing keeps all constraints; ``time_limit``: the time was over, `chosen` is the
        best found (empty with objective NaN if nothing was).
    chosen
        Ids of the chosen options, in the order of the options table.
    objective
        Recomputed from the raw demand, in `sense`; NaN if nothing was found.
    bound
        What no choice can beat, proven.
    gap
        distance of bound and objective, over the objective; inf if nothing was found.
    sense
        Whether a larger or a smaller objective is better.
    served
        One row a demand row, index = demand id: ``option`` (the nearest chosen or existing one that covers it; missing
        = nobody), ``existing`` (that one exists already), ``weight``, ``n_options`` (how many cover it), and
        ``distance_m`` where distances are known.
    seed
        Seed of the search and the solver.
    solver
        Name and version.
    method
        ``search``, ``compact`` or ``cuts``: what proved the bound.
    runtime_s
        Seconds.
    catalogue
        Version of the rules catalogue that the tables were made with; ``None`` if the caller gave none.
    clash
        If infeasible: rows that cannot all be kept, none of which could be left out.
    """

    status: Status
    chosen: tuple[Any, ...]
    objective: float
    bound: float
    gap: float
    sense: Literal["maximise", "minimise"]
    served: pd.DataFrame
    seed: int
    solver: str
    method: str
    runtime_s: float
    catalogue: str | None = None
    clash: tuple[Clash, ...] = ()
