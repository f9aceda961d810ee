import pytest

from linli.web.rooms.selectors import count_states, list_rooms, offer_of, projects_at, steps_of

pytestmark = pytest.mark.django_db


def test_a_room_without_an_offer_is_offered_and_nobody_elsewhere_sees_it(desk):
    assert [room.state for room in list_rooms(desk.who["street"])] == ["offered"]
    assert not list_rooms(desk.who["other"]).exists()
    assert (offer_of(desk.room).state, offer_of(desk.room).version) == ("offered", 0)
    desk.step("check")
    assert count_states(desk.who["worker"]) == {"checked": 1}
    assert [one.verb for one in steps_of(desk.who["worker"], desk.room)] == ["check"]
    assert list(steps_of(desk.who["other"], desk.room)) == []
    assert not projects_at(desk.who["street"], desk.room).exists()
