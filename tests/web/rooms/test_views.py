import pytest

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
