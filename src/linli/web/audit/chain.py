"""The hash chain: every event's hash covers all that it says and the hash of the event before it.

Who alters one byte of one event breaks its own hash; who also rewrites that hash breaks the next one's link.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

__all__ = ["CHAINED", "START", "canonical", "chain_hash", "stamp"]

START = "0" * 64
"""What stands for the hash before the first event."""

CHAINED = (
    "number",
    "at",
    "event",
    "actor_id",
    "actor_name",
    "on_behalf_of_id",
    "address",
    "request",
    "module",
    "object_type",
    "object_id",
    "object_name",
    "place",
    "before",
    "after",
    "reason",
    "previous",
)
"""The columns that a hash covers: all of them but the hash itself."""


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    msg = f"{type(value).__name__} has no canonical form"
    raise TypeError(msg)


def canonical(data: Any) -> str:
    """Return data as JSON that is the same byte for byte whenever the data are the same.

    Parameters
    ----------
    data
        Mappings, sequences, text, numbers, booleans, dates, Decimals, ``None``.

    Returns
    -------
    str
        Keys sorted, no spaces, Chinese as it is.

    Raises
    ------
    TypeError
        If anything else is in it.

    Examples
    --------
    >>> canonical({"b": Decimal("1.50"), "a": "社区"})
    '{"a":"社区","b":"1.50"}'
    """
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False)


def stamp(at: datetime) -> str:
    """Return a moment as text in UTC with microseconds: the same on every database.

    Parameters
    ----------
    at
        A moment with a time zone.

    Returns
    -------
    str
        ISO 8601.
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def chain_hash(values: dict[str, Any]) -> str:
    """Return the hash of an event.

    Parameters
    ----------
    values
        Every column of `CHAINED` by name, ``previous`` included.

    Returns
    -------
    str
        SHA-256 in hexadecimal.

    Raises
    ------
    KeyError
        If a column is missing.
    """
    return hashlib.sha256(canonical({name: values[name] for name in CHAINED}).encode()).hexdigest()
