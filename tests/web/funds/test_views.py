"""The pages of money: from budget to payment and reconciliation by the people whose step it is."""

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.web.funds.models import Application, Booking, Statement

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"funds:{name}", args=args)


def test_money_goes_its_way_by_the_pages(money, enter):
    client = enter(money.who["city"])
    budget = {"place": money.place.pk, "year": 2026, "amount": "10.00", "memo": "杭财〔2026〕2号", "voucher": ""}
    assert client.post(address("budget"), budget).status_code == 302
    commit = {"year": 2026, "amount": "10.00", "memo": "追加"}
    assert client.post(address("commit", money.project.number), commit).status_code == 302
    client = enter(money.who["street"])
    page = client.get(address("apply", money.project.number)).content.decode()
    assert "1,000,000.00" in page
    assert client.post(address("apply", money.project.number), {"year": 2026, "amount": "600"}).status_code == 302
    application = Application._all.get()
    for who in ("city", "finance"):
        client = enter(money.who[who])
        assert application.number in client.get(address("overview")).content.decode()
        application.refresh_from_db()
        said = {"decision": "approve", "amount": "600", "reason": "同意", "version": application.version}
        assert client.post(address("decide", application.number), said).status_code == 302
    client = enter(money.who["finance2"])
    paid = {"amount": "600", "voucher": "PZ-1", "on": str(timezone.localdate()), "memo": ""}
    assert client.post(address("pay", application.number), paid).status_code == 302
    back = {"amount": "100", "voucher": "SH-1", "on": str(timezone.localdate()), "reason": "多付"}
    assert client.post(address("give_back", application.number), back).status_code == 302
    page = client.get(address("application", application.number)).content.decode()
    assert "500.00" in page
    assert "测算过程" in page
    today = timezone.localdate()
    sheet = {"name": "11月", "place": money.place.pk, "begins": today, "ends": today, "rows": f"PZ-1,{today},600"}
    assert client.post(address("statement_new"), sheet).status_code == 302
    found = Statement._all.get()
    assert not found.agrees
    assert "SH-1" in client.get(address("statement", found.pk)).content.decode()
    assert "11月" in client.get(address("statements")).content.decode()


def test_the_applicant_is_refused_and_told(money, enter):
    application = money.apply(by="street")
    money.case.city.give(money.who["street"], "city_office", "3301/")
    said = {"decision": "approve", "amount": "600000", "reason": "同意", "version": application.version}
    page = enter(money.who["street"]).post(address("decide", application.number), said).content.decode()
    assert "不能审批" in page
    assert Application._all.get().state == "submitted"


def test_too_much_is_refused_in_the_form(money, enter):
    application = money.approved()
    paid = {"amount": "600000.01", "voucher": "PZ-1", "on": str(timezone.localdate()), "memo": ""}
    page = enter(money.who["finance2"]).post(address("pay", application.number), paid).content.decode()
    assert "600,000.00" in page
    assert not Booking._all.filter(kind="pay").exists()


def test_without_a_ratio_the_page_says_what_to_fill_in(money, enter, monkeypatch):
    monkeypatch.undo()
    page = enter(money.who["street"]).get(address("apply", money.project.number)).content.decode()
    assert "subsidy/ratio" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_speaks_both_languages(money, enter, lang):
    application = money.approved()
    money.pay(application, "1")
    client = enter(money.who["finance"])
    client.cookies["linli_language"] = lang
    for name, args in (("overview", ()), ("applications", ()), ("ledger", ()), ("statements", ()), ("statement_new", ()),
                       ("application", (application.number,)), ("pay", (application.number,))):  # fmt: skip
        page = client.get(address(name, *args))
        assert page.status_code == 200
        assert ('lang="en"' in page.content.decode()[:200]) is (lang == "en")


def test_an_entry_is_reversed_and_an_application_withdrawn_by_the_pages(money, enter):
    application = money.apply()
    client = enter(money.who["street"])
    assert client.post(address("withdraw", application.number), {"reason": "材料有误"}).status_code == 302
    commit = Booking._all.get(kind="commit")
    client = enter(money.who["city2"])
    assert client.post(address("reverse", commit.number), {"reason": "错"}).status_code == 302
    assert Booking._all.filter(kind="reversal").exists()


def test_the_ledgers_file_holds_every_row(money, enter):
    client = enter(money.who["finance"])
    answer = client.get(address("ledger_export", "csv"))
    assert len(answer.getvalue().decode("utf-8-sig").splitlines()) == 1 + Booking._all.count()
    assert client.get(address("applications_export", "xlsx")).getvalue().startswith(b"PK")


def test_who_may_not_reverse_is_not_offered_it(money, enter, city):
    assert "冲销" in enter(money.who["city"]).get("/funds/ledger/").content.decode().split("<tbody>")[1]
    assert "冲销" not in enter(city.user("auditor")).get("/funds/ledger/").content.decode().split("<tbody>")[1]


def test_an_application_nobody_decided_says_so_in_an_ordinary_line(money, enter):
    application = money.apply()
    page = enter(money.who["city"]).get(address("application", application.number)).content.decode()
    decisions = page.partition("审批过程")[2].partition("</section>")[0]
    assert '<p class="empty">' in decisions
    assert "<li" not in decisions
    for text in ("已拨付（净额，元）", "未拨付（元）", " · 已见公开文本"):
        assert text in page


def test_a_reversal_says_what_it_undoes_with_its_unit(money, enter):
    page = enter(money.who["city"]).get(address("reverse", 2)).content.decode()
    assert "安排：1,000,000.00 元。" in page


def test_tables_of_statements_have_heads(money, enter):
    application = money.approved()
    money.pay(application, "600", voucher="PZ-1")
    money.pay(application, "700", voucher="PZ-2")
    today = timezone.localdate()
    client = enter(money.who["finance2"])
    sheet = {"name": "对账单", "place": money.place.pk, "begins": today, "ends": today, "rows": f"PZ-1,{today},500"}
    assert client.post(address("statement_new"), sheet).status_code == 302
    page = client.get(address("statements")).content.decode()
    assert all(f">{head}</th>" in page for head in ("名称", "期间", "结果", "经办人"))
    page = client.get(address("statement", Statement._all.get().pk)).content.decode()
    assert all(f">{head}</th>" in page for head in ("凭证号", "台账金额（元）", "清单金额（元）", "金额（元）", "摘要"))


def test_the_same_money_has_one_english_word(money, enter):
    client = enter(money.who["city"])
    client.cookies["linli_language"] = "en"
    page = client.get(address("overview")).content.decode()
    assert "Allocated" not in page
    assert all(f">{head}</th>" in page for head in ("Budget", "Committed"))
