"""Batches of a workbook or CSV file: the file, what was found in it, row by row what it would change, what it did.

*Batch*: one file sent in for a place; checking → errors or ready → applied → undone, or discarded. *Finding*: one thing
wrong or odd in the file. *Row*: one row of the file beside what the register holds. *Outcome*: what applying or undoing
did to the records of one layer.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.scope import Gate, Scope, Scoped
from linli.web.geometry import Located
from linli.web.imports.levels import LEVELS
from linli.web.jobs.models import Job
from linli.web.places.models import LAYERS

__all__ = ["ACTIONS", "DATUMS", "DECISIONS", "ENCODINGS", "Batch", "BatchRow", "Finding", "Outcome"]

_USER = settings.AUTH_USER_MODEL

ACTIONS = ("new", "changed", "unchanged", "conflict", "error", "missing")
"""What a row of the file is to the register; ``missing`` is a record that the file does not hold."""
DECISIONS = ("mine", "theirs", "out")
"""What a person may decide of a conflict: the file's values, the register's, or nothing now."""
DATUMS = ("wgs84", "gcj02", "bd09")
ENCODINGS = ("auto", "utf-8", "gb18030", "utf-16")


def _choices(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, code) for code in codes]


class Batch(Scoped):
    """One file, sent in for a place."""

    class State(models.TextChoices):
        """How it stands."""

        CHECKING = "checking"
        STOPPED = "stopped"
        ERRORS = "errors"
        READY = "ready"
        APPLIED = "applied"
        UNDONE = "undone"
        DISCARDED = "discarded"

    scope: ClassVar[Scope] = Scope("surveys", own=("created_by",))

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=8, choices=_choices(("xlsx", "csv")))
    file = models.FileField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    layer = models.CharField(max_length=16, blank=True, choices=_choices(LAYERS))
    """Of a CSV file whose name does not tell it."""
    datum = models.CharField(max_length=8, default="wgs84", choices=_choices(DATUMS))
    encoding = models.CharField(max_length=8, default="auto", choices=_choices(ENCODINGS))
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING, db_index=True)
    about = models.JSONField(default=dict)
    """What a filled template says of itself: place, round, when made, by whom."""
    tables = models.JSONField(default=list)
    """What was read: layer, sheet, rows, columns ignored, encoding and why, first lines."""
    levels = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    """By layer: ``read`` is the sum of ``new, changed, unchanged, conflict, error, left_out``; ``missing`` besides."""
    findings_left = models.PositiveIntegerField(default=0)
    """Findings beyond those that are kept."""
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    closed_missing = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    ended_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """Who applied, undid or discarded it last."""
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Batch]] = models.Manager()
    objects = Gate["Batch"]()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def is_stuck(self) -> bool:
        """Whether its check came to no end and nobody is at it any more."""
        at_it = self.state == self.State.CHECKING
        return self.state == self.State.STOPPED or (at_it and (self.job is None or self.job.is_over))

    @property
    def is_open(self) -> bool:
        """Whether it may be checked again or discarded."""
        return self.is_stuck or self.state in (self.State.ERRORS, self.State.READY)

    @property
    def source(self) -> str:
        """How versions of records name it."""
        return f"import:{self.number}"

    @property
    def totals(self) -> dict[str, int]:
        """Counts over all layers."""
        names = ("read", "new", "changed", "unchanged", "conflict", "error", "left_out", "missing")
        return {name: sum(layer.get(name, 0) for layer in self.counts.values()) for name in names}


class Finding(models.Model):
    """One thing wrong or odd in the file; its texts are those of the checks, in both languages."""

    scope: ClassVar[Scope] = Scope("surveys", path="batch__place", own=("batch__created_by",))

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="findings")
    number = models.PositiveIntegerField()
    level = models.CharField(max_length=12, choices=_choices(LEVELS))
    code = models.CharField(max_length=40)
    severity = models.CharField(max_length=8, choices=_choices(("error", "warning")))
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=100, blank=True)
    message = models.JSONField(default=dict)
    allowed = models.JSONField(default=dict)
    fix = models.JSONField(default=dict)
    help = models.JSONField(default=dict)
    """The column's help in the template."""

    _all: ClassVar[models.Manager[Finding]] = models.Manager()
    objects = Gate["Finding"]()

    class Meta:
        ordering = ("batch", "severity", "number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "number"], name="finding_number")]

    def __str__(self) -> str:
        return f"{self.code} {self.sheet} {self.row or ''}"


class BatchRow(Located):
    """One row of the file beside what the register holds.

    `values` and the geometry are what would be written: of a new row all it says, of a changed one what differs
    (``None`` = made unknown). `changes` is what people look at: by column ``[now, file]``, and where both sides changed
    it ``[template, file, now]``.
    """

    scope: ClassVar[Scope] = Scope("surveys", path="batch__place", own=("batch__created_by",))

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    layer = models.CharField(max_length=16, choices=_choices(LAYERS))
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(null=True)
    key = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=10, choices=_choices(ACTIONS))
    seen_version = models.PositiveIntegerField(null=True)
    """The register's version that the row was compared with; ``None`` = there was none."""
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    merged = models.BooleanField(default=False)
    """Whether the register changed meanwhile, in other columns only: both are kept."""
    decision = models.CharField(max_length=8, blank=True, choices=_choices(DECISIONS))

    _all: ClassVar[models.Manager[BatchRow]] = models.Manager()
    objects = Gate["BatchRow"]()

    class Meta:
        ordering = ("batch", "pk")
        indexes: ClassVar = [models.Index(fields=["batch", "action", "layer"], name="batchrow_action")]

    def __str__(self) -> str:
        return f"{self.key} {self.name}".strip()

    @property
    def cell(self) -> str:
        """Where it is in the file."""
        return f"{self.sheet}!{self.row}" if self.sheet else str(self.row or "")


class Outcome(models.Model):
    """What applying or undoing a batch did to the records of one layer."""

    scope: ClassVar[Scope] = Scope("surveys", path="batch__place", own=("batch__created_by",))

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="outcomes")
    kind = models.CharField(max_length=8, choices=_choices(("apply", "undo")))
    layer = models.CharField(max_length=16, choices=_choices(LAYERS))
    counts = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    """``[key, version before, version after]`` of each record."""
    left = models.JSONField(default=list)
    """Keys of records that undoing left as they are, because somebody changed them since."""

    _all: ClassVar[models.Manager[Outcome]] = models.Manager()
    objects = Gate["Outcome"]()

    class Meta:
        ordering = ("batch", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "kind", "layer"], name="outcome_layer")]

    def __str__(self) -> str:
        return f"{self.batch} {self.kind} {self.layer}"

    def about(self) -> dict[str, Any]:
        """Return what an event says of it."""
        return {**self.counts, "left": len(self.left)}
