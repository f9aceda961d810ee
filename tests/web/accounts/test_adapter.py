import pytest

from linli.web.accounts.adapter import AccountAdapter, MfaAdapter, SocialAdapter, record_about_self
from linli.web.audit.models import Event


def test_nobody_signs_up(rf):
    assert not AccountAdapter().is_open_for_signup(rf.get("/"))
    assert not SocialAdapter().is_open_for_signup(rf.get("/"), None)


def test_secrets_are_encrypted():
    adapter = MfaAdapter()
    kept = adapter.encrypt("secret")
    assert "secret" not in kept
    assert adapter.decrypt(kept) == "secret"


@pytest.mark.django_db
def test_an_event_of_nobody_known(rf):
    record_about_self("accounts.session.refuse", rf.get("/"), None, "whoever")
    event = Event._all.get()
    assert (event.actor, event.actor_name, event.address) == (None, "whoever", "127.0.0.1")
