"""What the street says of what phones sent in, and what the sender answers: each in a transaction with its event."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from linli.web.accounts.models import User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.audit.services import record as record_event
from linli.web.audit.services import state_of
from linli.web.field.models import Entry, Remark
from linli.web.refusal import Refused

__all__ = ["entries_approve", "entry_review", "remark_add"]


def _hold(actor: Actor, action: str, place: str) -> User:
    if actor.user is None or not rights_of(actor.user).may("surveys", action, place):
        raise Refused("field.refuse.outside")
    return actor.user


@transaction.atomic
def entry_review(*, actor: Actor, entry: Entry, base_version: int, review: str, text: str = "") -> Entry:
    """Say whether what was sent in will do.

    Parameters
    ----------
    actor
        Who.
    entry
        Which.
    base_version
        The version that the actor looked at.
    review
        ``approved`` or ``issues``.
    text
        What is the matter; needed with ``issues``.

    Returns
    -------
    Entry
        As saved.

    Raises
    ------
    Refused
        If it changed meanwhile, is outside the actor's reach, was sent by the actor, is not in the register, or there
        is nothing said of the issues.
    """
    locked = Entry._all.select_for_update().get(pk=entry.pk)
    user = _hold(actor, "review", locked.place)
    if locked.version != base_version:
        raise Refused("field.refuse.changed", version=locked.version)
    if locked.by_id == user.pk:
        raise Refused("field.refuse.own")
    if review not in {Entry.Review.APPROVED, Entry.Review.ISSUES}:
        raise Refused("field.refuse.review", "review")
    if review == Entry.Review.ISSUES and not text.strip():
        raise Refused("field.refuse.say_what", "text")
    if review == Entry.Review.APPROVED and locked.state != Entry.State.ACCEPTED:
        raise Refused("field.refuse.not_in_register", "review")
    before = state_of(locked, "review")
    locked.review, locked.changed_at = review, timezone.now()
    locked.version += 1
    locked.save(update_fields=["review", "changed_at", "version"])
    Remark._all.create(entry=locked, review=review, text=text.strip(), by=user)
    record_event("field.entry.review", actor=actor, module="surveys", object_=locked, place=locked.place,
                 before=before, after=state_of(locked, "review"), reason=text.strip())  # fmt: skip
    return locked


@transaction.atomic
def entries_approve(*, actor: Actor, entries: Sequence[Entry], place: str) -> int:
    """Approve many at once: those that are in the register, were not looked at yet and were not sent by the actor.

    Parameters
    ----------
    actor
        Who.
    entries
        Already through the gate for reviewing.
    place
        Where they are, for the event.

    Returns
    -------
    int
        How many were approved.

    Raises
    ------
    Refused
        If there is none.
    """
    user = _hold(actor, "review", place)
    rows = Entry._all.select_for_update().filter(
        pk__in=[one.pk for one in entries], place__startswith=place, state=Entry.State.ACCEPTED,
        review=Entry.Review.RECEIVED,
    ).exclude(by=user)  # fmt: skip
    found = list(rows)
    if not found:
        raise Refused("field.refuse.none_to_approve")
    for one in found:
        one.review, one.changed_at = Entry.Review.APPROVED, timezone.now()
        one.version += 1
    Entry._all.bulk_update(found, ["review", "changed_at", "version"], batch_size=500)
    Remark._all.bulk_create([Remark(entry=one, review=Entry.Review.APPROVED, by=user) for one in found])
    record_event("field.entries.approve", actor=actor, module="surveys", name=str(len(found)), place=place,
                 after={"entries": len(found), "ids": [str(one.client) for one in found][:500]})  # fmt: skip
    return len(found)


@transaction.atomic
def remark_add(*, actor: Actor, entry: Entry, text: str) -> Remark:
    """Say something about what was sent in: the sender, or who may edit or review there.

    Parameters
    ----------
    actor
        Who.
    entry
        Which.
    text
        The remark.

    Returns
    -------
    Remark
        As saved.

    Raises
    ------
    Refused
        If nothing is said, or it is outside the actor's reach.
    """
    user = actor.user
    own = user is not None and entry.by_id == user.pk
    if user is None or not (own or rights_of(user).may("surveys", "edit", entry.place)):
        raise Refused("field.refuse.outside")
    if not text.strip():
        raise Refused("field.refuse.empty", "text")
    made = Remark._all.create(entry=entry, text=text.strip(), by=user)
    record_event("field.remark.add", actor=actor, module="surveys", object_=entry, place=entry.place,
                 after={"text": made.text})  # fmt: skip
    return made
