from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from linli.errors import InputError
from linli.improve.choices import ImproveOptions
from linli.improve.plan import cheapest_plan, make_plan, plan_from_siting, plan_options
from linli.improve.question import make_question
from linli.improve.siting import SolverError

COSTS = {"convert": {"any": 1000.0}, "build": {"any": 1500.0}, "reallocate": {"any": 300.0}}
A, B, C = (f"room:{name}:nursery" for name in "abc")


def plan(made, **choices):
    return plan_options(made.find(**{"types": ("nursery",), **choices}), made.assessment)


def ids(found):
    return found.chosen["option_id"].tolist()


def test_one_of_three(three):
    found = plan(three, max_projects=1)
    assert ids(found) == [B]
    assert (found.meta.status, found.meta.objective, found.meta.bound, found.meta.gap) == ("optimal", 30.0, 30.0, 0.0)
    assert found.chosen[["served", "served_old_young"]].to_numpy().tolist() == [[30.0, 30.0]]


def test_all_that_is_worth_it(three):
    found = plan(three)
    assert ids(found) == [A, B, C]
    assert found.meta.objective == 50.0
    assert {"no_unit_costs", "no_limit", "left_out"} <= {note["code"] for note in found.meta.notes}
    assert not found.meta.costed


def test_money_weights_and_what_is_fixed(three):
    two = [{"yuan": 400_000.0}]
    assert plan(three, unit_costs=COSTS, budget=two).meta.objective == 40.0
    assert ids(plan(three, unit_costs=COSTS, budget=two, forbid=(B,))) == [A, C]
    assert B in ids(plan(three, unit_costs=COSTS, budget=two, force_in=(B,)))
    assert ids(plan(three, max_projects=1, community_weights={"B": 10.0})) == [C]
    east = [{"yuan": 400_000.0, "district": "East"}]
    assert ids(plan(three, unit_costs=COSTS, budget=east)) == [A, B]


def test_every_community_gets_its_share(three):
    # two without a floor: any two give 40; with one, A needs a and B needs c
    found = plan(three, max_projects=2, floor_share=0.8)
    assert ids(found) == [A, C]
    assert plan(three, max_projects=1, floor_share=0.8).meta.status == "infeasible"


def test_an_infeasible_plan_names_what_clashes(three):
    found = plan(three, force_in=(A, B), max_projects=1)
    assert found.meta.status == "infeasible"
    assert {one["kind"] for one in found.meta.clash} == {"force_in", "at_most"}
    assert (found.meta.objective, found.meta.gap) == (None, None)
    assert found.chosen.empty
    assert found.served.empty


def test_what_adds_nobody_is_left_out_unless_it_is_decided(town, kit):
    rooms = [kit.room("a", 480.0), kit.room("b", 500.0), kit.room("c", 500.0)]
    made = town(rooms=rooms)
    found = plan(made)
    assert len(ids(found)) == 1
    assert len(ids(plan(made, force_in=("room:a:nursery", "room:c:nursery")))) == 2


def test_the_cheapest_way_to_a_level(three):
    options = three.find(types=("nursery",), unit_costs=COSTS, floor_share={"A": 1.0})
    found = cheapest_plan(options, three.assessment)
    assert (found.meta.sense, found.meta.objective, ids(found)) == ("minimise", 400_000.0, [A, B])
    with pytest.raises(InputError, match="floor_share"):
        cheapest_plan(three.find(), three.assessment)


def lawful(question, x):
    for one in question.constraints:
        value = one.matrix @ x
        if (value > one.upper + 1e-9).any() or (value < one.lower - 1e-9).any():
            return False
    return True


