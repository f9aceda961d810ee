"""The pages, one arc: take the template, send it in with errors, correct it, decide, apply, undo."""

import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.web.audit.models import Event
from linli.web.imports import views
from linli.web.imports.models import Batch
from linli.web.places.models import Record

pytestmark = pytest.mark.django_db
STREET = "330105011"


def text(answer):
    return answer.getvalue() if answer.streaming else answer.content  # read to its end, a file is closed


def page(answer):
    return answer.content.decode()


def at(name, *args):
    return reverse(f"imports:{name}", args=args)


@pytest.fixture
def mine(enter, street):
    return enter(street)


@pytest.fixture
def post(mine):
    def do(data, name="设施.xlsx", place=STREET, **more):
        return mine.post(at("start"), {"place": place, "file": SimpleUploadedFile(name, data), **more})

    return do


def newest():
    return Batch._all.order_by("-pk").first()


def test_the_whole_way(mine, post, kit):
    start = page(mine.get(at("start")))
    assert at("template_export", STREET) in start
    assert "「和睦街道」现有 5 条记录" in start
    template = mine.get(at("template_export", STREET))
    book = openpyxl.load_workbook(io.BytesIO(text(template)))
    assert "和睦街道" in template.headers["Content-Disposition"] or "utf-8''" in template.headers["Content-Disposition"]
    taken = Event._all.get(event="imports.template.export")
    assert json.loads(taken.after)["rows"]["facilities"] == 3
    sheet = book["设施"]
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    area = f"{columns['建筑面积(m²)']}2"

    def send(value):
        sheet[area] = value
        stream = io.BytesIO()
        book.save(stream)
        answer = post(stream.getvalue())
        assert answer.status_code == 302, page(answer)
        return newest()

    bad = send("大")
    shown = page(mine.get(at("batch", bad.number)))
    for said in (
        "有错误，什么都没有写入",
        "数字，0 至 2,000,000 m²",
        "请只填数字；不知道就留空。",
        "读入 5 行 = 未变 4 + 有错误 1",
    ):
        assert said in shown
    assert at("apply", bad.number) not in shown
    assert "大" in page(mine.get(at("findings", bad.number)))
    marked = mine.get(at("marked_export", bad.number))
    assert openpyxl.load_workbook(io.BytesIO(text(marked)))["设施"][area].comment
    good = send(300)
    shown = page(mine.get(at("batch", good.number)))
    assert "<strong>300 m²</strong>" in shown
    assert at("apply", good.number) in shown
    assert "读入 5 行 = 改动 1 + 未变 4" in page(mine.get(at("apply", good.number)))
    assert "建筑面积：260 m² → 300 m²" in page(mine.get(at("rows", good.number)))
    answer = mine.post(at("apply", good.number), {"version": good.version, "reason": ""})
    assert "理由" in page(answer)
    assert Record._all.get(key="F1").values["floor_area_m2"] == 260
    answer = mine.post(at("apply", good.number), {"version": good.version, "reason": "二季度填报"}, follow=True)
    assert "已导入。" in page(answer)
    assert Record._all.get(key="F1").values["floor_area_m2"] == 300
    good.refresh_from_db()
    assert at("undo", good.number) in page(mine.get(at("batch", good.number)))
    mine.post(at("undo", good.number), {"version": good.version, "reason": "弄错了"})
    assert Record._all.get(key="F1").values["floor_area_m2"] == 260
    assert "已整批撤回" in page(mine.get(at("batch", good.number)))


