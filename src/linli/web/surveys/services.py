"""Every change to rounds and to what communities hand in: each in a transaction with its event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from linli.web.accounts.models import Place, User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.audit.services import record, state_of
from linli.web.jobs.models import Job
from linli.web.jobs.services import job_enqueue
from linli.web.places.models import Record
from linli.web.refusal import Refused
from linli.web.surveys.asked import LAYERS_TO_STATE
from linli.web.surveys.models import Finding, Return, Round, Snapshot
from linli.web.surveys.options import options_as_json, read_options
from linli.web.surveys.selectors import asked_in, communities_without_return, completeness, late_returns, parents_of

__all__ = [
    "FIELDS",
    "check_keep",
    "reminders_send",
    "return_accept",
    "return_mark_reminded",
    "return_none_set",
    "return_send_back",
    "return_submit",
    "returns_complete",
    "returns_follow",
    "round_check",
    "round_freeze",
    "round_open",
    "round_reopen",
    "round_review",
    "round_update",
    "snapshot_add",
    "snapshot_verified",
]

FIELDS = ("name", "name_en", "surveyed_on", "begins", "due", "options")
"""Fields of a round that can be changed while it is not frozen."""

_ALL = (*FIELDS, "code", "place", "state")
_OPEN, _REVIEW, _FROZEN = Round.State.OPEN, Round.State.REVIEW, Round.State.FROZEN
_UNDER_WAY = (Job.State.QUEUED, Job.State.RUNNING)


def _must(condition: bool, key: str, field: str = "", **values: Any) -> None:
    if not condition:
        raise Refused(f"surveys.refuse.{key}", field, **values)


def _hold(actor: Actor, action: str, place: str) -> User:
    """Hold the second wall, and return the person."""
    if actor.user is None or not rights_of(actor.user).may("surveys", action, place):
        raise Refused("surveys.refuse.outside")
    return actor.user


def _lock(round_: Round, base_version: int | None = None) -> Round:
    locked = Round._all.select_for_update().get(pk=round_.pk)
    _must(base_version in (None, locked.version), "changed", version=locked.version)
    return locked


def _lock_return(one: Return, base_version: int | None = None) -> Return:
    locked = Return._all.select_for_update(of=("self",)).select_related("round", "community").get(pk=one.pk)
    _must(base_version in (None, locked.version), "changed", version=locked.version)
    _must(locked.round.state != _FROZEN, "frozen")
    return locked


def _tell(event: str, actor: Actor, of: Round | Return | Snapshot, **more: Any) -> None:
    record(f"surveys.{event}", actor=actor, module="surveys", object_=of, place=of.place, **more)


def _dates(begins: dt.date, due: dt.date) -> None:
    _must(begins <= due, "dates", "due")


def _alone(place: str) -> None:
    """Refuse a second round where one is under way at the place, above or below it: nobody is asked twice at once."""
    # Whoever opens a round in this city waits here for whoever is about to.
    Place._all.select_for_update().get(path=parents_of(place)[0])
    others = Round._all.exclude(state=_FROZEN)
    clash = others.filter(place__startswith=place).first() or others.filter(place__in=parents_of(place)).first()
    _must(clash is None, "under_way", "place", name=clash.name if clash else "")


@transaction.atomic
def round_open(
    *, actor: Actor, place: Place, code: str, name: str, surveyed_on: dt.date, begins: dt.date, due: dt.date,
    name_en: str = "", options: Mapping[str, Any] | None = None,
) -> Round:  # fmt: skip
    """Open a round, with a return for each community at or below its place.

    Parameters
    ----------
    actor
        Who.
    place
        Whose survey it is.
    code
        Short name in addresses and files, e.g. ``2026``.
    name, name_en
        What people call it.
    surveyed_on
        The day that the data stand for.
    begins, due
        From when, and until when communities hand in.
    options
        The city's choices for the assessment (`linli.assess.AssessOptions`), JSON.

    Returns
    -------
    Round
        Open.

    Raises
    ------
    Refused
        If the place is outside the actor's reach or has no communities, a round is under way there, above or below,
        the code is taken, the dates are exchanged, or a choice is not allowed.
    """
    user = _hold(actor, "manage", place.path)
    _must(bool(name.strip()), "name", "name")
    _dates(begins, due)
    chosen = options_as_json(read_options(options or {}))
    _alone(place.path)
    _must(not Round._all.filter(code=code).exists(), "code_taken", "code")
    new = Round._all.create(
        code=code, place=place.path, name=name.strip(), name_en=name_en.strip(), surveyed_on=surveyed_on,
        begins=begins, due=due, options=chosen, created_by=user,
    )  # fmt: skip
    made = _add_returns(new, communities_without_return(new))
    _must(made > 0, "no_communities", "place")
    _tell("round.open", actor, new, after={**state_of(new, *_ALL), "communities": made})
    return new


def _add_returns(round_: Round, communities: Any) -> int:
    made = Return._all.bulk_create(
        [Return(round=round_, community=one, place=one.path) for one in communities], batch_size=500
    )
    return len(made)


@transaction.atomic
def returns_complete(*, actor: Actor, round_: Round) -> int:
    """Add the returns of communities that came into the tree after the round was opened.

    Parameters
    ----------
    actor
        Who.
    round_
        Which round.

    Returns
    -------
    int
        How many were added.

    Raises
    ------
    Refused
        If the actor may not manage it, or it is frozen.
    """
    locked = _lock(round_)
    _hold(actor, "manage", locked.place)
    _must(locked.state != _FROZEN, "frozen")
    return _follow(actor, locked)


def _follow(actor: Actor, round_: Round) -> int:
    made = _add_returns(round_, communities_without_return(round_))
    if made:
        _tell("return.create", actor, round_, after={"communities": made})
    return made


def returns_follow(actor: Actor, places: Sequence[Place]) -> None:
    """Take communities that were just added to the tree into the rounds under way; within the caller's transaction.

    Parameters
    ----------
    actor
        Who added them.
    places
        What was added.
    """
    above = {path for place in places if place.level == "community" for path in parents_of(place.path)}
    for one in Round._all.select_for_update().filter(place__in=above).exclude(state=_FROZEN):
        _follow(actor, one)


@transaction.atomic
def round_update(*, actor: Actor, round_: Round, base_version: int, values: Mapping[str, Any]) -> Round:
    """Change a round that is not frozen.

    Parameters
    ----------
    actor
        Who.
    round_
        Which.
    base_version
        The version that the actor looked at.
    values
        New values by field, of `FIELDS`.

    Returns
    -------
    Round
        As saved.

    Raises
    ------
    Refused
        If somebody else changed it meanwhile, it is frozen, the dates are exchanged, or a choice is not allowed.
    """
    locked = _lock(round_, base_version)
    _hold(actor, "manage", locked.place)
    _must(locked.state != _FROZEN, "frozen")
    said = {name: value for name, value in values.items() if name in FIELDS}
    if "options" in said:
        said["options"] = options_as_json(read_options(said["options"]))
    changed = {name: value for name, value in said.items() if value != getattr(locked, name)}
    _must(bool(said.get("name", locked.name).strip()), "name", "name")
    _dates(said.get("begins", locked.begins), said.get("due", locked.due))
    if changed:
        before = state_of(locked, *changed)
        _save(locked, **changed)
        _tell("round.update", actor, locked, before=before, after=state_of(locked, *changed))
    return locked


def _save(row: Round | Return, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()


def _move(
    event: str, actor: Actor, action: str, round_: Round, base_version: int, ways: tuple[str, str], reason: str
) -> Round:
    """Take a round from one state to another, with a reason."""
    locked = _lock(round_, base_version)
    _hold(actor, action, locked.place)
    _must(locked.state == ways[0], "not_now")
    _must(bool(reason.strip()), "reason", "reason")
    _idle(locked)
    before = state_of(locked, "state")
    _save(locked, state=ways[1])
    _tell(event, actor, locked, before=before, after=state_of(locked, "state"), reason=reason)
    return locked


def _idle(round_: Round) -> None:
    """Refuse while the round is being checked or frozen."""
    busy = round_.job is not None and Job._all.filter(pk=round_.job, state__in=_UNDER_WAY).exists()
    _must(not busy, "busy")


@transaction.atomic
def round_review(*, actor: Actor, round_: Round, base_version: int, reason: str) -> Round:
    """Close a round to new returns and look through what came in.

    Parameters
    ----------
    actor
        Who.
    round_
        An open round.
    base_version
        The version that the actor looked at.
    reason
        Why now.

    Returns
    -------
    Round
        In review.

    Raises
    ------
    Refused
        If it is not open, was changed meanwhile, or no reason is given.
    """
    return _move("round.review", actor, "manage", round_, base_version, (_OPEN, _REVIEW), reason)


@transaction.atomic
def round_reopen(*, actor: Actor, round_: Round, base_version: int, reason: str) -> Round:
    """Open a round again that is in review.

    Parameters
    ----------
    actor
        Who.
    round_
        A round in review.
    base_version
        The version that the actor looked at.
    reason
        Why.

    Returns
    -------
    Round
        Open.

    Raises
    ------
    Refused
        If it is not in review or is being frozen, was changed meanwhile, or no reason is given.
    """
    return _move("round.reopen", actor, "manage", round_, base_version, (_REVIEW, _OPEN), reason)


def _ask_for(kind: str, actor: Actor, round_: Round, reason: str) -> Job:
    stead = actor.on_behalf_of.pk if actor.on_behalf_of else None
    said = {"round": round_.pk, "reason": reason, "stead": stead, "address": actor.address}
    job = job_enqueue(kind, actor=actor, place=round_.place, subject=round_.name, arguments=said)
    # Asking changes nothing that a person looked at: the version stays.
    Round._all.filter(pk=round_.pk).update(job=job.pk)
    return job


@transaction.atomic
def round_check(*, actor: Actor, round_: Round) -> Job:
    """Ask for the checks that freezing makes, without freezing.

    Parameters
    ----------
    actor
        Who.
    round_
        A round that is not frozen.

    Returns
    -------
    Job
        Of the kind ``surveys.check``.

    Raises
    ------
    Refused
        If it is frozen, or being checked or frozen already.
    """
    locked = _lock(round_)
    _hold(actor, "manage", locked.place)
    _must(locked.state != _FROZEN, "frozen")
    _idle(locked)
    return _ask_for("surveys.check", actor, locked, "")


@transaction.atomic
def round_freeze(*, actor: Actor, round_: Round, base_version: int, reason: str) -> Job:
    """Ask for a round in review to be frozen.

    Parameters
    ----------
    actor
        Who.
    round_
        A round in review.
    base_version
        The version that the actor looked at.
    reason
        Why it is complete enough.

    Returns
    -------
    Job
        Of the kind ``surveys.freeze``.

    Raises
    ------
    Refused
        If it is not in review or is being frozen already, was changed meanwhile, or no reason is given.
    """
    locked = _lock(round_, base_version)
    _hold(actor, "freeze", locked.place)
    _must(locked.state == _REVIEW, "not_in_review")
    _must(bool(reason.strip()), "reason", "reason")
    _idle(locked)
    return _ask_for("surveys.freeze", actor, locked, reason)


@transaction.atomic
def check_keep(
    *,
    actor: Actor,
    round_: Round,
    job: str,
    rows: Mapping[str, int],
    findings: Sequence[Finding],
    more: Mapping[str, Any],
) -> Round:
    """Keep what a check found, in place of what the last one found.

    Parameters
    ----------
    actor
        Who asked for it.
    round_
        Of which round.
    job
        Key of the job.
    rows
        Rows by layer.
    findings
        Not saved yet; their round and place are filled in here.
    more
        What else is to be told: how many errors and warnings there are in all.

    Returns
    -------
    Round
        As saved.
    """
    locked = _lock(round_)
    Finding._all.filter(round=locked).delete()
    for one in findings:
        one.round = locked
        one.place = one.place or locked.place
    Finding._all.bulk_create(findings, batch_size=500)
    said = {"at": timezone.now().isoformat(timespec="seconds"), "job": job, "rows": dict(rows), **more}
    Round._all.filter(pk=locked.pk).update(checked=said)
    _tell("round.check", actor, locked, after={"rows": dict(rows), **more})
    locked.checked = said
    return locked


@transaction.atomic
def snapshot_add(
    *, actor: Actor, round_: Round, folder: str, digest: str, rows: Mapping[str, int], code_version: str, reason: str,
    after: Sequence[Callable[[Actor, Snapshot], None]] = (),
) -> Snapshot:  # fmt: skip
    """Write that a round is frozen: its snapshot, its state, and what follows from it, in one transaction.

    Doing it again for the same digest gives the row that is there.

    Parameters
    ----------
    actor
        Who asked for it.
    round_
        The round.
    folder
        Of the snapshot, below the site's files.
    digest
        Of its manifest.
    rows
        Rows by layer.
    code_version
        Version of Linli that made it.
    reason
        Why it was frozen.
    after
        What else to do with the snapshot.

    Returns
    -------
    Snapshot
        As saved.

    Raises
    ------
    Refused
        If the actor has lost the right meanwhile, the round is no longer in review, or is frozen otherwise.
    """
    locked = _lock(round_)
    there = Snapshot._all.filter(round=locked).first()
    if there is not None:
        _must(there.digest == digest, "frozen")
        return there
    _hold(actor, "freeze", locked.place)
    _must(locked.state == _REVIEW, "not_in_review")
    new = Snapshot._all.create(
        round=locked, place=locked.place, folder=folder, digest=digest, rows=dict(rows), code_version=code_version
    )
    _save(locked, state=_FROZEN, frozen_at=new.at)
    _tell("round.freeze", actor, locked, after={"state": _FROZEN, "digest": digest, "rows": dict(rows)}, reason=reason)
    for follow in after:
        follow(actor, new)
    return new


@transaction.atomic
def snapshot_verified(*, actor: Actor, snapshot: Snapshot, whole: bool) -> None:
    """Record that somebody held a snapshot against its hashes, and what came of it.

    Parameters
    ----------
    actor
        Who.
    snapshot
        Which.
    whole
        Whether nothing was changed.
    """
    _hold(actor, "view", snapshot.place)
    _tell("snapshot.verify", actor, snapshot, after={"whole": whole, "digest": snapshot.digest})


# What communities hand in -------------------------------------------------------------------------------------------
@transaction.atomic
def return_none_set(*, actor: Actor, return_: Return, base_version: int, none_of: Sequence[str]) -> Return:
    """Say what a community looked for and has none of.

    Parameters
    ----------
    actor
        Who.
    return_
        The community's part in the round.
    base_version
        The version that the actor looked at.
    none_of
        Layers (``estates``, ``rooms``, ``plots``) and facility types (``facilities/nursery``), all of them.

    Returns
    -------
    Return
        As saved.

    Raises
    ------
    Refused
        If it was handed in, something of it is not asked for, or the register has one.
    """
    locked = _lock_return(return_, base_version)
    user = _hold(actor, "edit", locked.place)
    _must(not locked.is_in, "handed_in")
    said = sorted(set(none_of))
    kinds = {kind for kinds in asked_in(locked.round).types.values() for kind in kinds}
    unknown = [one for one in said if one not in LAYERS_TO_STATE and one.removeprefix("facilities/") not in kinds]
    _must(not unknown, "none_unknown", "none_of", what=", ".join(unknown))
    rows = Record._all.filter(place=locked.place, closed_at=None)
    there = {*rows.values_list("layer", flat=True)} | {
        f"facilities/{kind}" for kind in rows.filter(layer="facilities").values_list("kind", flat=True)
    }
    clash = [one for one in said if one in there]
    _must(not clash, "none_there", "none_of", what=", ".join(clash))
    if said != locked.none_of:
        before = state_of(locked, "none_of")
        _save(locked, none_of=said, changed_by=user, changed_at=timezone.now())
        _tell("return.none", actor, locked, before=before, after=state_of(locked, "none_of"))
    return locked


@transaction.atomic
def return_submit(*, actor: Actor, return_: Return, base_version: int, note: str = "") -> Return:
    """Hand in a community's part of a round.

    Parameters
    ----------
    actor
        Who.
    return_
        Being filled in, or sent back.
    base_version
        The version that the actor looked at.
    note
        What the reviewer should know.

    Returns
    -------
    Return
        Submitted, with how many facts are known of those asked.

    Raises
    ------
    Refused
        If it is in already, was changed meanwhile, or the round takes no returns any more.
    """
    locked = _lock_return(return_, base_version)
    user = _hold(actor, "submit", locked.place)
    _must(not locked.is_in, "handed_in")
    open_ = locked.round.state == _OPEN or locked.state == Return.State.RETURNED
    _must(open_, "no_more_returns")
    known = completeness(locked.round, [locked])[locked.community.code]
    now = timezone.now()
    before = state_of(locked, "state")
    _save(locked, state=Return.State.SUBMITTED, note=note.strip(), known=known.known, asked=known.asked,
          changed_by=user, changed_at=now, submitted_by=user, submitted_at=now)  # fmt: skip
    _tell("return.submit", actor, locked, before=before, after=state_of(locked, "state", "known", "asked", "note"))
    return locked


def _judge(
    event: str, actor: Actor, return_: Return, base_version: int, states: tuple[str, ...], **values: Any
) -> Return:
    locked = _lock_return(return_, base_version)
    user = _hold(actor, "review", locked.place)
    _must(locked.state in states, "not_handed_in")
    hands = {user.pk, actor.on_behalf_of.pk if actor.on_behalf_of else user.pk}
    _must(locked.submitted_by_id not in hands, "same_person")
    before = state_of(locked, "state", "note")
    _save(locked, **values, changed_by=user, changed_at=timezone.now())
    _tell(event, actor, locked, before=before, after=state_of(locked, "state", "note"), reason=values.get("note", ""))
    return locked


@transaction.atomic
def return_accept(*, actor: Actor, return_: Return, base_version: int, note: str = "") -> Return:
    """Accept a community's part.

    Parameters
    ----------
    actor
        Who; not who handed it in, nor a deputy in their stead.
    return_
        Submitted.
    base_version
        The version that the actor looked at.
    note
        A remark.

    Returns
    -------
    Return
        Accepted.

    Raises
    ------
    Refused
        If it was not handed in, was handed in by the same person, or was changed meanwhile.
    """
    state = Return.State
    return _judge("return.accept", actor, return_, base_version, (state.SUBMITTED,), state=state.ACCEPTED,
                  note=note.strip())  # fmt: skip


@transaction.atomic
def return_send_back(*, actor: Actor, return_: Return, base_version: int, reason: str) -> Return:
    """Send a community's part back to be mended.

    Parameters
    ----------
    actor
        Who; not who handed it in, nor a deputy in their stead.
    return_
        Submitted or accepted.
    base_version
        The version that the actor looked at.
    reason
        What is to be mended.

    Returns
    -------
    Return
        Returned.

    Raises
    ------
    Refused
        If it was not handed in, was handed in by the same person, no reason is given, or it was changed meanwhile.
    """
    _must(bool(reason.strip()), "reason", "reason")
    state = Return.State
    return _judge("return.send_back", actor, return_, base_version, (state.SUBMITTED, state.ACCEPTED),
                  state=state.RETURNED, note=reason.strip())  # fmt: skip


@transaction.atomic
def reminders_send(*, actor: Actor, round_: Round) -> Job:
    """Ask for e-mails to the people of every community that is late, as far as the actor reviews them.

    Parameters
    ----------
    actor
        Who.
    round_
        Which round.

    Returns
    -------
    Job
        Of the kind ``surveys.remind``.

    Raises
    ------
    Refused
        If the site sends no e-mail, nobody is late, or the round is frozen.
    """
    _must(bool(settings.SITE.config.smtp_url), "no_mail")
    if actor.user is None or not rights_of(actor.user).may("surveys", "review"):
        raise Refused("surveys.refuse.outside")
    locked = _lock(round_)
    _must(locked.state != _FROZEN, "frozen")
    late = late_returns(Return.objects.visible_to(actor.user, "review").filter(round=locked))
    count = late.count()
    _must(count > 0, "nobody_late")
    _tell("round.remind", actor, locked, after={"communities": count})
    said = {"round": locked.pk, "since": timezone.now().isoformat()}
    return job_enqueue("surveys.remind", actor=actor, place=locked.place, subject=locked.name, arguments=said)


def return_mark_reminded(return_: Return) -> None:
    """Note that its people were written to: a job that begins again does not write to them twice."""
    Return._all.filter(pk=return_.pk).update(reminded_at=timezone.now())


def job_of(round_: Round) -> UUID | None:
    """Return the key of the check or freezing that is under way, if any is."""
    busy = round_.job is not None and Job._all.filter(pk=round_.job, state__in=_UNDER_WAY).exists()
    return round_.job if busy else None
