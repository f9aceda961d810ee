import re

import numpy as np
import pytest

from linli.feedback.summary import figure, write_summary


@pytest.mark.parametrize(
    ("value", "unit", "lang", "text"),
    [
        (134_800.0, "m2", "zh", "13.48 万m²"),
        (9_999.0, "m2", "zh", "9,999 m²"),
        (134_800.0, "m2", "en", "134,800 m²"),
        (3.0, "count", "zh", "3 处"),
        (1_234.0, "residents", "en", "1,234"),
        (-5.0, "residents", "zh", "-5 人"),
        (np.nan, "m2", "zh", "未知"),
        (np.nan, "count", "en", "unknown"),
    ],
)
def test_figures(value, unit, lang, text):
    assert figure(value, unit, lang) == text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_the_demo(outcome, lang):
    page = write_summary(outcome, lang)
    assert "nan" not in page.lower().replace("finan", "")
    assert not re.search(r"\{\w+\}", page)
    worse = {"zh": "变差的", "en": "What got worse"}[lang]
    # what got worse stands before what was gained
    assert 0 < page.index(worse) < page.index({"zh": "变好的指标", "en": "Items that got better"}[lang])
    for row in outcome.worse.head(5).itertuples():
        assert getattr(row, lang) in page
    assert {"zh": "盘活存量用房", "en": "rooms brought back"}[lang] in page
    if lang == "en":
        assert "：" not in page


def test_two_rounds_that_do_not_differ(make):
    page = write_summary(make.compare({}, {}), "zh")
    assert "两轮没有差别" in page


def test_what_is_to_be_decided(make):
    before = {"facilities": [make.facility("F1", "canteen", 100.0, "阳光食堂")]}
    after = {"facilities": [make.facility("N1", "canteen", 103.0, "大象餐饮")]}
    page = write_summary(make.compare(before, after), "zh")
    assert "F1 阳光食堂 / N1 大象餐饮" in page
    assert "doubtful.csv" in page


def test_a_forecast_counts_residents(make, outcome):
    import dataclasses

    import pandas as pd

    rows = [("A", "i", "r", 900.0, 0.0, 0.5, 0.25, 0.5), ("B", "i", "r", 10.0, 0.2, 0.201, 0.3, 100.0)]
    columns = list(outcome.forecast.columns)
    meta = outcome.meta.model_copy(update={"planned": True})
    told = dataclasses.replace(outcome, meta=meta, forecast=pd.DataFrame(rows, columns=columns))
    # (225 + 1) of (450 + 0.01) residents
    assert "实现了 50%" in write_summary(told, "zh")


def test_a_plan(make):
    import pandas as pd

    plan = pd.DataFrame({"place_id": ["R1"], "type": ["canteen"]})
    page = write_summary(make.compare({"rooms": [make.room("R1", 100.0, 90.0)]}, {}, plan), "zh")
    assert "方案落实" in page
    assert "实现了" not in page
    assert "不再列入" in page
