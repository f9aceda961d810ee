"""The offices' pages: questionnaires are opened, printed, counted and taken over."""

import datetime as dt

import pytest
from django.urls import reverse

from linli.web.accounts.models import Place
from linli.web.audit.models import Event
from linli.web.places.models import Record
from linli.web.wishes.models import Questionnaire, Reply, Slip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_empty_cache")]


def address(name, *args):
    return reverse(f"wishes:{name}", args=args)


def test_a_street_walks_the_whole_way(case, enter):
    case.households(10)
    client = enter(case.who["street"])
    assert "还没有问卷" in client.get(address("list")).content.decode()
    page = client.get(address("new"))
    assert "托儿所（3 岁以下）" in page.content.decode()
    days = {"begins": case.today.isoformat(), "ends": (case.today + dt.timedelta(days=9)).isoformat()}
    sent = {"round": case.round.pk, "place": case.home.pk, "types": ["parking", "canteen", "nursery"], **days,
            "ask_people": "on", "ask_comment": "on"}  # fmt: skip
    assert client.post(address("new"), sent).status_code == 302
    one = Questionnaire._all.get()
    assert list(one.options.values_list("type", flat=True)) == ["nursery", "canteen", "parking"]
    page = client.get(address("slips_make", one.pk)).content.decode()
    assert 'value="10"' in page  # as many as there are households
    assert client.post(address("slips_make", one.pk), {"count": 10}).status_code == 302
    assert "第 1—10 号" in client.get(address("slips", one.pk)).content.decode()
    for n in range(1, 6):
        sent = {"number": n, "types": ["canteen"], "people_60_79": 2, "comment": "想要食堂" if n == 1 else ""}
        assert client.post(address("enter", one.pk), sent).status_code == 302
    page = client.get(address("questionnaire", one.pk)).content.decode()
    assert "50.0 %" in page
    assert "浙江省城镇社区专项体检导则" in page
    results = client.get(address("results", one.pk)).content.decode()
    assert '"value": 5' in results
    assert "想要食堂" not in results  # nobody has read it yet
    assert client.post(address("comment", Reply._all.exclude(comment="").get().pk), {"show": "yes"}).status_code == 302
    assert "想要食堂" in client.get(address("results", one.pk)).content.decode()
    preview = client.get(address("take_over", one.pk)).content.decode()
    assert "将改动登记中的 3 行" in preview
    one.refresh_from_db()
    assert client.post(address("take_over", one.pk), {"reason": "首轮", "version": one.version}).status_code == 302
    assert Record._all.get(layer="wishes", kind="canteen").values["count"] == 5
    listed = client.get(address("list")).content.decode()
    assert "和睦社区" in listed
    assert "50.0 %" in listed


def test_what_is_wrong_comes_back_all_at_once(case, enter):
    one = case.open()
    case.slips(one)
    client = enter(case.who["worker"])
    page = client.post(
        address("enter", one.pk), {"number": "", "people_0_2": 99, "website": "http://x"}
    ).content.decode()
    assert "有 4 处需要改正" in page
    both = client.post(address("enter", one.pk), {"number": 1, "types": ["canteen"], "nothing": "on"})
    assert "只" in both.content.decode()
    assert "没有这张入户卡" in client.post(address("enter", one.pk), {"number": 77, "nothing": "on"}).content.decode()
    page = client.post(address("edit", one.pk), {"version": 1}).content.decode()
    assert "有 3 处需要改正" in page
    stale = {"begins": case.today.isoformat(), "ends": case.today.isoformat(), "types": ["canteen"], "version": 9}
    assert "他人刚刚修改过" in client.post(address("edit", one.pk), stale).content.decode()


