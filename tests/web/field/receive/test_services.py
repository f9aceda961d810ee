"""Once, in any order, nothing lost, nothing overwritten."""

import datetime as dt
import random
import uuid

import pytest
import shapely
from django.db import DatabaseError, transaction
from django.utils import timezone

from linli.web.accounts.models import Grant
from linli.web.audit.models import Event
from linli.web.field.columns import geometry_text
from linli.web.field.models import Conflict, Entry, Picture, Submission
from linli.web.places.models import Photo, Record, Version
from linli.web.places.services import record_close
from linli.web.surveys.models import Return

pytestmark = pytest.mark.django_db


def jpeg(colour="red"):
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "JPEG")
    return file.getvalue()


# New and changed ----------------------------------------------------------------------------------------------------
def test_a_new_facility_comes_into_the_register(case):
    sent = case.body(values=case.fresh(floor_area_m2="120", own_entrance="true"))
    told = case.send(sent)
    assert (told["state"], told["version"]) == ("accepted", 1)
    record = Record._all.get(name="和睦药店")
    assert record.values["floor_area_m2"] == 120
    assert record.values["own_entrance"] is True
    assert record.shape.equals(shapely.Point(120.12, 30.3))
    assert record.versions.get().source == "phone"
    entry = case.entry(sent)
    assert (entry.state, entry.record, entry.round, entry.place) == ("accepted", record, case.round, case.home.path)
    assert list(Event._all.order_by("-number").values_list("event", flat=True)[:2]) == [
        "field.submission.receive", "places.record.create"]  # fmt: skip


def test_a_change_names_only_what_was_changed(case):
    one = case.facility()
    told = case.send(case.body(one, values=case.filled(one, floor_area_m2="300", opening_hours="07:00-19:00")))
    assert told["state"] == "accepted"
    one.refresh_from_db()
    assert (one.version, one.values["floor_area_m2"], one.values["opening_hours"]) == (2, 300, "07:00-19:00")
    assert one.values["name"] == "和睦食堂"


def test_a_field_that_is_emptied_is_unknown_again(case):
    one = case.facility()
    case.send(case.body(one, values=case.filled(one, floor_area_m2="")))
    one.refresh_from_db()
    assert "floor_area_m2" not in one.values


def test_a_form_that_changes_nothing_confirms(case):
    one = case.facility()
    told = case.send(case.body(one, values=case.filled(one)))
    assert told["state"] == "accepted"
    assert "已核对" in told["message"]
    one.refresh_from_db()
    assert one.version == 2
    assert one.changed_at.date() >= timezone.now().date() - dt.timedelta(days=1)
    first, second = one.versions.order_by("number")
    assert first.values == second.values


def test_everything_that_is_wrong_comes_back_by_field(case):
    one = case.facility()
    wrong = case.filled(one, floor_area_m2="-5", storey="三楼", type="castle", geometry="nowhere")
    sent = case.body(one, values=wrong)
    told = case.send(sent)
    assert told["state"] == "invalid"
    assert set(told["errors"]) == {"geometry"}
    told = case.send({**sent, "revision": 1, "values": {**wrong, "geometry": geometry_text(one.shape)}})
    assert {"floor_area_m2", "storey", "type"} <= set(told["errors"])
    assert "-5" in told["errors"]["floor_area_m2"][0]
    one.refresh_from_db()
    assert one.version == 1
    assert case.entry(sent).state == "invalid"
    right = case.send({**sent, "revision": 2, "values": case.filled(one, floor_area_m2="5")})
    assert right["state"] == "accepted"
    assert case.entry(sent).submissions.count() == 3


def test_a_new_one_that_is_wrong_is_kept_and_not_registered(case):
    sent = case.body(values=case.fresh(type="", floor_area_m2="much"))
    told = case.send(sent)
    assert {"type", "floor_area_m2"} <= set(told["errors"])
    assert not Record._all.filter(layer="facilities").exists()
    assert Submission._all.get().values["floor_area_m2"] == "much"


def test_an_answer_needs_no_key_of_its_own(case):
    item = "complete_community/community_culture"
    values = {"community_id": case.home.code, "item": item, "value": "partly", "evidence": "制度第 3 页",
              "item_title": "社区文化"}  # fmt: skip
    sent = case.body(form="answers", values=values)
    told = case.send({**sent, "record": f"answers/{case.home.code}|{item}"})
    assert told["state"] == "accepted", told
    assert Record._all.get(layer="answers").values["value"] == "partly"
    again = case.send({**case.body(form="answers", values={**values, "value": "yes"}), "record": None}, by="other")
    assert again["state"] == "conflict"  # somebody answered meanwhile
    assert [field["name"] for field in again["fields"]] == ["value"]
    assert again["fields"][0]["shown"] == {"base": None, "mine": "是", "theirs": "部分"}


