"""What a person is shown of projects."""

import pytest

from linli.web.projects import selectors
from linli.web.projects.acceptance import DIMENSIONS

pytestmark = pytest.mark.django_db


def test_projects_are_seen_within_the_jurisdiction_only(case):
    project = case.project()
    for who, seen in (("street", True), ("district", True), ("city", True), ("expert", True)):
        assert selectors.list_projects(case.who[who]).filter(pk=project.pk).exists() is seen
    away = case.city.user("district_office", "3301/330106/")
    assert not selectors.list_projects(away).exists()
    assert selectors.count_states(away) == {}
    assert selectors.count_states(case.who["city"]) == {"draft": 1}
    assert not selectors.list_files(away).exists()


def test_next_steps_say_who_may_and_what_stands_in_the_way(case):
    project = case.project()
    mine = {one.transition.id: one for one in selectors.next_steps(case.who["street"], project)}
    assert mine["submit"].mine
    assert mine["submit"].open  # documents can be added on the way
    assert {one.guard for one in mine["submit"].refusals} == {"documents_attached"}
    others = {one.transition.id: one for one in selectors.next_steps(case.who["district"], project)}
    assert not others["submit"].mine


def test_who_submitted_is_told_that_another_must_check(case):
    project = case.bring(case.project(), "district_review")
    case.city.give(case.who["street"], "district_office", case.city.at["district"])
    steps = {one.transition.id: one for one in selectors.next_steps(case.who["street"], project)}
    assert steps["recommend"].mine
    assert steps["recommend"].another
    assert not steps["recommend"].open


def test_items_show_what_was_said_and_shown(case):
    project = case.project()
    rows = {row.slug: row for row in selectors.item_rows(case.who["street"], project)}
    assert rows["base"].state == "lacking"
    assert rows["transport"].state == "free"
    case.attach(project, "future_community/base", "evidence", data=b"\x89PNG\r\n\x1a\n", name="p.png")
    rows = {row.slug: row for row in selectors.item_rows(case.who["street"], project)}
    assert rows["base"].state == "shown"
    assert DIMENSIONS


def test_experts_are_those_who_may_score_there(case):
    project = case.project()
    assert selectors.experts_for(case.who["city"], project) == [case.who["expert"]]
    assert selectors.experts_for(case.who["street"], project) == []


def test_communities_to_apply_for(case):
    names = {place.name for place in selectors.communities_to_apply(case.who["street"])}
    assert names == {"和睦社区", "华丰社区"}


def test_the_timeline_is_in_order(case):
    project = case.bring(case.project(), "city_review")
    assert [move.transition for move in selectors.moves_of(case.who["city"], project)] == ["submit", "recommend"]


def test_the_current_assessment_stands_beside_the_evidence(world, enter):
    """What the assessment says of the community, by the crosswalk of the rules; nobody sees more than their places."""
    from linli.web.accounts.models import Organisation, Place
    from linli.web.projects.models import Project

    path = next(iter(world.paths.values()))
    place = Place.objects.get(path=path)
    office = Organisation._all.create(name="街道办", kind="street", place=path)
    by = world.city.user("city_office", "3301/")
    project = Project._all.create(
        number="CJ-2026-0009", name="提升", community=place, place=path, year=2026, organisation=office,
        project_type="inclusive", workflow="creation_2026", state="draft", created_by=by,
    )  # fmt: skip
    rows = {row.slug: row for row in selectors.item_rows(by, project)}
    found = {one.item: one.status for one in rows["education"].assessed}
    assert "complete_community/nursery" in found
    assert {one.place for row in rows.values() for one in row.assessed} == {path}
    page = enter(by).get(f"/projects/{project.number}/").content.decode()
    assert f"/assessments/communities/{place.code}/complete_community/nursery/" in page
    elsewhere = world.city.user("city_office", "3301/330106/")
    assert all(not row.assessed for row in selectors.item_rows(elsewhere, project))
