import datetime as dt
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.accounts.services import NewPlace, places_add
from linli.web.audit.actor import system_actor
from linli.web.audit.models import Event
from linli.web.jobs.models import Job
from linli.web.refusal import Refused
from linli.web.surveys import services
from linli.web.surveys.models import Finding, Return, Round, Snapshot
from linli.web.surveys.work import AFTER_FREEZE  # noqa: F401 - the kinds of jobs are registered

pytestmark = pytest.mark.django_db

CITY = "3301/"
DISTRICT = "3301/330105/"
STREET = "3301/330105/330105011/"
HEMU = "3301/330105/330105011/330105011001/"
HUAFENG = "3301/330105/330105011/330105011002/"
WENSAN = "3301/330106/330106003/330106003001/"
DAY = dt.timedelta(days=1)


def refused(key):
    return pytest.raises(Refused, match=rf"^surveys\.refuse\.{key}$")


@pytest.fixture(autouse=True)
def _keys_instead_of_words(monkeypatch):
    monkeypatch.setattr(Refused, "__str__", lambda self: self.key)


def events(name):
    return Event._all.filter(event=f"surveys.{name}")


# Rounds ------------------------------------------------------------------------------------------------------------
def test_a_round_opens_with_a_return_for_each_community(case):
    made = case.open(options={"met_share": 0.9})
    assert (made.state, made.version, made.created_by) == ("open", 1, case.who["city"])
    assert made.options["met_share"] == 0.9
    assert made.options["person"] == "adult"
    assert set(Return._all.values_list("place", flat=True)) == {
        HEMU, HUAFENG, WENSAN, "3301/330105/330105012/330105012001/",
    }  # fmt: skip
    (event,) = events("round.open")
    assert '"communities":4' in event.after.replace(" ", "")
    assert event.place == CITY


def test_a_district_round_asks_its_own_communities(case):
    assert Return._all.filter(round=case.open(DISTRICT)).count() == 3


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"name": " "}, "name"),
        ({"due": dt.date(2020, 1, 1)}, "dates"),
        ({"options": {"met_share": 7}}, "options"),
        ({"options": {"standards": ["poems"]}}, "standard"),
    ],
)
def test_a_round_with_wrong_values_is_refused(case, more, key):
    with refused(key):
        case.open(**more)
    assert not Round._all.exists()


def test_only_who_manages_opens(case):
    for name in ("district", "street", "worker"):
        with refused("outside"):
            services.round_open(
                actor=case.actor(case.who[name]), place=Place.objects.get(path=DISTRICT), code="x", name="x",
                surveyed_on=dt.date(2026, 1, 1), begins=dt.date(2026, 1, 1), due=dt.date(2026, 2, 1),
            )  # fmt: skip
    with refused("outside"):
        services.round_open(
            actor=system_actor("x"), place=Place.objects.get(path=DISTRICT), code="x", name="x",
            surveyed_on=dt.date(2026, 1, 1), begins=dt.date(2026, 1, 1), due=dt.date(2026, 2, 1),
        )  # fmt: skip


def test_nobody_is_asked_in_two_rounds_at_once(case):
    made = case.open(DISTRICT, code="a")
    for place in (DISTRICT, CITY, STREET, HEMU):
        with refused("under_way"):
            case.open(place, code="b")
    case.open("3301/330106/", code="c")
    Round._all.update(state="frozen")
    case.open(CITY, code="d")
    with refused("code_taken"):
        Round._all.filter(code="d").update(state="frozen")
        case.open(CITY, code=made.code)


def test_a_place_without_communities_has_no_round(case):
    Place._all.create(path="3301/330109/", code="330109", level="district", name="新区")
    with refused("no_communities"):
        case.open("3301/330109/")


