"""Several people at once: nobody's change is lost, no two records get one key."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import shapely
from django.db import connection

from linli.web.audit.actor import system_actor
from linli.web.audit.models import Event
from linli.web.places.models import Record, Version
from linli.web.places.services import RecordConflict, record_save

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 4


def at_once(act):
    """Let several threads act at the same moment; return what each gave, or the conflict it met."""
    start = Barrier(PEOPLE)

    def one(number):
        start.wait()
        try:
            return act(number)
        except RecordConflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def save(number=0, **more):
    about = {"values": {"type": "canteen", "community_id": "330105011001"}, "key": "", "base_version": None}
    return record_save(actor=system_actor(f"t{number}"), layer="facilities", shape=shapely.Point(120.1, 30.2),
                       source="form", **{**about, **more})  # fmt: skip


def test_of_changes_made_from_one_version_one_is_kept_and_the_others_are_told(city):
    save(key="F1")
    found = at_once(lambda n: save(n, key="F1", base_version=1, values={"capacity": n + 1}))
    kept = [one for one in found if isinstance(one, Record)]
    assert len(kept) == 1
    assert all(one.current.version == 2 for one in found if isinstance(one, RecordConflict))
    assert Record._all.get().values["capacity"] == kept[0].values["capacity"]
    assert Version._all.count() == Event._all.count() == 2


def test_keys_that_the_register_gives_are_never_given_twice(city):
    made = at_once(save)
    assert {one.key for one in made} == {f"F-330105011001-{n:04d}" for n in range(1, PEOPLE + 1)}


def test_of_records_of_one_key_one_is_made(city):
    found = at_once(lambda n: save(n, key="F9"))
    assert sum(isinstance(one, Record) for one in found) == 1
    assert Record._all.count() == Version._all.count() == 1
