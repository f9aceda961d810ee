import datetime as dt

import pytest

from linli.rules import load_catalogue
from linli.web.wishes.results import Share, Target, is_met, per_cent, targets_on

DAY = dt.date(2026, 11, 23)


def test_the_targets_are_those_of_the_catalogue():
    catalogue = load_catalogue()
    assert [(t.renewal, t.share) for t in targets_on(catalogue, DAY, None)] == [(False, 0.5), (True, 0.8)]
    (one,) = targets_on(catalogue, DAY, True)
    assert (one.share, one.value.certainty, one.per_cent) == (0.8, "published", "80.0 %")
    assert "导则" in one.value.clause


def test_before_it_was_published_there_is_no_target():
    (one,) = targets_on(load_catalogue(), dt.date(2020, 1, 1), False)
    assert (one.share, one.value, one.per_cent) == (None, None, "")


@pytest.mark.parametrize(
    ("share", "shares", "status"),
    [
        (0.5, [0.5], "met"), (0.499, [0.5], "not_met"), (None, [0.5], "unknown"), (0.6, [None], "unknown"),
        (0.6, [0.5, 0.8], "unknown"), (0.8, [0.5, 0.8], "met"), (0.4, [0.5, 0.8], "not_met"), (0.9, [0.5, None], "unknown"),
    ],
)  # fmt: skip
def test_a_share_meets_the_target_only_if_every_one_that_may_apply_is_met(share, shares, status):
    assert is_met(share, tuple(Target(False, one, None) for one in shares)) == status


def test_the_share_is_unknown_where_the_households_are():
    assert Share(5, None, ()).share is None
    assert Share(5, 10, (Target(False, 0.5, None),)).status == "met"
    assert Share(0, 10, ()).per_cent == "0.0 %"


def test_what_falls_short_never_looks_as_if_it_met_the_target():
    assert per_cent(0.49999) == "49.9 %"
    assert per_cent(2 / 3) == "66.6 %"
    assert per_cent(0.7) == "70.0 %"
