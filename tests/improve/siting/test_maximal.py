import pandas as pd
import pytest

from linli.errors import InputError
from linli.improve.siting import Effort, at_most, budget, floor, force_in, maximal_covering


@pytest.mark.parametrize("seed", range(10))
def test_the_plan_is_the_best_of_all_counted_on_the_raw_tables(random_case, best_of_all, seed):
    case = random_case(seed + 300)
    plan = maximal_covering(
        case.options, case.demand, case.coverage, existing=case.existing, effort=Effort(gap=0.0),
        constraints=[budget(case.options, 13), at_most(case.options, 3)], floors=[floor(case.demand, {"C1": 0.2})],
    )  # fmt: skip
    weight, served = case.demand["weight"].to_numpy(), case.matrix[7]
    here = (case.demand["community_id"] == "C1").to_numpy()

    def reached(x):
        return case.matrix[:7][x > 0].any(axis=0) | served

    def lawful(x):
        return (
            case.options["cost_yuan"].to_numpy() @ x <= 13
            and x.sum() <= 3
            and weight[reached(x) & here].sum() >= 0.2 * weight[here].sum() - 1e-9
        )

    best = best_of_all(7, lawful, lambda x: weight[reached(x) & ~served].sum())
    assert (plan.status, plan.objective) == ("optimal", best) if best is not None else plan.status == "infeasible"


def test_rows_in_another_order_give_the_same_plan(random_case):
    case = random_case(31)
    plan = maximal_covering(case.options, case.demand, case.coverage, constraints=[budget(case.options, 13)])
    options, demand = case.options.sample(frac=1, random_state=2), case.demand.sample(frac=1, random_state=3)
    other = maximal_covering(
        options, demand, case.coverage, constraints=[budget(case.options, 13)], floors=[floor(case.demand, 0.0)]
    )
    assert other.objective == plan.objective
    assert other.served.index.equals(demand.index)


def test_the_record_says_who_is_served_by_what(three):
    options, demand, coverage = three
    options = options.drop("c")
    plan = maximal_covering(
        options, demand, coverage, existing=["c"], constraints=[force_in(options, ["b"])], catalogue="abc123"
    )
    assert plan.chosen == ("a", "b")
    assert plan.objective == 18.0  # 7 and 4 are served already
    assert plan.served["option"].tolist() == ["a", "b", "c", "c"]  # 2 is nearer to b, 3 nearer to c
    assert plan.served["existing"].tolist() == [False, False, True, True]
    assert plan.served["n_options"].tolist() == [1, 2, 2, 1]
    assert plan.served["distance_m"].tolist() == [100.0, 0.0, 120.0, 80.0]
    assert (plan.seed, plan.catalogue, plan.gap) == (0, "abc123", 0.0)
    assert plan.solver.startswith("HiGHS")


def test_whoever_is_not_served_has_no_option(three):
    options, demand, coverage = three
    plan = maximal_covering(options, demand, coverage, constraints=[at_most(options, 1)])
    assert plan.chosen == ("a",)
    assert plan.served["option"].isna().tolist() == [False, False, True, True]


def test_inputs_stay_as_they_are(three):
    options, demand, coverage = three
    copies = options.copy(deep=True), demand.copy(deep=True), coverage.matrix.copy()
    maximal_covering(options, demand, coverage, constraints=[budget(options, 50)])
    pd.testing.assert_frame_equal(options, copies[0])
    pd.testing.assert_frame_equal(demand, copies[1])
    assert (coverage.matrix != copies[2]).nnz == 0


def test_a_facility_cannot_both_exist_and_be_an_option(three):
    options, demand, coverage = three
    with pytest.raises(InputError, match="«a»"):
        maximal_covering(options, demand, coverage, existing=["a"])


def test_a_missing_weight_is_refused(three):
    options, demand, coverage = three
    with pytest.raises(InputError, match="`weight` of 2"):
        maximal_covering(options, demand.assign(weight=[1.0, None, 1.0, 1.0]), coverage)


def test_no_options_and_no_demand_are_no_error(three):
    options, demand, coverage = three
    assert maximal_covering(options.iloc[:0], demand, coverage).chosen == ()
    assert maximal_covering(options, demand.iloc[:0], coverage).objective == 0.0


@pytest.mark.slow
@pytest.mark.parametrize(("sphere_m", "value"), [(6_378_100.0, 1_153_640), (6_371_000.0, 1_155_486)])
def test_new_york_is_solved_and_a_smaller_sphere_seems_to_beat_the_best_known(orlib, sphere_m, value):
    """The instance's authors measure on a sphere of 6,378,100 m; another sphere is another problem."""
    from linli.improve.siting import coverage_from_pairs, great_circle_pairs

    lines = (orlib / "mclp" / "ails_NewYork.txt").read_text().splitlines()
    count = int(lines[3].split(":")[1])
    places = pd.DataFrame([line.split() for line in lines[5 : 5 + count]], columns=["lat", "lon"]).astype(float)
    places["weight"] = [float(line) for line in lines[6 + count : 6 + 2 * count]]
    pairs = great_circle_pairs(places, places, 400.0, sphere_m=sphere_m)
    coverage = coverage_from_pairs(pairs, places.index, places.index)
    plan = maximal_covering(places, places, coverage, constraints=[at_most(places, 50)], effort=Effort(method="search"))
    assert plan.objective <= value
    assert plan.objective >= 0.98 * value
    assert plan.status == "feasible"
