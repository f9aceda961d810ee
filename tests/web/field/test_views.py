"""The offices' pages: what was sent in, verdicts, conflicts side by side."""

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.web.accounts.models import Grant
from linli.web.field.models import Conflict, Entry

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"field:{name}", args=args)


def jpeg():
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def clash(case):
    one = case.facility()
    case.change(one, floor_area_m2=260)
    sent = case.body(one, values=case.filled(one, floor_area_m2="300"), photos=[{"name": "a.jpg"}])
    case.send(sent, files=[("a.jpg", jpeg())])
    one.refresh_from_db()
    return one, sent, Conflict._all.get()


def test_a_conflict_is_decided_on_the_page(case, enter, clash):
    one, sent, conflict = clash
    client = enter(case.who["street"])
    listed = client.get(address("conflicts")).content.decode()
    assert "和睦食堂" in listed
    page = client.get(address("decide", conflict.pk)).content.decode()
    for text in ("240", "300", "260", "王敏填写", "登记现在", "建筑面积"):
        assert text in page
    picture = client.get(address("picture", conflict.entry.pictures.get().pk))
    assert picture.getvalue() == jpeg()
    wrong = client.post(address("decide", conflict.pk), {"version": 2, "reason": ""}).content.decode()
    assert "请写明理由" in wrong
    open_ = client.post(address("decide", conflict.pk), {"version": 2, "reason": "复核"}).content.decode()
    assert "还没有选定：建筑面积" in open_
    bad = {"version": 2, "reason": "复核", "take_floor_area_m2": "other", "type_floor_area_m2": "-9"}
    assert "-9" in client.post(address("decide", conflict.pk), bad).content.decode()
    good = {"version": 2, "reason": "复核", "take_floor_area_m2": "mine"}
    assert client.post(address("decide", conflict.pk), good)["Location"] == address("entry", sent["id"])
    one.refresh_from_db()
    assert one.values["floor_area_m2"] == 300
    decided = client.get(address("decide", conflict.pk)).content.decode()
    assert "用填写的" in decided
    assert "复核" in decided
    page = client.get(address("entry", sent["id"])).content.decode()
    assert "已写入登记" in page
    assert client.get(address("picture", conflict.entry.pictures.get().pk)).getvalue().startswith(b"\xff\xd8")


def test_who_may_only_look_may_not_decide(case, enter, city, clash):
    _, _, conflict = clash
    auditor = enter(city.user("auditor", city.at["city"]))
    assert "不能决定" in auditor.get(address("decide", conflict.pk)).content.decode()
    assert auditor.post(address("decide", conflict.pk), {"version": 2, "reason": "x"}).status_code == 404


def test_nothing_may_be_taken(case, enter, clash):
    _, sent, conflict = clash
    client = enter(case.who["street"])
    assert client.post(address("decline", conflict.pk), {"reason": "以登记为准"}).status_code == 302
    assert "未采用" in client.get(address("entry", sent["id"])).content.decode()


def test_the_street_reviews_and_the_worker_reads_it(case, enter):
    sent = case.body(values=case.fresh(floor_area_m2="120"))
    case.send(sent)
    street = enter(case.who["street"])
    assert "和睦社区" in street.get(address("entries")).content.decode()
    assert "和睦药店" in street.get(address("entries") + "?review=received&q=药店").content.decode()
    page = street.get(address("entry", sent["id"])).content.decode()
    assert "120" in page
    assert "药店" in page
    entry = case.entry(sent)
    said = {"review": "issues", "text": "照片看不清", "version": entry.version}
    assert street.post(address("review", sent["id"]), said).status_code == 302
    worker = enter(case.who["worker"])
    assert "有问题" in worker.get(address("mine") + "?review=issues").content.decode()
    assert "照片看不清" in worker.get(address("entry", sent["id"])).content.decode()
    assert worker.get(address("review", sent["id"])).status_code == 403
    assert worker.post(address("remark", sent["id"]), {"text": "已补"}).status_code == 302
    assert "已补" in enter(case.who["street"]).get(address("entry", sent["id"])).content.decode()


def test_everything_shown_is_approved_at_once(case, enter):
    for name in ("甲", "乙"):
        case.send(case.body(values=case.fresh(name=name)))
    client = enter(case.who["street"])
    assert "将通过当前筛选出的 1 条" in client.get(address("approve") + "?q=甲").content.decode()
    assert client.post(address("approve") + "?q=甲").status_code == 302
    assert dict(Entry._all.values_list("title", "review")) == {"甲": "approved", "乙": "received"}
    assert "没有可以通过" in client.post(address("approve") + "?q=甲").content.decode()


def test_who_lost_the_right_still_sees_what_they_sent(case, enter):
    one = case.facility()
    Grant._all.filter(user=case.who["worker"]).update(revoked_at=timezone.now())
    sent = case.body(one, values=case.filled(one, floor_area_m2="300"), photos=[{"name": "a.jpg"}])
    case.send(sent, files=[("a.jpg", jpeg())])
    client = enter(case.who["worker"])
    assert "已保存，待处理" in client.get(address("mine")).content.decode()
    page = client.get(address("entry", sent["id"])).content.decode()
    assert "300" in page
    assert "对照后决定" in page
    assert client.get(address("picture", case.entry(sent).pictures.get().pk)).getvalue() == jpeg()
    assert client.get(address("entries")).status_code == 403
    assert client.get(address("home")).status_code == 403


def test_files_hold_the_rows_of_the_screen(case, enter, clash):
    client = enter(case.who["street"])
    listed = client.get(address("entries_export", "csv") + "?state=conflict").getvalue().decode("utf-8-sig")
    assert listed.count("\n") == 2
    assert "有冲突" in listed
    assert (
        client.get(address("entries_export", "csv") + "?place=330106").getvalue().decode("utf-8-sig").count("\n") == 1
    )
    assert (
        client.get(address("entries_export", "csv") + "?place=330105011001").getvalue().decode("utf-8-sig").count("\n")
        == 2
    )
    conflicts = client.get(address("conflicts_export", "xlsx"))
    assert conflicts["X-Rows"] == "1"
    assert conflicts.getvalue().startswith(b"PK")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_speak_both_languages(case, enter, clash, lang):
    _, sent, conflict = clash
    client = enter(case.who["street"])
    client.cookies["linli_language"] = lang
    pages = [address("entries"), address("conflicts"), address("conflicts") + "?state=decided", address("entry", sent["id"]),
             address("decide", conflict.pk), address("decline", conflict.pk), address("review", sent["id"]),
             address("remark", sent["id"]), address("approve"), address("mine")]  # fmt: skip
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert ('lang="en"' in answer.content.decode()[:200]) is (lang == "en")


def test_what_is_not_there(case, enter):
    client = enter(case.who["street"])
    import uuid

    assert client.get(address("entry", uuid.uuid4())).status_code == 404
    assert client.get(address("decide", 99)).status_code == 404
    assert client.get(address("picture", 99)).status_code == 404
    assert client.get(address("entries_export", "pdf")).status_code == 404
