import pytest

from linli.report.district.safeguards import safeguards


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_indicators_are_the_plans_forecast(desks, table_of, lang):
    desk = desks(lang=lang)
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in table_of(safeguards(desk), "indicators").rows}
    needs = next(values for name, values in rows.items() if name in {"新增满足的需求", "needs newly served"})
    assert needs == ["0", *(f"{one.residents:,.0f}" for one in desk.part.years)]
    opened = next(values for name, values in rows.items() if name in {"投用项目（个）", "projects opened"})
    assert int(opened[-1]) == sum(one.opened for one in desk.part.years)


def test_without_a_programme_there_are_start_and_end(desks, table_of):
    table = table_of(safeguards(desks("bare")), "indicators")
    assert len(table.columns) == 3


def test_who_decides_is_said_with_what_the_plan_knows(desks, table_of):
    desk = desks()
    facts = " ".join(row[2].text for row in table_of(safeguards(desk), "decisions").rows)
    rooms = len({one.place_id for one in desk.part.projects if one.place_kind == "room"})
    assert f"{rooms} 处用房" in facts
    assert f"{desk.part.sums.projects} 个项目" in facts


def test_gap_unknowns_and_missing_settings_are_risks(desks, said):
    text = said(safeguards(desks()))
    assert "差距" in text
    assert "待补" in text
    assert "“operating/mode”未填" in text
    assert "按面积推算座位" not in text, "it is about a project that is not here"


def test_the_next_survey_is_dated_where_projects_are(desks, said):
    assert "年全部投用" in said(safeguards(desks()))
    assert "年全部投用" not in said(safeguards(desks("bare")))


def test_the_last_year_is_the_goal_of_what_was_scheduled(desks, plan_book):
    """What neighbours' projects serve counts in the years as it does in the goals."""
    unplanned = {one.number for one in plan_book.projects if one.open_year is None}
    if unplanned:
        return
    for part in plan_book.districts:
        assert part.years[-1].residents == part.sums.needs.newly
