"""A person decides, field by field; what was not taken stays with the submission."""

import pytest
from django.utils import timezone

from linli.web.accounts.models import Grant
from linli.web.audit.models import Event
from linli.web.field.decide.services import choices_of, conflict_decide, entry_decline
from linli.web.field.models import Conflict, Entry, Submission
from linli.web.places.models import Photo, Record
from linli.web.places.services import RecordRefused, record_close
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db


def jpeg():
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def clash(case):
    """A worker wrote 300 m², the street 260 m² and other hours."""
    one = case.facility()
    case.change(one, floor_area_m2=260, opening_hours="06:00-20:00")
    sent = case.body(one, values=case.filled(one, floor_area_m2="300", name="新食堂"), photos=[{"name": "a.jpg"}])
    case.send(sent, files=[("a.jpg", jpeg())])
    one.refresh_from_db()
    return one, sent, Conflict._all.get()


def decide(case, conflict, taken, by="street", version=2, **more):
    return conflict_decide(actor=case.actor(by), conflict=conflict, theirs_version=version, taken=taken,
                           reason=more.pop("reason", "现场复核"), **more)  # fmt: skip


def key_of(call):
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.key.removeprefix("field.refuse.")


ALL = {"name": "mine", "floor_area_m2": "mine", "opening_hours": "theirs"}


def test_what_differs_is_offered_with_what_can_be_suggested(case, clash):
    choices = {choice.name: choice for choice in choices_of(clash[2])}
    assert {name: choice.suggestion for name, choice in choices.items()} == {
        "name": "mine", "floor_area_m2": "", "opening_hours": "theirs"}  # fmt: skip
    area = choices["floor_area_m2"]
    assert (area.base, area.mine, area.theirs, area.title) == ("240", "300", "260", "建筑面积（m²）")


def test_the_decision_goes_into_the_register_with_photos_and_history(case, clash):
    one, sent, conflict = clash
    entry = decide(case, conflict, ALL)
    one.refresh_from_db()
    assert (one.version, one.values["floor_area_m2"], one.values["name"], one.values["opening_hours"]) == (
        3, 300, "新食堂", "06:00-20:00")  # fmt: skip
    version = one.versions.get(number=3)
    assert (version.by, version.reason, version.cell) == (case.who["street"], "现场复核", sent["id"])
    assert Photo._all.filter(record=one).count() == 1
    assert (entry.state, entry.made_version) == ("accepted", 3)
    conflict.refresh_from_db()
    assert (conflict.state, conflict.decided_by, conflict.choices) == ("decided", case.who["street"], ALL)
    assert conflict.fields  # what it was about stays
    event = Event._all.get(event="field.conflict.decide")
    assert "现场复核" in event.reason
    assert case.send(sent, files=[("a.jpg", jpeg())])["state"] == "accepted"  # the phone hears that it is done


def test_theirs_may_stand_and_another_value_may_be_typed(case, clash):
    one, _, conflict = clash
    decide(case, conflict, {**ALL, "floor_area_m2": "other", "name": "theirs"}, typed={"floor_area_m2": "280"})
    one.refresh_from_db()
    assert (one.values["floor_area_m2"], one.values["name"]) == (280, "和睦食堂")


def test_to_leave_everything_as_it_is_writes_nothing(case, clash):
    one, _, conflict = clash
    entry = decide(case, conflict, dict.fromkeys(ALL, "theirs"))
    one.refresh_from_db()
    assert one.version == 2
    assert (entry.state, entry.made_version) == ("accepted", 2)


def test_what_cannot_be_decided(case, clash, city):
    one, _, conflict = clash
    assert key_of(lambda: decide(case, conflict, {"name": "mine"})) == "undecided"
    assert key_of(lambda: decide(case, conflict, ALL, reason=" ")) == "reason"
    assert key_of(lambda: decide(case, conflict, ALL, version=1)) == "moved"
    case.who["stranger"] = city.user("street", "3301/330105/330105012/", username="stranger")
    assert key_of(lambda: decide(case, conflict, ALL, by="stranger")) == "outside"
    with pytest.raises(RecordRefused):
        decide(case, conflict, {**ALL, "floor_area_m2": "other"}, typed={"floor_area_m2": "-3"})
    case.change(one, by="city", floor_area_m2=265)
    assert key_of(lambda: decide(case, conflict, ALL)) == "moved"
    decide(case, conflict, ALL, version=3)
    assert key_of(lambda: decide(case, conflict, ALL, version=4)) == "decided_already"


