import pytest

from linli.errors import InputError
from linli.improve.alternatives import USUAL, compare_alternatives, usual_alternatives
from linli.improve.choices import Alternative, ProposalOptions
from linli.improve.plan import plan_options

COSTS = {"convert": {"any": 1000.0}, "build": {"any": 2000.0}, "reallocate": {"any": 500.0}}
A, B, C = (f"room:{name}:nursery" for name in "abc")


@pytest.fixture(scope="module")
def mixed(town, kit):
    """Three rooms to convert and a plot that serves as many as the middle room."""
    rooms = [kit.room("a", 100.0), kit.room("b", 500.0, community_id="A"), kit.room("c", 900.0)]
    return town(rooms=rooms, plots=[kit.plot("p", 500.0)])


def compare(made, options, **choices):
    plan = plan_options(options, made.assessment)
    return compare_alternatives(
        options, plan, made.survey, made.assessment, made.catalogue, ProposalOptions(time_limit_s=None, **choices)
    ).set_index("name")


def names(options):
    return [one.name for one in usual_alternatives(options)]


def test_the_usual_set_leaves_out_what_changes_nothing(mixed, three):
    assert names(mixed.find(types=("nursery",), unit_costs=COSTS, budget=[{"yuan": 1e6}])) == [
        "no_building", "old_young_first", "priority_first", "half_money",
    ]  # fmt: skip
    # nothing to build, no money to halve
    assert names(three.find(types=("nursery",))) == ["old_young_first", "priority_first"]
    assert "no_building" not in names(mixed.find(types=("nursery",), levers=("convert",)))
    assert [one.name for one in USUAL] == [
        "no_building", "reallocate_only", "old_young_first", "priority_first", "half_money",
    ]  # fmt: skip


def test_the_plan_first_then_in_the_order_declared_each_solved(mixed):
    options = mixed.find(types=("nursery",), unit_costs=COSTS, budget=[{"yuan": 400_000}])
    asked = [
        Alternative(name="half", zh="资金减半", en="half", budget_share=0.5),
        Alternative(name="one", zh="只做一个", en="one", change={"max_projects": 1}),
        Alternative(name="build", zh="只建", en="only build", change={"levers": ["build"]}),
        Alternative(name="same", zh="不变", en="the same"),
    ]
    found = compare(mixed, options, alternatives=asked)
    assert found.index.tolist() == ["as_chosen", "half", "one", "build", "same"]
    assert found["objective"].to_dict() == {"as_chosen": 40.0, "half": 30.0, "one": 30.0, "build": 30.0, "same": 40.0}
    assert found["projects"].to_dict() == {"as_chosen": 2, "half": 1, "one": 1, "build": 1, "same": 2}
    assert set(found["status"]) == {"optimal"}
    assert (found["bound"] >= found["objective"] - 1e-9).all()
    assert found.loc["as_chosen", "share_before"] == 0.0
    assert found.loc["as_chosen", "share_after"] == pytest.approx(40 / 50)
    assert found.loc["half", "zh"] == "资金减半"
    assert (found["residents"] == found["objective"]).all()


def test_a_usual_alternative_is_the_plan_that_would_have_been_made(mixed):
    options = mixed.find(types=("nursery",), unit_costs=COSTS, budget=[{"yuan": 500_000}])
    found = compare(mixed, options)
    own = mixed.find(types=("nursery",), unit_costs=COSTS, budget=[{"yuan": 500_000}], levers=("reallocate", "convert"))
    alone = plan_options(own, mixed.assessment)
    assert found.loc["no_building", "objective"] == alone.meta.objective
    assert found.loc["no_building", "cost_yuan"] == alone.chosen["cost_yuan"].sum()


def test_what_decides_on_options_is_found_anew(mixed):
    options = mixed.find(types=("nursery",), unit_costs=COSTS, budget=[{"yuan": 400_000}])
    cheap = Alternative(name="cheap", zh="便宜", en="cheap", change={"unit_costs": {"convert": {"any": 500.0}}})
    found = compare(mixed, options, alternatives=[cheap])
    assert found.loc["cheap", "objective"] == 50.0
    wider = mixed.find(types=("nursery",), levers=("convert",))
    built = Alternative(name="built", zh="也建", en="built too", change={"levers": ["build"]})
    assert compare(mixed, wider, alternatives=[built]).loc["built", "objective"] == 30.0


def test_one_that_cannot_be_kept_is_infeasible(mixed):
    options = mixed.find(types=("nursery",), unit_costs=COSTS, force_in=(A,))
    none = Alternative(name="none", zh="不做", en="none", change={"max_projects": 0})
    found = compare(mixed, options, alternatives=[none])
    assert found.loc["none", "status"] == "infeasible"
    assert found.loc["none", "projects"] == 0
    assert found["objective"].isna()["none"]


def test_a_change_that_contradicts_the_plan_is_named(mixed):
    options = mixed.find(types=("nursery",), force_in=(A,))
    wrong = Alternative(name="wrong", zh="错", en="wrong", change={"forbid": [A]})
    with pytest.raises(InputError, match="force_in"):
        compare(mixed, options, alternatives=[wrong])


def test_without_costs_there_is_no_cost(three):
    assert compare(three, three.find(types=("nursery",)))["cost_yuan"].isna().all()
