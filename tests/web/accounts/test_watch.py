import pytest
from allauth.mfa.signals import authenticator_added, authenticator_removed

from linli.web.audit.models import Event


@pytest.mark.django_db
def test_second_factors_leave_events(city, rf):
    user = city.user("planner")
    for signal in (authenticator_added, authenticator_removed):
        signal.send(sender=None, request=rf.get("/"), user=user, authenticator=None)
    assert list(Event._all.values_list("event", flat=True)) == ["accounts.factor.remove", "accounts.factor.add"]
