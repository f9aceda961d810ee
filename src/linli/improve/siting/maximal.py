"""Maximal covering: serve the most people with what there is (Church & ReVelle 1974, with everything that binds)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import pandas as pd

from linli.improve.siting.ask import solve_model
from linli.improve.siting.constraints import Constraint
from linli.improve.siting.coverage import Coverage
from linli.improve.siting.effort import Effort
from linli.improve.siting.floor import Floor
from linli.improve.siting.model import SitingModel, make_model
from linli.improve.siting.result import Siting
from linli.improve.siting.tables import numbers

__all__ = ["covering_model", "maximal_covering"]


def covering_model(
    options: pd.DataFrame,
    demand: pd.DataFrame,
    coverage: Coverage,
    *,
    weight: str = "weight",
    existing: Iterable[Hashable] = (),
    constraints: Sequence[Constraint] = (),
    floors: Sequence[Floor] = (),
) -> SitingModel:
    """Put the question of `maximal_covering` without answering it: for frontiers, build orders and what-ifs.

    Parameters
    ----------
    options, demand, coverage, weight, existing, constraints, floors
        As for `maximal_covering`.

    Returns
    -------
    SitingModel
        Maximises the weight newly served.

    Raises
    ------
    InputError
        A table is wrong.
    """
    return make_model(
        options.index,
        demand.index,
        coverage,
        weight=numbers(demand, weight, "demand", minimum=0.0),
        existing=existing,
        constraints=constraints,
        floors=floors,
    )


def maximal_covering(
    options: pd.DataFrame,
    demand: pd.DataFrame,
    coverage: Coverage,
    *,
    weight: str = "weight",
    existing: Iterable[Hashable] = (),
    constraints: Sequence[Constraint] = (),
    floors: Sequence[Floor] = (),
    effort: Effort | None = None,
    catalogue: str | None = None,
) -> Siting:
    """Choose the options that newly serve the most: max Σ_j w_j z_j, z_j ≤ Σ_{i covers j} x_i, x_i ∈ {0, 1}.

    Parameters
    ----------
    options
        Index = option id (a facility type in a room, in a year…).
    demand
        Index = demand id (the people of a building who need a type); column `weight`.
    coverage
        Which option or existing facility covers which demand row.
    weight
        Column of the weight, ≥ 0: people, times the weight of their age band or their community.
    existing
        Ids of facilities that exist already (in `coverage`, not in `options`): whom they serve is not newly served.
    constraints
        What binds the choice: `linli.improve.siting.budget` and its fellows.
    floors
        What every community must reach.
    effort
        How long and how closely.
    catalogue
        Version of the rules catalogue, noted in the record.

    Returns
    -------
    Siting
        Objective = weight newly served.

    Raises
    ------
    InputError
        A table is wrong.
    SolverError
        The solver failed.

    Examples
    --------
    >>> from linli.improve.siting import budget, coverage_from_pairs
    >>> options = pd.DataFrame({"cost_yuan": [3.0, 2.0, 2.0]}, index=["a", "b", "c"])
    >>> demand = pd.DataFrame({"weight": [10.0, 8.0, 7.0]}, index=[1, 2, 3])
    >>> pairs = pd.DataFrame({"option": ["a", "a", "b", "c"], "demand": [1, 2, 2, 3]})
    >>> coverage = coverage_from_pairs(pairs, options.index, demand.index, distance=None)
    >>> plan = maximal_covering(options, demand, coverage, constraints=[budget(options, 5)])
    >>> plan.status, plan.chosen, plan.objective
    ('optimal', ('a', 'c'), 25.0)
    """
    model = covering_model(
        options, demand, coverage, weight=weight, existing=existing, constraints=constraints, floors=floors
    )
    return solve_model(model, effort, catalogue=catalogue)