def test_a_round_is_changed_until_it_is_frozen(case):
    made, who = case.open(), case.actor(case.who["city"])
    later = made.due + DAY
    saved = services.round_update(actor=who, round_=made, base_version=1, values={"due": later, "code": "no"})
    assert (saved.due, saved.version, saved.code) == (later, 2, "2026")
    assert events("round.update").count() == 1
    with refused("changed"):
        services.round_update(actor=who, round_=made, base_version=1, values={"due": later + DAY})
    same = services.round_update(actor=who, round_=made, base_version=2, values={"due": later})
    assert same.version == 2
    assert events("round.update").count() == 1
    with refused("dates"):
        services.round_update(actor=who, round_=made, base_version=2, values={"due": made.begins - DAY})
    with refused("name"):
        services.round_update(actor=who, round_=made, base_version=2, values={"name": ""})
    Round._all.update(state="frozen")
    with refused("frozen"):
        services.round_update(actor=who, round_=made, base_version=2, values={"name": "x"})


def test_review_and_back_with_reasons(case):
    made, who = case.open(), case.actor(case.who["city"])
    with refused("reason"):
        services.round_review(actor=who, round_=made, base_version=1, reason=" ")
    with refused("not_now"):
        services.round_reopen(actor=who, round_=made, base_version=1, reason="再填")
    in_review = services.round_review(actor=who, round_=made, base_version=1, reason="到期")
    assert (in_review.state, in_review.version) == ("review", 2)
    back = services.round_reopen(actor=who, round_=made, base_version=2, reason="补报")
    assert back.state == "open"
    assert [one.reason for one in events("round.reopen")] == ["补报"]
    with refused("outside"):
        services.round_review(actor=case.actor(case.who["district"]), round_=made, base_version=3, reason="x")


def test_a_round_that_is_being_frozen_is_left_alone(case):
    made, who = case.open(), case.actor(case.who["city"])
    with refused("not_in_review"):
        services.round_freeze(actor=who, round_=made, base_version=1, reason="齐")
    services.round_review(actor=who, round_=made, base_version=1, reason="到期")
    with refused("reason"):
        services.round_freeze(actor=who, round_=made, base_version=2, reason="")
    with refused("outside"):
        services.round_freeze(actor=case.actor(case.who["district"]), round_=made, base_version=2, reason="齐")
    job = services.round_freeze(actor=who, round_=made, base_version=2, reason="齐")
    assert (job.kind, job.place, job.arguments["reason"]) == ("surveys.freeze", CITY, "齐")
    assert services.job_of(Round._all.get()) == job.pk
    for attempt in (services.round_freeze, services.round_reopen):
        with refused("busy"):
            attempt(actor=who, round_=made, base_version=2, reason="齐")
    with refused("busy"):
        services.round_check(actor=who, round_=made)
    Job._all.update(state="failed")
    assert services.job_of(Round._all.get()) is None
    assert services.round_check(actor=who, round_=made).kind == "surveys.check"


def test_what_a_check_found_takes_the_place_of_the_last(case):
    made, who = case.open(), case.actor(case.who["city"])
    for n in (2, 1):
        found = [Finding(severity="error", code="x", place=HEMU if i else "") for i in range(n)]
        kept = services.check_keep(
            actor=who, round_=made, job="j", rows={"facilities": 3}, findings=found, more={"errors": n, "warnings": 0}
        )
        assert kept.checked["errors"] == n
        assert Finding._all.filter(round=made).count() == n
    assert Finding._all.get().place == CITY
    assert Round._all.get().checked["rows"] == {"facilities": 3}


def snapshot(case, made, who="city", digest="d" * 64, **more):
    return services.snapshot_add(
        actor=case.actor(case.who[who]), round_=made, folder="snapshots/d", digest=digest, rows={"facilities": 1},
        code_version="0", reason="齐", **more,
    )  # fmt: skip


