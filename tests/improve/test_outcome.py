import numpy as np
import pytest

from linli.improve.outcome import WHY, coverage_change, reach_of, served_by, still_without
from linli.improve.question import make_question

COSTS = {"convert": {"any": 1000.0}, "build": {"any": 1000.0}, "reallocate": {"any": 100.0}}
A, B, C = (f"room:{name}:nursery" for name in "abc")


def outcome(made, chosen, **choices):
    options = made.find(**{"types": ("nursery",), **choices})
    question = make_question(options)
    return options, question, served_by(options, question, chosen)


def reasons(made, chosen, **choices):
    options, question, served = outcome(made, chosen, **choices)
    table = still_without(options, question, chosen, served)
    mine = table[table["item"] == "complete_community/nursery"]
    return {(row.community_id, row.reason, row.detail): (row.residents, row.buildings) for row in mine.itertuples()}


def test_the_nearest_serves(three):
    _, _, served = outcome(three, [A, B])
    assert served["building_id"].tolist() == [f"b{i}" for i in range(8)]
    assert served["option_id"].tolist() == [A, A, A, B, B, B, B, B]
    assert served["distance_m"].tolist() == [50.0, 50.0, 150.0, 150.0, 50.0, 50.0, 150.0, 250.0]
    assert served["residents"].sum() == served["old_young"].sum() == 40.0


def test_all_that_is_reached(three):
    _, question, served = outcome(three, [A, B])
    reach = reach_of(question, [A, B])
    assert len(reach) == 10
    assert set(reach["row"]) == set(served["row"])


def test_before_and_after(town, kit):
    made = town(rooms=[kit.room("b", 500.0)], facilities=[kit.facility("n", "nursery", 100.0)])
    options, question, served = outcome(made, ["room:b:nursery"])
    table = coverage_change(options, question, served)
    mine = table[table["item"] == "complete_community/nursery"].set_index(["community_id", "band"])
    assert mine.loc[("A", "need"), ["residents", "before", "after", "newly"]].tolist() == [25.0, 20.0, 25.0, 5.0]
    assert mine.loc[("B", "need"), ["residents", "before", "after", "newly"]].tolist() == [25.0, 0.0, 15.0, 15.0]
    assert mine.loc[("B", "all"), ["residents", "before", "after"]].tolist() == [500.0, 0.0, 300.0]
    assert mine.loc[("B", "80_plus"), "after"] == 30.0
    assert mine.loc[("B", "need"), ["share_before", "share_after"]].tolist() == [0.0, 0.6]


def test_the_plan_s_after_is_what_a_new_assessment_finds(demo):
    """Put the chosen options into the survey as facilities and assess again: the same residents are without."""
    import geopandas as gpd
    import pandas as pd

    from linli.assess import assess
    from linli.improve.choices import ImproveOptions
    from linli.improve.plan import make_plan
    from linli.survey import make_survey

    survey, assessment, catalogue = demo
    plan = make_plan(survey, assessment, catalogue, ImproveOptions(time_limit_s=None, areas_m2={"pharmacy": 80.0}))
    chosen = plan.chosen
    assert len(chosen) > 10
    places = {
        **{f"room:{row.room_id}": row.geometry for row in survey.layers["rooms"].itertuples()},
        **{f"plot:{row.plot_id}": row.geometry for row in survey.layers["plots"].itertuples()},
    }
    built = gpd.GeoDataFrame(
        {
            "facility_id": chosen["option_id"],
            "type": chosen["type"],
            "community_id": chosen["community_id"],
            "floor_area_m2": chosen["floor_area_m2"].where(chosen["floor_area_m2"] > 0),
            "site_area_m2": chosen["site_area_m2"].where(chosen["site_area_m2"] > 0),
            "status": "in_use",
        },
        geometry=[places[place] for place in chosen["place"]],
        crs="EPSG:4326",
    )
    old = survey.layers["facilities"]
    both = pd.concat([old, built.reindex(columns=old.columns).astype(old.dtypes.to_dict())], ignore_index=True)
    after = make_survey({**survey.layers, "facilities": gpd.GeoDataFrame(both, crs=old.crs)}, survey.manifest)
    again = assess(after, catalogue, assessment.meta.options)
    found = again.requirements.set_index(["item", "requirement", "community_id"])["residents_without"]
    need = plan.coverage[plan.coverage["band"] == "need"]
    for row in need.itertuples():
        expected = found[(row.item, row.requirement, row.community_id)]
        # several new shops together may serve some whom each alone does not
        slack = row.item == "complete_community/supermarket"
        assert (row.residents - row.after >= expected) if slack else (row.residents - row.after == expected), row
    assert need["newly"].sum() > 1000


