"""Jobs: asked for, done once, cancelled, failed, lost and found."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from linli.errors import LinliError
from linli.web.audit.actor import Actor
from linli.web.jobs import registry, runner, services
from linli.web.jobs.models import Job
from linli.web.jobs.pulse import worker_name
from linli.web.jobs.worker import load_work, make_worker, work
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db(transaction=True)


class FailsError(LinliError):
    pass


@pytest.fixture
def kinds(monkeypatch):
    monkeypatch.setattr(runner, "_WRITE_EVERY_S", 0.0)
    done = []

    def count(context, *, upto):
        for n in range(upto):
            context.progress(f"第 {n + 1} 步", n / upto)
        done.append(context.job_id)
        return {"counted": upto}

    def fail(context):
        raise FailsError("为什么")

    def crash(context):
        raise ZeroDivisionError

    for kind, function in {"test.count": count, "test.fail": fail, "test.crash": crash}.items():
        monkeypatch.setitem(registry.KINDS, kind, function)
    return done


@pytest.fixture
def actor(city):
    user = city.user("planner")
    return Actor(user, user.username)


def _ask(kind, actor, **arguments):
    return services.job_enqueue(kind, actor=actor, place="3301/", subject="x", arguments=arguments)


def test_the_worker_does_it_once(kinds, actor):
    job = _ask("test.count", actor, upto=3)
    work(until_empty=True)
    runner.perform(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result, job.percent, job.attempts) == ("done", {"counted": 3}, 100, 1)
    assert "第 3 步" in job.log
    assert kinds == [str(job.pk)]


def test_asking_is_rolled_back_with_the_transaction(kinds, actor):
    with pytest.raises(RuntimeError), transaction.atomic():
        _ask("test.count", actor, upto=1)
        raise RuntimeError
    assert not Job._all.exists()
    assert not DBTaskResult.objects.exists()


def test_an_unknown_kind_is_refused(actor):
    with pytest.raises(KeyError):
        _ask("test.unknown", actor)


@pytest.mark.parametrize(("kind", "error"), [("test.fail", "为什么"), ("test.crash", "internal")])
def test_failing_says_why(kinds, actor, kind, error):
    job = _ask(kind, actor)
    work(until_empty=True)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", error)


def test_what_waits_is_cancelled_at_once(kinds, actor):
    job = services.job_cancel(actor=actor, job=_ask("test.count", actor, upto=1))
    assert job.state == "cancelled"
    work(until_empty=True)
    assert kinds == []
    with pytest.raises(Refused):
        services.job_cancel(actor=actor, job=job)


def test_what_runs_stops_at_its_next_step(kinds, actor, monkeypatch):
    def cancels_itself(context):
        services.job_cancel(actor=actor, job=Job._all.get(pk=context.job_id))
        context.progress("下一步", 0.5)
        raise AssertionError

    monkeypatch.setitem(registry.KINDS, "test.cancel", cancels_itself)
    job = _ask("test.cancel", actor)
    work(until_empty=True)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_work_of_a_dead_worker_is_done_by_another(kinds, actor):
    job = _ask("test.count", actor, upto=1)
    DBTaskResult.objects.all().delete()
    silent = timezone.now() - timedelta(seconds=services.SILENT_S + 1)
    Job._all.filter(pk=job.pk).update(state="running", seen_at=silent, attempts=1)
    work(until_empty=True)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_after_three_attempts_it_has_failed(kinds, actor):
    job = _ask("test.count", actor, upto=1)
    Job._all.filter(pk=job.pk).update(state="running", seen_at=None, attempts=3)
    assert services.jobs_requeue_lost() == 0
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "lost")


def test_a_worker_that_lives_keeps_its_job(kinds, actor):
    job = _ask("test.count", actor, upto=1)
    Job._all.filter(pk=job.pk).update(state="running", seen_at=timezone.now())
    assert services.jobs_requeue_lost() == 0


def test_a_worker_of_this_machine_that_is_no_more_is_not_waited_for(kinds, actor):
    job = _ask("test.count", actor, upto=1)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    worker = worker_name().split(":")[0] + f":{dead.pid}:0"
    Job._all.filter(pk=job.pk).update(state="running", seen_at=timezone.now(), worker=worker, attempts=1)
    work(until_empty=True)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.worker) == ("done", 2, worker_name())


def test_a_job_whose_task_was_taken_by_a_worker_that_died_before_claiming_it_waits_again(kinds, actor):
    job = _ask("test.count", actor, upto=1)
    assert services.jobs_requeue_lost() == 0
    DBTaskResult.objects.update(status="RUNNING")
    work(until_empty=True)
    job.refresh_from_db()
    assert (job.state, kinds) == ("done", [str(job.pk)])


def test_the_worker_knows_every_app(kinds):
    load_work()
    assert make_worker(until_empty=True).batch
