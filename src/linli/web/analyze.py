"""How the tables are filled, told to SQLite, so that it takes the index that fits; PostgreSQL sees to it by itself."""

from __future__ import annotations

from django.db import OperationalError, connection

__all__ = ["analyze_tables"]

_ROWS_READ = 400


def analyze_tables() -> bool:
    """Count samples of every index, within milliseconds however large the tables are.

    Without it SQLite may walk through a whole layer in the order of its keys to find what one community has of it.

    Returns
    -------
    bool
        False if there is nothing to do on this database, or somebody else is writing: the next time will do.
    """
    if connection.vendor != "sqlite":
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={_ROWS_READ}")
            cursor.execute("ANALYZE")
    except OperationalError:
        return False
    return True
