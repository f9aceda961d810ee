"""The same sending twice at the same moment: a phone that lost the answer, or two pages that send."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from linli.web.audit.models import Event
from linli.web.field.models import Entry, Submission
from linli.web.field.receive.services import submission_receive
from linli.web.field.wire import read_sent
from linli.web.places.models import Record

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_counts_once(case):
    sent = read_sent(json.dumps(case.body(values=case.fresh())))

    def send(_):
        try:
            return submission_receive(actor=case.actor("worker"), sent=sent)["state"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(send, range(4)))
    assert told == ["accepted"] * 4
    assert (Entry._all.count(), Submission._all.count()) == (1, 1)
    assert Record._all.filter(layer="facilities").count() == 1
    assert Event._all.filter(event="field.submission.receive").count() == 1
