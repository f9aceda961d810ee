"""A worker in a thread takes jobs while the server answers."""

import time

import pytest

from linli.web.audit.actor import system_actor
from linli.web.jobs import registry, services
from linli.web.jobs.models import Job
from linli.web.jobs.worker import work_in_thread


@pytest.mark.django_db(transaction=True)
def test_in_a_thread(monkeypatch):
    monkeypatch.setitem(registry.KINDS, "test.quick", lambda _: {"ok": True})
    worker = work_in_thread()
    try:
        job = services.job_enqueue("test.quick", actor=system_actor("test"))
        limit = time.monotonic() + 20
        while time.monotonic() < limit and Job._all.get(pk=job.pk).state != "done":
            time.sleep(0.1)
        assert Job._all.get(pk=job.pk).state == "done"
    finally:
        worker.running = False
        time.sleep(1.2)
