"""What becomes of rooms and plots, by hand; places are matched by where they are."""

import datetime as dt

import pytest

from linli.feedback import Decision
from linli.feedback.reuse import USES, indoor_types


def uses(outcome):
    return {
        r.place_id: (r.use, r.used_m2, r.facilities)
        for r in outcome.places.itertuples()
    }  # fmt: skip


def why(outcome):
    return [(r.layer, r.id_before, r.id_after, r.reason) for r in outcome.doubtful.itertuples()]


def canteen(make, x=100.0, **more):
    return make.facility("N1", "canteen", x, **{"floor_area_m2": 90.0, **more})


@pytest.mark.parametrize(
    ("rooms_after", "facility", "use", "used"),
    [
        ([], {}, "in_use", 90.0),
        ([], {"floor_area_m2": 200.0}, "in_use", 120.0),
        ([], {"floor_area_m2": None}, "in_use", 120.0),
        ([], {"x": 108.0}, "in_use", 90.0),
        ([], {"x": 130.0}, "gone", 0.0),
        ([], {"status": "planned"}, "gone", 0.0),
        ([70.0], {}, "partly", 50.0),
        ([70.0], {"floor_area_m2": 40.0}, "partly", 40.0),
        ([120.0], {"x": 130.0}, "still", 0.0),
        ([70.0], {"x": 130.0}, "still", 0.0),
    ],
)
def test_a_room_and_a_facility(make, rooms_after, facility, use, used):
    before = {"rooms": [make.room("R1", 100.0, 120.0)]}
    after = {
        "rooms": [make.room("R1", 100.0, area) for area in rooms_after],
        "facilities": [canteen(make, **facility)],
    }
    found = make.compare(before, after)
    assert uses(found)["R1"][:2] == (use, used)
    assert found.doubtful.empty


@pytest.mark.parametrize(
    ("room", "facility", "listed", "reason"),
    [
        ({}, {}, True, "still_listed"),
        ({"allowed_types": "nursery;library"}, {}, False, "not_allowed"),
        ({"storey": 1.0}, {"storey": 3.0}, False, "other_storey"),
        ({"allowed_types": "canteen", "storey": 1.0}, {"storey": 1.0}, False, ""),
        ({"storey": None}, {"storey": 3.0}, False, ""),
    ],
)
def test_what_is_doubtful_is_listed_and_does_not_count(make, room, facility, listed, reason):
    rooms = [make.room("R1", 100.0, 120.0, **room)]
    found = make.compare(
        {"rooms": rooms}, {"rooms": rooms if listed else [], "facilities": [canteen(make, **facility)]}
    )
    if not reason:
        assert uses(found)["R1"] == ("in_use", 90.0, "N1")
        return
    assert why(found) == [("in_place", "R1", "N1", reason)]
    assert uses(found)["R1"] == ("doubtful", 0.0, "N1")
    line = found.totals.set_index("line").loc["brought_back_floor"]
    assert (line["value"], line["high"]) == (0.0, 120.0)


def test_two_rooms_that_could_be_meant(make):
    rooms = [make.room("R1", 100.0, 120.0), make.room("R2", 104.0, 60.0)]
    found = make.compare({"rooms": rooms}, {"facilities": [canteen(make, 102.0)]})
    assert why(found) == [("in_place", "R1", "N1", "several_places")]
    assert {use for use, *_ in uses(found).values()} == {"doubtful", "gone"}
    nearer = make.compare({"rooms": rooms}, {"facilities": [canteen(make, 104.0)]})
    assert uses(nearer)["R2"] == ("in_use", 60.0, "N1")
    assert nearer.doubtful.empty


@pytest.mark.parametrize(("same", "use"), [(True, "in_use"), (False, "still")])
def test_somebody_decides(make, same, use):
    rooms = [make.room("R1", 100.0, 120.0)]
    said = Decision(layer="in_place", before_id="R1", after_id="N1", same=same)
    found = make.compare({"rooms": rooms}, {"rooms": rooms, "facilities": [canteen(make)]}, decided=(said,))
    assert found.doubtful.empty
    assert uses(found)["R1"][0] == use


def test_a_facility_may_be_decided_into_a_room_far_away(make):
    said = Decision(layer="in_place", before_id="R1", after_id="N1", same=True)
    found = make.compare(
        {"rooms": [make.room("R1", 100.0, 120.0)]}, {"facilities": [canteen(make, 300.0)]}, decided=(said,)
    )
    assert uses(found)["R1"] == ("in_use", 90.0, "N1")


def test_a_divided_room(make):
    two = [canteen(make), make.facility("N2", "nursery", 101.0, floor_area_m2=25.0)]
    found = make.compare({"rooms": [make.room("R1", 100.0, 120.0)]}, {"facilities": two})
    assert uses(found)["R1"] == ("in_use", 115.0, "N1;N2")


def test_moving_in_and_reopening_bring_a_room_back_too(make):
    before = {
        "rooms": [make.room("R1", 100.0, 120.0), make.room("R2", 500.0, 60.0)],
        "facilities": [
            make.facility("F1", "library", 300.0, floor_area_m2=80.0),
            make.facility("F2", "nursery", 500.0, floor_area_m2=50.0, status="closed"),
        ],
    }
    after = {
        "facilities": [
            make.facility("F1", "library", 100.0, floor_area_m2=80.0),
            make.facility("F2", "nursery", 500.0, floor_area_m2=50.0),
        ]
    }
    found = make.compare(before, after)
    assert uses(found) == {"R1": ("in_use", 80.0, "F1"), "R2": ("in_use", 50.0, "F2")}
    totals = found.totals.set_index("line")["value"]
    assert totals["added_service_floor"] == 0.0
    assert totals["brought_back_floor"] == 130.0


def test_open_air_is_in_no_room_but_on_a_plot(make):
    before = {"rooms": [make.room("R1", 100.0, 120.0)], "plots": [make.plot("P1", 100.0, 300.0)]}
    park = make.facility("N1", "pocket_park", 100.0, site_area_m2=250.0)
    found = make.compare(before, {"facilities": [park]})
    assert uses(found) == {"R1": ("gone", 0.0, ""), "P1": ("in_use", 250.0, "N1")}


def test_rooms_come_and_are_found_again_under_another_id(make):
    before = {"rooms": [make.room("R1", 100.0, 120.0, name="老车库")]}
    after = {"rooms": [make.room("X9", 101.0, 120.0, name="老车库"), make.room("R2", 700.0, 40.0)]}
    found = make.compare(before, after)
    assert uses(found) == {"R1": ("still", 0.0, ""), "R2": ("new", 0.0, "")}


def test_every_use_has_its_word():
    from linli.feedback.words import say

    assert all(say(f"use.{use}", "zh") != use for use in USES)


def test_what_may_be_indoors(catalogue):
    inside = indoor_types(catalogue, dt.date(2026, 11, 23))
    assert {"nursery", "canteen", "library"} <= inside
    assert not {"pocket_park", "park"} & inside
