"""Rounds of the survey, what communities hand in, layers that come in bulk, and what a frozen round left.

*Round*: one survey of a city or district, open → in review → frozen. *Return*: a community's part in it. *Bulk layer*:
streets or buildings from a data department, kept as a file and never changed; a newer one takes its place. *Bulk
upload*: a file on its way to become one. *Finding*: a problem that a check found in a round or an upload. *Snapshot*:
everything the survey held when the round was frozen (`linli.survey.freeze`).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.accounts.scope import Gate, Scope, Scoped

__all__ = ["BULK_LAYERS", "BulkLayer", "BulkUpload", "Finding", "Return", "Round", "Snapshot"]

BULK_LAYERS = ("streets", "buildings")
"""The layers that come in bulk."""

_USER = settings.AUTH_USER_MODEL


class Round(Scoped):
    """One survey. Its communities are those of the tree at or below `place`."""

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open"
        REVIEW = "review"
        FROZEN = "frozen"

    # A community sees the round of its city: it is asked in it.
    scope: ClassVar[Scope] = Scope("surveys", above=True)

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    surveyed_on = models.DateField()
    begins = models.DateField()
    due = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN, db_index=True)
    options = models.JSONField(default=dict, blank=True)
    """The city's choices for its assessment (`linli.assess.AssessOptions`), JSON."""
    job = models.UUIDField(null=True, blank=True)
    """The last check or freezing that was asked for."""
    checked = models.JSONField(default=dict, blank=True)
    """What the last check said: when, rows by layer, how many errors and warnings; the findings are rows."""
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    frozen_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Round]] = models.Manager()
    objects = Gate["Round"]()

    class Meta:
        ordering = ("-surveyed_on", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(due__gte=models.F("begins")), name="round_due_after_it_begins"),
            models.UniqueConstraint(
                fields=["place"], condition=~models.Q(state="frozen"), name="round_one_under_way_at_a_place"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_state(self) -> str:
        """The state under the code by which its badge is known: other things that are open look otherwise."""
        return "round_open" if self.state == self.State.OPEN else self.state

    @property
    def checked_at(self) -> dt.datetime | None:
        """When the last check was."""
        return dt.datetime.fromisoformat(self.checked["at"]) if self.checked.get("at") else None


class Return(Scoped):
    """A community's part in a round."""

    class State(models.TextChoices):
        """How far it is."""

        FILLING = "filling"
        SUBMITTED = "submitted"
        RETURNED = "returned"
        ACCEPTED = "accepted"

    scope: ClassVar[Scope] = Scope("surveys")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="returns")
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.FILLING, db_index=True)
    note = models.TextField(blank=True)
    none_of = models.JSONField(default=list, blank=True)
    """What the community looked for and has none of: layers, and facility types as ``facilities/<type>``."""
    known = models.PositiveIntegerField(null=True, blank=True)
    asked = models.PositiveIntegerField(null=True, blank=True)
    """How many facts were known of those asked for when it was handed in."""
    changed_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Return]] = models.Manager()
    objects = Gate["Return"]()

    class Meta:
        ordering = ("round", "place")
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "community"], name="return_community")]

    def __str__(self) -> str:
        return f"{self.round} {self.community}"

    @property
    def is_in(self) -> bool:
        """Whether the community has handed it in and it was not sent back."""
        return self.state in {self.State.SUBMITTED, self.State.ACCEPTED}

    @property
    def days_late(self) -> int:
        """For how many days it has been due and not handed in; 0 = not late."""
        if self.is_in or self.round.state == Round.State.FROZEN:
            return 0
        return max(0, (timezone.localdate() - self.round.due).days)


class BulkLayer(Scoped):
    """Streets or buildings of a place, from a day on until a newer one comes."""

    scope: ClassVar[Scope] = Scope("surveys")

    layer = models.CharField(max_length=16, choices=[(name, name) for name in BULK_LAYERS])
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    """Whose data it is, as the source is to be cited."""
    data_on = models.DateField()
    file = models.CharField(max_length=200)
    """GeoParquet with the schema's columns, below the site's files."""
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    source = models.JSONField(default=dict, blank=True)
    """The file that was sent in: its name, hash, datum and encoding."""
    counts = models.JSONField(default=dict, blank=True)
    """Of buildings, by community code: how many, with residents known, with every age band known."""
    notes = models.JSONField(default=list, blank=True)
    """What was aggregated, left out or doubted at the door: texts zh and en."""
    active = models.BooleanField(default=True)
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[BulkLayer]] = models.Manager()
    objects = Gate["BulkLayer"]()

    class Meta:
        ordering = ("layer", "place", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["layer", "place", "number"], name="bulk_number"),
            models.UniqueConstraint(
                fields=["layer", "place"], condition=models.Q(active=True), name="bulk_one_active_at_a_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} #{self.number}"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(settings.MEDIA_ROOT) / self.file


class BulkUpload(Scoped):
    """A file from a data department on its way to become a bulk layer: checked first, then kept or discarded."""

    class State(models.TextChoices):
        """How far it is."""

        CHECKING = "checking"
        READY = "ready"
        REFUSED = "refused"
        KEPT = "kept"
        DISCARDED = "discarded"

    scope: ClassVar[Scope] = Scope("surveys")

    layer = models.CharField(max_length=16, choices=[(name, name) for name in BULK_LAYERS])
    title = models.CharField(max_length=200)
    data_on = models.DateField()
    datum = models.CharField(max_length=20)
    encoding = models.CharField(max_length=20, default="auto")
    name = models.CharField(max_length=200)
    """What the sender calls the file."""
    sha256 = models.CharField(max_length=64)
    folder = models.CharField(max_length=200, blank=True)
    """Where the file, and what was made of it, stand until it is kept or discarded; below the site's files."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING, db_index=True)
    job = models.UUIDField(null=True, blank=True)
    summary: Any = models.JSONField(default=dict, blank=True)
    """What was found: rows, columns, encoding, extent, counts, notes."""
    kept = models.ForeignKey(BulkLayer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[BulkUpload]] = models.Manager()
    objects = Gate["BulkUpload"]()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Its folder."""
        return Path(settings.MEDIA_ROOT) / self.folder


class Finding(Scoped):
    """A problem that the check of a round or an upload found, until the next check."""

    scope: ClassVar[Scope] = Scope("surveys")

    round = models.ForeignKey(Round, null=True, on_delete=models.CASCADE, related_name="findings")
    upload = models.ForeignKey(BulkUpload, null=True, on_delete=models.CASCADE, related_name="findings")
    severity = models.CharField(max_length=8)
    code = models.CharField(max_length=40)
    layer = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=120, blank=True)
    """The record it concerns, where it is one of the register."""
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=100, blank=True)
    allowed = models.CharField(max_length=300, blank=True)
    message = models.JSONField(default=dict)
    fix = models.JSONField(default=dict)

    _all: ClassVar[models.Manager[Finding]] = models.Manager()
    objects = Gate["Finding"]()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.code} {self.key or self.row or ''}"


class Snapshot(Scoped):
    """What a frozen round left: a folder that is never changed."""

    scope: ClassVar[Scope] = Scope("surveys")

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="snapshot")
    folder = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.JSONField(default=dict)
    code_version = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Snapshot]] = models.Manager()
    objects = Gate["Snapshot"]()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return str(self.round)

    @property
    def path(self) -> Path:
        """Where the snapshot is (`linli.survey.load_snapshot`)."""
        return Path(settings.MEDIA_ROOT) / self.folder
