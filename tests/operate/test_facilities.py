from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from linli.errors import InputError
from linli.operate import read_facilities


def test_figures_are_read_as_written_and_missing_ones_stay_missing():
    table = pd.DataFrame(
        {
            "facility_id": ["F1", "F2"],
            "community_id": ["C1", "C1"],
            "type": ["canteen", "nursery"],
            "floor_area_m2": [600.1, np.nan],
            "capacity": [120, 60],
            "occupancy": ["0.65", None],
            "name": ["x", "y"],
        }
    )
    first, second = read_facilities(table)
    assert (first.floor_area_m2, first.places, first.given) == (Decimal("600.1"), 120, {"occupancy": Decimal("0.65")})
    assert (second.floor_area_m2, second.given, second.managed_area_m2) == (None, {}, None)


def test_all_that_is_wrong_is_told_with_row_and_column():
    table = pd.DataFrame(
        {
            "facility_id": ["F1", "F1", None],
            "community_id": ["C1", None, "C1"],
            "type": ["canteen"] * 3,
            "capacity": [-1, 2, 3],
            "wage": ["dear", None, None],
        }
    )
    with pytest.raises(InputError) as caught:
        read_facilities(table)
    assert [(one.code, one.row, one.column, one.value) for one in caught.value.problems] == [
        ("operate.number", 2, "capacity", "-1"),
        ("operate.number", 2, "wage", "dear"),
        ("operate.empty", 3, "community_id", None),
        ("operate.empty", 4, "facility_id", None),
        ("operate.twice", 3, "facility_id", "F1"),
    ]


def test_columns_that_must_be_there():
    with pytest.raises(InputError, match="columns missing: community_id, type"):
        read_facilities(pd.DataFrame({"facility_id": ["F1"]}))


def test_an_empty_table_holds_no_facility():
    assert read_facilities(pd.DataFrame({"facility_id": [], "community_id": [], "type": []})) == ()