def test_a_file_that_will_not_do_comes_back_with_what_to_do(post):
    answer = post(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧.xls")
    assert answer.status_code == 200
    assert "另存为" in page(answer)
    assert not Batch._all.exists()
    assert "有 1 处需要改正" in page(post(b"", "空.csv"))


def test_the_place_asked_for_is_chosen(mine):
    assert "「和睦社区」现有 3 条记录" in page(mine.get(f"{at('start')}?place=330105011001"))
    assert "「和睦街道」" in page(mine.get(f"{at('start')}?place=330106"))


def test_some_layers_and_an_empty_template(mine):
    answer = mine.get(f"{at('template_export', STREET)}?layer=rooms&layer=streets&empty=1")
    book = openpyxl.load_workbook(io.BytesIO(text(answer)))
    assert book.sheetnames == ["说明", "存量用房", "示例", "字典", "_linli"]


def test_a_place_with_too_many_rows_leads_back_and_says_so(mine, monkeypatch):
    monkeypatch.setattr("linli.web.imports.handout.MOST_ROWS", 1)
    answer = mine.get(at("template_export", STREET), follow=True)
    assert "请选择较小的地区" in page(answer)
    assert not Event._all.filter(event="imports.template.export").exists()


def test_a_large_file_is_left_to_the_worker_and_the_page_waits(mine, post, kit, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE_BYTES", 10)
    post(kit.book(kit.line("N1")))
    batch = newest()
    assert batch.state == "checking"
    shown = page(mine.get(at("batch", batch.number)))
    assert f'data-island="progress" data-src="{at("progress", batch.number)}"' in shown
    told = mine.get(at("progress", batch.number)).json()
    assert (told["state"], told["href"]) == ("queued", at("batch", batch.number))
    batch.job.stage, batch.job.state, batch.job.fraction = "imports.stage.compare", "running", 0.5
    batch.job.save()
    told = mine.get(at("progress", batch.number)).json()
    assert (told["stage"], told["fraction"]) == ("与登记逐行比较", 0.5)
    batch.job.state = "failed"
    batch.job.save()
    assert mine.get(at("progress", batch.number)).json()["message"]
    assert "核对没有完成" in page(mine.get(at("batch", batch.number)))


def test_a_batch_without_a_job_has_no_progress(mine, post, kit):
    post(kit.book(kit.line("N1")))
    Batch._all.update(job=None)
    assert mine.get(at("progress", newest().number)).status_code == 404


def test_a_file_can_be_read_in_another_way(mine, post, kit):
    post(
        "设施编号,设施类型,所属社区编号,经度,纬度\nN1,nursery,330105011001,120.1241,30.3061\n".encode("gbk"), "数据.csv"
    )
    batch = newest()
    assert kit.found(batch) == [("file.needs_layer", None)]
    values = {"datum": "wgs84", "encoding": "gb18030", "layer": "facilities", "version": batch.version}
    mine.post(at("check_again", batch.number), values)
    batch.refresh_from_db()
    assert (batch.state, batch.encoding, batch.layer) == ("ready", "gb18030", "facilities")
    shown = page(mine.get(at("batch", batch.number)))
    assert "gb18030" in shown
    assert "N1,nursery" in shown


@pytest.fixture
def conflicts(mine, post, kit):
    """A batch with two conflicts."""
    book = openpyxl.load_workbook(io.BytesIO(text(mine.get(at("template_export", STREET)))))
    sheet = book["设施"]
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == "建筑面积(m²)")
    sheet[f"{letter}2"], sheet[f"{letter}3"] = 300, 310
    kit.put(
        "facilities",
        kit.facility("F1", floor_area_m2=280),
        kit.facility("F2", 120.1225, type="canteen", floor_area_m2=290),
    )
    stream = io.BytesIO()
    book.save(stream)
    post(stream.getvalue())
    return newest()


def test_conflicts_are_shown_side_by_side_and_decided(mine, conflicts):
    assert at("decide", conflicts.number) in page(mine.get(at("batch", conflicts.number)))
    shown = page(mine.get(at("decide", conflicts.number)))
    for value in ("260 m²", "300 m²", "280 m²", "两边都改过"):
        assert value in shown
    first, second = conflicts.rows.filter(action="conflict").order_by("pk")
    decided = {"version": conflicts.version, f"row-{first.pk}": "mine"}
    assert mine.post(at("decide", conflicts.number), decided)["Location"] == at("decide", conflicts.number)
    conflicts.refresh_from_db()
    rest = {"version": conflicts.version, f"row-{first.pk}": "out", "rest": "theirs"}
    assert mine.post(at("decide", conflicts.number), rest)["Location"] == at("batch", conflicts.number)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.decision, second.decision) == ("out", "theirs")


@pytest.mark.parametrize("posted", [{"version": "x"}, {"version": "999"}, {}])
def test_nonsense_decides_nothing(mine, conflicts, posted):
    row = conflicts.rows.filter(action="conflict").first()
    answer = mine.post(
        at("decide", conflicts.number), {**posted, f"row-{row.pk}": "mine", "row-x": "mine"}, follow=True
    )
    assert "他人刚刚处理过" in page(answer)
    row.refresh_from_db()
    assert row.decision == ""


def test_closing_what_is_missing_is_asked_with_its_number(mine, post, kit, monkeypatch):
    post(kit.book(kit.line("F1")))
    batch = newest()
    assert "登记中另有 2 条记录不在文件中" in page(mine.get(at("batch", batch.number)))
    assert "撤销登记中有、而文件中没有的 2 条记录" in page(mine.get(at("apply", batch.number)))
    monkeypatch.setattr(views, "MOST_MISSING", 1)
    shown = page(mine.get(at("apply", batch.number)))
    assert "不能一次撤销" in shown
    assert "close_missing" not in shown


def test_the_very_same_file_is_recognised(mine, post, kit):
    data = kit.book(kit.line("N1"))
    post(data)
    first = newest()
    mine.post(at("apply", first.number), {"version": first.version, "reason": "x"})
    post(data)
    assert f"已经在批次 {first.number} 中导入过" in page(mine.get(at("batch", newest().number)))


def test_lists_and_files(mine, post, kit):
    post(kit.book(kit.line("N1", area="大")))
    batch = newest()
    assert batch.number in page(mine.get(at("list")))
    for name, args in (("list_export", ()), ("findings_export", (batch.number,)), ("rows_export", (batch.number,))):
        for kind in ("csv", "xlsx"):
            answer = mine.get(at(name, *args, kind))
            assert int(answer["X-Rows"]) >= 1
            text(answer)
        assert mine.get(at(name, *args, "pdf")).status_code == 404
    assert text(mine.get(at("file_export", batch.number))).startswith(b"PK")
    assert page(mine.get(at("discard", batch.number)))
    answer = mine.post(at("discard", batch.number), {"version": batch.version, "reason": "传错了"}, follow=True)
    assert "已作废。" in page(answer)


def test_who_may_only_look_is_offered_nothing_to_do(enter, register, street, kit, send):
    batch = send(street, kit.book(kit.line("N1")))
    other = enter(register.user("auditor", "3301/"))
    shown = page(other.get(at("batch", batch.number)))
    for name in ("apply", "discard", "check_again", "file_export"):
        assert at(name, batch.number) not in shown
    assert other.get(at("start")).status_code == 403
    assert other.get(at("apply", batch.number)).status_code == 403


def test_a_city_person_without_places_is_told_so(enter, register, monkeypatch):
    from linli.web.accounts.models import Place

    monkeypatch.setattr(views, "places_for_uploads", lambda _user: Place.objects.none())
    other = enter(register.user("street", "3301/330105/330105011/"))
    assert "您的职权不包括填报任何地区的表格" in page(other.get(at("start")))
