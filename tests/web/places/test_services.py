import datetime as dt

import pytest
import shapely

from linli.web.audit.actor import system_actor
from linli.web.audit.models import Event
from linli.web.places.batch import Change, NewRow
from linli.web.places.models import Record, Version
from linli.web.places.services import (
    RecordConflict,
    RecordRefused,
    record_close,
    record_confirm,
    record_reopen,
    record_restore,
    record_save,
    records_apply,
    records_undo,
)
from linli.web.refusal import Refused

HEMU = "3301/330105/330105011/330105011001/"
HUAFENG = "3301/330105/330105011/330105011002/"
WENSAN = "3301/330106/330106003/330106003001/"
STREET = "3301/330105/330105011/"
HERE = shapely.Point(120.1215, 30.2991)

pytestmark = pytest.mark.django_db


def save(actor, **more):
    about = {"layer": "facilities", "key": "", "values": {}, "shape": HERE, "base_version": None, "source": "form"}
    return record_save(actor=actor, **{**about, **more})


def test_a_new_record_is_typed_placed_and_told_of(nursery):
    assert nursery.values == {
        "facility_id": "F1", "type": "nursery", "name": "和睦托育驿站", "community_id": "330105011001",
        "floor_area_m2": 260, "status": "in_use",
    }  # fmt: skip
    assert (nursery.place, nursery.kind, nursery.name, nursery.version) == (HEMU, "nursery", "和睦托育驿站", 1)
    assert nursery.shape.equals(HERE)
    version = Version._all.get()
    assert (version.number, version.values, version.source) == (1, nursery.values, "form")
    assert version.by_id is not None
    event = Event._all.get()
    assert (event.event, event.module, event.place) == ("places.record.create", "places", HEMU)
    assert '"floor_area_m2":260' in event.after


def test_what_people_write_is_read_as_in_a_workbook(worker, as_actor):
    values = {"type": "托育机构", "floor_area_m2": "1,260", "own_entrance": "是", "community_id": "330105011001"}
    made = save(as_actor(worker), values={**values, "status": "在用", "storey": "１"})
    assert made.values["floor_area_m2"] == 1260
    assert made.values["own_entrance"] is True
    assert made.values["storey"] == 1
    room = save(
        as_actor(worker), layer="rooms",
        values={"floor_area_m2": 88.5, "available_from": dt.date(2026, 7, 1), "community_id": "330105011001"},
    )  # fmt: skip
    assert room.values["available_from"] == "2026-07-01"
    assert room.values["floor_area_m2"] == 88.5


def test_keys_that_nobody_gives_are_numbered_by_community(worker, as_actor):
    values = {"type": "canteen", "community_id": "330105011001"}
    made = [save(as_actor(worker), values=values).key for _ in range(2)]
    assert made == ["F-330105011001-0001", "F-330105011001-0002"]
    assert Record._all.get(key=made[1]).values["facility_id"] == made[1]


def test_all_that_is_wrong_is_said_at_once(worker, as_actor):
    with pytest.raises(RecordRefused) as refused:
        save(
            as_actor(worker), shape=None,
            values={"type": "托儿", "floor_area_m2": -5, "storey": "二", "colour": "red", "community_id": "330105011001"},
        )  # fmt: skip
    codes = {(one.code, one.column) for one in refused.value.problems}
    assert codes == {
        ("type.unknown", "type"), ("number.negative", "floor_area_m2"), ("number.text", "storey"),
        ("places.column", "colour"), ("geometry.missing", None),
    }  # fmt: skip
    assert "负" in str(refused.value)
    assert Record._all.count() == Event._all.count() == 0


@pytest.mark.parametrize("name", ["a\x00b", "x" * 201])
def test_text_that_no_database_or_list_can_hold_is_refused(worker, as_actor, name):
    with pytest.raises(RecordRefused):
        save(as_actor(worker), values={"type": "canteen", "name": name, "community_id": "330105011001"})


def test_odd_values_are_kept(worker, as_actor):
    made = save(as_actor(worker), values={"type": "canteen", "floor_area_m2": 150_000, "community_id": "330105011001"})
    assert made.values["floor_area_m2"] == 150_000


@pytest.mark.parametrize(("code", "field"), [("330106003001", "community_id"), ("330105011002", "community_id")])
def test_a_community_outside_is_refused(worker, as_actor, code, field):
    with pytest.raises(Refused) as refused:
        save(as_actor(worker), values={"type": "canteen", "community_id": code})
    assert (refused.value.key, refused.value.field) == ("places.refuse.outside", field)


