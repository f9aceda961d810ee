"""Each kind of change of a facility, by hand."""

import itertools

import pandas as pd
import pytest

from linli.feedback import CompareOptions
from linli.feedback.facilities import SERVICE, facility_changes, facility_table, service_change
from linli.feedback.match import match_rows
from linli.feedback.places import locate

STATUSES = ("absent", "in_use", "suspended", "planned", "closed")
SWAPPED = {"opened": {"closed"}, "reopened": {"closed", "suspended"}, "closed": {"opened", "reopened"}}


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("absent", "in_use", "opened"),
        ("planned", "in_use", "opened"),
        ("suspended", "in_use", "reopened"),
        ("closed", "in_use", "reopened"),
        ("in_use", "closed", "closed"),
        ("in_use", "absent", "closed"),
        ("in_use", "planned", "closed"),
        ("in_use", "suspended", "suspended"),
        ("absent", "planned", "planned"),
        ("closed", "planned", "planned"),
        ("absent", "closed", "listed"),
        ("planned", "absent", "unlisted"),
        ("suspended", "closed", "restatus"),
        ("in_use", "in_use", ""),
        ("closed", "closed", ""),
    ],
)
def test_what_two_statuses_mean(before, after, change):
    assert service_change([before], [after]).tolist() == [change]


def test_every_pair_has_a_meaning_and_starts_and_stops_swap():
    for one, other in itertools.product(STATUSES, STATUSES):
        there, back = service_change([one], [other])[0], service_change([other], [one])[0]
        assert (there == "") == (one == other)
        assert there in ("", *SERVICE)
        if there in SWAPPED:
            assert back in SWAPPED[there]


def changes(make, before, after):
    sides = [locate(make.town(facilities=[rows]), "facilities", "EPSG:4549") for rows in (before, after)]
    options = CompareOptions()
    matching = match_rows(*sides, options)
    table = facility_table(*sides, matching)
    return facility_changes(table, *sides, matching, options)


BASE = {"floor_area_m2": 100.0, "capacity": 20.0, "operator": "甲公司", "storey": 1.0}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"floor_area_m2": 150.0}, [("larger", "floor_area_m2", "100", "150", 50.0)]),
        ({"capacity": 15.0}, [("smaller", "capacity", "20", "15", -5.0)]),
        ({"site_area_m2": 30.0}, [("measured", "site_area_m2", "", "30", None)]),
        ({"floor_area_m2": None}, [("unmeasured", "floor_area_m2", "100", "", None)]),
        ({"type": "elderly_station"}, [("retyped", "type", "canteen", "elderly_station", None)]),
        ({"name": "新阳光食堂"}, [("renamed", "name", "阳光食堂", "新阳光食堂", None)]),
        ({"name": " 阳光 食堂"}, []),
        ({"operator": "乙公司"}, [("updated", "operator", "甲公司", "乙公司", None)]),
        ({"storey": 2.0}, [("updated", "storey", "1", "2", None)]),
        ({"status": "closed"}, [("closed", "status", "in_use", "closed", None)]),
        ({"x": 130.0}, [("moved", "geometry", "", "", 30.0)]),
        ({"x": 105.0}, []),
        (
            {"x": 130.0, "status": "suspended"},
            [("moved", "geometry", "", "", 30.0), ("suspended", "status", "in_use", "suspended", None)],
        ),
    ],
)
def test_each_kind_of_change(make, more, expected):
    more = dict(more)
    before = make.facility("F1", "canteen", 100.0, "阳光食堂", **BASE)
    after = make.facility(
        "F1", more.pop("type", "canteen"), more.pop("x", 100.0), more.pop("name", "阳光食堂"), **{**BASE, **more}
    )
    found = changes(make, before, after)
    rows = sorted(
        (r.change, r.column, r.before, r.after, None if pd.isna(r.difference) else round(r.difference, 1))
        for r in found.itertuples()
    )
    assert rows == sorted(expected)


def test_a_new_id_of_the_same_facility_is_no_opening(make):
    before, after = make.facility("F1", "canteen", 100.0, "阳光食堂"), make.facility("N7", "canteen", 140.0, "阳光食堂")
    found = changes(make, before, after)
    assert found[["change", "id_before", "id_after"]].to_numpy().tolist() == [["moved", "F1", "N7"]]


def test_a_doubtful_match_is_no_change_at_all(make):
    before, after = make.facility("F1", "canteen", 100.0, "阳光食堂"), make.facility("N7", "canteen", 102.0, "大象餐饮")
    assert changes(make, before, after).empty


def test_an_entry_that_came_says_so(make):
    found = changes(make, make.facility("F1", "canteen", 100.0), make.facility("N1", "nursery", 600.0))
    assert set(zip(found["change"], found["evidence"], strict=True)) == {("opened", "listing"), ("closed", "listing")}
