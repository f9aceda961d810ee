import numpy as np
import pytest
from scipy import sparse

from linli.improve.siting import budget, covering_model, cuts, floor
from linli.improve.siting.compact import compact_mip
from linli.improve.siting.core import reduce_core, served_rows
from linli.improve.siting.cuts import make_blocks, make_pool, master_mip, separate, solve_lp, take
from linli.improve.siting.mip import Mip, solve_mip
from linli.improve.siting.model import core_of


@pytest.fixture
def problem(random_case):
    def make(seed, level=0.1, amount="residents"):
        case = random_case(seed, options=9, demand=40)
        model = covering_model(
            case.options, case.demand, case.coverage, constraints=[budget(case.options, 15)],
            floors=[floor(case.demand, level, amount=amount)],
        )  # fmt: skip
        return reduce_core(core_of(model))

    return make


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("size", [2, 1000])
def test_every_cut_holds_at_every_choice_and_is_tight_where_it_was_made(problem, seed, size):
    core, rng = problem(seed), np.random.default_rng(seed)
    blocks = make_blocks(core, size)
    for _ in range(5):
        made_at = rng.random(9)
        value, cuts = separate(core, blocks, made_at)
        assert cuts.coefficients @ made_at + cuts.constant == pytest.approx(value)
        for _ in range(30):
            x = rng.integers(0, 2, 9).astype(float)
            truth = blocks.weights @ served_rows(core, x).astype(float)
            assert (truth <= cuts.coefficients @ x + cuts.constant + 1e-9).all()


@pytest.mark.parametrize("amount", ["residents", "weight"])
def test_the_blocks_part_the_weight_and_the_floors(problem, amount):
    core = problem(1, amount=amount)
    blocks = make_blocks(core, 3)
    assert blocks.objective @ blocks.weights.toarray() == pytest.approx(core.weight)
    assert (blocks.floors @ blocks.weights).toarray() == pytest.approx(core.floors.toarray())


@pytest.mark.parametrize("seed", range(6))
def test_the_relaxation_by_cuts_is_that_of_the_whole_model(problem, seed):
    core = problem(seed)
    whole = compact_mip(core)
    relaxed = Mip(**{**whole.__dict__, "integer": np.zeros(len(whole.cost), dtype=bool)})
    truth = solve_mip(relaxed, gap=0.0)
    pool = make_pool(core)
    lp = solve_lp(core, make_blocks(core, 4), pool, inside=np.zeros(9), gap=1e-9)
    assert lp.feasible == (truth.status == "optimal")
    if lp.feasible:
        assert lp.bound == pytest.approx(truth.objective, rel=1e-6)
        assert len(pool.constant)


def test_the_master_bounds_the_best_choice(problem):
    core = problem(2)
    blocks, pool = make_blocks(core), make_pool(core)
    take(pool, separate(core, blocks, np.full(9, 0.5))[1], np.arange(len(blocks.total)))
    assert (
        solve_mip(master_mip(core, blocks, pool), gap=0.0).bound >= solve_mip(compact_mip(core), gap=0.0).bound - 1e-6
    )


def test_a_cut_is_taken_once(problem):
    core = problem(3)
    blocks, pool = make_blocks(core), make_pool(core)
    cuts = separate(core, blocks, np.zeros(9))[1]
    which = np.arange(len(cuts.constant))
    assert len(take(pool, cuts, which).constant) == len(which)
    assert len(take(pool, cuts, which).constant) == 0


def test_floors_that_cannot_be_reached_make_the_relaxation_infeasible(problem):
    core = problem(4, level=0.99)
    lp = solve_lp(core, make_blocks(core), make_pool(core), inside=np.zeros(9), gap=1e-9)
    assert not lp.feasible
    assert isinstance(make_pool(core).coefficients, sparse.csr_array)


@pytest.mark.parametrize("status", ["kUnknown", "kTimeLimit", "kIterationLimit"])
def test_a_relaxation_that_does_not_come_to_an_end_says_so(problem, monkeypatch, status):
    """HiGHS ends some masters of many near-parallel cuts with «unknown»."""
    load = cuts.load

    def stuck(*given, **settings):
        solver = load(*given, **settings)
        monkeypatch.setattr(solver, "getModelStatus", lambda: getattr(cuts._STATUS, status), raising=False)
        return solver

    monkeypatch.setattr(cuts, "load", stuck)
    core = problem(1)
    lp = solve_lp(core, make_blocks(core), make_pool(core), inside=np.zeros(9), gap=1e-9)
    assert lp.feasible
    assert not lp.finished
    assert lp.bound == np.inf
