import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from linli.web.jobs import pulse
from linli.web.jobs.models import Job

HOST = socket.gethostname()[:80]


def test_this_process_lives_and_one_before_it_with_its_number_does_not():
    assert not pulse.is_gone(pulse.worker_name())
    assert pulse.is_gone(f"{HOST}:{os.getpid()}:another")


def test_a_process_that_ended_is_gone_and_one_that_runs_is_not():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = f"{HOST}:{child.pid}:x"
    assert not pulse.is_gone(name)
    child.communicate(b"\n")
    assert pulse.is_gone(name)


@pytest.mark.parametrize("name", ["", "elsewhere:1:x", f"{HOST}:one:x", "::"])
def test_what_is_not_known_is_not_gone(name):
    assert not pulse.is_gone(name)


@pytest.mark.django_db(transaction=True)
def test_a_stage_that_tells_nothing_still_gives_signs_of_life(monkeypatch):
    import threading

    monkeypatch.setattr(pulse, "_EVERY_S", 0.05)
    old = timezone.now() - timedelta(hours=1)
    job = Job._all.create(kind="test.x", state="running", seen_at=old)
    seen = threading.Event()
    with pulse.keep_alive(str(job.pk)):
        for _ in range(200):
            job.refresh_from_db()
            if job.seen_at > old or seen.wait(0.05):
                break
    assert job.seen_at > old
    ended = [t for t in threading.enumerate() if t.name == "pulse"]
    for thread in ended:
        thread.join(5)
    assert not any(thread.is_alive() for thread in ended)
