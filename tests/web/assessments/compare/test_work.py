import shutil
from pathlib import Path

import pytest

from linli.feedback import load_outcome
from linli.web.assessments.compare import services, work
from linli.web.assessments.models import Comparison, Loss, Run
from linli.web.audit.actor import Actor
from linli.web.jobs.models import Job
from linli.web.jobs.runner import CancelledError, perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(later):
    office = later.city.user("city_office", "3301/")
    actor = Actor(office, office.username, "127.0.0.1", "test")
    return services.comparison_request(actor=actor, before=later.run, after=later.second)


def test_a_job_leaves_tables_workbooks_and_rows_however_often_it_begins(compared, settings):
    one = compared.comparison
    assert (one.state, one.circle_m, one.unit) == (Comparison.State.DONE, 300.0, "residents")
    assert one.folder == f"comparisons/{one.digest}"
    assert {path.name for path in one.path.iterdir()} >= {"compare.zh.xlsx", "compare.en.md", "doubtful.csv"}
    n = Loss._all.count()
    Job._all.filter(pk=one.job).update(state=Job.State.QUEUED)
    perform(str(one.job))
    assert Job._all.get(pk=one.job).result == {"comparison": one.pk, "state": "done"}
    assert Loss._all.count() == n
    assert [path.name for path in (Path(settings.MEDIA_ROOT) / work.FOLDER).iterdir()] == [one.digest]


def test_killed_half_way_it_begins_again_and_leaves_nothing_beside(asked, monkeypatch, settings):
    store = work.comparison_store
    monkeypatch.setattr(work, "comparison_store", lambda **_: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        perform(str(asked.job))
    base = Path(settings.MEDIA_ROOT) / work.FOLDER
    shutil.copytree(next(base.iterdir()), base / f"part-{asked.pk}-1")
    monkeypatch.setattr(work, "comparison_store", store)
    Job._all.filter(pk=asked.job).update(state=Job.State.QUEUED)
    perform(str(asked.job))
    asked.refresh_from_db()
    assert asked.state == Comparison.State.DONE
    assert len(list(base.iterdir())) == 1
    assert not load_outcome(asked.path / "outcome").is_empty


def test_rounds_that_must_not_be_compared_are_refused_with_the_reason(asked, monkeypatch):
    real = work.tables_of

    def other_walk(run):
        from dataclasses import replace

        tables = real(run)
        if run.pk != asked.after_id:
            return tables
        options = tables.meta.options.model_copy(update={"person": "elder"})
        return replace(tables, meta=tables.meta.model_copy(update={"options": options}))

    monkeypatch.setattr(work, "tables_of", other_walk)
    perform(str(asked.job))
    asked.refresh_from_db()
    assert asked.state == Comparison.State.REFUSED
    note = next(note for note in asked.notes if note["severity"] == "error")
    assert (note["code"], note["column"], note["value"]) == ("compare.option", "person", "adult / elder")
    assert Job._all.get(pk=asked.job).state == Job.State.DONE
    assert not Loss._all.exists()


def test_lost_files_fail_it_and_say_so(asked, tmp_path):
    Run._all.filter(pk=asked.after_id).update(folder=str(tmp_path), digest="lost")
    perform(str(asked.job))
    asked.refresh_from_db()
    assert asked.state == Comparison.State.FAILED
    assert "assessment.json" in asked.notes[0]["en"]


def test_a_comparison_that_was_stopped_says_so(asked, monkeypatch):
    def stop(*_, **__):
        raise CancelledError

    monkeypatch.setattr(work, "compare_rounds", stop)
    perform(str(asked.job))
    asked.refresh_from_db()
    assert (asked.state, asked.notes[0]["code"]) == (Comparison.State.FAILED, "stopped")
