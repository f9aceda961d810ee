import pytest

from linli.web.accounts.selectors import (
    active_people,
    deputies_of,
    grantable_places,
    grants_of,
    list_grants,
    list_organisations,
    list_people,
    place_names,
    place_trail,
    places_below,
)

pytestmark = pytest.mark.django_db


def test_everything_goes_through_the_gate(people):
    district = people["security_admin@district"]
    assert all(p.organisation.place.startswith("3301/330105/") for p in list_people(district))
    assert all(g.place.startswith("3301/330105/") for g in list_grants(district))
    assert all(o.place.startswith("3301/330105/") for o in list_organisations(district))
    assert {p.path for p in grantable_places(district)} == {p.path for p in places_below(district, "people", "grant")}
    for reader in (list_grants, list_organisations):
        assert not reader(people["nobody"]).exists()
    assert active_people() == len(people)


def test_one_sees_the_own_grants_and_deputies(people):
    worker = people["community_worker@community"]
    assert [grant.role for grant in grants_of(worker, worker)] == ["community_worker"]
    assert not grants_of(worker, people["planner@city"]).exists()
    assert not deputies_of(worker, worker).exists()


def test_names_of_places(city):
    path = city.at["street"]
    assert [place.name for place in place_trail(path)] == ["示范市", "示范区", "和睦街道"]
    assert place_trail("") == []
    assert place_names([path, "3301/", "9/", ""]) == {path: "示范区 › 和睦街道", "3301/": "示范市", "9/": "9/"}
    assert place_names([path], "en")[path] == "North District › Hemu Street"
