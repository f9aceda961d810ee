import pytest

from linli.web.imports.models import Batch
from linli.web.imports.services import batch_send
from linli.web.imports.work import check_batch
from linli.web.jobs.models import Job
from linli.web.jobs.registry import KINDS, Context
from linli.web.jobs.runner import CancelledError, perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(kit, street, as_actor):
    return batch_send(actor=as_actor(street), place=kit.STREET, name="a.xlsx", data=kit.book(kit.line("N1")))


def test_the_check_is_a_kind_of_job(sent):
    assert KINDS["imports.check"] is check_batch
    perform(str(sent.job_id))
    job = Job._all.get(pk=sent.job_id)
    assert (job.state, job.result["state"], job.result["new"], job.result["batch"]) == ("done", "ready", 1, sent.number)
    stages = ("read", "beside", "compare", "store")
    assert [stage for _, stage in job.log_lines] == [f"imports.stage.{stage}" for stage in stages]


def test_a_cancelled_check_leaves_the_batch_to_be_checked_again(sent):
    Job._all.filter(pk=sent.job_id).update(cancel_asked=True)
    perform(str(sent.job_id))
    assert Job._all.get(pk=sent.job_id).state == "cancelled"
    assert Batch._all.get(pk=sent.pk).is_stuck


def test_a_worker_that_is_killed_is_followed_by_one_that_begins_again(sent):
    def killed(stage, _fraction):
        if stage == "imports.stage.store":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_batch(Context("1", None, killed), batch=sent.pk)
    assert Batch._all.get(pk=sent.pk).state == "checking"
    assert check_batch(Context("1", None, lambda *_: None), batch=sent.pk)["state"] == "ready"


def test_whatever_goes_wrong_is_told(sent):
    def stop(_stage, _fraction):
        raise CancelledError

    with pytest.raises(CancelledError):
        check_batch(Context("1", None, stop), batch=sent.pk)
    assert Batch._all.get(pk=sent.pk).state == "stopped"
