"""One altered byte is found, and so is whatever was taken out, put in or cut off."""

import json

import pytest
from django.db import connection, transaction

from linli.web.audit.actor import system_actor
from linli.web.audit.chain import CHAINED
from linli.web.audit.models import Event
from linli.web.audit.services import record
from linli.web.audit.triggers import changeable
from linli.web.audit.verify import Break, Verdict, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(city):
    """Five events, the triggers taken off: the forger is the database's own administrator."""
    user = city.user("planner")
    for n in range(5):
        with transaction.atomic():
            record(
                "test.thing.create",
                actor=system_actor("test"),
                module="people",
                object_=user,
                after={"n": n},
                reason="r",
            )
    connection.check_constraints()  # PostgreSQL alters no table while constraints wait to be checked
    with connection.cursor() as cursor:
        for statement in changeable(connection.vendor, "audit_event"):
            cursor.execute(statement)
    return list(Event._all.order_by("number"))  # the test's transaction is rolled back, triggers and all


def test_an_untouched_chain_is_whole(chain):
    assert verify() == Verdict(5, chain[-1].hash, ())


@pytest.mark.parametrize(
    "column", [name for name in CHAINED if name not in {"number", "at", "actor_id", "on_behalf_of_id"}]
)
def test_one_altered_byte_is_found(chain, column):
    Event._all.filter(number=chain[2].number).update(**{column: f"{getattr(chain[2], column)}x"[-60:]})
    assert Break(chain[2].number, "altered") in verify().breaks


def test_an_altered_moment_is_found(chain):
    from datetime import timedelta

    Event._all.filter(number=chain[2].number).update(at=chain[2].at + timedelta(microseconds=1))
    assert verify().breaks == (Break(chain[2].number, "altered"),)


def test_a_removed_event_is_found(chain):
    Event._all.filter(number=chain[2].number).delete()
    assert verify().breaks == (Break(chain[3].number, "gap"),)


def test_a_forged_hash_breaks_the_link(chain):
    from linli.web.audit.chain import chain_hash

    forged = chain_hash({**chain[2].chained(), "reason": "forged"})
    Event._all.filter(number=chain[2].number).update(reason="forged", hash=forged)
    assert verify().breaks == (Break(chain[3].number, "link"),)


def test_a_cut_end_is_found_by_the_heads(chain, tmp_path):
    heads = tmp_path / "heads.jsonl"
    heads.write_text("\n".join(json.dumps({"number": e.number, "hash": e.hash}) for e in chain) + '\n{"number": 9')
    assert verify(heads).whole
    Event._all.filter(number=chain[4].number).delete()
    assert verify().whole
    assert verify(heads).breaks == (Break(chain[4].number, "head"),)
