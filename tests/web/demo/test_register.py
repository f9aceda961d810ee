from linli.survey import load_snapshot
from linli.survey.demo import demo_survey
from linli.web.demo.cast import CITY_PATH
from linli.web.demo.register import PLAN, put_in_register
from linli.web.places.models import Record
from linli.web.places.selectors import layer_frame


def test_the_register_follows_the_city_from_one_year_to_the_next(cast, demo_files):
    survey = load_snapshot(demo_files.snapshot)
    first = put_in_register(cast, survey, reason="第一轮")
    assert first["facilities"]["created"] == len(survey.layers["facilities"])
    later = demo_survey(round_=2)
    second = put_in_register(cast, later, reason="第二轮")
    assert second["rooms"]["closed"] > 0
    assert second["facilities"]["unchanged"] > 0
    open_now = set(layer_frame("facilities", CITY_PATH)["facility_id"])
    assert open_now == set(later.layers["facilities"]["facility_id"])
    open_rooms = set(layer_frame("rooms", CITY_PATH)["room_id"])
    assert open_rooms == set(later.layers["rooms"]["room_id"])
    assert Record._all.filter(layer="rooms").count() > len(open_rooms)


def test_the_demo_city_has_two_districts():
    assert PLAN.communities == PLAN.subdistricts_per_district * PLAN.communities_per_subdistrict * 2
