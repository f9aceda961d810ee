"""The triggers by which the database itself refuses to change or remove an event, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

__all__ = ["append_only", "changeable", "create_triggers", "drop_triggers"]

_MESSAGE = "audit events are append-only"


def append_only(vendor: str, table: str) -> Sequence[str]:
    """Return the statements that make a table append-only.

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

    Raises
    ------
    ValueError
        If Linli has no triggers for that database.
    """
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        there = f"EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number OR hash = NEW.hash)"  # noqa: S608 - our name
        return (
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
            # INSERT OR REPLACE removes the old row without firing a DELETE trigger.
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}",
        )
    if vendor == "postgresql":
        body = f"BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation'; END"
        call = f"EXECUTE FUNCTION {table}_refuse()"
        return (
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
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


def create_triggers(schema: BaseDatabaseSchemaEditor, table: str = "audit_event") -> None:
    """Make a table append-only, in a migration."""
    for statement in append_only(schema.connection.vendor, table):
        schema.execute(statement)


def drop_triggers(schema: BaseDatabaseSchemaEditor, table: str = "audit_event") -> None:
    """Undo `create_triggers`."""
    for statement in changeable(schema.connection.vendor, table):
        schema.execute(statement)
