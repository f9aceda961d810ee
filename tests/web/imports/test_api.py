import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.web.imports.models import Batch
from linli.web.jobs.runner import perform

pytestmark = pytest.mark.django_db
BASE = "/api/v1/batches"


@pytest.fixture
def mine(enter, street):
    return enter(street)


def send(mine, data, name="a.xlsx", place="330105011", **more):
    return mine.post(BASE, {"place": place, "file": SimpleUploadedFile(name, data), **more})


def test_a_file_is_sent_in_checked_by_a_job_and_read_back(mine, kit):
    answer = send(mine, kit.book(kit.line("N1", area="大"), kit.line("N2", east=120.1251)))
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["state"], made["place"], made["counts"]) == ("checking", kit.STREET, {})
    perform(str(Batch._all.get().job_id))
    found = mine.get(f"{BASE}/{made['number']}").json()
    assert found["state"] == "errors"
    assert found["counts"]["facilities"]["read"] == 2
    assert found["levels"][0]["name"] == "size"
    findings = mine.get(f"{BASE}/{made['number']}/findings").json()
    assert findings["total"] == 1
    one = findings["items"][0]
    assert (one["row"], one["column"], one["value"], one["allowed"]["en"]) == (
        2, "建筑面积", "大", "a number, 0 to 2,000,000 m²",
    )  # fmt: skip
    listed = mine.get(BASE, {"state": "errors", "limit": 1}).json()
    assert (listed["total"], listed["items"][0]["number"]) == (1, made["number"])
    assert mine.get(BASE, {"state": "ready"}).json()["total"] == 0


@pytest.mark.parametrize(
    ("more", "status"),
    [({"place": "330106003"}, 404), ({"place": "x" * 40}, 422), ({"datum": "mars"}, 422), ({"layer": "streets"}, 422),
     ({"name": "a.xls"}, 409), ({"name": "a.exe"}, 409)],
)  # fmt: skip
def test_what_cannot_be_taken_is_answered_plainly(mine, kit, more, status):
    answer = send(mine, kit.book(kit.line("N1")), **more)
    assert answer.status_code == status, answer.content
    assert not Batch._all.exists()


def test_others_see_nothing_of_it(mine, kit, enter, register):
    number = send(mine, kit.book(kit.line("N1"))).json()["number"]
    other = enter(register.user("street", "3301/330105/330105012/"))
    assert other.get(f"{BASE}/{number}").status_code == 404
    assert other.get(f"{BASE}/{number}/findings").status_code == 404
    assert other.get(BASE).json() == {"total": 0, "items": []}
    assert enter(register.user("finance", "3301/")).get(BASE).status_code == 403
    assert send(enter(register.user("auditor", "3301/")), b"x").status_code == 403
    other.logout()
    assert other.get(BASE).status_code == 401
