import numpy as np
import pytest
import shapely

from linli.assess.walks import is_within
from linli.web.lifecircle.stage import stage_of
from linli.web.places.models import Record
from linli.web.rooms.matching import matches_of

pytestmark = pytest.mark.django_db


def _room(world, values, shape, key="R1"):
    path = next(iter(world.paths.values()))
    room = Record(layer="rooms", key=key, place=path, name="用房", values=values)
    room.locate(shape)
    room.save()
    return room


def test_who_would_newly_come_within_reach_counted_the_slow_way(world):
    stage = stage_of(world.run)
    lonlat = stage.city.building_lonlat[len(stage.city.building_lonlat) // 2]
    user = world.city.user("city_office")
    found = matches_of(user, _room(world, {"allowed_types": ["canteen"]}, shapely.Point(lonlat)))
    assert found.why == ""
    assert found.found
    for match in found.found:
        assert 0 < match.newly <= match.within
        assert match.allowed is (match.kind.code == "canteen")
        without = ~is_within(stage.field(match.kind.code), found.limit_m)
        assert match.newly <= np.nansum(stage.who(match.kind.bands)[without])
    assert not {"metro_station", "bus_stop", "park", "parking"} & {match.kind.code for match in found.found}
    order = [(not one.allowed, -one.newly) for one in found.found]
    assert order == sorted(order)


def test_why_nothing_can_be_said(world, city):
    user = city.user("city_office")
    assert matches_of(user, _room(world, {}, None)).why == "no_place"
    type(world.run)._all.update(current=False, state="failed")
    assert matches_of(user, _room(world, {}, shapely.Point(120.1, 30.3), key="R2")).why == "no_run"
