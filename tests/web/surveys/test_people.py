"""A list of persons becomes numbers, and nothing else."""

import datetime as dt
import io

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import InputError
from linli.units import AGE_BANDS
from linli.web.refusal import Refused
from linli.web.surveys.people import age_on, band_of, count_people, read_date

ON = dt.date(2026, 11, 1)
LIST = (
    "楼栋编号,姓名,身份证号,出生日期\r\n"
    "B1,张三,110105195003120011,1950-03-12\r\n"
    "B1,李四,x,2025/12/01\r\n"
    "B1,王五,x,19900102\r\n"
    "B2,赵六,x,1940年5月6日\r\n"
    "B2,钱七,x,不详\r\n"
    ",孙八,x,1980-01-01\r\n"
    "\r\n"
)


def count(text, name="名单.csv", encoding="auto", codec="gb18030"):
    return count_people(text.encode(codec), name, encoding=encoding, on=ON)


def book(rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_counted_by_building_and_band(codec):
    found = count(LIST, codec=codec)
    assert found.is_list
    assert (found.rows, found.without_building, found.ages_unknown) == (6, 1, 1)
    assert found.dropped == ("姓名", "身份证号")
    b1 = found.table.loc["B1"]
    assert b1["residents"] == 3
    assert [b1[f"residents_{band}"] for band in AGE_BANDS] == [1, 0, 0, 1, 1, 0]
    b2 = found.table.loc["B2"]
    assert b2["residents"] == 2
    assert b2.drop("residents").isna().all()


def test_nothing_of_a_person_is_in_what_comes_out():
    text = repr(count(LIST)) + count(LIST).table.to_csv()
    for word in ("张三", "110105", "1950", "王五"):
        assert word not in text


def test_a_workbook_with_dates_ages_and_a_title():
    data = book([
        ["某社区居民名册"],
        ["楼号", "年龄"],
        ["B1", 5],
        ["B1", 80],
        ["B1", "六十"],
        ["B2", 200],
    ])  # fmt: skip
    found = count_people(data, "名单.xlsx", encoding="auto", on=ON)
    assert found.ages_unknown == 2
    assert found.table["residents"].to_dict() == {"B1": 3, "B2": 1}
    dated = book([["building", "birthday"], ["B1", dt.date(1940, 1, 1)], ["B1", dt.date(2030, 1, 1)]])
    found = count_people(dated, "x.xlsx", encoding="auto", on=ON)
    assert (found.table.loc["B1", "residents"], found.ages_unknown) == (2, 1)


def test_counts_by_building_are_taken_as_they_are():
    found = count("楼栋编号,联系人,常住人口,60—79岁人口\nB1,张三,10,3\nB2,李四,,4\n,王五,3,\n", codec="utf-8")
    assert not found.is_list
    assert found.dropped == ("联系人",)
    assert (found.rows, found.without_building) == (3, 1)
    assert found.table.loc["B1", "residents"] == 10
    assert np.isnan(found.table.loc["B2", "residents"])
    assert found.table.loc["B2", "residents_60_79"] == 4


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("姓名,出生日期\n张三,1950-01-01\n", "no_residents"),
        ("楼栋编号,姓名\nB1,张三\n", "no_residents"),
        ("", "no_residents"),
        ("楼栋编号,常住人口\nB1,1\nB1,2\n", "building_twice"),
        ("\0\0\0", "no_text"),
        ('楼栋编号,出生日期\n"B1,1950', "unreadable"),
    ],
)
def test_what_holds_no_residents_is_refused(text, key):
    with pytest.raises(Refused) as refused:
        count(text, codec="utf-8")
    assert refused.value.key == f"surveys.refuse.{key}"


def test_counts_that_cannot_be_read_are_told():
    with pytest.raises(InputError, match="常住人口"):
        count("楼栋编号,常住人口\nB1,十人\nB2,3\n", codec="utf-8")


def test_what_is_no_workbook_is_not_opened():
    with pytest.raises(InputError):
        count_people(b"MZ\x90", "x.xlsx", encoding="auto", on=ON)
    with pytest.raises(InputError):
        count_people(b"PK\x03\x04 and no more", "x.csv", encoding="auto", on=ON)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("1950-03-12", (1950, 3, 12)), ("1950/3/2", (1950, 3, 2)), ("1950.3.2", (1950, 3, 2)),
        ("19500312", (1950, 3, 12)), ("195003", (1950, 3, 1)), ("1950年3月12日", (1950, 3, 12)),
        ("1950-03", (1950, 3, 1)), ("1950年3月", (1950, 3, 1)), (dt.date(1950, 3, 12), (1950, 3, 12)),
        (19500312, (1950, 3, 12)), ("1950-13-01", None), ("1950", None), ("", None), (None, None), ("不详", None),
    ],
)  # fmt: skip
def test_days_as_people_write_them(cell, day):
    assert read_date(cell) == (dt.date(*day) if day else None)


def test_an_age_changes_on_the_birthday():
    assert age_on(dt.date(2020, 11, 2), ON) == 5
    assert age_on(dt.date(2020, 11, 1), ON) == 6
    assert age_on(dt.date(2020, 2, 29), dt.date(2021, 2, 28)) == 0


@given(st.integers(-5, 200))
def test_every_age_is_in_its_band(age):
    at = band_of(age)
    if not 0 <= age <= 130:
        assert at is None
    else:
        low, _, high = AGE_BANDS[at].partition("_")
        assert int(low) <= age
        assert high == "plus" or age <= int(high)
    assert band_of(None) is None
