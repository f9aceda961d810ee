"""Events are written with the change, one after another, whoever writes."""

import threading

import pytest
from django.db import connection, transaction

from linli.web.audit.actor import system_actor
from linli.web.audit.models import Event
from linli.web.audit.services import NotInTransactionError, record, state_of
from linli.web.audit.verify import verify

ACTOR = system_actor("test")


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    with pytest.raises(NotInTransactionError):
        record("test.thing.create", actor=ACTOR, module="people")


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_event():
    with pytest.raises(RuntimeError), transaction.atomic():
        record("test.thing.create", actor=ACTOR, module="people")
        raise RuntimeError
    assert not Event._all.exists()


@pytest.mark.django_db
def test_an_event_says_who_what_and_why(city):
    user = city.user("planner")
    with transaction.atomic():
        before = state_of(user, "name", "title")
        event = record(
            "accounts.user.update",
            actor=ACTOR,
            module="people",
            object_=user,
            place="3301/",
            before=before,
            after={**before, "title": "主任"},
            reason="升职",
        )
    assert (event.object_type, event.object_id, event.reason) == ("accounts.user", str(user.pk), "升职")
    assert event.changes() == [("title", "", "主任")]


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_keep_one_chain():
    def write():
        try:
            for _ in range(10):
                with transaction.atomic():
                    record("test.thing.create", actor=ACTOR, module="people")
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = verify()
    assert verdict.whole
    assert verdict.events == 60


@pytest.mark.django_db(transaction=True)
def test_heads_are_kept_outside_the_database(settings, tmp_path):
    site = settings.SITE.model_copy(update={"saved": True, "folder": tmp_path})
    settings.SITE = site
    site.logs.mkdir()
    for _ in range(3):
        with transaction.atomic():
            record("test.thing.create", actor=ACTOR, module="people")
    heads = site.logs / "audit-heads.jsonl"
    assert len(heads.read_text().splitlines()) == 3
    assert verify(heads).whole
