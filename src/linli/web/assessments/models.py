"""Assessments of frozen rounds: the run, and its figures by community and by item so that lists pass the gate.

*Run*: one assessment (`linli.assess.assess`) of a snapshot by a catalogue with options; its folder holds every table
(`linli.assess.load_assessment`). *Score row* and *item row*: the figures of a run that pages list, copied as they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.accounts.scope import Gate, Scope, Scoped
from linli.web.surveys.models import Snapshot

__all__ = ["ItemRow", "Run", "ScoreRow"]

_USER = settings.AUTH_USER_MODEL


class Run(Scoped):
    """One assessment of a frozen round. `place` is the round's."""

    class State(models.TextChoices):
        """How it stands."""

        QUEUED = "queued"
        DONE = "done"
        FAILED = "failed"

    # A community sees the run of its city; the run's figures go through the gate by themselves.
    scope: ClassVar[Scope] = Scope("assessments", above=True)

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED, db_index=True)
    current = models.BooleanField(default=False)
    """Whether it is the one that pages show of its round."""
    options = models.JSONField(default=dict)
    rules_on = models.DateField(null=True, blank=True)
    catalogue_version = models.CharField(max_length=80, blank=True)
    code_version = models.CharField(max_length=40, blank=True)
    folder = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    job = models.UUIDField(null=True, blank=True)
    unit = models.CharField(max_length=10, default="residents")
    """Unit of every count of people: residents, or m2 where floor area stands for them."""
    notes = models.JSONField(default=list, blank=True)
    """What could not be known: code, count, texts zh and en."""
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    _all: ClassVar[models.Manager[Run]] = models.Manager()
    objects = Gate["Run"]()

    class Meta:
        ordering = ("-snapshot__round__surveyed_on", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["snapshot", "number"], name="run_number"),
            models.UniqueConstraint(fields=["snapshot"], condition=models.Q(current=True), name="run_current"),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot.round} #{self.number}"

    @property
    def path(self) -> Path:
        """Where its tables are."""
        return Path(settings.MEDIA_ROOT) / self.folder


class ScoreRow(Scoped):
    """A community in a run by one standard: its score, and what belongs to the community by whatever standard.

    Rank of priority and the 一老一小 index are the same in every row of a community. Shares and degrees are 0–1;
    what is not known is null.
    """

    scope: ClassVar[Scope] = Scope("assessments")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="scores")
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    standard = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, blank=True)
    project_type = models.CharField(max_length=20, blank=True)
    residents = models.FloatField(null=True)
    old_young = models.FloatField(null=True)
    households = models.FloatField(null=True)
    score = models.FloatField(null=True)
    score_low = models.FloatField(null=True)
    score_high = models.FloatField(null=True)
    known_share = models.FloatField(null=True)
    grade = models.CharField(max_length=8, blank=True)
    rank = models.PositiveIntegerField(null=True)
    """By the score of this standard; equals share one."""
    met = models.PositiveSmallIntegerField(default=0)
    partly = models.PositiveSmallIntegerField(default=0)
    not_met = models.PositiveSmallIntegerField(default=0)
    not_applicable = models.PositiveSmallIntegerField(default=0)
    unknown = models.PositiveSmallIntegerField(default=0)
    groups: Any = models.JSONField(default=dict)
    """Mean degree with range by group of the standard (the six haves, the levels); what is not known is not there."""
    scenes: Any = models.JSONField(default=dict)
    """The same through the crosswalk to the nine scenes, by scene; `required` says what it means to its project."""
    index_old_young = models.FloatField(null=True)
    index_low = models.FloatField(null=True)
    index_high = models.FloatField(null=True)
    index_own_pace = models.FloatField(null=True)
    priority_rank = models.PositiveIntegerField(null=True)
    priority_score = models.FloatField(null=True)
    priority_parts: Any = models.JSONField(default=dict)
    """By component ``{"raw", "part"}``: in its own unit, and from 0 to 1; what is not known is not there."""
    priority_reason: Any = models.JSONField(default=dict)

    _all: ClassVar[models.Manager[ScoreRow]] = models.Manager()
    objects = Gate["ScoreRow"]()

    class Meta:
        ordering = ("run", "place", "standard")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "community", "standard"], name="score_of_a_community")
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "standard", "place"], name="score_place"),
            models.Index(fields=["run", "standard", "priority_rank"], name="score_priority"),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.community}"


class ItemRow(Scoped):
    """An item of a standard in a community."""

    scope: ClassVar[Scope] = Scope("assessments")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    standard = models.CharField(max_length=40)
    item = models.CharField(max_length=80)
    group = models.CharField(max_length=40, blank=True)
    verb = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=16, db_index=True)
    degree = models.FloatField(null=True)
    degree_low = models.FloatField(null=True)
    degree_high = models.FloatField(null=True)
    shortfall = models.FloatField(null=True)
    shortfall_unit = models.CharField(max_length=20, blank=True)
    residents = models.FloatField(null=True)
    residents_without = models.FloatField(null=True)
    floor_area_short_m2 = models.FloatField(null=True)
    places_short = models.FloatField(null=True)
    weakest = models.CharField(max_length=40, blank=True)
    """The requirement that decides: the binding one with the least degree."""
    certainty = models.CharField(max_length=12, blank=True)
    advice = models.CharField(max_length=200, blank=True)

    _all: ClassVar[models.Manager[ItemRow]] = models.Manager()
    objects = Gate["ItemRow"]()

    class Meta:
        ordering = ("run", "place", "standard", "item")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "community", "standard", "item"], name="item_of_a_community")
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "item", "status"], name="item_status"),
            models.Index(fields=["run", "standard", "place"], name="item_place"),
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.item}"
