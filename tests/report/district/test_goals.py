from dataclasses import replace

import pytest

from linli.report.district.goals import goals


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_goals_are_the_plans_own_forecast(desks, table_of, lang):
    desk = desks(lang=lang)
    rows = table_of(goals(desk), "goals").rows
    concerned = [one for one in desk.book.requirements if desk.change(one.key).residents > 0]
    for row, one in zip(rows, concerned, strict=True):
        change = desk.change(one.key)
        assert row[4].text == f"{change.newly:,.0f}"
        assert row[5].text == f"{change.without:,.0f}"


def test_every_community_has_its_line(desks, table_of):
    desk = desks()
    assert len(table_of(goals(desk), "communities_after").rows) == len(desk.part.communities)


def test_only_what_was_chosen_is_told(desks, said):
    desk = desks()
    assert "按 2 计权" in said(goals(desk))
    choices = {**desk.book.plan["choices"], "floor_share": 0.5, "floor_scope": "attainable", "priority_weight": 1.0}
    choices |= {"old_young_weight": 1.0, "item_weights": "equal"}
    other = replace(desk, book=replace(desk.book, plan={**desk.book.plan, "choices": choices}))
    text = said(goals(other))
    assert "不低于 50" in text
    assert "备选项达不到时" in text
    assert "等权" in text
    assert "一老一小每人按" not in text


def test_a_floor_by_community_names_those_of_the_district(desks, said):
    desk = desks()
    first = desk.part.communities[1]
    choices = {**desk.book.plan["choices"], "floor_share": {first.id: 0.4, "elsewhere": 0.9}}
    text = said(goals(replace(desk, book=replace(desk.book, plan={**desk.book.plan, "choices": choices}))))
    assert f"{first.name} 40" in text
    assert "90" not in text.split("下限")[1].split("\n")[0]
