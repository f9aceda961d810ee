"""One problem, one answer with a bound: search, then the compact model or cuts, with exact reductions in between.

Large problems: (1) relax with cuts, which gives a bound and reduced costs; (2) solve the problem of the options that
the relaxation finds interesting, for a better choice; (3) an option whose reduced cost is larger than the gap between
bound and best choice cannot be in a better one: fix it; (4) solve what is left exactly, compact if it is small now,
else by cuts at whole-number points.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from linli.improve.siting.compact import compact_mip
from linli.improve.siting.core import TOLERANCE, Core, breaches, core_value, reduce_core, restrict_core
from linli.improve.siting.cuts import (
    Blocks,
    Pool,
    make_blocks,
    make_pool,
    master_mip,
    priced_cuts,
    separate,
    solve_lp,
    take,
)
from linli.improve.siting.effort import Effort
from linli.improve.siting.mip import part_rows, solve_mip
from linli.improve.siting.relax import Relaxed, price, relax
from linli.improve.siting.search import search

__all__ = [
    "Answer",
    "Prepared",
    "Report",
    "closed",
    "most_of",
    "prepare_core",
    "relative_gap",
    "solve_core",
    "solve_prepared",
]

Floats = NDArray[np.float64]
Status = Literal["optimal", "feasible", "infeasible", "time_limit"]

COMPACT_ROWS = 12_000
"""Merged demand rows up to which the compact model is handed over whole."""

COMPACT_ENTRIES = 300_000
"""Coverage entries up to which the compact model is handed over whole."""

KERNEL_ROWS = 6_000
"""Merged demand rows of a small problem that serves to find better choices, at most."""

_LP_GAP = 2e-6
"""How closely the relaxation is solved, relative; the rest is left to the whole-number phase."""

_KERNEL_SHARE = 0.35
"""Part of the gap (of the reduced costs) within which an option is interesting for the first small problem."""


_ROUNDING = 1e-9
"""Relative difference of two sums of the same people, added in another order."""

_KERNEL_GAP = 0.1
"""Part of the gap that the first small problem may leave open: it serves to find, not to prove."""


_KERNELS = 3
"""Small problems solved one after the other as long as they help."""

_NEAR = 0.05
"""A cut goes into the whole-number master if it is this close to tight at the relaxation, relative to its block."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found: status, choice (None if none), objective (−inf if none) and proven upper bound."""

    status: Status
    x: Floats | None
    objective: float
    bound: float
    method: str


def _allows_no_more(core: Core, other: Core) -> bool:
    """Tell whether every choice that is lawful in a problem is so in another one on the same coverage."""
    return bool(
        (core.lower >= other.lower).all()
        and (core.upper <= other.upper).all()
        and (core.row_lower >= other.row_lower).all()
        and (core.row_upper <= other.row_upper).all()
        and (core.floor_lower >= other.floor_lower).all()
    )


Report = Callable[[Floats | None, float, float], None]
"""Called with (choice, objective, bound) whenever one of them gets better."""


@dataclass(eq=False)
class Prepared:
    """A reduced problem and the cuts found for it: answers further questions on the same coverage faster.

    Parameters
    ----------
    core
        The reduced problem; budgets and bounds may be replaced, coverage and weights not.
    blocks
        Its blocks; ``None`` until cuts are needed.
    pool
        Its cuts; grows.
    relaxed
        The relaxation of its compact model, if that was needed: its prices bound the next question at once.
    proven
        Problems solved and what no choice of theirs exceeds: holds for every problem that allows no more.
    """

    core: Core
    blocks: Blocks | None = None
    pool: Pool | None = None
    relaxed: Relaxed | None = None
    proven: list[tuple[Core, float]] = field(default_factory=list)

    def learn(self, other: Prepared) -> None:
        """Take over the blocks, cuts and prices of the same problem under other limits; bounds are shared anyhow."""
        self.blocks, self.pool, self.relaxed = other.blocks, other.pool, other.relaxed or self.relaxed

    def known_bound(self) -> float:
        """Return the least bound that a problem solved before, and allowing all that this one allows, has left."""
        return min((bound for core, bound in self.proven if _allows_no_more(self.core, core)), default=np.inf)


