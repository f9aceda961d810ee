"""What got worse is listed, whatever else got better."""

import numpy as np
import pytest

from linli.feedback.worse import WORSE


def kinds(found):
    return sorted(zip(found.worse["kind"], found.worse["subject"], strict=True))


def estate(make, **more):
    return {"estate_id": "E1", "community_id": "A", "name": "甲苑", "geometry": make.box(10, 5, 60, 40), **more}


def said(value):
    return {"answers": [{"community_id": "A", "item": "complete_community/community_culture", "value": value}]}


def library(make, **more):
    return {"facilities": [make.facility("F1", "library", 100.0, "小书房", floor_area_m2=90.0, **more)]}


def test_a_facility_that_closed_by_its_status(make):
    found = make.compare(library(make), library(make, status="closed"))
    assert ("closed", "F1") in kinds(found)
    row = found.worse[found.worse["kind"] == "closed"].iloc[0]
    assert "小书房" in row["zh"]
    assert row["community"] == "A社区"


def test_a_facility_that_is_no_longer_listed_may_have_been_left_out(make):
    row = make.compare(library(make), {}).worse
    row = row[row["kind"] == "unlisted"].iloc[0]
    assert "漏填" in row["zh"]
    assert "left out" in row["en"]


@pytest.mark.parametrize(
    ("before", "after", "kind", "subject"),
    [
        ({"parking_spaces": 50.0}, {"parking_spaces": 40.0}, "estate", "E1"),
        ({"property_service": "social"}, {"property_service": "none"}, "estate", "E1"),
        ({"parking_spaces": 50.0}, {"parking_spaces": 60.0}, None, None),
        ({"property_service": "none"}, {"property_service": "social"}, None, None),
    ],
)
def test_estates(make, before, after, kind, subject):
    found = make.compare({"estates": [estate(make, **before)]}, {"estates": [estate(make, **after)]})
    mine = [row for row in kinds(found) if row[0] == "estate"]
    assert mine == ([(kind, subject)] if kind else [])


@pytest.mark.parametrize(
    ("one", "other", "worse"), [("yes", "partly", True), ("partly", "no", True), ("no", "yes", False)]
)
def test_answers(make, one, other, worse):
    found = make.compare(said(one), said(other))
    assert ("answer" in set(found.worse["kind"])) == worse


def test_smaller(make):
    before = library(make)
    after = {"facilities": [make.facility("F1", "library", 100.0, "小书房", floor_area_m2=60.0)]}
    found = make.compare(before, after)
    assert ("smaller", "F1") in kinds(found)
    assert "90" in found.worse.loc[found.worse["kind"] == "smaller", "zh"].iloc[0]


def test_a_lift_that_is_gone(make):
    def lifts(value):
        return {
            "buildings": [
                {"building_id": "b1", "community_id": "A", "residents": 9.0, "has_lift": value, "geometry": make.at(50)}
            ]
        }

    assert ("building", "b1") in kinds(make.compare(lifts(True), lifts(False)))
    assert make.compare(lifts(False), lifts(True)).worse.empty


def test_residents_who_lost_reach_come_first(make):
    before = {"facilities": [make.facility("F1", "nursery", 250.0, floor_area_m2=300.0)]}
    found = make.compare(before, {}).worse
    assert list(found.columns) == list(WORSE)
    assert found["kind"].iloc[0] == "farther"
    assert found["lost"].iloc[0] == 500.0
    weight = found["lost"].where(found["lost"].notna(), found["residents"]).dropna()
    assert weight.is_monotonic_decreasing
    item = found[found["kind"] == "item"].iloc[0]
    assert item["lost"] == 25.0


def test_nothing_is_worse_where_only_something_opened(make):
    after = {"facilities": [make.facility("F1", "nursery", 250.0, floor_area_m2=300.0)]}
    assert make.compare({}, after).worse.empty


def test_the_demo_in_words(outcome):
    assert outcome.worse[["zh", "en"]].map(len).min().min() > 5
    assert outcome.worse["residents"].dropna().ge(0).all()
    assert not np.isinf(outcome.worse["residents"]).any()
