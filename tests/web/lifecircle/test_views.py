import gzip
import json
from datetime import timedelta

import mapbox_vector_tile
import pytest
from django.utils import timezone

from linli.web.audit.models import Event

pytestmark = pytest.mark.django_db

BASE = "/life-circle/330105"


@pytest.fixture
def street(city, enter, town):
    return enter(city.user("street", city.at["street"]))


@pytest.fixture
def office(city, enter, town):
    return enter(city.user("city_office"))


def test_one_begins_at_the_highest_place_of_ones_own(city, enter, town):
    assert "和睦街道" in enter(city.user("street", city.at["street"])).get("/life-circle/").content.decode()
    assert "/life-circle/3301/way.json" in enter(city.user("city_office")).get("/life-circle/").content.decode()
    assert enter(city.user("security_admin")).get("/life-circle/").status_code == 403


def test_the_page_works_without_javascript(street):
    page = street.get("/life-circle/330105011/?type=pharmacy&person=wheelchair&minute=5").content.decode()
    assert 'data-island="life-circle"' in page
    assert "和睦社区" in page
    assert "文三社区" not in page
    assert '<option value="wheelchair" selected>' in page
    assert "201 m" in page
    assert "GB 50180" in page, "figures with their source"


def test_the_page_says_what_is_missing(city, enter, town):
    town.snapshot.runs.update(current=False)
    page = enter(city.user("city_office")).get("/life-circle/330106/").content.decode()
    assert "还没有评估结果" in page
    assert enter(city.user("city_office")).get("/life-circle/330106/communities/").status_code == 200
    assert enter(city.user("city_office")).get("/life-circle/330106/reach.json").status_code == 404


def test_ideas_in_the_address_are_worked_out_without_javascript(office, lonlat):
    lon, lat = lonlat(550)
    page = office.get(f"/life-circle/3301/?type=pharmacy&person=wheelchair&minute=5&drop={lon},{lat}").content.decode()
    assert "增减" in page
    broken = office.get("/life-circle/3301/?type=pharmacy&drop=1,2")
    assert (broken.status_code, "无法按这些设想计算" in broken.content.decode()) == (200, True)


@pytest.mark.parametrize(
    "name",
    ["buildings.json", "facilities.json", "boundary.json", "rooms.json", "reach.json", "what-if.json", "summary.json"],
)
def test_data_are_packed_tagged_and_not_sent_twice(office, name):
    first = office.get(f"{BASE}/{name}?type=pharmacy", headers={"Accept-Encoding": "gzip"})
    assert (first.status_code, first["Content-Encoding"], first["Content-Type"]) == (200, "gzip", "application/json")
    assert json.loads(gzip.decompress(first.content))
    assert "private" in first["Cache-Control"]
    again = office.get(f"{BASE}/{name}?type=pharmacy", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    if name not in {"buildings.json", "boundary.json", "rooms.json"}:
        other = office.get(f"{BASE}/{name}?type=elderly_station&person=elder", headers={"If-None-Match": first["ETag"]})
        assert other.status_code == 200


def test_nothing_from_outside_is_in_any_answer(city, enter, town, lonlat, kit):
    """A worker of one community asks for everything: no building, resident or community of another is told."""
    client = enter(city.user("community_worker", city.at["community"]))
    lon, lat = lonlat(550)
    outside = [f'"b{i}"' for i in range(5, 10)] + [kit.WITHOUT, "文三社区"]
    for name in (
        "buildings.json",
        "facilities.json",
        "boundary.json",
        "rooms.json",
        "reach.json",
        "what-if.json",
        "summary.json",
    ):
        body = client.get(f"/life-circle/{kit.WITHIN}/{name}?type=pharmacy&drop={lon},{lat}&close=p0").content.decode()
        assert not [one for one in outside if one in body], name
    for page in ("", "communities/"):
        body = client.get(f"/life-circle/{kit.WITHIN}/{page}?type=pharmacy&drop={lon},{lat}").content.decode()
        assert not [one for one in outside if one in body], page
    tile = mapbox_vector_tile.decode(client.get(f"/life-circle/{kit.WITHIN}/tiles/0/0/0?type=pharmacy").content)
    assert {one["properties"]["id"] for one in tile["buildings"]["features"]} == {f"b{i}" for i in range(5)}
    for code in (kit.WITHOUT, "330105011", "3301"):
        assert client.get(f"/life-circle/{code}/tiles/0/0/0?type=pharmacy").status_code == 404
        assert client.get(f"/life-circle/{code}/buildings.json").status_code == 404


def test_what_one_person_had_is_not_what_another_may_have(city, enter, town, kit):
    """The memory of packed answers is shared by all: the place is part of an answer's name, and asked for before."""
    whole = enter(city.user("city_office")).get("/life-circle/3301/tiles/0/0/0?type=pharmacy")
    worker = enter(city.user("community_worker", city.at["community"]))
    assert (
        worker.get("/life-circle/3301/tiles/0/0/0?type=pharmacy", headers={"If-None-Match": whole["ETag"]}).status_code
        == 404
    )
    mine = worker.get(f"/life-circle/{kit.WITHIN}/tiles/0/0/0?type=pharmacy")
    assert mine.content != whole.content


@pytest.mark.parametrize("where", ["16/0/0", "3/8/0", "3/0/8"])
def test_there_is_no_such_tile(office, where):
    assert office.get(f"{BASE}/tiles/{where}?type=pharmacy").status_code == 404


def test_a_tile_that_holds_nothing_is_empty(office):
    answer = office.get(f"{BASE}/tiles/15/0/0?type=pharmacy")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (
        200,
        b"",
        "application/vnd.mapbox-vector-tile",
    )


@pytest.mark.parametrize("query", ["type=castle", "type=pharmacy&person=giant", "type=pharmacy&minute=6"])
def test_what_cannot_be_chosen_is_not_there(office, query):
    assert office.get(f"{BASE}/summary.json?{query}").status_code == 404


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("drop=1,2", "距最近道路"),
        ("drop=here", "半角逗号"),
        ("drop=1,2,3", "半角逗号"),
        ("drop=nan,nan", "不在地图范围"),
        ("close=e0", "e0"),
        ("&".join(["drop=120,30"] * 21), "20"),
    ],
)  # fmt: skip
def test_ideas_that_cannot_be_say_why(office, query, why):
    for name in ("what-if.json", "summary.json"):
        answer = office.get(f"{BASE}/{name}?type=pharmacy&{query}")
        assert answer.status_code == 409
        assert why in answer.json()["message"]
    assert office.get(f"{BASE}/communities/?type=pharmacy&{query}").status_code == 409
    assert why in office.get(f"{BASE}/communities/?type=pharmacy&{query}").content.decode()
    assert office.get(f"{BASE}/communities/export/csv/?type=pharmacy&{query}").status_code == 409


