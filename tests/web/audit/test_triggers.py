"""The database itself refuses to change or remove an event."""

import pytest
from django.db import DatabaseError, connection, transaction

from linli.web.audit.actor import system_actor
from linli.web.audit.models import Event
from linli.web.audit.services import record
from linli.web.audit.triggers import append_only

pytestmark = pytest.mark.django_db

STATEMENTS = [
    "UPDATE audit_event SET reason = 'x'",
    "DELETE FROM audit_event",
    "UPDATE audit_event SET hash = hash",
]


@pytest.fixture
def event(db):
    with transaction.atomic():
        return record("test.thing.create", actor=system_actor("test"), module="people")


@pytest.mark.parametrize("statement", STATEMENTS)
def test_changing_is_refused(event, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event._all.count() == 1


def test_emptying_or_replacing_is_refused(event):
    connection.check_constraints()
    columns = ", ".join(field.column for field in Event._meta.concrete_fields)
    statement = {
        "sqlite": f"INSERT OR REPLACE INTO audit_event SELECT {columns} FROM audit_event",
        "postgresql": "TRUNCATE audit_event",
    }[connection.vendor]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event._all.count() == 1


def test_an_unknown_database_has_no_triggers():
    with pytest.raises(ValueError, match="vendor"):
        append_only("oracle", "audit_event")