def test_several_ticks_are_a_list(case):
    values = {"name": "车库", "community_id": case.home.code, "floor_area_m2": "80",
              "allowed_types": ["nursery", "canteen"], "geometry": geometry_text(shapely.Point(120.12, 30.3))}  # fmt: skip
    told = case.send(case.body(form="rooms", values=values))
    assert told["state"] == "accepted", told
    assert Record._all.get(layer="rooms").values["allowed_types"] == "nursery;canteen"


# Once ---------------------------------------------------------------------------------------------------------------
def test_the_same_sending_counts_once(case):
    sent = case.body(values=case.fresh())
    first = case.send(sent)
    events = Event._all.count()
    again = case.send(sent)
    assert again["state"] == "accepted"
    assert again["version"] == first["version"]
    assert Record._all.filter(layer="facilities").count() == 1
    assert Event._all.count() == events
    assert Submission._all.count() == 1


def test_a_correction_of_what_already_arrived_changes_it(case):
    """The answer to the first sending was lost; the person corrected what the phone took for unsent."""
    sent = case.body(values=case.fresh(floor_area_m2="100"))
    case.send(sent)
    told = case.send({**sent, "revision": 1, "values": case.fresh(floor_area_m2="120")})
    assert told["state"] == "accepted"
    record = Record._all.get(layer="facilities")
    assert (record.version, record.values["floor_area_m2"]) == (2, 120)


def test_an_older_sending_that_comes_later_changes_nothing(case):
    one = case.facility()
    sent = case.body(one, values=case.filled(one, floor_area_m2="300"))
    newer = {**sent, "revision": 1, "values": case.filled(one, floor_area_m2="310")}
    case.send(newer)
    told = case.send(sent)
    assert (told["state"], told["version"]) == ("accepted", 2)
    one.refresh_from_db()
    assert one.values["floor_area_m2"] == 310
    assert Submission._all.count() == 2  # kept all the same


@pytest.mark.parametrize("seed", range(6))
def test_in_whatever_order_sendings_come_the_newest_stands(case, seed):
    one = case.facility()
    client = uuid.uuid4()
    sendings = [
        case.body(one, values=case.filled(one, floor_area_m2=str(300 + n)), client=client, revision=n) for n in range(5)
    ]
    shuffled = sendings * 2
    random.Random(seed).shuffle(shuffled)
    for sent in shuffled:
        assert case.send(sent)["state"] == "accepted"
    one.refresh_from_db()
    assert one.values["floor_area_m2"] == 304


def test_another_content_under_the_same_number_is_refused(case):
    sent = case.body(values=case.fresh())
    case.send(sent)
    assert case.send({**sent, "values": case.fresh(name="另一个")})["state"] == "refused"
    assert Record._all.filter(layer="facilities").count() == 1


def test_an_entry_belongs_to_who_made_it(case):
    sent = case.body(values=case.fresh())
    case.send(sent)
    told = case.send({**sent, "revision": 1}, by="other")
    assert told == {"state": "refused", "message": "这一条是别人填写的。"}


# Two people ---------------------------------------------------------------------------------------------------------
def test_different_fields_are_put_together_and_said(case):
    one = case.facility()
    case.change(one, opening_hours="06:00-20:00")
    told = case.send(case.body(one, values=case.filled(one, floor_area_m2="300")))
    assert told["state"] == "accepted"
    assert "开放时间" in told["message"]
    assert "街道办" in told["message"]
    one.refresh_from_db()
    assert (one.values["floor_area_m2"], one.values["opening_hours"]) == (300, "06:00-20:00")


def test_the_same_field_is_decided_by_a_person_and_nothing_is_overwritten(case):
    one = case.facility()
    case.change(one, floor_area_m2=260, opening_hours="06:00-20:00")
    sent = case.body(one, values=case.filled(one, floor_area_m2="300", name="新食堂"))
    told = case.send(sent)
    assert (told["state"], told["version"], told["by"]) == ("conflict", 2, "街道办")
    fields = {field["name"]: field for field in told["fields"]}
    assert set(fields) == {"floor_area_m2", "opening_hours"}  # what only I changed needs no decision
    assert (fields["floor_area_m2"]["base"], fields["floor_area_m2"]["mine"], fields["floor_area_m2"]["theirs"]) == (
        "240",
        "300",
        "260",
    )
    one.refresh_from_db()
    assert one.values["floor_area_m2"] == 260
    conflict = Conflict._all.get()
    assert (conflict.state, conflict.kind, conflict.theirs_version) == ("open", "both", 2)
    resolved = {
        **sent, "revision": 1, "base_version": 2, "resolved": True,
        "values": {**sent["values"], "floor_area_m2": "280", "opening_hours": "06:00-20:00"},
    }  # fmt: skip
    assert case.send(resolved)["state"] == "accepted"
    one.refresh_from_db()
    assert (one.values["floor_area_m2"], one.values["name"], one.values["opening_hours"]) == (
        280,
        "新食堂",
        "06:00-20:00",
    )
    conflict.refresh_from_db()
    assert conflict.state == "superseded"


