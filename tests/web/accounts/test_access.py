"""Every route says who may come in."""

import runpy
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from linli.web.accounts.access import Access, NotSignedInError, access, access_of, actor_of, list_routes, user_of
from linli.web.accounts.roles import role_matrix

PUBLIC = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "set_language",
    "health",
}
"""Routes that are open to everybody: adding one is a decision, taken here or in ``PUBLIC`` of an app's `samples.py`."""


def test_every_route_says_who_may_come_in():
    routes = list(list_routes())
    assert len(routes) > 30
    assert [route.pattern for route in routes if route.access is None] == []


def test_only_these_routes_are_public():
    declared = set(PUBLIC)
    for file in Path(__file__).parents[1].glob("*/samples.py"):
        declared |= runpy.run_path(str(file)).get("PUBLIC", set())
    assert {route.name for route in list_routes() if route.access.public} == declared


def test_every_right_that_a_route_asks_for_is_held_by_some_role():
    roles = role_matrix().roles.values()
    for route in list_routes():
        rule = route.access
        assert not rule.module or any(role.may(rule.module, rule.action) for role in roles), route.name


@pytest.mark.parametrize("said", [{}, {"public": True, "signed_in": True}, {"module": "people", "public": True}])
def test_a_rule_says_exactly_one_thing(said):
    with pytest.raises(ValueError, match="say one of"):
        access(**said)


def test_a_rule_names_a_right_that_there_is():
    with pytest.raises(ValueError, match="no action 'fly'"):
        access("people", "fly")


def test_a_view_keeps_its_rule():
    @access("people", "view", fresh=True)
    def view(request):
        raise NotImplementedError

    assert access_of(view) == Access("people", "view", fresh=True)
    assert access_of(print) is None


@pytest.mark.django_db
def test_nobody_is_sent_to_sign_in(client):
    answer = client.get("/manage/people/?q=a")
    assert (answer.status_code, answer["Location"]) == (302, "/account/sign-in/?next=/manage/people/%3Fq%3Da")
    assert client.get("/manage/people/", headers={"HX-Request": "true"}).status_code == 401
    assert client.get("/api/v1/me").status_code == 401


def test_the_api_asked_by_nobody_is_told_apart():
    assert issubclass(NotSignedInError, PermissionDenied)


@pytest.mark.django_db
def test_a_sensitive_page_asks_for_the_password_again(client, city):
    client.force_login(city.user("security_admin"))
    answer = client.get("/manage/people/new/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/again/?next=")


@pytest.mark.django_db
def test_a_deputy_acts_on_behalf_of_the_principal(city, rf):
    from datetime import timedelta

    from django.utils import timezone

    from linli.web.accounts.models import Deputy

    today = timezone.localdate()
    boss, helper = city.user("planner", "3301/"), city.user("", "3301/")
    Deputy._all.create(principal=boss, deputy=helper, begins=today, ends=today + timedelta(days=1))
    seen = []

    @access("plans", "edit")
    def view(request):
        seen.append(actor_of(request))

    request = rf.get("/")
    request.user = helper
    view(request)
    assert (seen[0].user, seen[0].on_behalf_of) == (helper, boss)
    request.user = boss
    view(request)
    assert seen[1].on_behalf_of is None


def test_user_of_refuses_nobody(rf):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/")
    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        user_of(request)
