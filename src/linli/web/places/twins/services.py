"""What a person decides about records that may be duplicates: they are two, or one of them goes into the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from shapely.geometry.base import BaseGeometry

from linli.survey import layer_schema
from linli.web.audit.actor import Actor
from linli.web.audit.services import record as record_event
from linli.web.places.models import Apart, Photo, Record
from linli.web.places.services import record_close, record_save
from linli.web.refusal import Refused

__all__ = ["records_merge", "twins_part"]


@transaction.atomic
def twins_part(*, actor: Actor, first: Record, second: Record, reason: str) -> Apart:
    """Say that two records are two: they are not suggested as duplicates again.

    Parameters
    ----------
    actor
        Who.
    first, second
        The records, in any order.
    reason
        Why.

    Returns
    -------
    Apart
        As saved.

    Raises
    ------
    Refused
        If one is outside the actor's reach, they are one and the same or of two layers, or there is no reason.
    """
    low, high = sorted((first, second), key=lambda one: one.pk)
    if low.pk == high.pk or low.layer != high.layer:
        raise Refused("places.refuse.no_twins")
    if actor.user is not None and not all(actor.user.rights.may("places", "edit", one.place) for one in (low, high)):
        raise Refused("places.refuse.outside")
    if not reason.strip():
        raise Refused("places.refuse.reason", "reason")
    about = {"reason": reason.strip(), "by": actor.user}
    new, _ = Apart._all.get_or_create(first=low, second=high, defaults=about)
    record_event("places.twins.part", actor=actor, module="places", object_=low, place=low.place,
                 after={"first": low.key, "second": high.key}, reason=reason.strip())  # fmt: skip
    return new


@transaction.atomic
def records_merge(
    *, actor: Actor, kept: Record, other: Record, base_versions: tuple[int, int], values: Mapping[str, Any],
    shape: BaseGeometry | None, reason: str,
) -> Record:  # fmt: skip
    """Put a duplicate into the record that stays: its photos move, what was chosen of it is taken over, it is closed.

    Parameters
    ----------
    actor
        Who.
    kept
        The record that stays.
    other
        The duplicate.
    base_versions
        The versions of both that the actor looked at.
    values
        What is taken over, by column.
    shape
        The position that is taken over; ``None`` = it stays.
    reason
        Why.

    Returns
    -------
    Record
        The one that stays, as saved.

    Raises
    ------
    RecordConflict
        If somebody else changed one of them meanwhile.
    RecordRefused
        If what is taken over is not as the schema says.
    Refused
        If one is outside the actor's reach or closed, they are of two layers, or there is no reason.
    """
    if kept.pk == other.pk or kept.layer != other.layer:
        raise Refused("places.refuse.no_twins")
    source = f"merge:{other.key}"[:40]
    taken = {name: value for name, value in values.items() if name != layer_schema(kept.layer).key}
    saved = record_save(actor=actor, layer=kept.layer, key=kept.key, values=taken, shape=shape,
                        base_version=base_versions[0], source=source, reason=reason)  # fmt: skip
    record_close(actor=actor, record=other, base_version=base_versions[1], source=f"merge:{kept.key}"[:40],
                 reason=reason)  # fmt: skip
    photos = Photo._all.filter(record=other, withdrawn_at=None).update(record=saved)
    record_event("places.twins.merge", actor=actor, module="places", object_=saved, place=saved.place,
                 after={"kept": kept.key, "closed": other.key, "photos": photos}, reason=reason.strip())  # fmt: skip
    return saved
