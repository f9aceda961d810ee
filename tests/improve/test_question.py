import numpy as np
import pytest

from linli.errors import InputError, UnsetValueError
from linli.improve.question import effort_of, make_question, maximise, minimise, require_options
from linli.rules import load_catalogue
from linli.survey.demo import PACK

COSTS = {"convert": {"any": 1000.0}, "reallocate": {"any": 100.0}, "build": {"any": 4000.0}}


def rows(question, kind):
    found = {}
    for one in question.constraints:
        if one.kind == kind:
            for i, label in enumerate(one.labels):
                found[label] = (one.matrix[[i]].toarray().ravel().tolist(), one.lower[i], one.upper[i])
    return found


def ask(made, priority=None, **choices):
    return make_question(made.find(**choices), priority)


def test_demand_rows(three):
    question = ask(three, types=("nursery",))
    assert len(question.demand) == 10
    assert question.demand["residents"].tolist() == [5.0] * 10
    assert question.demand["community_id"].tolist() == ["A"] * 5 + ["B"] * 5
    assert question.coverage.matrix.toarray().sum(axis=0).tolist() == [4, 6, 4]


def test_weights_multiply(three):
    question = ask(three, types=("nursery",), old_young_weight=2.0, community_weights={"B": 3.0})
    assert question.demand["weight"].tolist() == [10.0] * 5 + [30.0] * 5


def test_priority_communities(three):
    priority = three.assessment.priority.assign(score=[50.0, 100.0])
    order = priority.set_index("community_id")["score"]
    question = ask(three, priority, types=("nursery",), priority_weight=1.0)
    expected = [5.0 * (1 + order[name] / 100.0) for name in question.demand["community_id"]]
    assert question.demand["weight"].tolist() == expected


def test_a_room_is_divided_as_far_as_it_goes(town, kit):
    made = town(rooms=[kit.room("r", 500.0, floor_area_m2=330.0)])
    question = ask(made, types=("nursery", "health_station", "parcel_station"))
    assert question.options["type"].tolist() == ["health_station", "nursery", "parcel_station"]
    assert rows(question, "shared_area") == {"floor room:r": ([120.0, 200.0, 15.0], -np.inf, 330.0)}


def test_undivided_rooms_take_one_use(town, kit):
    made = town(rooms=[kit.room("r", 500.0, floor_area_m2=330.0)])
    question = ask(made, types=("nursery", "health_station"), divide_rooms=False)
    assert rows(question, "shared_area") == {"floor room:r": ([330.0, 330.0], -np.inf, 330.0)}


def test_a_plot_gives_floor_and_land(town, kit):
    made = town(plots=[kit.plot("p", 500.0, site_area_m2=600.0, buildable_floor_area_m2=300.0)])
    question = ask(made, types=("nursery", "pocket_park"), areas_m2={"pocket_park": 300.0})
    assert rows(question, "shared_area") == {
        "floor plot:p": ([200.0], -np.inf, 300.0),
        "land plot:p": ([400.0, 300.0], -np.inf, 600.0),
    } or rows(question, "shared_area") == {
        "floor plot:p": ([200.0, 0.0], -np.inf, 300.0),
        "land plot:p": ([400.0, 300.0], -np.inf, 600.0),
    }


def test_money_of_the_city_and_of_districts(three):
    lines = [{"yuan": 100.0, "year": 2026}, {"yuan": 50.0, "year": 2027}, {"yuan": 30.0, "district": "East"}]
    question = ask(three, types=("nursery",), unit_costs=COSTS, budget=lines)
    costs = [200_000.0] * 3
    assert rows(question, "budget") == {
        "budget": (costs, -np.inf, 180.0),
        "budget East": ([200_000.0, 200_000.0, 0.0], -np.inf, 180.0),
        "budget West": ([0.0, 0.0, 200_000.0], -np.inf, 150.0),
    }


def test_counts_and_area(three):
    limits = {"max_projects": 2, "max_projects_by_district": {"East": 1}, "max_projects_by_type": {"nursery": 3}}
    question = ask(three, types=("nursery",), max_area_m2=450.0, **limits)
    assert rows(question, "at_most") == {
        "projects": ([1.0] * 3, -np.inf, 2.0),
        "projects East": ([1.0, 1.0, 0.0], -np.inf, 1.0),
        "projects nursery": ([1.0] * 3, -np.inf, 3.0),
    }
    assert rows(question, "area") == {"area": ([200.0] * 3, -np.inf, 450.0)}


def test_counts_by_community_name_some_and_hold_for_all_others(three):
    own = {str(name) for name in ask(three, types=("nursery",)).options["community_id"]}
    named = sorted(own)[0]
    question = ask(three, types=("nursery",), max_projects_by_community={"any": 1, named: 2})
    limits = {name: upper for name, (_, _, upper) in rows(question, "at_most").items()}
    assert limits == {f"projects {name}": 2.0 if name == named else 1.0 for name in own}
    assert rows(ask(three, types=("nursery",), max_projects_by_community={named: 2}), "at_most").keys() == {
        f"projects {named}"
    }


