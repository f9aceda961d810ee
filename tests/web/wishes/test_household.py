"""The households' pages: no account, one answer each, closed outside the dates, nothing told to who guesses."""

import logging

import pytest
from django.urls import reverse

from linli.web.wishes import household, limits
from linli.web.wishes.models import Questionnaire, Reply, Slip
from linli.web.wishes.tokens import slip_token, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_empty_cache")]


@pytest.fixture
def one(case):
    made = case.open(open_link=True)
    case.slips(made)
    return made


def home(one, number=1):
    return reverse("wishes:household", args=[slip_token(one.code, number)])


def poster(one):
    return reverse("wishes:open", args=[one.code])


def test_a_household_answers_by_its_slip(one, client):
    page = client.get(home(one)).content.decode()
    assert "给孩子的" in page
    assert "不记姓名" in page
    answer = client.post(home(one), {"types": ["nursery"], "people_0_2": 1, "comment": "谢谢"})
    assert answer.status_code == 302
    assert "谢谢" in client.get(answer["Location"]).content.decode()
    assert Reply._all.get().people == {"0_2": 1}
    assert "您家已经填过了" in client.get(home(one)).content.decode()
    assert "您家已经填过了" in client.post(home(one), {"nothing": "on"}).content.decode()
    assert Reply._all.count() == 1


def test_what_is_wrong_is_said_at_once_and_what_was_ticked_stays(one, client):
    page = client.post(home(one), {"people_0_2": "77", "comment": "长" * 501}).content.decode()
    assert "有 3 处需要改正" in page
    page = client.post(home(one), {"types": ["canteen"], "nothing": "on"}).content.decode()
    assert 'value="canteen" checked' in page
    Questionnaire._all.filter(pk=one.pk).update(most=1)
    assert "最多选 1 项" in client.post(home(one), {"types": ["canteen", "nursery"]}).content.decode()
    assert not Reply._all.exists()


def test_a_machine_that_fills_in_everything_is_refused(one, client):
    page = client.post(home(one), {"types": ["canteen"], "website": "http://spam"}).content.decode()
    assert "清空" in page
    assert not Reply._all.exists()


def test_wrong_tokens_all_look_the_same_and_many_are_stopped(one, client, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "guess", limits.Limit(4, 600))
    pages = [
        client.get(reverse("wishes:household", args=[token])) for token in ("A" * 26, "x", slip_token("other", 1))
    ] + [client.get(reverse("wishes:open", args=["nowhere"]))]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content.split(b"<main")[1].split(b"<footer")[0] for page in pages}) == 1
    for address in (home(one), poster(one)):
        assert client.get(address).status_code == 429
    assert client.post(poster(one), {"token": "x"}).status_code == 429


def test_the_log_does_not_hold_the_token(one, client, caplog):
    with caplog.at_level(logging.INFO, logger="linli.request"):
        client.get(home(one))
    said = [record.getMessage() for record in caplog.records if record.name == "linli.request"]
    assert said == ["GET /wishes/h/…"]
    assert all(
        getattr(record, "path", "") == "/wishes/h/…" for record in caplog.records if record.name == "linli.request"
    )


def test_the_poster_leads_to_the_slip_s_page(one, client):
    typed = written(slip_token(one.code, 2)).lower()
    answer = client.post(poster(one), {"token": typed})
    assert answer["Location"] == home(one, 2)
    assert "没有这张入户卡" in client.post(poster(one), {"token": "AAAA"}).content.decode()


def test_the_open_link_takes_one_reply_a_browser(one, client):
    first = client.get(poster(one))
    cookie = first.cookies[household.COOKIE]
    assert cookie["httponly"]
    assert "单独统计" in first.content.decode()
    assert client.post(poster(one), {"types": ["parking"]}).status_code == 302
    again = client.post(poster(one), {"types": ["parking"]})
    assert "这台设备已经提交过" in again.content.decode()
    assert list(Reply._all.values_list("channel", flat=True)) == ["open"]
    client.cookies.clear()
    assert "Cookie" in client.post(poster(one), {"types": ["parking"]}).content.decode()


def test_without_an_open_link_the_poster_only_asks_for_the_code(case, client):
    one = case.open()
    page = client.get(poster(one)).content.decode()
    assert "id_token" in page
    assert "id_types" not in page
    client.post(poster(one), {"types": ["parking"]})
    assert not Reply._all.exists()


@pytest.mark.parametrize(("begins", "ends", "said"), [(1, 2, "问卷从"), (-9, -1, "已经结束")])
def test_outside_its_dates_it_says_so(case, client, begins, ends, said):
    import datetime as dt

    one = case.open(open_link=True)
    case.slips(one)
    Questionnaire._all.filter(pk=one.pk).update(begins=case.today + dt.timedelta(days=begins),
                                                ends=case.today + dt.timedelta(days=ends))  # fmt: skip
    for address in (home(one), poster(one)):
        assert said in client.get(address).content.decode()
        assert said in client.post(address, {"types": ["canteen"]}).content.decode()
    assert not Reply._all.exists()


def test_a_void_slip_says_so(one, client):
    from django.utils import timezone

    Slip._all.filter(number=1).update(void_at=timezone.now())
    assert "已作废" in client.get(home(one)).content.decode()


def test_pages_are_not_indexed_and_tell_no_address_on(one, client):
    page = client.get(home(one))
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"  # with none at all a browser would send no origin with the form
    assert page["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused(one):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(home(one), {"types": ["canteen"]}).status_code == 403
    assert not Reply._all.exists()


def test_in_english(one, client):
    client.cookies["linli_language"] = "en"
    page = client.get(home(one)).content.decode()
    assert "What does your community still need?" in page
    assert "nursery (under 3)" in page
    assert "not found" in client.get(reverse("wishes:thanks", args=["x"])).content.decode()
