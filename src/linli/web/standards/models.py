"""A city's own values under review, and waivers.

*Change*: one dated value of one rule that somebody proposes for the city's pack and another person approves. *Waiver*:
an item that is not asked of a place for a time, with the reason, granted by one person on the proposal of another, and
printed with the result.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.scope import Gate, Scope, Scoped

__all__ = ["Change", "Waiver"]

_USER = settings.AUTH_USER_MODEL
_CERTAINTIES = [(code, code) for code in ("published", "recalled")]


class Change(Scoped):
    """A value for the city's pack. `place` is the city's path: a pack holds for the whole site."""

    class State(models.TextChoices):
        """How it stands."""

        DRAFT = "draft"
        SUBMITTED = "submitted"
        RETURNED = "returned"
        APPROVED = "approved"
        WITHDRAWN = "withdrawn"

    scope: ClassVar[Scope] = Scope("standards")

    rule = models.CharField(max_length=120, db_index=True)
    value_name = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    """Number, text or yes/no; ``None`` ends the value on `valid_from`."""
    unit = models.CharField(max_length=40)
    valid_from = models.DateField()
    reference_title = models.CharField(max_length=300)
    clause = models.CharField(max_length=200, blank=True)
    href = models.URLField(max_length=400, blank=True)
    certainty = models.CharField(max_length=12, choices=_CERTAINTIES)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    checked_on = models.DateField(default=timezone.localdate)
    """The day on which the author compared it with its source."""
    decided_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Change]] = models.Manager()
    objects = Gate["Change"]()

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.rule}.{self.value_name}"


class Waiver(Scoped):
    """An item that is not asked of the communities at or below `place` for a time."""

    class State(models.TextChoices):
        """How it stands."""

        PROPOSED = "proposed"
        GRANTED = "granted"
        DECLINED = "declined"
        REVOKED = "revoked"

    scope: ClassVar[Scope] = Scope("standards")

    item = models.CharField(max_length=120, db_index=True)
    reason = models.TextField()
    begins = models.DateField()
    ends = models.DateField()
    public = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED, db_index=True)
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Waiver]] = models.Manager()
    objects = Gate["Waiver"]()

    class Meta:
        ordering = ("-begins", "place", "item")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends__gte=models.F("begins")), name="waiver_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return f"{self.item} @ {self.place}"

    @property
    def standing(self) -> str:
        """Its state as people see it today: granted ones are ``coming``, ``in_force`` or ``expired``."""
        if self.state != self.State.GRANTED:
            return str(self.state)
        today = timezone.localdate()
        if self.begins > today:
            return "coming"
        return "expired" if self.ends < today else "in_force"
