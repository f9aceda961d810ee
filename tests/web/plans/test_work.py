import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from linli.web.accounts.models import Place
from linli.web.audit.models import Event
from linli.web.jobs.models import Job
from linli.web.jobs.runner import CancelledError, perform
from linli.web.jobs.worker import load_work
from linli.web.plans import services, work
from linli.web.plans.apart import TroubleError
from linli.web.plans.models import DocumentSet, Study
from linli.web.plans.solver import obey
from linli.web.plans.work import order_of, result_folder

pytestmark = pytest.mark.django_db

DISTRICT = "3301/330199/"


@pytest.fixture(autouse=True)
def _kinds():
    load_work()


@pytest.fixture
def queued(studio, solved_files, monkeypatch):
    """A study that waits for its job, with the packs that its assessment was made with."""
    monkeypatch.setattr(work, "pack_folders", lambda: tuple((Path(pack), 10) for pack in solved_files.order.packs))
    one = studio.study()
    Study._all.filter(pk=one.pk).update(choices=solved_files.other_order.choices)
    one.refresh_from_db()
    return services.study_solve(actor=studio.actor(studio.who["planner"]), study=one, base_version=one.version)


@pytest.fixture
def here(solved_files):
    """Do an order for a study as if it were solved here: what the process would leave, without its work."""

    def do(order, progress):
        progress("solving", 0.5)
        if not Path(order.out).exists():
            shutil.copytree(solved_files.other, order.out)
        return json.loads((Path(order.out) / "done.json").read_text(encoding="utf-8"))

    return do


def test_an_order_names_everything_and_the_communities_of_a_smaller_place(studio, tmp_path):
    one = studio.study()
    place = Place.objects.get(path=DISTRICT)
    order = order_of(one, "solve", place, tmp_path, ())
    assert set(order.communities) == set(studio.paths)
    assert order.place == {"code": "330199", "name": "邻里示范区"}
    assert order.catalogue_version == studio.run.catalogue_version
    city = Place.objects.get(path="3301/")
    assert order_of(one, "solve", city, tmp_path, ()).communities is None


def test_a_result_is_named_by_everything_it_depends_on(studio):
    one = studio.study()
    first = result_folder(one, ())
    assert first.name.startswith(f"{one.number}-")
    assert result_folder(one, ()) == first
    one.choices = {"improve": {}}
    assert result_folder(one, ()) != first


def test_a_study_is_solved_by_its_job_and_once(queued, here, monkeypatch):
    monkeypatch.setattr(work, "do_apart", here)
    perform(str(queued.job))
    queued.refresh_from_db()
    job = Job._all.get(pk=queued.job)
    assert (job.state, queued.state) == ("done", "solved")
    assert job.result == {"study": queued.number, "status": "optimal"}
    assert queued.measures.count() == queued.projects > 0
    assert (queued.path / "proposal" / "proposal.json").is_file()
    count = Event._all.count()
    Job._all.filter(pk=job.pk).update(state="queued")  # the worker was killed after all was stored: begun again
    perform(str(queued.job))
    assert Event._all.count() == count
    assert queued.measures.count() == queued.projects


def test_a_job_killed_before_it_stored_leaves_one_set_when_it_begins_again(queued, here, monkeypatch):
    monkeypatch.setattr(work, "do_apart", here)
    store = services.study_store

    def killed(**known):
        store(**known)
        Study._all.filter(pk=queued.pk).update(state="queued")
        raise SystemExit

    monkeypatch.setattr(work.services, "study_store", killed)
    with pytest.raises(SystemExit):
        perform(str(queued.job))
    monkeypatch.setattr(work.services, "study_store", store)
    Job._all.filter(pk=queued.job).update(state="queued")
    perform(str(queued.job))
    queued.refresh_from_db()
    assert queued.state == "solved"
    assert queued.measures.count() == queued.projects


def test_trouble_is_kept_on_the_study_and_fails_the_job(queued, monkeypatch):
    def trouble(order, progress):
        raise TroubleError({"kind": "input", "zh": "规则已变", "en": "rules have changed"})

    monkeypatch.setattr(work, "do_apart", trouble)
    perform(str(queued.job))
    queued.refresh_from_db()
    assert (queued.state, queued.message["zh"]) == ("failed", "规则已变")
    assert Job._all.get(pk=queued.job).error == "规则已变"


