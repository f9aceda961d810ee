import pytest
import shapely

from linli.web.places.models import Record
from linli.web.places.twins.finding import LAYERS_WITH_TWINS, metres, twins_among, twins_of

HEMU = "3301/330105/330105011/330105011001/"
STEP = 1 / 111_320

pytestmark = pytest.mark.django_db


def put(key, name, north_m, kind="canteen", layer="facilities"):
    one = Record(layer=layer, key=key, kind=kind, name=name or kind, place=HEMU, values={"name": name} if name else {})
    one.locate(shapely.Point(120.1, 30 + north_m * STEP))
    one.save()
    return one


@pytest.fixture
def street(city):
    return [
        put("F1", "和睦老年食堂", 0), put("F2", "和睦老年食堂二部", 15), put("F3", "阳光餐厅", 16), put("F4", "", 5),
        put("F5", "和睦老年食堂", 90), put("F6", "和睦老年食堂", 500), put("F7", "和睦老年食堂", 1, kind="nursery"),
    ]  # fmt: skip


def test_pairs_of_one_type_close_by_and_alike(street):
    found = [(one.first.key, one.second.key, round(one.distance_m)) for one in twins_among("facilities", street, ())]
    assert found == [
        ("F1", "F4", 5),
        ("F2", "F4", 10),
        ("F3", "F4", 11),
        ("F1", "F2", 15),
        ("F2", "F5", 75),
        ("F1", "F5", 90),
    ]
    pair = {(street[0].pk, street[1].pk)}
    assert ("F1", "F2") not in {(one.first.key, one.second.key) for one in twins_among("facilities", street, pair)}
    assert next(one.alike for one in twins_among("facilities", street, ())) is None
    assert twins_among("facilities", street[:1], ()) == []


def test_rows_in_another_order_give_the_same_pairs(street):
    one = [(each.first.pk, each.second.pk) for each in twins_among("facilities", street, ())]
    assert one == [(each.first.pk, each.second.pk) for each in twins_among("facilities", street[::-1], ())]


def test_a_new_record_is_held_against_those_around_it(street, worker, city):
    values = {"type": "canteen", "name": "和睦老年食堂"}
    here = shapely.Point(120.1, 30)
    assert [one.key for one in twins_of(worker, "facilities", values, here)] == ["F1", "F4", "F2", "F5"]
    assert twins_of(worker, "facilities", values, None) == []
    assert twins_of(worker, "answers", values, here) == []
    assert twins_of(worker, "rooms", values, here) == []
    assert (
        twins_of(city.user("community_worker", "3301/330106/330106003/330106003001/"), "facilities", values, here) == []
    )
    assert "facilities" in LAYERS_WITH_TWINS


def test_metres():
    one, two = metres([shapely.Point(120, 30), shapely.Point(120, 30 + 100 * STEP)])
    assert one.distance(two) == pytest.approx(100, rel=1e-6)
    assert list(metres([None])) == [None]
