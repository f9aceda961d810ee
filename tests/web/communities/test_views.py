import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_profile_names_the_community_and_leads_up(city, enter):
    client = enter(city.user("city_office"))
    page = client.get(reverse("communities:profile", args=["330105011001"])).content.decode()
    assert "<h1>和睦社区</h1>" in page
    assert reverse("communities:district", args=["330105"]) in page
    assert reverse("communities:street", args=["330105011"]) in page


def test_what_lies_outside_is_not_there(city, enter):
    client = enter(city.user("street", "3301/330105/330105011/"))
    assert client.get(reverse("communities:profile", args=["330105011001"])).status_code == 200
    assert client.get(reverse("communities:profile", args=["330106003001"])).status_code == 404
    assert client.get(reverse("communities:profile", args=["330105"])).status_code == 404
    assert client.get(reverse("communities:district", args=["330105"])).status_code == 404
    assert enter(city.user("security_admin")).get(reverse("communities:overview")).status_code == 403


def test_the_overview_leads_to_districts(city, enter):
    page = enter(city.user("city_office")).get(reverse("communities:overview")).content.decode()
    assert reverse("communities:district", args=["330105"]) in page