def test_the_printed_files_hold_working_tokens_and_leave_an_event(case, enter, settings):
    one = case.open()
    case.slips(one, 12)
    case.answer(one, 1)
    client = enter(case.who["worker"])
    before = Event._all.count()
    sheet = client.get(address("slips_file_export", one.pk, 1, "pdf"))
    assert sheet.content.startswith(b"%PDF-")
    listed = client.get(address("slips_file_export", one.pk, 1, "xlsx"))
    assert Event._all.count() == before + 2
    from io import BytesIO

    import openpyxl

    rows = list(openpyxl.load_workbook(BytesIO(listed.content)).active.values)
    assert len(rows) == 12  # a head and eleven: number 1 was used
    assert rows[1][0] == 2
    client.logout()
    page = client.get(rows[1][2])
    assert page.status_code == 200
    assert "社区还缺什么" in page.content.decode()
    settings.SECRET_KEY = "changed" * 9
    again = enter(case.who["worker"]).get(address("slips_file_export", one.pk, 1, "xlsx"))
    assert again.status_code == 404  # the tokens can no longer be made; what was printed still works
    assert enter(case.who["worker"]).get(address("slips_file_export", one.pk, 1, "docx")).status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_speaks_both_languages(case, enter, lang):
    case.households(10)
    one = case.open(open_link=True, note="在一楼")
    case.slips(one)
    case.answer(one, 1, "canteen", people={"0_2": 1}, comment="好")
    client = enter(case.who["worker"])
    client.cookies["linli_language"] = lang
    for name in ("questionnaire", "edit", "close", "reopen", "slips", "slips_make", "void", "enter", "results",
                 "comments", "take_over"):  # fmt: skip
        page = client.get(address(name, one.pk))
        assert page.status_code == 200, name
        assert ('lang="en"' in page.content.decode()[:200]) is (lang == "en")
    assert client.get(address("poster", one.pk) + f"?lang={lang}").content.startswith(b"%PDF-")
    assert client.get(address("comment", Reply._all.get().pk)).status_code == 200


def test_the_qr_code_is_a_picture_or_a_file(case, enter):
    one = case.open()
    client = enter(case.who["worker"])
    assert client.get(address("qr", one.pk, "svg"))["Content-Type"] == "image/svg+xml"
    png = client.get(address("qr", one.pk, "png") + "?save=1")
    assert png.content.startswith(b"\x89PNG")
    assert "attachment" in png["Content-Disposition"]
    assert client.get(address("qr", one.pk, "gif")).status_code == 404


def test_closing_and_opening_again(case, enter):
    one = case.open()
    client = enter(case.who["worker"])
    assert client.post(address("close", one.pk), {"version": 1, "reason": "够了"}).status_code == 302
    assert "提前关闭" in client.get(address("questionnaire", one.pk)).content.decode()
    assert client.post(address("reopen", one.pk), {"version": 2, "reason": "补"}).status_code == 302
    assert client.post(address("void", one.pk), {"number": 1, "reason": "x"}).status_code == 200
    case.slips(one)
    assert client.post(address("void", one.pk), {"number": 1, "reason": "x"}).status_code == 302
    assert Slip._all.get(number=1).state == "void"


def test_unknown_households_are_said(case, enter):
    one = case.open()
    page = enter(case.who["worker"]).get(address("results", one.pk)).content.decode()
    assert "登记中没有本社区的户数" in page
    assert "待定" in page


def test_filters_and_files(case, enter):
    case.households(10)
    one = case.open()
    case.slips(one)
    case.open(Place.objects.get(path="3301/330105/330105011/330105011002/"), by="street")
    for n in range(1, 7):
        case.answer(one, n, "canteen")
    client = enter(case.who["street"])

    def listed(query):
        return client.get(address("list_export", "csv") + query).getvalue().decode("utf-8-sig")

    assert "和睦社区" not in listed("?below=50")
    assert "华丰社区" in listed("?below=50")  # its share is unknown: it may be below
    assert "和睦社区" in listed("?below=80&q=和睦")
    assert listed("?below=x").count("\n") == 1
    assert listed("?state=open").count("\n") == 3
    assert listed("?state=over").count("\n") == listed("?state=nothing").count("\n") == 1
    counts = client.get(address("results_export", one.pk, "csv")).getvalue().decode("utf-8-sig").splitlines()
    assert counts[1].startswith("社区食堂")
    found = client.get(address("results", one.pk) + "?q=托儿").content.decode()
    assert "托儿所" in found
    slips = client.get(address("slips_export", one.pk, "csv") + "?state=used").getvalue().decode("utf-8-sig")
    assert slips.count("已使用") == 6
    assert client.get(address("comments_export", one.pk, "csv")).getvalue().decode("utf-8-sig").count("\n") == 1
