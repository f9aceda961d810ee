import pytest
import shapely

from linli.web.audit.models import Event
from linli.web.places.models import Apart, Photo, Record
from linli.web.places.services import RecordConflict, record_save
from linli.web.places.twins.services import records_merge, twins_part
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(nursery, worker, as_actor):
    values = {"type": "nursery", "name": "和睦托育", "community_id": "330105011001", "capacity": 40}
    return record_save(actor=as_actor(worker), layer="facilities", key="F2", values=values,
                       shape=shapely.Point(120.1216, 30.2991), base_version=None, source="form")  # fmt: skip


def test_two_that_are_two_are_noted_once(nursery, twin, worker, city, as_actor):
    with pytest.raises(Refused, match="理由"):
        twins_part(actor=as_actor(worker), first=twin, second=nursery, reason="")
    with pytest.raises(Refused, match="不能合并或区分"):
        twins_part(actor=as_actor(worker), first=twin, second=twin, reason="x")
    with pytest.raises(Refused, match="职权"):
        outsider = city.user("community_worker", "3301/330106/330106003/330106003001/")
        twins_part(actor=as_actor(outsider), first=twin, second=nursery, reason="x")
    made = twins_part(actor=as_actor(worker), first=twin, second=nursery, reason="两层")
    assert (made.first, made.second) == (nursery, twin)
    assert twins_part(actor=as_actor(worker), first=nursery, second=twin, reason="两层") == made
    assert Apart._all.count() == 1
    assert Event._all.order_by("-number").first().event == "places.twins.part"


def test_one_goes_into_the_other(nursery, twin, worker, as_actor):
    photo = Photo._all.create(record=twin, name="a.jpg", kind="jpg", sha256="0" * 64, size=1)
    saved = records_merge(actor=as_actor(worker), kept=nursery, other=twin, base_versions=(1, 1), reason="同一处",
                          values={"capacity": 40, "facility_id": "F2"}, shape=None)  # fmt: skip
    assert (saved.key, saved.version, saved.values["capacity"], saved.values["facility_id"]) == ("F1", 2, 40, "F1")
    assert Record._all.get(key="F2").closed_at is not None
    photo.refresh_from_db()
    assert photo.record == saved
    events = list(Event._all.order_by("number").values_list("event", flat=True))[-3:]
    assert events == ["places.record.update", "places.record.close", "places.twins.merge"]


def test_a_stale_merge_does_nothing(nursery, twin, worker, as_actor):
    record_save(actor=as_actor(worker), layer="facilities", key="F2", values={"capacity": 41}, shape=None,
                base_version=1, source="form")  # fmt: skip
    with pytest.raises(RecordConflict):
        records_merge(actor=as_actor(worker), kept=nursery, other=twin, base_versions=(1, 1), reason="同一处",
                      values={"capacity": 40}, shape=None)  # fmt: skip
    assert Record._all.get(key="F1").version == 1
    with pytest.raises(Refused, match="不能合并或区分"):
        records_merge(actor=as_actor(worker), kept=nursery, other=nursery, base_versions=(1, 1), reason="x", values={},
                      shape=None)  # fmt: skip
