"""A row against the register, with and without the template it came from: who changed what."""

import itertools
from datetime import datetime

import pandas as pd
import pytest
import shapely

from linli.survey.schema import empty_frame, layer_schema
from linli.web.imports.compare import (
    GEOMETRY,
    Base,
    Held,
    Row,
    compare_row,
    contested,
    json_values,
    same_shape,
    same_value,
    shown_shape,
)

LAYER = layer_schema("facilities")
HERE, THERE, AWAY = (shapely.Point(120.1 + i / 100, 30.3) for i in range(3))
KNOWN = {"facility_id": "F1", "type": "nursery", "name": "甲", "capacity": 40, "status": "in_use"}


def held(version=3, shape=HERE, **changed):
    cells = {**KNOWN, **changed}
    return Held(
        version, {name: value for name, value in cells.items() if value is not None}, shape, "3301/", "甲", False
    )


def base(version=3, shape=HERE, **changed):
    return Base(version, held(**changed).cells, shape)


def row(shape=None, **said):
    return Row({"facility_id": "F1", **said}, shape)


# --------------------------------------------------------------------------------------------- values and shapes


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True), (0.1 + 0.2, 0.3, True), (1, 2, False), ("甲", " 甲 ", True), ("a\r\nb", "a\nb", True),
        ("e\u0301", "\u00e9", True), (None, "", True), (None, None, True), (None, 0, False), (False, None, False),
        (True, 1, False), (True, True, True), ("1", 1, False),
    ],
)  # fmt: skip
def test_values_are_the_same_as_far_as_a_workbook_can_tell(one, other, same):
    assert same_value(one, other) is same
    assert same_value(other, one) is same


def test_shapes_are_the_same_to_a_centimetre():
    assert same_shape(HERE, shapely.Point(HERE.x + 5e-8, HERE.y))
    assert not same_shape(HERE, THERE)
    assert not same_shape(HERE, None)
    assert same_shape(None, None)
    assert not same_shape(HERE, HERE.buffer(0.1))


def test_shapes_are_told_in_short():
    assert shown_shape(None) is None
    assert shown_shape(HERE) == "120.100000, 30.300000"
    assert shown_shape(shapely.box(0, 0, 2, 2)) == "Polygon (5) @ 1.000000, 1.000000"


def test_a_typed_frame_becomes_plain_json():
    frame = empty_frame("rooms").reindex(range(2))
    frame.loc[0, ["room_id", "floor_area_m2", "own_entrance", "term_years"]] = ["R1", 12.0, False, 2.5]
    frame["available_from"] = pd.to_datetime([datetime(2026, 7, 1), None]).astype("datetime64[ms]")  # noqa: DTZ001
    first, second = json_values(frame, layer_schema("rooms").columns)
    assert {name: value for name, value in first.items() if value is not None} == {
        "room_id": "R1", "floor_area_m2": 12, "own_entrance": False, "term_years": 2.5, "available_from": "2026-07-01",
    }  # fmt: skip
    assert isinstance(first["floor_area_m2"], int)
    assert set(second.values()) == {None}


# ------------------------------------------------------------------------------------------ without a template


def test_what_the_register_does_not_have_is_new():
    found = compare_row(LAYER, row(HERE, type="park", name=None), None)
    assert (found.action, found.cells, found.shape) == ("new", {"facility_id": "F1", "type": "park"}, HERE)


def test_only_what_is_written_and_differs_is_a_change():
    found = compare_row(LAYER, row(type="nursery", name="乙", capacity=None), held())
    assert (found.action, found.cells) == ("changed", {"name": "乙"})
    assert found.changes == {"name": ["甲", "乙"]}


def test_an_empty_cell_of_a_foreign_file_says_nothing():
    assert compare_row(LAYER, row(name=None, capacity=None, status=None), held(status="planned")).action == "unchanged"


