import math

import pytest

from linli.report.district.funds import cost_parts, funds


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_money_by_year_adds_up(desks, table_of, lang):
    desk = desks(lang=lang)
    rows = table_of(funds(desk), "cash").rows
    assert rows[-1][-1].text == desk.money.cell(math.fsum(one.yuan for one in desk.part.cash))
    years = sorted({one.year for one in desk.part.cash})
    for at, year in enumerate(years, start=1):
        paid = math.fsum(one.yuan for one in desk.part.cash if one.year == year)
        assert rows[-1][at].text == desk.money.cell(paid)


def test_subsidies_show_what_is_not_decided(desks, table_of):
    desk = desks()
    rows = table_of(funds(desk), "subsidies").rows
    for row, one in zip(rows, desk.part.subsidies, strict=True):
        assert row[6].text == desk.money.cell(one.amount_yuan)
        assert row[7].text == one.reason["zh"]
        assert (row[6].text == "待填") == math.isnan(one.amount_yuan)


def test_frontier_and_alternatives_are_those_of_the_book(desks, table_of):
    desk = desks()
    blocks = funds(desk)
    assert len(table_of(blocks, "frontier").rows) == len(desk.book.frontier)
    assert [row[0].text for row in table_of(blocks, "alternatives").rows] == [
        one.title["zh"] for one in desk.book.alternatives
    ]
    assert len(table_of(blocks, "shadow").rows) == len(desk.book.shadow)


def test_what_holds_for_the_whole_is_told_in_a_district(desks, said, plan_book):
    text = said(funds(desks(district=plan_book.districts[0].key)))
    assert "不分区" in text
    assert "不分区" not in said(funds(desks()))


def test_unset_costs_are_areas_and_name_the_setting(desks, said):
    text = said(funds(desks("bare")))
    assert "improve.unit_costs" in text
    assert "m²" in text
    assert "没有测算专项奖补" in text


def test_only_those_who_pay_are_named(desks):
    desk = desks()
    text = cost_parts(desk)
    assert "市、区资金" in text
    assert ("专项补助" in text) == (desk.part.sums.subsidy_yuan > 0)


def test_a_plan_without_projects_says_so(desks, said):
    assert "没有选出任何项目" in said(funds(desks("empty")))