@dataclass(eq=False)
class _Best:
    """The best choice and bound so far."""

    core: Core
    report: Report | None
    x: Floats | None = None
    objective: float = -np.inf
    bound: float = np.inf
    method: str = "search"
    seen: list[Floats] = field(default_factory=list)

    def offer(self, x: Floats) -> None:
        whole = np.round(x)
        value = core_value(self.core, whole)
        if value > self.objective and breaches(self.core, whole) <= TOLERANCE:
            self.x, self.objective = whole, value
            self._tell()

    def cap(self, bound: float) -> None:
        if bound < self.bound:
            self.bound = bound
            self._tell()

    def _tell(self) -> None:
        if self.report is not None:
            self.report(self.x, self.objective, max(self.bound, self.objective))


def relative_gap(objective: float, bound: float) -> float:
    """Return (bound − objective) / |objective|.

    Parameters
    ----------
    objective, bound
        What was found and what cannot be exceeded.

    Returns
    -------
    float
        ≥ 0; inf if nothing was found, 0 if both are 0.
    """
    if not np.isfinite(objective) or not np.isfinite(bound):
        return float("inf")
    return max(0.0, bound - objective) / max(abs(objective), TOLERANCE)


def closed(objective: float, bound: float, gap: float) -> bool:
    """Return whether what was found is within a gap of what cannot be exceeded, up to rounding.

    Parameters
    ----------
    objective, bound
        What was found and what cannot be exceeded.
    gap
        Relative gap ≥ 0.

    Returns
    -------
    bool
        Whether it counts as optimal.
    """
    return relative_gap(objective, bound) <= gap + _ROUNDING


def _small(core: Core, rows: int | None = None) -> bool:
    return core.covers.shape[0] <= (COMPACT_ROWS if rows is None else rows) and core.covers.nnz <= COMPACT_ENTRIES


def most_of(core: Core) -> float:
    """Return what no choice can exceed: everybody served and every option that adds something chosen.

    Parameters
    ----------
    core
        The problem.

    Returns
    -------
    float
        Upper bound of the objective.
    """
    return float(core.offset + core.weight.sum() + np.maximum(core.linear, 0.0)[core.upper > 0].sum())


def _answer(best: _Best, effort: Effort, deadline: float, *, proven: bool) -> Answer:
    bound = max(best.bound, best.objective)
    if best.x is None and proven:
        return Answer("infeasible", None, -np.inf, -np.inf, best.method)
    if closed(best.objective, bound, effort.gap):
        return Answer("optimal", best.x, best.objective, bound, best.method)
    late = time.monotonic() >= deadline - 1.0
    return Answer("time_limit" if late or best.x is None else "feasible", best.x, best.objective, bound, best.method)


def _solve_compact(
    core: Core, best: _Best, free: NDArray[np.int64], base: Floats, effort: Effort, deadline: float, gap: float
) -> tuple[bool, float]:
    """Solve a problem over the free options; return whether it was solved to the end, and its bound."""

    def whole(values: Floats) -> Floats:
        x = base.copy()
        x[free] = np.round(values[: len(free)])
        return x

    start = None
    if best.x is not None and np.array_equal(whole(best.x[free]), best.x):
        start = best.x[free]
    result = solve_mip(
        part_rows(compact_mip(core)),
        gap=gap,
        deadline=deadline,
        seed=effort.seed,
        start=start,
        better=lambda values: best.offer(whole(values)),
    )
    if result.point is not None:
        best.offer(whole(result.point))
    return result.status != "time_limit", result.bound


def _kernel(core: Core, best: _Best, x: Floats, reduced: Floats, bound: float) -> tuple[Floats, Floats]:
    """Return bounds that leave free what the relaxation finds interesting, as much as stays small."""
    gap = bound - best.objective if best.x is not None else np.inf
    ease = np.abs(reduced)
    interesting = (x > TOLERANCE) & (x < 1 - TOLERANCE) | (ease <= _KERNEL_SHARE * gap)
    if best.x is not None:
        interesting |= best.x != np.round(x)
    order = np.argsort(np.where(interesting, ease, np.inf), kind="stable")[: int(interesting.sum())]
    amount = len(order)
    while True:
        lower, upper = np.round(x), np.round(x)
        chosen = order[:amount]
        lower[chosen], upper[chosen] = core.lower[chosen], core.upper[chosen]
        if amount <= 2 or _small(restrict_core(core, lower, upper)[0], KERNEL_ROWS):  # noqa: PLR2004 - nothing left to take away
            return lower, upper
        amount = int(amount * 0.7)


def _fix(core: Core, best: _Best, reduced: Floats, bound: float, gap: float) -> tuple[Floats, Floats, float]:
    """Fix every option that cannot change in a choice better by half the gap; return bounds and what is left out."""
    lower, upper = core.lower.copy(), core.upper.copy()
    if best.x is None:
        return lower, upper, -np.inf
    enough = best.objective + gap / 2 * abs(best.objective)
    hopeless = (lower < upper) & (bound - np.abs(reduced) <= enough)
    at = (reduced > 0).astype(np.float64)
    lower[hopeless], upper[hopeless] = at[hopeless], at[hopeless]
    return lower, upper, enough


