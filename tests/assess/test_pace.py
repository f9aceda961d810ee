import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.assess.pace import own_distance, paces_of
from linli.errors import UnknownRuleError

LEVELS = [(300.0, 5.0), (500.0, 10.0), (1000.0, 15.0)]


@pytest.mark.parametrize(
    ("distance", "elder"), [(300, 240), (500, 480), (1000, 720), (150, 120), (800, 576), (2000, 1440)]
)
def test_an_elder_at_0_8(distance, elder):
    assert own_distance(distance, 0.8, LEVELS) == pytest.approx(elder)


@given(st.floats(0, 3000), st.floats(0.1, 3))
def test_never_farther_than_the_standard(distance, speed):
    assert 0 <= own_distance(distance, speed, LEVELS) <= distance


def test_from_the_catalogue(catalogue):
    paces = paces_of(catalogue, "adult", dt.date(2026, 11, 23))
    assert paces.person(300.0) == 300.0
    assert paces.elder(300.0) == pytest.approx(240.0)
    assert paces.carer(300.0) == pytest.approx(255.0)
    assert [limit.rule for limit in paces.speeds] == ["walking/speed.elder", "walking/speed.carer"]
    assert paces_of(catalogue, "wheelchair", dt.date(2026, 11, 23)).person(300.0) == pytest.approx(201.0)


def test_before_the_levels_were_in_force(catalogue):
    with pytest.raises(UnknownRuleError, match="walking/distance"):
        paces_of(catalogue, "adult", dt.date(2010, 1, 1))
