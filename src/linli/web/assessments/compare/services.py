"""Every change to comparisons: asked for, stored, refused, doubts decided; each with its event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from linli.feedback import Decision, Outcome
from linli.web.accounts.models import Place, User
from linli.web.accounts.rights import rights_of
from linli.web.assessments.compare.rows import community_rows, doubt_rows, item_rows, loss_rows, total_rows
from linli.web.assessments.models import ComparedCommunity, ComparedItem, Comparison, Doubt, Loss, Run
from linli.web.audit.actor import Actor
from linli.web.audit.services import record
from linli.web.bulk import insert_rows
from linli.web.jobs.models import Job
from linli.web.jobs.services import job_enqueue
from linli.web.refusal import Refused

__all__ = [
    "comparison_again",
    "comparison_decide",
    "comparison_decisions",
    "comparison_give_up",
    "comparison_request",
    "comparison_store",
    "comparison_taken",
]

_KIND = "assessments.compare"


def _hold(actor: Actor, action: str, place: str) -> User:
    """Hold the second wall, and return the person: comparisons are asked for by people."""
    if actor.user is None or not rights_of(actor.user).may("assessments", action, place):
        raise Refused("assessments.refuse.outside")
    return actor.user


def _tell(event: str, actor: Actor, comparison: Comparison, **more: Any) -> None:
    record(
        f"assessments.comparison.{event}", actor=actor, module="assessments", object_=comparison,
        place=comparison.place, **more,
    )  # fmt: skip


def _enqueue(actor: Actor, comparison: Comparison) -> None:
    job = job_enqueue(
        _KIND, actor=actor, place=comparison.place, subject=str(comparison),
        arguments={"comparison": comparison.pk, "version": comparison.version},
    )  # fmt: skip
    comparison.job, comparison.state = job.pk, Comparison.State.QUEUED
    comparison.save(update_fields=["job", "state", "version"])


def _under_way(comparison: Comparison) -> bool:
    if comparison.state != Comparison.State.QUEUED:
        return False
    job = Job._all.filter(pk=comparison.job).first() if comparison.job else None
    return job is not None and not job.is_over


@transaction.atomic
def comparison_request(*, actor: Actor, before: Run, after: Run) -> Comparison:
    """Ask for two runs to be put side by side; the same pair is worked out once.

    Parameters
    ----------
    actor
        Who.
    before, after
        Done, of the same place.

    Returns
    -------
    Comparison
        Queued, or the one that is there already.

    Raises
    ------
    Refused
        If either is outside the actor's reach or not done, both are the same, or their places differ.
    """
    user = _hold(actor, "run", before.place)
    _hold(actor, "run", after.place)
    if before.state != Run.State.DONE or after.state != Run.State.DONE:
        raise Refused("assessments.refuse.not_done")
    if before.digest == after.digest:
        raise Refused("assessments.refuse.same_run", "after")
    if before.place != after.place:
        raise Refused("assessments.refuse.other_place", "after")
    new, made = Comparison._all.select_for_update().get_or_create(
        before_digest=before.digest, after_digest=after.digest,
        defaults={"before": before, "after": after, "place": before.place, "by": user},
    )  # fmt: skip
    if made or new.state == Comparison.State.FAILED:
        _enqueue(actor, new)
        _tell("create", actor, new, after={"before": before.digest, "after": after.digest})
    return new


@transaction.atomic
def comparison_again(*, actor: Actor, comparison: Comparison) -> Comparison:
    """Work a comparison out anew: after a failure, or by the rules and the program as they are now.

    Parameters
    ----------
    actor
        Who.
    comparison
        Which.

    Returns
    -------
    Comparison
        Queued.

    Raises
    ------
    Refused
        If it is outside the actor's reach, or under way already.
    """
    _hold(actor, "run", comparison.place)
    locked = Comparison._all.select_for_update().get(pk=comparison.pk)
    if _under_way(locked):
        raise Refused("assessments.refuse.under_way")
    locked.version += 1
    _enqueue(actor, locked)
    _tell("again", actor, locked)
    return locked


@transaction.atomic
def comparison_decide(
    *, actor: Actor, comparison: Comparison, base_version: int, decisions: Mapping[int, bool | None]
) -> Comparison:
    """Decide doubtful matches, and compare anew by what was decided.

    Parameters
    ----------
    actor
        Who knows.
    comparison
        Whose doubts they are.
    base_version
        The version that the person looked at.
    decisions
        By key of the doubt: the same, not the same, or ``None`` = open again.

    Returns
    -------
    Comparison
        Queued.

    Raises
    ------
    Refused
        If it is outside the actor's reach, somebody decided in the meantime, it is under way, nothing was decided, or
        an entry would be the same as two others.
    """
    user = _hold(actor, "run", comparison.place)
    locked = Comparison._all.select_for_update().get(pk=comparison.pk)
    if locked.version != base_version:
        raise Refused("assessments.refuse.changed", version=locked.version)
    if _under_way(locked):
        raise Refused("assessments.refuse.under_way")
    doubts = {doubt.pk: doubt for doubt in Doubt._all.select_for_update().filter(comparison=locked)}
    changed = [doubts[pk] for pk, same in decisions.items() if pk in doubts and doubts[pk].same is not same]
    if not changed:
        raise Refused("assessments.refuse.nothing_decided")
    before = _said(changed)
    for doubt in changed:
        doubt.same, doubt.by, doubt.at = decisions[doubt.pk], user, timezone.now()
        doubt.save(update_fields=["same", "by", "at"])
    _refuse_twice(doubts.values())
    locked.version += 1
    _enqueue(actor, locked)
    _tell("decide", actor, locked, before=before, after=_said(changed))
    return locked


def _said(doubts: Sequence[Doubt]) -> dict[str, bool | None]:
    return {f"{doubt.layer} {doubt.before_id} / {doubt.after_id}": doubt.same for doubt in doubts}


def _refuse_twice(doubts: Any) -> None:
    """Refuse decisions by which an entry of one round would be the same as two of the other."""
    for end in ("before_id", "after_id"):
        seen: set[tuple[str, str]] = set()
        for doubt in doubts:
            key = doubt.layer, getattr(doubt, end)
            if doubt.same and doubt.layer != "in_place" and key in seen:
                raise Refused("assessments.refuse.twice", found=key[1])
            if doubt.same:
                seen.add(key)


def comparison_decisions(comparison: Comparison) -> tuple[Decision, ...]:
    """Return what was decided about a comparison's doubts, for the work itself."""
    rows = Doubt._all.filter(comparison=comparison).exclude(same=None).order_by("layer", "before_id", "after_id")
    return tuple(
        Decision.model_validate({name: getattr(row, name) for name in ("layer", "before_id", "after_id", "same")})
        for row in rows
    )


