import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.audit.models import Event
from linli.web.places.models import Record
from linli.web.refusal import Refused
from linli.web.wishes import limits, services
from linli.web.wishes.models import Questionnaire, Reply, Slip
from linli.web.wishes.services import Answer
from linli.web.wishes.tokens import slip_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_empty_cache")]


def key_of(call, **more):
    with pytest.raises(Refused) as caught:
        call(**more)
    return caught.value.key.removeprefix("wishes.refuse.")


def test_a_street_opens_one_in_each_of_its_communities(case):
    street = Place.objects.get(path="3301/330105/330105011/")
    case.open(case.home)
    before = Event._all.count()
    made = services.questionnaires_open(
        actor=case.actor("street"), round_=case.round, place=street, types=["canteen"],
        values={"begins": case.today, "ends": case.today},
    )  # fmt: skip
    assert [one.community.name for one in made] == ["华丰社区"]
    assert Event._all.count() == before + 1
    assert len({one.code for one in Questionnaire._all.all()}) == 2


def test_what_cannot_be_opened(case):
    def open_(**more):
        asked = {"place": case.home, "types": ["canteen"], "by": "worker", **more}
        return key_of(case.open, **asked)

    assert open_(types=[]) == "no_types"
    assert open_(types=["canteen", "canteen"]) == "type"
    assert open_(types=["castle"]) == "type"
    assert open_(ends=case.today - dt.timedelta(days=1)) == "dates"
    assert open_(place=Place.objects.get(path="3301/330106/")) == "outside"
    case.open()
    assert open_() == "all_open"
    case.round.state = "frozen"
    case.round.save()
    assert open_(place=Place.objects.get(path="3301/330105/330105011/330105011002/"), by="city") == "frozen"


def test_whether_renewal_is_under_way_is_looked_up(case):
    assert case.open().renewal is None
    place = Place.objects.get(path="3301/330105/330105011/330105011002/")
    for key, old in (("E1", False), ("E2", True)):
        Record._all.create(layer="estates", key=key, place=place.path, values={"old_estate": old})
    assert case.open(place, by="street").renewal is True
    other = Place.objects.get(path="3301/330105/330105012/330105012001/")
    Record._all.create(layer="estates", key="E3", place=other.path, values={"old_estate": False})
    assert case.open(other, by="city").renewal is False
    third = Place.objects.get(path="3301/330106/330106003/330106003001/")
    assert case.open(third, by="city", renewal=True).renewal is True


def test_settings_change_until_somebody_answered(case):
    one = case.open()
    saved = services.questionnaire_update(actor=case.actor("worker"), questionnaire=one, base_version=1,
                                          values={"note": "请到居委会"}, types=["canteen", "nursery"])  # fmt: skip
    assert list(saved.options.values_list("type", flat=True)) == ["canteen", "nursery"]
    event = Event._all.get(event="wishes.questionnaire.update")
    assert "请到居委会" in event.after
    assert "parking" in event.before
    update = services.questionnaire_update
    asked = {"actor": case.actor("worker"), "questionnaire": one, "values": {}}
    assert key_of(update, **asked, base_version=1) == "changed"
    assert (
        key_of(update, **{**asked, "values": {"ends": case.today - dt.timedelta(days=99)}}, base_version=2) == "dates"
    )
    case.slips(saved)
    case.answer(saved, 1, "canteen")
    assert key_of(update, **asked, base_version=2, types=["canteen"]) == "answered"
    same = update(**asked, base_version=2, types=["canteen", "nursery"])
    assert same.version == 2
    assert Event._all.filter(event="wishes.questionnaire.update").count() == 1


def test_closing_and_opening_again(case):
    one = case.open()
    case.slips(one)
    asked = {"actor": case.actor("worker"), "questionnaire": one}
    assert key_of(services.questionnaire_reopen, **asked, base_version=1, reason="x") == "not_closed"
    assert key_of(services.questionnaire_close, **asked, base_version=1, reason=" ") == "reason"
    services.questionnaire_close(**asked, base_version=1, reason="数据已够")
    with pytest.raises(Refused) as caught:
        case.answer(one, 1, "canteen")
    assert caught.value.key == "wishes.refuse.not_open"
    assert Slip._all.get(number=1).state == "unused"
    assert key_of(services.questionnaire_close, **asked, base_version=2, reason="x") == "closed_already"
    assert key_of(services.slips_make, **asked, count=1) == "not_open"
    services.questionnaire_reopen(**asked, base_version=2, reason="补充")
    case.answer(one, 1, "canteen")


