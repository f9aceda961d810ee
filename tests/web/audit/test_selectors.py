import pytest
from django.db import transaction

from linli.web.audit.actor import Actor, system_actor
from linli.web.audit.selectors import events_about, events_concerning, list_events, newest_number
from linli.web.audit.services import record
from linli.web.moment import moment

pytestmark = pytest.mark.django_db


def _event(place, actor=None, object_=None, event="test.thing.create"):
    with transaction.atomic():
        return record(event, actor=actor or system_actor("t"), module="people", place=place, object_=object_)


def test_an_auditor_sees_events_of_the_own_places(city):
    auditor = city.user("auditor", city.at["district"])
    inside, _ = _event(city.at["street"]), _event("3301/330106/")
    assert list(list_events(auditor)) == [inside]


def test_everybody_sees_what_they_did(city):
    worker = city.user("community_worker", city.at["community"])
    mine = _event("3301/", Actor(worker, "w"))
    assert list(list_events(worker)) == [mine]


def test_events_about_an_object_are_for_who_may_see_it(city):
    admin, other = city.user("security_admin"), city.user("planner")
    event = _event("3301/", object_=other)
    assert list(events_about(admin, other)) == [event]
    assert list(events_about(other, other)) == [event]
    assert list(events_about(city.user("planner"), other)) == []


def test_what_concerns_me_leaves_signing_in_out(city):
    me = city.user("planner")
    about_me = _event("3301/", object_=me)
    _event("3301/", Actor(me, "me"), event="accounts.session.begin")
    assert list(events_concerning(me)) == [about_me]


def test_the_newest_number_of_a_module_tells_whether_anything_was_changed_there(city):
    assert newest_number("people") == 0
    with moment():
        first = _event("3301/")
        assert newest_number("people") == first.number
        second = _event("3301/")
        assert newest_number("people") == second.number  # also within the request that changed it
        assert newest_number("places") == 0
