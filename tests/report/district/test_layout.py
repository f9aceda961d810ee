import pytest

from linli.report.district.layout import layout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_levers_add_up_to_all_projects(desks, table_of, lang):
    desk = desks(lang=lang)
    rows = table_of(layout(desk), "levers").rows
    counts = [int(row[1].text) for row in rows]
    assert counts[-1] == sum(counts[:-1]) == len(desk.part.projects)


def test_types_and_communities_hold_every_project(desks, table_of):
    desk = desks()
    blocks = layout(desk)
    assert sum(int(row[1].text) for row in table_of(blocks, "types").rows) == len(desk.part.projects)
    here = [one for one in desk.part.communities if one.projects]
    rows = table_of(blocks, "community_projects").rows
    assert [row[0].text for row in rows] == [one.name for one in here]


def test_unset_costs_are_a_word(desks, table_of):
    rows = table_of(layout(desks("bare")), "levers").rows
    assert {row[4].text for row in rows} == {"待填"}


def test_limits_and_conditions_are_told(desks, said):
    text = said(layout(desks()))
    assert "资金上限" in text


def test_a_plan_without_projects_says_so(desks, said):
    text = said(layout(desks("empty")))
    assert "没有选出任何项目" in text
