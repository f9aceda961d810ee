"""Siting studies: what to build, convert or re-allocate with the money at hand, solved as a job; one is adopted.

*Study*: the choices and, once solved, the proposal (`linli.improve.proposal`), kept in its folder with status, bound
and gap. *Measure*: one chosen option of a study at a place, copied so that lists pass the gate and projects can follow
it.
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

__all__ = ["Measure", "Study"]

_USER = settings.AUTH_USER_MODEL
_MONEY: dict[str, Any] = {"max_digits": 15, "decimal_places": 2, "null": True, "blank": True}


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
    """``improve``, ``programme`` and ``proposal`` as in a declaration (`linli.pipeline.config.Config`), JSON."""
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT, db_index=True)
    job = models.UUIDField(null=True, blank=True)
    folder = models.CharField(max_length=200, blank=True)
    catalogue_version = models.CharField(max_length=80, blank=True)
    solver_status = models.CharField(max_length=40, blank=True)
    objective = models.FloatField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True)
    gap = models.FloatField(null=True, blank=True)
    residents = models.FloatField(null=True, blank=True)
    old_young = models.FloatField(null=True, blank=True)
    cost_yuan = models.DecimalField(**_MONEY)
    message = models.JSONField(default=dict, blank=True)
    """What clashes, or what went wrong: texts zh and en."""
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
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


class Measure(Scoped):
    """One chosen option of a study. `place` is the path of its community."""

    scope: ClassVar[Scope] = Scope("plans")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="measures")
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    option = models.CharField(max_length=120)
    lever = models.CharField(max_length=20)
    facility_type = models.CharField(max_length=40)
    place_kind = models.CharField(max_length=12)
    place_key = models.CharField(max_length=120)
    floor_area_m2 = models.FloatField(null=True)
    cost_yuan = models.DecimalField(**_MONEY)
    subsidy_yuan = models.DecimalField(**_MONEY)
    residents = models.FloatField(null=True)
    begin_year = models.PositiveSmallIntegerField(null=True)
    open_year = models.PositiveSmallIntegerField(null=True)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="measures")

    _all: ClassVar[models.Manager[Measure]] = models.Manager()
    objects = Gate["Measure"]()

    class Meta:
        ordering = ("study", "place", "option")
        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "option"], name="measure_option")]

    def __str__(self) -> str:
        return f"{self.study.number} {self.option}"
