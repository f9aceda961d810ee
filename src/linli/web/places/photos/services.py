"""Every change to the photos of the register: each in a transaction with its event."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from linli.web.audit.actor import Actor
from linli.web.audit.services import record as record_event
from linli.web.places.models import Photo, Record
from linli.web.places.photos.drawing import draw_anew
from linli.web.refusal import Refused
from linli.web.uploads import check_upload

__all__ = ["photo_add", "photo_withdraw"]

_MOST = 40
"""Photos of one record."""


def _hold(actor: Actor, place: str) -> None:
    if actor.user is not None and not actor.user.rights.may("places", "edit", place):
        raise Refused("places.refuse.outside")


@transaction.atomic
def photo_add(
    *, actor: Actor, record: Record, name: str, data: bytes, taken_at: dt.datetime | None = None,
    position: tuple[float, float] | None = None,
) -> Photo:  # fmt: skip
    """Keep a photo of a record, drawn anew.

    Parameters
    ----------
    actor
        Who.
    record
        Of what.
    name, data
        The file as it was sent.
    taken_at
        When it was taken, where the sender knows it; else as the camera wrote.
    position
        Longitude and latitude, degrees, where the sender knows them; else as the camera wrote.

    Returns
    -------
    Photo
        As saved; the one that is there already if the same picture is sent again.

    Raises
    ------
    Refused
        If it is no photo, the record is closed or has too many, or it is outside the actor's reach.
    """
    locked = Record._all.select_for_update().get(pk=record.pk)
    _hold(actor, locked.place)
    if locked.closed_at is not None:
        raise Refused("places.refuse.closed")
    upload = check_upload(name, data, most_mb=settings.SITE.config.upload_mb, photos_only=True)
    drawn = draw_anew(upload.data)
    sha256 = hashlib.sha256(drawn.large).hexdigest()
    kept = Photo._all.filter(record=locked, withdrawn_at=None)
    same = kept.filter(sha256=sha256).first()
    if same is not None:
        return same
    if kept.count() >= _MOST:
        raise Refused("places.refuse.photos_most", "file", n=_MOST)
    longitude, latitude = position or (drawn.longitude, drawn.latitude)
    new = Photo(record=locked, name=upload.name, kind="jpg", sha256=sha256, size=len(drawn.large), by=actor.user,
                taken_at=taken_at or drawn.taken_at, longitude=longitude, latitude=latitude)  # fmt: skip
    new.file.save(f"{sha256[:32]}.jpg", ContentFile(drawn.large), save=False)
    new.small.save(f"{sha256[:32]}-small.jpg", ContentFile(drawn.small), save=False)
    new.save(force_insert=True)
    record_event("places.photo.add", actor=actor, module="places", object_=locked, place=locked.place,
                 after=new.about())  # fmt: skip
    return new


@transaction.atomic
def photo_withdraw(*, actor: Actor, photo: Photo, reason: str) -> Photo:
    """Take a photo away; it is kept, but no longer shown.

    Parameters
    ----------
    actor
        Who.
    photo
        Which.
    reason
        Why.

    Returns
    -------
    Photo
        As saved.

    Raises
    ------
    Refused
        If it is outside the actor's reach, was withdrawn already, or there is no reason.
    """
    locked = Photo._all.select_for_update(of=("self",)).select_related("record").get(pk=photo.pk)
    _hold(actor, locked.record.place)
    if locked.withdrawn_at is not None:
        raise Refused("places.refuse.photo_withdrawn")
    if not reason.strip():
        raise Refused("places.refuse.reason", "reason")
    locked.withdrawn_at = timezone.now()
    locked.save(update_fields=["withdrawn_at"])
    record_event("places.photo.withdraw", actor=actor, module="places", object_=locked.record,
                 place=locked.record.place, before=locked.about(), reason=reason.strip())  # fmt: skip
    return locked
