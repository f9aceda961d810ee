import pytest
from django.utils import timezone

from linli.web.surveys.models import Snapshot

pytestmark = pytest.mark.django_db

HEMU = "3301/330105/330105011/330105011001/"
API = "/api/v1"


def get(client, path, **query):
    return client.get(f"{API}{path}", query)


def test_rounds_and_returns_through_the_gate(case, enter):
    case.open()
    case.put("communities", "330105011001", HEMU, case.square(), households=3)
    worker = enter(case.who["worker"])
    found = get(worker, "/rounds").json()
    assert found["total"] == 1
    assert (found["items"][0]["code"], found["items"][0]["state"]) == ("2026", "open")
    assert get(worker, "/rounds/2026").json()["place"] == "3301/"
    returns = get(worker, "/rounds/2026/returns").json()
    assert returns["total"] == 1
    (one,) = returns["items"]
    assert (one["community_id"], one["known"], one["days_late"]) == ("330105011001", 2, 0)
    assert one["parts"][0] == {"name": "community", "known": 2, "asked": 13}
    assert get(enter(case.who["city"]), "/rounds/2026/returns", limit=2, offset=1).json()["total"] == 4
    assert get(enter(case.who["city"]), "/rounds/2026/returns", state="accepted").json() == {"total": 0, "items": []}
    assert get(enter(case.who["city"]), "/rounds", state="frozen").json()["total"] == 0


def test_what_lies_outside_is_not_there(case, enter):
    case.open("3301/330106/", "other")
    client = enter(case.who["street"])
    assert get(client, "/rounds").json()["total"] == 0
    for path in ("/rounds/other", "/rounds/other/returns", "/rounds/none"):
        assert get(client, path).status_code == 404
    assert get(enter(case.city.user("finance")), "/rounds").status_code == 403


def test_snapshots(case, enter):
    made = case.open()
    Snapshot._all.create(
        round=made, place="3301/", folder="snapshots/x", digest="d" * 64, rows={"rooms": 3}, code_version="0",
        at=timezone.now(),
    )  # fmt: skip
    client = enter(case.who["city"])
    assert get(client, "/snapshots").json()["items"][0]["rows"] == {"rooms": 3}
    assert get(client, "/snapshots/2026").json()["digest"] == "d" * 64
    assert get(enter(case.who["district"]), "/snapshots/2026").status_code == 404
    assert get(enter(case.who["district"]), "/snapshots").json()["total"] == 0


def test_nobody_gets_nothing(client):
    assert get(client, "/rounds").status_code == 401
