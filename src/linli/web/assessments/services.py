"""Every change to runs: asked for, stored, given up, made the one that pages show; each with its event."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from linli.assess import Assessment
from linli.web.accounts.models import Place
from linli.web.accounts.rights import rights_of
from linli.web.assessments.files import file_of
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.assessments.rows import item_rows, score_rows
from linli.web.audit.actor import Actor
from linli.web.audit.services import record
from linli.web.bulk import insert_rows
from linli.web.jobs.models import Job
from linli.web.jobs.services import job_enqueue
from linli.web.refusal import Refused
from linli.web.standards.catalogue import site_catalogue
from linli.web.surveys.models import Snapshot
from linli.web.surveys.options import options_as_json, read_options
from linli.web.words import both

__all__ = [
    "file_request",
    "file_taken",
    "run_after_freeze",
    "run_give_up",
    "run_make_current",
    "run_request",
    "run_store",
]


def _hold(actor: Actor, action: str, place: str) -> None:
    """Hold the second wall; what the machine itself asks for has been allowed before."""
    if actor.user is not None and not rights_of(actor.user).may("assessments", action, place):
        raise Refused("assessments.refuse.outside")


def _refuse_again(snapshot: Snapshot, options: Mapping[str, Any]) -> None:
    """Refuse what was assessed, or is being assessed: the same data, rules and options give the same result."""
    version = site_catalogue().version
    for run in Run._all.filter(snapshot=snapshot).exclude(state=Run.State.FAILED):
        if run.options != options:  # compared here: databases differ in what equal JSON is
            continue
        done = run.state == Run.State.DONE and run.catalogue_version == version
        under_way = run.state == Run.State.QUEUED and not _is_over(run)
        if done or under_way:
            raise Refused("assessments.refuse.same", number=run.number)


def _is_over(run: Run) -> bool:
    """Return whether nothing will come of a queued run any more: its job was cancelled, or lost its worker for good."""
    job = Job._all.filter(pk=run.job).first() if run.job else None
    return job is None or job.is_over


def _enqueue(actor: Actor, snapshot: Snapshot, options: Mapping[str, Any]) -> Run:
    last = Run._all.filter(snapshot=snapshot).order_by("-number").values_list("number", flat=True).first() or 0
    run = Run._all.create(
        snapshot=snapshot, place=snapshot.place, number=last + 1, options=dict(options), by=actor.user
    )
    job = job_enqueue(
        "assessments.assess", actor=actor, place=snapshot.place, subject=str(run), arguments={"run": run.pk}
    )
    run.job = job.pk
    run.save(update_fields=["job"])
    after = {"snapshot": snapshot.digest, "number": run.number, "options": run.options}
    record("assessments.run.create", actor=actor, module="assessments", object_=run, place=run.place, after=after)
    return run


@transaction.atomic
def run_request(*, actor: Actor, snapshot: Snapshot, options: Mapping[str, Any] | None = None) -> Run:
    """Ask for an assessment of a frozen round.

    Parameters
    ----------
    actor
        Who; the machine itself may ask.
    snapshot
        What the round left.
    options
        The city's choices (`linli.assess.AssessOptions`), JSON; those of the round if left out.

    Returns
    -------
    Run
        Queued, with its job.

    Raises
    ------
    Refused
        If it is outside the actor's reach, the options are none, or the same was assessed (or asked for) before.
    """
    _hold(actor, "run", snapshot.place)
    locked = Snapshot._all.select_for_update().select_related("round").get(pk=snapshot.pk)
    chosen = options_as_json(read_options(locked.round.options if options is None else options))
    _refuse_again(locked, chosen)
    return _enqueue(actor, locked, chosen)


@transaction.atomic
def run_after_freeze(actor: Actor, snapshot: Snapshot) -> None:
    """Ask for the first assessment of a round that was just frozen; asking twice asks once.

    Parameters
    ----------
    actor
        Who froze it: who may do that need not have the right to assess.
    snapshot
        What it left.
    """
    locked = Snapshot._all.select_for_update().select_related("round").get(pk=snapshot.pk)
    if not Run._all.filter(snapshot=locked).exists():
        _enqueue(actor, locked, options_as_json(read_options(locked.round.options)))


def _communities(assessment: Assessment) -> dict[str, Place]:
    codes = assessment.communities["community_id"].astype(str).tolist()
    found = Place._all.filter(level="community", code__in=codes)
    return {place.code: place for place in found}


def _notes(assessment: Assessment, places: Mapping[str, Place]) -> list[dict[str, Any]]:
    notes = [dict(note) for note in assessment.meta.notes]
    missing = len(assessment.communities) - len(places)
    if missing:
        notes.append({"code": "no_place", "count": missing, **both("assessments.note.no_place", n=missing)})
    return notes


@transaction.atomic
def run_store(*, run: Run, assessment: Assessment, folder: Path, digest: str) -> Run:
    """Keep what came of a run: its versions, and the rows that pages list. Storing twice stores once.

    The first run of a round becomes the one that pages show.

    Parameters
    ----------
    run
        Queued.
    assessment
        Its tables.
    folder
        Where they are kept, below the site's files.
    digest
        SHA-256 of what the folder holds.

    Returns
    -------
    Run
        Done.
    """
    locked = Run._all.select_for_update().get(pk=run.pk)
    if locked.state == Run.State.DONE:
        return locked
    places = _communities(assessment)
    ScoreRow._all.filter(run=locked).delete()
    ItemRow._all.filter(run=locked).delete()
    scores = insert_rows(ScoreRow, score_rows(locked, assessment, places))
    items = insert_rows(ItemRow, item_rows(locked, assessment, places))
    meta = assessment.meta
    locked.state, locked.finished_at = Run.State.DONE, timezone.now()
    locked.rules_on, locked.catalogue_version, locked.code_version = meta.on, meta.catalogue_version, meta.code_version
    locked.options, locked.unit = meta.options.model_dump(mode="json"), meta.unit
    locked.notes = _notes(assessment, places)
    locked.folder, locked.digest = _below(folder), digest
    locked.current = not Run._all.filter(snapshot=locked.snapshot_id, current=True).exists()
    locked.save()
    after = {
        "scores": scores, "items": items, "digest": digest, "survey": meta.survey_digest,
        "rules": meta.catalogue_version, "engine": meta.code_version, "current": locked.current,
    }  # fmt: skip
    _tell("run.store", _by(locked), locked, after=after)
    return locked


def _below(folder: Path) -> str:
    """Return a folder as seen from the site's files."""
    root = Path(settings.MEDIA_ROOT)
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.as_posix()


