import openpyxl
import pandas as pd
import pytest

from linli.feedback.words import say, word_keys
from linli.feedback.workbook import SHEETS, write_workbook


@pytest.fixture(scope="module", params=["zh", "en"])
def book(request, outcome, tmp_path_factory):
    path = write_workbook(outcome, tmp_path_factory.mktemp("book") / "a.xlsx", request.param)
    return request.param, openpyxl.load_workbook(path)


def rows(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_every_column_is_in_its_table_and_has_a_heading(outcome):
    keys = set(word_keys())
    for name, columns in SHEETS.items():
        assert f"sheet.{name}" in keys
        added = {"community", "line", "note", "text"}
        assert set(columns) - added <= set(outcome.tables[name].columns), name
        assert {f"head.{column}" for column in columns} <= keys, name


def test_every_row_is_there(outcome, book):
    lang, sheets = book
    assert "projects" not in [name for name in SHEETS if say(f"sheet.{name}", lang) in sheets.sheetnames]
    for name in ("worse", "changes", "places", "coverage", "residents", "wishes"):
        assert len(rows(sheets[say(f"sheet.{name}", lang)])) == len(outcome.tables[name]) + 1
    changed = (outcome.items["change"] != "same").sum()
    assert len(rows(sheets[say("sheet.items", lang)])) == changed + 1


def test_codes_are_words_and_the_unknown_is_empty(outcome, book):
    lang, sheets = book
    text = {str(cell) for name in sheets.sheetnames for row in rows(sheets[name]) for cell in row if cell is not None}
    assert not {"nan", "None", "not_met", "in_use", "facilities" if lang == "zh" else "设施"} & text
    assert say("change.moved", lang) in text
    assert say("status.not_met", lang) in text
    table = rows(sheets[say("sheet.totals", lang)])
    high = table[0].index(say("head.high", lang))
    assert any(row[high] is None for row in table[1:])


def test_shares_are_written_in_percent(outcome, book):
    lang, sheets = book
    table = rows(sheets[say("sheet.items", lang)])
    at = table[0].index(say("head.degree_after", lang))
    degrees = [row[at] for row in table[1:] if row[at] is not None]
    assert max(degrees) == pytest.approx(100.0)


def test_same_outcome_same_bytes(outcome, tmp_path):
    one, other = (write_workbook(outcome, tmp_path / f"{i}.xlsx", "zh") for i in range(2))
    assert one.read_bytes() == other.read_bytes()


def test_a_plan_and_a_name_that_looks_like_a_formula(make, tmp_path):
    plan = pd.DataFrame({"place_id": ["R1"], "type": ["canteen"]})
    before = {"rooms": [make.room("R1", 100.0, 90.0)]}
    after = {"facilities": [make.facility("N1", "canteen", 100.0, '=HYPERLINK("http://x")')]}
    path = write_workbook(make.compare(before, after, plan), tmp_path / "a.xlsx", "zh")
    sheets = openpyxl.load_workbook(path)
    assert "已完成" in str(rows(sheets["方案项目"]))
    cells = [cell for row in sheets["逐项变化"].iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)
