import pytest
import shapely

from linli.web.places.doubts import doubts_of
from linli.web.places.models import Record

HUAFENG = "3301/330105/330105011/330105011002/"

pytestmark = pytest.mark.django_db


def test_odd_figures_and_a_position_elsewhere_are_doubted(city):
    one = Record(layer="communities", key="330105011002", place=HUAFENG)
    one.locate(shapely.box(120, 30, 120.1, 30.1))
    one.save()
    values = {"facility_id": "F", "type": "canteen", "community_id": "330105011001", "floor_area_m2": 150_000}
    found = doubts_of("facilities", values, shapely.Point(120.05, 30.05))
    assert [(one.code, one.column) for one in found] == [
        ("range.plausible", "floor_area_m2"), ("place.other_community", "community_id"),
    ]  # fmt: skip
    assert "330105011002" in found[1].message["zh"]
    assert (found[1].value, found[1].allowed) == ("330105011001", "330105011002")
    values |= {"community_id": "330105011002", "floor_area_m2": 100}
    assert doubts_of("facilities", values, shapely.Point(120.05, 30.05)) == []
    assert doubts_of("facilities", values, shapely.Point(121, 30.05)) == []
