"""The pages of rounds and returns: one arc from opening to frozen, and what is refused on the way."""

import datetime as dt
import json
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from linli.web.audit.models import Event
from linli.web.jobs.models import Job
from linli.web.jobs.runner import perform
from linli.web.surveys import services
from linli.web.surveys.models import Finding, Return, Round, Snapshot

pytestmark = pytest.mark.django_db

CITY = "3301/"
HEMU = "3301/330105/330105011/330105011001/"
CODE = "330105011001"


def address(name, *args):
    return reverse(f"surveys:{name}", args=args)


def page(client, name, *args, query=""):
    answer = client.get(address(name, *args) + query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_from_opening_to_handing_in_and_sending_back(case, enter):
    today = timezone.localdate()
    from linli.web.accounts.models import Place

    said = {"place": Place.objects.get(path=CITY).pk, "code": "2026", "name": "2026年调查", "name_en": "",
            "surveyed_on": today, "begins": today, "due": today + dt.timedelta(days=9)}  # fmt: skip
    office = enter(case.who["city"])
    wrong = office.post(address("new"), {**said, "due": today - dt.timedelta(days=1)}).content.decode()
    assert "截止日期不能早于开始日期" in wrong
    assert "2026年调查" in wrong
    assert office.post(address("new"), said)["Location"] == address("round", "2026")
    text = page(office, "round", "2026")
    assert "填报中" in text
    assert "和睦社区" in text
    worker = enter(case.who["worker"])
    text = page(worker, "round", "2026")
    assert "华丰社区" not in text
    text = page(worker, "return", "2026", CODE)
    assert "已知 0 / 应知" in text
    assert reverse("places:new", args=["communities"]) in text
    assert reverse("imports:template_export", args=[CODE]) in text
    assert worker.get(address("return", "2026", "330105011002")).status_code == 404
    one = case.ret(Round._all.get())
    assert worker.post(address("none", "2026", CODE), {"version": 1, "none_of": ["rooms"]}).status_code == 302
    assert "已知 1 / 应知" in page(worker, "submit", "2026", CODE)
    assert worker.post(address("submit", "2026", CODE), {"version": 2, "note": "请审"}).status_code == 302
    street = enter(case.who["street"])
    assert "通过" in page(street, "return", "2026", CODE)
    stale = street.post(address("send_back", "2026", CODE), {"version": 1, "reason": "缺轮廓"}).content.decode()
    assert "他人刚刚修改过" in stale
    assert "缺轮廓" in stale
    assert street.post(address("send_back", "2026", CODE), {"version": 3, "reason": "缺轮廓"}).status_code == 302
    assert "退回原因： 缺轮廓" in page(enter(case.who["worker"]), "return", "2026", CODE)
    one.refresh_from_db()
    assert one.state == "returned"


def test_who_handed_in_is_offered_no_judging(case, enter):
    made = case.open()
    one = case.ret(made)
    services.return_submit(actor=case.actor(case.who["street"]), return_=one, base_version=1)
    text = page(enter(case.who["street"]), "return", "2026", CODE)
    assert address("accept", "2026", CODE) not in text
    assert address("accept", "2026", CODE) in page(enter(case.who["district"]), "return", "2026", CODE)


def test_names_dates_and_choices_are_changed(case, enter):
    made = case.open()
    client = enter(case.who["city"])
    said = {"name": "改名", "name_en": "", "surveyed_on": made.surveyed_on, "begins": made.begins, "due": made.due}
    assert client.post(address("edit", "2026"), {**said, "version": 1}).status_code == 302
    text = page(client, "options", "2026")
    assert "达标线" in text
    from linli.assess import AssessOptions
    from linli.web.surveys.forms import OptionsForm

    form = OptionsForm(options=AssessOptions(), version=2)
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in data.items() if value is not None}
    assert client.post(address("options", "2026"), {**data, "met_share": "90"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.options["met_share"], made.version) == ("改名", 0.9, 3)
    bad = client.post(address("options", "2026"), {**data, "version": 3, "grades": "A 50\nB 90"}).content.decode()
    assert "评估选项有误" in bad


def test_the_map_holds_what_one_may_see_with_its_state(case, enter):
    case.put("communities", CODE, HEMU, case.square(), name="和睦", community_id=CODE)
    case.open(begins=timezone.localdate() - dt.timedelta(days=9), due=timezone.localdate() - dt.timedelta(days=1))
    found = json.loads(page(enter(case.who["street"]), "map", "2026"))["features"]
    assert {one["properties"]["name"] for one in found} == {"和睦社区", "华丰社区"}
    hemu = next(one for one in found if one["id"] == CODE)
    assert hemu["geometry"]["type"] == "Polygon"
    assert hemu["properties"]["look"] == "unknown"
    assert hemu["properties"]["late"] == 1
    assert hemu["properties"]["href"] == address("return", "2026", CODE)
    assert next(one for one in found if one["id"] != CODE)["geometry"] is None


def test_the_list_and_its_file_hold_the_same_rows(case, enter):
    case.open()
    client = enter(case.who["city"])
    assert "共 4 条" in page(client, "round", "2026")
    answer = client.get(address("returns_export", "2026", "csv") + "?q=华丰")
    assert answer["X-Rows"] == "1"
    assert "华丰社区" in answer.getvalue().decode("utf-8-sig")
    assert Event._all.filter(event="pages.table.export").count() == 1
    assert client.get(address("returns_export", "2026", "exe")).status_code == 404


def test_who_is_late_with_whom_to_ask(case, enter):
    day = timezone.localdate() - dt.timedelta(days=4)
    case.open(begins=day, due=day)
    text = page(enter(case.who["street"]), "late", "2026")
    assert "worker 13800000000" in text
    assert "文三" not in text
    assert "没有设置邮件服务器" in text
    assert enter(case.who["worker"]).get(address("late", "2026")).status_code == 403
    answer = enter(case.who["street"]).get(address("late_export", "2026", "csv"))
    assert answer["X-Rows"] == "2"
    assert "13800000000" in answer.getvalue().decode("utf-8-sig")
    # Who may export but not review is given no contacts.
    answer = enter(case.who["worker"]).get(address("late_export", "2026", "csv"))
    assert answer["X-Rows"] == "1"
    assert "13800000000" not in answer.getvalue().decode("utf-8-sig")
    refused = enter(case.who["street"]).post(address("remind", "2026"), {"version": 1}).content.decode()
    assert "没有设置邮件服务器" in refused


def test_a_round_is_frozen_from_its_page(demo, enter, monkeypatch):
    monkeypatch.setattr("linli.web.surveys.work.AFTER_FREEZE", [])
    client = enter(demo.office)
    text = page(client, "freeze", "demo")
    assert "个社区没有提交" in text
    assert "712 行" in text
    assert "冻结不可撤销" in text
    shown = client.post(address("freeze", "demo"), {"version": 2, "reason": " "}).content.decode()
    assert "这个字段是必填项" in shown
    assert not Job._all.filter(kind="surveys.freeze").exists()
    assert client.post(address("freeze", "demo"), {"version": 2, "reason": "已齐"}).status_code == 302
    job = Job._all.get(kind="surveys.freeze")
    text = page(client, "round", "demo")
    assert reverse("jobs:job", args=[job.pk]) in text
    assert 'hx-trigger="every 5s"' in text  # until the job is over
    busy = client.post(address("freeze", "demo"), {"version": 2, "reason": "再来"}).content.decode()
    assert "正在后台进行" in busy
    perform(str(job.pk))
    text = page(client, "round", "demo")
    assert Snapshot._all.get().digest[:16] in text
    assert "已冻结" in text
    assert "every 5s" not in text
    assert f"{reverse('assessments:runs')}?q={quote(Round._all.get(code='demo').name)}" in text
    assert address("edit", "demo") not in text
    page(client, "findings", "demo")
    assert client.get(address("freeze", "demo")).status_code == 200


def test_the_password_is_asked_for_again_before_freezing(demo, client):
    client.force_login(demo.office)
    answer = client.get(address("freeze", "demo"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_review_and_back_and_a_check(case, enter):
    made = case.open()
    client = enter(case.who["city"])
    assert client.post(address("review", "2026"), {"version": 1, "reason": "到期"}).status_code == 302
    assert address("freeze", "2026") in page(client, "round", "2026")
    assert client.post(address("reopen", "2026"), {"version": 2, "reason": "补报"}).status_code == 302
    assert client.post(address("check", "2026"), {"version": 3}).status_code == 302
    assert Job._all.get(kind="surveys.check").state == "queued"
    made.refresh_from_db()
    assert made.state == "open"


def test_communities_that_came_later_are_taken_in(case, enter):
    from linli.web.accounts.models import Place

    case.open()
    Place._all.create(path="3301/330105/330105011/330105011009/", code="330105011009", level="community", name="新")
    client = enter(case.who["city"])
    assert "不在本轮内" in page(client, "round", "2026")
    assert client.post(address("complete", "2026")).status_code == 302
    assert Return._all.count() == 5
    Round._all.update(state="frozen")
    assert client.post(address("complete", "2026"), follow=True).status_code == 200


def test_findings_lead_to_records(case, enter):
    made = case.open()
    Finding._all.create(
        round=made, place=HEMU, severity="error", code="number.negative", layer="facilities", key="F1",
        column="floor_area_m2", value="-5", message={"zh": "不能为负", "en": "negative"}, fix={"zh": "请改正", "en": "mend"},
    )  # fmt: skip
    text = page(enter(case.who["street"]), "findings", "2026")
    assert reverse("places:record", args=["facilities", "F1"]) in text
    assert "建筑面积" in text
    assert "不能为负" in text
    assert "共 0 条" in page(enter(case.who["away"]), "findings", "2026")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("state", ["open", "review", "frozen"])
def test_every_page_speaks_both_languages_in_every_state(case, enter, lang, state):
    case.put("facilities", "F1", HEMU, of="nursery")
    made = case.open()
    Round._all.filter(pk=made.pk).update(state=state)
    client = enter(case.who["city"])
    client.cookies["linli_language"] = lang
    for name in ("round", "edit", "options", "review", "reopen", "check", "freeze", "findings", "late", "remind"):
        text = page(client, name, "2026")
        assert ("Skip to content" in text) is (lang == "en")
    for name in ("return", "none", "submit", "accept", "send_back"):
        page(client, name, "2026", CODE)
    for name in ("rounds", "new", "layers", "upload_new", "residents", "snapshots"):
        page(client, name)
    translation.activate("zh-hans")


def test_known_now_and_known_when_handed_in_are_told_apart(case, enter):
    made = case.open()
    one = case.ret(made)
    services.return_submit(actor=case.actor(case.who["worker"]), return_=one, base_version=1)
    case.put("communities", CODE, HEMU, case.square(), households=3)
    text = page(enter(case.who["street"]), "return", "2026", CODE)
    assert "现在已知 2 / 应知" in text
    assert "提交时已知 0 / 应知" in text


def test_what_the_last_check_found_is_told_in_parts(case, enter):
    made = case.open()
    made.checked = {"at": timezone.now().isoformat(), "errors": 0, "warnings": 1}
    made.save()
    text = page(enter(case.who["city"]), "round", "2026")
    assert "没有错误 · <span" in text
    assert f' 1 · <a href="{address("findings", "2026")}"' in text