def test_what_was_decided_on_the_phone_may_clash_again(case):
    one = case.facility()
    case.change(one, floor_area_m2=260)
    sent = case.body(one, values=case.filled(one, floor_area_m2="300"))
    case.send(sent)
    case.change(one, floor_area_m2=270)
    told = case.send({**sent, "revision": 1, "base_version": 2, "resolved": True})
    assert (told["state"], told["version"]) == ("conflict", 3)
    assert Conflict._all.filter(state="open").count() == 1


def test_a_moved_entrance_is_a_field_like_any_other(case):
    one = case.facility()
    case.change(one, shape=shapely.Point(120.13, 30.3))
    moved = geometry_text(shapely.Point(120.125, 30.3))
    told = case.send(case.body(one, values=case.filled(one, geometry=moved)))
    assert told["state"] == "conflict"
    (field,) = told["fields"]
    assert field["name"] == "geometry"
    assert field["other"] is False
    assert field["shown"]["mine"] == "120.12500, 30.30000"
    assert field["mine"] == moved


def test_two_of_one_s_own_from_one_stale_page_do_not_clash(case):
    """Filled in twice without a network, from the same page kept on the phone."""
    one = case.facility()
    first = case.body(one, values=case.filled(one, floor_area_m2="300"))
    second = case.body(one, values=case.filled(one, floor_area_m2="310", opening_hours="08:00-18:00"))
    third = case.body(one, values=case.filled(one, capacity="40"))
    for sent in (first, second, third):
        assert case.send(sent)["state"] == "accepted"
    one.refresh_from_db()
    assert (one.values["floor_area_m2"], one.values["opening_hours"], one.values["capacity"]) == (
        310,
        "08:00-18:00",
        40,
    )


def test_a_phone_that_claims_a_version_that_never_was_overwrites_nothing(case):
    one = case.facility()
    case.change(one, floor_area_m2=260)
    sent = case.body(one, values=case.filled(one, floor_area_m2="300"), base_version=99)
    assert case.send(sent)["state"] == "conflict"
    one.refresh_from_db()
    assert one.values["floor_area_m2"] == 260


# Rights and closed records ------------------------------------------------------------------------------------------
def test_a_right_that_ended_loses_nothing(case):
    one = case.facility()
    Grant._all.filter(user=case.who["worker"]).update(revoked_at=timezone.now())
    sent = case.body(one, values=case.filled(one, floor_area_m2="300"), photos=[{"name": "a.jpg"}])
    told = case.send(sent, files=[("a.jpg", jpeg())])
    assert told["state"] == "refused"
    assert "没有填报权限" in told["message"]
    assert "theirs" not in str(told)
    entry = case.entry(sent)
    assert (entry.state, entry.pictures.count(), entry.conflicts.get().kind) == ("held", 1, "no_right")
    one.refresh_from_db()
    assert one.version == 1
    assert case.send(sent)["state"] == "refused"  # however often it is sent
    assert Submission._all.count() == 1


def test_beyond_one_s_jurisdiction_a_new_one_is_held_and_tells_nothing(case, city):
    outside = city.user("community_worker", "3301/330106/330106003/330106003001/", username="outside")
    case.who["outside"] = outside
    one = case.facility()
    told = case.send(case.body(one, values={"name": "x"}), by="outside")
    assert told["state"] == "refused"
    assert one.name not in str(told)
    assert one.name not in Entry._all.get().title
    told = case.send(case.body(values=case.fresh()), by="outside")
    assert told["state"] == "refused"
    assert not Record._all.filter(name="和睦药店").exists()


def test_a_record_closed_meanwhile_is_left_to_the_office(case):
    one = case.facility()
    record_close(actor=case.actor("street"), record=one, base_version=1, source="form", reason="重复")
    told = case.send(case.body(one, values=case.filled(one, floor_area_m2="300"), base_version=1))
    assert told["state"] == "refused"
    assert Conflict._all.get().kind == "closed"


def test_a_record_that_never_was_is_said(case):
    told = case.send({**case.body(values=case.fresh()), "record": "facilities/F-0"})
    assert "没有这条记录" in told["message"]
    assert Entry._all.get().state == "stale"


