import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.survey.coerce import cell_text, coerce_column, nearest_word
from linli.survey.schema import Choice, layer_schema

FACILITIES = layer_schema("facilities")
TYPES = {
    "canteen": Choice(zh="社区食堂", en="canteen", synonyms=("老年食堂",)),
    "nursery": Choice(zh="托儿所", en="nursery"),
}


def one(cell, layer, column, types=None):
    read = coerce_column(pd.Series([cell], dtype=object), layer_schema(layer).column(column), types)
    if read.bad:
        return read.bad[0][1].code
    value = read.cells.iloc[0]
    return None if pd.isna(value) else value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (260, 260.0),
        (260.5, 260.5),
        ("260", 260.0),
        ("２６０", 260.0),
        ("1,200.5", 1200.5),
        (" 12 ", 12.0),
        ("1e3", 1000.0),
        ("", None),
        ("-", None),
        ("不详", None),
        ("/", None),
        (None, None),
        (math.nan, None),
        ("N/A", None),
        (np.float64(3), 3.0),
        ("约300", "number.with_words"),
        ("300㎡", "number.with_words"),
        ("三百", "number.text"),
        ("1,20", "number.text"),
        ("nan", "number.nan"),
        ("inf", "number.infinite"),
        (math.inf, "number.infinite"),
        ("1e999", "number.infinite"),
        (True, "number.text"),
        (dt.date(2024, 1, 2), "number.date"),
        ("1.2.3", "number.text"),
    ],
)
def test_numbers(cell, value):
    assert one(cell, "facilities", "floor_area_m2") == value


@pytest.mark.parametrize(("cell", "value"), [(3, 3.0), ("3.0", 3.0), (3.5, "number.not_whole"), ("-1", -1.0)])
def test_whole_numbers(cell, value):
    assert one(cell, "facilities", "storey") == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (330105001001.0, "330105001001"),
        (330105001001, "330105001001"),
        ("0012", "0012"),
        ("Ａ１", "A1"),
        (1.5, "1.5"),
        (" 甲 ", "甲"),
        ("", None),
        (dt.date(2024, 1, 2), "code.date"),
        (3.30105001001001e17, "code.digits_lost"),
        ("3.30105E+11", "code.scientific"),
    ],
)
def test_codes_are_text(cell, value):
    assert one(cell, "facilities", "facility_id") == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("-", "-"),
        ("A3E5", "A3E5"),
        (pd.Timestamp("2024-01-02").to_pydatetime(), "2024-01-02"),
        (True, "true"),
        (12.0, "12"),
    ],
)
def test_free_text_is_left_as_it_is(cell, value):
    assert one(cell, "facilities", "name") == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("是", True), ("有", True), ("√", True), (1.0, True), (True, True), ("否", False), ("无", False), (0, False),
     ("No", False), ("", None), ("不详", None), ("大概", "boolean.unknown"), (2, "boolean.unknown")],
)  # fmt: skip
def test_yes_and_no(cell, value):
    assert one(cell, "facilities", "own_entrance") == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (dt.date(2026, 7, 1), "2026-07-01"),
        (pd.Timestamp("2026-07-01 08:30").to_pydatetime(), "2026-07-01"),
        ("2026-07-01", "2026-07-01"),
        ("2026/7/1", "2026-07-01"),
        ("2026.7.1", "2026-07-01"),
        ("2026年7月1日", "2026-07-01"),
        ("20260701", "2026-07-01"),
        ("2026-07-01 00:00:00", "2026-07-01"),
        ("", None),
        ("2026-07", "date.text"),
        (46204.0, "date.text"),
        ("7/1/2026", "date.text"),
        ("2026-02-30", "date.impossible"),
        ("2026-13-01", "date.impossible"),
        ("0026-01-01", "date.impossible"),
        ("明年", "date.text"),
    ],
)
def test_dates(cell, value):
    found = one(cell, "rooms", "available_from")
    assert (found.date().isoformat() if isinstance(found, pd.Timestamp) else found) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("canteen", "canteen"),
        ("社区食堂", "canteen"),
        ("老年食堂", "canteen"),
        ("CANTEEN", "canteen"),
        ("", None),
        ("飞船", "type.unknown"),
    ],
)
def test_facility_types(cell, value):
    assert one(cell, "facilities", "type", TYPES) == value


def test_an_unknown_choice_offers_the_nearest_and_the_list():
    read = coerce_column(pd.Series(["社区食唐", "在用", "停了"], dtype=object), FACILITIES.column("type"), TYPES)
    suggestion = read.bad[0][1].facts["suggestion"]
    assert "社区食堂" in suggestion.zh
    assert "canteen" in suggestion.en
    bad = coerce_column(pd.Series(["坏"], dtype=object), FACILITIES.column("status")).bad[0][1]
    assert "在用 (in_use)" in bad.allowed


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("托儿所;食堂", "type.unknown"),
        ("托儿所；社区食堂", "nursery;canteen"),
        ("nursery、canteen、nursery", "nursery;canteen"),
        ("", None),
    ],
)
def test_lists(cell, value):
    assert one(cell, "rooms", "allowed_types", TYPES) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("是", "yes"), (True, "yes"), ("部分", "partly"), ("12.5", "12.5"), (3.0, "3"), ("也许", "choice.unknown")],
)
def test_answers_are_words_or_numbers(cell, value):
    assert one(cell, "answers", "value") == value


def test_a_pattern_is_held():
    assert one("complete_community/parking", "answers", "item") == "complete_community/parking"
    assert one("停车", "answers", "item") == "text.pattern"


def test_columns_that_are_numbers_already_are_read_at_once():
    read = coerce_column(pd.Series([1.0, math.nan, math.inf, 2.5]), FACILITIES.column("storey"))
    assert [(at, bad.code) for at, bad in read.bad] == [(2, "number.infinite"), (3, "number.not_whole")]
    assert read.cells.isna().tolist() == [False, True, True, True]


def test_true_and_one_are_different_cells():
    read = coerce_column(pd.Series([1.0, True], dtype=object), FACILITIES.column("floor_area_m2"))
    assert [at for at, _ in read.bad] == [1]


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.dates(), st.none()))
def test_no_cell_whatever_ends_in_a_traceback(cell):
    for layer in ("facilities", "rooms", "answers"):
        for column in layer_schema(layer).columns:
            read = coerce_column(pd.Series([cell], dtype=object), column, TYPES if column.choices_from else None)
            assert len(read.cells) == 1


def test_cell_text_shows_what_the_program_shows():
    assert [cell_text(x) for x in (7.0, 7.5, True, None, math.nan, dt.date(2024, 1, 2), " a ")] == [
        "7", "7.5", "true", "", "", "2024-01-02", "a",
    ]  # fmt: skip
    assert cell_text(math.inf) == "inf"
    assert nearest_word("canten", ["canteen", "nursery"]) == "canteen"
    assert nearest_word("zzz", ["canteen"]) is None
