import pytest
import shapely

from linli.web.places.models import Record
from linli.web.places.placing import community_paths, paths_at, place_rows

HEMU = "3301/330105/330105011/330105011001/"
HUAFENG = "3301/330105/330105011/330105011002/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlines(city):
    for place, west in ((HEMU, 120.0), (HUAFENG, 120.1)):
        one = Record(layer="communities", key=place[-13:-1], place=place)
        one.locate(shapely.box(west, 30.0, west + 0.1, 30.1))
        one.save()


def test_codes_are_looked_up_in_the_tree(city):
    assert community_paths(["330105011001", "330105011", "x"]) == {"330105011001": HEMU}


def test_outlines_hold_shapes(outlines):
    shapes = [shapely.Point(120.15, 30.05), None, shapely.Point(10, 10), shapely.box(120.01, 30.01, 120.02, 30.02)]
    assert paths_at(shapes) == [HUAFENG, None, None, HEMU]
    Record._all.update(closed_at="2026-01-01T00:00Z")
    assert paths_at(shapes) == [None] * 4
    assert paths_at([None]) == [None]


def test_the_named_community_comes_before_the_position_and_the_position_before_the_place_above(outlines):
    inside = shapely.Point(120.15, 30.05)
    rows = [{"community_id": "330105011001"}, {}, {}, {"community_id": "1"}]
    found = place_rows(rows, [inside, inside, None, inside], ["", "", "3301/", "3301/"])
    assert found == [HEMU, HUAFENG, "3301/", None]
