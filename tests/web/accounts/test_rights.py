from datetime import timedelta

import pytest
from django.utils import timezone

from linli.web.accounts.models import Deputy
from linli.web.accounts.rights import Right, Rights, rights_of
from linli.web.moment import forget, moment

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def test_a_grant_counts_from_its_first_day_to_its_last(city):
    person = city.user()
    city.give(person, "planner", "3301/", ends=TODAY())
    assert rights_of(person).may("plans", "edit", "3301/330105/")
    for begins, ends in ((1, None), (-3, -1)):
        other = city.user()
        last = None if ends is None else TODAY() + timedelta(days=ends)
        city.give(other, "planner", "3301/", begins=TODAY() + timedelta(days=begins), ends=last)
        assert rights_of(other).rights == ()


def test_a_revoked_grant_and_a_closed_account_count_for_nothing(city):
    person = city.user()
    city.give(person, "planner", "3301/", revoked_at=timezone.now())
    assert rights_of(person).rights == ()
    assert rights_of(city.user("planner", is_active=False)).rights == ()


def test_a_grant_for_one_module_is_for_that_module(city):
    person = city.user()
    city.give(person, "planner", "3301/", module="plans")
    assert rights_of(person).may("plans", "edit")
    assert not rights_of(person).may("places", "view")


def test_a_deputy_has_the_rights_but_an_administrators(city):
    boss, helper = city.user("planner", "3301/"), city.user()
    city.give(boss, "security_admin", "3301/")
    row = Deputy._all.create(principal=boss, deputy=helper, begins=TODAY(), ends=TODAY())
    assert rights_of(helper).holders("plans", "edit") == {boss.pk}
    assert not rights_of(helper).may("people", "grant")
    row.ended_at = timezone.now()
    row.save()
    assert rights_of(helper).rights == ()


def test_places_below_others_are_left_out():
    rights = Rights(1, (Right("planner", "1/", "", 1), Right("planner", "1/2/", "", 1), Right("planner", "3/", "", 1)))
    assert rights.paths("plans", "edit") == ("1/", "3/") == rights.places
    assert rights.roles == {"planner"}


def test_rights_are_read_once_a_request(city, django_assert_num_queries):
    person = city.user("planner")
    with moment():
        rights_of(person)
        with django_assert_num_queries(0):
            rights_of(person)
        forget("rights")
        with django_assert_num_queries(2):
            rights_of(person)
