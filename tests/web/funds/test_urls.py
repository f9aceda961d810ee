"""Addresses of money: every one says who may come in, and what moves money asks for the password again."""

from linli.web.accounts.access import access_of
from linli.web.funds.urls import urlpatterns


def test_every_address_says_who_may_come_in():
    for one in urlpatterns:
        assert access_of(one.callback).module == "funds", one.name


def test_moving_money_asks_for_the_password_again():
    fresh = {one.name for one in urlpatterns if access_of(one.callback).fresh}
    assert fresh == {"budget", "commit", "decide", "pay", "give_back", "reverse"}
