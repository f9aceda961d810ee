from django.urls import reverse

from linli.web.accounts.access import access_of
from linli.web.field import urls


def test_addresses_have_a_name_of_their_own():
    assert urls.app_name == "field"
    assert len({one.name for one in urls.urlpatterns}) == len(urls.urlpatterns)


def test_only_scripts_are_given_to_everybody():
    assert {one.name for one in urls.urlpatterns if access_of(one.callback).public} == {"offline_worker", "map_worker"}


def test_what_a_phone_keeps_lies_below_the_worker():
    scope = reverse("field:home")
    for name, args in (("offline_worker", ()), ("map_worker", ()), ("community", ("330105011001",)),
                       ("new", ("330105011001", "facilities")), ("record", ("330105011001", "rooms", "R|1/2")),
                       ("answer", ("330105011001", "a/b"))):  # fmt: skip
        assert reverse(f"field:{name}", args=args).startswith(scope)
