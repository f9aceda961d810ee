"""The cheapest way to serve everybody (set covering), or to lift every group to a level (partial set covering)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import pandas as pd

from linli.improve.siting.ask import solve_model
from linli.improve.siting.constraints import Constraint
from linli.improve.siting.coverage import Coverage
from linli.improve.siting.effort import Effort
from linli.improve.siting.floor import Floor
from linli.improve.siting.model import SitingModel, make_model
from linli.improve.siting.result import Siting
from linli.improve.siting.tables import numbers

__all__ = ["least_cost_model", "minimum_cost", "set_covering"]


def least_cost_model(
    options: pd.DataFrame,
    demand: pd.DataFrame,
    coverage: Coverage,
    *,
    cost: str | None = "cost_yuan",
    everybody: bool = False,
    existing: Iterable[Hashable] = (),
    constraints: Sequence[Constraint] = (),
    floors: Sequence[Floor] = (),
) -> SitingModel:
    """Put the question of `minimum_cost` (or, with `everybody`, of `set_covering`) without answering it.

    Parameters
    ----------
    options, demand, coverage, cost, existing, constraints, floors
        As for `minimum_cost`; cost in yuan, ``None`` = each option costs 1.
    everybody
        Whether every demand row must be served.

    Returns
    -------
    SitingModel
        Minimises the cost.

    Raises
    ------
    InputError
        A table is wrong.
    """
    return make_model(
        options.index,
        demand.index,
        coverage,
        weight=numbers(demand, "weight", "demand", minimum=0.0) if "weight" in demand else np.ones(len(demand)),
        cost=np.ones(len(options)) if cost is None else numbers(options, cost, "options", minimum=0.0),
        must=everybody,
        existing=existing,
        constraints=constraints,
        floors=floors,
        sense="minimise",
    )


def minimum_cost(
    options: pd.DataFrame,
    demand: pd.DataFrame,
    coverage: Coverage,
    floors: Sequence[Floor],
    *,
    cost: str | None = "cost_yuan",
    existing: Iterable[Hashable] = (),
    constraints: Sequence[Constraint] = (),
    effort: Effort | None = None,
    catalogue: str | None = None,
) -> Siting:
    """Lift every group to a level at the least cost: min Σ_i cost_i x_i, Σ_{j∈g} a_j z_j ≥ level_g.

    Parameters
    ----------
    options
        Index = option id; column `cost`.
    demand
        Index = demand id; column ``weight`` (people) is passed on to the record if it is there.
    coverage
        Which option or existing facility covers which demand row.
    floors
        The levels, from `linli.improve.siting.floor`.
    cost
        Column of the cost, yuan ≥ 0; ``None`` = each option costs 1 (the fewest options).
    existing
        Ids of facilities that exist already: they count and cost nothing.
    constraints
        What binds the choice.
    effort
        How long and how closely.
    catalogue
        Version of the rules catalogue, noted in the record.

    Returns
    -------
    Siting
        Objective = cost, bound = a cost below which it cannot be done.

    Raises
    ------
    InputError
        A table is wrong.
    SolverError
        The solver failed.
    """
    model = least_cost_model(
        options, demand, coverage, cost=cost, existing=existing, constraints=constraints, floors=floors
    )
    return solve_model(model, effort, catalogue=catalogue)


def set_covering(
    options: pd.DataFrame,
    demand: pd.DataFrame,
    coverage: Coverage,
    *,
    cost: str | None = "cost_yuan",
    existing: Iterable[Hashable] = (),
    constraints: Sequence[Constraint] = (),
    effort: Effort | None = None,
    catalogue: str | None = None,
) -> Siting:
    """Serve every demand row at the least cost: min Σ_i cost_i x_i, Σ_{i covers j} x_i ≥ 1 for every j.

    Parameters
    ----------
    options, demand, coverage, cost, existing, constraints, effort, catalogue
        As for `minimum_cost` (cost in yuan).

    Returns
    -------
    Siting
        Infeasible, with the row named, if something is reached by nothing.

    Raises
    ------
    InputError
        A table is wrong.
    SolverError
        The solver failed.

    References
    ----------
    Toregas, Swain, ReVelle & Bergman (1971), Operations Research 19, 1363–1373.
    """
    model = least_cost_model(
        options, demand, coverage, cost=cost, everybody=True, existing=existing, constraints=constraints
    )
    return solve_model(model, effort, catalogue=catalogue)
