from datetime import timedelta

import pytest
from django.utils import timezone

from linli.web.audit.models import Event
from linli.web.places.models import Record
from linli.web.refusal import Refused
from linli.web.rooms.models import Offer, Step
from linli.web.rooms.services import room_step

pytestmark = pytest.mark.django_db
SOON = timezone.localdate() + timedelta(days=30)


def test_a_room_goes_from_offered_to_use_and_back(desk):
    desk.step("check")
    reserved = desk.step("reserve", facility_type="canteen", until=SOON)
    assert (reserved.state, reserved.facility_type, reserved.until) == ("reserved", "canteen", SOON)
    used = desk.step("use", facility_type="canteen")
    desk.room.refresh_from_db()
    assert desk.room.closed_at is not None
    assert (used.facility.kind, used.facility.values["floor_area_m2"]) == ("canteen", 260)
    assert used.facility.shape.equals(desk.room.shape)
    again = desk.step("offer_again", by="worker")
    desk.room.refresh_from_db()
    assert (desk.room.closed_at, again.state, again.facility_type) == (None, "offered", "")
    assert list(Step._all.values_list("verb", flat=True)) == ["check", "reserve", "use", "offer_again"]
    assert Event._all.filter(event__startswith="rooms.room.").count() == 4


@pytest.mark.parametrize(
    ("steps", "name", "said", "field"),
    [
        (("check",), "reserve", {"facility_type": "library", "until": SOON}, "facility_type"),
        (
            ("check",),
            "reserve",
            {"facility_type": "canteen", "until": timezone.localdate() - timedelta(days=1)},
            "until",
        ),
        (("check",), "use", {}, "facility_type"),
        ((), "reserve", {"facility_type": "canteen", "until": SOON}, ""),
        ((), "nothing", {}, ""),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(desk, steps, name, said, field):
    for one in steps:
        desk.step(one)
    before = (Offer._all.filter(version__gt=0).count(), Step._all.count(), Record._all.count())
    with pytest.raises(Refused) as caught:
        desk.step(name, **said)
    assert caught.value.field == field
    assert (Offer._all.filter(version__gt=0).count(), Step._all.count(), Record._all.count()) == before


def test_only_who_may_review_there_checks_it(desk):
    for by in ("worker", "other"):
        with pytest.raises(Refused, match="职权"):
            desk.step("check", by=by)
    assert desk.step("withdraw", by="worker").state == "withdrawn"
    desk.room.refresh_from_db()
    assert desk.room.closed_at is not None


def test_two_people_at_once(desk):
    desk.step("check")
    with pytest.raises(Refused, match="刷新"):
        room_step(actor=desk.acts("street"), room=desk.room, base_version=0, step="withdraw", reason="收回")
    with pytest.raises(Refused, match="理由"):
        desk.step("withdraw", reason=" ")
