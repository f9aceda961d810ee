import pytest

from linli.report.district.document import Landscape
from linli.report.district.yearly import yearly


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_project_is_in_the_table_on_turned_pages(desks, table_of, lang):
    desk = desks(lang=lang)
    blocks = yearly(desk)
    rows = table_of(blocks, "projects").rows
    assert [row[0].text for row in rows] == [str(one.number) for one in desk.part.projects]
    assert any(isinstance(one, Landscape) for one in blocks)
    for row, one in zip(rows, desk.part.projects, strict=True):
        assert row[7].text == desk.money.cell(one.cost_yuan)
        assert row[9].text == (str(one.start_year) if one.start_year else desk.year(None))


def test_years_are_those_of_the_programme(desks, table_of):
    desk = desks()
    rows = table_of(yearly(desk), "years").rows
    assert [row[0].text for row in rows] == [str(one.year) for one in desk.part.years]
    assert [row[4].text for row in rows] == [f"{one.residents:,.0f}" for one in desk.part.years]


def test_postponed_projects_have_their_reason(desks, table_of):
    desk = desks()
    late = [one for one in desk.part.projects if one.start_year is None]
    if not late:
        with pytest.raises(KeyError):
            table_of(yearly(desk), "postponed")
    else:
        assert len(table_of(yearly(desk), "postponed").rows) == len(late)


def test_without_a_programme_projects_are_not_dated(desks, said, table_of):
    blocks = yearly(desks("bare"))
    assert "尚未编制年度计划" in said(blocks)
    assert {row[9].text for row in table_of(blocks, "projects").rows} == {"未排"}
    with pytest.raises(KeyError):
        table_of(blocks, "years")


def test_a_programme_that_cannot_be_is_told(desks, said):
    from dataclasses import replace

    desk = desks()
    book = replace(desk.book, programme={**desk.book.programme, "status": "infeasible"})
    assert "无解" in said(yearly(replace(desk, book=book)))


def test_a_plan_without_projects_says_so(desks, said):
    assert "没有选出任何项目" in said(yearly(desks("empty")))
