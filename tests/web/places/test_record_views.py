import pytest
import shapely

from linli.web.audit.models import Event
from linli.web.places.models import Record
from linli.web.places.services import record_close, record_save

pytestmark = pytest.mark.django_db

HEMU = "3301/330105/330105011/330105011001/"
HERE = '{"type":"Point","coordinates":[120.1215,30.2991]}'
ONE = "/places/facilities/record/F1/"
SAME = {
    "type": "nursery", "name": "和睦托育驿站", "community_id": "330105011001", "floor_area_m2": "260", "status": "in_use",
    "version": 1, "shape": HERE,
}  # fmt: skip


def text_of(answer):
    return answer.content.decode()


def test_a_record_tells_all_that_is_known_and_what_is_not(nursery, worker, as_actor, enter):
    record_save(actor=as_actor(worker), layer="facilities", key="F1", values={"floor_area_m2": 300}, shape=None,
                base_version=1, source="import:12", reason="复核", cell="设施!7")  # fmt: skip
    page = text_of(enter(worker).get(ONE))
    for text in (
        "托儿所",
        "300",
        "m²",
        "待补",
        "第 2 版",
        "导入批次 12",
        "设施!7",
        "复核",
        "恢复到此版",
        "修改登记",
        'data-island="map"',
    ):
        assert text in page, text
    assert "<td>260</td><td><strong>300</strong></td>" in page
    assert enter(worker).get(f"{ONE}feature/").json()["features"][0]["id"] == "F1"


def test_a_record_of_answers_says_what_was_asked(worker, as_actor, enter):
    values = {"community_id": "330105011001", "item": "complete_community/parking", "value": "是"}
    made = record_save(actor=as_actor(worker), layer="answers", key="", values=values, shape=None, base_version=None,
                       source="form")  # fmt: skip
    page = text_of(enter(worker).get(f"/places/answers/record/{made.key.replace('/', '~1')}/"))
    assert "消防通道" in page
    assert "停车及充电设施" in page


def test_something_new_is_registered_and_numbered(worker, enter):
    client = enter(worker)
    page = text_of(client.get("/places/facilities/new/?type=canteen"))
    assert '<option value="canteen" selected>' in page
    answer = client.post("/places/facilities/new/", {"type": "canteen", "name": "食堂", "status": "in_use", "shape": HERE,
                                                      "community_id": "330105011001"})  # fmt: skip
    assert answer["Location"] == "/places/facilities/record/F-330105011001-0001/"
    made = Record._all.get()
    assert (made.place, made.shape) == (HEMU, shapely.Point(120.1215, 30.2991))


def test_all_errors_stand_beside_their_fields(worker, enter):
    sent = {
        "type": "canteen",
        "status": "in_use",
        "floor_area_m2": "-5",
        "storey": "二",
        "community_id": "330105011001",
    }
    page = text_of(enter(worker).post("/places/facilities/new/", sent))
    assert "有 3 处需要改正" in page
    assert '<a href="#id_floor_area_m2">' in page
    assert '<a href="#id_storey">' in page
    assert "没有位置" in page
    assert 'value="-5"' in page
    assert Record._all.count() == 0


def test_the_key_of_another_record_is_refused(nursery, worker, enter):
    sent = {**SAME, "facility_id": "F1", "name": "别处", "type": "canteen"}
    assert "这个编号已被使用" in text_of(enter(worker).post("/places/facilities/new/", sent))


def test_what_is_hard_to_believe_or_twice_there_is_asked_about_once(nursery, worker, enter):
    client = enter(worker)
    sent = {**SAME, "floor_area_m2": "150000"}
    page = text_of(client.post("/places/facilities/new/", sent))
    assert "保存前请核对" in page
    assert "建筑面积 150000" in page
    assert f'href="{ONE}"' in page
    assert "需要改正" not in page
    assert "需要改正" in text_of(client.post("/places/facilities/new/", {**sent, "doubted": "1"}))
    assert client.post("/places/facilities/new/", {**sent, "doubted": "1", "sure": "on"}).status_code == 302
    assert Record._all.count() == 2


def test_a_change_is_saved_with_its_reason(nursery, worker, enter):
    client = enter(worker)
    assert 'value="和睦托育驿站"' in text_of(client.get(f"{ONE}edit/"))
    client.post(f"{ONE}edit/", {**SAME, "capacity": "40", "reason": "现场核实"})
    nursery.refresh_from_db()
    assert (nursery.version, nursery.values["capacity"]) == (2, 40)
    assert Event._all.order_by("-number").first().reason == "现场核实"


def test_a_form_that_changes_nothing_moves_nothing(city, worker, as_actor, enter):
    shape = shapely.Polygon([(120.1234567891, 30.1), (120.2, 30.1), (120.2, 30.2)])
    record_save(actor=as_actor(worker), layer="plots", key="P1", shape=shape, base_version=None, source="form",
                values={"site_area_m2": 100, "community_id": "330105011001"})  # fmt: skip
    client = enter(worker)
    page = client.get("/places/plots/record/P1/edit/")
    drawn = page.context["form"].initial["shape"]
    client.post("/places/plots/record/P1/edit/", {"site_area_m2": "100", "community_id": "330105011001", "version": 1,
                                                  "shape": drawn})  # fmt: skip
    assert Record._all.get().version == 1