def test_a_community_that_is_not_there_is_refused(worker, as_actor):
    with pytest.raises(RecordRefused) as refused:
        save(as_actor(worker), values={"type": "canteen", "community_id": "999999999999"})
    assert refused.value.problems[0].code == "places.community"


def test_without_a_community_the_position_tells(city, as_actor):
    street = city.user("street", STREET)
    for code, west in (("330105011001", 120.0), ("330105011002", 120.1)):
        outline = shapely.box(west, 30.0, west + 0.1, 30.1)
        save(as_actor(street), layer="communities", key=code, values={"name": "社区"}, shape=outline)
    made = save(as_actor(street), values={"type": "canteen"}, shape=shapely.Point(120.15, 30.05))
    assert made.place == HUAFENG
    assert "community_id" not in made.values
    moved = save(as_actor(street), key=made.key, base_version=1, shape=shapely.Point(120.05, 30.05))
    assert moved.place == HEMU
    nowhere = save(as_actor(street), values={"type": "canteen"}, shape=shapely.Point(121, 30))
    assert nowhere.place == STREET


def test_who_edits_in_several_places_has_to_say_where(city, as_actor):
    person = city.user("street", STREET)
    city.give(person, "street", "3301/330106/330106003/")
    with pytest.raises(RecordRefused) as refused:
        save(as_actor(person), values={"type": "canteen"})
    assert refused.value.problems[0].code == "places.nowhere"


def test_a_change_keeps_what_it_does_not_name(nursery, worker, as_actor):
    changed = save(
        as_actor(worker), key="F1", values={"capacity": 40, "floor_area_m2": None}, shape=None, base_version=1,
        reason="复核",
    )  # fmt: skip
    assert changed.version == 2
    assert changed.values["capacity"] == 40
    assert changed.values["name"] == "和睦托育驿站"
    assert "floor_area_m2" not in changed.values
    assert changed.shape.equals(HERE)
    event = Event._all.order_by("-number").first()
    assert (event.event, event.reason) == ("places.record.update", "复核")
    assert event.before == '{"capacity":null,"floor_area_m2":260}'
    assert event.after == '{"capacity":40,"floor_area_m2":null}'


def test_nothing_new_makes_no_version(nursery, worker, as_actor):
    same = save(as_actor(worker), key="F1", values={"floor_area_m2": "260"}, base_version=1)
    assert same.version == 1
    assert Version._all.count() == Event._all.count() == 1


def test_a_stale_change_carries_what_is_there_now(nursery, worker, as_actor):
    save(as_actor(worker), key="F1", values={"capacity": 40}, base_version=1)
    with pytest.raises(RecordConflict) as conflict:
        save(as_actor(worker), key="F1", values={"capacity": 60}, base_version=1)
    assert conflict.value.current.values["capacity"] == 40
    assert conflict.value.current.version == 2


def test_a_key_that_is_taken_is_a_conflict_within_and_a_refusal_without(nursery, worker, city, as_actor):
    with pytest.raises(RecordConflict) as conflict:
        save(as_actor(worker), key="F1", values={"type": "canteen", "community_id": "330105011001"})
    assert conflict.value.current == nursery
    other = city.user("community_worker", WENSAN)
    with pytest.raises(Refused) as refused:
        save(as_actor(other), key="F1", values={"type": "canteen", "community_id": "330106003001"})
    assert not isinstance(refused.value, RecordConflict)
    assert refused.value.key == "places.refuse.taken"


def test_an_update_needs_a_record_there_and_the_right(nursery, city, as_actor):
    other = as_actor(city.user("community_worker", WENSAN))
    with pytest.raises(Refused, match="职权"):
        save(other, key="F1", values={"capacity": 1}, base_version=1)
    with pytest.raises(Refused, match="没有"):
        save(other, key="F9", values={"capacity": 1}, base_version=1)
    with pytest.raises(Refused, match="没有"):
        save(other, layer="streets")


def test_answers_and_wishes_are_named_by_their_columns(worker, as_actor):
    values = {"community_id": "330105011001", "type": "老年食堂", "count": 3, "households_asked": 10}
    wish = save(as_actor(worker), layer="wishes", values=values, shape=None)
    assert (wish.key, wish.kind, wish.place) == ("330105011001|canteen", "canteen", HEMU)
    again = save(as_actor(worker), layer="wishes", values={**values, "count": 4}, shape=None, base_version=1)
    assert (again.pk, again.version) == (wish.pk, 2)


