"""From a file to the register and back: sent in, checked, decided, applied in one go, undone as a whole."""

import hashlib
import shutil
import threading
from pathlib import Path

import pytest
import shapely
from django.conf import settings
from django.db import connections

from linli.web.audit.models import Event
from linli.web.imports import services
from linli.web.imports.handout import make_handout
from linli.web.imports.models import Batch, BatchRow, Finding, Outcome
from linli.web.imports.services import (
    batch_apply,
    batch_check_again,
    batch_decide,
    batch_discard,
    batch_send,
    batch_stop,
    batch_undo,
    file_hand_out,
    template_hand_out,
)
from linli.web.jobs.models import Job
from linli.web.jobs.runner import perform
from linli.web.places.models import Record, Version
from linli.web.places.services import record_save
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def apply(as_actor):
    def do(user, batch, **more):
        return batch_apply(actor=as_actor(user), batch=batch, base_version=batch.version, reason="街道填报", **more)

    return do


@pytest.fixture
def template(kit, street):
    """The street's filled template, edited by ``{(sheet heading, row): value}``."""
    import io

    import openpyxl

    from linli.web.accounts.models import Place

    made = make_handout(street, Place.objects.get(path=kit.STREET))
    data = made.file.read()
    made.file.close()

    def edit(changes):
        book = openpyxl.load_workbook(io.BytesIO(data))
        sheet = book["设施"]
        columns = {cell.value: cell.column_letter for cell in sheet[1]}
        for (heading, row), value in changes.items():
            sheet[f"{columns[heading]}{row}"] = value
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    return edit


def events():
    return list(Event._all.filter(event__startswith="imports.").order_by("number").values_list("event", flat=True))


def change(kit, as_actor, key="F2", **values):
    """Somebody changes a record in the register meanwhile."""
    now = Record._all.get(key=key)
    by = kit_user(now)
    return record_save(actor=as_actor(by), layer="facilities", key=key, values=values, shape=None,
                       base_version=now.version, source="form")  # fmt: skip


def kit_user(record):
    from linli.web.accounts.models import Grant

    return next(one.user for one in Grant._all.filter(role="street") if record.place.startswith(one.place))


# --------------------------------------------------------------------------------------------- sending and checking


def test_a_file_is_checked_and_nothing_is_written_until_somebody_applies_it(kit, street, send, apply):
    before = Record._all.count()
    batch = send(street, kit.book(kit.line("N1"), kit.line("F1", area=280)))
    assert (batch.state, batch.number, batch.kind, batch.checked_at is not None) == (
        "ready", f"IM-{batch.pk:06d}", "xlsx", True,
    )  # fmt: skip
    assert kit.does(batch) == [("new", "N1"), ("changed", "F1"), ("missing", "F2"), ("missing", "G1")]
    assert Record._all.count() == before
    done = apply(street, batch)
    assert (done.state, done.ended_by, done.reason) == ("applied", street, "街道填报")
    new, old = Record._all.get(key="N1"), Record._all.get(key="F1")
    assert (new.place, new.version, new.shape) == (kit.HEMU, 1, shapely.Point(120.1235, 30.3055))
    assert (old.values["floor_area_m2"], old.version) == (280, 2)
    version = Version._all.get(record=old, number=2)
    assert (version.source, version.cell, version.reason, version.by) == (batch.source, "设施!3", "街道填报", street)
    assert Record._all.get(key="F2").closed_at is None, "what a file does not hold is not closed silently"
    assert events() == ["imports.batch.send", "imports.batch.check", "imports.batch.apply"]
    assert Event._all.filter(event="places.records.apply", actor_name=street.username).count() == 1


def test_files_are_kept_once_under_their_hash(kit, street, send):
    data = kit.book(kit.line("N1"))
    one, two = send(street, data), send(street, data, "又一次.xlsx")
    assert one.file.name == two.file.name == f"imports/{one.sha256[:2]}/{one.sha256}.xlsx"
    assert Path(settings.MEDIA_ROOT, one.file.name).read_bytes() == data
    assert one.number != two.number


def test_only_who_edits_the_survey_there_sends_files_in(kit, register, as_actor):
    data, outside = kit.book(kit.line("N1")), "3301/330106/"
    people = [register.user(role, "3301/") for role in ("planner", "department_reader", "auditor")]
    for user, place in [*((one, kit.STREET) for one in people), (register.user("street", kit.STREET), outside)]:
        with pytest.raises(Refused, match="职权"):
            batch_send(actor=as_actor(user), place=place, name="a.xlsx", data=data)
    assert not Batch._all.exists()