def test_a_place_moves_only_if_the_file_says_so():
    assert compare_row(LAYER, row(), held()).action == "unchanged"
    assert compare_row(LAYER, row(HERE), held()).action == "unchanged"
    found = compare_row(LAYER, row(THERE), held())
    assert (found.action, found.shape, found.changes) == (
        "changed", THERE, {GEOMETRY: [shown_shape(HERE), shown_shape(THERE)]},
    )  # fmt: skip


# --------------------------------------------------------------------------------------------- with a template


def test_an_emptied_cell_of_a_template_makes_a_value_unknown():
    found = compare_row(LAYER, row(name="甲", capacity=None), held(), base())
    assert (found.action, found.cells, found.changes) == ("changed", {"capacity": None}, {"capacity": [40, None]})


def test_an_emptied_cell_with_a_default_means_the_default():
    found = compare_row(LAYER, row(status=None), held(status="planned"), base(status="planned"))
    assert found.cells == {"status": "in_use"}
    assert compare_row(LAYER, row(status=None), held(), base()).action == "unchanged"


def test_an_emptied_community_is_no_wish_to_forget_it():
    one = held(community_id="1")
    assert compare_row(LAYER, row(community_id=None), one, Base(3, one.cells, HERE)).action == "unchanged"


def test_a_row_that_nobody_touched_stays_even_if_the_register_moved_on():
    found = compare_row(LAYER, row(HERE, name="甲", capacity=40), held(5, THERE, name="丙"), base(3))
    assert found.action == "unchanged"


def test_changes_in_different_columns_are_both_kept():
    found = compare_row(LAYER, row(name="甲", capacity=60), held(5, name="丙"), base(3))
    assert (found.action, found.cells, found.merged) == ("changed", {"capacity": 60}, True)


def test_the_same_column_changed_to_two_values_is_a_conflict():
    found = compare_row(LAYER, row(name="乙", capacity=60), held(5, name="丙"), base(3))
    assert found.action == "conflict"
    assert found.changes == {"name": ["甲", "乙", "丙"], "capacity": [40, 60]}
    assert contested(found.changes) == {"name"}
    assert found.cells == {"name": "乙", "capacity": 60}


def test_the_same_column_changed_to_the_same_value_is_none():
    assert compare_row(LAYER, row(name="乙"), held(5, name="乙"), base(3)).action == "unchanged"


def test_two_moves_of_a_place_are_a_conflict():
    found = compare_row(LAYER, row(THERE), held(5, AWAY), base(3))
    assert (found.action, contested(found.changes)) == ("conflict", {GEOMETRY})
    assert compare_row(LAYER, row(THERE), held(5, THERE), base(3)).action == "unchanged"
    assert compare_row(LAYER, row(HERE), held(5, AWAY), base(3)).action == "unchanged"


SIDES = list(itertools.product([None, "甲", "乙", "丙"], [None, 0, 40, 60]))
"""What a name and a capacity may be in the template, in the file, and in the register now."""


@pytest.mark.parametrize("before", SIDES)
def test_nobodys_change_is_lost_silently(before):
    """Applying what is written keeps every change of either side, unless both touched the same column."""
    columns = ("name", "capacity")
    for mine, now in itertools.product(SIDES, SIDES):
        then, file, there = (dict(zip(columns, side, strict=True)) for side in (before, mine, now))
        row_of_file = Row({"facility_id": "F1", **file}, None)
        found = compare_row(LAYER, row_of_file, held(5, **there), Base(3, held(**then).cells, HERE))
        after = {**there, **found.cells}
        for name in columns:
            i_did, they_did = not same_value(file[name], then[name]), not same_value(there[name], then[name])
            clash = i_did and they_did and not same_value(file[name], there[name])
            assert clash is (name in contested(found.changes)), (then, file, there)
            assert clash <= (found.action == "conflict")
            if not clash:
                assert same_value(after[name], file[name] if i_did else there[name]), (then, file, there)
