"""An auditor browses, filters and exports; the export is an event."""

import csv
import io

import pytest
from django.db import transaction

from linli.web.audit.actor import system_actor
from linli.web.audit.models import Event
from linli.web.audit.services import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(city, enter):
    for n in range(3):
        with transaction.atomic():
            record(
                "test.thing.create",
                actor=system_actor("t"),
                module="people",
                name=f"物{n}",
                place="3301/",
                reason="=1+1",
            )
    return enter(city.user("auditor"))


def test_the_list_can_be_searched(auditor):
    page = auditor.get("/audit/?q=物1").content.decode()
    assert "物1" in page
    assert "物2" not in page


def test_one_event_is_shown_with_its_chain(auditor):
    event = Event._all.order_by("number").first()
    assert event.hash in auditor.get(f"/audit/{event.number}/").content.decode()


def test_a_file_has_the_rows_of_the_screen_and_leaves_an_event(auditor):
    answer = auditor.get("/audit/export/csv/?q=物&sort=number")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row[5] for row in rows[1:]] == ["物0", "物1", "物2"]
    assert rows[1][8] == "'=1+1"
    assert answer["X-Rows"] == "3"
    last = Event._all.first()
    assert last.event == "pages.table.export"
    assert '"rows":3' in last.after


def test_there_is_no_other_format(auditor):
    assert auditor.get("/audit/export/exe/").status_code == 404
