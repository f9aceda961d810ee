"""Questionnaires, the slips that let a household answer once, what households answered, and what went to the register.

*Questionnaire*: one community's in one round. *Option*: a type of facility it offers. *Slip*: a household's paper with
a number and a token of 128 bits; only the token's hash is kept. *Reply*: what one household ticked. A reply does not
know its slip: who answered what cannot be looked up. *Browser*: a device that used the open link once.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.accounts.scope import Gate, Scope, Scoped
from linli.web.surveys.models import Round

__all__ = ["Browser", "Option", "Questionnaire", "Reply", "Slip", "TakeOver"]

_USER = settings.AUTH_USER_MODEL
_CODE_BYTES = 9
"""Of a questionnaire's public code: it is printed on posters and no secret."""


def _code() -> str:
    return secrets.token_urlsafe(_CODE_BYTES)


class Questionnaire(Scoped):
    """What one community's households are asked in one round."""

    scope: ClassVar[Scope] = Scope("surveys")

    code = models.CharField(max_length=24, unique=True, default=_code)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    begins = models.DateField()
    ends = models.DateField()
    open_link = models.BooleanField(default=False)
    """Whether anybody with the link may answer too: one reply a browser, counted apart."""
    ask_people = models.BooleanField(default=True)
    ask_comment = models.BooleanField(default=True)
    most = models.PositiveSmallIntegerField(null=True, blank=True)
    """The most types one household may tick; empty = as many as it likes."""
    renewal = models.BooleanField(null=True, blank=True)
    """Whether old-estate renewal or resettlement is under way: it decides which target applies."""
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    _all: ClassVar[models.Manager[Questionnaire]] = models.Manager()
    objects = Gate["Questionnaire"]()

    class Meta:
        ordering = ("-round", "place")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "community"], name="questionnaire_community"),
            models.CheckConstraint(condition=models.Q(ends__gte=models.F("begins")), name="questionnaire_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.round}"

    def state_on(self, day: dt.date) -> str:
        """Return ``coming``, ``open``, ``over`` or ``closed``.

        Parameters
        ----------
        day
            On which day.

        Returns
        -------
        str
            How it stands.
        """
        if self.closed_at is not None:
            return "closed"
        if day < self.begins:
            return "coming"
        return "over" if day > self.ends else "open"

    @property
    def state(self) -> str:
        """How it stands today."""
        return self.state_on(timezone.localdate())


class Option(models.Model):
    """A type of facility that a questionnaire offers."""

    scope: ClassVar[Scope] = Scope("surveys", path="questionnaire__place")

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="options")
    type = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()

    _all: ClassVar[models.Manager[Option]] = models.Manager()
    objects = Gate["Option"]()

    class Meta:
        ordering = ("questionnaire", "position")
        constraints: ClassVar = [models.UniqueConstraint(fields=["questionnaire", "type"], name="option_type")]

    def __str__(self) -> str:
        return self.type


class Slip(models.Model):
    """A household's paper; it answers once."""

    scope: ClassVar[Scope] = Scope("surveys", path="questionnaire__place")

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="slips")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    used_on = models.DateField(null=True, blank=True)
    """The day only, so that a slip cannot be matched with its reply by the hour."""
    void_at = models.DateTimeField(null=True, blank=True)

    _all: ClassVar[models.Manager[Slip]] = models.Manager()
    objects = Gate["Slip"]()

    class Meta:
        ordering = ("questionnaire", "number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["questionnaire", "number"], name="slip_number")]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def state(self) -> str:
        """``void``, ``used`` or ``unused``."""
        if self.void_at is not None:
            return "void"
        return "used" if self.used_on is not None else "unused"


class Browser(models.Model):
    """A device that answered by the open link; only a hash of a random cookie is kept."""

    scope: ClassVar[Scope] = Scope("surveys", path="questionnaire__place")

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="browsers")
    digest = models.CharField(max_length=64)
    used_on = models.DateField()

    _all: ClassVar[models.Manager[Browser]] = models.Manager()
    objects = Gate["Browser"]()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["questionnaire", "digest"], name="browser_once")]

    def __str__(self) -> str:
        return str(self.used_on)


class Reply(models.Model):
    """What one household answered. Its key is random and it has no hour: it cannot be traced to a slip or a person."""

    class Channel(models.TextChoices):
        """How it came."""

        SLIP = "slip"
        PAPER = "paper"
        OPEN = "open"

    class Comment(models.TextChoices):
        """What became of the comment."""

        NONE = "none"
        WAITING = "waiting"
        SHOWN = "shown"
        HIDDEN = "hidden"

    scope: ClassVar[Scope] = Scope("surveys", path="questionnaire__place")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="replies")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    on = models.DateField()
    options: models.ManyToManyField[Option, Any] = models.ManyToManyField(Option, related_name="replies")
    people = models.JSONField(default=dict, blank=True)
    """Number of people by age band; a band that is not there was not said."""
    comment = models.TextField(blank=True)
    comment_state = models.CharField(max_length=8, choices=Comment.choices, default=Comment.NONE, db_index=True)
    moderated_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    moderated_at = models.DateTimeField(null=True, blank=True)

    _all: ClassVar[models.Manager[Reply]] = models.Manager()
    objects = Gate["Reply"]()

    class Meta:
        ordering = ("questionnaire", "on", "pk")
        indexes: ClassVar = [models.Index(fields=["questionnaire", "channel"], name="reply_channel")]

    def __str__(self) -> str:
        return f"{self.questionnaire} {self.on}"


class TakeOver(models.Model):
    """Counts that were written into the register."""

    scope: ClassVar[Scope] = Scope("surveys", path="questionnaire__place")

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="takeovers")
    households_asked = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField()

    _all: ClassVar[models.Manager[TakeOver]] = models.Manager()
    objects = Gate["TakeOver"]()

    class Meta:
        ordering = ("questionnaire", "-at")

    def __str__(self) -> str:
        return f"{self.questionnaire} {self.households_asked}"