def test_slips_are_numbered_on_and_only_their_hash_is_kept(case):
    one = case.open()
    assert case.slips(one, 3) == (1, 3)
    assert case.slips(one, 2) == (4, 5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wishes_slip")
        assert slip_token(one.code, 1) not in str(cursor.fetchall())
    asked = {"actor": case.actor("worker"), "questionnaire": one}
    assert key_of(services.slips_make, **asked, count=0) == "slips"
    assert key_of(services.slips_make, **asked, count=services.MOST_SLIPS + 1) == "slips"


def test_a_household_answers_once(case):
    one = case.open()
    case.slips(one)
    case.answer(one, 1, "nursery", "canteen", people={"0_2": 1, "15_59": 2}, comment=" 想要食堂 ")
    reply = Reply._all.get()
    assert sorted(reply.options.values_list("type", flat=True)) == ["canteen", "nursery"]
    assert (reply.channel, reply.people, reply.comment, reply.comment_state, reply.on) == (
        "slip", {"0_2": 1, "15_59": 2}, "想要食堂", "waiting", case.today)  # fmt: skip
    assert Slip._all.get(number=1).used_on == case.today
    assert key_of(case.answer, one=one, number=1) == "slip_used"
    assert key_of(case.answer, one=one, number=99) == "no_slip"
    assert key_of(services.reply_by_slip, token="", answer=Answer(())) == "no_slip"
    assert Reply._all.count() == 1


def test_nothing_links_a_reply_with_a_slip_or_an_hour(case):
    one = case.open()
    case.slips(one)
    case.answer(one, 3, "canteen")
    columns = {field.name for field in Reply._meta.get_fields()}
    assert "slip" not in columns
    assert not any(field.get_internal_type() == "DateTimeField" for field in Reply._meta.fields if field.name == "on")
    event = Event._all.get(event="wishes.reply.add")
    assert (event.actor_id, event.address, event.object_type) == (None, "", "wishes.questionnaire")
    assert "canteen" not in event.after
    assert str(Reply._all.get().pk) not in str(event.__dict__)
    assert event.object_id == str(one.pk)


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (Answer(["castle"]), "type"),
        (Answer(["nursery", "canteen", "parking"]), "too_many"),
        (Answer(["canteen"], comment="长" * 501), "long"),
        (Answer(["canteen"], people={"0_2": 31}), "people"),
        (Answer(["canteen"], people={"dogs": 1}), "people"),
    ],
)
def test_answers_that_will_not_do_use_up_no_slip(case, answer, key):
    one = case.open(most=2)
    case.slips(one)
    assert key_of(services.reply_by_slip, token=slip_token(one.code, 1), answer=answer) == key
    assert Slip._all.get(number=1).state == "unused"
    assert not Reply._all.exists()


def test_what_was_not_asked_is_not_kept(case):
    one = case.open(ask_people=False, ask_comment=False)
    case.slips(one)
    case.answer(one, 1, people={"0_2": 1}, comment="电话 138")
    reply = Reply._all.get()
    assert (reply.people, reply.comment, reply.comment_state) == ({}, "", "none")


def test_outside_its_dates_it_is_closed(case):
    tomorrow = case.today + dt.timedelta(days=1)
    one = case.open(begins=tomorrow, ends=tomorrow)
    case.slips(one)
    assert one.state == "coming"
    assert key_of(case.answer, one=one, number=1) == "not_open"
    Questionnaire._all.filter(pk=one.pk).update(begins=case.today - dt.timedelta(days=9),
                                                ends=case.today - dt.timedelta(days=1))  # fmt: skip
    assert key_of(case.answer, one=one, number=1) == "not_open"


def test_a_lost_slip_is_made_void(case):
    one = case.open()
    case.slips(one)
    case.answer(one, 2)
    asked = {"actor": case.actor("worker"), "questionnaire": one}
    services.slip_void(**asked, number=1, reason="遗失")
    assert key_of(case.answer, one=one, number=1) == "slip_void"
    assert key_of(services.slip_void, **asked, number=1, reason="x") == "slip_void"
    assert key_of(services.slip_void, **asked, number=2, reason="x") == "slip_used"
    assert key_of(services.slip_void, **asked, number=99, reason="x") == "no_slip"
    assert key_of(services.slip_void, **asked, number=3, reason="") == "reason"


def test_paper_uses_up_the_household_s_slip(case):
    one = case.open()
    case.slips(one)
    asked = {"actor": case.actor("worker"), "questionnaire": one, "answer": Answer(["parking"])}
    services.reply_on_paper(**asked, number=4)
    assert Reply._all.get().channel == "paper"
    assert key_of(case.answer, one=one, number=4) == "slip_used"
    assert key_of(services.reply_on_paper, **asked, number=4) == "slip_used"
    assert key_of(services.reply_on_paper, **asked, number=44) == "no_slip"
    other = {**asked, "actor": case.actor("street")}
    services.reply_on_paper(**other, number=5)


