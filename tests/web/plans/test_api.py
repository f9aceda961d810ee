"""The API of plans reads through the same gate."""

import pytest

from linli.web.plans import services

pytestmark = pytest.mark.django_db


def test_studies_and_measures_are_given_by_number(studio, enter):
    one, draft = studio.solved(), studio.study()
    client = enter(studio.who["planner"])
    page = client.get("/api/v1/plans?state=solved").json()
    assert (page["total"], page["items"][0]["number"]) == (1, one.number)
    assert page["items"][0]["cost_yuan"] == str(one.cost_yuan)
    assert client.get(f"/api/v1/plans/{draft.number}").json()["residents"] is None
    found = client.get(f"/api/v1/plans/{one.number}/measures?limit=200").json()
    assert found["total"] == len(found["items"]) == one.projects
    assert found["items"][0]["community_id"].isdigit()
    assert any(row["subsidy_yuan"] is None for row in found["items"])
    assert "id" not in found["items"][0]


def test_what_is_in_force_and_planned(studio, enter):
    one = studio.solved()
    client = enter(studio.who["office"])
    assert client.get("/api/v1/plans/measures").json() == {"total": 0, "items": []}
    assert client.get("/api/v1/plans/planned").json() == []
    services.study_adopt(actor=studio.actor(studio.who["office"]), study=one, base_version=one.version, reason="x")
    assert client.get("/api/v1/plans/measures").json()["total"] == one.projects
    planned = client.get("/api/v1/plans/planned").json()
    assert sum(float(row["subsidy_yuan"]) for row in planned) == pytest.approx(float(one.subsidy_yuan))


def test_another_districts_are_not_there(studio, enter):
    one = studio.solved()
    client = enter(studio.city.user("district_office", "3301/330106/"))
    assert client.get("/api/v1/plans").json() == {"total": 0, "items": []}
    assert client.get(f"/api/v1/plans/{one.number}").status_code == 404
    assert client.get(f"/api/v1/plans/{one.number}/measures").status_code == 404


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "offset=-1", "limit=x"])
def test_paging_is_checked(studio, enter, query):
    assert enter(studio.who["planner"]).get(f"/api/v1/plans?{query}").status_code == 422


def test_nobody_is_told_to_sign_in(client, db):
    assert client.get("/api/v1/plans").status_code == 401
