"""What a plan's projects came to, one state at a time, and the forecast."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from linli.errors import InputError
from linli.feedback.projects import PROJECTS, STATES, chosen_of
from linli.feedback.words import say


def chosen(*rows):
    columns = ["option_id", "place_kind", "place_id", "type", "floor_area_m2", "newly", "cost_yuan"]
    table = [(f"{kind}:{place}:{type_}", kind, place, type_, 100.0, 30.0, 5e5) for kind, place, type_ in rows]
    return pd.DataFrame(table, columns=columns)


BEFORE_ROOM = {"id_": "R1", "x": 100.0, "area": 120.0}


@pytest.mark.parametrize(
    ("project", "rooms", "facility", "state"),
    [
        (("room", "R1", "nursery"), [], {}, "done"),
        (("room", "R1", "nursery"), [120.0], {}, "doubtful"),
        (("room", "R1", "nursery"), [120.0], {"status": "planned"}, "under_way"),
        (("room", "R1", "nursery"), [], {"type_": "canteen"}, "other_use"),
        (("room", "R1", "nursery"), [120.0], None, "not_started"),
        (("room", "R1", "nursery"), [], None, "gone"),
        (("room", "R7", "nursery"), [120.0], None, "unknown_place"),
        (("plot", "R1", "nursery"), [120.0], None, "unknown_place"),
        (("", "R1", "nursery"), [], {}, "done"),
        (("plot", "P1", "pocket_park"), [120.0], {"type_": "pocket_park", "x": 700.0, "site_area_m2": 260.0}, "done"),
    ],
)
def test_each_state(make, project, rooms, facility, state):
    before = {"rooms": [make.room("R1", 100.0, 120.0)], "plots": [make.plot("P1", 700.0, 300.0)]}
    after = {"rooms": [make.room("R1", 100.0, area) for area in rooms]}
    if facility is None or "x" not in facility:
        after["plots"] = before["plots"]
    if facility is not None:
        given = {"id_": "N1", "type_": "nursery", "x": 100.0, "floor_area_m2": 110.0, "capacity": 40.0, **facility}
        after["facilities"] = [make.facility(**given)]
    found = make.compare(before, after, chosen(project))
    assert list(found.projects.columns) == list(PROJECTS)
    row = found.projects.iloc[0]
    assert row["state"] == state
    totals = found.totals.set_index("line")["value"]
    assert totals["projects_planned"] == 1.0
    assert totals["projects_done"] == (state == "done")
    if state != "done":
        assert np.isnan(row["done_m2"])
        assert row["facilities"] == ""


def test_a_place_shared_by_several_projects_is_not_lost_to_the_others_when_one_is_done(make):
    before = {"rooms": [make.room("R1", 100.0, 300.0)]}
    opened = make.facility("N1", "nursery", 100.0, floor_area_m2=180.0)
    plan = chosen(("room", "R1", "nursery"), ("room", "R1", "canteen"))
    found = make.compare(before, {"rooms": [make.room("R1", 100.0, 120.0)], "facilities": [opened]}, plan)
    assert found.projects["state"].tolist() == ["done", "not_started"]
    used_up = make.compare(before, {"facilities": [opened]}, plan)
    assert used_up.projects["state"].tolist() == ["done", "gone"]
    shop = make.facility("N2", "convenience_store", 100.0, floor_area_m2=100.0)
    taken = make.compare(before, {"facilities": [opened, shop]}, plan)
    assert taken.projects["state"].tolist() == ["done", "other_use"]


def test_what_a_project_brought_and_explains(make):
    before = {"rooms": [make.room("R1", 250.0, 320.0), make.room("R2", 750.0, 200.0)]}
    after = {
        "facilities": [
            make.facility("N1", "nursery", 250.0, floor_area_m2=300.0, capacity=40.0),
            make.facility("N2", "canteen", 750.0, floor_area_m2=180.0),
        ]
    }
    found = make.compare(before, after, chosen(("room", "R1", "nursery")))
    row = found.projects.iloc[0]
    assert (row["facilities"], row["done_m2"], row["done_capacity"]) == ("N1", 300.0, 40.0)
    assert (row["served"], row["served_newly"]) == (500.0, 500.0)
    totals = found.totals.set_index("line")["value"]
    assert totals["added_service_floor"] == 480.0
    assert totals["explained_floor"] == 300.0
    assert totals["brought_back_floor"] == 480.0
    assert totals["explained_reuse"] == 300.0
    assert totals["newly_forecast"] == 30.0
    assert totals["newly_served"] == 500.0


def test_without_a_plan_there_are_no_lines_of_it(make):
    found = make.compare({}, {})
    assert found.projects.empty
    assert found.forecast.empty
    assert not found.meta.planned
    assert "plan" not in set(found.totals["section"])


def test_the_forecast(make):
    item = "complete_community/nursery"
    coverage = pd.DataFrame(
        [("A", item, "reach", "need", 25.0, 0.0, 0.8), ("B", item, "reach", "need", 25.0, 0.0, 0.0),
         ("A", item, "reach", "all", 500.0, 0.0, 0.8)],
        columns=["community_id", "item", "requirement", "band", "residents", "share_before", "share_after"],
    )  # fmt: skip
    plan = SimpleNamespace(chosen=chosen(("room", "R1", "nursery")), coverage=coverage)
    after = {"facilities": [make.facility("N1", "nursery", 350.0, floor_area_m2=300.0)]}
    found = make.compare({"rooms": [make.room("R1", 350.0, 320.0)]}, after, plan).forecast.set_index("community_id")
    # x = 50 is more than 300 m away: 4 of 5 buildings
    assert found.loc["A", ["share_before", "share_forecast", "share_now", "progress"]].tolist() == pytest.approx(
        [0.0, 0.8, 0.8, 1.0]
    )
    assert np.isnan(found.loc["B", "progress"])
    assert found.loc["B", "share_now"] > 0


@pytest.mark.parametrize("column", ["place_id", "type"])
def test_a_table_that_is_no_plan(column):
    with pytest.raises(InputError, match=column):
        chosen_of(chosen(("room", "R1", "nursery")).drop(columns=column))


def test_what_a_plan_does_not_say_is_unknown():
    found = chosen_of(pd.DataFrame({"place_id": [7], "type": ["nursery"]}))
    assert found["place_id"].tolist() == ["7"]
    assert np.isnan(found["cost_yuan"].iloc[0])
    assert found["place_kind"].iloc[0] == ""


def test_every_state_has_its_words():
    assert all(say(f"state.{state}", "zh") != state for state in STATES)
