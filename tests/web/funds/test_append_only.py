"""Append-only tables on both databases."""

import pytest
from django.db import DatabaseError, connection, transaction

from linli.web.audit.triggers import append_only, changeable, keep_tables
from linli.web.funds.models import Booking


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_statements_of_each_database_name_the_table(vendor):
    assert all(
        "a_table" in statement for statement in (*append_only(vendor, "a_table"), *changeable(vendor, "a_table"))
    )


def test_another_database_has_none():
    with pytest.raises(ValueError, match="oracle"):
        append_only("oracle", "a_table")


def test_an_operation_can_be_undone():
    assert keep_tables("a_table").reversible


@pytest.mark.django_db
def test_a_row_is_not_replaced_either(money):
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's alone")
    key = Booking._all.first().pk
    columns = ", ".join(field.column for field in Booking._meta.concrete_fields)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT OR REPLACE INTO funds_booking ({columns}) SELECT {columns} FROM funds_booking WHERE id = %s", [key]
        )


@pytest.mark.django_db
def test_the_table_is_not_emptied_at_once(money):
    if connection.vendor != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE funds_booking CASCADE")
