"""Doing a job: claim it, run its function, keep its progress, and end it one way or another."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from linli.errors import LinliError
from linli.web.analyze import analyze_tables
from linli.web.jobs.models import Job
from linli.web.jobs.pulse import keep_alive, worker_name
from linli.web.jobs.registry import KINDS, Context

__all__ = ["CancelledError", "perform", "run_job"]

_log = logging.getLogger("linli.jobs")

_WRITE_EVERY_S = 0.5
_LOG_LINES = 200


class CancelledError(Exception):
    """Somebody asked the job to stop."""


def _claim(job_id: str) -> Job | None:
    """Take a queued job; one that is over, or that another worker has, is left alone."""
    with transaction.atomic():
        job = Job._all.select_for_update().filter(pk=job_id, state=Job.State.QUEUED).first()
        if job is None:
            return None
        now = timezone.now()
        job.state, job.started_at, job.seen_at, job.attempts = Job.State.RUNNING, now, now, job.attempts + 1
        job.error, job.worker = "", worker_name()
        job.save()
        return job


def _progress(job: Job) -> Callable[[str, float | None], None]:
    lines: list[str] = []
    written, last = 0.0, ""

    def move(stage: str, fraction: float | None = None) -> None:
        nonlocal written, last
        now = time.monotonic()
        if stage != last:
            lines.append(f"{timezone.localtime():%H:%M:%S} {stage}")
            last = stage
        elif now - written < _WRITE_EVERY_S:
            return
        written = now
        values = {"stage": stage[:200], "fraction": fraction, "seen_at": timezone.now()}
        Job._all.filter(pk=job.pk).update(**values, log="\n".join(lines[-_LOG_LINES:]))
        if Job._all.filter(pk=job.pk, cancel_asked=True).exists():
            raise CancelledError

    return move


def _finish(job: Job, **values: object) -> None:
    Job._all.filter(pk=job.pk).update(finished_at=timezone.now(), **values)


def perform(job_id: str) -> None:
    """Do a job. Calling it twice does it once.

    Parameters
    ----------
    job_id
        The job's key, text.
    """
    job = _claim(job_id)
    if job is None:
        return
    context = Context(str(job.pk), job.requested_by_id, _progress(job))
    try:
        with keep_alive(job_id):
            result = KINDS[job.kind](context, **job.arguments)
        _finish(job, state=Job.State.DONE, fraction=1.0, result=result)
    except CancelledError:
        _finish(job, state=Job.State.CANCELLED)
    except LinliError as error:
        _finish(job, state=Job.State.FAILED, error=str(error))
    except Exception:  # noqa: BLE001 - whatever a job does, it must end in a state that people see
        _log.exception("job failed", extra={"job": str(job.pk)})
        _finish(job, state=Job.State.FAILED, error="internal")
    analyze_tables()  # a job may have filled them


@task()
def run_job(job_id: str) -> None:
    """Do a job: the one task that the queue knows."""
    perform(job_id)
