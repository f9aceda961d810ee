"""Siting studies: what to build, convert or re-allocate with the money at hand, solved as a job; one is adopted.

*Study*: the choices and, once solved, the proposal (`linli.improve.proposal`), kept in its folder with status, bound
and gap. *Measure*: one chosen option of a study at a place, copied so that lists pass the gate and projects can follow
it. *Instalment*: what of a community's planned subsidy falls in a year. *Question*: what would be if. *Document set*:
the files written of a study for one place. A measure is *in force* if its study is adopted and no adopted plan of a
smaller place holds its community.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.accounts.scope import Gate, Scope, Scoped
from linli.web.assessments.models import Run
from linli.web.projects.models import Project

__all__ = ["DocumentSet", "Instalment", "Measure", "Question", "Study"]

_USER = settings.AUTH_USER_MODEL
_MONEY: dict[str, Any] = {"max_digits": 15, "decimal_places": 2}


class Work(models.TextChoices):
    """How a piece of work about a study stands."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


class Study(Scoped):
    """One siting study of a city or district."""

    class State(models.TextChoices):
        """How it stands."""

        DRAFT = "draft"
        QUEUED = "queued"
        SOLVED = "solved"
        INFEASIBLE = "infeasible"
        FAILED = "failed"
        ADOPTED = "adopted"
        SUPERSEDED = "superseded"

    scope: ClassVar[Scope] = Scope("plans")

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="studies")
    choices = models.JSONField(default=dict)
    """`linli.web.plans.choices.StudyChoices`, JSON."""
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT, db_index=True)
    job = models.UUIDField(null=True, blank=True)
    folder = models.CharField(max_length=200, blank=True)
    catalogue_version = models.CharField(max_length=80, blank=True)
    solver_status = models.CharField(max_length=40, blank=True)
    objective = models.FloatField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True)
    gap = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=12, blank=True)
    """Unit of every count of people: ``residents`` or ``m2``."""
    projects = models.PositiveIntegerField(null=True, blank=True)
    residents = models.FloatField(null=True, blank=True)
    """Those of the place who gain, each counted once."""
    old_young = models.FloatField(null=True, blank=True)
    floor_area_m2 = models.FloatField(null=True, blank=True)
    cost_yuan = models.DecimalField(null=True, blank=True, **_MONEY)
    subsidy_yuan = models.DecimalField(null=True, blank=True, **_MONEY)
    message = models.JSONField(default=dict, blank=True)
    """What clashes, or what went wrong: texts zh and en."""
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    solved_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    adopted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Study]] = models.Manager()
    objects = Gate["Study"]()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def path(self) -> Path:
        """Where its tables are."""
        return Path(settings.MEDIA_ROOT) / self.folder

    @property
    def has_result(self) -> bool:
        """Whether it was solved and holds a plan."""
        return self.state in {self.State.SOLVED, self.State.ADOPTED, self.State.SUPERSEDED}

    @property
    def can_change(self) -> bool:
        """Whether its choices may still be changed: a result belongs to the choices it was made with."""
        return self.state in {self.State.DRAFT, self.State.INFEASIBLE, self.State.FAILED}


class Measure(Scoped):
    """One chosen option of a study. `place` is the path of its community."""

    scope: ClassVar[Scope] = Scope("plans")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="measures")
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    """Of the plan's table of projects, the same in every document."""
    option = models.CharField(max_length=120)
    lever = models.CharField(max_length=20)
    facility_type = models.CharField(max_length=40)
    place_kind = models.CharField(max_length=12)
    place_key = models.CharField(max_length=120)
    place_name = models.CharField(max_length=200, blank=True)
    floor_area_m2 = models.FloatField(null=True)
    site_area_m2 = models.FloatField(null=True)
    capacity = models.FloatField(null=True)
    cost_yuan = models.DecimalField(null=True, blank=True, **_MONEY)
    subsidy_yuan = models.DecimalField(null=True, blank=True, **_MONEY)
    other_yuan = models.DecimalField(null=True, blank=True, **_MONEY)
    own_yuan = models.DecimalField(null=True, blank=True, **_MONEY)
    residents = models.FloatField(null=True)
    """Needs that the plan has it serve, each once, so that those of all measures add up."""
    old_young = models.FloatField(null=True)
    alone = models.FloatField(null=True)
    """People whom it would newly serve if it were the only one."""
    begin_year = models.PositiveSmallIntegerField(null=True)
    open_year = models.PositiveSmallIntegerField(null=True)
    forced = models.BooleanField(default=False)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    in_force = models.BooleanField(default=False, db_index=True)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="measures")

    _all: ClassVar[models.Manager[Measure]] = models.Manager()
    objects = Gate["Measure"]()

    class Meta:
        ordering = ("study", "number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "option"], name="measure_option")]

    def __str__(self) -> str:
        return f"{self.study.number} {self.option}"


class Instalment(Scoped):
    """What of a community's planned subsidy falls in a year, by the event that releases it. `place` is the path."""

    scope: ClassVar[Scope] = Scope("plans")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="instalments")
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    event = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField(null=True)
    amount_yuan = models.DecimalField(**_MONEY)
    in_force = models.BooleanField(default=False, db_index=True)

    _all: ClassVar[models.Manager[Instalment]] = models.Manager()
    objects = Gate["Instalment"]()

    class Meta:
        ordering = ("study", "place", "year", "event")

    def __str__(self) -> str:
        return f"{self.study.number} {self.community} {self.year or '?'}"


class Question(models.Model):
    """What would be if something were decided, ruled out, or the money were another."""

    scope: ClassVar[Scope] = Scope("plans", path="study__place")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveIntegerField()
    force_in = models.JSONField(default=list)
    forbid = models.JSONField(default=list)
    budget_yuan = models.DecimalField(null=True, blank=True, **_MONEY)
    state = models.CharField(max_length=8, choices=Work.choices, default=Work.QUEUED)
    job = models.UUIDField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)
    message = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Question]] = models.Manager()
    objects = Gate["Question"]()

    class Meta:
        ordering = ("study", "-number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "number"], name="question_number")]

    def __str__(self) -> str:
        return f"{self.study.number} ? {self.number}"


class DocumentSet(Scoped):
    """The documents of a study for one place: workbook, map layers, district plan. `place` is that place's path."""

    scope: ClassVar[Scope] = Scope("plans")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="documents")
    state = models.CharField(max_length=8, choices=Work.choices, default=Work.QUEUED)
    job = models.UUIDField(null=True, blank=True)
    folder = models.CharField(max_length=200, blank=True)
    files = models.JSONField(default=list, blank=True)
    """``name`` below the folder, ``size``, ``sha256``."""
    message = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[DocumentSet]] = models.Manager()
    objects = Gate["DocumentSet"]()

    class Meta:
        ordering = ("study", "place")
        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "place"], name="documents_of_a_place")]

    def __str__(self) -> str:
        return f"{self.study.number} {self.place}"

    @property
    def path(self) -> Path:
        """Where its files are."""
        return Path(settings.MEDIA_ROOT) / self.folder
