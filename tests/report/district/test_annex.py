from dataclasses import replace

import pytest

from linli.report.district import annex
from linli.report.district.annex import annexes
from linli.report.district.document import Heading, Table


def test_every_community_has_a_sheet_by_subdistrict(desks):
    desk = desks()
    headings = [one for one in annexes(desk) if isinstance(one, Heading)]
    assert [one.text for one in headings if one.level == 3] == sorted(
        (one.name for one in desk.communities),
        key=lambda name: list(dict.fromkeys(c.subdistrict for c in desk.communities)).index(
            next(c.subdistrict for c in desk.communities if c.name == name)
        ),
    )
    assert all(one.annex for one in headings if one.level == 1)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sheets_show_every_item_with_status(desks, lang):
    desk = desks(lang=lang)
    tables = [one for one in annexes(desk) if isinstance(one, Table) and any(c.status for row in one.rows for c in row)]
    assert len(tables) == len(desk.communities)
    assert {len(one.rows) for one in tables} == {len(desk.standard.items)}


def test_many_communities_leave_sheets_to_those_with_projects(desks, said, monkeypatch):
    monkeypatch.setattr(annex, "SHEETS", 1)
    desk = desks()
    shown = [one for one in annexes(desk) if isinstance(one, Heading) and one.level == 3]
    assert len(shown) == sum(1 for one in desk.part.communities if one.projects)


def test_who_is_still_without_is_listed_with_the_reason(desks, table_of):
    desk = desks()
    rows = table_of(annexes(desk), "without").rows
    assert len(rows) == len(desk.part.without)
    assert sum(int(row[2].text.replace(",", "")) for row in rows) == pytest.approx(
        sum(one.residents for one in desk.part.without), abs=len(rows)
    )


def test_each_amount_of_the_subsidy_is_worked_out_in_words(desks, table_of):
    desk = desks()
    table = table_of(annexes(desk), "subsidy_steps")
    assert len(table.rows) == sum(len(one.steps) for one in desk.part.subsidies)
    assert table.notes == ("[1] 二（三）",)
    assert {row[3].text for row in table.rows} == {"[1]"}


def test_provenance_says_how_good_the_plan_is(desks, table_of):
    desk = desks()
    rows = {row[0].text: row[1].text for row in table_of(annexes(desk), "provenance").rows}
    assert desk.book.assessment.catalogue_version in rows["规则目录版本与日期"]
    assert rows["求解状态"]
    assert rows["软件版本"] == str(desk.book.plan["code_version"])


def test_a_clash_is_told(desks, said):
    desk = desks()
    clash = ({"kind": "budget", "label": "budget", "relax_by": 5.0},)
    other = replace(desk, book=replace(desk.book, plan={**desk.book.plan, "clash": clash}))
    assert "放宽 5 可行" in said(annexes(other))


def test_nothing_made_up_without_projects(desks, said):
    text = said(annexes(desks("empty")))
    assert "本轮没有项目" in text