def test_closed_and_opened_again_with_reasons(nursery, worker, as_actor):
    actor = as_actor(worker)
    with pytest.raises(Refused, match="理由"):
        record_close(actor=actor, record=nursery, base_version=1, source="form", reason=" ")
    closed = record_close(actor=actor, record=nursery, base_version=1, source="form", reason="重复登记")
    assert closed.closed_at is not None
    assert closed.values == nursery.values
    assert Version._all.get(number=2).closed
    for change in ({"capacity": 3}, {}):
        with pytest.raises(Refused, match="已撤销"):
            save(actor, key="F1", values=change, base_version=2)
    with pytest.raises(RecordConflict):
        record_reopen(actor=actor, record=closed, base_version=1, source="form", reason="误撤")
    again = record_reopen(actor=actor, record=closed, base_version=2, source="form", reason="误撤")
    assert (again.closed_at, again.version) == (None, 3)
    with pytest.raises(Refused, match="没有撤销"):
        record_reopen(actor=actor, record=again, base_version=3, source="form", reason="误撤")
    events = list(Event._all.order_by("number").values_list("event", flat=True))
    assert events == ["places.record.create", "places.record.close", "places.record.reopen"]


def test_what_somebody_found_as_it_is_gets_a_version_that_says_the_same(nursery, worker, city, as_actor):
    before = nursery.changed_at
    seen = record_confirm(actor=as_actor(worker), record=nursery, base_version=1, source="phone", reason="现场核对")
    assert (seen.version, seen.values, seen.changed_by) == (2, nursery.values, worker)
    assert seen.changed_at > before
    first, second = Version._all.filter(record=nursery).order_by("number")
    assert (second.values, second.shape, second.source, second.reason) == (
        first.values,
        first.shape,
        "phone",
        "现场核对",
    )
    assert Event._all.order_by("-number").first().event == "places.record.confirm"
    confirm = {"record": nursery, "source": "phone"}
    with pytest.raises(RecordConflict):
        record_confirm(actor=as_actor(worker), base_version=1, **confirm)
    with pytest.raises(Refused, match="职权"):
        record_confirm(actor=as_actor(city.user("community_worker", HUAFENG)), base_version=2, **confirm)
    record_close(actor=as_actor(worker), record=nursery, base_version=2, source="form", reason="已拆")
    with pytest.raises(Refused, match="撤销"):
        record_confirm(actor=as_actor(worker), base_version=3, **confirm)


def test_a_community_with_records_is_not_closed(city, nursery, as_actor):
    street = as_actor(city.user("street", STREET))
    outline = shapely.box(120, 30, 120.2, 30.4)
    community = save(street, layer="communities", key="330105011001", values={"name": "和睦社区"}, shape=outline)
    with pytest.raises(Refused, match="1 条"):
        record_close(actor=street, record=community, base_version=1, source="form", reason="合并")


def test_others_may_not_close(nursery, city, as_actor):
    other = as_actor(city.user("community_worker", WENSAN))
    with pytest.raises(Refused, match="职权"):
        record_close(actor=other, record=nursery, base_version=1, source="form", reason="x")


def test_back_to_an_earlier_version(nursery, worker, as_actor):
    actor = as_actor(worker)
    moved = save(actor, key="F1", values={"capacity": 40, "floor_area_m2": None}, shape=shapely.Point(120.13, 30.3),
                 base_version=1)  # fmt: skip
    back = record_restore(actor=actor, record=moved, base_version=2, number=1, reason="填错了")
    assert back.version == 3
    assert back.values == nursery.values
    assert back.shape.equals(HERE)
    assert Version._all.get(number=3).source == "undo:1"
    for number in (3, 9):
        with pytest.raises(Refused, match="没有可以恢复"):
            record_restore(actor=actor, record=back, base_version=3, number=number, reason="x")


def rows(*keys, **values):
    about = {"type": "canteen", "community_id": "330105011001", **values}
    return [NewRow(key, about, HERE, f"设施!{i}") for i, key in enumerate(keys, 2)]


def apply(actor, given, **more):
    about = {"layer": "facilities", "source": "import:1", "place": HEMU, "reason": "导入"}
    return records_apply(actor=actor, rows=given, **{**about, **more})


