"""The events table. Rows are only ever added: triggers in the database refuse to change or remove one."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from linli.web.accounts.scope import Gate, Scope
from linli.web.audit.chain import CHAINED

__all__ = ["Event"]


class Event(models.Model):
    """One thing that somebody did.

    `before` and `after` are canonical JSON kept as text, so that no database can rearrange what was hashed.
    """

    scope: ClassVar[Scope] = Scope("audit", path="place", own=("actor", "on_behalf_of"))

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    event = models.CharField(max_length=80, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=150)
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=45)
    request = models.CharField(max_length=32)
    module = models.CharField(max_length=32, db_index=True)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    object_name = models.CharField(max_length=200)
    place = models.CharField(max_length=200, db_index=True)
    before = models.TextField()
    after = models.TextField()
    reason = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    _all = models.Manager()
    objects = Gate["Event"]()

    class Meta:
        ordering = ("-number",)
        indexes: ClassVar = [models.Index(fields=["object_type", "object_id"], name="event_object")]

    def __str__(self) -> str:
        return f"{self.number} {self.event}"

    def chained(self) -> dict[str, Any]:
        """Return the columns that the hash covers."""
        return {name: getattr(self, name) for name in CHAINED}

    def changes(self) -> list[tuple[str, Any, Any]]:
        """Return what changed: field, before, after."""
        before, after = json.loads(self.before or "{}"), json.loads(self.after or "{}")
        return [
            (name, before.get(name), after.get(name))
            for name in dict.fromkeys((*before, *after))
            if before.get(name) != after.get(name)
        ]
