"""Whether a job's worker is alive: a sign of life while it works, and a name by which a dead process is known.

A job that is silent for long has lost its worker; one whose worker ran on this machine and is no more is found at once.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections
from django.utils import timezone

from linli.web.jobs.models import Job

__all__ = ["is_gone", "keep_alive", "worker_name"]

_EVERY_S = 20.0
_BOOT = uuid.uuid4().hex[:12]
"""Tells this process from an earlier one with the same number."""


def worker_name() -> str:
    """Return the name of this process: machine, number, and what tells it from an earlier one of that number."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}:{_BOOT}"


def _runs(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # a signal that only asks does not exist there; silence will tell
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_gone(name: str) -> bool:
    """Return whether a process is known to be no more.

    Parameters
    ----------
    name
        As `worker_name` gave it; empty or of another machine = not known.

    Returns
    -------
    bool
        True only if it ran on this machine and does not any longer.
    """
    host, _, rest = name.rpartition(":")[0].rpartition(":")
    boot = name.rpartition(":")[2]
    if not rest.isdigit() or host != socket.gethostname()[:80] or boot == _BOOT:
        return False
    return int(rest) == os.getpid() or not _runs(int(rest))


def _say_so(job_id: str, over: threading.Event) -> None:
    while not over.wait(_EVERY_S):
        try:
            Job._all.filter(pk=job_id, state=Job.State.RUNNING).update(seen_at=timezone.now())
        except DatabaseError:
            continue  # somebody writes at length; the next sign may get through
        finally:
            connections.close_all()


@contextmanager
def keep_alive(job_id: str) -> Iterator[None]:
    """Give signs of life for a job while the block runs, also through stages that tell nothing.

    Parameters
    ----------
    job_id
        The job's key.
    """
    over = threading.Event()
    thread = threading.Thread(target=_say_so, args=(job_id, over), daemon=True, name="pulse")
    thread.start()
    try:
        yield
    finally:
        over.set()
