import sys
import time

import numpy as np
import pytest
from scipy import sparse

from linli.improve.siting import Effort, SolverError, at_most, covering_model
from linli.improve.siting.core import TOLERANCE, Core, blank_core, breaches, core_value
from linli.improve.siting.mip import Mip
from linli.improve.siting.model import core_of
from linli.improve.siting.process import pack, run_core, run_mip, unpack
from linli.improve.siting.search import search


@pytest.fixture
def problem(random_case):
    case = random_case(21, options=9, demand=30)
    return core_of(covering_model(case.options, case.demand, case.coverage, constraints=[at_most(case.options, 3)]))


def hard(options=160, demand=6000):
    """Equal costs, a limit on the count, sets all different: minutes of work for any exact method."""
    rng = np.random.default_rng(4)
    sites, homes = rng.random((options, 2)), rng.random((demand, 2))
    near = ((sites[:, None] - homes[None]) ** 2).sum(axis=2) < 0.16**2
    from dataclasses import replace

    return replace(
        blank_core(sparse.csr_array(near.T.astype(np.int8)), rng.integers(1, 50, demand).astype(float)),
        rows=sparse.csr_array(np.ones((1, options))),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([14.0]),
    )


def test_a_record_survives_its_way_through_a_file(problem, tmp_path):
    pack(problem, tmp_path / "core.npz")
    back = unpack(Core, tmp_path / "core.npz")
    assert (back.covers != problem.covers).nnz == 0
    assert np.array_equal(back.row_upper, problem.row_upper)
    assert back.offset == problem.offset


def test_the_answer_is_the_same_with_a_process_of_its_own(problem):
    here, there = run_core(problem, Effort(gap=0.0)), run_core(problem, Effort(gap=0.0, time_limit_s=60))
    assert there.status == here.status == "optimal"
    assert (there.objective, there.bound, there.method) == (here.objective, here.bound, here.method)
    assert np.array_equal(there.x, here.x)


@pytest.mark.slow
def test_the_time_limit_holds_and_leaves_the_best_found_with_a_bound():
    core, limit = hard(), 6.0
    began = time.monotonic()
    answer = run_core(core, Effort(gap=0.0, time_limit_s=limit))
    assert time.monotonic() - began < limit + 1.0
    assert answer.status == "time_limit"
    assert breaches(core, answer.x) <= TOLERANCE
    assert core_value(core, answer.x) == pytest.approx(answer.objective)
    assert answer.objective < answer.bound <= core.weight.sum()


def test_no_time_at_all_leaves_nothing_but_says_so(problem):
    answer = run_core(problem, Effort(time_limit_s=0.01))
    assert (answer.status, answer.x, answer.objective) == ("time_limit", None, -np.inf)
    assert answer.bound == problem.weight.sum()


@pytest.fixture
def stand_in(monkeypatch, tmp_path):
    """Put a shell script in the place of the process's interpreter."""

    def put(script):
        shell = tmp_path / "python"
        shell.write_text(f"#!/bin/sh\n{script}\n")
        shell.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(shell))

    return put


def test_a_process_that_is_slow_to_start_leaves_the_greedy_choice(problem, stand_in):
    stand_in("exec sleep 60")
    answer = run_core(problem, Effort(gap=0.0, time_limit_s=0.6))
    assert answer.status == "time_limit"
    assert np.array_equal(answer.x, search(problem, rounds=0, seed=0))
    assert core_value(problem, answer.x) == answer.objective <= answer.bound == problem.weight.sum()


def test_a_greedy_choice_that_is_not_lawful_is_left(problem, stand_in):
    from dataclasses import replace

    stand_in("exec sleep 60")
    for impossible in (replace(problem, row_upper=np.array([-1.0])), replace(problem, lower=problem.upper + 1)):
        answer = run_core(impossible, Effort(gap=0.0, time_limit_s=0.6))
        assert (answer.status, answer.x, answer.objective) == ("time_limit", None, -np.inf)


def test_an_infeasible_problem_is_infeasible_there_too(problem):
    from dataclasses import replace

    answer = run_core(replace(problem, row_upper=np.array([-1.0])), Effort(time_limit_s=60))
    assert answer.status == "infeasible"


def test_a_process_that_fails_raises(problem, stand_in):
    stand_in("echo 'no memory' >&2; exit 3")
    with pytest.raises(SolverError, match=r"process failed.*no memory"):
        run_core(problem, Effort(time_limit_s=60))


def test_a_model_runs_there_too():
    mip = Mip(
        cost=np.array([6.0, 5.0]), lower=np.zeros(2), upper=np.ones(2), integer=np.ones(2, dtype=bool),
        matrix=sparse.csr_array(np.array([[5.0, 4.0]])), row_lower=np.array([-np.inf]), row_upper=np.array([6.0]),
    )  # fmt: skip
    for effort in (Effort(gap=0.0), Effort(gap=0.0, time_limit_s=60)):
        result = run_mip(mip, effort)
        assert (result.status, result.objective, result.point.tolist()) == ("optimal", 6.0, [1.0, 0.0])