def _places(outcome: Outcome) -> dict[str, Place]:
    codes = outcome.communities["community_id"].astype(str).tolist()
    return {place.code: place for place in Place._all.filter(level="community", code__in=codes)}


def _keep_doubts(comparison: Comparison, outcome: Outcome, places: Mapping[str, Place]) -> int:
    """Keep what was decided; put the doubts that are still open in place of those of before."""
    Doubt._all.filter(comparison=comparison, same=None).delete()
    decided = set(Doubt._all.filter(comparison=comparison).values_list("layer", "before_id", "after_id"))
    rows = doubt_rows(comparison, outcome, places)
    return insert_rows(Doubt, (r for r in rows if (r["layer"], r["before_id"], r["after_id"]) not in decided))


@transaction.atomic
def comparison_store(
    *, comparison: Comparison, version: int, outcome: Outcome, folder: Path, digest: str
) -> Comparison:
    """Keep what came of a comparison. Storing twice stores once; an answer to an older question is passed over.

    Parameters
    ----------
    comparison
        Queued.
    version
        The version that was worked out.
    outcome
        The tables.
    folder
        Where they are kept, below the site's files.
    digest
        SHA-256 of what the folder holds.

    Returns
    -------
    Comparison
        Done.
    """
    locked = Comparison._all.select_for_update().get(pk=comparison.pk)
    if locked.version != version or locked.state == Comparison.State.DONE:
        return locked
    places = _places(outcome)
    for table, rows in (
        (ComparedCommunity, community_rows), (ComparedItem, item_rows), (Loss, loss_rows),
    ):  # fmt: skip
        table._all.filter(comparison=locked).delete()
        insert_rows(table, rows(locked, outcome, places))
    doubts = _keep_doubts(locked, outcome, places)
    meta = outcome.meta
    locked.state, locked.finished_at = Comparison.State.DONE, timezone.now()
    locked.unit, locked.circle_m, locked.standards = meta.unit, meta.circle_m, list(meta.standards)
    locked.notes, locked.totals = [dict(note) for note in meta.notes], total_rows(outcome)
    locked.code_version, locked.digest = meta.code_version, digest
    root = Path(settings.MEDIA_ROOT)
    locked.folder = folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.as_posix()
    locked.save()
    _tell("store", _by(locked), locked, after={"digest": digest, "worse": len(outcome.worse), "doubts": doubts})
    return locked


def _by(comparison: Comparison) -> Actor:
    user = comparison.by
    return Actor(user, user.username if user else "linli worker", "worker")


@transaction.atomic
def comparison_give_up(
    *, comparison: Comparison, version: int, state: Comparison.State, notes: Sequence[Mapping[str, Any]]
) -> Comparison:
    """Say that nothing came of a comparison: the two must not be compared, or something went wrong.

    Parameters
    ----------
    comparison
        Queued.
    version
        The version that was worked at.
    state
        ``refused`` or ``failed``.
    notes
        Why: problems, or texts zh and en.

    Returns
    -------
    Comparison
        With that state.
    """
    locked = Comparison._all.select_for_update().get(pk=comparison.pk)
    if locked.version == version and locked.state == Comparison.State.QUEUED:
        locked.state, locked.finished_at, locked.notes = state, timezone.now(), [dict(note) for note in notes]
        locked.save(update_fields=["state", "finished_at", "notes"])
        _tell("fail", _by(locked), locked, after={"state": str(state), "notes": [note.get("code") for note in notes]})
    return locked


@transaction.atomic
def comparison_taken(*, actor: Actor, comparison: Comparison, name: str, digest: str) -> None:
    """Record that a file of a comparison was taken.

    Parameters
    ----------
    actor
        Who.
    comparison
        Which.
    name, digest
        The file and its SHA-256.

    Raises
    ------
    Refused
        If it is outside the actor's reach.
    """
    _hold(actor, "export", comparison.place)
    _tell("export", actor, comparison, after={"file": name, "sha256": digest})