def test_cancelling_makes_a_draft_again(queued, monkeypatch):
    def cancelled(order, progress):
        raise CancelledError

    monkeypatch.setattr(work, "do_apart", cancelled)
    perform(str(queued.job))
    queued.refresh_from_db()
    assert (queued.state, Job._all.get(pk=queued.job).state) == ("draft", "cancelled")


def test_a_what_if_is_answered_by_its_job(studio, monkeypatch):
    one = studio.solved("other")
    by, orders = studio.actor(studio.who["planner"]), []

    def answer(order, progress):
        orders.append(order)
        return {"before": {}, "after": {"status": "optimal"}, "clash": []}

    question = services.question_ask(actor=by, study=one, forbid=["room:a:b"], budget_yuan=Decimal("12.50"))
    monkeypatch.setattr(work, "do_apart", answer)
    perform(str(question.job))
    question.refresh_from_db()
    assert (question.state, question.result["after"]) == ("done", {"status": "optimal"})
    assert orders[0].question == {"force_in": [], "forbid": ["room:a:b"], "budget_yuan": 12.5}
    assert orders[0].packs == (str(one.path / "packs" / "illustrative"),)
    Job._all.filter(pk=question.job).update(state="queued")
    perform(str(question.job))
    assert len(orders) == 1


def test_a_what_if_that_cannot_be_asked_says_why(studio, monkeypatch):
    def trouble(order, progress):
        raise TroubleError({"kind": "input", "zh": "没有此选项", "en": "there is no such option"})

    one = studio.solved("other")
    wrong = services.question_ask(actor=studio.actor(studio.who["planner"]), study=one, force_in=["room:no:such"])
    monkeypatch.setattr(work, "do_apart", trouble)
    perform(str(wrong.job))
    wrong.refresh_from_db()
    assert (wrong.state, wrong.message["zh"]) == ("failed", "没有此选项")


def test_documents_are_written_by_their_job(studio, settings, monkeypatch):
    one = studio.solved()
    by = studio.actor(studio.who["planner"])
    asked = services.documents_request(actor=by, study=one, place=DISTRICT)
    orders = []

    def write(order, progress):
        orders.append(order)
        out = Path(order.out)
        (out / "district-plan").mkdir(parents=True)
        (out / "plan.xlsx").write_bytes(b"PK")
        (out / "district-plan" / "x-zh.docx").write_bytes(b"PK2")
        return {"files": ["plan.xlsx", "district-plan/x-zh.docx"], "pdf": False}

    monkeypatch.setattr(work, "do_apart", write)
    perform(str(asked.job))
    asked.refresh_from_db()
    assert asked.state == "done"
    assert [(one["name"], one["size"]) for one in asked.files] == [("plan.xlsx", 2), ("district-plan/x-zh.docx", 3)]
    assert (asked.path / "plan.xlsx").is_file()
    order = orders[0]
    assert order.task == "documents"
    assert order.packs == (str(one.path / "packs" / "illustrative"),)  # those it was solved with
    assert order.report["organisation"] == studio.who["planner"].organisation.name
    assert order.question == {"study": str(one.path)}
    Job._all.filter(pk=asked.job).update(state="queued")
    perform(str(asked.job))
    assert len(orders) == 1
    assert DocumentSet._all.count() == 1


@pytest.mark.slow
def test_the_library_writes_the_documents_of_a_district(studio, tmp_path, solved_files):
    order = replace(
        solved_files.order, task="documents", out=str(tmp_path / "d"), question={"study": str(solved_files.plan)},
        report={"lang": ["zh", "en"], "pdf": False},
    )  # fmt: skip
    done = obey(order, lambda *_: None)
    assert {Path(name).suffix for name in done["files"]} == {".xlsx", ".gpkg", ".docx"}
    assert all((tmp_path / "d" / name).stat().st_size for name in done["files"])
    assert json.dumps(done)
