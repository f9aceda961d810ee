import io
import json

import mapbox_vector_tile
import openpyxl
import pytest

from linli.web.audit.models import Event
from linli.web.places import views
from linli.web.places.models import Record

pytestmark = pytest.mark.django_db


def config_of(page):
    text = page.content.decode()
    start = text.index('<script type="application/json">') + len('<script type="application/json">')
    return json.loads(text[start : text.index("</script>", start)])


def test_the_register_counts_what_one_sees(nursery, worker, city, enter):
    page = enter(worker).get("/places/").content.decode()
    assert "场所登记" in page
    assert "登记设施" in page
    operator = enter(city.user("operator", nursery.place)).get("/places/").content.decode()
    assert "登记设施" not in operator


def test_a_list_and_its_files_have_the_same_rows(demo_register, city, enter):
    client = enter(city.user("city_office"))
    query = "?kind=canteen&sort=-name"
    page = client.get(f"/places/facilities/{query}").content.decode()
    count = Record._all.filter(kind="canteen", layer="facilities").count()
    assert f"共 {count} 条" in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/places/facilities/export/xlsx/{query}").getvalue()))
    names = [row[1] for row in book.active.iter_rows(min_row=2, values_only=True)]
    found = json.loads(client.get(f"/places/facilities/export/geojson/{query}").getvalue())
    assert len(names) == count
    assert [one["properties"]["name"] for one in found["features"]] == names == sorted(names, reverse=True)
    assert Event._all.order_by("-number").first().event == "pages.table.export"
    assert client.get("/places/answers/export/geojson/").status_code == 404
    assert client.get("/places/facilities/export/pdf/").status_code == 404


def test_a_map_has_the_rows_of_the_list(demo_register, city, enter, monkeypatch):
    client = enter(city.user("city_office"))
    config = config_of(client.get("/places/facilities/map/?kind=canteen"))
    found = client.get(config["layers"][0]["src"]).json()
    assert len(found["features"]) == Record._all.filter(kind="canteen", layer="facilities").count()
    assert config["bounds"][0] < config["bounds"][2]
    one = found["features"][0]
    lon, lat = one["geometry"]["coordinates"][:2]
    near = client.get(
        f"/places/facilities/features/?kind=canteen&bbox={lon - 1e-6},{lat - 1e-6},{lon + 1e-6},{lat + 1e-6}"
    ).json()
    assert one["id"] in [each["id"] for each in near["features"]]
    only = client.get(f"/places/facilities/features/?key={one['id']}").json()
    assert [each["id"] for each in only["features"]] == [one["id"]]
    assert client.get("/places/facilities/features/?bbox=1,2").status_code == 400
    monkeypatch.setattr(views, "MOST_AT_ONCE", 3)
    config = config_of(client.get("/places/facilities/map/"))
    address = config["layers"][0]["tiles"]
    assert "{z}/{x}/{y}" in address
    tile = client.get(address.format(z=10, x=853, y=421))
    assert tile["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert mapbox_vector_tile.decode(tile.content)["facilities"]["features"]
    assert client.get(address.format(z=10, x=853, y=421), headers={"if-none-match": tile["ETag"]}).status_code == 304
    assert client.get(address.format(z=30, x=0, y=0)).status_code == 404


def test_tiles_and_features_hold_only_what_one_may_see(demo_register, city, enter):
    outsider = enter(city.user("community_worker", "3301/330105/330105011/330105011001/"))
    assert outsider.get("/places/facilities/tiles/10/853/421/").content == b""
    assert outsider.get("/places/facilities/features/").json()["features"] == []


def test_an_empty_list_says_what_belongs_there(worker, enter):
    client = enter(worker)
    assert "逐条登记" in client.get("/places/rooms/").content.decode()
    assert "逐条登记" in client.get("/places/rooms/map/").content.decode()
    assert "没有符合筛选条件" in client.get("/places/rooms/map/?q=x").content.decode()


@pytest.mark.parametrize(
    ("text", "found"), [("和睦", True), ("托育", True), ("hmty", True), ("hemu tuoyu", True), ("xiaohe", False)]
)
def test_search_finds_records_in_characters_pinyin_and_initials(nursery, worker, enter, text, found):
    client = enter(worker)
    for address in ("/places/search/", "/places/search/suggestions/"):
        page = client.get(address, {"q": text}).content.decode()
        assert ("/places/facilities/record/F1/" in page) is found
        assert ("没有找到" in page) is not found


def test_search_finds_places_and_only_within_ones_reach(nursery, city, enter):
    office = enter(city.user("district_office", "3301/330105/"))
    page = office.get("/places/search/?q=hmsq").content.decode()
    assert "/communities/330105011001/" in page
    assert office.get("/places/search/?q=330105011001").content.decode().count("/communities/330105011001/") == 1
    outsider = enter(city.user("community_worker", "3301/330106/330106003/330106003001/"))
    page = outsider.get("/places/search/?q=hemu").content.decode()
    assert "F1" not in page
    assert "和睦社区" not in page
    assert "输入名称的任意部分" in outsider.get("/places/search/").content.decode()


def test_every_page_has_the_search_for_who_may_see_the_register(worker, city, enter):
    assert 'id="look"' in enter(worker).get("/places/").content.decode()
    assert 'id="look"' not in enter(city.user("security_admin")).get("/manage/people/").content.decode()
