import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from linli.web.pages.menu import MENU, menu_for
from linli.web.words import has_words


def test_every_line_leads_somewhere_and_has_words():
    for section, routes in MENU:
        assert has_words(f"pages.menu.{section}")
        for route in routes:
            assert reverse(route)
            assert has_words(f"pages.route.{route}")


@pytest.mark.django_db
def test_one_sees_what_one_may_open(city):
    def routes(user, path="/"):
        return {entry.route for section in menu_for(user, path) for entry in section.entries}

    assert menu_for(AnonymousUser(), "/") == []
    assert "accounts:people" not in routes(city.user("planner"))
    assert {"accounts:people", "accounts:grants"} <= routes(city.user("security_admin"))
    here = [e.route for s in menu_for(city.user("security_admin"), "/manage/people/7/") for e in s.entries if e.here]
    assert here == ["accounts:people"]


@pytest.mark.django_db
def test_a_page_belongs_to_one_line(city):
    def here(path):
        found = menu_for(city.user("city_office"), path)
        return [entry.route for section in found for entry in section.entries if entry.here]

    assert here("/") == ["communities:overview"]
    assert here("/communities/330105011001/") == ["communities:overview"]
    assert here("/communities/list/") == ["communities:list"]
    assert here("/nowhere/") == []
