import datetime as dt

import pytest
from django.utils import timezone

from linli.web.surveys import services
from linli.web.surveys.models import Round
from linli.web.surveys.waiting import waiting_for

pytestmark = pytest.mark.django_db


def seen(user):
    return [(one.words.rpartition(".")[2], one.count, one.late) for one in waiting_for(user) if one.count]


def test_a_worker_hands_in_and_the_street_reviews(case):
    day = timezone.localdate() - dt.timedelta(days=2)
    made = case.open(begins=day, due=day)
    assert seen(case.who["worker"]) == [("submit", 1, 1)]
    assert seen(case.who["street"]) == []
    services.return_submit(actor=case.actor(case.who["worker"]), return_=case.ret(made), base_version=1)
    assert seen(case.who["worker"]) == []
    assert seen(case.who["street"]) == [("review", 1, 0)]
    assert seen(case.who["away"]) == []
    Round._all.update(state="frozen")
    assert seen(case.who["street"]) == []


def test_what_one_handed_in_oneself_does_not_wait_for_one(case):
    made = case.open()
    services.return_submit(actor=case.actor(case.who["street"]), return_=case.ret(made), base_version=1)
    assert seen(case.who["street"]) == []
    assert seen(case.who["district"]) == [("review", 1, 0)]
