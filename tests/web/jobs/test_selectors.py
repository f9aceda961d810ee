import pytest

from linli.web.jobs.models import Job
from linli.web.jobs.selectors import job_counts, jobs_of, list_jobs


@pytest.mark.django_db
def test_own_jobs_and_those_one_watches_over(city):
    worker, office = city.user("community_worker", city.at["community"]), city.user("city_office")
    mine = Job._all.create(kind="a.b", requested_by=worker, place=city.at["community"])
    other = Job._all.create(kind="a.b", requested_by=office, place="3301/")
    assert list(jobs_of(worker)) == list(list_jobs(worker)) == [mine]
    assert set(list_jobs(office)) == {mine, other}
    assert not list_jobs(worker, "cancel").exists()
    assert job_counts()["queued"] == 2