def _tight(core: Core, prepared: Prepared, x: Floats, theta_slack: float) -> Pool:
    """Return the cuts of the pool that matter at a point."""
    blocks, pool = prepared.blocks, prepared.pool
    assert blocks is not None
    assert pool is not None
    value, _ = separate(core, blocks, x)
    room = pool.constant + np.asarray(pool.coefficients @ x) - value[pool.theta]
    return pool.pick(np.flatnonzero(room <= theta_slack * np.maximum(1.0, blocks.total[pool.theta])))


def _keeper(found: list[Floats], options: int) -> Callable[[Floats], None]:
    """Return a function that keeps the options' values of every solution that it is told of."""
    return lambda values: found.append(np.round(values[:options]))


def _branch(core: Core, prepared: Prepared, best: _Best, x: Floats, effort: Effort, deadline: float) -> bool:
    """Master problems in whole numbers, each with the cuts that its predecessors' answers lacked."""
    blocks, pool = prepared.blocks, prepared.pool
    assert blocks is not None
    assert pool is not None
    active = _tight(core, prepared, x, _NEAR)
    options = core.covers.shape[1]
    while time.monotonic() < deadline:
        found: list[Floats] = []
        result = solve_mip(
            master_mip(core, blocks, active),
            gap=effort.gap / 2,
            deadline=deadline,
            seed=effort.seed,
            better=_keeper(found, options),
        )
        if result.status == "infeasible":
            return True
        best.cap(result.bound)
        if result.point is not None:
            found.append(np.round(result.point[:options]))
        for point in found:
            best.offer(point)
        if closed(best.objective, best.bound, effort.gap):
            return True
        added = 0
        for point in found[-3:]:
            _, cuts = separate(core, blocks, point)
            new = take(pool, cuts, np.arange(len(cuts.constant)))
            active = active.join(new)
            added += len(new.constant)
        if not added and result.status == "optimal":
            return True
    return False


def _by_prices(prepared: Prepared, deadline: float) -> Relaxed:
    """Relax the whole compact model, keep its prices, and put the cuts that they give into the pool."""
    core, blocks, pool = prepared.core, prepared.blocks, prepared.pool
    assert blocks is not None
    assert pool is not None
    relaxed = relax(core, deadline=deadline)
    prepared.relaxed = relaxed
    served = np.zeros(core.covers.shape[0])
    free = np.flatnonzero(~core.must)
    served[free] = np.maximum(0.0, relaxed.prices[: len(free)])
    cuts = priced_cuts(core, blocks, served)
    take(pool, cuts, np.arange(len(cuts.constant)))
    return relaxed


def _relaxation(prepared: Prepared, best: _Best, deadline: float) -> Relaxed:
    """Relax a small model whole, a large one by cuts; where their master gets too heavy, whole all the same."""
    core = prepared.core
    if prepared.blocks is None or prepared.pool is None:
        prepared.blocks, prepared.pool = make_blocks(core), make_pool(core)
    if prepared.relaxed is not None or _small(core):
        return _by_prices(prepared, deadline)
    inside = best.x if best.x is not None else core.lower
    lp = solve_lp(core, prepared.blocks, prepared.pool, inside=inside, gap=_LP_GAP, deadline=deadline)
    if not lp.finished and time.monotonic() < deadline:
        return _by_prices(prepared, deadline)
    return Relaxed(lp.x, lp.bound if lp.feasible else -np.inf, lp.reduced, np.zeros(0))


def _narrow(core: Core, best: _Best, relaxed: Relaxed, effort: Effort, deadline: float) -> bool:
    """Find better choices in small problems, then solve what cannot be fixed, if it is small; return whether proven."""
    for _ in range(0 if _small(core) else _KERNELS):
        before = best.objective
        lower, upper = _kernel(core, best, relaxed.x, relaxed.reduced, relaxed.bound)
        small, free = restrict_core(core, lower, upper)
        loose = max(effort.gap / 2, _KERNEL_GAP * min(1.0, relative_gap(best.objective, best.bound)))
        third = time.monotonic() + (deadline - time.monotonic()) / 3
        _solve_compact(small, best, free, lower, effort, third, loose)
        if closed(best.objective, best.bound, effort.gap):
            return True
        if best.objective <= before + effort.gap * abs(before):
            break
    # In a problem that is small anyhow nothing is gained by giving up what is better by less than the gap.
    lower, upper, enough = _fix(core, best, relaxed.reduced, relaxed.bound, 0.0 if _small(core) else effort.gap)
    small, free = restrict_core(core, lower, upper)
    if not _small(small):
        return False
    done, bound = _solve_compact(small, best, free, lower, effort, deadline, effort.gap / 2)
    best.cap(max(bound, best.objective, enough))
    return done


