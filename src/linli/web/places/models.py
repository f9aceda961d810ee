"""The register: what people edit of a survey's layers, with every version of it.

*Record*: one row of a layer of the survey's schema (`linli.survey.layer_schema`), as it is now. *Version*: what a
record was after one change; versions are only ever added. *Key*: the layer's own id of the row; of layers without one,
the columns that name a row, joined by ``|``. Buildings and streets come in bulk and are kept elsewhere.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from linli.web.accounts.scope import Gate, Scope, Scoped
from linli.web.geometry import Located

__all__ = ["LAYERS", "Photo", "Record", "Version"]

LAYERS = ("communities", "estates", "facilities", "rooms", "plots", "answers", "wishes")
"""The layers that the register holds."""

_USER = settings.AUTH_USER_MODEL


class Record(Located, Scoped):
    """One row of a layer.

    `values` has every column of the layer that is known, JSON-ready (dates as ISO text); a column that is not there is
    unknown. `place` is the path of its community, or of a place above where the community is not known.
    """

    scope: ClassVar[Scope] = Scope("places")

    layer = models.CharField(max_length=16, choices=[(name, name) for name in LAYERS])
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, blank=True, db_index=True)
    name = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict)
    tokens = models.TextField(blank=True)
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
            models.Index(fields=["layer", "place"], name="record_layer_place"),
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


class Photo(models.Model):
    """A picture of a record."""

    scope: ClassVar[Scope] = Scope("places", path="record__place")

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="photos")
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=8)
    file = models.FileField(upload_to="places/%Y/%m")
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
