from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.web.accounts.models import Deputy, Grant, Place, User


def test_states_of_a_grant():
    today = timezone.localdate()
    assert Grant(begins=today).state == "in_force"
    assert Grant(begins=today + timedelta(days=1)).state == "coming"
    assert Grant(begins=today, ends=today - timedelta(days=1)).state == "expired"
    assert Grant(begins=today, revoked_at=timezone.now()).state == "revoked"


def test_parents_of_a_place():
    assert Place(path="1/2/3/").parents == ("1/", "1/2/", "1/2/3/")


@pytest.mark.django_db
def test_the_database_keeps_the_rules(city):
    one, today = city.user(email="a@example.cn"), timezone.localdate()
    with pytest.raises(IntegrityError), transaction.atomic():
        Deputy._all.create(principal=one, deputy=one, begins=today, ends=today)
    with pytest.raises(IntegrityError), transaction.atomic():
        city.user(email="a@example.cn")
    assert (one.get_full_name(), one.get_short_name(), str(User(username="x"))) == (one.name, one.name, "x")