def test_the_open_link_counts_each_browser_once_and_apart(case, monkeypatch):
    one = case.open(open_link=True)
    asked = {"questionnaire": one, "address": "203.0.113.9", "answer": Answer(["parking"])}
    services.reply_by_browser(**asked, browser="a" * 22)
    assert key_of(services.reply_by_browser, **asked, browser="a" * 22) == "browser_used"
    assert key_of(services.reply_by_browser, **asked, browser="") == "no_cookie"
    assert Reply._all.get().channel == "open"
    monkeypatch.setitem(limits.LIMITS, "open_address", limits.Limit(1, 3600))
    assert key_of(services.reply_by_browser, **asked, browser="b" * 22) == "too_often"
    services.reply_by_browser(**{**asked, "address": "203.0.113.10"}, browser="b" * 22)
    monkeypatch.setitem(limits.LIMITS, "open_all", limits.Limit(2, 3600))
    assert key_of(services.reply_by_browser, **{**asked, "address": "203.0.113.11"}, browser="c" * 22) == "too_often"
    closed = case.open(Place.objects.get(path="3301/330105/330105011/330105011002/"), by="street")
    assert key_of(services.reply_by_browser, **{**asked, "questionnaire": closed}, browser="d") == "no_open_link"


def test_comments_are_read_before_they_are_shown(case):
    one = case.open()
    case.slips(one)
    case.answer(one, 1, comment="好")
    case.answer(one, 2)
    reply = Reply._all.get(comment="好")
    shown = services.comment_moderate(actor=case.actor("street"), reply=reply, show=True)
    assert (shown.comment_state, shown.moderated_by) == ("shown", case.who["street"])
    hidden = services.comment_moderate(actor=case.actor("street"), reply=reply, show=False)
    assert hidden.comment_state == "hidden"
    silent = Reply._all.get(comment="")
    assert key_of(services.comment_moderate, actor=case.actor("street"), reply=silent, show=True) == "no_comment"


def test_counts_go_into_the_register(case):
    case.households(10)
    code = case.home.code
    old = {"community_id": code, "households_asked": 3}
    for kind, n in (("canteen", 2), ("library", 1)):
        Record._all.create(layer="wishes", key=f"{code}|{kind}", kind=kind, place=case.home.path,
                           values={**old, "type": kind, "count": n})  # fmt: skip
    one = case.open(open_link=True)
    case.slips(one)
    asked = {"actor": case.actor("worker"), "questionnaire": one, "base_version": 1}
    assert key_of(services.counts_take_over, **asked, reason="首轮") == "nobody"
    case.answer(one, 1, "canteen", "nursery")
    case.answer(one, 2, "canteen")
    services.reply_by_browser(questionnaire=one, browser="x" * 22, address="a", answer=Answer(["parking"]))
    assert key_of(services.counts_take_over, **asked, reason=" ") == "reason"
    assert key_of(services.counts_take_over, **{**asked, "base_version": 9}, reason="x") == "changed"
    taken = services.counts_take_over(**asked, reason="首轮问卷")
    assert (taken.households_asked, taken.counts) == (2, {"nursery": 1, "canteen": 2, "parking": 0})
    there = {r.values["type"]: r for r in Record._all.filter(layer="wishes")}
    assert {k: r.values["count"] for k, r in there.items() if r.closed_at is None} == {
        "nursery": 1,
        "canteen": 2,
        "parking": 0,
    }
    assert {r.values["households_asked"] for r in there.values() if r.closed_at is None} == {2}
    assert there["library"].closed_at is not None
    version = there["canteen"].versions.get(number=2)
    assert (version.source, version.by, version.reason) == (f"wishes:{one.pk}", case.who["worker"], "首轮问卷")
    assert Event._all.filter(event="wishes.counts.take_over").count() == 1
    again = services.counts_take_over(**{**asked, "base_version": 2}, reason="再次")
    assert again.counts == taken.counts
    assert Record._all.get(key=f"{code}|canteen").version == 2


@pytest.mark.parametrize("name", ["questionnaire_close", "slips_make", "slip_void", "counts_take_over", "reply_on_paper",
                                  "questionnaire_update"])  # fmt: skip
def test_nobody_acts_beyond_their_jurisdiction(case, city, name):
    one = case.open()
    case.slips(one)
    stranger = city.user("community_worker", "3301/330105/330105011/330105011002/")
    more = {
        "questionnaire_close": {"base_version": 1, "reason": "x"}, "slips_make": {"count": 1},
        "slip_void": {"number": 1, "reason": "x"}, "counts_take_over": {"base_version": 1, "reason": "x"},
        "reply_on_paper": {"number": 1, "answer": Answer(())}, "questionnaire_update": {"base_version": 1, "values": {}},
    }  # fmt: skip
    from linli.web.audit.actor import Actor

    call = getattr(services, name)
    assert key_of(call, actor=Actor(stranger, "s"), questionnaire=one, **more[name]) == "outside"
    assert timezone.localdate() == case.today
