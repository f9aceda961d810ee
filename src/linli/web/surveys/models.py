"""Rounds of the survey, what communities hand in, layers that come in bulk, and what a frozen round left.

*Round*: one survey of a city or district, open → in review → frozen. *Return*: a community's part in it. *Bulk layer*:
streets or buildings from a data department, kept as a file and never changed; a newer one takes its place. *Snapshot*:
everything the survey held when the round was frozen (`linli.survey.freeze`).
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.accounts.scope import Gate, Scope, Scoped

__all__ = ["BULK_LAYERS", "BulkLayer", "Return", "Round", "Snapshot"]

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

    scope: ClassVar[Scope] = Scope("surveys")

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    surveyed_on = models.DateField()
    begins = models.DateField()
    due = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN, db_index=True)
    options = models.JSONField(default=dict, blank=True)
    """The city's choices for its assessment (`linli.assess.AssessOptions`), JSON."""
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    frozen_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Round]] = models.Manager()
    objects = Gate["Round"]()

    class Meta:
        ordering = ("-surveyed_on", "-pk")

    def __str__(self) -> str:
        return self.name


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
    changed_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Return]] = models.Manager()
    objects = Gate["Return"]()

    class Meta:
        ordering = ("round", "place")
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "community"], name="return_community")]

    def __str__(self) -> str:
        return f"{self.round} {self.community}"


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
    notes = models.JSONField(default=list, blank=True)
    """What was aggregated, left out or doubted at the door: texts zh and en."""
    active = models.BooleanField(default=True)
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[BulkLayer]] = models.Manager()
    objects = Gate["BulkLayer"]()

    class Meta:
        ordering = ("layer", "place", "-number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["layer", "place", "number"], name="bulk_number")]

    def __str__(self) -> str:
        return f"{self.layer} {self.number} {self.title}"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(settings.MEDIA_ROOT) / self.file


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