def test_a_batch_creates_changes_and_closes_and_leaves_one_event(nursery, worker, as_actor):
    actor = as_actor(worker)
    given = [*rows("F2", "F3"), NewRow("F1", {"capacity": 40}, None, "设施!5")]
    done = apply(actor, given)
    assert [one.key for one in done.created] == ["F2", "F3"]
    assert done.updated == (Change("F1", 1, 2),)
    assert Event._all.count() == 2
    event = Event._all.order_by("-number").first()
    assert (event.event, event.place, event.reason) == ("places.records.apply", HEMU, "导入")
    assert '"created":2' in event.after
    assert Version._all.get(record__key="F3").cell == "设施!3"
    again = apply(actor, given[:2])
    assert again.counts == {"created": 0, "updated": 0, "closed": 0, "unchanged": 2, "left": 0}
    shut = apply(actor, [NewRow("F2", {}, close=True)])
    assert shut.closed == (Change("F2", 1, 2),)
    assert Record._all.get(key="F2").values["type"] == "canteen"


def test_a_batch_with_anything_wrong_does_nothing(nursery, worker, city, as_actor):
    outside = city.user("community_worker", WENSAN)
    save(as_actor(outside), key="W1", values={"type": "canteen", "community_id": "330106003001"})
    events = Event._all.count()
    given = [
        *rows("F2", "F2", type="nursery"), *rows("F3", community_id="330105011002"), *rows("F4", community_id="1"),
        *rows("F5", storey="x"), NewRow("F1", {}, None, base_version=7), *rows("W1"), NewRow("F9", {}, close=True),
    ]  # fmt: skip
    with pytest.raises(RecordRefused) as refused:
        apply(as_actor(worker), given)
    found = [(one.row, one.code) for one in refused.value.problems]
    assert found == [
        (2, "id.duplicate"), (3, "places.outside"), (4, "places.community"), (5, "number.text"), (6, "places.changed"),
        (7, "places.taken"), (8, "places.not_there"),
    ]  # fmt: skip
    assert Event._all.count() == events
    assert not Record._all.filter(key="F2").exists()


def test_a_batch_is_taken_back_but_for_what_was_changed_since(nursery, worker, as_actor):
    actor = as_actor(worker)
    done = apply(actor, [*rows("F2", "F3"), NewRow("F1", {"capacity": 40, "floor_area_m2": None}, None)])
    save(actor, key="F3", values={"capacity": 9}, base_version=1)
    undone = records_undo(actor=actor, layer="facilities", changes=done.changes, source="undo:1", place=HEMU,
                          reason="导错了")  # fmt: skip
    assert undone.closed == (Change("F2", 1, 2),)
    assert undone.updated == (Change("F1", 2, 3),)
    assert undone.left == ("F3",)
    assert Record._all.get(key="F1").values == nursery.values
    assert Record._all.get(key="F2").closed_at is not None
    assert Record._all.get(key="F3").values["capacity"] == 9
    event = Event._all.order_by("-number").first()
    assert event.event == "places.records.undo"
    assert '"left":1' in event.after


def test_taking_back_a_close_opens_again(nursery, worker, as_actor):
    actor = as_actor(worker)
    done = apply(actor, [NewRow("F1", {}, close=True)])
    undone = records_undo(actor=actor, layer="facilities", changes=done.changes, source="undo:1", place=HEMU,
                          reason="撤错了")  # fmt: skip
    assert undone.updated == (Change("F1", 2, 3),)
    assert Record._all.get(key="F1").closed_at is None


def test_a_batch_needs_a_reason_and_the_right(worker, as_actor):
    with pytest.raises(Refused, match="理由"):
        apply(as_actor(worker), rows("F2"), reason="")
    with pytest.raises(Refused, match="职权"):
        apply(as_actor(worker), rows("F2"), place=WENSAN)
    assert apply(as_actor(worker), []).changes == ()


def test_many_rows_take_few_statements(city, django_assert_max_num_queries):
    given = [
        NewRow(f"F{i}", {"type": "canteen", "name": f"和睦食堂{i}", "community_id": "330105011001"}, HERE)
        for i in range(3000)
    ]
    with django_assert_max_num_queries(len(given) // 8):
        done = apply(system_actor("demo"), given, place="3301/")
    assert len(done.created) == 3000
    changed = [NewRow(one.key, {"capacity": 1}) for one in given]
    with django_assert_max_num_queries(len(given) // 8):
        assert len(apply(system_actor("demo"), changed, place="3301/").updated) == 3000
    assert set(Record._all.values_list("version", flat=True)) == {2}
