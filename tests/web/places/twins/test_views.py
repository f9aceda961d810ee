import pytest
import shapely

from linli.web.places.models import Apart, Record
from linli.web.places.services import record_save
from linli.web.places.twins import views

pytestmark = pytest.mark.django_db

LIST = "/places/facilities/duplicates/"


@pytest.fixture
def twin(nursery, worker, as_actor):
    values = {"type": "nursery", "name": "和睦托育驿站分部", "community_id": "330105011001", "capacity": 40}
    return record_save(actor=as_actor(worker), layer="facilities", key="F2", values=values,
                       shape=shapely.Point(120.1216, 30.2991), base_version=None, source="form")  # fmt: skip


def test_pairs_are_listed_and_parted(nursery, twin, worker, enter, monkeypatch):
    client = enter(worker)
    page = client.get(LIST).content.decode()
    assert "和睦托育驿站分部" in page
    assert "/places/facilities/duplicates/F1/F2/two/" in page
    client.post(f"{LIST}F1/F2/two/", {"reason": "两处"})
    assert Apart._all.get().reason == "两处"
    assert "没有疑似重复" in client.get(LIST).content.decode()
    monkeypatch.setattr(views, "_MOST", 1)
    assert "请先选择" in client.get(LIST).content.decode()


def test_two_stand_side_by_side_and_one_stays(nursery, twin, worker, enter):
    client = enter(worker)
    page = client.get(f"{LIST}F1/F2/").content.decode()
    assert "和睦托育驿站分部" in page
    assert 'name="pick-capacity" value="F2" checked' in page  # what only one knows is taken
    assert "pick-facility_id" not in page
    answer = client.post(f"{LIST}F1/F2/", {"kept": "F1", "versions": "1:1", "reason": "同一处", "pick-capacity": "F2",
                                          "pick-name": "F1", "pick-shape": "F2"})  # fmt: skip
    assert answer.status_code == 302
    kept = Record._all.get(key="F1")
    assert (kept.values["capacity"], kept.values["name"]) == (40, "和睦托育驿站")
    assert kept.shape.x == 120.1216
    assert Record._all.get(key="F2").closed_at is not None
    assert client.get(f"{LIST}F1/F2/").status_code == 404


def test_nothing_is_merged_without_a_choice_a_reason_or_by_stale_eyes(nursery, twin, worker, enter):
    client = enter(worker)
    assert "有 2 处需要改正" in client.post(f"{LIST}F1/F2/", {"versions": "1:1"}).content.decode()
    for versions in ("2:1", "x", "1"):
        page = client.post(f"{LIST}F1/F2/", {"kept": "F1", "versions": versions, "reason": "同一处"})
        assert "他人刚刚修改过" in page.content.decode()
