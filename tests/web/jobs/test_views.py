import pytest

from linli.web.jobs.models import Job


@pytest.mark.django_db
def test_progress_moves_until_it_is_over(city, enter):
    me = city.user("planner")
    job = Job._all.create(kind="a.b", requested_by=me, state="running", fraction=0.4, stage="计算")
    client = enter(me)
    page = client.get(f"/jobs/{job.pk}/progress/").content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert 'value="40"' in page
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 302
    Job._all.filter(pk=job.pk).update(state="done", result={"errors": 3, "run": 12345})
    page = client.get(f"/jobs/{job.pk}/progress/").content.decode()
    assert "hx-trigger" not in page
    assert "<dt>错误</dt><dd>3</dd>" in page
    assert "12345" not in page  # a key of the machine's
    client.post(f"/jobs/{job.pk}/cancel/")
    assert "任务已经结束" in client.get(f"/jobs/{job.pk}/").content.decode()
