"""Applications for the subsidy, their approvals, and the ledger.

`Booking` and `BookingLine` are the ledger's entries and lines as rows; they are only ever added, which triggers hold.
So are approvals. Their rules are in `linli.web.funds.ledger`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.operate.money import FEN
from linli.web.accounts.scope import Gate, Scope, Scoped
from linli.web.funds.ledger import KINDS
from linli.web.projects.models import Project

__all__ = ["Application", "Approval", "Booking", "BookingLine", "Statement"]

_MONEY: dict[str, Any] = {"max_digits": 15, "decimal_places": 2}
_USER = settings.AUTH_USER_MODEL


def _choices(*codes: str) -> list[tuple[str, str]]:
    return [(code, code) for code in codes]


class Application(Scoped):
    """A project asks for its subsidy of a year; what the rule gives it was worked out when it was submitted."""

    scope: ClassVar[Scope] = Scope("funds", own=("applied_by",))

    number = models.CharField(max_length=20, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="applications")
    year = models.PositiveSmallIntegerField()
    district = models.CharField(max_length=200, db_index=True)
    asked_yuan = models.DecimalField(**_MONEY)
    computed_yuan = models.DecimalField(**_MONEY)
    trace = models.JSONField(default=list)
    catalogue_version = models.CharField(max_length=20)
    approved_yuan = models.DecimalField(null=True, blank=True, **_MONEY)
    state = models.CharField(
        max_length=20,
        default="submitted",
        db_index=True,
        choices=_choices("submitted", "first_approved", "approved", "returned", "declined", "withdrawn"),
    )
    note = models.TextField(blank=True)
    applied_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Application]] = models.Manager()
    objects = Gate["Application"]()

    class Meta:
        ordering = ("-year", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "year"],
                condition=~models.Q(state__in=("declined", "withdrawn")),
                name="application_one_a_year",
            ),
            models.CheckConstraint(condition=models.Q(asked_yuan__gt=0), name="application_asks"),
            models.CheckConstraint(
                condition=models.Q(asked_yuan__lte=models.F("computed_yuan")), name="application_within_rule"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_yuan=None) | models.Q(approved_yuan__lte=models.F("asked_yuan")),
                name="application_approved_within_asked",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Approval(models.Model):
    """One step of deciding an application: a decision with its reason. Only ever added."""

    scope: ClassVar[Scope] = Scope("funds", path="application__place", own=("application__applied_by",))

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="approvals")
    round = models.PositiveSmallIntegerField(default=1)
    step = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=10, choices=_choices("approve", "return", "decline"))
    amount_yuan = models.DecimalField(null=True, **_MONEY)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField()

    _all: ClassVar[models.Manager[Approval]] = models.Manager()
    objects = Gate["Approval"]()

    class Meta:
        ordering = ("application", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "round", "step"], name="approval_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.application.number} {self.step} {self.decision}"


class Booking(Scoped):
    """An entry of the ledger."""

    scope: ClassVar[Scope] = Scope("funds")

    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=10, choices=_choices(*KINDS, "reversal"), db_index=True)
    on = models.DateField(db_index=True)
    year = models.PositiveSmallIntegerField(db_index=True)
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="bookings")
    application = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="bookings")
    amount_yuan = models.DecimalField(**_MONEY)
    voucher = models.CharField(max_length=60, blank=True)
    memo = models.CharField(max_length=300)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Booking]] = models.Manager()
    objects = Gate["Booking"]()

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="reversal", reverses__isnull=False, amount_yuan__lt=0)
                | (~models.Q(kind="reversal") & models.Q(reverses__isnull=True, amount_yuan__gt=0)),
                name="booking_sign",
            ),
            models.UniqueConstraint(
                fields=["voucher"], condition=models.Q(kind="pay") & ~models.Q(voucher=""), name="booking_voucher_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.amount_yuan}"


class BookingLine(models.Model):
    """One side of an entry, in whole fen: SQLite adds decimals up as floats, whole numbers exactly."""

    scope: ClassVar[Scope] = Scope("funds")

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="lines")
    account = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200, db_index=True)
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="+")
    fen = models.BigIntegerField()

    _all: ClassVar[models.Manager[BookingLine]] = models.Manager()
    objects = Gate["BookingLine"]()

    class Meta:
        ordering = ("booking", "pk")
        indexes: ClassVar = [models.Index(fields=["year", "place", "account"], name="line_account")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_yuan}"

    @property
    def amount_yuan(self) -> Decimal:
        """The amount in yuan, with its two decimals."""
        return Decimal(self.fen) * FEN


def _today() -> dt.date:
    return timezone.localdate()


class Statement(Scoped):
    """A treasury's statement of payments and what comparing it with the ledger gave."""

    scope: ClassVar[Scope] = Scope("funds")

    name = models.CharField(max_length=150)
    begins = models.DateField()
    ends = models.DateField()
    rows = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    agrees = models.BooleanField()
    note = models.TextField(blank=True)
    on = models.DateField(default=_today)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")

    _all: ClassVar[models.Manager[Statement]] = models.Manager()
    objects = Gate["Statement"]()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name
