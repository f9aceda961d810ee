"""The triggers by which the database itself keeps a table as it was written, on SQLite and on PostgreSQL.

Events, the ledger, the moves of projects and the published versions of the directory are held by them; a correction is
a new row.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

__all__ = ["EVENT_KEYS", "append_only", "changeable", "keep_tables"]

EVENT_KEYS = ("number", "hash")
"""What tells an event from every other."""


def append_only(vendor: str, table: str, keys: Sequence[str] = ("id",)) -> Sequence[str]:
    """Return the statements that make a table append-only.

    Parameters
    ----------
    vendor
        ``sqlite`` or ``postgresql``.
    table
        The table's name.
    keys
        Columns each of which tells a row from every other.

    Returns
    -------
    sequence of str
        SQL, to be run one by one.

    Raises
    ------
    ValueError
        If Linli has no triggers for that database.
    """
    message = f"{table} is append-only"
    if vendor == "sqlite":
        # The third one: INSERT OR REPLACE removes the old row without firing a DELETE trigger.
        refuse = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        same = " OR ".join(f"{key} = NEW.{key}" for key in keys)
        return (
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
            (
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - a table's name
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}"
            ),
        )
    if vendor == "postgresql":
        return (
            (
                f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$"
            ),
            (
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
            ),
            (
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
            ),
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
        )
    msg = f"`vendor` must be sqlite or postgresql. Got {vendor!r} instead."
    raise ValueError(msg)


def changeable(vendor: str, table: str) -> Sequence[str]:
    """Return the statements that take the triggers off again: only for undoing a migration, and between tests.

    Parameters
    ----------
    vendor
        ``sqlite`` or ``postgresql``.
    table
        The table's name.

    Returns
    -------
    sequence of str
        SQL, to be run one by one.
    """
    if vendor == "sqlite":
        return tuple(f"DROP TRIGGER IF EXISTS {table}_no_{what}" for what in ("update", "delete", "replace"))
    return (f"DROP FUNCTION IF EXISTS {table}_refuse() CASCADE",)


def keep_tables(*tables: str, keys: Sequence[str] = ("id",)) -> RunPython:
    """Return the operation of a migration that makes tables append-only.

    Parameters
    ----------
    tables
        Their names.
    keys
        As for `append_only`, the same for all of them.

    Returns
    -------
    RunPython
        Can be undone.
    """

    def put_on(_: Apps, schema: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            for statement in append_only(schema.connection.vendor, table, keys):
                schema.execute(statement)

    def take_off(_: Apps, schema: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            for statement in changeable(schema.connection.vendor, table):
                schema.execute(statement)

    return RunPython(put_on, take_off, elidable=False)
