import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines

from linli.web.accounts.models import Place
from linli.web.pages.place import crumbs_of, place_address

pytestmark = pytest.mark.django_db
HEMU = "3301/330105/330105011/330105011001/"


def test_a_place_has_a_page_of_its_level(city):
    found = {place.level: place_address(place) for place in Place.objects.filter(path__in=city.at.values())}
    assert found == {
        "city": "/communities/cities/3301/",
        "district": "/communities/districts/330105/",
        "street": "/communities/streets/330105011/",
        "community": "/communities/330105011001/",
    }
    assert place_address(Place(level="block", code="1")) == ""


def test_steps_outside_the_jurisdiction_lead_nowhere(city):
    steps = crumbs_of(city.user("street", "3301/330105/330105011/"), HEMU)
    assert [one.place.name for one in steps] == ["示范市", "示范区", "和睦街道", "和睦社区"]
    assert [bool(one.address) for one in steps] == [False, False, True, True]
    assert not any(one.address for one in crumbs_of(AnonymousUser(), HEMU))
    assert crumbs_of(city.user("city_office"), "") == []


def test_the_page_at_hand_is_marked(city):
    template = engines["django"].from_string("{% crumbs path True %}")
    drawn = template.render({"path": HEMU, "user": city.user("city_office")})
    assert drawn.count("<a ") == 3
    assert 'aria-current="page">和睦社区' in drawn


def test_a_name_leads_to_its_page_only_where_one_may_go(city):
    template = engines["django"].from_string("{% place_name place %}")
    place = Place.objects.get(path=HEMU)
    assert template.render({"place": place, "user": city.user("city_office")}).count("<a ") == 1
    for user in (city.user("operator"), AnonymousUser()):
        assert template.render({"place": place, "user": user}) == "和睦社区"
