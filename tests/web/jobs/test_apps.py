from linli.web.jobs.registry import KINDS


def test_every_kind_of_job_is_known_as_soon_as_the_site_is_up():
    assert "assessments.assess" in KINDS
