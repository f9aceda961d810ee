import shutil
from pathlib import Path

import pytest

from linli.assess import load_assessment
from linli.web.assessments import work
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.assessments.services import run_request
from linli.web.audit.actor import system_actor
from linli.web.jobs.models import Job
from linli.web.jobs.runner import CancelledError, perform
from linli.web.surveys.models import Snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(world, monkeypatch):
    """A second run of the round, and an engine that gives what is known already: what is tested is the keeping."""
    run = run_request(actor=system_actor("test"), snapshot=world.snapshot, options={"person": "elder"})
    tables = load_assessment(world.run.path)
    monkeypatch.setattr(work, "assess", lambda *_: tables)
    return run


def test_a_job_leaves_one_run_with_one_set_of_rows_however_often_it_begins(asked, settings):
    perform(str(asked.job))
    run = Run._all.get(pk=asked.pk)
    assert Job._all.get(pk=run.job).result == {"run": run.pk, "digest": run.digest}
    assert run.state == Run.State.DONE
    assert run.folder == f"assessments/{run.digest}"
    assert run.path == Path(settings.MEDIA_ROOT) / "assessments" / run.digest
    assert load_assessment(run.path).meta.unit == "residents"
    Job._all.filter(pk=run.job).update(state=Job.State.QUEUED)
    perform(str(asked.job))
    assert Job._all.get(pk=run.job).state == Job.State.DONE
    assert (ScoreRow._all.filter(run=run).count(), ItemRow._all.filter(run=run).count()) == (24, 840)
    assert [path.name for path in run.path.parent.iterdir()] == [run.digest]


def test_killed_between_files_and_rows_it_begins_again_and_leaves_nothing_beside(asked, monkeypatch, settings):
    store = work.run_store
    monkeypatch.setattr(work, "run_store", lambda **_: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        perform(str(asked.job))
    assert Run._all.get(pk=asked.pk).state == Run.State.QUEUED
    base = Path(settings.MEDIA_ROOT) / work.FOLDER
    (base / f".part-{asked.pk}.half").mkdir()
    shutil.copytree(next(base.glob("[0-9a-f]*")), base / f"part-{asked.pk}")
    monkeypatch.setattr(work, "run_store", store)
    Job._all.filter(pk=asked.job).update(state=Job.State.QUEUED)
    perform(str(asked.job))
    assert Run._all.get(pk=asked.pk).state == Run.State.DONE
    assert len(list(base.iterdir())) == 1


def test_data_that_were_changed_fail_the_run_and_say_so(asked, tmp_path):
    Snapshot._all.update(folder=str(tmp_path), digest="gone")
    perform(str(asked.job))
    run = Run._all.get(pk=asked.pk)
    assert run.state == Run.State.FAILED
    assert "not a snapshot" in run.notes[0]["en"]
    assert Job._all.get(pk=asked.job).state == Job.State.FAILED
    assert not ScoreRow._all.filter(run=run).exists()


@pytest.mark.parametrize("stop", [CancelledError, RuntimeError])
def test_a_run_that_was_stopped_says_so(asked, monkeypatch, stop):
    monkeypatch.setattr(work, "assess", lambda *_: (_ for _ in ()).throw(stop))
    perform(str(asked.job))
    run = Run._all.get(pk=asked.pk)
    assert (run.state, run.notes[0]["code"]) == (Run.State.FAILED, "stopped")


def test_the_engine_gets_the_runs_choices_and_the_sites_rules(asked, monkeypatch):
    seen = {}

    def engine(survey, catalogue, options, progress):
        seen.update(survey=survey.manifest.digest, options=options, rules=catalogue.version)
        progress("items", 0.5)
        raise CancelledError

    monkeypatch.setattr(work, "assess", engine)
    perform(str(asked.job))
    assert seen["options"].person == "elder"
    assert seen["survey"] == asked.snapshot.digest
    assert seen["rules"] == work.site_catalogue().version
