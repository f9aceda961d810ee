from decimal import Decimal

from django.template import engines

from linli.web.communities.templatetags.figures import hundred, plain_number, points, wan, whole, words_of


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


def test_a_mark_has_its_word():
    drawn = engines["django"].from_string("{% load figures %}{% mark 'partly' %}").render()
    assert "◐" in drawn
    assert 'aria-label="部分达标"' in drawn