def test_a_refused_file_leaves_nothing(street, kit, as_actor):
    with pytest.raises(Refused):
        batch_send(actor=as_actor(street), place=kit.STREET, name="a.xls", data=b"x")
    assert not Batch._all.exists()
    assert not Job._all.exists()
    assert events() == []


def test_a_check_that_stops_can_be_asked_for_again(kit, street, send, as_actor, monkeypatch):
    from linli.web.imports import work

    with monkeypatch.context() as patch:
        patch.setattr(work, "read_sent", lambda *_, **__: 1 / 0)
        batch = send(street, kit.book(kit.line("N1")))
    assert (batch.state, batch.is_stuck, batch.is_open) == ("stopped", True, True)
    again = batch_check_again(actor=as_actor(street), batch=batch, base_version=batch.version)
    perform(str(again.job_id))
    assert Batch._all.get(pk=batch.pk).state == "ready"
    assert events() == [f"imports.batch.{verb}" for verb in ("send", "stop", "check_again", "check")]


def test_a_batch_whose_job_is_gone_is_not_stuck_for_ever(kit, street, as_actor):
    batch = batch_send(actor=as_actor(street), place=kit.STREET, name="a.xlsx", data=kit.book(kit.line("N1")))
    assert not batch.is_open
    with pytest.raises(Refused, match="正在核对"):
        batch_discard(actor=as_actor(street), batch=batch, base_version=batch.version, reason="x")
    Job._all.filter(pk=batch.job_id).update(state="cancelled")
    again = batch_check_again(actor=as_actor(street), batch=Batch._all.get(pk=batch.pk), base_version=batch.version)
    assert again.state == "checking"
    assert again.job_id != batch.job_id


def test_checking_twice_finds_the_same_once(kit, street, send, as_actor):
    batch = send(street, kit.book(kit.line("N1", area="大"), kit.line("N2", east=120.1251)))
    before = (kit.found(batch), kit.does(batch))
    again = batch_check_again(actor=as_actor(street), batch=batch, base_version=batch.version)
    perform(str(again.job_id))
    perform(str(again.job_id))
    assert (kit.found(batch), kit.does(batch)) == before
    services.batch_stop(batch=batch)
    assert Batch._all.get(pk=batch.pk).state == "errors", "what is over is not stopped"


def test_a_report_that_comes_late_changes_nothing(kit, street, send, as_actor):
    batch = send(street, kit.book(kit.line("N1")))
    batch_discard(actor=as_actor(street), batch=batch, base_version=batch.version, reason="传错了")
    batch_stop(batch=batch)
    assert Batch._all.get(pk=batch.pk).state == "discarded"


def test_so_many_findings_are_kept_and_the_rest_is_counted(kit, street, send, monkeypatch):
    monkeypatch.setattr(services, "MOST_FINDINGS", 5)
    batch = send(street, kit.book(*(kit.line(f"N{at}", area="大") for at in range(9))))
    assert (batch.findings.count(), batch.findings_left) == (5, 4)
    assert batch.counts["facilities"]["error"] == 9


# --------------------------------------------------------------------------------------------------------- applying


def test_a_file_with_errors_is_not_applied_not_even_in_part(kit, street, send, apply):
    batch = send(street, kit.book(kit.line("N1"), kit.line("N2", area="大")))
    with pytest.raises(Refused, match="还有错误"):
        apply(street, batch)
    assert not Record._all.filter(key__startswith="N").exists()


def test_applying_asks_for_a_reason_and_the_version_looked_at(kit, street, send, as_actor, apply):
    batch = send(street, kit.book(kit.line("N1")))
    with pytest.raises(Refused) as caught:
        batch_apply(actor=as_actor(street), batch=batch, base_version=batch.version, reason="  ")
    assert caught.value.field == "reason"
    with pytest.raises(Refused, match="他人刚刚"):
        batch_apply(actor=as_actor(street), batch=batch, base_version=batch.version - 1, reason="x")
    apply(street, batch)
    with pytest.raises(Refused):  # a second click
        apply(street, batch)
    with pytest.raises(Refused, match="已经处理过"):
        apply(street, Batch._all.get(pk=batch.pk))
    assert Record._all.get(key="N1").version == 1


def test_what_a_person_may_not_edit_they_do_not_apply(kit, street, worker, send, apply, register):
    batch = send(street, kit.book(kit.line("N1")))
    for user in (worker, register.user("planner", "3301/")):
        with pytest.raises(Refused, match="职权"):
            apply(user, batch)