def test_no_place_and_none_that_may_take_it(town, kit):
    made = town(rooms=[kit.room("a", 100.0), kit.room("small", 600.0, floor_area_m2=50.0)])
    assert reasons(made, ["room:a:nursery"]) == {
        ("A", "no_option", "no_lawful_place"): (5.0, 1),
        ("B", "no_option", "no_lawful_place"): (20.0, 4),
        ("B", "no_option", "no_place"): (5.0, 1),
    }


def test_money(three):
    found = reasons(three, [B], unit_costs=COSTS, budget=[{"yuan": 200_000.0}])
    assert found == {("A", "no_budget", "budget"): (10.0, 2), ("B", "no_budget", "budget"): (10.0, 2)}


@pytest.mark.parametrize(
    "limit",
    [
        {"max_projects": 1},
        {"max_area_m2": 399.0},
        {"max_projects_by_type": {"nursery": 1}},
        {"max_projects_by_community": {"any": 0, "A": 1}},
    ],
)
def test_limits(three, limit):
    assert reasons(three, [B], **limit) == {
        ("A", "no_budget", "limit"): (10.0, 2),
        ("B", "no_budget", "limit"): (10.0, 2),
    }


def test_ruled_out(three):
    assert reasons(three, [B], forbid=(A,), needs=((C, A),)) == {
        ("A", "ruled_out", "forbidden"): (10.0, 2),
        ("B", "ruled_out", "rests_on_other"): (10.0, 2),
    }


def test_taken_by_another_use(town, kit):
    made = town(rooms=[kit.room("r", 500.0)])
    found = reasons(made, ["room:r:health_station"], types=("nursery", "health_station"))
    assert found[("B", "place_taken", "place_taken")] == (15.0, 3)


def test_not_worth_it(three):
    assert reasons(three, [A, C]) == {
        ("A", "not_worth_it", "not_chosen"): (5.0, 1),
        ("B", "not_worth_it", "not_chosen"): (5.0, 1),
    }
    assert reasons(three, [B], min_newly=25.0) == {
        ("A", "not_worth_it", "too_few"): (10.0, 2),
        ("B", "not_worth_it", "too_few"): (10.0, 2),
    }


def test_cost_unset(town, kit):
    made = town(rooms=[kit.room("r", 300.0)], plots=[kit.plot("p", 800.0)])
    found = reasons(made, ["room:r:nursery"], unit_costs={"convert": {"any": 1.0}}, budget=[{"yuan": 1e6}])
    assert found[("B", "no_budget", "cost_unset")] == (20.0, 4)


def test_the_balance(town, kit):
    rooms = [kit.room(name, x, rent_yuan_m2_month=0.0) for name, x in (("a", 100.0), ("b", 500.0), ("c", 900.0))]
    money = {"yearly_cost": {"any": 10.0}, "yearly_income": {"any": 0.0}, "operating_balance_yuan": -2000.0}
    found = reasons(town(rooms=rooms), [B], **money)
    assert found[("A", "no_budget", "balance")] == (10.0, 2)


def test_the_easiest_obstacle_is_told(three):
    # buildings 2 and 3 are reached by a (forbidden) and b (no money)
    found = reasons(three, [], unit_costs=COSTS, budget=[{"yuan": 1.0}], forbid=(A,))
    assert found[("A", "no_budget", "budget")] == (15.0, 3)
    assert found[("A", "ruled_out", "forbidden")] == (10.0, 2)


def test_every_reason_has_words():
    for words in WHY.values():
        assert set(words) == {"zh", "en"}


def test_nobody_is_lost(three):
    options, question, served = outcome(three, [B])
    change = coverage_change(options, question, served)
    without = still_without(options, question, [B], served)
    need = change[change["band"] == "need"]
    assert np.isclose(need["residents"].sum() - need["after"].sum(), without["residents"].sum())