def _by(run: Run) -> Actor:
    """Return who a run's job works for."""
    return Actor(run.by, run.by.username if run.by else "linli worker", "worker")


def _tell(event: str, actor: Actor, run: Run, **more: Any) -> None:
    record(f"assessments.{event}", actor=actor, module="assessments", object_=run, place=run.place, **more)


@transaction.atomic
def run_give_up(*, run: Run, notes: Sequence[Mapping[str, Any]]) -> Run:
    """Say that nothing came of a run.

    Parameters
    ----------
    run
        Queued.
    notes
        Why: texts zh and en.

    Returns
    -------
    Run
        Failed; one that is done already stays done.
    """
    locked = Run._all.select_for_update().get(pk=run.pk)
    if locked.state == Run.State.QUEUED:
        locked.state, locked.finished_at, locked.notes = Run.State.FAILED, timezone.now(), [dict(n) for n in notes]
        locked.save(update_fields=["state", "finished_at", "notes"])
        _tell("run.fail", _by(locked), locked, after={"notes": locked.notes})
    return locked


@transaction.atomic
def run_make_current(*, actor: Actor, run: Run, reason: str) -> Run:
    """Make a run the one that pages show of its round.

    Parameters
    ----------
    actor
        Who.
    run
        Done.
    reason
        Why this one: everybody's figures change.

    Returns
    -------
    Run
        Current; the one before is not any longer.

    Raises
    ------
    Refused
        If it is outside the actor's reach, is not done, is current already, or no reason is given.
    """
    _hold(actor, "run", run.place)
    Snapshot._all.select_for_update().get(pk=run.snapshot_id)
    locked = Run._all.select_for_update().get(pk=run.pk)
    if locked.state != Run.State.DONE:
        raise Refused("assessments.refuse.not_done")
    if locked.current:
        raise Refused("assessments.refuse.is_current")
    if not reason.strip():
        raise Refused("assessments.refuse.reason", "reason")
    before = Run._all.filter(snapshot=locked.snapshot_id, current=True).first()
    Run._all.filter(snapshot=locked.snapshot_id).update(current=False)
    locked.current = True
    locked.save(update_fields=["current"])
    _tell(
        "run.make_current", actor, locked,
        before={"current": before.number if before else None}, after={"current": locked.number}, reason=reason.strip(),
    )  # fmt: skip
    return locked


@transaction.atomic
def file_request(*, actor: Actor, run: Run, name: str) -> Job:
    """Ask for a file of a run to be written.

    Parameters
    ----------
    actor
        Who.
    run
        Done.
    name
        One of `linli.web.assessments.files.FILES`.

    Returns
    -------
    Job
        Queued.

    Raises
    ------
    Refused
        If it is outside the actor's reach, the run has no results, or the file is there or under way.
    """
    _hold(actor, "export", run.place)
    locked = Run._all.select_for_update().get(pk=run.pk)
    path = file_of(locked, name)
    if locked.state != Run.State.DONE or path is None:
        raise Refused("assessments.refuse.not_done")
    arguments = {"run": locked.pk, "name": name}
    under_way = Job._all.filter(kind="assessments.file", state__in=(Job.State.QUEUED, Job.State.RUNNING))
    if path.is_file() or any(job.arguments == arguments for job in under_way):
        raise Refused("assessments.refuse.file_there")
    _tell("run.file", actor, locked, after={"file": name})
    return job_enqueue("assessments.file", actor=actor, place=locked.place, subject=f"{locked} {name}",
                       arguments=arguments)  # fmt: skip


@transaction.atomic
def file_taken(*, actor: Actor, run: Run, path: Path) -> None:
    """Record that a file of a run was taken.

    Parameters
    ----------
    actor
        Who.
    run
        The run.
    path
        The file.

    Raises
    ------
    Refused
        If it is outside the actor's reach.
    """
    _hold(actor, "export", run.place)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    _tell("run.export", actor, run, after={"file": path.name, "sha256": digest})
