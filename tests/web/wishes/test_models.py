import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.web.wishes.models import Questionnaire, Slip

pytestmark = pytest.mark.django_db


def test_how_a_questionnaire_stands_follows_from_its_dates(case):
    one = case.open()
    day = dt.timedelta(days=1)
    assert [one.state_on(d) for d in (one.begins - day, one.begins, one.ends, one.ends + day)] == [
        "coming", "open", "open", "over"]  # fmt: skip
    one.closed_at = timezone.now()
    assert one.state == "closed"
    assert "和睦社区" in str(one)


def test_the_database_holds_what_must_be_once(case):
    one = case.open()
    case.slips(one, 1)
    slip = Slip._all.get()
    for again in (
        lambda: Questionnaire._all.create(round=case.round, community=case.home, place=case.home.path, begins=case.today,
                                          ends=case.today, created_by=case.who["worker"]),
        lambda: Slip._all.create(questionnaire=one, number=2, digest=slip.digest, made_by=case.who["worker"]),
        lambda: Questionnaire._all.filter(pk=one.pk).update(ends=one.begins - dt.timedelta(days=1)),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            again()
    assert str(slip) == "1"