def _solve_cuts(prepared: Prepared, best: _Best, effort: Effort, deadline: float) -> bool:
    """Solve a large problem; return whether the bound is proven to the end."""
    core = prepared.core
    best.method = "cuts"
    if prepared.relaxed is not None:
        bound, reduced = price(core, prepared.relaxed.prices)
        x = np.clip(prepared.relaxed.x, core.lower, core.upper)
        best.cap(bound)
        if _narrow(core, best, Relaxed(x, bound, reduced, prepared.relaxed.prices), effort, deadline):
            return True
    relaxed = _relaxation(prepared, best, deadline)
    if relaxed.bound == -np.inf:
        return True
    best.cap(relaxed.bound)
    if closed(best.objective, best.bound, effort.gap) or not np.isfinite(relaxed.bound):
        return bool(np.isfinite(relaxed.bound))
    return _narrow(core, best, relaxed, effort, deadline) or _branch(core, prepared, best, relaxed.x, effort, deadline)


def prepare_core(core: Core) -> Prepared:
    """Reduce a problem, ready to be solved more than once.

    Parameters
    ----------
    core
        The problem.

    Returns
    -------
    Prepared
        Without cuts yet.
    """
    return Prepared(reduce_core(core))


def solve_prepared(
    prepared: Prepared,
    effort: Effort,
    *,
    deadline: float = np.inf,
    report: Report | None = None,
    start: Floats | None = None,
) -> Answer:
    """Solve a prepared problem in this process.

    Parameters
    ----------
    prepared
        The problem; its cuts grow.
    effort
        How closely; its time limit is the caller's business (`deadline`).
    deadline
        Value of `time.monotonic` at which to stop; HiGHS may overrun it.
    report
        Told of every better choice and bound.
    start
        Shape (n,), 0 or 1: a choice to start from, lawful or not.

    Returns
    -------
    Answer
        Choice over the options of the problem.

    Raises
    ------
    SolverError
        HiGHS stops without an answer.
    """
    core = prepared.core
    best = _Best(core, report)
    if (core.lower > core.upper).any():
        return _answer(best, effort, deadline, proven=True)
    best.cap(most_of(core))
    if start is not None:
        best.offer(np.clip(start, core.lower, core.upper))
        best.offer(search(core, rounds=0, seed=effort.seed, start=np.clip(start, core.lower, core.upper)))
    best.cap(prepared.known_bound())
    if prepared.relaxed is not None:
        best.cap(price(core, prepared.relaxed.prices)[0])
        best.method = "cuts"
    if effort.method != "search" and closed(best.objective, best.bound, effort.gap):
        return _answer(best, effort, deadline, proven=True)
    # A small problem with a start is for HiGHS to better at once: searching it takes longer than solving it.
    rounds = 0 if start is not None and effort.method != "search" and _small(core) else effort.rounds
    best.offer(search(core, rounds=rounds, seed=effort.seed, deadline=deadline, start=best.x))
    if effort.method == "search":
        return _answer(best, effort, deadline, proven=False)
    if effort.method == "compact" or (effort.method == "auto" and _small(core)):
        best.method = "compact"
        free = np.arange(core.covers.shape[1])
        proven, bound = _solve_compact(core, best, free, core.lower, effort, deadline, effort.gap / 2)
        best.cap(bound)
    else:
        proven = _solve_cuts(prepared, best, effort, deadline)
    answer = _answer(best, effort, deadline, proven=proven)
    if np.isfinite(answer.bound):
        prepared.proven.append((core, answer.bound))
    return answer


def solve_core(
    core: Core, effort: Effort, *, deadline: float = np.inf, report: Report | None = None, start: Floats | None = None
) -> Answer:
    """Reduce and solve a problem in this process.

    Parameters
    ----------
    core, effort, deadline, report, start
        As for `solve_prepared`.

    Returns
    -------
    Answer
        Choice over the options of the problem.

    Raises
    ------
    SolverError
        HiGHS stops without an answer.
    """
    return solve_prepared(prepare_core(core), effort, deadline=deadline, report=report, start=start)
