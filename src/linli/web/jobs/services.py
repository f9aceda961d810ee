"""Asking for long work, cancelling it, and finding work whose worker is gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.web.audit.actor import Actor
from linli.web.audit.services import record
from linli.web.jobs.models import Job
from linli.web.jobs.pulse import is_gone
from linli.web.jobs.registry import KINDS
from linli.web.jobs.runner import run_job
from linli.web.refusal import Refused

__all__ = ["SILENT_S", "job_cancel", "job_enqueue", "jobs_requeue_lost"]

SILENT_S = 120
"""A running job that has not been heard of for so long has lost its worker."""

_ATTEMPTS = 3


@transaction.atomic
def job_enqueue(
    kind: str, *, actor: Actor, place: str = "", subject: str = "", arguments: Mapping[str, Any] | None = None
) -> Job:
    """Ask for long work; if the transaction is rolled back, so is the asking.

    Parameters
    ----------
    kind
        A registered kind.
    actor
        Who asks.
    place
        Jurisdiction path it concerns.
    subject
        What it is about, for the list of jobs.
    arguments
        JSON-ready arguments of its function.

    Returns
    -------
    Job
        Queued.

    Raises
    ------
    KeyError
        If there is no such kind.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    new = Job._all.create(
        kind=kind, subject=subject, requested_by=actor.user, place=place, arguments=dict(arguments or {})
    )
    record("jobs.job.create", actor=actor, module="jobs", object_=new, place=place, after={"kind": kind})
    run_job.enqueue(str(new.pk))
    return new


@transaction.atomic
def job_cancel(*, actor: Actor, job: Job) -> Job:
    """Ask a job to stop; one that waits is cancelled at once, one that runs stops at its next step.

    Parameters
    ----------
    actor
        Who.
    job
        Which.

    Returns
    -------
    Job
        As saved.

    Raises
    ------
    Refused
        If it is over already.
    """
    locked = Job._all.select_for_update().get(pk=job.pk)
    if locked.is_over:
        raise Refused("jobs.refuse.over")
    locked.cancel_asked = True
    if locked.state == Job.State.QUEUED:
        locked.state, locked.finished_at = Job.State.CANCELLED, timezone.now()
    locked.save()
    record("jobs.job.cancel", actor=actor, module="jobs", object_=locked, place=locked.place)
    return locked


def _waiting() -> set[str]:
    """Return the jobs that a task of the queue stands for."""
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=run_job.module_path)
    return {task["args"][0] for task in ready.values_list("args_kwargs", flat=True)}


@transaction.atomic
def jobs_requeue_lost(silent_s: float = SILENT_S) -> int:
    """Queue again what ran when its worker died; after three attempts it has failed.

    Parameters
    ----------
    silent_s
        For how long nothing was heard, seconds. A worker of this machine that is no more is not waited for.

    Returns
    -------
    int
        How many were queued again.
    """
    limit = timezone.now() - timedelta(seconds=silent_s)
    again = []
    for job in Job._all.select_for_update().filter(state=Job.State.RUNNING):
        if job.seen_at is not None and job.seen_at >= limit and not is_gone(job.worker):
            continue
        if job.attempts >= _ATTEMPTS:
            job.state, job.finished_at, job.error = Job.State.FAILED, timezone.now(), "lost"
        else:
            job.state, job.seen_at = Job.State.QUEUED, None
            again.append(str(job.pk))
        job.save()
    # A worker that died between taking the task and claiming the job leaves a job for which nothing waits any more.
    waiting = _waiting() | set(again)
    queued = Job._all.filter(state=Job.State.QUEUED).values_list("pk", flat=True)
    again += [str(pk) for pk in queued if str(pk) not in waiting]
    for pk in again:
        run_job.enqueue(pk)
    return len(again)
