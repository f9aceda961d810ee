"""The worker: takes jobs from the queue, one after another, in a process of its own or a thread of `serve`."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import threading
import time
import uuid

from django.apps import apps
from django.db import OperationalError, connections
from django_tasks_db.management.commands.db_worker import Worker

from linli.web.jobs.services import jobs_requeue_lost

__all__ = ["load_work", "make_worker", "work", "work_in_thread"]

_log = logging.getLogger("linli.jobs")

_LOOK_EVERY_S = 60
_POLL_S = 0.5
_AGAIN_S = 5.0


def load_work() -> None:
    """Import `work.py` of every app, which registers its kinds of jobs."""
    for config in apps.get_app_configs():
        name = f"{config.name}.work"
        if config.name.startswith("linli.") and importlib.util.find_spec(name):
            importlib.import_module(name)


def make_worker(*, until_empty: bool = False) -> Worker:
    """Return a worker of the queue.

    Parameters
    ----------
    until_empty
        Whether it stops when nothing is left to do.

    Returns
    -------
    Worker
        `run` starts it; setting `running` to False stops it after the job at hand.
    """
    return Worker(
        queue_names=["default"],
        interval=_POLL_S,
        batch=until_empty,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=uuid.uuid4().hex,
        excluded_queue_names=[],
    )


def _look_for_lost(worker: Worker) -> None:
    """Look once a minute, until the worker is told to stop."""
    waited = 0.0
    while worker.running:
        time.sleep(_POLL_S)
        waited += _POLL_S
        if waited < _LOOK_EVERY_S:
            continue
        waited = 0.0
        try:
            jobs_requeue_lost()
        except OperationalError:
            _log.warning("could not look for lost jobs", exc_info=True)
        finally:
            connections.close_all()


def work(*, until_empty: bool = False) -> None:
    """Work until stopped by Ctrl+C or a signal (or until nothing is left), beginning with what a dead worker left.

    Parameters
    ----------
    until_empty
        Whether to stop when nothing is left to do.
    """
    load_work()
    jobs_requeue_lost()
    worker = make_worker(until_empty=until_empty)
    if until_empty:
        worker.run()
        return
    worker.configure_signals()
    threading.Thread(target=_look_for_lost, args=(worker,), daemon=True, name="lost-jobs").start()
    try:
        worker.run()
    finally:
        worker.running = False


def work_in_thread() -> Worker:
    """Work in a thread beside the server. If it fails it begins again after a moment.

    Returns
    -------
    Worker
        Set its `running` to False to stop it.
    """
    load_work()
    worker = make_worker()

    def loop() -> None:
        while worker.running:
            try:
                jobs_requeue_lost()
                worker.run()
            except Exception:  # noqa: BLE001 - the worker outlives whatever stops it
                _log.exception("the worker stopped and begins again")
                time.sleep(_AGAIN_S)
            finally:
                connections.close_all()

    threading.Thread(target=loop, daemon=True, name="worker").start()
    threading.Thread(target=_look_for_lost, args=(worker,), daemon=True, name="lost-jobs").start()
    return worker
