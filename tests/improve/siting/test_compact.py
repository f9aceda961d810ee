import numpy as np
import pytest
from scipy import sparse

from linli.improve.siting import budget, covering_model, floor
from linli.improve.siting.compact import compact_mip
from linli.improve.siting.core import TOLERANCE, breaches, core_value, reduce_core
from linli.improve.siting.least_cost import least_cost_model
from linli.improve.siting.mip import solve_mip
from linli.improve.siting.model import core_of


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("reduced", [False, True])
def test_the_compact_model_finds_the_best_of_all_reduced_or_not(random_case, best_of_all, seed, reduced):
    case = random_case(seed)
    model = covering_model(
        case.options, case.demand, case.coverage, existing=case.existing, constraints=[budget(case.options, 14)],
        floors=[floor(case.demand, 0.2)],
    )  # fmt: skip
    core = core_of(model)
    best = best_of_all(7, lambda x: breaches(core, x) <= TOLERANCE, lambda x: core_value(core, x))
    result = solve_mip(compact_mip(reduce_core(core) if reduced else core), gap=0.0)
    if best is None:
        assert result.status == "infeasible"
    else:
        assert result.objective == pytest.approx(best)


def test_rows_that_must_be_served_have_no_column(three):
    options, demand, coverage = three
    core = core_of(least_cost_model(options, demand, coverage, everybody=True))
    mip = compact_mip(core)
    assert len(mip.cost) == 3
    assert np.array_equal(mip.matrix.toarray(), sparse.csr_array(core.covers).toarray())
