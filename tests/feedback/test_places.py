import numpy as np
import pandas as pd
import pytest

from linli.feedback.places import join_ids, locate, numbers


@pytest.fixture
def located(make):
    rows = [
        make.facility("F2", "park", 100.0, geometry=make.box(100, 5, 120, 15)),
        make.facility("F1", "canteen", 700.0, community_id="A", floor_area_m2=80.0),
        make.facility("F3", "canteen", 5000.0, status="planned"),
        make.facility("F4", "canteen", 700.0, community_id="nowhere"),
    ]
    return locate(make.town(facilities=rows), "facilities", "EPSG:4549").set_index("id")


def test_sorted_by_id_and_in_metres(located):
    assert located.index.tolist() == ["F1", "F2", "F3", "F4"]
    assert located.geometry["F1"].x == pytest.approx(500_700.0, abs=0.01)
    assert located.loc["F1", "x"] == pytest.approx(120.0, abs=0.1)


def test_the_community_is_as_given_else_where_it_stands(located):
    assert located["community_id"].fillna("-").to_dict() == {"F1": "A", "F2": "A", "F3": "-", "F4": "B"}


def test_sizes_and_status(located):
    assert located.loc["F2", "outline_m2"] == pytest.approx(200.0, rel=1e-3)
    assert np.isnan(located.loc["F1", "outline_m2"])
    assert located["status"].to_dict() == {"F1": "in_use", "F2": "in_use", "F3": "planned", "F4": "in_use"}
    assert located.loc["F1", "floor_area_m2"] == 80.0


def test_a_layer_that_was_not_surveyed(make):
    assert locate(make.town(), "rooms", "EPSG:4549").empty


def test_the_order_of_rows_does_not_matter(make):
    rows = [make.room(f"R{i}", 40.0 * i, 50.0) for i in range(5)]
    one, other = (locate(make.town(rooms=some), "rooms", "EPSG:4549") for some in (rows, rows[::-1]))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_small_helpers():
    assert join_ids(["b", "a", "b"]) == "a;b"
    assert join_ids([]) == ""
    assert np.isnan(numbers(pd.DataFrame({"a": [None, 2.0]}), "a")).tolist() == [True, False]
