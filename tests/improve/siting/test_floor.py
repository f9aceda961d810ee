import pandas as pd
import pytest

from linli.errors import InputError
from linli.improve.siting import floor


@pytest.fixture
def people():
    return pd.DataFrame({"weight": [10.0, 30.0, 5.0], "community_id": ["C1", "C1", "C2"]})


def test_a_share_is_of_everybody_in_the_group(people):
    level = floor(people, 0.5)
    assert level.labels == ("floor C1", "floor C2")
    assert level.lower.tolist() == [20.0, 2.5]
    assert level.codes.tolist() == [0, 0, 1]


def test_groups_that_are_not_named_are_not_bound(people):
    level = floor(people, {"C2": 1.0})
    assert level.codes.tolist() == [-1, -1, 0]
    assert level.lower.tolist() == [5.0]


def test_everybody_may_be_one_group(people):
    assert floor(people, 7, by=None, measure="amount").lower.tolist() == [7.0]
    assert floor(people, {"all": 0.2}, by=None).lower.tolist() == [9.0]


def test_a_missing_amount_is_refused(people):
    with pytest.raises(InputError, match="`weight` of 1"):
        floor(people.assign(weight=[1.0, None, 2.0]), 0.5)
