"""Signing in: right, wrong, too often, closed, second factor, and nothing told about who has an account."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache

from linli.web.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_counts(db):
    cache.clear()


def _sign_in(client, name, password, **more):
    return client.post("/account/sign-in/", {"login": name, "password": password, **more})


def _words(answer):
    errors = re.search(r'<div class="errors".*?</div>', answer.content.decode(), re.DOTALL)
    return errors and errors[0]


def test_right(client, city):
    city.user("planner", username="zhang")
    answer = _sign_in(client, "Zhang", city.password)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "zhang" in client.get("/").content.decode()
    assert client.post("/account/sign-out/").status_code == 302
    assert client.get("/").status_code == 302
    assert list(Event._all.values_list("event", flat=True)) == ["accounts.session.end", "accounts.session.begin"]


def test_wrong_says_the_same_whether_there_is_such_a_person(client, city):
    city.user("planner", username="zhang")
    known, unknown = _sign_in(client, "zhang", "wrong"), _sign_in(client, "nobody-here", "wrong")
    assert known.status_code == unknown.status_code == 200
    assert _words(known) == _words(unknown) is not None
    assert list(Event._all.values_list("event", flat=True)) == ["accounts.session.refuse"] * 2


def test_too_often_locks_the_account_even_for_the_right_password(client, city, settings):
    city.user("planner", username="zhang")
    tries = settings.SITE.config.sign_in_tries
    answers = [_sign_in(client, "zhang", f"wrong{n}") for n in range(200)]
    assert len({_words(answer) for answer in answers[:tries]}) == 1
    assert _words(answers[-1]) != _words(answers[0])
    assert _sign_in(client, "zhang", city.password).status_code != 302
    assert Event._all.filter(event="accounts.session.refuse").count() == tries


def test_a_closed_account_stays_out(client, city):
    city.user("planner", username="zhang", is_active=False)
    _sign_in(client, "zhang", city.password)
    assert client.get("/").status_code == 302


def test_a_second_factor_is_asked_for(client, city):
    user = city.user("planner", username="zhang")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    assert Authenticator.objects.get(user=user).data["secret"] != secret  # encrypted at rest
    answer = _sign_in(client, "zhang", city.password)
    assert answer["Location"] == "/mfa/authenticate/"
    assert client.get("/").status_code == 302
    code = f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"
    assert client.post("/mfa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/").status_code == 200


def test_nobody_signs_up(client, city):
    from linli.web.accounts.models import User

    before = User.objects.count()
    client.post("/account/none/", {"username": "x", "password1": "Correct-Horse-77", "email": "x@example.cn"})
    assert User.objects.count() == before


def test_it_goes_on_to_where_one_wanted_but_not_elsewhere(client, city):
    city.user("planner", username="zhang")
    assert _sign_in(client, "zhang", city.password, next="/jobs/")["Location"] == "/jobs/"
    client.post("/account/sign-out/")
    assert _sign_in(client, "zhang", city.password, next="https://evil.example/")["Location"] == "/"


@pytest.mark.parametrize(
    "address",
    ["/account/sign-in/", "/account/password/", "/mfa/", "/mfa/app/activate/", "/mfa/keys/", "/account/sign-out/"],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_in_our_look(client, city, enter, address, language):
    if address != "/account/sign-in/":
        enter(city.user("planner", language=language))
    page = client.get(address).content.decode()
    assert 'class="top"' in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
