"""The jobs table: what long work was asked for, how far it is, and what came of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.scope import Gate, Scope

__all__ = ["Job"]


class Job(models.Model):
    """One piece of long work."""

    class State(models.TextChoices):
        """How it stands."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    scope: ClassVar[Scope] = Scope("jobs", path="place", own=("requested_by",))

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=200, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="jobs")
    place = models.CharField(max_length=200, db_index=True, blank=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED, db_index=True)
    stage = models.CharField(max_length=200, blank=True)
    fraction = models.FloatField(null=True)
    log = models.TextField(blank=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    """Which process has it: see `linli.web.jobs.pulse`."""
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    _all = models.Manager()
    objects = Gate["Job"]()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.subject or self.kind

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def log_lines(self) -> list[tuple[str, str]]:
        """What it went through: the time, and the stage as a key or in words."""
        return [(at, stage) for at, _, stage in (line.partition(" ") for line in self.log.splitlines())]

    @property
    def percent(self) -> int | None:
        """How much is done, 0–100, or ``None`` if it cannot be said."""
        return None if self.fraction is None else round(100 * min(max(self.fraction, 0.0), 1.0))

    @property
    def seconds_left(self) -> int | None:
        """How long it may still take, from how long it took so far; ``None`` if that cannot be said."""
        if self.state != self.State.RUNNING or self.started_at is None or not self.fraction:
            return None
        spent = (timezone.now() - self.started_at).total_seconds()
        return round(spent * (1 - self.fraction) / self.fraction)
