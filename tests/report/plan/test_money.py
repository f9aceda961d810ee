import math

import pytest

from linli.report.plan.money import Money
from linli.report.plan.words import plan_words

THIN = "\u202f"


@pytest.fixture(params=["zh", "en"])
def money(request):
    return Money(plan_words(request.param))


@pytest.mark.parametrize(
    ("lang", "yuan", "told"),
    [
        ("zh", 860.0, "860 元"),
        ("zh", 28_740_000.0, "2,874 万元"),
        ("zh", 8_948_000.0, "894.8 万元"),
        ("zh", 1_200_000_000.0, "12 亿元"),
        ("zh", 123_456_789.0, "1.23 亿元"),
        ("zh", -42_000.0, "-4.2 万元"),
        ("en", 860.0, "860 yuan"),
        ("en", 28_740_000.0, "28.74 million yuan"),
        ("en", 1_200_000_000.0, "1,200 million yuan"),
    ],
)
def test_amounts_in_words(lang, yuan, told):
    assert Money(plan_words(lang)).amount(yuan) == told.replace(" ", THIN, 1)


def test_not_set_is_a_word(money):
    for missing in (math.nan, None):
        assert money.amount(missing) == money.cell(missing) == money.exact(missing) == money.words("money.unset")


def test_cells_are_exact_to_a_thousand_yuan():
    assert Money(plan_words("zh")).cell(147_000.0) == "14.7"
    assert Money(plan_words("en")).cell(147_000.0) == "147"


def test_yuan_and_fen():
    assert Money(plan_words("zh")).exact(339_160.0) == f"339,160.00{THIN}元"


@pytest.mark.parametrize("largest", [3.0, 900.0, 5e4, 3e6, 9e7, 2e9])
def test_an_axis_has_figures_that_can_be_read(money, largest):
    scale, unit = money.axis(largest)
    assert 1 <= largest / scale < 200_000
    assert unit
