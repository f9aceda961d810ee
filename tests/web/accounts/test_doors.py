import pytest

from linli.web.accounts.doors import needs_second_factor
from linli.web.audit.models import Event

pytestmark = pytest.mark.django_db


def _set(settings, **values):
    config = settings.SITE.config.model_copy(update=values)
    settings.SITE = settings.SITE.model_copy(update={"config": config})


def test_a_first_password_is_changed_before_anything_else(city, enter):
    user = city.user("planner")
    user.must_change_password = True
    user.save()
    client = enter(user)
    assert client.get("/")["Location"] == "/account/password/"
    form = {"oldpassword": city.password, "password1": "short", "password2": "short"}
    assert client.post("/account/password/", form).status_code == 200
    form |= {"password1": "Quite-New-88-Words", "password2": "Quite-New-88-Words"}
    assert client.post("/account/password/", form).status_code == 302
    assert client.get("/").status_code == 200
    assert Event._all.filter(event="accounts.password.change", actor=user).count() == 1


def test_who_must_have_a_second_factor_sets_one_up(city, enter, settings):
    _set(settings, second_factor="administrators")
    assert needs_second_factor(city.user("security_admin"))
    assert not needs_second_factor(city.user("planner"))
    client = enter(city.user("audit_admin"))
    assert client.get("/audit/")["Location"] == "/mfa/"
    assert client.get("/mfa/").status_code == 200


def test_who_is_idle_is_signed_out(city, enter):
    client = enter(city.user("planner"))
    assert client.get("/").status_code == 200
    session = client.session
    session["seen"] -= 2 * 3600
    session.save()
    assert client.get("/").status_code == 302
