"""Writing events: `record`, called by every service in the transaction of the change itself."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from linli.web.audit.actor import Actor
from linli.web.audit.chain import START, canonical, chain_hash
from linli.web.audit.models import Event
from linli.web.moment import forget

__all__ = ["NotInTransactionError", "record", "state_of"]

_log = logging.getLogger("linli.audit")

_LOCK = 0x4C494E4C49
"""Number of the advisory lock on PostgreSQL ("LINLI"): one writer at a time, so that the chain never forks."""


class NotInTransactionError(RuntimeError):
    """An event must be written in the same transaction as the change it tells of."""


def state_of(object_: models.Model, *fields: str) -> dict[str, Any]:
    """Return what an object is now, for `before` or `after`.

    Parameters
    ----------
    object_
        The object.
    fields
        Names of its fields (``organisation_id`` for a reference).

    Returns
    -------
    dict
        Value by field.
    """
    return {name: getattr(object_, name) for name in fields}


def _anchor(number: int, hash_: str) -> None:
    """Write the head outside the database, once it is committed: who cuts off the chain's end is found out."""
    if not settings.SITE.saved:
        return
    with (settings.SITE.logs / "audit-heads.jsonl").open("a", encoding="ascii") as file:
        file.write(json.dumps({"number": number, "hash": hash_}) + "\n")


def record(
    event: str,
    *,
    actor: Actor,
    module: str,
    object_: models.Model | None = None,
    name: str = "",
    place: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """Add an event to the chain.

    Parameters
    ----------
    event
        What happened, ``<app>.<thing>.<verb>``, with words ``<app>.event.<thing>.<verb>``.
    actor
        Who.
    module
        Which part of the work (as in roles.yaml).
    object_
        What it happened to, already saved.
    name
        What the object is called; its own text if left out.
    place
        Jurisdiction path of the object; empty = the whole site.
    before, after
        What it was and is: plain values by field. No passwords, no secrets.
    reason
        Why, in the person's own words.

    Returns
    -------
    Event
        As written.

    Raises
    ------
    NotInTransactionError
        If there is no transaction that the change and the event share.
    """
    if not connection.in_atomic_block:
        msg = f"`{event}` was to be recorded outside a transaction"
        raise NotInTransactionError(msg)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    # On SQLite a transaction holds the write lock from its beginning (IMMEDIATE): nobody else is here.
    head = Event._all.order_by("-number").values("number", "hash").first() or {"number": 0, "hash": START}
    values: dict[str, Any] = {
        "number": head["number"] + 1,
        "at": timezone.now(),
        "event": event,
        "actor_id": actor.user.pk if actor.user else None,
        "actor_name": actor.name[:150],
        "on_behalf_of_id": actor.on_behalf_of.pk if actor.on_behalf_of else None,
        "address": actor.address[:45],
        "request": actor.request[:32],
        "module": module,
        "object_type": object_._meta.label_lower if object_ is not None else "",
        "object_id": str(object_.pk) if object_ is not None else "",
        "object_name": (name or (str(object_) if object_ is not None else ""))[:200],
        "place": place,
        "before": canonical(before) if before is not None else "",
        "after": canonical(after) if after is not None else "",
        "reason": reason,
        "previous": head["hash"],
    }
    values["hash"] = chain_hash(values)
    written = Event(**values)
    written.save(force_insert=True)
    forget("newest_number")
    transaction.on_commit(lambda: _anchor(values["number"], values["hash"]))
    _log.info("%s %s", event, values["object_name"], extra={"user": actor.name, "address": actor.address})
    return written
