from datetime import timedelta

import pytest
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.communities.todo import OWN
from linli.web.pages.todo import SOURCES
from linli.web.projects.models import Project
from linli.web.providers.models import Provider
from linli.web.words import has_words

pytestmark = pytest.mark.django_db
HEMU = "3301/330105/330105011/330105011001/"
WENSAN = "3301/330106/330106003/330106003001/"


def _waiting(user):
    return {todo.words.rpartition(".")[2]: todo for source in OWN for todo in source(user)}


def _project(city, number, state, place=HEMU, **more):
    return Project._all.create(
        number=number, name="x", community=Place.objects.get(path=place), place=place, year=2026, state=state,
        organisation=city.offices[place], project_type="inclusive", workflow="creation_2026",
        created_by=city.user("", place), **more,
    )  # fmt: skip


def test_projects_wait_for_those_whose_step_is_next_and_whose_place_it_is(city):
    late = timezone.localdate() - timedelta(days=1)
    _project(city, "1", "district_review", due_on=late)
    _project(city, "2", "district_review", WENSAN)
    _project(city, "3", "city_review")
    _project(city, "4", "suspended")
    mine = _waiting(city.user("district_office", "3301/330105/"))["projects"]
    assert (mine.count, mine.late) == (1, 1)
    assert _waiting(city.user("city_office"))["projects"].count == 1
    assert "projects" not in _waiting(city.user("auditor"))


def test_each_is_told_only_what_their_role_decides(city):
    assert set(_waiting(city.user("city_office"))) == {"batches", "projects", "money", "providers"}
    assert set(_waiting(city.user("finance"))) == {"money"}
    assert set(_waiting(city.user("security_admin"))) == set()
    assert all(has_words(todo.words) for todo in _waiting(city.user("city_office")).values())


def test_one_does_not_review_what_one_sent_in(city):
    office = city.user("city_office")
    for number, by in (("1", office), ("2", city.user("operator"))):
        Provider._all.create(
            number=number, name=f"x{number}", place="3301/", organisation=city.offices["3301/"], state="applied",
            created_by=by,
        )  # fmt: skip
    assert _waiting(office)["providers"].count == 1


def test_nothing_is_told_twice(city):
    office = city.user("city_office")
    told = [todo.words.rpartition(".")[2] for source in SOURCES for todo in source(office)]
    assert sorted(told) == sorted(set(told))
    assert set(told) >= {"comments", "projects", "money", "providers"}
