"""The API of the directory is for everybody."""

import pytest

pytestmark = pytest.mark.django_db


def test_published_versions_are_given_to_everybody(case, client):
    assert client.get("/api/v1/providers/directory").status_code == 404
    case.listed()
    found = client.get("/api/v1/providers/directory").json()
    assert (found["number"], found["listings"][0]["provider_id"]) == (1, "SP-00001")
    assert client.get("/api/v1/providers/directory/1").json() == found
    for number in (0, 2, 10**30, -1):
        assert client.get(f"/api/v1/providers/directory/{number}").status_code == 404
    assert client.get("/api/v1/providers/directory/x").status_code == 422
