"""The pages of bulk layers: sent in, looked at, kept, switched; a list of persons never touches the disk."""

import builtins
import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from linli.web.accounts.models import Place
from linli.web.audit.models import Event
from linli.web.jobs.models import Job
from linli.web.jobs.runner import perform
from linli.web.surveys.models import BulkLayer, BulkUpload

pytestmark = pytest.mark.django_db

GOOD = "楼栋编号,社区编号,层数,经度,纬度,备注\nB1,330105011001,6,120.102,30.302,无\nB2,,7,120.104,30.304,无\n"


def address(name, *args):
    return reverse(f"surveys:{name}", args=args)


def post(client, text=GOOD, name="楼.csv", route="upload_new", **more):
    said = {
        "layer": "buildings", "place": Place.objects.get(path="3301/").pk, "title": "住建局",
        "data_on": timezone.localdate(), "datum": "wgs84", "encoding": "auto",
        "file": SimpleUploadedFile(name, text.encode("gb18030")), **more,
    }  # fmt: skip
    return client.post(address(route), said)


def sent(client, text=GOOD, **more):
    answer = post(client, text, **more)
    upload = BulkUpload._all.latest("pk")
    assert answer["Location"] == address("upload", upload.pk)
    perform(str(upload.job))
    upload.refresh_from_db()
    return upload


def keep(client, upload, reason="首次"):
    answer = client.post(address("keep", upload.pk), {"reason": reason})
    layer = BulkLayer._all.latest("pk")
    assert answer["Location"] == address("layer", layer.layer, layer.pk)
    return layer


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sent_in_looked_at_and_kept(case, enter, lang):
    client = enter(case.who["city"])
    client.cookies["linli_language"] = lang
    answer = post(client)
    upload = BulkUpload._all.get()
    assert reverse("jobs:job", args=[upload.job]) in client.get(answer["Location"]).content.decode()
    perform(str(upload.job))
    text = client.get(answer["Location"]).content.decode()
    for part in ("gb18030", "楼栋编号", "备注", "B1"):
        assert part in text
    assert len(json.loads(client.get(address("upload_map", upload.pk)).content)["features"]) == 2
    assert client.get(address("keep", upload.pk)).status_code == 200
    layer = keep(client, upload)
    assert client.get(address("layer", "buildings", layer.pk)).status_code == 200
    assert client.get(address("layer_map", "buildings", layer.pk)).status_code == 200
    assert client.get(address("layer", "streets", layer.pk)).status_code == 404
    assert "住建局" in client.get(address("layers")).content.decode()
    assert client.get(address("keep", upload.pk)).status_code == 404
    assert client.get(address("upload", upload.pk)).status_code == 200
    translation.activate("zh-hans")


def test_versions_are_switched_on_their_pages(case, enter):
    client = enter(case.who["city"])
    first = keep(client, sent(client))
    second = keep(client, sent(client, GOOD.replace("B2", "B3")), "更新")
    text = client.get(address("use", "buildings", first.pk)).content.decode()
    assert "将停用" in text
    assert client.post(address("use", "buildings", first.pk), {"reason": "新版有误"}).status_code == 302
    assert list(BulkLayer._all.filter(active=True)) == [first]
    assert client.post(address("stop", "buildings", first.pk), {"reason": "停用"}).status_code == 302
    assert not BulkLayer._all.filter(active=True).exists()
    assert second.number == 2


def test_problems_are_listed_and_can_be_had_as_a_file(case, enter):
    client = enter(case.who["city"])
    upload = sent(client, "楼栋编号,层数,经度,纬度\nB1,-6,120.1,30.3\nB1,x,120.1,30.3\n")
    text = client.get(address("upload", upload.pk)).content.decode()
    assert "不能为负" in text
    assert "有错误" in text
    answer = client.get(address("upload_findings_export", upload.pk, "csv"))
    assert answer["X-Rows"] == str(upload.findings.count())
    answer.getvalue()
    assert client.post(address("discard", upload.pk), {"sure": "1"}).status_code == 302
    upload.refresh_from_db()
    assert upload.state == "discarded"


def test_a_file_that_will_not_do_comes_back_with_the_reason(case, enter):
    client = enter(case.who["city"])
    for text, name, why in (
        ("楼栋编号,姓名\nB1,张三\n", "楼.csv", "关于个人的列"),
        ("MZ", "楼.exe", "不接受这种文件"),
        ("MZ", "楼.xlsx", "不是 Excel 工作簿"),
        ("MZ", "楼.zip", "内容与扩展名不符"),
    ):
        page = post(client, text, name).content.decode()
        assert why in page, name
        assert "住建局" in page
    assert not BulkUpload._all.exists()
    assert "选择" in post(client, datum="").content.decode()


