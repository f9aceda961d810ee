from dataclasses import replace

import numpy as np
import pytest

from linli.improve.siting import budget, covering_model, cuts, floor, set_out, solve, what_if
from linli.improve.siting.compact import compact_mip
from linli.improve.siting.core import TOLERANCE, breaches, core_value, reduce_core
from linli.improve.siting.cuts import make_blocks, make_pool, master_mip, priced_cuts, separate, take
from linli.improve.siting.effort import Effort
from linli.improve.siting.mip import Mip, solve_mip
from linli.improve.siting.model import core_of
from linli.improve.siting.relax import price, relax


@pytest.fixture
def problem(random_case):
    def make(seed, limit=14, level=0.1):
        case = random_case(seed + 1500, options=8, demand=30)
        rules, levels = [budget(case.options, limit)], [floor(case.demand, level)]
        model = covering_model(
            case.options, case.demand, case.coverage, existing=case.existing, constraints=rules, floors=levels
        )
        return reduce_core(core_of(model))

    return make


def best(core, best_of_all):
    return best_of_all(8, lambda x: breaches(core, x) <= TOLERANCE, lambda x: core_value(core, x))


@pytest.mark.parametrize("seed", range(8))
def test_any_prices_give_a_bound_that_no_lawful_choice_beats(problem, best_of_all, seed):
    core, rng = problem(seed), np.random.default_rng(seed)
    rows = len(compact_mip(core).row_lower)
    top = best(core, best_of_all)
    for _ in range(20):
        bound, reduced = price(core, rng.normal(0, 5, rows))
        assert len(reduced) == 8
        assert top is None or bound >= top - 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_the_relaxation_is_that_of_the_compact_model_and_its_costs_hold(problem, best_of_all, seed):
    core = problem(seed)
    whole = compact_mip(core)
    truth = solve_mip(Mip(**{**whole.__dict__, "integer": np.zeros(len(whole.cost), dtype=bool)}), gap=0.0)
    relaxed = relax(core)
    if truth.status == "infeasible":
        assert relaxed.bound == -np.inf
        return
    assert relaxed.bound == pytest.approx(truth.objective, rel=1e-4)
    for i in range(8):  # an option on its other side costs what it says
        side = 0.0 if relaxed.reduced[i] > 0 else 1.0
        forced = best_of_all(
            8, lambda x, i=i, side=side: x[i] == side and breaches(core, x) <= TOLERANCE, lambda x: core_value(core, x)
        )
        assert forced is None or forced <= relaxed.bound - abs(relaxed.reduced[i]) + 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_the_cuts_of_the_prices_hold_and_give_the_bound_at_once(problem, seed):
    core, rng = problem(seed), np.random.default_rng(seed)
    blocks, pool, relaxed = make_blocks(core, 4), make_pool(core), relax(core)
    made = priced_cuts(core, blocks, np.maximum(0.0, relaxed.prices[: core.covers.shape[0]]))
    for _ in range(40):
        x = rng.integers(0, 2, 8).astype(float)
        assert (separate(core, blocks, x)[0] <= made.coefficients @ x + made.constant + 1e-9).all()
    take(pool, made, np.arange(len(made.constant)))
    if relaxed.bound > -np.inf and not core.floors.nnz:
        assert solve_mip(master_mip(core, blocks, pool, whole=False), gap=0.0).objective <= relaxed.bound * (1 + 1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_a_master_that_gets_too_heavy_gives_way_to_prices(problem, best_of_all, monkeypatch, seed):
    monkeypatch.setattr(cuts, "PATIENCE", 0)
    core = problem(seed)
    prepared = solve.prepare_core(core)
    effort = Effort(gap=0.0, method="cuts", rounds=0)
    answer = solve.solve_prepared(prepared, effort)
    top = best(core, best_of_all)
    assert answer.status == ("infeasible" if top is None else "optimal")
    if top is None:
        return
    assert answer.objective == pytest.approx(top)
    other = replace(core, row_upper=np.array([9.0]))
    again = solve.solve_prepared(replace(prepared, core=other), effort)
    expected = best(other, best_of_all)
    assert again.status == ("infeasible" if expected is None else "optimal")
    assert expected is None or again.objective == pytest.approx(expected)


def test_a_what_if_starts_from_the_prices(random_case, monkeypatch):
    monkeypatch.setattr(cuts, "PATIENCE", 0)
    case = random_case(1600, options=9, demand=40)
    effort = Effort(gap=0.0, method="cuts", rounds=0)
    standing = set_out(
        covering_model(case.options, case.demand, case.coverage, constraints=[budget(case.options, 12)]), effort
    )
    anew = set_out(
        covering_model(case.options, case.demand, case.coverage, constraints=[budget(case.options, 7)]), effort
    )
    changed = what_if(standing, limits={"budget": 7.0}, effort=effort)
    assert (changed.status, changed.objective) == ("optimal", anew.plan.objective)
