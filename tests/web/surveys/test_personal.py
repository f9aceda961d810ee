import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.web.surveys.personal import is_identity_number, personal_headings, personal_values, words_of

WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def identity(born=dt.date(1950, 3, 12), serial=1, area="110105"):
    body = f"{area}{born:%Y%m%d}{serial:03d}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


@pytest.mark.parametrize(
    "heading",
    [
        "姓名",
        "户主姓名",
        "身份证号",
        "居民身份证号码(18位)",
        "证件号码",
        "手机号",
        " 联系电话 ",
        "Phone",
        "ID_Card",
        "民族",
    ],
)
def test_headings_about_persons(heading):
    assert personal_headings(["楼栋编号", heading]) == [heading]


@pytest.mark.parametrize(
    "heading", ["楼栋编号", "名称", "小区名称", "常住人口", "0—2岁人口", "建成年份", "name", "kind", ""]
)
def test_headings_about_buildings(heading):
    assert personal_headings([heading]) == []


def test_each_heading_is_named_once():
    assert personal_headings(["姓名", "楼", "姓名", "手机"]) == ["姓名", "手机"]


def test_an_identity_number_has_form_date_and_check_digit():
    # The example of GB 11643-1999 itself.
    assert is_identity_number("11010519491231002X")
    assert is_identity_number("11010519491231002x")
    assert not is_identity_number("110105194912310021")
    assert not is_identity_number("11010519491331002X")
    assert not is_identity_number("1101051949123100")
    assert not is_identity_number("")


@given(st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_any_number_is_known_and_one_changed_digit_is_not(born, serial, at, by):
    number = identity(born, serial)
    assert is_identity_number(number)
    changed = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert not is_identity_number(changed)


def test_columns_are_told_by_their_values():
    codes = [f"33010500{n:010d}" for n in range(50)]
    people = [identity(serial=n) for n in range(50)]
    phones = [f"138000000{n:02d}" for n in range(50)]
    found = personal_values({"building_id": codes, "estate_id": people, "community_id": phones, "kind": [None, 1.5]})
    assert found == ["estate_id", "community_id"]
    # Two that look alike among many codes are codes.
    assert personal_values({"x": [*codes, *people[:2]]}) == []
    assert personal_values({"x": [float("nan"), None, ""]}) == []


def test_words_are_compared_as_headings_are():
    assert "buildingid" in words_of("building")
    assert words_of("birth") & words_of("age") == set()
