import datetime as dt

import numpy as np
import pandas as pd
import pytest

from linli.improve.choices import ImproveOptions
from linli.improve.sites import NOTES, REASONS, find_places, judge, of_type, site_needs

FOUND_LATER = {"off_street", "nobody_new", "too_few", "cost_unset"}
"""Reasons that only the finding of options can give; their cases are in test_options."""

ROOM = {
    "kind": "room", "place_id": "r", "floor_m2": 200.0, "site_m2": np.nan, "storey": 1.0, "own_entrance": True,
    "available_from": pd.Timestamp(2026, 1, 1), "term_years": np.nan, "allowed_types": None, "code": 0,
}  # fmt: skip
PLOT = {**ROOM, "kind": "plot", "floor_m2": 1000.0, "site_m2": 2000.0, "storey": np.nan, "own_entrance": pd.NA}
LEAST = {
    "nursery": {"min_floor_area": (200.0,)},
    "kindergarten": {"min_floor_area": (2200.0,), "min_site_area": (3500.0,)},
}

UPSTAIRS = {"storey": 2.0, "floor_m2": 400.0}

CASES = [
    # type, place, changes to it, choices, reason
    ("nursery", ROOM, {}, {}, ""),
    ("nursery", PLOT, {}, {}, ""),
    ("pocket_park", PLOT, {}, {}, ""),
    ("bus_stop", ROOM, {}, {}, "elsewhere"),
    ("not_a_type", ROOM, {}, {}, "elsewhere"),
    ("pocket_park", ROOM, {}, {}, "needs_ground"),
    ("kindergarten", ROOM, {"floor_m2": 9000.0}, {}, "needs_own_site"),
    ("nursery", PLOT, {"floor_m2": 0.0}, {}, "not_buildable"),
    ("nursery", PLOT, {"floor_m2": np.nan}, {}, "not_buildable"),
    ("nursery", ROOM, {"allowed_types": frozenset({"library"})}, {}, "not_allowed"),
    ("nursery", ROOM, {"allowed_types": frozenset({"library", "nursery"})}, {}, ""),
    ("nursery", ROOM, {}, {"levers": ("reallocate", "build")}, "lever_closed"),
    ("nursery", ROOM, {"storey": 2.0}, {}, "storey_high"),
    ("nursery", ROOM, {"storey": 0.0}, {}, "storey_low"),
    ("library", ROOM, {"storey": 5.0}, {}, ""),
    ("elderly_station", ROOM, {"storey": 2.0}, {}, "no_lift"),
    ("elderly_station", ROOM, {"storey": 2.0}, {"lifts": ("r",)}, ""),
    ("elderly_day_care", ROOM, {**UPSTAIRS, "own_entrance": False}, {"lifts": ("r",)}, "no_entrance"),
    ("nursery", ROOM, {"floor_m2": 199.9}, {}, "too_small"),
    ("nursery", ROOM, {"floor_m2": np.nan}, {}, "too_small"),
    ("kindergarten", PLOT, {"floor_m2": 2200.0, "site_m2": 3499.0}, {}, "too_small"),
    ("kindergarten", PLOT, {"floor_m2": 2200.0, "site_m2": 3500.0}, {}, ""),
    ("health_centre", ROOM, {"floor_m2": 1699.0}, {}, "too_small"),
    ("nursery", ROOM, {}, {"end_on": dt.date(2025, 12, 31)}, "too_late"),
    ("nursery", ROOM, {}, {"end_on": dt.date(2026, 1, 1)}, ""),
    ("nursery", ROOM, {"term_years": 2.0}, {"min_term_years": 3.0}, "term_short"),
    ("nursery", ROOM, {"term_years": np.nan}, {"min_term_years": 3.0}, ""),
    ("pharmacy", PLOT, {}, {}, "area_unset"),
    ("pharmacy", PLOT, {}, {"areas_m2": {"pharmacy": 80.0}}, ""),
    ("pharmacy", ROOM, {}, {}, ""),
    ("nursery", ROOM, {"code": -1}, {}, "outside"),
]  # fmt: skip


def judged(catalogue, kit, kind, place, choices):
    table = pd.DataFrame([place]).astype({"own_entrance": "boolean"})
    needs = site_needs(catalogue, kind, kit.ON, choices)
    return judge(table, needs, LEAST.get(kind, {"min_floor_area": (0.0,), "min_site_area": (0.0,)}), choices)


@pytest.mark.parametrize(("kind", "place", "changes", "choices", "reason"), CASES)
def test_whether_a_type_may_go_into_a_place(catalogue, kit, kind, place, changes, choices, reason):
    found = judged(catalogue, kit, kind, {**place, **changes}, ImproveOptions(**choices))
    assert found.reason.tolist() == [reason]


def test_every_reason_has_a_case():
    assert {case[4] for case in CASES} - {""} == set(REASONS) - FOUND_LATER