def test_a_register_that_moved_on_since_the_check_is_not_overwritten(kit, street, send, apply, as_actor):
    batch = send(street, kit.book(kit.line("N1"), kit.line("F1", area=280), kit.line("G1", "huafeng", east=120.1325)))
    change(kit, as_actor, "F1", floor_area_m2=999)
    with pytest.raises(Refused, match="1 条记录"):
        apply(street, batch)
    assert not Record._all.filter(key="N1").exists()
    assert Record._all.get(key="F1").values["floor_area_m2"] == 999
    assert Batch._all.get(pk=batch.pk).state == "ready"
    again = batch_check_again(actor=as_actor(street), batch=batch, base_version=batch.version)
    perform(str(again.job_id))
    apply(street, Batch._all.get(pk=batch.pk))
    assert Record._all.get(key="N1").version == 1


def test_a_record_that_appeared_since_the_check_is_not_overwritten(kit, street, send, apply):
    batch = send(street, kit.book(kit.line("N1")))
    kit.put("facilities", kit.facility("N1", name="别人的"))
    with pytest.raises(Refused, match="又变了"):
        apply(street, batch)
    assert Record._all.get(key="N1").name == "别人的"


def test_applying_is_all_or_nothing_whatever_breaks(kit, street, send, apply, monkeypatch):
    head = ("用房编号", "建筑面积", "所属社区编号", "经度", "纬度")
    rooms = [head, ("R1", 80, kit.CODES["hemu"], 120.1211, 30.3051)]
    batch = send(street, kit.book(kit.line("N1"), 存量用房=rooms))
    before = (Version._all.count(), Event._all.count())
    real, calls = services.records_apply, []

    def breaks(**arguments):
        calls.append(arguments["layer"])
        if len(calls) > 1:
            raise RuntimeError("the power went")
        return real(**arguments)

    with monkeypatch.context() as patch:
        patch.setattr(services, "records_apply", breaks)
        with pytest.raises(RuntimeError):
            apply(street, batch)
    assert calls == ["facilities", "rooms"]
    assert (Version._all.count(), Event._all.count()) == before
    assert not Record._all.filter(key__in=("N1", "R1")).exists()
    done = apply(street, Batch._all.get(pk=batch.pk))
    assert {one.layer: one.counts["created"] for one in Outcome._all.filter(batch=done)} == {
        "facilities": 1,
        "rooms": 1,
    }


def test_what_the_register_refuses_in_the_end_is_told_and_nothing_is_written(kit, street, send, apply, monkeypatch):
    batch = send(street, kit.book(kit.line("N1")))
    BatchRow._all.filter(batch=batch, key="N1").update(values={"facility_id": "N1", "type": "no_such_type"})
    with pytest.raises(Refused, match="登记不接受"):
        apply(street, batch)
    assert not Record._all.filter(key="N1").exists()


def test_what_is_not_in_the_file_is_closed_only_if_that_is_chosen(kit, street, send, apply):
    batch = send(street, kit.book(kit.line("F1")))
    assert batch.counts["facilities"]["missing"] == 2
    done = apply(street, batch, close_missing=True)
    assert done.closed_missing
    closed = Record._all.exclude(closed_at=None)
    assert set(closed.values_list("key", flat=True)) == {"F2", "G1"}
    assert Outcome._all.get(batch=done).counts["closed"] == 2


# -------------------------------------------------------------------------------------------- templates and conflicts


def test_what_is_handed_out_comes_back_unchanged(template, kit, street, send, apply):
    batch = send(street, template({}), "模板.xlsx")
    assert kit.found(batch) == []
    assert {action for action, _ in kit.does(batch)} == {"unchanged"}
    assert batch.totals["unchanged"] == batch.totals["read"] == 5
    assert batch.about["place"] == kit.STREET
    before = Version._all.count()
    assert apply(street, batch).state == "applied"
    assert Version._all.count() == before


CAPACITY, AREA = "容量", "建筑面积(m²)"


@pytest.mark.parametrize(
    ("decision", "capacity", "area", "counted"),
    [("mine", 55, 300, "changed"), ("theirs", 60, 300, "changed"), ("out", 60, 260, "left_out")],
)
def test_a_conflict_is_decided_by_a_person(
    decision, capacity, area, counted, template, kit, street, send, apply, as_actor
):
    data = template({(CAPACITY, 3): 55, (AREA, 3): 300})
    change(kit, as_actor, capacity=60)
    batch = send(street, data)
    row = batch.rows.get(action="conflict")
    assert (row.key, row.changes) == ("F2", {"capacity": [40, 55, 60], "floor_area_m2": [260, 300]})
    with pytest.raises(Refused, match="1 行冲突"):
        apply(street, batch)
    batch = batch_decide(actor=as_actor(street), batch=batch, base_version=batch.version, decisions={row.pk: decision})
    assert batch.totals["conflict"] == 0
    assert batch.totals[counted] == 1
    assert batch.totals["read"] == sum(batch.totals[n] for n in ("new", "changed", "unchanged", "error", "left_out"))
    apply(street, batch)
    now = Record._all.get(key="F2").values
    assert (now["capacity"], now["floor_area_m2"]) == (capacity, area)


