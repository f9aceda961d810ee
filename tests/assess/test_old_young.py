import numpy as np
import pandas as pd
import pytest

from linli.assess.old_young import is_old_or_young, old_young_index


def rows(*values):
    columns = ["community_id", "status", "degree", "degree_low", "degree_high", "own_pace", "band_residents"]
    return pd.DataFrame(values, columns=columns)


def test_who_is_old_or_young():
    assert is_old_or_young(["0_2"])
    assert is_old_or_young(["60_79", "80_plus"])
    assert not is_old_or_young([])
    assert not is_old_or_young(["3_5", "6_14"])


def test_weighted_by_residents():
    found = old_young_index(
        rows(("A", "met", 1.0, 1.0, 1.0, 0.5, 10.0), ("A", "not_met", 0.0, 0.0, 0.0, 0.0, 30.0)), pd.Index(["A", "B"])
    ).set_index("community_id")
    assert found.loc["A", "index_old_young"] == 0.25
    assert found.loc["A", "index_own_pace"] == 0.125
    assert found.loc["A", ["requirements", "weighted_by"]].tolist() == [2, "residents"]
    assert np.isnan(found.loc["B", "index_old_young"])


def test_equal_weights_where_ages_are_unknown_and_range_where_degrees_are():
    found = old_young_index(
        rows(
            ("A", "met", 1.0, 1.0, 1.0, 1.0, np.nan),
            ("A", "unknown", np.nan, 0.0, 1.0, np.nan, 30.0),
            ("A", "not_applicable", np.nan, np.nan, np.nan, np.nan, 0.0),
        ),
        pd.Index(["A"]),
    ).iloc[0]
    assert found["weighted_by"] == "equal"
    assert (found["index_old_young"], found["index_low"], found["index_high"]) == pytest.approx((1.0, 0.5, 1.0))
