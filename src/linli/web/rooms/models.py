"""What becomes of a vacant room of the register: offered, checked, reserved, in use, withdrawn.

*Offer*: how a room stands now; a room without one has just been offered. *Step*: one change of it; steps are only ever
added.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.scope import Gate, Scope, Scoped
from linli.web.places.models import Record
from linli.web.projects.models import Project

__all__ = ["Offer", "Step"]

_USER = settings.AUTH_USER_MODEL


class Offer(Scoped):
    """How a room stands."""

    class State(models.TextChoices):
        """How it stands."""

        OFFERED = "offered"
        CHECKED = "checked"
        RESERVED = "reserved"
        IN_USE = "in_use"
        WITHDRAWN = "withdrawn"

    scope: ClassVar[Scope] = Scope("places")

    room = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="offer")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED, db_index=True)
    facility_type = models.CharField(max_length=40, blank=True)
    """For what it is reserved, or what it is used for."""
    until = models.DateField(null=True, blank=True)
    """Until when it is reserved."""
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="rooms")
    facility = models.ForeignKey(Record, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """What was opened in it."""
    note = models.TextField(blank=True)
    changed_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=0)

    _all: ClassVar[models.Manager[Offer]] = models.Manager()
    objects = Gate["Offer"]()

    class Meta:
        ordering = ("place", "room")

    def __str__(self) -> str:
        return str(self.room)


class Step(models.Model):
    """One change of an offer."""

    scope: ClassVar[Scope] = Scope("places", path="offer__place")

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=12)
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Step]] = models.Manager()
    objects = Gate["Step"]()

    class Meta:
        ordering = ("offer", "number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["offer", "number"], name="room_step_number")]

    def __str__(self) -> str:
        return f"{self.offer} {self.number} {self.verb}"
