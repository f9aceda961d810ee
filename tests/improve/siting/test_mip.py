import time

import numpy as np
import pytest
from scipy import sparse

from linli.improve.siting.errors import SolverError
from linli.improve.siting.mip import Mip, load, solve_mip, solver_version


def knapsack(limit=10.0):
    return Mip(
        cost=np.array([6.0, 5.0, 4.0]),
        lower=np.zeros(3),
        upper=np.ones(3),
        integer=np.ones(3, dtype=bool),
        matrix=sparse.csr_array(np.array([[5.0, 4.0, 6.0]])),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([limit]),
        offset=1.0,
    )


def test_a_knapsack_is_solved_and_better_solutions_are_told():
    told = []
    result = solve_mip(knapsack(), gap=0.0, better=told.append)
    assert result.status == "optimal"
    assert result.point.tolist() == [1.0, 1.0, 0.0]
    assert result.objective == result.bound == 12.0
    assert all(len(point) == 3 for point in told)


def test_a_start_is_taken():
    assert solve_mip(knapsack(), gap=0.0, start=np.array([1.0, 0.0, 0.0])).objective == 12.0


def test_what_cannot_be_is_infeasible():
    assert solve_mip(knapsack(-1.0), gap=0.0).status == "infeasible"


def test_no_time_is_a_time_limit_not_an_error():
    assert solve_mip(knapsack(), gap=0.0, deadline=time.monotonic() - 1).status in ("time_limit", "optimal")


def test_a_model_that_the_solver_refuses_raises():
    with pytest.raises(SolverError):
        load(Mip(**{**knapsack().__dict__, "matrix": sparse.csr_array(np.array([[np.inf, 1.0, 1.0]]))}))


def test_the_version_is_named():
    assert solver_version().startswith("HiGHS 1.")


def test_the_presolve_that_called_wrong_answers_optimal_is_not_in_use():
    """HiGHS 1.14.0 gives way on the second row, at a price of 1, where the first costs 0.375 (ERGO-Code/HiGHS#2961)."""
    matrix = np.array([[30.0, 25, 1, 0, 0, -1, 0, 0], [1, 0, 0, 1, 0, 0, -1, 0], [0, 1, 0, 0, 1, 0, 0, -1]])
    price = np.array([0.025, 1.0, 1.0])
    mip = Mip(
        cost=np.concatenate([np.zeros(2), -price, -price]),
        lower=np.zeros(8),
        upper=np.array([1.0, 1.0] + [np.inf] * 6),
        integer=np.arange(8) < 2,
        matrix=sparse.csr_array(matrix),
        row_lower=np.array([-np.inf, 1.0, 1.0]),
        row_upper=np.array([40.0, 1.0, 1.0]),
    )
    assert solve_mip(mip, gap=0.0).objective == pytest.approx(-0.375)