def test_the_way(office, kit):
    told = office.get(f"{BASE}/way.json?type=pharmacy&person=elder&building=b2").json()
    assert told["properties"]["distance_m"] == 200
    assert told["properties"]["minutes"] == pytest.approx(200 / 48, abs=0.001)
    assert office.get(f"{BASE}/way.json?type=pharmacy&building=b4").json() is None
    for building in ("b5", "nobody", ""):
        assert office.get(f"{BASE}/way.json?type=pharmacy&building={building}").status_code == 404
    assert office.get("/life-circle/330106/way.json?type=pharmacy&building=b5").status_code == 200


def test_what_if_for_one_idea(office, lonlat):
    lon, lat = lonlat(450)
    told = office.get(f"{BASE}/what-if.json?type=pharmacy&drop={lon},{lat}").json()
    assert told["drops"][0]["b3"] == pytest.approx(100, abs=0.002)
    assert told["buildings"]["b3"]["metres"] == 300


def test_the_table_keeps_ideas_when_it_is_filtered(office, lonlat):
    lon, lat = lonlat(550)
    page = office.get(
        f"/life-circle/3301/communities/?type=pharmacy&person=wheelchair&minute=5&drop={lon},{lat}"
    ).content.decode()
    assert f'<input type="hidden" name="drop" value="{lon},{lat}">' in page
    assert "含 1 处设想" in page
    assert '<option value="wheelchair" selected>' in page


def test_the_table_as_a_file_leaves_an_event(office):
    before = Event._all.count()
    answer = office.get(f"{BASE}/communities/export/csv/?type=pharmacy&person=wheelchair&minute=5")
    text = answer.getvalue().decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0].startswith("社区,编号,走得到")
    assert lines[1].startswith("和睦社区,330105011001,300,0,200")
    assert (len(lines), answer["X-Rows"]) == (2, "1")
    event = Event._all.latest("pk")
    assert Event._all.count() == before + 1
    assert (event.event, event.module) == ("pages.table.export", "assessments")


def test_the_file_asks_for_the_right_to_export_there(city, enter, town):
    worker = city.user("community_worker", city.at["community"])
    assert enter(worker).get("/life-circle/330105011001/communities/export/csv/").status_code == 403
    city.give(worker, "street", "3301/330105/330105012/")
    assert enter(worker).get("/life-circle/330105011001/communities/export/csv/").status_code == 404
    page = enter(worker).get("/life-circle/330105011001/communities/").content.decode()
    assert "export/csv" not in page


def test_nobody_and_those_without_the_right_get_nothing(client, city, enter, town):
    assert client.get(f"{BASE}/buildings.json").status_code == 302
    assert enter(city.user("security_admin")).get(f"{BASE}/buildings.json").status_code == 403
    over = city.user("", city.at["city"])
    city.give(over, "city_office", "3301/", ends=timezone.localdate() - timedelta(days=1))
    assert enter(over).get(f"{BASE}/").status_code == 403


def test_only_reading(office):
    for name in ("", "what-if.json", "summary.json", "tiles/0/0/0"):
        assert office.post(f"{BASE}/{name}", {}).status_code == 405


def test_in_english(city, enter, town):
    client = enter(city.user("city_office", language="en"))
    page = client.get("/life-circle/3301/?type=elderly_station").content.decode()
    assert "Life circle" in page
    assert "counted: 60–79, 80 and over" in page
