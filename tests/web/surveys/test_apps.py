from django.apps import apps

from linli.web.accounts.services import AFTER_PLACES
from linli.web.pages.todo import SOURCES
from linli.web.surveys.services import returns_follow
from linli.web.surveys.waiting import waiting_for


def test_the_app_follows_the_tree_once():
    assert AFTER_PLACES.count(returns_follow) == 1
    assert SOURCES.count(waiting_for) == 1
    apps.get_app_config("surveys").ready()
    assert SOURCES.count(waiting_for) == 1
    assert AFTER_PLACES.count(returns_follow) == 1
