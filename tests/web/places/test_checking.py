import datetime as dt

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.survey import layer_schema
from linli.web.places.checking import check_rows, choices_of, errors_of, flat_shape, keys_of, own_problem

HERE = shapely.Point(120.1, 30.3)


def test_values_come_out_typed_and_without_unknowns(settings):
    row = {
        "facility_id": "F1", "type": "社区食堂", "floor_area_m2": "1,200.0", "capacity": np.float64(2.5),
        "own_entrance": "否", "name": " 食堂 ", "operator": "", "storey": float("nan"),
    }  # fmt: skip
    checked = check_rows("facilities", [row], [HERE])
    assert checked.problems == ()
    assert checked.values == (
        {"facility_id": "F1", "type": "canteen", "name": "食堂", "floor_area_m2": 1200, "capacity": 2.5,
         "own_entrance": False, "status": "in_use"},
    )  # fmt: skip
    again = check_rows("facilities", checked.values, [HERE])
    assert again == checked


def test_dates_and_lists():
    row = {"room_id": "R1", "floor_area_m2": 5, "available_from": "2026年7月1日", "allowed_types": "老年食堂、nursery"}
    (values,) = check_rows("rooms", [row], [HERE]).values
    assert values["available_from"] == "2026-07-01"
    assert values["allowed_types"] == "canteen;nursery"
    assert check_rows("rooms", [{**row, "available_from": dt.date(2026, 7, 1)}], [HERE]).values == (values,)


def test_errors_and_warnings_name_row_and_column():
    good = {"facility_id": "F1", "type": "canteen"}
    rows = [good, {**good, "floor_area_m2": 150_000}, {"facility_id": "F3", "type": "canteen", "storey": 900}]
    found = check_rows("facilities", rows, [HERE, HERE, None]).problems
    told = {(one.row, one.column, one.code, one.severity) for one in found}
    assert told == {
        (2, "facility_id", "id.duplicate", "error"), (2, "floor_area_m2", "range.plausible", "warning"),
        (3, "storey", "range.hard", "error"), (3, None, "geometry.missing", "error"),
    }  # fmt: skip
    assert {one.severity for one in errors_of(found)} == {"error"}
    assert all(one.file is None for one in found)


def test_a_cell_that_cannot_be_read_is_not_also_missing():
    found = check_rows("facilities", [{"facility_id": "F1", "type": "??x"}], [HERE]).problems
    assert [one.code for one in found] == ["type.unknown"]


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"x"])
def test_a_value_that_no_cell_can_hold_is_refused(value):
    found = check_rows("facilities", [{"facility_id": "F1", "type": "canteen", "capacity": value}], [HERE]).problems
    assert [one.code for one in found] == ["places.cell"]


def test_outlines_that_cross_themselves_are_refused():
    bow_tie = shapely.Polygon([(120, 30), (120.01, 30.01), (120.01, 30), (120, 30.01)])
    found = check_rows("plots", [{"plot_id": "P", "site_area_m2": 100}], [bow_tie]).problems
    assert [one.code for one in found] == ["geometry.invalid"]


def test_keys():
    assert keys_of("facilities", [{"facility_id": " Ｆ1 "}, {}]) == ["F1", ""]
    rows = [{"community_id": "1", "type": "老年食堂"}, {"community_id": "1"}, {"community_id": "1", "type": "?"}]
    assert keys_of("wishes", rows) == ["1|canteen", "", ""]


def test_flat_shape():
    assert flat_shape(None) is None
    assert flat_shape(shapely.MultiPoint([(1, 2, 3)])).equals(shapely.Point(1, 2))
    assert not flat_shape(shapely.Point(1, 2, 3)).has_z


def test_choices_and_own_problems():
    schema = layer_schema("facilities")
    assert "canteen" in choices_of(schema.column("type"))
    assert set(choices_of(schema.column("status"))) == {"in_use", "suspended", "planned", "closed"}
    assert not choices_of(schema.column("name"))
    one = own_problem("changed", 3, value="F1", version=2, base=1)
    assert (one.code, one.row, one.value, one.severity) == ("places.changed", 3, "F1", "error")
    assert "第 2 版" in one.message["zh"]
    assert "version 2" in one.message["en"]


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.dates(),
    st.sampled_from(["是", "1,200", "2026年7月1日", "canteen", "社区食堂", "canteen;nursery", "?", "约 300"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(layer_schema("rooms").column_names, CELLS)))
def test_what_was_read_reads_the_same_again(row):
    checked = check_rows("rooms", [row], [HERE])
    again = check_rows("rooms", checked.values, [HERE])
    assert again.values == checked.values
    assert errors_of(checked.problems) or not errors_of(again.problems)
