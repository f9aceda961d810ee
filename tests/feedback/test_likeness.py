import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.feedback.likeness import likeness, normal_names


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("和睦托育园", "和睦托育园", 1.0),
        ("Sunny Café", "sunny-café", 1.0),
        ("全家(1)", "全家（1）", 1.0),
        ("汀巷小吃店(11)", "新汀巷小吃店(11)", 16 / 17),
        ("甲", "乙", 0.0),
        ("甲", "甲", 1.0),
        ("阳光食堂", "和睦药房", 0.0),
    ],
)
def test_by_hand(one, other, alike):
    assert likeness(one, other) == pytest.approx(alike)


@pytest.mark.parametrize("nothing", [None, "", "  ", float("nan"), pd.NA])
def test_a_name_that_is_not_known_is_neither(nothing):
    assert math.isnan(likeness(nothing, "甲"))
    assert math.isnan(likeness("甲", nothing))


@given(st.text(min_size=1, max_size=8), st.text(min_size=1, max_size=8))
def test_the_same_either_way_and_a_share(one, other):
    first, second = likeness(one, other), likeness(other, one)
    assert first == second or (math.isnan(first) and math.isnan(second))
    assert math.isnan(first) or 0 <= first <= 1


def test_names_of_a_column():
    assert normal_names(pd.Series(["A b", None, "甲"])).tolist() == ["ab", "", "甲"]