@pytest.mark.parametrize("seed", range(6))
def test_brute_force_finds_nothing_better(town, kit, seed):
    rng = np.random.default_rng(seed)
    rooms = [
        kit.room(f"r{i}", float(x), floor_area_m2=float(area), community_id=None)
        for i, (x, area) in enumerate(zip(rng.uniform(0, 1000, 4).round(), rng.choice([130, 210, 340], 4), strict=True))
    ]
    made = town(
        rooms=rooms,
        plots=[kit.plot("p", float(rng.uniform(0, 1000)), site_area_m2=900.0, buildable_floor_area_m2=330.0)],
        facilities=[kit.facility("n", "nursery", float(rng.uniform(0, 1000)))],
        buildings=[(i, {"residents_0_2": float(rng.integers(0, 30))}) for i in range(10)],
    )
    found = plan(
        made,
        types=("nursery", "health_station", "pocket_park"),
        areas_m2={"pocket_park": 500.0},
        unit_costs=COSTS,
        budget=[{"yuan": float(rng.choice([2e5, 4e5, 7e5]))}],
        old_young_weight=float(rng.choice([1.0, 3.0])),
        gap=0.0,
    )
    options = made.find(**found.meta.choices.model_dump(exclude={"time_limit_s"}))
    question = make_question(options)
    covers, weight = question.coverage.matrix.toarray(), question.demand["weight"].to_numpy()
    n = len(question.options)
    assert 3 <= n <= 12
    best = max(
        weight[(covers @ x) > 0].sum()
        for x in map(np.array, product((0, 1), repeat=n))
        if lawful(question, x.astype(float))
    )
    assert found.meta.objective == pytest.approx(best)
    assert found.meta.status == "optimal"
    x = question.options.index.isin(ids(found)).astype(float)
    assert lawful(question, x)


def test_an_answer_that_does_not_stand_up_is_refused(three):
    from linli.improve.question import maximise
    from linli.improve.siting import solve_model

    options = three.find(types=("nursery",))
    question = make_question(options)
    siting = replace(solve_model(maximise(question)), objective=51.0)
    with pytest.raises(SolverError, match="raw residents"):
        plan_from_siting(options, question, siting, three.assessment)


def test_limits_say_what_was_used(three):
    table = plan(three, unit_costs=COSTS, budget=[{"yuan": 500_000.0}]).limits.set_index("label")
    assert table.loc["budget", ["used", "upper", "slack"]].tolist() == [400_000.0, 500_000.0, 100_000.0]


def test_a_town_where_nothing_can_be_done(town):
    found = plan_options(town().find(), town().assessment)
    assert found.chosen.empty
    assert found.meta.objective == 0.0
    assert set(found.without["reason"]) == {"no_option"}


def test_the_same_twice(demo):
    survey, assessment, catalogue = demo
    choices = ImproveOptions(max_projects=8, time_limit_s=None, old_young_weight=2.0)
    one, other = (make_plan(survey, assessment, catalogue, choices) for _ in range(2))
    for name in one.tables:
        assert one.tables[name].equals(other.tables[name]), name


def test_with_a_time_limit_in_a_process_of_its_own(three):
    options = three.find(types=("nursery",), max_projects=1)
    limited = replace(options, choices=options.choices.model_copy(update={"time_limit_s": 60.0}))
    assert ids(plan_options(limited, three.assessment)) == [B]


def test_progress_is_told(three):
    told = []
    choices = ImproveOptions(types=("nursery",), time_limit_s=None)
    make_plan(three.survey, three.assessment, three.catalogue, choices, lambda text, done: told.append((text, done)))
    assert told[-1] == ("done", 1.0)


def test_without_ages_nothing_is_said_of_old_and_young(town, kit):
    unknown = {f"residents_{band}": None for band in kit.AGES}
    rooms = [kit.room("a", 100.0), kit.room("c", 900.0)]
    made = town(buildings=[(i, unknown) for i in range(10)], rooms=rooms)
    found = plan(made)
    assert len(found.chosen)
    assert (found.chosen["served"] > 0).all()
    for column in (found.chosen["served_old_young"], found.chosen["newly_old_young"], found.served["old_young"]):
        assert column.isna().all()
    assert found.without["residents"].notna().all()
    assert found.without["old_young"].isna().all()
