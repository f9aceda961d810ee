import pytest

from linli.web.accounts.models import Place
from linli.web.audit.actor import Actor
from linli.web.audit.models import Event
from linli.web.communities.services import bundle_request
from linli.web.jobs.models import Job
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db
DISTRICT = "3301/330105/"


def _ask(user, lang="zh"):
    return bundle_request(actor=Actor(user, "x"), place=Place.objects.get(path=DISTRICT), lang=lang, run=1)


def test_a_bundle_is_a_job_with_its_event(city):
    job = _ask(city.user("district_office", DISTRICT))
    assert (job.kind, job.place, job.subject) == ("communities.bundle", DISTRICT, "示范区")
    assert job.arguments == {"place": DISTRICT, "lang": "zh", "run": 1}
    assert Event._all.get().event == "jobs.job.create"


@pytest.mark.parametrize(("role", "place"), [("auditor", "3301/"), ("district_office", "3301/330106/")])
def test_the_second_wall(city, role, place):
    with pytest.raises(Refused):
        _ask(city.user(role, place))
    assert not Job._all.exists()


def test_a_language_must_be_one(city):
    with pytest.raises(Refused):
        _ask(city.user("city_office"), "fr")
