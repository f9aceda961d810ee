from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.operate.money import exact_product, to_decimal, to_fen, to_fen_up, write_number, write_yuan

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=6)


@given(amount=amounts)
def test_half_a_fen_goes_up_in_size(amount):
    exact = Fraction(amount) * 100
    nearest = int(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)
    assert to_fen(amount) == Decimal(nearest) / 100
    assert to_fen(amount).as_tuple().exponent == -2


@given(amount=amounts)
def test_a_price_is_rounded_up_by_less_than_a_fen(amount):
    assert amount <= to_fen_up(amount) < amount + Decimal("0.01")


@pytest.mark.parametrize(("written", "meant"), [(0.1, "0.1"), (0.35, "0.35"), ("12.50", "12.50"), (3, "3")])
def test_figures_are_taken_as_written(written, meant):
    assert to_decimal(written) == Decimal(meant)


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf"), "ten", True, None])
def test_what_is_no_amount_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=r"`area` must be a"):
        to_decimal(wrong, "area")


@given(factors=st.lists(st.decimals(min_value=0, max_value=10**9, places=4), max_size=3))
def test_products_lose_nothing(factors):
    exact = Fraction(1)
    for factor in factors:
        exact *= Fraction(factor)
    assert Fraction(exact_product(*factors)) == exact


def test_a_product_that_cannot_be_exact_is_refused():
    with pytest.raises(ArithmeticError):
        exact_product(Decimal(1) / Decimal(3), Decimal(1) / Decimal(7), Decimal(1) / Decimal(11))


def test_writing():
    assert write_number(Decimal("12000.50")) == "12,000.5"
    assert write_number(Decimal("1200")) == "1,200"
    assert write_yuan(Decimal("1234567.8")) == "1,234,567.80"
