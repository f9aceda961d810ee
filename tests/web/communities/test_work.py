import hashlib
import zipfile

import pytest

from linli.web.accounts.models import Place
from linli.web.audit.actor import Actor
from linli.web.communities import work
from linli.web.communities.services import bundle_request
from linli.web.jobs.models import Job
from linli.web.jobs.runner import perform

pytestmark = pytest.mark.django_db
DISTRICT = "3301/330199/"


@pytest.fixture
def paper(monkeypatch, tmp_path):
    """A profile is any file: what is tested is the packing."""

    def make(run, code, lang):
        if code == "330199001001":
            raise KeyError(code)
        file = tmp_path / f"{code}-{lang}.pdf"
        file.write_bytes(b"%PDF " + code.encode())
        return file

    monkeypatch.setattr(work, "profile_pdf", make)


def _bundle(world, user):
    job = bundle_request(actor=Actor(user, "x"), place=Place.objects.get(path=DISTRICT), lang="en", run=world.run.pk)
    perform(str(job.pk))
    return Job._all.get(pk=job.pk)


def test_all_profiles_are_packed_and_those_that_are_missing_are_named(world, paper):
    job = _bundle(world, world.city.user("city_office"))
    assert job.state == Job.State.DONE
    file = work.bundle_file(str(job.pk))
    with zipfile.ZipFile(file) as packed:
        names = packed.namelist()
        assert packed.read(names[0]).startswith(b"%PDF")
    assert len(names) == job.result["profiles"] == 11
    assert len(job.result["missing"]) == 1
    assert all(name[:12].isdigit() and name.endswith(".pdf") for name in names)
    assert job.result["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert job.result["href"] == f"/communities/bundles/{job.pk}/"


def test_begun_again_it_leaves_the_same_file(world, paper):
    job = _bundle(world, world.city.user("city_office"))
    before = work.bundle_file(str(job.pk)).read_bytes()
    Job._all.filter(pk=job.pk).update(state=Job.State.QUEUED)
    perform(str(job.pk))
    assert work.bundle_file(str(job.pk)).read_bytes() == before


def test_nobody_gets_more_than_they_may_take(world, paper):
    user = world.city.user("city_office")
    job = bundle_request(actor=Actor(user, "x"), place=Place.objects.get(path=DISTRICT), lang="zh", run=world.run.pk)
    user.grants.update(place=list(world.paths.values())[3], role="street")
    perform(str(job.pk))
    assert Job._all.get(pk=job.pk).result["profiles"] == 1
