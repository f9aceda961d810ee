"""Addresses of providers: the directory is public, all else says who may come in."""

from linli.web.accounts.access import access_of
from linli.web.providers.urls import urlpatterns


def test_only_the_published_directory_is_public():
    public = {one.name for one in urlpatterns if access_of(one.callback).public}
    assert public == {"directory", "version", "compare"}
    for one in urlpatterns:
        if one.name not in public:
            assert access_of(one.callback).module == "providers"


def test_publishing_and_removing_ask_for_the_password_again():
    assert {one.name for one in urlpatterns if access_of(one.callback).fresh} == {"publish", "remove"}
