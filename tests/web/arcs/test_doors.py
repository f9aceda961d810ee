"""The first day: a person signs in with the password that was printed, changes it, and finds the city."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_first_password_is_changed_and_the_city_is_there(walk):
    page = walk.enter("city_office")
    assert page.locator("main h1").count() == 1
    walk.look(page, "door-city")
    assert walk.ask("SELECT count(*) FROM audit_event WHERE event = 'accounts.password.change'") == [(1,)]