def test_the_registers_side_alone_leaves_nothing_to_write(template, kit, street, send, apply, as_actor):
    data = template({(CAPACITY, 3): 55})
    change(kit, as_actor, capacity=60)
    batch = send(street, data)
    row = batch.rows.get(action="conflict")
    batch = batch_decide(actor=as_actor(street), batch=batch, base_version=batch.version, decisions={row.pk: "theirs"})
    assert batch.totals["unchanged"] == batch.totals["read"]
    version = Record._all.get(key="F2").version
    apply(street, batch)
    assert Record._all.get(key="F2").version == version


def test_a_contested_place_can_be_left_to_the_register(template, kit, street, send, apply, as_actor):
    data = template({("经度(°)", 3): 120.1229, (AREA, 3): 300})
    now = Record._all.get(key="F2")
    moved = shapely.Point(120.1221, 30.3051)
    record_save(actor=as_actor(street), layer="facilities", key="F2", values={}, shape=moved, base_version=now.version,
                source="form")  # fmt: skip
    batch = send(street, data)
    row = batch.rows.get(action="conflict")
    assert set(row.changes) == {"geometry", "floor_area_m2"}
    batch = batch_decide(actor=as_actor(street), batch=batch, base_version=batch.version, decisions={row.pk: "theirs"})
    apply(street, batch)
    now = Record._all.get(key="F2")
    assert (now.shape, now.values["floor_area_m2"]) == (moved, 300)


def test_decisions_can_be_taken_back_and_are_checked(template, kit, street, send, as_actor):
    data = template({(CAPACITY, 3): 55})
    change(kit, as_actor, capacity=60)
    batch = send(street, data)
    pk = batch.rows.get(action="conflict").pk

    def decide(decisions, version=None):
        base = Batch._all.get(pk=batch.pk).version if version is None else version
        return batch_decide(actor=as_actor(street), batch=batch, base_version=base, decisions=decisions)

    assert decide({pk: "mine"}).totals["conflict"] == 0
    version = Batch._all.get(pk=batch.pk).version
    assert decide({pk: "mine"}).version == version, "nothing new leaves no event"
    assert decide({pk: ""}).totals["conflict"] == 1
    with pytest.raises(Refused, match="处理办法"):
        decide({pk: "all"})
    with pytest.raises(Refused, match="他人"):
        decide({pk: "mine"}, version=1)
    assert decide({batch.rows.exclude(pk=pk).first().pk: "mine"}).totals["conflict"] == 1, "only conflicts are decided"
    assert events().count("imports.batch.decide") == 2


def test_columns_changed_on_both_sides_apart_are_both_kept(template, kit, street, send, apply, as_actor):
    data = template({(AREA, 3): 300})
    change(kit, as_actor, capacity=60)
    batch = send(street, data)
    row = batch.rows.get(key="F2")
    assert (row.action, row.merged) == ("changed", True)
    apply(street, batch)
    now = Record._all.get(key="F2").values
    assert (now["capacity"], now["floor_area_m2"]) == (60, 300)


def test_an_emptied_cell_of_a_template_makes_unknown_and_can_be_undone(template, street, send, apply, as_actor):
    batch = apply(street, send(street, template({(CAPACITY, 3): None})))
    assert "capacity" not in Record._all.get(key="F2").values
    batch_undo(actor=as_actor(street), batch=batch, base_version=batch.version, reason="误删")
    assert Record._all.get(key="F2").values["capacity"] == 40


# ---------------------------------------------------------------------------------------------------------- undoing


