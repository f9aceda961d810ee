"""选址: which options to choose, exactly, under everything that binds. Plain functions on tables.

A *question* (`covering_model`, `least_cost_model`) puts options, demand, coverage, `constraints` and `floors` together;
`maximal_covering`, `set_covering`, `minimum_cost`, `p_median`, `p_centre` and `capacitated_covering` put one and answer
it at once. `frontier`, `build_order`, `set_out` / `what_if` and `explain_clash` take a question. Every answer is a
`Siting` with a status, a bound and a gap, recomputed from the raw tables.
"""

from linli.improve.siting.ask import solve_model
from linli.improve.siting.build_order import BuildOrder, build_order
from linli.improve.siting.capacitated import capacitated_covering
from linli.improve.siting.centre import p_centre
from linli.improve.siting.clash import explain_clash
from linli.improve.siting.constraints import (
    Constraint,
    at_least,
    at_most,
    budget,
    force_in,
    force_out,
    one_use,
    operating_balance,
    precedence,
    shared_area,
)
from linli.improve.siting.coverage import Coverage, coverage_by_type, coverage_from_matrix, coverage_from_pairs
from linli.improve.siting.effort import Effort
from linli.improve.siting.errors import SolverError
from linli.improve.siting.floor import Floor, floor
from linli.improve.siting.frontier import Frontier, frontier
from linli.improve.siting.great_circle import great_circle_pairs
from linli.improve.siting.least_cost import least_cost_model, minimum_cost, set_covering
from linli.improve.siting.lp_text import lp_text
from linli.improve.siting.maximal import covering_model, maximal_covering
from linli.improve.siting.median import p_median
from linli.improve.siting.model import SitingModel
from linli.improve.siting.result import Clash, Siting
from linli.improve.siting.what_if import Standing, set_out, what_if

__all__ = [
    "BuildOrder",
    "Clash",
    "Constraint",
    "Coverage",
    "Effort",
    "Floor",
    "Frontier",
    "Siting",
    "SitingModel",
    "SolverError",
    "Standing",
    "at_least",
    "at_most",
    "budget",
    "build_order",
    "capacitated_covering",
    "coverage_by_type",
    "coverage_from_matrix",
    "coverage_from_pairs",
    "covering_model",
    "explain_clash",
    "floor",
    "force_in",
    "force_out",
    "frontier",
    "great_circle_pairs",
    "least_cost_model",
    "lp_text",
    "maximal_covering",
    "minimum_cost",
    "one_use",
    "operating_balance",
    "p_centre",
    "p_median",
    "precedence",
    "set_covering",
    "set_out",
    "shared_area",
    "solve_model",
    "what_if",
]
