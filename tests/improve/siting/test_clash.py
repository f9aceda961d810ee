import numpy as np
import pytest

from linli.improve.siting import (
    Effort,
    at_most,
    budget,
    covering_model,
    explain_clash,
    floor,
    force_in,
    force_out,
    maximal_covering,
    one_use,
    solve_model,
)
from linli.improve.siting.least_cost import least_cost_model


def test_a_budget_and_what_is_forced_in_clash_and_say_by_how_much(three):
    options, demand, coverage = three
    rules = [budget(options, 40), force_in(options, ["a", "c"]), at_most(options, 3)]
    plan = maximal_covering(options, demand, coverage, constraints=rules)
    assert plan.status == "infeasible"
    assert plan.chosen == ()
    assert {clash.label for clash in plan.clash} == {"budget", "force_in a", "force_in c"}
    assert sum(clash.relax_by > 0 for clash in plan.clash) == 1
    assert {clash.label: clash.relax_by for clash in plan.clash}["budget"] == pytest.approx(15.0)


def test_forced_in_and_out_clash_alone(three):
    options, demand, coverage = three
    rules = [force_in(options, ["a"]), force_out(options, ["a"]), budget(options, 500)]
    plan = maximal_covering(options, demand, coverage, constraints=rules)
    assert {clash.label for clash in plan.clash} == {"force_in a", "force_out a"}


def test_a_floor_out_of_reach_clashes_with_nothing_but_itself(three):
    options, demand, coverage = three
    far = demand.copy()
    far.loc[1, "community_id"] = "C9"
    two = options.drop("a")
    plan = maximal_covering(two, far, coverage, floors=[floor(far, 0.1)], constraints=[budget(two, 999)])
    assert [(clash.kind, clash.label, clash.relax_by) for clash in plan.clash] == [
        ("floor", "floor C9", pytest.approx(1.0))
    ]


def test_a_building_that_nothing_reaches_is_named(three):
    options, demand, coverage = three
    model = least_cost_model(options.drop("c"), demand, coverage, everybody=True)
    assert [clash.label for clash in explain_clash(model)] == ["must_serve 4"]


def test_no_clash_is_no_clash(three):
    options, demand, coverage = three
    assert explain_clash(covering_model(options, demand, coverage, constraints=[budget(options, 50)])) == ()


@pytest.mark.parametrize("large", [0, 20_000], ids=["relaxed_first", "whole"])
@pytest.mark.parametrize("seed", range(12))
def test_the_clash_is_a_clash_and_none_of_it_could_be_left_out(random_case, best_of_all, monkeypatch, seed, large):
    monkeypatch.setattr("linli.improve.siting.clash.LARGE", large)
    case = random_case(seed + 900, options=6)
    rules = [
        budget(case.options, 8),
        one_use(case.options),
        at_most(case.options, 2),
        force_in(case.options, ["o1", "o4"]),
    ]
    levels = [floor(case.demand, 0.6)]
    model = covering_model(case.options, case.demand, case.coverage, constraints=rules, floors=levels)
    plan = solve_model(model, Effort(gap=0.0))
    if plan.status != "infeasible":
        pytest.skip("this case has no clash")
    people, codes = levels[0].amount, levels[0].codes
    checks = {}
    for rule in rules:
        for number, label in enumerate(rule.labels):
            row, low, high = rule.matrix.toarray()[number], rule.lower[number], rule.upper[number]
            checks[label] = lambda x, row=row, low=low, high=high: low <= row @ x <= high
    for number, label in enumerate(levels[0].labels):
        checks[label] = lambda x, number=number: (
            people[case.matrix[:6][x > 0].any(axis=0) & (codes == number)].sum() >= levels[0].lower[number] - 1e-9
        )
    names = [clash.label for clash in plan.clash]
    assert names

    def possible(labels):
        return best_of_all(6, lambda x: all(checks[label](x) for label in labels), np.sum) is not None

    assert not possible(names)
    # Of a relaxed clash, a part may clash in whole numbers already.
    assert large == 0 or all(possible([other for other in names if other != name]) for name in names)
