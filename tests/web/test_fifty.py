"""Fifty people who submit at the same moment over HTTP: every change is counted once, none is lost."""

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
import shapely
from django.conf import settings
from django.test import Client

from linli.web.audit.actor import system_actor
from linli.web.audit.models import Event
from linli.web.audit.verify import verify
from linli.web.places.models import Record, Version
from linli.web.places.services import record_save

PEOPLE = 50
TOKEN = "t" * 32

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def _add_one(address, session):
    """Read the record, add one place, send it back; if somebody was faster, read again. Return how often that was."""
    headers = {
        "Cookie": f"linli_session={session}; linli_csrf={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/json",
    }
    for late in range(PEOPLE * 4):
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=120) as answer:
            now = json.load(answer)
        sent = {
            "base_version": now["version"],
            "values": {"capacity": now["values"]["capacity"] + 1},
            "reason": "又一处",
        }
        request = urllib.request.Request(address, json.dumps(sent).encode(), headers, method="PATCH")
        try:
            with urllib.request.urlopen(request, timeout=120):
                return late
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise
    raise AssertionError


def test_no_update_is_lost(city, live_server):
    values = {"type": "canteen", "community_id": "330105011001", "capacity": 1}
    record_save(actor=system_actor("t"), layer="facilities", key="F1", values=values, shape=shapely.Point(120.1, 30.2),
                base_version=None, source="form")  # fmt: skip
    sessions = []
    for number in range(PEOPLE):
        client = Client()
        client.force_login(city.user("community_worker", city.at["community"], username=f"worker{number}"))
        sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    address = f"{live_server.url}/api/v1/records/facilities/F1"
    with ThreadPoolExecutor(PEOPLE) as pool:
        late = list(pool.map(lambda session: _add_one(address, session), sessions))
    record = Record._all.get(key="F1")
    assert record.values["capacity"] == 1 + PEOPLE
    assert record.version == 1 + PEOPLE
    assert list(Version._all.filter(record=record).order_by("number").values_list("number", flat=True)) == list(
        range(1, PEOPLE + 2)
    )
    assert Event._all.filter(event="places.record.update").count() == PEOPLE
    assert verify().whole
    assert sum(late) > 0  # they did meet
