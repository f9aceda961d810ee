"""Money on pages."""

from decimal import Decimal

from linli.web.funds.templatetags.money import yuan


def test_amounts_have_two_decimals_and_none_is_a_dash():
    assert yuan(Decimal("1234567.8")) == "1,234,567.80"
    assert yuan(None) == "–"
