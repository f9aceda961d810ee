"""What phones send in: every submission as it was sent, what became of it, conflicts and who decided them, remarks.

*Entry*: one thing that somebody filled in, however often it was sent. *Submission*: one sending of it, kept as it came
and never changed. *Conflict*: what the sender wrote and what somebody else made of the same record meanwhile, field by
field, until a person decides. *Held*: taken in, but not in the register, because the sender's right had ended.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.scope import Gate, Scope, Scoped
from linli.web.places.models import Photo, Record
from linli.web.surveys.models import Round

__all__ = ["FORMS", "Conflict", "Entry", "Picture", "Remark", "Submission"]

FORMS = ("facilities", "rooms", "answers", "confirm", "none")
"""What can be filled in: a row of a layer, that a row is as it was, that there is none of a type."""

_USER = settings.AUTH_USER_MODEL


class Entry(Scoped):
    """One thing that somebody filled in on a phone, as it stands now."""

    class State(models.TextChoices):
        """What became of it."""

        ACCEPTED = "accepted"
        CONFLICT = "conflict"
        INVALID = "invalid"
        HELD = "held"
        STALE = "stale"
        DECLINED = "declined"

    class Review(models.TextChoices):
        """What the street says of it."""

        RECEIVED = "received"
        ISSUES = "issues"
        APPROVED = "approved"

    scope: ClassVar[Scope] = Scope("surveys", own=("by",))

    client = models.UUIDField(unique=True)
    """Made by the phone: the same however often it is sent."""
    form = models.CharField(max_length=12, choices=[(name, name) for name in FORMS])
    layer = models.CharField(max_length=16, blank=True)
    key = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=200, blank=True)
    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, db_index=True)
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.RECEIVED, db_index=True)
    made_version = models.PositiveIntegerField(null=True)
    """The record's version that it made, or confirmed."""
    saved_at = models.DateTimeField()
    """By the phone's clock."""
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Entry]] = models.Manager()
    objects = Gate["Entry"]()

    class Meta:
        ordering = ("-received_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["record", "by"], name="entry_record"),
            models.Index(fields=["round", "place"], name="entry_round"),
        ]

    def __str__(self) -> str:
        return self.title or self.key


class Submission(models.Model):
    """One sending of an entry, as it came. Only ever added."""

    scope: ClassVar[Scope] = Scope("surveys", path="entry__place", own=("entry__by",))

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="submissions")
    revision = models.PositiveIntegerField()
    base_version = models.PositiveIntegerField(null=True)
    base = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    resolved = models.BooleanField(default=False)
    photos = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    outcome = models.JSONField(default=dict)
    """What the phone was told."""
    saved_at = models.DateTimeField()
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Submission]] = models.Manager()
    objects = Gate["Submission"]()

    class Meta:
        ordering = ("entry", "-revision")
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "revision"], name="submission_revision")]

    def __str__(self) -> str:
        return f"{self.entry} {self.revision}"


class Picture(models.Model):
    """A photo that came with an entry; its own file goes once the register has it."""

    scope: ClassVar[Scope] = Scope("surveys", path="entry__place", own=("entry__by",))

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="pictures")
    name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    file = models.FileField(upload_to="field/%Y/%m", blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by_file = models.BooleanField(default=False)
    """Whether the time is only that of the file, not the camera's."""
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    photo = models.ForeignKey(Photo, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Picture]] = models.Manager()
    objects = Gate["Picture"]()

    class Meta:
        ordering = ("entry", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "sha256"], name="picture_once")]

    def __str__(self) -> str:
        return self.name


class Conflict(models.Model):
    """What a person has to decide, field by field."""

    class Kind(models.TextChoices):
        """Why a person has to decide."""

        BOTH = "both"
        NO_RIGHT = "no_right"
        CLOSED = "closed"

    class State(models.TextChoices):
        """How it stands; one that a later sending replaced is ``superseded``."""

        OPEN = "open"
        DECIDED = "decided"
        SUPERSEDED = "superseded"

    # Not the sender's own: what others made of a record is shown to who may see it there.
    scope: ClassVar[Scope] = Scope("surveys", path="entry__place")

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="conflicts")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="conflict")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    theirs_version = models.PositiveIntegerField(null=True)
    """The record's version that it was held against; ``None`` = there was no record."""
    fields = models.JSONField(default=list)
    """``{name, base, mine, theirs}`` of each field to decide: values as the register keeps them, positions as WKT."""
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN, db_index=True)
    decided_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    choices = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Conflict]] = models.Manager()
    objects = Gate["Conflict"]()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return str(self.entry)


class Remark(models.Model):
    """A word between the street and the sender. Only ever added."""

    scope: ClassVar[Scope] = Scope("surveys", path="entry__place", own=("entry__by",))

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="remarks")
    review = models.CharField(max_length=10, choices=Entry.Review.choices, blank=True)
    """The verdict that it came with; empty for a mere remark."""
    text = models.TextField(blank=True)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Remark]] = models.Manager()
    objects = Gate["Remark"]()

    class Meta:
        ordering = ("entry", "at")

    def __str__(self) -> str:
        return self.text[:40]
