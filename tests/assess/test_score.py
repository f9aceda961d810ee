import numpy as np
import pandas as pd
import pytest

from linli.assess.score import grade_of, haves, mean_degree, scores


def items(rows):
    table = pd.DataFrame(rows, columns=["item", "group", "verb", "status", "degree", "degree_low", "degree_high"])
    return table.assign(community_id="C", standard="s")


ROWS = [
    ("s/a", "g", "must", "met", 1.0, 1.0, 1.0),
    ("s/b", "g", "must", "partly", 0.5, 0.25, 0.75),
    ("s/c", "h", "must", "unknown", np.nan, 0.0, 1.0),
    ("s/d", "h", "must", "not_applicable", np.nan, np.nan, np.nan),
    ("s/e", "h", "where_possible", "not_met", 0.0, 0.0, 0.0),
]


def test_by_hand_equal_weights():
    row = scores(items(ROWS), {}, {"A": 0.9, "B": 0.7}).iloc[0]
    assert row["score"] == 0.75  # (1 + 0.5) / 2: unknown, void and optional items are left out
    assert row["score_low"] == pytest.approx((1 + 0.25 + 0) / 3)
    assert row["score_high"] == pytest.approx((1 + 0.75 + 1) / 3)
    assert row["known_share"] == pytest.approx(2 / 3)
    assert (row["grade"], row["rank"], row["unknown"], row["not_met"]) == ("B", 1, 1, 1)


def test_weights_count():
    assert scores(items(ROWS), {"s/a": 3.0}, {}).iloc[0]["score"] == pytest.approx(3.5 / 4)


def test_groups():
    table = haves(items(ROWS), {}).set_index("group")
    assert table.loc["g", "score"] == 0.75
    assert np.isnan(table.loc["h", "score"])
    assert table.loc["h", ["score_low", "score_high"]].tolist() == [0.0, 1.0]


def test_equals_share_a_rank_and_no_score_has_none():
    rows = pd.concat([items(ROWS[:1]).assign(community_id=name) for name in "AB"] + [items(ROWS[2:3])])
    table = scores(rows.reset_index(drop=True), {}, {"A": 0.9}).set_index("community_id")
    assert table["rank"].tolist()[:2] == [1, 1]
    assert pd.isna(table.loc["C", "rank"])
    assert pd.isna(table.loc["C", "grade"])


def test_weight_must_fit():
    table = items(ROWS)
    with pytest.raises(ValueError, match="index"):
        mean_degree(table, ["community_id"], pd.Series([1.0]))


def test_grades_at_their_floors():
    found = grade_of(pd.Series([1.0, 0.9, 0.8999, 0.0]), {"good": 0.9, "fair": 0.5})
    assert found.tolist() == ["good", "good", "fair", "< fair"]
    assert grade_of(pd.Series([0.5]), {}).tolist() == ["A"]