def test_the_phone_may_still_speak_after_the_office_decided(case, clash):
    one, sent, conflict = clash
    decide(case, conflict, {**ALL, "floor_area_m2": "theirs"})
    resolved = {**sent, "revision": 1, "base_version": 2, "resolved": True,
                "values": {**sent["values"], "floor_area_m2": "300", "opening_hours": "06:00-20:00"}}  # fmt: skip
    told = case.send(resolved, files=[("a.jpg", jpeg())])
    assert told["state"] == "accepted"  # nobody changed the area after version 2: the sender's choice is a new change
    one.refresh_from_db()
    assert one.values["floor_area_m2"] == 300
    assert Submission._all.count() == 2


def test_nothing_may_be_taken_with_a_reason(case, clash):
    one, sent, conflict = clash
    assert key_of(lambda: entry_decline(actor=case.actor("street"), conflict=conflict, reason="")) == "reason"
    entry = entry_decline(actor=case.actor("street"), conflict=conflict, reason="现场已核实，以登记为准")
    one.refresh_from_db()
    assert (entry.state, one.version) == ("declined", 2)
    assert entry.pictures.count() == 1
    told = case.send(sent, files=[("a.jpg", jpeg())])
    assert (told["state"], "没有采用" in told["message"]) == ("refused", True)
    assert key_of(lambda: entry_decline(actor=case.actor("street"), conflict=conflict, reason="x")) == "decided_already"


def test_what_came_without_a_right_is_taken_in_by_the_office(case):
    one = case.facility()
    Grant._all.filter(user=case.who["worker"]).update(revoked_at=timezone.now())
    case.send(case.body(one, values=case.filled(one, floor_area_m2="300")))
    case.send(case.body(values=case.fresh(floor_area_m2="90")))
    for conflict in Conflict._all.order_by("pk"):
        taken = {choice.name: "mine" for choice in choices_of(conflict)}
        decide(case, conflict, taken, version=1 if conflict.entry.record_id else None)
    one.refresh_from_db()
    assert one.values["floor_area_m2"] == 300
    made = Record._all.get(name="和睦药店")
    assert (made.place, made.values["floor_area_m2"], made.values["type"]) == (case.home.path, 90, "pharmacy")
    assert set(Entry._all.values_list("state", flat=True)) == {"accepted"}


def test_to_take_nothing_of_a_new_one_is_to_decline_it(case):
    Grant._all.filter(user=case.who["worker"]).update(revoked_at=timezone.now())
    case.send(case.body(values=case.fresh()))
    conflict = Conflict._all.get()
    taken = {choice.name: "theirs" for choice in choices_of(conflict)}
    assert key_of(lambda: decide(case, conflict, taken, version=None)) == "nothing_taken"


def test_one_tap_without_a_right_is_taken_as_a_confirmation(case):
    one = case.facility()
    Grant._all.filter(user=case.who["worker"]).update(revoked_at=timezone.now())
    case.send(case.body(one, form="confirm"))
    conflict = Conflict._all.get()
    assert choices_of(conflict) == ()
    decide(case, conflict, {}, version=1)
    one.refresh_from_db()
    assert one.version == 2


def test_a_closed_record_is_reopened_before_anything_is_written(case):
    one = case.facility()
    record_close(actor=case.actor("street"), record=one, base_version=1, source="form", reason="重复")
    case.send(case.body(one, values=case.filled(one, floor_area_m2="300"), base_version=1))
    conflict = Conflict._all.get()
    with pytest.raises(Refused) as caught:
        decide(case, conflict, {choice.name: "mine" for choice in choices_of(conflict)})
    assert caught.value.key == "places.refuse.closed"
