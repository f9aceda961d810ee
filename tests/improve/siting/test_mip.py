import time

import numpy as np
import pytest
from scipy import sparse

from linli.improve.siting import mip as module
from linli.improve.siting.errors import SolverError
from linli.improve.siting.mip import Mip, load, part_rows, solve_mip, solver_version


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


def random_mip(seed):
    """Two rows over all columns, of signs and bounds of all kinds, and two short ones."""
    rng = np.random.default_rng(seed)
    rows = np.vstack([rng.integers(1, 9, (1, 12)), rng.integers(-5, 6, (1, 12)), np.zeros((2, 12))]).astype(float)
    rows[2, [0, 3, 4]] = rows[3, [5, 6]] = 1.0
    return Mip(
        cost=rng.integers(-2, 9, 12).astype(float),
        lower=(rng.random(12) < 0.1).astype(float),
        upper=np.ones(12),
        integer=np.arange(12) < 9,
        matrix=sparse.csr_array(rows),
        row_lower=np.array([-np.inf, -4.0, -np.inf, 0.0]),
        row_upper=np.array([17.0, np.inf, 1.0, 1.0]),
        offset=2.0,
    )


@pytest.mark.parametrize("seed", range(10))
def test_a_long_row_in_parts_is_the_same_row(monkeypatch, seed):
    """The unreduced twin: the model as it stands."""
    monkeypatch.setattr(module, "LONG_ROW", 6)
    monkeypatch.setattr(module, "PART", 4)
    mip = random_mip(seed)
    parted = part_rows(mip)
    assert parted.matrix.shape[1] > 12
    assert np.diff(parted.matrix.indptr).max() <= 5
    before, after = solve_mip(mip, gap=0.0), solve_mip(parted, gap=0.0)
    assert after.status == before.status
    assert after.objective == pytest.approx(before.objective)
    if after.point is not None:
        x = after.point[:12]
        assert mip.offset + mip.cost @ x == pytest.approx(before.objective)
        assert (mip.matrix @ x <= mip.row_upper + 1e-6).all()
        assert (mip.matrix @ x >= mip.row_lower - 1e-6).all()


def test_short_rows_and_rows_bounded_on_both_sides_stay(monkeypatch):
    short = knapsack()
    assert part_rows(short) is short
    monkeypatch.setattr(module, "LONG_ROW", 2)
    both = Mip(**{**knapsack().__dict__, "row_lower": np.array([1.0])})
    assert part_rows(both) is both
