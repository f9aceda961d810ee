import mapbox_vector_tile
import pytest
import shapely
from django.utils import timezone

from linli.web.audit.actor import system_actor
from linli.web.lifecircle.records import record_tile, records_version
from linli.web.places.models import Record
from linli.web.places.services import record_close, record_save
from linli.web.tiles import tile_of

pytestmark = pytest.mark.django_db

WHOLE = "/life-circle/records/facilities/0/0/0"


def _add(key, place, kind="pharmacy", at=(120.1, 30.3), **more):
    record = Record(layer="facilities", key=key, name=f"设施{key}", kind=kind, place=place, **more)
    record.locate(None if at is None else shapely.Point(*at))
    record.save()
    return record


@pytest.fixture
def register(city):
    _add("f1", city.at["community"])
    _add("f2", "3301/330105/330105012/330105012001/", kind="kindergarten")
    _add("f3", "3301/330106/330106003/330106003001/")
    _add("f4", city.at["community"], closed_at=timezone.now())
    _add("f5", city.at["community"], at=None)
    return city


def _told(client, address=WHOLE):
    tile = mapbox_vector_tile.decode(client.get(address).content)
    return {one["properties"]["id"]: one["properties"] for one in tile.get("facilities", {"features": []})["features"]}


def test_a_tile_holds_only_the_records_that_one_may_see(register, enter):
    seen = {
        place: set(_told(enter(register.user(role, place))))
        for role, place in (
            ("city_office", "3301/"),
            ("district_office", "3301/330105/"),
            ("street", register.at["street"]),
        )
    }
    assert seen == {"3301/": {"f1", "f2", "f3"}, "3301/330105/": {"f1", "f2"}, register.at["street"]: {"f1"}}
    assert enter(register.user("security_admin")).get(WHOLE).status_code == 403


def test_records_bring_their_name_and_group(register, enter):
    told = _told(enter(register.user("city_office")))
    assert (told["f1"]["name"], told["f1"]["group"], told["f1"]["n"]) == ("设施f1", "health", 1)
    assert told["f2"]["group"] == "education"


def test_a_change_is_seen_at_once_and_what_did_not_change_is_not_sent_again(register, enter):
    client = enter(register.user("city_office"))
    tag = client.get(WHOLE)["ETag"]
    assert client.get(WHOLE, headers={"If-None-Match": tag}).status_code == 304
    office = system_actor("t")
    values = {"type": "pharmacy", "name": "设施f6", "community_id": "330105011001"}
    new = record_save(actor=office, layer="facilities", key="f6", values=values, shape=shapely.Point(120.1, 30.3),
                      base_version=None, source="form")  # fmt: skip
    newer = client.get(WHOLE, headers={"If-None-Match": tag})
    assert newer.status_code == 200
    assert "f6" in _told(client)
    record_close(actor=office, record=new, base_version=new.version, source="form", reason="停业")
    assert "f6" not in _told(client)


def test_many_become_one_and_none_is_lost(register, monkeypatch):
    monkeypatch.setattr("linli.web.tiles._MOST_ALONE", 1)
    user = register.user("city_office")
    version = records_version(user, "facilities")
    tile = mapbox_vector_tile.decode(record_tile(user, "facilities", (*version, "few"), tile_of(0, 0, 0)))
    assert sum(one["properties"]["n"] for one in tile["facilities"]["features"]) == 3


@pytest.mark.parametrize("address", ["castles/0/0/0", "facilities/16/0/0", "facilities/3/8/0"])
def test_there_is_no_such_tile(register, enter, address):
    assert enter(register.user("city_office")).get(f"/life-circle/records/{address}").status_code == 404
