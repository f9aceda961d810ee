import math

import pytest

from linli.report.plan.model import Change, Operating


def test_a_change_says_who_gains_and_who_is_left():
    change = Change("a.b", "need", 200.0, 50.0, 120.0)
    assert (change.newly, change.without) == (70.0, 80.0)
    assert (change.share_before, change.share_after) == (0.25, 0.6)


def test_a_share_of_nobody_is_unknown():
    assert math.isnan(Change("a.b", "need", 0.0, 0.0, 0.0).share_after)


def test_rounding_never_makes_more_than_everybody():
    assert Change("a.b", "need", 1.0, 1.0, 1.0 + 1e-12).share_after == 1.0


def test_part_by_district(plan_book):
    assert plan_book.part(None) is plan_book.city
    assert plan_book.part("东区").key == "东区"
    with pytest.raises(KeyError):
        plan_book.part("nowhere")


def test_requirement_by_key(plan_book):
    one = plan_book.requirements[0]
    assert plan_book.requirement(one.key) is one
    with pytest.raises(KeyError):
        plan_book.requirement("nothing")


def test_area_of_a_project_without_floor_is_its_ground(plan_book):
    for project in plan_book.projects:
        assert project.area_m2 == (project.floor_area_m2 or project.site_area_m2)


def test_the_account_of_a_part_is_that_of_everything(plan_book, bare_book):
    account = plan_book.city.account
    assert isinstance(account, Operating)
    assert account.level == "all"
    assert bare_book.city.account is None