def test_fixed_and_resting_on_each_other(three):
    a, b, c = (f"room:{name}:nursery" for name in "abc")
    question = ask(three, types=("nursery",), force_in=(a,), forbid=(b, "room:zzz:nursery"), needs=((c, a),))
    assert rows(question, "force_in") == {f"force_in {a}": ([1.0, 0.0, 0.0], 1.0, 1.0)}
    assert rows(question, "force_out") == {f"force_out {b}": ([0.0, 1.0, 0.0], 0.0, 0.0)}
    assert rows(question, "precedence") == {f"precedence {c} needs {a}": ([-1.0, 0.0, 1.0], -np.inf, 0.0)}


def test_what_is_forced_must_be_an_option_and_if_not_why(town, kit):
    made = town(rooms=[kit.room("r", 500.0, floor_area_m2=100.0)])
    with pytest.raises(InputError, match="too small") as caught:
        ask(made, force_in=("room:r:nursery", "room:x:nursery"), types=("nursery", "parcel_station"))
    assert len(caught.value.problems) == 2


def test_the_operating_balance(town, kit):
    made = town(rooms=[kit.room("r", 500.0, rent_yuan_m2_month=1.0)])
    money = {"yearly_cost": {"any": 10.0}, "yearly_income": {"any": 7.0}}
    question = ask(made, types=("nursery",), operating_balance_yuan=-700.0, **money)
    expected = {"operating_balance": ([200 * (7.0 - 10.0 - 12.0)], -700.0, np.inf)}
    assert rows(question, "operating_balance") == expected


def test_the_operating_balance_by_templates(town, kit):
    """A shop that is let carries a service that costs: 以商养服."""
    made = town(rooms=[kit.room("r", 500.0, rent_yuan_m2_month=0.0)], catalogue=load_catalogue([PACK]))
    question = ask(made, types=("laundry", "health_station"), operating_balance_yuan=0.0)
    table = question.options
    ((coefficients, lower, _),) = rows(question, "operating_balance").values()
    assert coefficients == pytest.approx((table["yearly_income_yuan"] - table["yearly_cost_yuan"]).tolist())
    assert lower == 0.0
    assert (table["yearly_income_yuan"] - table["yearly_cost_yuan"])["room:r:laundry"] > 0


def test_an_id_that_is_no_option_is_told_why_and_what_there_is(town, kit):
    made = town(rooms=[kit.room("r", 500.0, floor_area_m2=100.0)])
    with pytest.raises(InputError, match="room:r:parcel_station") as caught:
        require_options(made.find(types=("nursery", "parcel_station")), ["room:r:nursery"], "force_in")
    assert "too small" in str(caught.value)


def test_the_operating_balance_needs_figures(three):
    with pytest.raises(UnsetValueError, match="yearly_cost"):
        ask(three, types=("nursery",), operating_balance_yuan=0.0)


def test_floors_count_what_is_there_and_what_nothing_reaches(town, kit):
    made = town(rooms=[kit.room("a", 100.0), kit.room("c", 900.0)], facilities=[kit.facility("n", "nursery", 500.0)])

    def floors(**choices):
        return ask(made, types=("nursery",), **choices).floors

    # each community: 25 children, 15 served, 22.5 wanted; a and c reach the other 10
    assert floors(floor_share=0.9)[0].lower.tolist() == [7.5, 7.5]
    assert floors(floor_share=1.0, floor_scope="attainable")[0].lower.tolist() == [10.0, 10.0]
    assert floors(floor_share={"B": 0.8})[0].labels == ("floor B",)
    assert floors(floor_share=0.6) == ()
    assert floors() == ()


def test_a_budget_without_any_cost_says_how_to_fill_it(three):
    with pytest.raises(UnsetValueError, match="siting_needs/unit_cost"):
        ask(three, types=("nursery",), budget=[{"yuan": 1e6}])


def test_senses(three):
    question = ask(three, types=("nursery",))
    assert maximise(question).sense == "maximise"
    assert minimise(question).cost.tolist() == [200.0] * 3  # m², for want of unit costs
    priced = ask(three, types=("nursery",), unit_costs=COSTS)
    assert minimise(priced).cost.tolist() == [200_000.0] * 3


def test_effort(three):
    choices = three.find().choices.model_copy(update={"gap": 0.5, "time_limit_s": 7.0, "seed": 3})
    effort = effort_of(choices)
    assert (effort.gap, effort.time_limit_s, effort.seed) == (0.5, 7.0, 3)