def test_two_people_at_one_record_are_shown_to_each_other(nursery, worker, city, as_actor, enter):
    other = city.user("street", "3301/330105/330105011/", username="街道张")
    record_save(actor=as_actor(other), layer="facilities", key="F1", values={"capacity": 60, "operator": "某公司"},
                shape=None, base_version=1, source="phone")  # fmt: skip
    client = enter(worker)
    mine = {**SAME, "capacity": "40", "storey": "2"}
    page = text_of(client.post(f"{ONE}edit/", mine))
    for text in ("他人也改了这条记录", "街道张", "第 2 版", 'name="version" value="2"', 'name="capacity" value="40"'):
        assert text in page, text
    assert 'name="pick-operator" value="theirs" checked' in page
    assert 'name="pick-storey" value="mine" checked' in page
    assert 'name="pick-capacity" value="mine" checked' not in page
    decided = {**mine, "version": 2, "decided": "1", "pick-operator": "theirs", "pick-storey": "mine"}
    assert "还有项目没有选择" in text_of(client.post(f"{ONE}edit/", decided))
    client.post(f"{ONE}edit/", {**decided, "pick-capacity": "theirs"})
    nursery.refresh_from_db()
    assert nursery.version == 3
    assert (nursery.values["capacity"], nursery.values["storey"], nursery.values["operator"]) == (60, 2, "某公司")


def test_a_third_one_in_between_starts_it_again(nursery, worker, as_actor, enter):
    for version, capacity in ((1, 60), (2, 70)):
        record_save(actor=as_actor(worker), layer="facilities", key="F1", values={"capacity": capacity}, shape=None,
                    base_version=version, source="phone")  # fmt: skip
    sent = {**SAME, "capacity": "40", "version": 2, "decided": "1", "pick-capacity": "mine"}
    page = text_of(enter(worker).post(f"{ONE}edit/", sent))
    assert "他人也改了这条记录" in page
    assert 'name="version" value="3"' in page


def test_a_position_is_moved(nursery, worker, enter):
    client = enter(worker)
    assert 'data-island="pin"' in text_of(client.get(f"{ONE}position/"))
    moved = '{"type":"Point","coordinates":[120.13,30.3]}'
    client.post(f"{ONE}position/", {"shape": moved, "version": 1, "reason": "入口在东侧"})
    nursery.refresh_from_db()
    assert nursery.shape.equals(shapely.Point(120.13, 30.3))
    stale = text_of(client.post(f"{ONE}position/", {"shape": HERE, "version": 1}))
    assert "他人刚刚修改过" in stale
    crossed = '{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}'
    assert "重新标注" in text_of(client.post(f"{ONE}position/", {"shape": crossed, "version": 2}))


def test_closed_reopened_and_put_back(nursery, worker, as_actor, enter):
    client = enter(worker)
    assert "停业" in text_of(client.get(f"{ONE}close/"))
    assert "有 1 处需要改正" in text_of(client.post(f"{ONE}close/", {"version": 1, "reason": ""}))
    client.post(f"{ONE}close/", {"version": 1, "reason": "重复登记"})
    page = text_of(client.get(ONE))
    assert "恢复登记" in page
    assert "修改位置" not in page
    assert "已撤销" in text_of(client.post(f"{ONE}edit/", {**SAME, "version": 2, "capacity": "1"}))
    client.post(f"{ONE}reopen/", {"version": 2, "reason": "误撤"})
    client.post(f"{ONE}edit/", {**SAME, "version": 3, "capacity": "40"})
    page = text_of(client.get(f"{ONE}versions/1/restore/"))
    assert "<td>40</td>" in page
    client.post(f"{ONE}versions/1/restore/", {"version": 4, "reason": "填错"})
    nursery.refresh_from_db()
    assert (nursery.version, "capacity" in nursery.values) == (5, False)
    assert client.get(f"{ONE}versions/9/restore/").status_code == 404


def test_who_only_looks_is_offered_nothing_to_change(nursery, city, enter):
    client = enter(city.user("operator", HEMU))
    page = text_of(client.get(ONE))
    assert "撤销登记" not in page
    assert client.get(f"{ONE}edit/").status_code == 403
    outsider = enter(city.user("community_worker", "3301/330106/330106003/330106003001/"))
    assert outsider.get(ONE).status_code == 404
    assert outsider.post(f"{ONE}close/", {"version": 1, "reason": "x"}).status_code == 404


def test_a_closed_record_of_a_stale_page_is_a_conflict(nursery, worker, as_actor, enter):
    record_close(actor=as_actor(worker), record=nursery, base_version=1, source="form", reason="x")
    page = text_of(enter(worker).post(f"{ONE}reopen/", {"version": 1, "reason": "y"}))
    assert "他人刚刚修改过" in page


def test_a_record_is_shown_without_the_help_for_filling_in_or_an_empty_list_of_events(
    nursery, worker, enter, monkeypatch
):
    page = text_of(enter(worker).get(ONE))
    assert "建筑面积" in page
    assert "不知道就留空" not in page
    assert "操作记录" in page
    monkeypatch.setattr("linli.web.places.record_views.events_about", lambda *_: [])
    assert "操作记录" not in text_of(enter(worker).get(ONE))
