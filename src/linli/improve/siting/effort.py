"""How long and how closely to solve: one typed, frozen record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Effort"]


@dataclass(frozen=True)
class Effort:
    """How long and how closely to solve.

    Parameters
    ----------
    gap
        Relative gap, ≥ 0, at which a solution counts as optimal. The default is a hundredth of a percent: people are
        not counted more exactly than that.
    time_limit_s
        Seconds > 0, held by a process of its own, which is ended when they are over; ``None`` = no limit, solved in
        this process.
    seed
        Seed ≥ 0 of the search and of HiGHS. The same seed gives the same answer, unless the time limit cuts in.
    method
        ``auto``; ``compact`` = the whole model in HiGHS; ``cuts`` = Benders cuts; ``search`` = greedy and search only,
        which proves nothing beyond the bound that serving everybody gives.
    rounds
        Rounds ≥ 0 of the search for a start.
    """

    gap: float = 1e-4
    time_limit_s: float | None = None
    seed: int = 0
    method: Literal["auto", "compact", "cuts", "search"] = "auto"
    rounds: int = 2000
