"""Assessments of frozen rounds: the run, and its figures by community and by item so that lists pass the gate.

*Run*: one assessment (`linli.assess.assess`) of a snapshot by a catalogue with options; its folder holds every table
(`linli.assess.load_assessment`). *Score row* and *item row*: the figures of a run that pages list, copied as they are.

*Comparison*: two runs side by side (`linli.feedback.compare_rounds`), kept for the pair; *compared community*,
*compared item* and *loss* are its figures that pages list, a *doubt* is a match that a person has to decide.
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

__all__ = ["ComparedCommunity", "ComparedItem", "Comparison", "Doubt", "ItemRow", "Loss", "Run", "ScoreRow"]

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
    def name(self) -> str:
        """What it is called, after its round."""
        return f"{self.snapshot.round.name} #{self.number}"

    @property
    def name_en(self) -> str:
        """The same in English, where the round has such a name."""
        return f"{self.snapshot.round.name_en} #{self.number}" if self.snapshot.round.name_en else ""

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


class Comparison(Scoped):
    """Two runs side by side: what changed, for whom, what got worse. `place` is that of both rounds."""

    class State(models.TextChoices):
        """How it stands; ``refused``: the two must not be compared, `notes` says why."""

        QUEUED = "queued"
        DONE = "done"
        REFUSED = "refused"
        FAILED = "failed"

    # A community sees the comparison of its city; the figures go through the gate by themselves.
    scope: ClassVar[Scope] = Scope("assessments", above=True)

    before = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    before_digest = models.CharField(max_length=64)
    after_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED, db_index=True)
    job = models.UUIDField(null=True, blank=True)
    folder = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    unit = models.CharField(max_length=10, default="residents")
    circle_m = models.FloatField(null=True, blank=True)
    standards: Any = models.JSONField(default=list, blank=True)
    notes: Any = models.JSONField(default=list, blank=True)
    """What a reader has to know, or why it was refused: problems (`linli.errors.Problem`), or texts zh and en."""
    totals: Any = models.JSONField(default=list, blank=True)
    """Totals of the whole place as a yearly report counts (`linli.feedback.totals`); what is unknown is not there."""
    code_version = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Comparison]] = models.Manager()
    objects = Gate["Comparison"]()

    class Meta:
        ordering = ("-at",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["before_digest", "after_digest"], name="comparison_of_a_pair")
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"

    @property
    def name(self) -> str:
        """What it is called, after its runs."""
        return str(self)

    @property
    def name_en(self) -> str:
        """The same in English, as far as the rounds have such names."""
        return f"{self.before.name_en or self.before.name} → {self.after.name_en or self.after.name}"

    @property
    def path(self) -> Path:
        """Where its tables and files are."""
        return Path(settings.MEDIA_ROOT) / self.folder


class ComparedCommunity(Scoped):
    """A community before and after; null = not known, or not in that round."""

    scope: ClassVar[Scope] = Scope("assessments")

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="communities")
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    residents_before = models.FloatField(null=True)
    residents_after = models.FloatField(null=True)
    score_before = models.FloatField(null=True)
    score_after = models.FloatField(null=True)
    score_change = models.FloatField(null=True)
    """By the first standard."""
    scores: Any = models.JSONField(default=dict)
    """By standard ``{"before", "after"}``."""
    better = models.PositiveIntegerField(default=0)
    worse = models.PositiveIntegerField(default=0)
    gained = models.FloatField(default=0)
    """Residents who came within reach of what they had not, added up over the facility types."""
    lost = models.FloatField(default=0)
    opened = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    opened_m2 = models.FloatField(default=0)
    brought_back_m2 = models.FloatField(default=0)
    vacant_m2 = models.FloatField(default=0)

    _all: ClassVar[models.Manager[ComparedCommunity]] = models.Manager()
    objects = Gate["ComparedCommunity"]()

    class Meta:
        ordering = ("comparison", "place")
        constraints: ClassVar = [models.UniqueConstraint(fields=["comparison", "community"], name="compared_community")]

    def __str__(self) -> str:
        return f"{self.comparison} {self.community}"


class ComparedItem(Scoped):
    """An item that changed in a community."""

    scope: ClassVar[Scope] = Scope("assessments")

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="items")
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    standard = models.CharField(max_length=40)
    item = models.CharField(max_length=80)
    change = models.CharField(max_length=16)
    status_before = models.CharField(max_length=16, blank=True)
    status_after = models.CharField(max_length=16, blank=True)
    degree_before = models.FloatField(null=True)
    degree_after = models.FloatField(null=True)
    degree_change = models.FloatField(null=True)
    concerned = models.FloatField(null=True)
    gained = models.FloatField(null=True)
    without_before = models.FloatField(null=True)
    without_after = models.FloatField(null=True)
    cause = models.CharField(max_length=16, blank=True)
    came = models.TextField(blank=True)
    went = models.TextField(blank=True)

    _all: ClassVar[models.Manager[ComparedItem]] = models.Manager()
    objects = Gate["ComparedItem"]()

    class Meta:
        ordering = ("comparison", "place", "standard", "item")
        indexes: ClassVar = [models.Index(fields=["comparison", "change"], name="compared_item_change")]

    def __str__(self) -> str:
        return f"{self.community} {self.item} {self.change}"


class Loss(Scoped):
    """Something that got worse, most residents first by `rank`."""

    scope: ClassVar[Scope] = Scope("assessments")

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="losses")
    community = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=120, blank=True)
    text: Any = models.JSONField(default=dict)
    residents = models.FloatField(null=True)
    lost = models.FloatField(null=True)
    cause = models.CharField(max_length=16, blank=True)

    _all: ClassVar[models.Manager[Loss]] = models.Manager()
    objects = Gate["Loss"]()

    class Meta:
        ordering = ("comparison", "rank")
        constraints: ClassVar = [models.UniqueConstraint(fields=["comparison", "rank"], name="loss_rank")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Doubt(Scoped):
    """Two entries that may be the same: to be decided by a person who knows; then the rounds are compared anew."""

    scope: ClassVar[Scope] = Scope("assessments")

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="doubts")
    community = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    layer = models.CharField(max_length=16)
    before_id = models.CharField(max_length=120)
    after_id = models.CharField(max_length=120)
    type = models.CharField(max_length=40, blank=True)
    name_before = models.CharField(max_length=200, blank=True)
    name_after = models.CharField(max_length=200, blank=True)
    distance_m = models.FloatField(null=True)
    area_m2 = models.FloatField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    text: Any = models.JSONField(default=dict)
    same = models.BooleanField(null=True)
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)

    _all: ClassVar[models.Manager[Doubt]] = models.Manager()
    objects = Gate["Doubt"]()

    class Meta:
        ordering = ("comparison", "layer", "before_id", "after_id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["comparison", "layer", "before_id", "after_id"], name="doubt_pair")
        ]

    def __str__(self) -> str:
        return f"{self.layer} {self.before_id} {self.after_id}"
