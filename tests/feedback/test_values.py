import datetime as dt

import numpy as np
import pandas as pd
import pytest

from linli.feedback.values import CHANGES, as_text, changed, difference


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (312.0, "312"),
        (0.25, "0.25"),
        (np.int64(3), "3"),
        (True, "true"),
        (np.bool_(False), "false"),
        (None, ""),
        (float("nan"), ""),
        (pd.NA, ""),
        (pd.NaT, ""),
        (dt.date(2026, 11, 23), "2026-11-23"),
        (pd.Timestamp("2026-11-23 00:00"), "2026-11-23"),
        ("甲", "甲"),
    ],
)
def test_how_a_cell_is_written(value, text):
    assert as_text(value) == text


def test_the_last_bits_of_a_float_do_not_count():
    gap = difference(pd.Series([0.1 + 0.2, 1.0, np.nan, 5.0]), pd.Series([0.3, 1.5, 2.0, np.nan]))
    assert gap[0] == 0.0
    assert gap[1] == 0.5
    assert np.isnan(gap[2:]).all()


@pytest.mark.parametrize(
    ("one", "other", "dtype", "differ"),
    [
        ([1.0, np.nan, np.nan, 2.0], [1.0, np.nan, 2.0, np.nan], "float64", [False, False, True, True]),
        (["a", None, None, "b"], ["a", None, "b", "c"], object, [False, False, True, True]),
        ([True, None, None, False], [True, None, True, True], "boolean", [False, False, True, True]),
    ],
)
def test_missing_is_a_value_of_its_own(one, other, dtype, differ):
    assert changed(pd.Series(one, dtype=dtype), pd.Series(other, dtype=dtype)).tolist() == differ


def test_columns_are_named_once():
    assert len(set(CHANGES)) == len(CHANGES)
