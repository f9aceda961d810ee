"""Every step of a vacant room: in a transaction with its event; what is opened in it goes into the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.web.accounts.models import User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.audit.services import record, state_of
from linli.web.places.allowed import is_allowed
from linli.web.places.models import Record
from linli.web.places.services import record_close, record_reopen, record_save
from linli.web.projects.models import Project
from linli.web.refusal import Refused
from linli.web.rooms.models import Offer, Step
from linli.web.rooms.steps import STEPS, Verb

__all__ = ["room_step"]

_CLOSED = frozenset({"in_use", "withdrawn"})
"""States in which the room is not vacant: its record is closed."""

_TOLD = ("state", "facility_type", "until", "project_id", "facility_id")


def _must(condition: bool, key: str, field: str = "", **values: Any) -> None:
    if not condition:
        raise Refused(f"rooms.refuse.{key}", field, **values)


def _hold(actor: Actor, action: str, place: str) -> User:
    if actor.user is None or not rights_of(actor.user).may("places", action, place):
        raise Refused("rooms.refuse.outside")
    return actor.user


def _lock(room: Record, base_version: int) -> tuple[Record, Offer]:
    """Read a room and its offer again and let nobody else change them."""
    locked = Record._all.select_for_update().get(pk=room.pk)
    _must(locked.layer == "rooms", "room")
    offer = Offer._all.select_for_update().filter(room=locked).first()
    if offer is None:
        offer = Offer._all.create(room=locked, place=locked.place)
    _must(offer.version == base_version, "changed")
    return locked, offer


def _check(verb: Verb, room: Record, said: Mapping[str, Any]) -> None:
    """Hold what a step asks for."""
    kind = said.get("facility_type", "")
    if "facility_type" in verb.asks:
        _must(is_allowed(room.values.get("allowed_types"), kind), "type", "facility_type")
    if "until" in verb.asks:
        until = said.get("until")
        _must(isinstance(until, dt.date) and until >= timezone.localdate(), "until", "until")
    project = said.get("project")
    if project is not None:
        _must(isinstance(project, Project) and project.place == room.place, "project", "project")


def _open_in(actor: Actor, room: Record, kind: str, reason: str) -> Record:
    """Put what was opened in a room into the register."""
    values = {name: room.values[name] for name in ("floor_area_m2", "storey", "own_entrance", "community_id")
              if name in room.values}  # fmt: skip
    values |= {"type": kind, "name": room.name or room.key, "status": "in_use"}
    return record_save(
        actor=actor, layer="facilities", key="", values=values, shape=room.shape, base_version=None,
        source=f"room:{room.key}", reason=reason,
    )  # fmt: skip


def _turn(actor: Actor, room: Record, verb: Verb, reason: str) -> None:
    """Close or reopen the room's record where the step makes it vacant or not."""
    turn = None
    if verb.end in _CLOSED and room.closed_at is None:
        turn = record_close
    elif verb.end not in _CLOSED and room.closed_at is not None:
        turn = record_reopen
    if turn is not None:
        turn(actor=actor, record=room, base_version=room.version, source="rooms", reason=reason)


@transaction.atomic
def room_step(
    *, actor: Actor, room: Record, base_version: int, step: str, reason: str, said: Mapping[str, Any] | None = None
) -> Offer:
    """Take a step with a vacant room.

    Parameters
    ----------
    actor
        Who.
    room
        A record of the layer ``rooms``.
    base_version
        The version of its offer that the actor looked at; 0 if there was none.
    step
        A key of `STEPS`.
    reason
        Why.
    said
        What the step asks for.

    Returns
    -------
    Offer
        As saved. A room that is put in use leaves the vacant rooms, and what was opened in it is a facility.

    Raises
    ------
    Refused
        If the step is not open, the room is outside the actor's reach, somebody changed it meanwhile, or what the
        step asks for is missing or not allowed.
    """
    said = said or {}
    locked, offer = _lock(room, base_version)
    _must(step in STEPS, "step")
    verb = STEPS[step]
    user = _hold(actor, verb.action, locked.place)
    _must(offer.state in verb.start, "not_open")
    _must(bool(reason.strip()), "reason", "reason")
    _check(verb, locked, said)
    before = state_of(offer, *_TOLD)
    keeps = verb.end in {"reserved", "in_use"}
    if verb.name == "use":
        offer.facility = _open_in(actor, locked, said["facility_type"], reason.strip())
    _turn(actor, locked, verb, reason.strip())
    offer.facility_type = said.get("facility_type", offer.facility_type) if keeps else ""
    offer.project = said.get("project", offer.project) if keeps else None
    offer.until = said.get("until") if verb.end == "reserved" else None
    offer.state, offer.note = verb.end, reason.strip()
    offer.changed_by, offer.changed_at, offer.version = user, timezone.now(), offer.version + 1
    offer.save()
    Step._all.create(offer=offer, number=offer.version, verb=verb.name, before=before["state"], after=offer.state,
                     reason=reason.strip(), by=user)  # fmt: skip
    record(
        f"rooms.room.{verb.name}", actor=actor, module="places", object_=locked, place=locked.place, before=before,
        after=state_of(offer, *_TOLD), reason=reason.strip(),
    )  # fmt: skip
    return offer
