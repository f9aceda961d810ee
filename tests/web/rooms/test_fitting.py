import datetime as dt

from linli.rules import load_catalogue
from linli.web.rooms.fitting import types_for_room

KINDS = ("nursery", "canteen", "metro_station", "bus_stop", "park", "parking", "junior_school", "unheard_of")
ON = dt.date(2026, 6, 1)


def test_what_needs_a_ground_or_a_building_of_its_own_is_for_no_room_unless_the_owner_names_it():
    catalogue = load_catalogue()
    assert types_for_room(catalogue, ON, None, KINDS) == {"nursery", "canteen"}
    assert types_for_room(catalogue, ON, "junior_school;canteen", KINDS) == {"nursery", "canteen", "junior_school"}
