import pytest
import shapely

from linli.web.places.bounds import place_bounds
from linli.web.places.models import Record

pytestmark = pytest.mark.django_db


def test_a_place_lies_where_its_communities_do():
    for n, box in enumerate([(120.0, 30.0, 120.1, 30.1), (120.2, 30.2, 120.3, 30.3), (99.0, 9.0, 99.1, 9.1)]):
        path = f"3301/330105/33010501{n // 2}/33010501{n // 2}00{n}/"
        record = Record(layer="communities", key=f"c{n}", place=path)
        record.locate(shapely.box(*box))
        record.save()
    unlocated = Record(layer="communities", key="c9", place="3301/330106/330106001/330106001001/")
    unlocated.save()
    assert place_bounds("3301/330105/330105010/") == (120.0, 30.0, 120.3, 30.3)
    assert place_bounds("3301/330105/330105011/330105011002/") == (99.0, 9.0, 99.1, 9.1)
    assert place_bounds("3301/330106/") is None
