from decimal import Decimal

from django.template import engines

from linli.web.communities.templatetags.figures import (
    choice,
    field_title,
    hundred,
    in_words,
    known,
    plain_number,
    points,
    type_title,
    wan,
    whole,
    words_of,
    year,
    yuan_known,
)


def test_money_is_written_large_with_its_unit():
    assert wan(Decimal("123456789.50")) == "1.23 亿元"
    assert wan(Decimal("1234567.50")) == "123.46 万元"
    assert wan(Decimal("999.50")) == "999.50 元"
    assert wan(Decimal("-20000.00")) == "-2.00 万元"


def test_numbers_and_the_unknown():
    assert (points(0.6234), points(None)) == ("62.3", "待补")
    assert (whole(1234.4), whole(None)) == ("1,234", "待补")
    assert (hundred(0.625), hundred(None)) == ("62", "待补")
    assert (plain_number("1,234"), plain_number("待补")) == ("1234", "")
    assert words_of("a b") == ["a", "b"]


def test_a_sign_has_its_word():
    drawn = engines["django"].from_string("{% load figures %}{% sign 'partly' %}").render()
    assert "◐" in drawn
    assert 'aria-label="部分达标"' in drawn


def test_values_of_the_register_are_in_words():
    assert (known(None), known(""), known(True), known(1234.0), known(0.25), known("甲")) == (
        "待补", "待补", "是", "1,234", "0.2", "甲",
    )  # fmt: skip
    assert (year(1987.0), year(None)) == ("1987", "待补")
    assert choice("trusteeship", "estates.property_service") == "街道社区托管"
    assert (choice(None, "estates.property_service"), choice("x", "estates.property_service")) == ("待补", "x")
    assert (yuan_known(None), yuan_known(Decimal(20000))) == ("待补", "2.00 万元")
    assert (type_title("nursery"), type_title("no_such")) == ("托儿所", "no_such")
    assert in_words({"zh": "甲", "en": "A"}) == "甲"


def test_facts_that_are_asked_have_names():
    assert field_title("geometry", "facilities") == "位置"
    assert field_title("built_year", "estates") == "建成年份"
    assert field_title("floor_area_m2", "sizes") == "建筑面积"
    assert field_title("households", "community") == "户数"
    assert field_title("canteen", "facilities") == "社区食堂"
    assert field_title("complete_community/utilities", "answers").startswith("水、电")
