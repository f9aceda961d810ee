"""The register: what people edit of a survey's layers, with every version of it.

*Record*: one row of a layer of the survey's schema (`linli.survey.layer_schema`), as it is now. *Version*: what a
record was after one change; versions are only ever added. *Key*: the layer's own id of the row; of layers without one,
the columns that name a row, joined by ``|``. Buildings and streets come in bulk and are kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.scope import Gate, Scope, Scoped
from linli.web.geometry import Located

__all__ = ["INITIALS", "KINDS", "LAYERS", "SOUND", "TEXT", "Apart", "Photo", "Record", "Term", "Version"]

LAYERS = ("communities", "estates", "facilities", "rooms", "plots", "answers", "wishes")
"""The layers that the register holds."""

KINDS: Mapping[str, str] = {
    "communities": "kind", "estates": "property_service", "facilities": "type", "rooms": "owner_kind",
    "answers": "item", "wishes": "type",
}  # fmt: skip
"""The column of a layer that is a record's `kind`."""

TEXT, SOUND, INITIALS = 24, 48, 24
"""So many letters of a name are compared when it is looked for, from any character on."""

_USER = settings.AUTH_USER_MODEL


class Record(Located, Scoped):
    """One row of a layer.

    `values` has every column of the layer that is known, JSON-ready (dates as ISO text); a column that is not there is
    unknown. `place` is the path of its community, or of a place above where the community is not known.
    """

    scope: ClassVar[Scope] = Scope("places")

    layer = models.CharField(max_length=16, choices=[(name, name) for name in LAYERS])
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=100, blank=True, db_index=True)
    """Facility type, kind of owner, item of an answer…: what the layer's list is filtered by."""
    name = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)
    changed_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")

    _all: ClassVar[models.Manager[Record]] = models.Manager()
    objects = Gate["Record"]()

    class Meta:
        ordering = ("layer", "place", "key")
        constraints: ClassVar = [models.UniqueConstraint(fields=["layer", "key"], name="record_key")]
        indexes: ClassVar = [
            # Counts and the newest change of what somebody sees are read from this index alone.
            models.Index(fields=["layer", "place", "closed_at", "changed_at"], name="record_layer_place"),
            models.Index(fields=["layer", "name"], name="record_layer_name"),
            models.Index(fields=["layer", "kind", "place"], name="record_layer_kind"),
        ]

    def __str__(self) -> str:
        return self.name or self.key


class Version(Located):
    """What a record was after one change."""

    scope: ClassVar[Scope] = Scope("places", path="record__place")

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    closed = models.BooleanField(default=False)
    source = models.CharField(max_length=40)
    """``form``, ``phone``, ``import:<number>``, ``undo:<number>``, ``round``, ``demo``…: where it came from."""
    cell = models.CharField(max_length=80, blank=True)
    """Sheet and row of the file it came from."""
    reason = models.TextField(blank=True)
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Version]] = models.Manager()
    objects = Gate["Version"]()

    class Meta:
        ordering = ("record", "-number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "number"], name="version_number")]

    def __str__(self) -> str:
        return f"{self.record} v{self.number}"


class Term(models.Model):
    """From one character of a record's name to its end: what the search compares (see `terms`)."""

    scope: ClassVar[Scope] = Scope("places", path="record__place")

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="terms")
    text = models.CharField(max_length=TEXT)
    sound = models.CharField(max_length=SOUND)
    initials = models.CharField(max_length=INITIALS)

    _all: ClassVar[models.Manager[Term]] = models.Manager()
    objects = Gate["Term"]()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=[name], name=f"term_{name}", opclasses=["varchar_pattern_ops"])
            for name in ("text", "sound", "initials")
        ]

    def __str__(self) -> str:
        return self.text or self.sound


class Photo(models.Model):
    """A picture of a record."""

    scope: ClassVar[Scope] = Scope("places", path="record__place")

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="photos")
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=8)
    file = models.FileField(upload_to="places/%Y/%m")
    small = models.FileField(upload_to="places/%Y/%m")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    _all: ClassVar[models.Manager[Photo]] = models.Manager()
    objects = Gate["Photo"]()

    class Meta:
        ordering = ("record", "at")

    def __str__(self) -> str:
        return self.name

    def about(self) -> dict[str, Any]:
        """Return what an event says of it."""
        return {"name": self.name, "sha256": self.sha256, "size": self.size}


class Apart(models.Model):
    """Two records that look like duplicates and, as a person has decided, are not."""

    scope: ClassVar[Scope] = Scope("places", path="first__place")

    first = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    _all: ClassVar[models.Manager[Apart]] = models.Manager()
    objects = Gate["Apart"]()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["first", "second"], name="apart_once")]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"
