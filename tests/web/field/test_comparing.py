import pytest
import shapely

from linli.web.field.comparing import compare, read_state
from linli.web.field.merge import State

pytestmark = pytest.mark.django_db


def test_only_what_differs_is_to_be_decided_with_what_can_be_suggested():
    here, there = shapely.Point(120.1, 30), shapely.Point(120.2, 30)
    base = State({"name": "甲", "floor_area_m2": 1, "capacity": 5}, here)
    mine = State({"name": "乙", "floor_area_m2": 2, "capacity": 5}, there)
    now = State({"name": "甲", "floor_area_m2": 3, "capacity": 6}, here)
    found = {one.name: one.suggestion for one in compare("facilities", base, mine, now)}
    assert found == {"name": "mine", "floor_area_m2": "", "capacity": "theirs", "geometry": "mine"}


def test_a_position_left_empty_stays_where_it_was():
    here = shapely.Point(120.1, 30)
    state = read_state(
        "facilities", {"name": "乙", "geometry": ""}, State({}, here), {"type": "canteen", "facility_id": "F"}
    )
    assert state.shape.equals(here)
    assert read_state("facilities", {"geometry": "rubbish"}, State({}, here), {}).shape.equals(here)
