import pytest
from django.http import Http404
from django.test import RequestFactory

from linli.web.assessments.about import about, run_asked
from linli.web.assessments.models import Run

pytestmark = pytest.mark.django_db


def ask(user, query=""):
    request = RequestFactory().get(f"/assessments/?{query}")
    request.user = user
    return request


@pytest.fixture
def planner(world):
    return world.city.user("planner", "3301/")


def test_a_page_is_about_the_current_run_and_the_first_standard(world, planner):
    shown = about(ask(planner))
    assert (shown.run, shown.standard, shown.by) == (world.run, "complete_community", "item")
    assert shown.query == "standard=complete_community&by=item"
    assert (shown.run_query, shown.met_share) == ("", 1.0)
    assert [tab.code for tab in shown.standards] == ["complete_community", "living_circle"]
    assert [tab.here for tab in shown.standards] == [True, False]


def test_the_address_says_what_it_is_about(world, planner):
    shown = about(ask(planner, f"run={world.run.pk}&standard=living_circle&by=scene"))
    assert (shown.standard, shown.by) == ("living_circle", "scene")
    assert shown.query == f"run={world.run.pk}&standard=living_circle&by=scene"
    assert shown.run_query == f"run={world.run.pk}"
    assert about(ask(planner, "standard=moon&by=colour")).by == "item"


@pytest.mark.parametrize("asked", ["0", "x", "99999"])
def test_a_run_that_is_not_there_is_not_found(world, planner, asked):
    with pytest.raises(Http404):
        run_asked(ask(planner, f"run={asked}"))


def test_a_run_that_is_not_done_or_of_elsewhere_is_not_found(world, planner):
    queued = Run._all.create(snapshot=world.snapshot, place="3301/", number=2)
    with pytest.raises(Http404):
        run_asked(ask(planner, f"run={queued.pk}"))
    Run._all.filter(pk=world.run.pk).update(place="3301/330199/")
    other = world.city.user("planner", "3301/330105/")
    with pytest.raises(Http404):
        run_asked(ask(other, f"run={world.run.pk}"))
    assert about(ask(other)) is None


def test_a_communitys_page_is_about_the_run_that_holds_it(world, planner):
    assert run_asked(ask(planner), "3301/330199/330199001/") == world.run
    assert run_asked(ask(planner), "3302/") is None