def test_freezing_writes_one_row_and_what_follows(case):
    made = case.open()
    with refused("not_in_review"):
        snapshot(case, made)
    services.round_review(actor=case.actor(case.who["city"]), round_=made, base_version=1, reason="到期")
    with refused("outside"):
        snapshot(case, made, "district")
    followed = []
    one = snapshot(case, made, after=[lambda actor, snap: followed.append((actor.name, snap.digest))])
    again = snapshot(case, made, after=[lambda *_: followed.append("twice")])
    assert one == again
    assert followed == [("city-office", "d" * 64)]
    frozen = Round._all.get()
    assert (frozen.state, frozen.frozen_at, frozen.version) == ("frozen", one.at, 3)
    assert events("round.freeze").count() == 1
    with refused("frozen"):
        snapshot(case, made, digest="e" * 64)


def test_what_follows_fails_and_nothing_is_frozen(case):
    made = case.open()
    services.round_review(actor=case.actor(case.who["city"]), round_=made, base_version=1, reason="到期")

    def fail(*_):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        snapshot(case, made, after=[fail])
    assert not Snapshot._all.exists()
    assert Round._all.get().state == "review"


# Returns -----------------------------------------------------------------------------------------------------------
def submit(case, one, version=1, who="worker", **more):
    return services.return_submit(actor=case.actor(case.who[who]), return_=one, base_version=version, **more)


def test_a_community_hands_in_and_the_street_accepts(case):
    one = case.ret(case.open())
    case.put("communities", "330105011001", HEMU, case.square(), households=900)
    done = submit(case, one, note="请审核")
    assert (done.state, done.known, done.note) == ("submitted", 2, "请审核")
    assert done.asked > 50
    assert done.submitted_by == case.who["worker"]
    with refused("handed_in"):
        submit(case, one, 2)
    accepted = services.return_accept(actor=case.actor(case.who["street"]), return_=one, base_version=2, note="好")
    assert (accepted.state, accepted.version) == ("accepted", 3)
    back = services.return_send_back(
        actor=case.actor(case.who["district"]), return_=one, base_version=3, reason="缺小区轮廓"
    )
    assert (back.state, back.note) == ("returned", "缺小区轮廓")
    assert events("return.submit").count() == events("return.accept").count() == events("return.send_back").count() == 1
    assert events("return.send_back").get().reason == "缺小区轮廓"


def test_who_may_hand_in_and_judge_what(case):
    made = case.open()
    with refused("outside"):
        submit(case, case.ret(made, HUAFENG))
    one = case.ret(made)
    with refused("not_handed_in"):
        services.return_accept(actor=case.actor(case.who["street"]), return_=one, base_version=1)
    submit(case, one)
    for name in ("worker", "away"):
        with refused("outside"):
            services.return_accept(actor=case.actor(case.who[name]), return_=one, base_version=2)
    with refused("reason"):
        services.return_send_back(actor=case.actor(case.who["street"]), return_=one, base_version=2, reason="")
    with refused("changed"):
        services.return_accept(actor=case.actor(case.who["street"]), return_=one, base_version=1)


def test_who_handed_in_does_not_judge_nor_does_a_deputy(case):
    made = case.open()
    one = case.ret(made, HUAFENG)
    submit(case, one, who="street")
    with refused("same_person"):
        services.return_accept(actor=case.actor(case.who["street"]), return_=one, base_version=2)
    deputy = case.actor(case.who["district"], stead=case.who["street"])
    with refused("same_person"):
        services.return_accept(actor=deputy, return_=one, base_version=2)
    services.return_accept(actor=case.actor(case.who["district"]), return_=one, base_version=2)


def test_in_review_only_what_was_sent_back_comes_in(case):
    made, who = case.open(), case.actor(case.who["city"])
    submit(case, case.ret(made))
    services.round_review(actor=who, round_=made, base_version=1, reason="到期")
    with refused("no_more_returns"):
        submit(case, case.ret(made, HUAFENG), who="street")
    services.return_send_back(actor=case.actor(case.who["street"]), return_=case.ret(made), base_version=2, reason="补")
    assert submit(case, case.ret(made), 3).state == "submitted"
    Round._all.update(state="frozen")
    with refused("frozen"):
        services.return_accept(actor=who, return_=case.ret(made), base_version=4)


