"""Providers, what they show and how they run places, their yearly evaluations, and the directory's published versions.

A published version is one row that is only ever added; the public list and the API read the latest.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.models import Organisation
from linli.web.accounts.scope import Gate, Scope, Scoped
from linli.web.providers.listing import Listing, Record, Version

__all__ = ["DirectoryVersion", "OperatingRecord", "Provider", "ProviderFile", "YearEvaluation"]

_USER = settings.AUTH_USER_MODEL


def _choices(*codes: str) -> list[tuple[str, str]]:
    return [(code, code) for code in codes]


class Provider(Scoped):
    """A body that offers services to communities.

    *State*: ``draft`` → ``applied`` → ``approved`` (in the next version) → ``listed``; ``returned``, ``declined``,
    ``removed``. A listed one may be `warned`.
    """

    scope: ClassVar[Scope] = Scope("providers", own=("created_by",))

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    categories = models.JSONField(default=list)
    services = models.TextField(blank=True)
    contact = models.CharField(max_length=100, blank=True)
    website = models.CharField(max_length=200, blank=True)
    sites = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=12,
        default="draft",
        db_index=True,
        choices=_choices("draft", "applied", "returned", "approved", "listed", "declined", "removed"),
    )
    warned = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    since = models.DateField(null=True, blank=True)
    ground = models.CharField(max_length=20, blank=True)
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Provider]] = models.Manager()
    objects = Gate["Provider"]()

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def as_listing(self, today: dt.date) -> Listing:
        """Return the provider as a version lists it."""
        return Listing(
            provider_id=self.number, name=self.name, categories=tuple(self.categories), services=self.services,
            since=self.since or today, status="warned" if self.warned else "listed",
            note=self.note if self.warned else "", sites=self.sites,
        )  # fmt: skip


class ProviderFile(models.Model):
    """A piece of evidence that a provider shows."""

    scope: ClassVar[Scope] = Scope("providers", path="provider__place", own=("provider__created_by",))

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="files")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=8)
    file = models.FileField(upload_to="providers/%Y/%m")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[ProviderFile]] = models.Manager()
    objects = Gate["ProviderFile"]()

    class Meta:
        ordering = ("provider", "code", "at")

    def __str__(self) -> str:
        return self.name


class OperatingRecord(models.Model):
    """A year of one place that a provider runs."""

    scope: ClassVar[Scope] = Scope("providers", path="provider__place", own=("provider__created_by",))

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="records")
    year = models.PositiveSmallIntegerField()
    site = models.CharField(max_length=100)
    months = models.PositiveSmallIntegerField()
    open_days = models.PositiveSmallIntegerField()
    planned_days = models.PositiveSmallIntegerField()
    satisfied = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    complaints = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    balance_yuan = models.DecimalField(null=True, blank=True, max_digits=15, decimal_places=2)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[OperatingRecord]] = models.Manager()
    objects = Gate["OperatingRecord"]()

    class Meta:
        ordering = ("provider", "-year", "site")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "year", "site"], name="record_once_a_year"),
            models.CheckConstraint(condition=models.Q(months__gte=1, months__lte=12), name="record_months"),
            models.CheckConstraint(
                condition=models.Q(
                    open_days__lte=models.F("planned_days"),
                    satisfied__lte=models.F("asked"),
                    answered__lte=models.F("complaints"),
                ),
                name="record_parts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.year}"

    def as_record(self) -> Record:
        """Return it as the evaluation reads it."""
        balance = None if self.balance_yuan is None else float(self.balance_yuan)
        return Record(
            self.site, self.months, self.open_days, self.planned_days, self.satisfied, self.asked, self.complaints,
            self.answered, balance,
        )  # fmt: skip


class YearEvaluation(models.Model):
    """A provider's year: what the record proposes and what people decided."""

    scope: ClassVar[Scope] = Scope("providers", path="provider__place", own=("provider__created_by",))

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="evaluations")
    year = models.PositiveSmallIntegerField()
    criteria = models.CharField(max_length=40)
    proposal = models.CharField(max_length=15)
    reasons = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    decision = models.CharField(max_length=10, choices=_choices("keep", "warn", "remove"))
    reason = models.TextField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[YearEvaluation]] = models.Manager()
    objects = Gate["YearEvaluation"]()

    class Meta:
        ordering = ("provider", "-year")
        constraints: ClassVar = [models.UniqueConstraint(fields=["provider", "year"], name="evaluation_once_a_year")]

    def __str__(self) -> str:
        return f"{self.provider.number} {self.year}: {self.decision}"


class DirectoryVersion(models.Model):
    """A published version of the directory. Only ever added; everybody may read it."""

    number = models.PositiveIntegerField(unique=True)
    published_on = models.DateField()
    criteria = models.CharField(max_length=40)
    listings = models.JSONField(default=list)
    left = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[DirectoryVersion]] = models.Manager()
    # What is published is public.
    objects: ClassVar[models.Manager[DirectoryVersion]] = models.Manager()

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.number} {self.published_on}"

    def as_version(self) -> Version:
        """Return it as versions are compared."""
        rows: list[dict[str, Any]] = self.listings
        listings = tuple(
            Listing(**{**row, "categories": tuple(row["categories"]), "since": dt.date.fromisoformat(row["since"])})
            for row in rows
        )
        return Version(self.number, self.published_on, listings, self.left)
