import json

import pandas as pd
import pytest

from linli.improve.siting import Effort, coverage_from_pairs, floor, minimum_cost, set_covering


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("cost", ["cost_yuan", None])
def test_serving_everybody_costs_the_least_of_all(random_case, best_of_all, seed, cost):
    case = random_case(seed + 400, density=0.6)
    plan = set_covering(case.options, case.demand, case.coverage, cost=cost, existing=case.existing)
    price = case.options["cost_yuan"].to_numpy() if cost else pd.Series(1.0, case.options.index).to_numpy()
    best = best_of_all(7, lambda x: (case.matrix[:7][x > 0].any(axis=0) | case.matrix[7]).all(), lambda x: -price @ x)
    if best is None:
        assert plan.status == "infeasible"
        assert {clash.kind for clash in plan.clash} == {"must_serve"}
    else:
        assert (plan.status, plan.objective, plan.bound) == ("optimal", -best, -best)
        assert plan.sense == "minimise"


@pytest.mark.parametrize("seed", range(8))
def test_lifting_every_community_costs_the_least_of_all(random_case, best_of_all, seed):
    case = random_case(seed + 500, density=0.5)
    plan = minimum_cost(
        case.options, case.demand, case.coverage, [floor(case.demand, 0.7, amount="residents")], existing=case.existing
    )
    people, where = case.demand["residents"].to_numpy(), case.demand["community_id"].to_numpy()

    def lawful(x):
        reached = case.matrix[:7][x > 0].any(axis=0) | case.matrix[7]
        return all(people[reached & (where == c)].sum() >= 0.7 * people[where == c].sum() - 1e-9 for c in set(where))

    best = best_of_all(7, lawful, lambda x: -case.options["cost_yuan"].to_numpy() @ x)
    assert plan.status == ("infeasible" if best is None else "optimal")
    if best is not None:
        assert plan.objective == -best


def test_a_share_of_everybody_does_not_fail_by_rounding():
    options = pd.DataFrame({"cost_yuan": [1.0]}, index=["a"])
    demand = pd.DataFrame({"weight": [0.1] * 30, "community_id": "C1"})
    coverage = coverage_from_pairs(
        pd.DataFrame({"option": "a", "demand": range(30)}), options.index, demand.index, distance=None
    )
    assert minimum_cost(options, demand, coverage, [floor(demand, 1.0)]).status == "optimal"


@pytest.mark.parametrize("name", [f"scp4{number}" for number in range(1, 10)] + ["scp410"])
def test_the_known_set_covers_are_found(orlib, name):
    numbers = [int(word) for word in (orlib / "scp" / f"{name}.txt").read_text().split()]
    rows, columns = numbers[:2]
    options = pd.DataFrame({"cost_yuan": numbers[2 : 2 + columns]}, dtype=float)
    pairs, at = [], 2 + columns
    for row in range(rows):
        pairs += [(number - 1, row) for number in numbers[at + 1 : at + 1 + numbers[at]]]
        at += 1 + numbers[at]
    demand = pd.DataFrame(index=range(rows))
    coverage = coverage_from_pairs(
        pd.DataFrame(pairs, columns=["option", "demand"]), options.index, demand.index, distance=None
    )
    plan = set_covering(options, demand, coverage, effort=Effort(gap=0.0))
    known = json.loads((orlib / "known_values.json").read_text())["scp"][name]
    assert (plan.status, plan.objective, plan.bound) == ("optimal", known, pytest.approx(known))