@pytest.mark.parametrize(
    ("kind", "changes", "lever", "note"),
    [
        ("library", {}, "reallocate", ""),
        ("canteen", {}, "convert", ""),  # a kitchen is never there
        ("elderly_day_care", {"floor_m2": 400.0, "own_entrance": False}, "convert", "entrance_made"),
        ("nursery", {"own_entrance": pd.NA}, "convert", "entrance_unknown"),
        ("library", {"own_entrance": pd.NA, "storey": np.nan}, "reallocate", "storey_unknown"),
        ("library", {"available_from": pd.NaT}, "reallocate", "available_unknown"),
        ("nursery", {"own_entrance": pd.NA, "storey": np.nan}, "convert", "entrance_unknown;storey_unknown"),
    ],
)
def test_lever_and_notes(catalogue, kit, kind, changes, lever, note):
    found = judged(catalogue, kit, kind, {**ROOM, **changes}, ImproveOptions())
    assert (found.reason[0], found.lever[0], found.note[0]) == ("", lever, note)
    assert set(filter(None, note.split(";"))) <= set(NOTES)


def test_a_room_gives_what_is_asked_and_keeps_the_rest(catalogue, kit):
    big = {**ROOM, "floor_m2": 500.0}
    assert judged(catalogue, kit, "nursery", big, ImproveOptions()).floor_area_m2[0] == 200.0
    assert judged(catalogue, kit, "nursery", big, ImproveOptions(divide_rooms=False)).floor_area_m2[0] == 500.0
    assert judged(catalogue, kit, "nursery", big, ImproveOptions(areas_m2={"nursery": 300})).floor_area_m2[0] == 300.0
    assert judged(catalogue, kit, "nursery", big, ImproveOptions(areas_m2={"nursery": 50})).floor_area_m2[0] == 200.0
    assert judged(catalogue, kit, "pharmacy", big, ImproveOptions()).floor_area_m2[0] == 500.0  # unset: all of it
    assert judged(catalogue, kit, "parcel_station", big, ImproveOptions()).floor_area_m2[0] == 15.0
    assert (
        judged(catalogue, kit, "service_station", big, ImproveOptions()).floor_area_m2[0] == 500.0
    )  # 800 is no minimum


def test_land(catalogue, kit):
    building = judged(catalogue, kit, "nursery", PLOT, ImproveOptions())
    assert (building.floor_area_m2[0], building.site_area_m2[0], building.lever[0]) == (200.0, 400.0, "build")
    park = judged(catalogue, kit, "pocket_park", PLOT, ImproveOptions())
    assert (park.floor_area_m2[0], park.site_area_m2[0]) == (0.0, 2000.0)
    school = judged(catalogue, kit, "kindergarten", {**PLOT, "floor_m2": 5000.0, "site_m2": 4000.0}, ImproveOptions())
    assert (school.floor_area_m2[0], school.site_area_m2[0]) == (2200.0, 3500.0)


def test_the_largest_minimum_that_fits_is_met(catalogue, kit):
    least = {"min_floor_area": (0.0, 350.0), "min_site_area": (0.0, 0.0)}
    needs = site_needs(catalogue, "elderly_station", kit.ON, ImproveOptions())
    table = pd.DataFrame([{**ROOM, "floor_m2": area} for area in (100.0, 349.0, 350.0, 900.0)])
    found = judge(table.astype({"own_entrance": "boolean"}), needs, least, ImproveOptions())
    assert found.floor_area_m2.tolist() == [100.0, 349.0, 350.0, 350.0]


def test_needs_come_from_the_catalogue_and_the_city_goes_first(catalogue, kit):
    needs = site_needs(catalogue, "nursery", kit.ON, ImproveOptions(area_per_place_m2={"nursery": 8.0}))
    assert (needs.place, needs.storey_max, needs.storey_min, needs.own_entrance, needs.works) == (
        "indoor",
        1,
        1,
        True,
        True,
    )
    assert needs.area_per_place_m2 == 8.0
    before = site_needs(catalogue, "nursery", dt.date(2019, 9, 30), ImproveOptions())
    assert before.storey_max is None  # not in force yet


def test_rooms_and_plots_become_places(town, kit):
    made = town(
        rooms=[kit.room("r1", 100.0, allowed_types="nursery; library", rent_yuan_m2_month=10.0)],
        plots=[kit.plot("p1", 200.0), kit.plot("p2", 5000.0)],
    )
    places = find_places(made.find().ground.city)
    assert places.index.tolist() == ["room:r1", "plot:p1", "plot:p2"]
    assert places["code"].tolist() == [0, 0, -1]
    assert places.loc["room:r1", "allowed_types"] == {"nursery", "library"}
    assert places.loc["plot:p1", "allowed_types"] is None
    assert places.loc["room:r1", "rent"] == 10.0
    assert find_places(town().find().ground.city).empty


def test_of_type():
    assert of_type({"nursery": 1.0, "any": 2.0}, "nursery") == 1.0
    assert of_type({"any": 2.0}, "nursery") == 2.0
    assert of_type({}, "nursery") is None