def test_a_batch_is_undone_as_a_whole_and_nothing_is_lost(kit, street, send, apply, as_actor):
    before = {one.key: (one.values, one.shape, one.closed_at) for one in Record._all.all()}
    batch = apply(street, send(street, kit.book(kit.line("N1"), kit.line("F1", area=280))), close_missing=True)
    done = batch_undo(actor=as_actor(street), batch=batch, base_version=batch.version, reason="填错了表")
    assert (done.state, done.undone_at is not None) == ("undone", True)
    after = {one.key: (one.values, one.shape, one.closed_at) for one in Record._all.exclude(key="N1")}
    assert after == before
    new = Record._all.get(key="N1")
    assert new.closed_at is not None
    assert [one.source for one in new.versions.order_by("number")] == [batch.source, f"undo:{batch.number}"]
    assert Outcome._all.get(batch=batch, kind="undo").left == []
    with pytest.raises(Refused, match="没有导入"):
        batch_undo(actor=as_actor(street), batch=done, base_version=done.version, reason="x")
    assert events()[-2:] == ["imports.batch.apply", "imports.batch.undo"]


def test_what_was_changed_since_is_left_to_a_person(kit, street, send, apply, as_actor):
    batch = apply(street, send(street, kit.book(kit.line("N1"), kit.line("F1", area=280))))
    change(kit, as_actor, "F1", capacity=12)
    done = batch_undo(actor=as_actor(street), batch=batch, base_version=batch.version, reason="x")
    outcome = Outcome._all.get(batch=done, kind="undo")
    assert outcome.left == ["F1"]
    assert outcome.about()["left"] == 1
    assert Record._all.get(key="F1").values["floor_area_m2"] == 280
    assert Record._all.get(key="N1").closed_at is not None


def test_undoing_asks_for_a_reason_and_the_right(kit, street, worker, send, apply, as_actor):
    batch = apply(street, send(street, kit.book(kit.line("N1"))))
    for user, reason in ((street, " "), (worker, "x")):
        with pytest.raises(Refused):
            batch_undo(actor=as_actor(user), batch=batch, base_version=batch.version, reason=reason)
    assert Record._all.get(key="N1").closed_at is None


def test_a_file_that_was_written_half_is_not_given_to_who_sends_it_next(kit, street, send):
    resource = pytest.importorskip("resource")
    data = kit.book(kit.line("N1"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            services._keep(hashlib.sha256(data).hexdigest(), "xlsx", data)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    one = send(street, data)
    assert one.state == "ready"
    assert Path(one.file.path).read_bytes() == data


def test_a_discarded_batch_keeps_its_file_and_findings(kit, street, send, as_actor):
    batch = send(street, kit.book(kit.line("N1", area="大")))
    done = batch_discard(actor=as_actor(street), batch=batch, base_version=batch.version, reason="传错了")
    assert done.state == "discarded"
    assert Finding._all.filter(batch=batch).count() == 1
    with pytest.raises(Refused, match="不能这样做"):
        batch_check_again(actor=as_actor(street), batch=done, base_version=done.version)


# -------------------------------------------------------------------------------------------------------- hand-outs


def test_every_file_that_is_taken_leaves_an_event(kit, street, send, as_actor, register):
    batch = send(street, kit.book(kit.line("N1")))
    file_hand_out(actor=as_actor(street), batch=batch, what="marked")
    template_hand_out(actor=as_actor(street), place=kit.STREET, about={"name": "t.xlsx", "rows": {"facilities": 3}})
    last = list(Event._all.order_by("-number").values_list("event", "module", "object_name")[:2])
    assert last == [("imports.template.export", "places", "t.xlsx"), ("imports.batch.export", "surveys", str(batch))]
    with pytest.raises(Refused):
        template_hand_out(actor=as_actor(register.user("auditor", "3301/")), place=kit.STREET, about={"name": "t"})


def test_media_that_is_lost_stops_a_check_and_says_so(kit, street, as_actor):
    batch = batch_send(actor=as_actor(street), place=kit.STREET, name="a.xlsx", data=kit.book(kit.line("N1")))
    shutil.rmtree(Path(settings.MEDIA_ROOT) / "imports")
    perform(str(batch.job_id))
    assert Batch._all.get(pk=batch.pk).state == "stopped"
    assert Job._all.get(pk=batch.job_id).state == "failed"


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_one_batch_at_the_same_moment_write_it_once(kit, street, send, as_actor):
    batch = send(street, kit.book(kit.line("N1"), kit.line("F1", area=280)))
    start, answers = threading.Barrier(2), []

    def apply_it():
        try:
            start.wait()
            batch_apply(actor=as_actor(street), batch=batch, base_version=batch.version, reason="同时")
            answers.append("applied")
        except Refused as refused:
            answers.append(refused.key)
        finally:
            connections.close_all()

    people = [threading.Thread(target=apply_it) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(answers) == ["applied", "imports.refuse.changed"]
    assert (Record._all.get(key="N1").version, Record._all.get(key="F1").version) == (1, 2)
    assert Event._all.filter(event="imports.batch.apply").count() == 1
