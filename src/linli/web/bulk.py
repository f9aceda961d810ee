"""Many rows into a table at once: what `bulk_create` does, without an object and a long statement for each.

For rows that are worked out by the machine, thousands at a time, while others wait for the database. Nothing is checked
here that the database does not check by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db import connection, models

__all__ = ["insert_rows"]

_BATCH = 2000


def _prepared(fields: list[models.Field[Any, Any]], row: Mapping[str, Any]) -> Iterator[Any]:
    for field in fields:
        value = row[field.attname] if field.attname in row else field.get_default()
        # plain text and numbers go as they are; asking each field about each value is what takes the time
        yield field.get_db_prep_save(value, connection) if isinstance(field, models.JSONField) else value


def insert_rows(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows, in the caller's transaction.

    Parameters
    ----------
    model
        The table: text, numbers, references and JSON only.
    rows
        Values by column (``run_id`` for a reference); what is left out has its default.

    Returns
    -------
    int
        How many.

    Raises
    ------
    IntegrityError
        If the database refuses one.
    """
    about = model._meta
    fields = [field for field in about.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    # names of a model's table and columns, no data
    statement = f"INSERT INTO {quote(about.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
    count, left = 0, iter(rows)
    with connection.cursor() as cursor:
        while some := [tuple(_prepared(fields, row)) for row in islice(left, _BATCH)]:
            cursor.executemany(statement, some)
            count += len(some)
    return count
