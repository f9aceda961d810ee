"""What a database holds, told without Django: rows by table and the head of the audit trail.

A backup writes it down in the same moment as its copy, and a restored site is held against it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

__all__ = ["contents_of_postgres", "contents_of_sqlite", "held_still", "what_differs"]

_AUDIT = "audit_event"

Ask = Callable[[str], Sequence[Sequence[Any]]]


def _contents(ask: Ask, tables: Sequence[str]) -> dict[str, Any]:
    rows = {table: ask(f'SELECT count(*) FROM "{table}"')[0][0] for table in sorted(tables)}  # noqa: S608 - its own names
    head = None
    if rows.get(_AUDIT):
        number, hash_ = ask(f"SELECT number, hash FROM {_AUDIT} ORDER BY number DESC LIMIT 1")[0]  # noqa: S608
        head = {"number": number, "hash": hash_}
    return {"rows": rows, "audit_head": head}


def contents_of_sqlite(path: Path) -> dict[str, Any]:
    """Return what an SQLite database holds.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        ``rows`` by table, ``audit_head`` with ``number`` and ``hash`` (or ``None``).
    """
    with closing(sqlite3.connect(path)) as base:
        named = base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        tables = [name for (name,) in named.fetchall()]
        return _contents(lambda question: base.execute(question).fetchall(), tables)


@contextmanager
def held_still(url: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Look at a PostgreSQL database as it is at one moment, while people go on working.

    Parameters
    ----------
    url
        ``postgres://…``.

    Yields
    ------
    tuple of str and dict
        The moment's name, for ``pg_dump --snapshot``, and what the database held then.
    """
    import psycopg  # noqa: PLC0415 - an optional dependency

    with psycopg.connect(url) as base:
        base.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        base.read_only = True

        def ask(question: str) -> Sequence[Sequence[Any]]:
            return base.execute(question.encode()).fetchall()

        named = ask("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        moment = str(ask("SELECT pg_export_snapshot()")[0][0])
        yield moment, _contents(ask, [str(row[0]) for row in named])


def contents_of_postgres(url: str) -> dict[str, Any]:
    """Return what a PostgreSQL database holds.

    Parameters
    ----------
    url
        ``postgres://…``.

    Returns
    -------
    dict
        As `contents_of_sqlite`.
    """
    with held_still(url) as (_, contents):
        return contents


def what_differs(expected: dict[str, Any], found: dict[str, Any]) -> tuple[str, ...]:
    """Return the tables whose rows are not as many as expected, and the audit trail if its head is another.

    Parameters
    ----------
    expected, found
        As `contents_of_sqlite`.

    Returns
    -------
    tuple of str
        Each with both numbers; empty = the same.
    """
    tables = sorted({*expected["rows"], *found["rows"]})
    counts = [(table, expected["rows"].get(table), found["rows"].get(table)) for table in tables]
    wrong = [f"{table}: {before} → {after}" for table, before, after in counts if before != after]
    if expected["audit_head"] != found["audit_head"]:
        wrong.append(f"audit: {expected['audit_head']} → {found['audit_head']}")
    return tuple(wrong)
