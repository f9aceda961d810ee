import pytest
from django.db import transaction
from django.http import QueryDict

from linli.web.audit.actor import Actor, system_actor
from linli.web.audit.lists import EVENTS
from linli.web.audit.models import Event
from linli.web.audit.services import record
from linli.web.pages.table import narrow
from linli.web.words import has_words


def test_every_column_and_filter_has_words():
    assert all(has_words(f"audit.events.column.{c.key}") for c in EVENTS.columns)
    assert all(has_words(f"audit.events.filter.{f.key}") for f in EVENTS.filters)


@pytest.mark.django_db
def test_events_are_found_by_the_words_that_people_read(city):
    user = city.user("street", city.at["street"], username="street.one", name="李街办")
    with transaction.atomic():
        record("imports.batch.undo", actor=Actor(user, user.username), module="surveys", name="IM-1", reason="传错了")
        record("imports.batch.check", actor=system_actor("imports.check"), module="surveys", name="IM-1")

    def found(asked):
        return [one.event for one in narrow(EVENTS, Event._all.filter(object_name="IM-1"), QueryDict(f"q={asked}"))]

    for asked in ("整批撤回", "batch UNDONE", "batch.undo", "李街", "传错"):
        assert found(asked) == ["imports.batch.undo"], asked
    assert found("没有这种事件") == []
    actor = next(column for column in EVENTS.columns if column.key == "actor")
    assert {actor.value(one) for one in Event._all.filter(object_name="IM-1")} == {"street.one", "系统（核对表格）"}
