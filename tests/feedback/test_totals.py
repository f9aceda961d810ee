"""City totals by hand: each measure of the form, and what doubtful matches add."""

import datetime as dt

import numpy as np
import pytest

from linli.feedback.totals import _MEASURES, TOTALS, load_form
from linli.feedback.words import say


def total(found, line, column="value"):
    return found.totals.set_index("line").loc[line, column]


def test_the_form_is_whole(catalogue):
    form = load_form()
    lines = form["lines"]
    assert len({line["id"] for line in lines}) == len(lines)
    assert {line["measure"] for line in lines} == set(_MEASURES)
    assert {line["section"] for line in lines} == set(form["sections"])
    assert {line.get("types", "all") for line in lines} <= {*form["types"], "all"}
    known = set(catalogue.facility_types)
    assert all(set(types) <= known for types in form["types"].values())
    assert all(line["title"]["zh"] and line["title"]["en"] for line in lines)
    assert all(say(f"unit.{line['unit']}", "zh") for line in lines)


def test_floor_area_opened_grown_and_lost(make):
    before = {
        "facilities": [
            make.facility("F1", "library", 100.0, floor_area_m2=100.0),
            make.facility("F2", "nursery", 300.0, floor_area_m2=200.0),
            make.facility("F3", "elderly_station", 500.0, floor_area_m2=80.0),
            make.facility("F4", "bank", 700.0, floor_area_m2=999.0),
        ]
    }
    after = {
        "facilities": [
            make.facility("F1", "library", 100.0, floor_area_m2=130.0),
            make.facility("F2", "nursery", 300.0, floor_area_m2=150.0),
            make.facility("F3", "elderly_station", 500.0, floor_area_m2=80.0, status="suspended"),
            make.facility("N1", "canteen", 600.0, floor_area_m2=60.0),
            make.facility("N2", "nursery", 800.0),
            make.facility("N3", "supermarket", 900.0, floor_area_m2=400.0),
        ]
    }
    found = make.compare(before, after)
    assert total(found, "added_service_floor") == 30.0 + 60.0
    assert total(found, "added_service_floor", "unknown") == 1.0
    assert total(found, "added_elderly_floor") == 60.0
    assert total(found, "added_childcare_floor") == 0.0
    assert total(found, "added_elsewhere_floor") == 90.0
    assert total(found, "lost_service_floor") == 50.0 + 80.0
    assert total(found, "opened") == 3.0
    assert total(found, "basic_opened") == 2.0
    assert total(found, "commerce_opened") == 1.0
    assert total(found, "stopped") == 2.0


def test_growing_while_closed_is_not_added(make):
    def closed(area):
        return {"facilities": [make.facility("F1", "library", 100.0, floor_area_m2=area, status="closed")]}

    assert total(make.compare(closed(10.0), closed(90.0)), "added_service_floor") == 0.0


def test_what_doubtful_matches_add_is_told_beside(make):
    before = {"facilities": [make.facility("F1", "canteen", 100.0, "阳光食堂", floor_area_m2=100.0)]}
    after = {"facilities": [make.facility("N1", "canteen", 103.0, "大象餐饮", floor_area_m2=120.0)]}
    found = make.compare(before, after)
    assert found.doubtful["reason"].tolist() == ["other_name"]
    assert (total(found, "added_service_floor"), total(found, "added_service_floor", "high")) == (0.0, 120.0)
    assert (total(found, "lost_service_floor"), total(found, "lost_service_floor", "high")) == (0.0, 100.0)
    assert (total(found, "opened"), total(found, "opened", "high")) == (0.0, 1.0)
    assert (total(found, "stopped"), total(found, "stopped", "high")) == (0.0, 1.0)


def test_ground_counts_by_its_outline_where_nobody_gave_an_area(make):
    outline = make.facility("N1", "pocket_park", 100.0, geometry=make.box(100, 5, 120, 15))
    given = make.facility("N2", "pocket_park", 500.0, site_area_m2=50.0)
    assert total(make.compare({}, {"facilities": [outline, given]}), "ground_added") == pytest.approx(250.0, rel=1e-3)


def test_estates_and_lifts(make):
    def state(lift, spaces, service):
        return {
            "estates": [
                {"estate_id": "E1", "community_id": "A", "name": "甲苑", "geometry": make.box(10, 5, 60, 40),
                 "parking_spaces": spaces, "property_service": service}
            ],
            "buildings": [
                {"building_id": "b1", "community_id": "A", "residents": 9.0, "has_lift": lift, "geometry": make.at(50)}
            ],
        }  # fmt: skip

    found = make.compare(state(False, 10.0, "none"), state(True, 25.0, "trusteeship"))
    assert [total(found, line) for line in ("lifts", "parking", "property")] == [1.0, 15.0, 1.0]
    back = make.compare(state(True, 25.0, "trusteeship"), state(False, 10.0, "none"))
    assert [total(back, line) for line in ("lifts", "parking", "property")] == [0.0, -15.0, 0.0]


def test_complete_communities(make):
    one = make.round(make.town())
    import dataclasses

    from linli.feedback import compare_rounds

    items = one[1].items.copy()
    mine = items["community_id"].astype(str) == "A"
    items.loc[mine, "status"] = "met"
    whole = dataclasses.replace(one[1], items=items)
    found = compare_rounds(one, (one[0], whole), catalogue=make.catalogue)
    assert [total(found, "complete_communities", c) for c in ("value", "high", "before", "after")] == [1, 1, 0, 1]
    assert total(found, "complete_households") == 200.0
    items.loc[items.index[mine][0], "status"] = "unknown"
    some = dataclasses.replace(one[1], items=items)
    found = compare_rounds(one, (one[0], some), catalogue=make.catalogue)
    assert [total(found, "complete_communities", c) for c in ("value", "high")] == [0, 1]


def test_without_the_standard_nobody_knows(make):
    rounds = [
        make.round(make.town(day=day), standards=("living_circle",))
        for day in (dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    ]
    from linli.feedback import compare_rounds

    assert np.isnan(total(compare_rounds(*rounds, catalogue=make.catalogue), "complete_communities"))


def test_the_demo_adds_up(outcome):
    table = outcome.totals.set_index("line")["value"]
    assert list(outcome.totals.columns) == list(TOTALS)
    assert table["added_in_rooms_floor"] + table["added_elsewhere_floor"] == table["added_service_floor"]
    sums = outcome.communities[["opened_m2", "brought_back_m2", "better", "worse"]].sum()
    assert sums["brought_back_m2"] == table["brought_back_floor"]
    assert (sums["better"], sums["worse"]) == (table["items_better"], table["items_worse"])
