"""The jobs: checking, freezing (again after a dead worker), reminding."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from linli.survey import load_snapshot
from linli.web.audit.models import Event
from linli.web.jobs.models import Job
from linli.web.jobs.registry import KINDS
from linli.web.jobs.runner import perform
from linli.web.places.models import Record
from linli.web.surveys import services, work
from linli.web.surveys.models import BulkLayer, Finding, Return, Round, Snapshot

pytestmark = pytest.mark.django_db


def actor(user):
    from linli.web.audit.actor import Actor

    return Actor(user, user.username, "127.0.0.1", "test")


@pytest.fixture
def followed(monkeypatch):
    told = []
    monkeypatch.setattr(work, "AFTER_FREEZE", [lambda who, snapshot: told.append((who.name, snapshot.digest))])
    return told


def freeze(demo):
    demo.round.refresh_from_db()
    job = services.round_freeze(
        actor=actor(demo.office), round_=demo.round, base_version=demo.round.version, reason="已齐"
    )
    perform(str(job.pk))
    job.refresh_from_db()
    return job


def test_the_kinds_of_work_are_known():
    assert {"surveys.check", "surveys.freeze", "surveys.remind"} <= set(KINDS)


def test_assessment_follows_a_freeze_once():
    from linli.web.assessments.services import run_after_freeze

    assert work.AFTER_FREEZE.count(run_after_freeze) == 1


def test_a_round_is_frozen_and_what_follows_is_asked_for(demo, followed):
    job = freeze(demo)
    assert (job.state, job.error) == ("done", "")
    snapshot = Snapshot._all.get()
    assert job.result == {"digest": snapshot.digest, "errors": 0}
    assert followed == [("demo-office", snapshot.digest)]
    assert load_snapshot(snapshot.path).manifest.digest == snapshot.digest
    assert snapshot.rows["facilities"] == len(demo.survey.layers["facilities"])
    demo.round.refresh_from_db()
    assert (demo.round.state, demo.round.checked["errors"]) == ("frozen", 0)
    event = Event._all.get(event="surveys.round.freeze")
    assert (event.reason, event.actor_name, event.address) == ("已齐", "demo-office", "127.0.0.1")


@pytest.mark.parametrize("dies_in", ["write_snapshot", "snapshot_add", "after"])
def test_a_worker_that_dies_leaves_nothing_half_done(demo, followed, monkeypatch, dies_in):
    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    whole = getattr(work, dies_in, None)
    with monkeypatch.context() as patch:
        if dies_in == "after":
            # Killed when all is done but the job's own end is not written.
            def after(*args, **values):
                real(*args, **values)
                raise Killed

            real = KINDS["surveys.freeze"]
            patch.setitem(KINDS, "surveys.freeze", after)
        else:
            patch.setattr(work, dies_in, die)
        with pytest.raises(Killed):
            freeze(demo)
    before = Snapshot._all.first()
    assert (before is None) is (dies_in != "after")
    assert whole is None or getattr(work, dies_in) is whole
    job = Job._all.get(kind="surveys.freeze")
    assert job.state == "running"
    Job._all.filter(pk=job.pk).update(state="queued")
    perform(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    snapshot = Snapshot._all.get()
    assert before is None or before == snapshot
    assert len(followed) == 1
    assert [one.name for one in snapshot.path.parent.iterdir()] == [snapshot.digest]
    assert Event._all.filter(event="surveys.round.freeze").count() == 1


def test_errors_leave_the_round_in_review_with_findings(demo, followed):
    row = Record._all.filter(layer="facilities").first()
    row.values["floor_area_m2"] = -5
    row.save()
    job = freeze(demo)
    assert job.state == "failed"
    assert "1 处错误" in job.error
    demo.round.refresh_from_db()
    assert (demo.round.state, demo.round.checked["errors"]) == ("review", 1)
    assert Finding._all.get(severity="error").key == row.key
    assert not Snapshot._all.exists()
    assert followed == []
    row.values["floor_area_m2"] = 50
    row.save()
    assert freeze(demo).state == "done"


def test_a_check_freezes_nothing(demo):
    job = services.round_check(actor=actor(demo.office), round_=demo.round)
    perform(str(job.pk))
    job.refresh_from_db()
    assert job.state == "done"
    assert job.result["errors"] == 0
    demo.round.refresh_from_db()
    assert demo.round.state == "review"
    assert demo.round.checked["job"] == str(job.pk)
    assert Finding._all.filter(round=demo.round).count() > 0
    assert not Snapshot._all.exists()


def test_who_lost_the_right_freezes_nothing(demo, followed):
    job = services.round_freeze(actor=actor(demo.office), round_=demo.round, base_version=2, reason="已齐")
    demo.office.grants.update(revoked_at=timezone.now())
    perform(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    assert not Snapshot._all.exists()


def test_a_lost_bulk_file_is_said(demo):
    BulkLayer._all.get(layer="streets").path.unlink()
    job = freeze(demo)
    assert job.state == "failed"
    assert "批量图层文件" in job.error


# Reminders ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def late(case, settings):
    day = timezone.localdate() - dt.timedelta(days=3)
    made = case.open(begins=day, due=day)
    config = settings.SITE.config.model_copy(update={"smtp_url": "smtp://localhost:25"})
    settings.SITE = settings.SITE.model_copy(update={"config": config})
    for name in ("worker", "street"):
        case.who[name].email = f"{name}@example.org"
        case.who[name].save()
    return made


def test_people_of_late_communities_are_written_to_once(case, late):
    job = services.reminders_send(actor=actor(case.who["street"]), round_=late)
    perform(str(job.pk))
    job.refresh_from_db()
    assert job.result == {"sent": 2, "without_address": 0}
    assert sorted(tuple(one.to) for one in mail.outbox) == [
        ("street@example.org",), ("street@example.org", "worker@example.org"),
    ]  # fmt: skip
    assert "和睦社区：2026年调查已逾期 3 天" in next(one for one in mail.outbox if len(one.to) == 2).subject
    assert "3 days late" in mail.outbox[0].body
    # The worker died after the last e-mail: nobody gets another.
    Job._all.filter(pk=job.pk).update(state="queued")
    perform(str(job.pk))
    assert len(mail.outbox) == 2


def test_who_has_no_address_is_counted(case, late):
    case.who["street"].email = ""
    case.who["street"].save()
    Return._all.filter(place__contains="330105011002").update(state="returned")
    job = services.reminders_send(actor=actor(case.who["street"]), round_=late)
    perform(str(job.pk))
    job.refresh_from_db()
    assert job.result == {"sent": 1, "without_address": 1}
    assert Round._all.get().state == "open"
