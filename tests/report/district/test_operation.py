from dataclasses import replace

import pytest

from linli.report.district.operation import operation


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_account_is_the_books(desks, table_of, lang):
    desk = desks(lang=lang)
    rows = table_of(operation(desk), "operating").rows
    assert rows[-1][4].text == desk.money.cell(desk.part.account.balance_yuan)
    assert len(rows) == len(desk.part.operating)


def test_streams_have_the_words_of_the_account(desks, said):
    text = said(operation(desks()))
    assert "服务收费" in text
    assert "wages" not in text


def test_break_even_lists_facilities_that_have_one(desks, table_of, said):
    desk = desks()
    first, second = desk.part.projects[:2]
    rows = (
        {"id": first.option_id, "level": "facility", "occupancy": 0.72, "price_factor": 1.25, "prices": None},
        {"id": second.option_id, "level": "facility", "occupancy": None, "price_factor": None, "prices": None},
        {"id": "all", "level": "all", "occupancy": None, "price_factor": 1.17, "prices": None},
    )
    blocks = operation(replace(desk, book=replace(desk.book, break_even=rows)))
    table = table_of(blocks, "break_even")
    assert [row[0].text for row in table.rows] == [str(first.number)]
    assert table.rows[0][3].text == "1.25"
    assert "1.17 倍" in said(blocks)
    assert "另有 1 个项目" in said(blocks)


def test_assumptions_of_the_modes_stand_side_by_side(desks, table_of):
    desk = desks()
    rows = tuple(
        {"mode": mode, "name": "price", "title_zh": "价格", "title_en": "prices", "value": value, "unit": "factor",
         "clause": "", "certainty": "recalled", "source": "示例"}
        for mode, value in (("integrated", 0.9), ("social", 1.0))
    )  # fmt: skip
    table = table_of(operation(replace(desk, book=replace(desk.book, assumptions=rows))), "assumptions")
    assert [cell.text.split("\u202f")[0] for cell in table.rows[0]][:2] == ["价格", "0.9"]
    assert "示例（待核对）" in table.notes[0]


def test_risks_name_the_levers(desks, table_of):
    rows = table_of(operation(desks()), "tornado").rows
    assert len(rows) == 4
    assert "使用率" in {row[0].text for row in rows}


def test_what_must_be_filled_in_is_said(desks, said):
    desk = desks("bare")
    assert "尚未测算" in said(operation(desk))
    left = ({"part": "operation", "zh": "请填 operating/finance", "en": "fill operating/finance"},)
    text = said(operation(replace(desk, book=replace(desk.book, left_out=left))))
    assert "请填 operating/finance" in text