def test_a_layer_as_a_file_leaves_an_event(case, enter):
    client = enter(case.who["city"])
    layer = keep(client, sent(client))
    answer = client.get(address("layer_export", "buildings", layer.pk, "csv"))
    assert answer["X-Rows"] == "2"
    assert answer["Content-Disposition"] == 'attachment; filename="buildings-1.csv"'
    assert b"B2" in answer.content
    assert Event._all.filter(event="surveys.layer.export").count() == 1
    assert client.get(address("layer_export", "buildings", layer.pk, "exe")).status_code == 404
    assert enter(case.who["district"]).get(address("layer_export", "buildings", layer.pk, "csv")).status_code == 404


def test_outlines_are_those_one_may_see(case, enter):
    hemu, wensan = "3301/330105/330105011/330105011001/", "3301/330106/330106003/330106003001/"
    case.put("communities", "330105011001", hemu, case.square(), name="和睦")
    case.put("communities", "330106003001", wensan, case.square(1), name="文三")
    found = json.loads(enter(case.who["street"]).get(address("outlines", "3301/")).content)["features"]
    assert [one["properties"]["name"] for one in found] == ["和睦"]


LIST = "楼栋编号,姓名,出生日期\n" + "".join(f"B{1 + n % 2},张三丰{n},1950-01-01\n" for n in range(110_000))


def test_a_long_list_of_persons_is_never_written_to_disk(case, enter, monkeypatch):
    """More than what Django would keep in memory: no file is opened for writing that holds a name."""
    client = enter(case.who["city"])
    keep(client, sent(client))
    written = []
    real = builtins.open

    def watch(file, mode="r", *args, **kwargs):
        made = real(file, mode, *args, **kwargs)
        if set(mode) & set("wax+"):
            written.append(str(file))
        return made

    monkeypatch.setattr(builtins, "open", watch)
    monkeypatch.setattr(io, "open", watch)
    import tempfile

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):

        def refuse(*_, **__):
            raise AssertionError("a temporary file was asked for")

        monkeypatch.setattr(tempfile, name, refuse)
    assert len(LIST.encode("gb18030")) > 2_621_440
    answer = post(client, LIST, route="residents", name="名单.csv")
    upload = BulkUpload._all.latest("pk")
    assert answer["Location"] == address("upload", upload.pk)
    assert upload.summary["residents"] == 110_000
    monkeypatch.undo()
    kept = [Path(file) for file in written if file.endswith((".parquet", ".json"))]
    assert kept
    assert all("张三丰".encode() not in file.read_bytes() for file in kept)
    assert "没有读取关于个人的列：姓名" in client.get(address("upload", upload.pk)).content.decode()


def test_the_residents_page_is_guarded_against_forged_requests(case):
    client = Client(enforce_csrf_checks=True)
    client.force_login(case.who["city"])
    assert client.get(address("residents")).status_code == 200
    assert post(client, "楼栋编号,年龄\nB1,5\n", route="residents").status_code == 403
    assert not BulkUpload._all.exists()


def test_residents_without_buildings_are_refused(case, enter):
    page = post(enter(case.who["city"]), "楼栋编号,年龄\nB1,5\n", route="residents").content.decode()
    assert "还没有在用的住宅楼图层" in page
    assert not Job._all.exists()


def test_the_map_says_that_it_draws_some_rows_only_where_it_does(case, enter, monkeypatch):
    client = enter(case.who["city"])
    upload = sent(client)
    assert "随机" not in client.get(address("upload", upload.pk)).content.decode()
    layer = keep(client, upload)
    assert "随机" not in client.get(address("layer", "buildings", layer.pk)).content.decode()
    BulkLayer._all.update(rows=3001)
    assert "随机画出其中 3,000 个" in client.get(address("layer", "buildings", layer.pk)).content.decode()


def test_pages_that_ask_name_what_they_ask_about(case, enter):
    client = enter(case.who["city"])
    upload = sent(client)
    for name in ("keep", "discard"):
        assert "· 楼.csv</h1>" in client.get(address(name, upload.pk)).content.decode()
    layer = keep(client, upload)
    assert "<h1>停用 · 住宅楼 1 · 住建局</h1>" in client.get(address("stop", "buildings", layer.pk)).content.decode()
