"""From a question to its record: solve, and if nothing is lawful say what clashes."""

from __future__ import annotations

import time

from linli.improve.siting.clash import explain_clash
from linli.improve.siting.effort import Effort
from linli.improve.siting.model import SitingModel, core_of, siting_of
from linli.improve.siting.process import run_core
from linli.improve.siting.result import Siting

__all__ = ["solve_model"]


def solve_model(
    model: SitingModel, effort: Effort | None = None, *, catalogue: str | None = None, explain: bool = True
) -> Siting:
    """Answer a question.

    Parameters
    ----------
    model
        The question.
    effort
        How long and how closely; default `Effort`.
    catalogue
        Version of the rules catalogue, noted in the record.
    explain
        Whether to look for the clash if nothing is lawful, which takes further solves.

    Returns
    -------
    Siting
        If infeasible, with the constraints that clash.

    Raises
    ------
    SolverError
        The solver failed, or its answer does not stand up to the raw tables.
    """
    began, effort = time.monotonic(), effort or Effort()
    answer = run_core(core_of(model), effort)
    clash = explain_clash(model, effort) if explain and answer.status == "infeasible" else ()
    return siting_of(model, answer, effort, began, catalogue=catalogue, clash=clash)
