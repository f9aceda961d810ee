from django.apps import apps

from linli.web.accounts.services import AFTER_PLACES
from linli.web.surveys.services import returns_follow


def test_the_app_follows_the_tree_once():
    assert AFTER_PLACES.count(returns_follow) == 1
    apps.get_app_config("surveys").ready()
    assert AFTER_PLACES.count(returns_follow) == 1
