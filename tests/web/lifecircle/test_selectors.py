import pytest

from linli.web.accounts.models import Place
from linli.web.lifecircle.selectors import circle_place, circle_run, first_place, places_inside

pytestmark = pytest.mark.django_db


def test_places_are_those_of_the_jurisdiction(city):
    street = city.user("street", city.at["street"])
    assert circle_place(street, "330105011").path == city.at["street"]
    assert circle_place(street, "330105011001").path == city.at["community"]
    for code in ("330105", "3301", "330105012", "nowhere"):
        assert circle_place(street, code) is None
    assert first_place(street).path == city.at["street"]
    assert first_place(city.user("security_admin")) is None, "a right to other things is none to assessments"
    assert circle_place(city.user("security_admin"), "3301") is None


def test_below_are_the_next_level_only(city):
    user, top = city.user("city_office"), Place.objects.get(code="3301")
    assert [one.code for one in places_inside(user, top)] == ["330105", "330106"]
    assert [one.code for one in places_inside(user, Place.objects.get(code="330105011"))] == [
        "330105011001",
        "330105011002",
    ]


def test_a_run_is_shown_wherever_its_round_reaches(city, town):
    worker = city.user("community_worker", city.at["community"])
    assert circle_run(worker, Place.objects.get(code="330105011001")) == town
    assert circle_run(city.user("city_office"), Place.objects.get(code="3301")) == town


def test_data_are_of_the_run_that_their_page_was_made_from(city, town, kit):
    user = city.user("city_office")
    place = Place.objects.get(code="330105")
    assert circle_run(user, place, str(town.pk)) == town
    type(town)._all.filter(pk=town.pk).update(current=False)
    assert circle_run(user, place) is None
    assert circle_run(user, place, str(town.pk)) == town
    for number in ("0", "x", "-1", "²", str(town.pk + 1)):
        assert circle_run(user, place, number) is None
    type(town)._all.filter(pk=town.pk).update(place="3301/330106/")
    assert circle_run(user, place, str(town.pk)) is None, "it does not reach there"