def test_a_correction_after_the_street_s_word_is_looked_at_again(case):
    one = case.facility()
    sent = case.body(one, values=case.filled(one, floor_area_m2="300"))
    case.send(sent)
    Entry._all.update(review="issues")
    case.send({**sent, "revision": 1, "values": case.filled(one, floor_area_m2="310")})
    assert case.entry(sent).review == "received"


# One tap ------------------------------------------------------------------------------------------------------------
def test_one_tap_confirms(case):
    one = case.facility()
    sent = case.body(one, form="confirm")
    assert case.send(sent)["state"] == "accepted"
    one.refresh_from_db()
    assert one.version == 2
    assert one.versions.get(number=2).source == "phone"
    assert case.send(sent)["state"] == "accepted"
    one.refresh_from_db()
    assert one.version == 2
    assert Event._all.filter(event="places.record.confirm").count() == 1


def test_one_tap_on_what_somebody_changed_confirms_nothing(case):
    one = case.facility()
    case.change(one, floor_area_m2=260)
    told = case.send(case.body(one, form="confirm"))
    assert told["state"] == "refused"
    assert "街道办" in told["message"]
    assert Entry._all.get().state == "stale"
    assert Version._all.filter(record=one).count() == 2


def test_one_tap_after_one_s_own_change_confirms(case):
    one = case.facility()
    case.send(case.body(one, values=case.filled(one, floor_area_m2="300")))
    assert case.send(case.body(one, form="confirm"))["state"] == "accepted"


def test_one_tap_says_that_there_is_none(case):
    values = {"community_id": case.home.code, "type": "nursery"}
    told = case.send(case.body(form="none", values=values))
    assert told["state"] == "accepted", told
    part = Return._all.get(community=case.home, round=case.round)
    assert part.none_of == ["facilities/nursery"]
    case.send(case.body(form="none", values={**values, "type": "kindergarten"}))
    part.refresh_from_db()
    assert part.none_of == ["facilities/kindergarten", "facilities/nursery"]
    case.facility(kind="market", name="菜场")
    told = case.send(case.body(form="none", values={**values, "type": "market"}))
    assert told["state"] == "refused"
    assert case.send(case.body(form="none", values={**values, "type": "castle"}))["state"] == "refused"


# Pictures -----------------------------------------------------------------------------------------------------------
def test_photos_go_to_the_record_with_their_time_and_place(case, django_capture_on_commit_callbacks):
    one = case.facility()
    note = {"name": "door.jpg", "taken_at": "2026-11-20T09:30:15+08:00", "taken_at_source": "exif",
            "position": [120.1215, 30.2991]}  # fmt: skip
    sent = case.body(one, values=case.filled(one, floor_area_m2="300"), photos=[note, {"name": "b.jpg"}])
    with django_capture_on_commit_callbacks(execute=True):
        told = case.send(sent, files=[("door.jpg", jpeg()), ("b.jpg", jpeg("blue"))])
    assert told["state"] == "accepted"
    door, other = Photo._all.filter(record=one).order_by("pk")
    assert door.taken_at == dt.datetime(2026, 11, 20, 1, 30, 15, tzinfo=dt.UTC)
    assert (door.longitude, door.latitude) == (120.1215, 30.2991)
    assert other.taken_at is None
    pictures = list(Picture._all.order_by("pk"))
    assert [p.photo for p in pictures] == [door, other]
    assert not any(p.file for p in pictures)
    with django_capture_on_commit_callbacks(execute=True):
        case.send({**sent, "revision": 1, "values": case.filled(one, floor_area_m2="310")},
                  files=[("door.jpg", jpeg()), ("b.jpg", jpeg("blue"))])  # fmt: skip
    assert Photo._all.filter(record=one).count() == 2  # sent again, kept once


def test_photos_of_a_conflict_are_kept_until_it_is_decided(case):
    one = case.facility()
    case.change(one, floor_area_m2=260)
    sent = case.body(one, values=case.filled(one, floor_area_m2="300"), photos=[{"name": "a.jpg"}])
    case.send(sent, files=[("a.jpg", jpeg())])
    assert not Photo._all.exists()
    assert Picture._all.get().file.size == len(jpeg())


def test_a_file_that_is_no_photo_does_not_stop_the_form(case):
    one = case.facility()
    sent = case.body(one, values=case.filled(one, floor_area_m2="300"), photos=[{"name": "a.jpg"}])
    told = case.send(sent, files=[("a.jpg", b"%PDF-1.7")])
    assert told["state"] == "accepted"
    assert "没有收下" in told["message"]


# Held by the database -----------------------------------------------------------------------------------------------
def test_what_was_sent_can_not_be_changed(case):
    case.send(case.body(values=case.fresh()))
    with pytest.raises(DatabaseError), transaction.atomic():
        Submission._all.update(values={})
    with pytest.raises(DatabaseError), transaction.atomic():
        Submission._all.all().delete()
