import pytest

from linli.web.audit.models import Event
from linli.web.field.models import Entry, Remark
from linli.web.field.services import entries_approve, entry_review, remark_add
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db


def key_of(call):
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.key.removeprefix("field.refuse.")


@pytest.fixture
def entry(case):
    sent = case.body(values=case.fresh())
    case.send(sent)
    return case.entry(sent)


def review(case, entry, by="street", **more):
    asked = {"base_version": entry.version, "review": "approved", **more}
    return entry_review(actor=case.actor(by), entry=entry, **asked)


def test_a_street_approves_or_names_the_issues(case, entry):
    saved = review(case, entry, review="issues", text="照片看不清")
    assert (saved.review, saved.version) == ("issues", entry.version + 1)
    assert Remark._all.get().text == "照片看不清"
    assert Event._all.get(event="field.entry.review").reason == "照片看不清"
    assert review(case, saved).review == "approved"
    assert list(Remark._all.values_list("review", flat=True)) == ["issues", "approved"]


def test_what_cannot_be_said(case, entry):
    assert key_of(lambda: review(case, entry, base_version=99)) == "changed"
    assert key_of(lambda: review(case, entry, review="issues")) == "say_what"
    assert key_of(lambda: review(case, entry, review="received")) == "review"
    assert key_of(lambda: review(case, entry, by="other")) == "outside"  # a worker does not review
    Entry._all.update(state="conflict")
    entry.refresh_from_db()
    assert key_of(lambda: review(case, entry)) == "not_in_register"


def test_nobody_reviews_their_own(case):
    sent = case.body(values=case.fresh())
    case.send(sent, by="street")
    assert key_of(lambda: review(case, case.entry(sent))) == "own"


def test_many_are_approved_at_once(case, entry):
    for name in ("甲", "乙"):
        case.send(case.body(values=case.fresh(name=name)))
    case.send(case.body(values=case.fresh(name="街道自己的")), by="street")
    rows = list(Entry._all.all())
    before = Event._all.count()
    assert entries_approve(actor=case.actor("street"), entries=rows, place="3301/330105/330105011/") == 3
    assert Event._all.count() == before + 1
    assert Entry._all.filter(review="approved").count() == 3
    again = {"actor": case.actor("street"), "entries": rows, "place": "3301/330105/330105011/"}
    assert key_of(lambda: entries_approve(**again)) == "none_to_approve"
    assert key_of(lambda: entries_approve(**{**again, "place": "3301/"})) == "outside"


def test_the_sender_and_the_offices_speak(case, entry, city):
    remark_add(actor=case.actor("worker"), entry=entry, text=" 已补照片 ")
    remark_add(actor=case.actor("street"), entry=entry, text="收到")
    assert list(Remark._all.values_list("text", flat=True)) == ["已补照片", "收到"]
    assert key_of(lambda: remark_add(actor=case.actor("street"), entry=entry, text=" ")) == "empty"
    case.who["stranger"] = city.user("street", "3301/330105/330105012/", username="stranger")
    assert key_of(lambda: remark_add(actor=case.actor("stranger"), entry=entry, text="x")) == "outside"
