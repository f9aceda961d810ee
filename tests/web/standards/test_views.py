import pytest
from django.urls import reverse

from linli.web.standards.models import Change, Waiver

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {"value": "0.4", "valid_from": "2026-01-01", "reference_title": "细则", "clause": "第五条", "certainty": "published",
        "checked_on": "2026-01-01"}  # fmt: skip


def test_the_browser_searches_and_shows_a_rule(enter, city):
    client = enter(city.user("community_worker", city.at["community"]))
    page = client.get("/standards/?q=托儿所").content.decode()
    assert "200 平方米" in page
    assert "导出" not in page
    one = client.get("/standards/rules/complete_community/nursery/").content.decode()
    assert "建设一所建筑面积不小于 200 平方米的托儿所" in one
    assert "提议新数值" not in one
    assert client.get("/standards/rules/complete_community/none/").status_code == 404


def test_a_value_goes_from_proposal_to_approval_in_the_pages(enter, desk):
    client = enter(desk.who["planner"])
    address = "/standards/rules/subsidy/ratio/ratio/propose/"
    assert "单位" in client.get(address).content.decode()
    wrong = client.post(address, {**FORM, "value": "-1", "reference_title": ""})
    assert wrong.content.decode().count('class="error"') == 2
    assert client.post(address, FORM).status_code == 302
    one = Change._all.get()
    assert client.post(f"/standards/changes/{one.pk}/edit/", {**FORM, "value": "0.45"}).status_code == 302
    assert client.post(f"/standards/changes/{one.pk}/submit/").status_code == 302
    assert client.get(f"/standards/changes/{one.pk}/decide/").status_code == 403
    client = enter(desk.who["reviewer"])
    assert "待复核" in client.get(f"/standards/changes/{one.pk}/").content.decode()
    answer = client.post(f"/standards/changes/{one.pk}/decide/", {"decision": "approve", "reason": "一致"})
    assert answer.status_code == 302
    one.refresh_from_db()
    assert (one.state, one.value) == ("approved", 0.45)
    page = client.get("/standards/rules/subsidy/ratio/").content.decode()
    assert "45 %" in page
    assert "本市规则包" in page


def test_a_waiver_in_the_pages(enter, desk):
    client = enter(desk.who["district"])
    said = {"item": "complete_community/nursery", "place": desk.city.at["community"], "begins": "2026-01-01",
            "ends": "2027-01-01", "reason": "用地紧张", "public": "on"}  # fmt: skip
    assert client.post("/standards/waivers/new/", said).status_code == 302
    one = Waiver._all.get()
    page = client.get(f"/standards/waivers/{one.pk}/").content.decode()
    assert "用地紧张" in page
    assert "复核豁免" not in page
    client = enter(desk.who["city"])
    client.post(f"/standards/waivers/{one.pk}/decide/", {"decision": "grant", "reason": "属实"})
    assert "托儿所" in client.get(reverse("standards:waivers")).content.decode()
    one.refresh_from_db()
    assert one.state == "granted"
    assert client.post(f"/standards/waivers/{one.pk}/revoke/", {"reason": "已建成"}).status_code == 302


def test_what_is_asked_about_a_proposal_is_said_beside_it(enter, desk):
    one = desk.submitted()
    client = enter(desk.who["reviewer"])
    page = client.get(f"/standards/changes/{one.pk}/decide/").content.decode()
    for text in ("<h1>复核 · 补助比例</h1>", "<strong>40 %</strong>", "2026-01-01", "某市奖补细则", "第五条"):
        assert text in page
    planner = enter(desk.who["planner"])
    page = planner.get(f"/standards/changes/{one.pk}/withdraw/").content.decode()
    assert "<h1>撤回 · 补助比例</h1>" in page
    assert "尚未列入规则包" in page
    desk.decide(one)
    assert "从本市规则包中去掉" in planner.get(f"/standards/changes/{one.pk}/withdraw/").content.decode()
    page = planner.get(f"/standards/changes/{one.pk}/").content.decode()
    assert page.count("40 %") == 2  # what was proposed, and what holds now
    assert "比例（0—1）" not in page


def test_what_is_asked_about_a_waiver_is_said_beside_it(enter, desk):
    one = desk.waive()
    client = enter(desk.who["city"])
    page = client.get(f"/standards/waivers/{one.pk}/decide/").content.decode()
    for text in ("复核豁免 · 托儿所</h1>", "用地紧张", "2027-12-31"):
        assert text in page
    for state, days, text in (
        ("proposed", {}, "尚在复核"),
        ("granted", {}, "立即停止执行"),
        ("granted", {"begins": "2100-01-01", "ends": "2101-01-01"}, "不再开始执行"),
        ("granted", {"begins": "2020-01-01", "ends": "2021-01-01"}, "已到期"),
    ):
        Waiver._all.update(state=state, **days)
        page = client.get(f"/standards/waivers/{one.pk}/revoke/").content.decode()
        assert "撤销 · 托儿所</h1>" in page
        assert text in page