def none(case, one, version, *said, who="worker"):
    return services.return_none_set(actor=case.actor(case.who[who]), return_=one, base_version=version, none_of=said)


def test_a_community_says_what_it_has_none_of(case):
    one = case.ret(case.open())
    said = none(case, one, 1, "rooms", "facilities/nursery", "rooms")
    assert said.none_of == ["facilities/nursery", "rooms"]
    assert none(case, one, 2, "facilities/nursery", "rooms").version == 2
    case.put("rooms", "R1", HEMU)
    case.put("facilities", "F1", HEMU, of="canteen")
    with refused("none_there"):
        none(case, one, 2, "rooms")
    with refused("none_there"):
        none(case, one, 2, "facilities/canteen")
    with refused("none_unknown"):
        none(case, one, 2, "facilities/poem")
    with refused("none_unknown"):
        none(case, one, 2, "wishes")
    assert none(case, one, 2, "facilities/nursery").none_of == ["facilities/nursery"]
    submit(case, one, 3)
    with refused("handed_in"):
        none(case, one, 4)
    assert events("return.none").count() == 2


# Communities that come later ----------------------------------------------------------------------------------------
def test_communities_that_come_into_the_tree_come_into_the_round(case):
    made = case.open(DISTRICT)
    new = [
        NewPlace(f"{STREET}330105011009/", "community", "新社区"),
        NewPlace("3301/330106/330106003/330106003009/", "community", "他处"),
    ]
    places_add(actor=system_actor("test"), places=new, reason="新设")
    assert Return._all.filter(round=made).count() == 4
    assert events("return.create").count() == 1
    places_add(actor=system_actor("test"), places=[NewPlace(new[0].path, "community", "改名")], reason="更名")
    assert events("return.create").count() == 1
    Place._all.create(path=f"{STREET}330105011010/", code="330105011010", level="community", name="漏")
    assert services.returns_complete(actor=case.actor(case.who["city"]), round_=made) == 1
    assert services.returns_complete(actor=case.actor(case.who["city"]), round_=made) == 0
    with refused("outside"):
        services.returns_complete(actor=case.actor(case.who["district"]), round_=made)
    Round._all.update(state="frozen")
    places_add(
        actor=system_actor("test"), places=[NewPlace(f"{STREET}330105011011/", "community", "晚")], reason="新设"
    )
    assert Return._all.filter(round=made).count() == 5


# Reminders ----------------------------------------------------------------------------------------------------------
def test_reminders_need_mail_somebody_late_and_the_right(case, settings):
    due = timezone.localdate() - DAY
    made = case.open(begins=due - DAY, due=due)
    with refused("no_mail"):
        services.reminders_send(actor=case.actor(case.who["street"]), round_=made)
    config = settings.SITE.config.model_copy(update={"smtp_url": "smtp://localhost:25"})
    settings.SITE = settings.SITE.model_copy(update={"config": config})
    with refused("outside"):
        services.reminders_send(actor=case.actor(case.who["worker"]), round_=made)
    job = services.reminders_send(actor=case.actor(case.who["street"]), round_=made)
    assert job.kind == "surveys.remind"
    assert '"communities":2' in events("round.remind").get().after.replace(" ", "")
    Return._all.filter(place__startswith=STREET).update(state="submitted")
    with refused("nobody_late"):
        services.reminders_send(actor=case.actor(case.who["street"]), round_=made)
    one = case.ret(made)
    services.return_mark_reminded(one)
    assert case.ret(made).reminded_at is not None


# At once ------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told(case):
    one = case.ret(case.open())
    said = []

    def hand_in():
        try:
            submit(case, one)
            said.append("in")
        except Refused as no:
            said.append(no.key)
        finally:
            connection.close()

    threads = [Thread(target=hand_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["in", *["surveys.refuse.changed"] * 3]
    assert events("return.submit").count() == 1
