import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.web.communities.sums import STATUSES, Row, Sum, add_up, by_step, mean_score, step_of

HEMU, HUAFENG = "3301/330105/330105011/330105011001/", "3301/330105/330105011/330105011002/"
XIAOHE, WENSAN = "3301/330105/330105012/330105012001/", "3301/330106/330106003/330106003001/"


def row(place=HEMU, residents=100.0, score=0.5, **more):
    values = {
        "old_young": 30.0, "households": 40.0, "low": score, "high": score, "grade": "B", "rank": 1,
        "counts": (10, 5, 3, 1, 1), "short": 8, "open": 1, "index": 0.4, "priority": 1, "urgency": 0.7, **more,
    }  # fmt: skip
    return Row(place=place, residents=residents, score=score, **values)


def test_scores_are_weighted_by_residents_where_these_are_known_everywhere():
    assert mean_score([row(residents=100, score=0.2), row(residents=300, score=0.6)])[0] == pytest.approx(0.5)
    assert mean_score([row(residents=100, score=0.2), row(residents=None, score=0.6)])[0] == pytest.approx(0.4)
    assert mean_score([row(score=None), row(score=None)]) == (None, None, None)
    assert mean_score([]) == (None, None, None)
    assert mean_score([row(residents=0.0, score=0.2), row(residents=0.0, score=0.6)])[0] == pytest.approx(0.4)


def test_what_nobody_knows_is_counted_and_not_added():
    sums = add_up([row(residents=100), row(residents=None, households=None)])
    assert sums.residents == Sum(100, 1)
    assert sums.households == Sum(40, 1)
    assert add_up([row(residents=None)]).residents == Sum(None, 1)
    assert add_up([]).communities == 0
    assert add_up([]).met_share is None


def test_a_community_meets_the_standard_when_every_item_that_counts_is_met():
    rows = [row(short=0, open=0), row(short=0, open=2), row(short=1, open=2)]
    assert [one.standing for one in rows] == ["met", "unknown", "not_met"]
    sums = add_up(rows)
    assert sums.standing == {"met": 1, "unknown": 1, "not_met": 1}
    assert sums.met_share == (pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_places_are_gathered_at_the_level_at_which_they_differ():
    assert step_of([HEMU, HUAFENG, WENSAN]) == 2
    assert step_of([HEMU, XIAOHE]) == 3
    assert step_of([HEMU, HUAFENG]) == 4
    assert (step_of([HEMU]), step_of([])) == (4, 1)
    grouped = by_step([row(WENSAN), row(HEMU), row(XIAOHE)], 2)
    assert [(path, len(rows)) for path, rows in grouped.items()] == [("3301/330105/", 2), ("3301/330106/", 1)]


KNOWN = st.floats(0, 1e6, allow_nan=False)
ROWS = st.lists(
    st.builds(row, st.sampled_from([HEMU, HUAFENG, XIAOHE, WENSAN]), st.none() | KNOWN, st.none() | st.floats(0, 1)),
    max_size=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_the_sum_is_the_sum_of_its_parts(rows):
    whole, parts = add_up(rows), [add_up(some) for some in by_step(rows, 2).values()]
    assert whole.communities == sum(part.communities for part in parts)
    assert whole.unscored == sum(part.unscored for part in parts)
    assert whole.residents.unknown == sum(part.residents.unknown for part in parts)
    known = [part.residents.value for part in parts if part.residents.value is not None]
    assert math.isclose(whole.residents.value or 0.0, sum(known), rel_tol=1e-9, abs_tol=1e-6)
    assert all(whole.items.get(s, 0) == sum(part.items.get(s, 0) for part in parts) for s in STATUSES)
    if whole.score is not None:
        scores = [one.score for one in rows if one.score is not None]
        assert min(scores) - 1e-9 <= whole.score <= max(scores) + 1e-9
