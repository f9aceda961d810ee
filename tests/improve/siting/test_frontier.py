import numpy as np
import pytest

from linli.improve.siting import Effort, budget, covering_model, force_in, frontier, maximal_covering


@pytest.mark.parametrize("method", ["auto", "cuts"])
@pytest.mark.parametrize("seed", range(4))
def test_each_point_is_the_plan_for_its_budget(random_case, seed, method):
    case = random_case(seed + 1000)
    model = covering_model(case.options, case.demand, case.coverage, constraints=[budget(case.options, 0)])
    line = frontier(model, [9, 3, 20], effort=Effort(gap=0.0, method=method))
    for row, plan in zip(line.table.itertuples(), line.plans, strict=True):
        alone = maximal_covering(
            case.options, case.demand, case.coverage, constraints=[budget(case.options, row.limit)],
            effort=Effort(gap=0.0),
        )  # fmt: skip
        assert row.objective == plan.objective == alone.objective
        assert row.used <= row.limit
        assert row.used == case.options.loc[list(plan.chosen), "cost_yuan"].sum()
    assert line.table["limit"].tolist() == [3, 9, 20]
    assert line.table["objective"].is_monotonic_increasing
    assert line.table["bound"].is_monotonic_increasing
    assert (line.table["gap"] <= 1e-9).all()
    assert line.table["per_unit"].to_numpy() * [3, 6, 11] == pytest.approx(np.diff(line.table["objective"], prepend=0))


def test_the_question_stays_as_it_is(three):
    options, demand, coverage = three
    model = covering_model(options, demand, coverage, constraints=[budget(options, 7)])
    frontier(model, [30, 60])
    assert model.constraints[0].upper.tolist() == [7.0]


def test_a_row_that_does_not_exist_is_refused_by_name(three):
    options, demand, coverage = three
    model = covering_model(options, demand, coverage, constraints=[budget(options, 7)])
    with pytest.raises(KeyError, match="There are: budget"):
        frontier(model, [30], label="money")


def test_a_limit_that_cannot_be_kept_is_a_row_that_says_so(three):
    options, demand, coverage = three
    model = covering_model(options, demand, coverage, constraints=[budget(options, 0), force_in(options, ["a"])])
    line = frontier(model, [20, 30, 55], effort=Effort(gap=0.0))
    assert line.table["status"].tolist() == ["infeasible", "optimal", "optimal"]
    assert line.table["objective"].tolist()[1:] == [18.0, 29.0]
    assert line.table["bound"].tolist()[1:] == [18.0, 29.0]
    assert np.isnan(line.table["objective"][0])
    assert line.table["per_unit"].tolist()[2] == pytest.approx(11 / 25)
