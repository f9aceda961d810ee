import pytest

from linli.web.jobs.runner import perform


@pytest.mark.django_db
def test_nothing_is_done_for_a_job_that_is_not_there():
    perform("00000000-0000-0000-0000-000000000000")
