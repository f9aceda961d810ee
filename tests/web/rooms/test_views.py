import pytest
import shapely
from django.utils import translation

from linli.web.lifecircle.stage import stage_of
from linli.web.places.models import Record
from linli.web.rooms.models import Offer

pytestmark = pytest.mark.django_db


def test_a_street_checks_a_room_and_puts_it_to_use(desk, enter):
    client = enter(desk.who["street"])
    assert "和睦原居委会用房" in client.get("/rooms/").content.decode()
    page = client.get("/rooms/R1/").content.decode()
    assert "核实" in page
    assert "还没有评估结果" in page
    assert client.post("/rooms/R1/step/check/", {"reason": ""}).content.decode().count('class="error"') == 1
    assert client.post("/rooms/R1/step/check/", {"reason": "到场核对"}).status_code == 302
    said = {"reason": "开办助餐", "facility_type": "canteen", "opened_on": "2026-11-01"}
    assert client.post("/rooms/R1/step/use/", said).status_code == 302
    offer = Offer._all.get()
    assert offer.state == "in_use"
    page = client.get("/rooms/R1/").content.decode()
    assert "重新登记" in page
    assert offer.facility.key in page
    assert client.get("/rooms/R1/step/none/").status_code == 404


def test_a_worker_sees_it_and_may_only_withdraw(desk, enter):
    client = enter(desk.who["worker"])
    page = client.get("/rooms/R1/").content.decode()
    assert "/step/withdraw/" in page
    assert "/step/check/" not in page
    assert client.get("/rooms/R1/step/check/").status_code == 404
    assert enter(desk.who["other"]).get("/rooms/R1/").status_code == 404


def test_figures_have_their_units_and_the_round_its_name_in_the_reader_s_language(world, enter):
    stage = stage_of(world.run)
    lonlat = stage.city.building_lonlat[len(stage.city.building_lonlat) // 2]
    values = {"room_id": "R9", "floor_area_m2": 1390, "storey": 2, "term_years": 8, "rent_yuan_m2_month": 27}
    room = Record(layer="rooms", key="R9", place=next(iter(world.paths.values())), name="用房", values=values)
    room.locate(shapely.Point(lonlat))
    room.save()
    round_ = world.run.snapshot.round
    round_.name_en = "The survey"
    round_.save()
    client = enter(world.city.user("city_office"))
    page = client.get("/rooms/R9/").content.decode()
    for text, unit in (("1,390", "m²"), ("8", "年"), ("27", "元/m²·月"), ("2", "层")):
        assert f'<dd>{text} <span class="soft">{unit}</span></dd>' in page
    assert f"按“{round_.name}”的评估结果" in page
    client.cookies["linli_language"] = "en"
    page = client.get("/rooms/R9/").content.decode()
    assert "By The survey:" in page
    assert "<dd>2</dd>" in page  # “storey” is its title already
    translation.activate("zh-hans")
