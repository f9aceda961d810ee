import datetime as dt

import numpy as np
import pandas as pd
import pytest

from linli.report.formats import Format, known, number, share, share_range
from linli.report.words import load_words

NOTHING = [None, float("nan"), np.nan, pd.NA, pd.NaT, float("inf"), np.float64("nan")]


@pytest.fixture(params=["zh", "en"])
def fmt(request):
    return Format(load_words(request.param))


@pytest.mark.parametrize("value", NOTHING)
def test_unknown_is_never_nought_nor_a_dash(fmt, value):
    assert not known(value)
    for text in (fmt.n(value), fmt.pct(value), fmt.degree(value), fmt.score(value), fmt.folk(value), fmt.area(value)):
        assert text == fmt.unknown
    assert number(value) is None
    assert share(value) is None


def test_digits_are_grouped_and_units_follow(fmt):
    assert fmt.n(378517.4) == "378,517"
    assert fmt.unit(1250, "m2") == "1,250\u202fm²"
    assert fmt.metres(312.4) == "312\u202fm"
    assert fmt.metres(12_345) == "12.3\u202fkm"
    assert fmt.metres(float("inf")) == fmt.words("number.beyond")
    assert fmt.date(dt.date(2026, 11, 23)) == "2026-11-23"
    assert number(-0.2) == "0"


def test_ranges_show_where_inputs_are_unknown(fmt):
    assert fmt.degree(0.7, 0.62, 0.71) == "62–71\u202f%"
    assert fmt.degree(0.7, 0.7, 0.7) == "70\u202f%"
    assert "44" in fmt.score(0.489, 0.44, 0.54)
    assert fmt.score(0.489, 0.489, 0.489) == "48.9"
    assert share_range(None, 0.5) is None


def test_almost_all_is_not_all():
    assert share(0.9999).startswith(">99")
    assert share(0.0001).startswith("<1")
    assert share(0.0) == "0\u202f%"
    assert share(1.0) == "100\u202f%"


def test_values_of_rules(fmt):
    assert fmt.value(0.6, "share") == "60\u202f%"
    assert fmt.value(True) == fmt.words("number.yes")
    assert fmt.value("text") == "text"
    assert fmt.value(1200, "m2") == "1,200\u202fm²"
    assert fmt.value(None, "m2") == fmt.unknown


def test_floor_area_may_stand_for_people():
    assert Format(load_words("en"), "m2").folk(1200) == "1,200\u202fm²"
    assert Format(load_words("zh"), "m2").folk_unit() == "m²"
