import json

import pytest
from django.urls import reverse

from linli.web.audit.models import Event

pytestmark = pytest.mark.django_db


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


DISTRICT = "330199"


def test_home_is_the_overview_for_those_who_may_see_assessments(world, enter):
    client = enter(world.city.user("city_office"))
    home, own = client.get("/"), client.get(reverse("communities:overview"))
    assert home.context["figures"] == own.context["figures"]
    assert [one.value for one in own.context["figures"][:2]] == ["12", "39,924"]
    assert "我的授权" in enter(world.city.user("security_admin")).get("/").content.decode()


def test_the_overview_asks_the_database_seldom(world, enter, django_assert_max_num_queries):
    client = enter(world.city.user("city_office"))
    with django_assert_max_num_queries(36):
        assert client.get("/").status_code == 200
    with django_assert_max_num_queries(33):
        assert client.get("/").status_code == 200


def test_round_standard_and_measure_live_in_the_address(world, enter, earlier):
    earlier()
    client = enter(world.city.user("city_office"))
    item = "living_circle/pharmacy"
    page = client.get("/", {"round": "2024", "standard": "living_circle", "measure": "living_circle/canteen"})
    assert page.context["round"].code == "2024"
    assert page.context["look"].standard == "living_circle"
    assert page.context["map"]["config"]["layers"][0]["kind"] == "status"
    assert client.get("/", {"measure": item, "round": "no"}).context["map"]["measure"] == "score"


def test_a_district_lists_its_streets_and_communities(world, enter):
    page = enter(world.city.user("city_office")).get(reverse("communities:district", args=[DISTRICT]))
    assert len(page.context["parts"].rows) == 3
    assert page.context["communities"].total == 12
    assert reverse("communities:sheet", args=[DISTRICT]) in page.content.decode()
    street = page.context["parts"].rows[0][1].link
    assert enter(world.city.user("city_office")).get(street).context["communities"].total == 4


def test_the_sheet_is_one_table(world, enter):
    page = enter(world.city.user("city_office")).get(reverse("communities:sheet", args=[DISTRICT])).content.decode()
    assert page.count("<tr>") == 14
    empty = enter(world.city.user("city_office")).get(reverse("communities:sheet", args=["330105"])).content.decode()
    assert empty.count("<tr>") == 2


def test_the_map_gives_what_one_may_see(world, enter):
    path = next(iter(world.paths.values()))
    address = reverse("communities:areas")
    everything = enter(world.city.user("city_office")).get(address, {"measure": "priority"})
    assert everything["Content-Type"].startswith("application/geo+json")
    assert len(json.loads(everything.content)["features"]) == 12
    client = enter(world.city.user("community_worker", path))
    assert [one["properties"]["id"] for one in json.loads(client.get(address).content)["features"]] == [path[-13:-1]]
    assert client.get(address, {"place": "3301/"}).status_code == 404
    assert enter(world.city.user("finance", "3301/330106/")).get(address).json()["features"] == []


def test_without_a_run_pages_say_what_belongs_there(city, enter):
    client = enter(city.user("city_office"))
    for address in ("/", reverse("communities:list"), reverse("communities:sheet", args=["330105"])):
        assert "还没有评估结果" in client.get(address).content.decode()
    assert client.get(reverse("communities:areas")).json()["features"] == []
    assert client.get(reverse("communities:list_export", args=["csv"])).status_code == 404
    assert client.get(reverse("communities:parts_export", args=["csv"])).status_code == 404


def test_lists_are_taken_as_files_and_that_is_recorded(world, enter):
    client = enter(world.city.user("city_office"))
    for route, rows in (("list_export", 12), ("parts_export", 3)):
        answer = client.get(reverse(f"communities:{route}", args=["csv"]))
        assert int(answer["X-Rows"]) == rows
        answer.getvalue()
    assert Event._all.filter(event="pages.table.export", module="assessments").count() == 2
    assert client.get(reverse("communities:list_export", args=["doc"])).status_code == 404


def test_the_tree_opens_branch_by_branch(city, enter):
    client = enter(city.user("city_office"))
    address = reverse("communities:tree")
    assert "示范市" in client.get(address).content.decode()
    part = client.get(address, {"part": "1", "place": "3301/330105/"}).content.decode()
    assert "<html" not in part
    assert reverse("communities:street", args=["330105011"]) in part
    assert enter(city.user("district_office", "3301/330105/")).get(address, {"place": "3301/"}).status_code == 404
    assert address in client.get("/").content.decode()
