import pytest

from linli.web.api import ROUTERS, api

pytestmark = pytest.mark.django_db


def test_who_i_am(city, enter):
    answer = enter(city.user("planner", username="li")).get("/api/v1/me").json()
    assert answer["username"] == "li"
    assert (answer["roles"], answer["places"]) == (["planner"], ["3301/"])


def test_its_description_is_for_who_is_signed_in(client, city, enter):
    assert client.get("/api/v1/openapi.json").status_code == 401
    assert "/api/v1/me" in enter(city.user()).get("/api/v1/openapi.json").json()["paths"]
    assert isinstance(ROUTERS, dict)
    assert api.title == "Linli"
