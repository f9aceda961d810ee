import pytest

from linli.web.places.models import LAYERS, Record, Version
from linli.web.places.services import record_save

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/records"
HERE = {"type": "Point", "coordinates": [120.1215, 30.2991]}


@pytest.fixture
def api(worker, enter):
    return enter(worker)


def send(client, method, address, body):
    return getattr(client, method)(f"{ROOT}{address}", body, content_type="application/json")


def test_layers_and_their_schemas(nursery, api):
    found = api.get(ROOT).json()
    assert [one["layer"] for one in found] == list(LAYERS)
    facilities = next(one for one in found if one["layer"] == "facilities")
    assert (facilities["open"], facilities["closed"]) == (1, 0)
    schema = api.get(facilities["schema_address"]).json()
    assert set(schema["properties"]) >= set(nursery.values)
    assert api.get(facilities["items_address"]).status_code == 200


def test_records_are_listed_and_given(nursery, api):
    page = api.get(f"{ROOT}/facilities").json()
    assert (page["numberMatched"], page["numberReturned"]) == (1, 1)
    one = api.get(f"{ROOT}/facilities/F1").json()
    assert one == page["records"][0]
    assert one["values"] == nursery.values
    assert one["geometry"] == HERE
    assert one["version"] == 1
    assert api.get(f"{ROOT}/facilities/F9").status_code == 404
    assert api.get(f"{ROOT}/streets").status_code == 422


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=tuoyu", 1), ("q=xx", 0), ("kind=nursery", 1), ("kind=x", 0), ("place=3301/330105/", 1), ("state=closed", 0),
        ("state=all", 1), ("bbox=120,30,121,31", 1), ("bbox=0,0,1,1", 0), ("changed_since=2999-01-01T00:00:00Z", 0),
        ("offset=1", 0),
    ],
)  # fmt: skip
def test_lists_are_narrowed(nursery, api, query, count):
    assert api.get(f"{ROOT}/facilities?{query}").json()["numberReturned"] == count
    assert len(api.get(f"{ROOT}/facilities/items?{query}").json()["features"]) == count


def test_items_are_geojson_in_pages(nursery, worker, as_actor, api):
    for key in ("F2", "F3"):
        record_save(actor=as_actor(worker), layer="facilities", key=key, shape=nursery.shape, base_version=None, source="api",
                    values={"type": "canteen", "community_id": "330105011001"})  # fmt: skip
    page = api.get(f"{ROOT}/facilities/items?limit=2&kind=").json()
    assert (page["type"], page["numberMatched"], page["numberReturned"]) == ("FeatureCollection", 3, 2)
    seen = [one["id"] for one in page["features"]]
    links = {one["rel"]: one["href"] for one in page["links"]}
    assert set(links) == {"self", "next"}
    after = api.get(links["next"]).json()
    assert [*seen, *(one["id"] for one in after["features"])] == ["F1", "F2", "F3"]
    assert "prev" in {one["rel"] for one in after["links"]}
    for wrong in ("limit=0", "limit=100000", "offset=-1", "state=x"):
        assert api.get(f"{ROOT}/facilities/items?{wrong}").status_code == 422
    assert api.get(f"{ROOT}/facilities/items?bbox=1").status_code == 409


def test_a_record_is_created_changed_closed_and_reopened(city, api):
    body = {"values": {"type": "canteen", "community_id": "330105011001", "own_entrance": True}, "geometry": HERE}
    made = send(api, "post", "/facilities", body)
    assert made.status_code == 201
    key = made.json()["key"]
    assert made.json()["values"]["status"] == "in_use"
    changed = send(
        api, "patch", f"/facilities/{key}", {"base_version": 1, "values": {"own_entrance": None, "capacity": 2}}
    )
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert "own_entrance" not in changed.json()["values"]
    closed = send(api, "post", f"/facilities/{key}/close", {"base_version": 2, "reason": "x"}).json()
    assert closed["closed"]
    assert not send(api, "post", f"/facilities/{key}/reopen", {"base_version": 3, "reason": "x"}).json()["closed"]
    assert set(Version._all.values_list("source", flat=True)) == {"api"}


def test_a_stale_change_is_told_what_is_there_now(nursery, worker, as_actor, api):
    record_save(actor=as_actor(worker), layer="facilities", key="F1", values={"capacity": 60}, shape=None, base_version=1,
                source="phone")  # fmt: skip
    answer = send(api, "patch", "/facilities/F1", {"base_version": 1, "values": {"capacity": 40}})
    assert answer.status_code == 409
    assert answer.json()["current"]["values"]["capacity"] == 60
    assert answer.json()["current"]["version"] == 2
    for verb in ("close", "reopen"):
        assert send(api, "post", f"/facilities/F1/{verb}", {"base_version": 1, "reason": "x"}).status_code == 409
    taken = send(api, "post", "/facilities", {"key": "F1", "values": {"type": "canteen"}, "geometry": HERE})
    assert taken.status_code == 409


def test_everything_that_is_wrong_is_said(nursery, api):
    values = {"type": "x", "capacity": -1, "colour": "red", "community_id": "330105011001"}
    answer = send(api, "post", "/facilities", {"values": values})
    assert answer.status_code == 422
    found = {(one["loc"][-1], one["type"]) for one in answer.json()["detail"]}
    assert found == {("type", "type.unknown"), ("capacity", "number.negative"), ("colour", "places.column"),
                     ("", "geometry.missing")}  # fmt: skip
    wrong = {"values": {"type": "canteen"}, "geometry": {"type": "Point", "coordinates": ["a"]}}
    assert send(api, "post", "/facilities", wrong).json()["detail"][0]["loc"] == ["body", "geometry"]
    assert send(api, "post", "/facilities", {"values": {"type": ["a"]}}).status_code == 422
    assert send(api, "post", "/facilities", {"values": {"type": "canteen"}, "place": "3301/x/"}).status_code == 422
    assert send(api, "patch", "/facilities/F1", {"values": {}}).status_code == 422
    assert send(api, "post", "/facilities", {"key": "a\x00", "values": {"name": "\x00"}}).status_code == 422
    assert send(api, "post", "/facilities/F1/close", {"base_version": 1, "reason": ""}).status_code == 422


def test_elsewhere_there_is_nothing_and_who_only_looks_changes_nothing(nursery, city, enter, client):
    outsider = enter(city.user("community_worker", "3301/330106/330106003/330106003001/"))
    assert outsider.get(f"{ROOT}/facilities").json()["numberMatched"] == 0
    assert outsider.get(f"{ROOT}/facilities/F1").status_code == 404
    assert send(outsider, "patch", "/facilities/F1", {"base_version": 1, "values": {}}).status_code == 404
    inside = {"values": {"type": "canteen", "community_id": "330105011001"}, "geometry": HERE}
    assert send(outsider, "post", "/facilities", inside).status_code == 422
    reader = enter(city.user("operator", nursery.place))
    assert reader.get(f"{ROOT}/facilities/F1").status_code == 200
    assert send(reader, "patch", "/facilities/F1", {"base_version": 1, "values": {}}).status_code == 403
    client.logout()
    assert client.get(f"{ROOT}/facilities").status_code == 401
    assert Record._all.get().version == 1
