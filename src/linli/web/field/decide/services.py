"""Deciding, field by field, what stands: by a person, with a reason; what was not taken stays with the submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.web.accounts.models import User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.audit.services import record as record_event
from linli.web.field.comparing import Choice, compare, read_state
from linli.web.field.merge import State
from linli.web.field.models import Conflict, Entry, Submission
from linli.web.field.receive.services import PHONE, pictures_to_register
from linli.web.field.wire import GEOMETRY
from linli.web.places.models import Record, Version
from linli.web.places.services import record_confirm, record_save
from linli.web.refusal import Refused

__all__ = ["choices_of", "conflict_decide", "entry_decline"]


def _must(condition: bool, key: str, field: str = "", **values: Any) -> None:
    if not condition:
        raise Refused(f"field.refuse.{key}", field, **values)


def _hold(actor: Actor, place: str) -> User:
    user = actor.user
    if user is None or not (
        rights_of(user).may("surveys", "edit", place) and rights_of(user).may("places", "edit", place)
    ):
        raise Refused("field.refuse.outside")
    return user


def _base(submission: Submission, record: Record | None, layer: str) -> State:
    version = None
    if record is not None and submission.base_version:
        version = Version._all.filter(record=record, number=submission.base_version).first()
    if version is not None:
        return State(version.values, version.shape)
    return read_state(layer, submission.base, State({}), {})


def choices_of(conflict: Conflict) -> Sequence[Choice]:
    """Return what there is to decide now, against the record as it is.

    Parameters
    ----------
    conflict
        Open.

    Returns
    -------
    sequence of Choice
        Empty for one tap (nothing was written), and where the two are the same by now.
    """
    entry, submission = conflict.entry, conflict.submission
    if entry.form in {"confirm", "none"}:
        return ()
    record, layer = entry.record, entry.layer or entry.form
    base = _base(submission, record, layer)
    now = State(record.values, record.shape) if record is not None else State({})
    known = {**(record.values if record else {}), **_fixed(submission)}
    return compare(layer, base, read_state(layer, submission.values, base, known), now)


def _fixed(submission: Submission) -> dict[str, str]:
    """Return the columns of a sending that its form does not ask: they say where it belongs."""
    return {name: submission.values[name] for name in ("community_id", "item") if submission.values.get(name)}


def _chosen(
    choices: Sequence[Choice], taken: Mapping[str, str], typed: Mapping[str, str]
) -> tuple[dict[str, Any], Any]:
    """Return the values, and the position, that are to be written."""
    undecided = [one.title for one in choices if taken.get(one.name) not in {"mine", "theirs", "other"}]
    _must(not undecided, "undecided", undecided[0] if undecided else "", fields="、".join(undecided))
    values: dict[str, Any] = {}
    for one in choices:
        if taken[one.name] == "mine":
            values[one.name] = one.value
        elif taken[one.name] == "other" and one.name != GEOMETRY:
            values[one.name] = typed.get(one.name, "")
    return values, values.pop(GEOMETRY, None)


def _write(
    actor: Actor, entry: Entry, submission: Submission, values: dict[str, Any], shape: Any, reason: str
) -> Record | None:
    """Write what was chosen; a record that is left as it was is not written."""
    record = entry.record
    if record is not None and not values and shape is None:
        return record
    if record is None and not values and shape is None:
        return None
    layer = entry.layer or entry.form
    given = values if record is not None else {**_fixed(submission), **values}
    return record_save(
        actor=actor, layer=layer, key=record.key if record else "", values=given, shape=shape,
        base_version=record.version if record else None, source=PHONE, reason=reason, cell=str(entry.client),
        place=entry.place,
    )  # fmt: skip


def _open(conflict: Conflict, actor: Actor) -> tuple[Conflict, Entry, User]:
    """Lock a conflict with its entry and record, always in this order."""
    entry = Entry._all.select_for_update().get(pk=conflict.entry_id)
    locked = Conflict._all.select_for_update().select_related("submission").get(pk=conflict.pk)
    user = _hold(actor, entry.place)
    _must(locked.state == Conflict.State.OPEN, "decided_already")
    if entry.record_id is not None:
        entry.record = Record._all.select_for_update().get(pk=entry.record_id)
    locked.entry = entry
    return locked, entry, user


def _close(conflict: Conflict, user: User, choices: Mapping[str, str], reason: str) -> None:
    conflict.state, conflict.decided_by, conflict.decided_at = Conflict.State.DECIDED, user, timezone.now()
    conflict.choices, conflict.reason = dict(choices), reason
    conflict.save()


@transaction.atomic
def conflict_decide(
    *, actor: Actor, conflict: Conflict, theirs_version: int | None, taken: Mapping[str, str],
    typed: Mapping[str, str] | None = None, reason: str,
) -> Entry:  # fmt: skip
    """Decide a conflict: what stands of each field.

    Parameters
    ----------
    actor
        Who.
    conflict
        Open.
    theirs_version
        The record's version that the actor looked at; ``None`` = there was no record.
    taken
        By field: ``mine`` (as sent), ``theirs`` (as it is) or ``other``.
    typed
        By field that is ``other``: what to write instead.
    reason
        Why.

    Returns
    -------
    Entry
        Accepted.

    Raises
    ------
    Refused
        If it is decided already or outside the actor's reach, the record was changed again, a field is undecided, or
        there is no reason.
    RecordRefused
        If what was chosen is not as the schema says.
    """
    locked, entry, user = _open(conflict, actor)
    _must(bool(reason.strip()), "reason", "reason")
    now = entry.record.version if entry.record is not None else None
    _must(now == theirs_version, "moved")
    values, shape = _chosen(choices_of(locked), taken, typed or {})
    if entry.form == "confirm" and entry.record is not None:
        record: Record | None = record_confirm(
            actor=actor, record=entry.record, base_version=entry.record.version, source=PHONE, reason=reason.strip()
        )
    else:
        record = _write(actor, entry, locked.submission, values, shape, reason.strip())
    _must(record is not None, "nothing_taken")
    if record is not None:
        entry.record, entry.key, entry.layer, entry.made_version = record, record.key, record.layer, record.version
        entry.place = record.place
        pictures_to_register(actor, entry, record)
    entry.state, entry.changed_at = Entry.State.ACCEPTED, timezone.now()
    entry.version += 1
    entry.save()
    _close(locked, user, taken, reason.strip())
    record_event("field.conflict.decide", actor=actor, module="surveys", object_=entry, place=entry.place,
                 after={"taken": dict(taken), "version": entry.made_version}, reason=reason.strip())  # fmt: skip
    return entry


@transaction.atomic
def entry_decline(*, actor: Actor, conflict: Conflict, reason: str) -> Entry:
    """Decide that nothing of what was sent goes into the register; it stays where it is, with its pictures.

    Parameters
    ----------
    actor
        Who.
    conflict
        Open.
    reason
        Why: the sender reads it.

    Returns
    -------
    Entry
        Declined.

    Raises
    ------
    Refused
        If it is decided already or outside the actor's reach, or there is no reason.
    """
    locked, entry, user = _open(conflict, actor)
    _must(bool(reason.strip()), "reason", "reason")
    entry.state, entry.changed_at = Entry.State.DECLINED, timezone.now()
    entry.version += 1
    entry.save()
    _close(locked, user, {}, reason.strip())
    record_event("field.entry.decline", actor=actor, module="surveys", object_=entry, place=entry.place,
                 after={"state": entry.state}, reason=reason.strip())  # fmt: skip
    return entry
