from datetime import timedelta

from django.utils import timezone

from linli.web.jobs.models import Job


def test_how_much_and_how_long():
    job = Job(kind="a.b", state="running", fraction=0.25, started_at=timezone.now() - timedelta(seconds=10))
    assert (job.percent, job.seconds_left, job.is_over, str(job)) == (25, 30, False, "a.b")
    assert Job(kind="a.b", fraction=None).percent is None
    assert Job(kind="a.b", state="queued").seconds_left is None
