import math

from linli.report.district.desk import total
from linli.report.district.document import Cell, Figure, Table


def test_sums_hold_what_is_known_and_say_what_is_not():
    assert total([1.0, 2.0, math.nan]) == (3.0, 1)
    found, missing = total([math.nan])
    assert math.isnan(found)
    assert missing == 1
    assert math.isnan(total([])[0])


def test_numbers_that_follow_one_another_are_a_range(desks):
    desk = desks(lang="en")
    assert desk.numbers([5, 1, 2, 3, 8, 9]) == "1–3, 5, 8, 9"
    assert desk.numbers([]) == ""


def test_empty_tables_and_figures_are_left_out(desks, svg):
    desk = desks()
    assert desk.table("ages", [desk.column("band")], []) == []
    assert desk.figure("gantt", "") == []
    made = desk.figure("gantt", svg)
    assert isinstance(made[0], Figure)
    assert made[0].alt == made[0].caption


def test_words_point_at_what_is_there_and_at_nothing_else(desks):
    desk = desks()
    table = desk.table("ages", [desk.column("band")], [["a"]])
    assert "ages" in desk.see(table, [])
    assert desk.see([], []) == ""
    assert isinstance(table[0], Table)
    assert table[0].rows[0][0] == Cell("a")


def test_unknown_is_a_word_and_nought_is_not_an_area(desks):
    desk = desks()
    assert desk.area(math.nan) == desk.fmt.unknown
    assert desk.area(0.0) == ""
    assert desk.year(None) == "未排"


def test_communities_are_those_of_the_district(desks, plan_book):
    for part in plan_book.districts:
        assert {one.id for one in desks(district=part.key).communities} == {one.id for one in part.communities}
    assert desks().whole
    assert not desks(district=plan_book.districts[0].key).whole


def test_settings_that_are_wanting_are_told_by_part(desks):
    assert desks().left_out("modes") == ["“operating/mode”未填"]
    assert desks().left_out("subsidy") == []
    assert desks().left_out() == ["“operating/mode”未填"]
