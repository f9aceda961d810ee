"""The API of projects reads through the same gate."""

import pytest

pytestmark = pytest.mark.django_db


def test_projects_are_listed_and_given_by_number(case, enter):
    project = case.bring(case.project(), "district_review")
    client = enter(case.who["district"])
    page = client.get("/api/v1/projects?state=district_review").json()
    assert page["total"] == 1
    assert page["items"][0]["state_zh"] == "区级初审"
    one = client.get(f"/api/v1/projects/{project.number}").json()
    assert (one["number"], one["area_m2"]) == ("CJ-2026-0001", "10000.00")
    assert "id" not in one
    moves = client.get(f"/api/v1/projects/{project.number}/moves").json()
    assert [move["transition"] for move in moves] == ["submit"]


def test_another_districts_are_not_there(case, enter):
    project = case.project()
    client = enter(case.city.user("district_office", "3301/330106/"))
    assert client.get("/api/v1/projects").json() == {"total": 0, "items": []}
    assert client.get(f"/api/v1/projects/{project.number}").status_code == 404
    assert client.get(f"/api/v1/projects/{project.number}/moves").status_code == 404


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "offset=-1", "limit=x"])
def test_paging_is_checked(case, enter, query):
    assert enter(case.who["city"]).get(f"/api/v1/projects?{query}").status_code == 422


def test_nobody_is_told_to_sign_in(client, db):
    assert client.get("/api/v1/projects").status_code == 401
