import datetime as dt

import pytest
import shapely
from django.utils import timezone

from linli.web.field.models import Entry
from linli.web.field.selectors import (
    communities_of,
    community_of,
    conflicts_of,
    entry_of,
    list_conflicts,
    list_entries,
    list_pictures,
    list_remarks,
    list_submissions,
    neighbours_of,
    outline_of,
    progress_of,
    record_for,
    work_in,
)
from linli.web.places.services import record_close
from linli.web.surveys.models import Round

pytestmark = pytest.mark.django_db


def test_the_list_holds_what_is_to_be_looked_at(case):
    one = case.facility()
    seen = case.facility(name="已核对", kind="market")
    case.send(case.body(seen, form="confirm"))
    work = work_in(case.who["worker"], case.home)
    records = {thing.key: thing for thing in work.records}
    assert set(records) == {one.key, seen.key}
    assert records[one.key].confirmed_on is None
    assert records[seen.key].confirmed_on == timezone.localdate()
    assert records[one.key].position == (120.1215, 30.2991)
    assert (work.confirmed, work.round) == (1, case.round)
    assert records[one.key].is_todo
    questions = [thing for thing in work.things if thing.asks == "question"]
    assert questions
    assert all(thing.note for thing in questions)
    types = {thing.kind for thing in work.things if thing.asks == "type"}
    assert "nursery" in types
    assert "canteen" not in types


def test_what_is_missing_of_a_row_is_named(case):
    case.facility(name="无面积服务站", kind="service_station", floor_area_m2=None)
    (thing,) = work_in(case.who["worker"], case.home).records
    assert thing.missing == ("建筑面积（m²）",)
    assert thing.is_todo


def test_an_answer_is_no_longer_missing_once_it_is_given(case):
    item = "complete_community/community_culture"
    values = {"community_id": case.home.code, "item": item, "value": "yes"}
    case.send(case.body(form="answers", values=values))
    thing = next(t for t in work_in(case.who["worker"], case.home).things if t.kind == item)
    assert (thing.is_todo, thing.version) == (False, 1)


def test_without_a_round_nothing_is_confirmed_and_nothing_asked(case):
    one = case.facility()
    Round._all.update(state="frozen")
    work = work_in(case.who["worker"], case.home)
    assert work.round is None
    assert [thing.key for thing in work.things] == [one.key]
    record_close(actor=case.actor("street"), record=one, base_version=1, source="form", reason="x")
    assert work_in(case.who["worker"], case.home).things == ()


def test_only_where_one_may_fill_in(case, city):
    assert [place.name for place in communities_of(case.who["worker"])] == ["和睦社区"]
    assert len(communities_of(case.who["street"])) == 2
    assert community_of(case.who["worker"], "330105011002") is None
    assert not communities_of(city.user("planner", "3301/")).exists()


def test_progress_of_each_community(case):
    one = case.facility()
    case.facility(name="另一处", kind="market")
    case.send(case.body(one, form="confirm"))
    case.change(one, floor_area_m2=260)
    case.send(case.body(one, values=case.filled(one, floor_area_m2="300"), base_version=1), by="other")
    found = {row.community.name: row for row in progress_of(case.who["street"])}
    assert (found["和睦社区"].rows, found["和睦社区"].confirmed, found["和睦社区"].waiting) == (2, 1, 1)
    assert (found["华丰社区"].rows, found["华丰社区"].confirmed, found["华丰社区"].waiting) == (0, 0, 0)


def test_everything_passes_the_gate_and_the_sender_sees_their_own(case, city):
    one = case.facility()
    case.change(one, floor_area_m2=260)
    sent = case.body(one, values=case.filled(one, floor_area_m2="300"))
    case.send(sent)
    entry = case.entry(sent)
    stranger = city.user("community_worker", "3301/330106/330106003/330106003001/", username="stranger")
    for rows in (list_entries(stranger), list_conflicts(stranger), list_submissions(stranger, entry),
                 list_pictures(stranger), list_remarks(stranger, entry), conflicts_of(stranger, entry)):  # fmt: skip
        assert not rows.exists()
    assert entry_of(stranger, sent["id"]) is None
    Entry._all.update(by=stranger)
    assert entry_of(stranger, sent["id"]) == entry
    assert list_submissions(stranger, entry).count() == 1
    assert not conflicts_of(stranger, entry).exists()  # what others made of the record is not theirs to see
    assert not list_entries(stranger, "edit").exists()


def test_records_of_the_community_only(case):
    one = case.facility()
    assert record_for(case.who["worker"], case.home, "facilities", one.key) == one
    assert record_for(case.who["worker"], case.home, "rooms", one.key) is None
    assert outline_of(case.home).shape.area > 0
    near = neighbours_of(case.who["worker"], case.home, "facilities")
    assert list(near) == [one]
    assert shapely.distance(one.shape, near[0].shape) == 0
    assert case.round.begins <= timezone.localdate() < case.round.begins + dt.timedelta(days=1)
