from linli.web.accounts.access import access_of
from linli.web.wishes import urls


def test_addresses_have_a_name_of_their_own():
    assert urls.app_name == "wishes"
    assert len({one.name for one in urls.urlpatterns}) == len(urls.urlpatterns)


def test_only_households_come_in_without_an_account():
    open_ = {one.name for one in urls.urlpatterns if access_of(one.callback).public}
    assert open_ == {"open", "thanks", "household"}
