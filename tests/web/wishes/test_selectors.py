import pytest

from linli.web.accounts.models import Place
from linli.web.places.models import Record
from linli.web.wishes.selectors import (
    comments_of,
    households_of,
    list_options,
    list_questionnaires,
    list_slips,
    people_of,
    questionnaire_by_code,
    rows_to_take,
    share_of,
    slip_by_token,
    takeovers_of,
)
from linli.web.wishes.services import Answer, reply_by_browser
from linli.web.wishes.tokens import slip_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_empty_cache")]


def test_figures_stand_beside_each_questionnaire(case):
    case.households(10)
    one = case.open(open_link=True)
    other = case.open(Place.objects.get(path="3301/330105/330105011/330105011002/"), by="street")
    case.slips(one, 7)
    case.answer(one, 1, "canteen", "nursery")
    case.answer(one, 2, "canteen")
    reply_by_browser(questionnaire=one, browser="b" * 22, address="a", answer=Answer(["parking"]))
    rows = {row.pk: row for row in list_questionnaires(case.who["street"])}
    assert (rows[one.pk].households, rows[one.pk].asked, rows[one.pk].open_replies, rows[one.pk].slips_made) == (
        10,
        2,
        1,
        7,
    )
    assert rows[one.pk].share == 0.2
    assert (rows[other.pk].households, rows[other.pk].asked, rows[other.pk].share) == (None, 0, None)
    assert [row.pk for row in list_questionnaires(case.who["worker"])] == [one.pk]
    counts = {option.type: (option.households, option.open_replies) for option in list_options(case.who["worker"], one)}
    assert counts == {"nursery": (1, 0), "canteen": (2, 0), "parking": (0, 1)}
    assert share_of(one).share == 0.2
    assert households_of(other) is None


def test_a_closed_community_has_no_households_and_a_nought_is_not_known(case):
    record = case.households(0)
    one = case.open()
    assert households_of(one) is None
    record.values["households"] = 5
    record.save()
    assert households_of(one) == 5
    Record._all.filter(pk=record.pk).update(closed_at="2026-01-01T00:00:00Z")
    assert households_of(one) is None


def test_people_are_added_up_from_those_who_told(case):
    one = case.open()
    case.slips(one)
    case.answer(one, 1, people={"0_2": 1, "15_59": 2})
    case.answer(one, 2, people={"15_59": 1})
    case.answer(one, 3)
    told, people = people_of(one)
    assert told == 2
    assert (people["0_2"], people["15_59"], people["80_plus"]) == (1, 3, 0)


def test_everything_passes_the_gate(case, city):
    one = case.open()
    case.slips(one)
    case.answer(one, 1, comment="x")
    stranger = city.user("community_worker", "3301/330106/330106003/330106003001/")
    for rows in (list_questionnaires(stranger), list_slips(stranger, one), list_options(stranger, one),
                 comments_of(stranger, one), takeovers_of(stranger, one)):  # fmt: skip
        assert not rows.exists()
    assert comments_of(case.who["worker"], one).count() == 1


def test_what_would_change_is_told_before(case):
    code = case.home.code
    for kind, n in (("canteen", 0), ("library", 4)):
        Record._all.create(layer="wishes", key=f"{code}|{kind}", kind=kind, place=case.home.path,
                           values={"community_id": code, "type": kind, "count": n})  # fmt: skip
    one = case.open()
    asked, rows = rows_to_take(one)
    assert asked == 0
    assert [(row.type, row.was, row.now, row.kind) for row in rows] == [
        ("nursery", None, 0, "new"), ("canteen", 0, 0, "same"), ("parking", None, 0, "new"),
        ("library", 4, None, "closed"),
    ]  # fmt: skip


def test_codes_and_tokens_find_their_questionnaire(case):
    one = case.open()
    case.slips(one)
    assert questionnaire_by_code(one.code) == one
    assert questionnaire_by_code("x") is None
    assert slip_by_token(slip_token(one.code, 3)).number == 3
    assert slip_by_token("") is slip_by_token("0" * 26) is None
