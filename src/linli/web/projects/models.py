"""Creation projects and what hangs on them.

*Move*: one transition taken; moves are only ever added. *Attachment*: a file sent in, either a document that the
workflow asks for or evidence of an item of acceptance; withdrawn ones stay, marked. *Panel*: the experts appointed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.models import Organisation, Place
from linli.web.accounts.scope import Gate, Scope, Scoped
from linli.web.projects.workflow import Position

__all__ = ["Attachment", "ItemStatement", "Milestone", "Move", "PanelMember", "Project", "Score", "Visit"]

_MONEY: dict[str, Any] = {"max_digits": 15, "decimal_places": 2}
_USER = settings.AUTH_USER_MODEL


def _choices(*codes: str) -> list[tuple[str, str]]:
    return [(code, code) for code in codes]


class Project(Scoped):
    """One creation project of one community."""

    scope: ClassVar[Scope] = Scope("projects", own=("created_by",))

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    project_type = models.CharField(max_length=20, choices=_choices("leading_renewal", "leading_new", "inclusive"))
    summary = models.TextField(blank=True)
    households = models.PositiveIntegerField(null=True, blank=True)
    residents = models.PositiveIntegerField(null=True, blank=True)
    area_m2 = models.DecimalField(null=True, blank=True, **_MONEY)
    input_cost_yuan = models.DecimalField(null=True, blank=True, **_MONEY)
    ordinary_subsidy_yuan = models.DecimalField(null=True, blank=True, **_MONEY)
    old_estate = models.BooleanField(null=True, blank=True)
    operator = models.CharField(max_length=100, blank=True)

    workflow = models.CharField(max_length=50)
    state = models.CharField(max_length=40, db_index=True)
    aside_from = models.JSONField(default=list, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True, db_index=True)
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Project]] = models.Manager()
    objects = Gate["Project"]()

    class Meta:
        ordering = ("-year", "number")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def position(self) -> Position:
        """Where it stands in its workflow."""
        return Position(self.state, tuple(self.aside_from))


class Move(models.Model):
    """One transition that somebody took."""

    scope: ClassVar[Scope] = Scope("projects", path="project__place", own=("project__created_by",))

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="moves")
    number = models.PositiveIntegerField()
    transition = models.CharField(max_length=40)
    before = models.CharField(max_length=40)
    after = models.CharField(max_length=40)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)

    _all: ClassVar[models.Manager[Move]] = models.Manager()
    objects = Gate["Move"]()

    class Meta:
        ordering = ("project", "number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "number"], name="move_number")]

    def __str__(self) -> str:
        return f"{self.project.number} {self.number} {self.transition}"


class Attachment(models.Model):
    """A file sent in."""

    scope: ClassVar[Scope] = Scope("projects", path="project__place", own=("project__created_by",))

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="attachments")
    purpose = models.CharField(max_length=10, choices=_choices("document", "evidence"))
    code = models.CharField(max_length=80, db_index=True)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=8)
    caption = models.CharField(max_length=300, blank=True)
    file = models.FileField(upload_to="projects/%Y/%m")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=10, blank=True, choices=_choices("accepted", "rejected"))
    verdict_reason = models.TextField(blank=True)
    verdict_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    _all: ClassVar[models.Manager[Attachment]] = models.Manager()
    objects = Gate["Attachment"]()

    class Meta:
        ordering = ("project", "code", "at")

    def __str__(self) -> str:
        return self.name


class ItemStatement(models.Model):
    """What a project says of an item in its self-assessment."""

    scope: ClassVar[Scope] = Scope("projects", path="project__place", own=("project__created_by",))

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="statements")
    item = models.CharField(max_length=80)
    answer = models.CharField(max_length=8, choices=_choices("yes", "partly", "no"))
    text = models.TextField(blank=True)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[ItemStatement]] = models.Manager()
    objects = Gate["ItemStatement"]()

    class Meta:
        ordering = ("project", "item")
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "item"], name="statement_item")]

    def __str__(self) -> str:
        return f"{self.item}: {self.answer}"


class Milestone(models.Model):
    """A step of building, with the day it is planned for and the day it was done."""

    scope: ClassVar[Scope] = Scope("projects", path="project__place", own=("project__created_by",))

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField(max_length=100)
    planned_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    _all: ClassVar[models.Manager[Milestone]] = models.Manager()
    objects = Gate["Milestone"]()

    class Meta:
        ordering = ("project", "planned_on", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "title"], name="milestone_title")]

    def __str__(self) -> str:
        return self.title


class PanelMember(models.Model):
    """An expert appointed to a project's acceptance."""

    scope: ClassVar[Scope] = Scope("projects", path="project__place", own=("expert",))

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="panel")
    expert = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[PanelMember]] = models.Manager()
    objects = Gate["PanelMember"]()

    class Meta:
        ordering = ("project", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "expert"], name="panel_expert")]

    def __str__(self) -> str:
        return str(self.expert)


class Score(models.Model):
    """What an expert gives a dimension of acceptance, 0–100."""

    scope: ClassVar[Scope] = Scope("projects", path="project__place", own=("expert",))

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="scores")
    expert = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    dimension = models.CharField(max_length=40)
    points = models.DecimalField(max_digits=5, decimal_places=2)
    comment = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Score]] = models.Manager()
    objects = Gate["Score"]()

    class Meta:
        ordering = ("project", "dimension", "expert")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "expert", "dimension"], name="score_once"),
            models.CheckConstraint(condition=models.Q(points__gte=0, points__lte=Decimal(100)), name="score_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.points}"


class Visit(models.Model):
    """A visit to the site, before acceptance or at a re-check."""

    scope: ClassVar[Scope] = Scope("projects", path="project__place", own=("project__created_by",))

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()
    people = models.CharField(max_length=300)
    found = models.TextField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Visit]] = models.Manager()
    objects = Gate["Visit"]()

    class Meta:
        ordering = ("project", "on", "pk")

    def __str__(self) -> str:
        return f"{self.on}"
