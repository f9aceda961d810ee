"""Files become layers, versions are switched, and nothing of a person is left anywhere."""

import datetime as dt
from pathlib import Path

import geopandas as gpd
import pytest
from django.conf import settings
from django.utils import timezone

from linli.survey.raw import file_sha256
from linli.web.accounts.models import Place
from linli.web.audit.models import Event
from linli.web.jobs.models import Job
from linli.web.jobs.runner import perform
from linli.web.refusal import Refused
from linli.web.surveys import bulk, work
from linli.web.surveys.models import BulkLayer, BulkUpload, Finding
from linli.web.surveys.selectors import active_layers, completeness

pytestmark = pytest.mark.django_db

CITY = "3301/"
DISTRICT = "3301/330105/"
HEMU = "3301/330105/330105011/330105011001/"
GOOD = "楼栋编号,社区编号,层数,经度,纬度,常住人口\nB1,330105011001,6,120.102,30.302,10\nB2,,7,120.104,30.304,\n"
BAD = "楼栋编号,层数,经度,纬度\nB1,-6,120.1,30.3\n"


@pytest.fixture(autouse=True)
def _keys_instead_of_words(monkeypatch):
    monkeypatch.setattr(Refused, "__str__", lambda self: self.key)


def refused(key):
    return pytest.raises(Refused, match=rf"^surveys\.refuse\.{key}$")


def send(case, text=GOOD, who="city", place=CITY, name="楼.csv", layer="buildings", **more):
    values = {"title": "住建局", "data_on": dt.date(2026, 1, 1), "datum": "wgs84", "encoding": "auto", **more}
    return bulk.upload_receive(
        actor=case.actor(case.who[who]), place=Place.objects.get(path=place), layer=layer, name=name,
        chunks=[text.encode("gb18030")], **values,
    )  # fmt: skip


def run(upload):
    job = Job._all.get(pk=upload.job)
    perform(str(job.pk))
    job.refresh_from_db()
    upload.refresh_from_db()
    return job


def kept(case, text=GOOD, **more):
    upload = send(case, text, **more)
    run(upload)
    return bulk.upload_keep(actor=case.actor(case.who["city"]), upload=upload, reason="新数据")


def files():
    root = Path(settings.MEDIA_ROOT)
    return sorted(one.relative_to(root).as_posix() for one in root.rglob("*") if one.is_file())


def test_a_file_is_checked_shown_and_kept(case):
    case.put("communities", "330105011001", HEMU, case.square(), name="和睦", community_id="330105011001")
    upload = send(case)
    assert upload.state == "checking"
    job = run(upload)
    assert (job.state, job.error) == ("done", "")
    assert job.result == {"state": "ready", "errors": 0}
    assert upload.summary["counts"] == {"330105011001": [2, 1, 0]}
    assert upload.summary["parts"][0]["encoding"] == "gb18030"
    # The file that was sent is gone, what was made of it is there.
    assert [one.rpartition("/")[2] for one in files()] == ["built.parquet", "preview.json"]
    layer = bulk.upload_keep(actor=case.actor(case.who["city"]), upload=upload, reason="首次")
    assert (layer.number, layer.active, layer.rows, layer.title) == (1, True, 2, "住建局")
    assert file_sha256(layer.path) == layer.sha256
    assert list(gpd.read_parquet(layer.path)["building_id"]) == ["B1", "B2"]
    assert bulk.preview_of_layer(layer)["features"][0]["properties"]["residents"] == 10
    upload.refresh_from_db()
    assert (upload.state, upload.kept, upload.folder) == ("kept", layer, "")
    assert Event._all.get(event="surveys.layer.keep").reason == "首次"
    with refused("not_ready"):
        bulk.upload_keep(actor=case.actor(case.who["city"]), upload=upload, reason="再来")
    made = case.open()
    assert completeness(made)["330105011001"].buildings.count == 2


@pytest.mark.django_db(transaction=True)
def test_what_was_staged_is_gone_once_it_is_kept(case):
    kept(case)
    assert len(files()) == 2
    assert not [one for one in files() if "/sent/" in one]


def test_errors_are_all_listed_and_nothing_can_be_kept(case):
    upload = send(case, BAD)
    assert run(upload).result == {"state": "refused", "errors": 1}
    assert Finding._all.get(upload=upload).code == "number.negative"
    assert Finding._all.get(upload=upload).row == 2
    with refused("not_ready"):
        bulk.upload_keep(actor=case.actor(case.who["city"]), upload=upload, reason="硬来")
    gone = bulk.upload_discard(actor=case.actor(case.who["city"]), upload=upload)
    assert gone.state == "discarded"
    assert not Finding._all.exists()
    with refused("not_ready"):
        bulk.upload_discard(actor=case.actor(case.who["city"]), upload=upload)


def test_a_file_about_persons_leaves_nothing(case):
    with refused("personal"):
        send(case, "楼栋编号,姓名\nB1,张三\n")
    assert files() == []
    assert not BulkUpload._all.exists()
    assert not Job._all.exists()


def test_who_may_send_in_for_where(case):
    with refused("outside"):
        send(case, who="street", place=DISTRICT)
    with refused("outside"):
        send(case, who="district", place=CITY)
    with refused("bulk_level"):
        send(case, who="street", place="3301/330105/330105011/")
    with refused("future"):
        send(case, data_on=timezone.localdate() + dt.timedelta(days=2))
    assert send(case, who="district", place=DISTRICT).place == DISTRICT
    assert Event._all.filter(event="surveys.upload.receive").count() == 1


def test_versions_take_each_others_place_and_can_be_put_back(case):
    first = kept(case)
    second = kept(case, GOOD.replace("B2", "B3"))
    assert (first.number, second.number) == (1, 2)
    assert active_layers(CITY) == {"buildings": (second,)}
    who = case.actor(case.who["city"])
    with refused("reason"):
        bulk.layer_use(actor=who, layer=first, reason="")
    with refused("already"):
        bulk.layer_use(actor=who, layer=second, reason="再来")
    with refused("outside"):
        bulk.layer_use(actor=case.actor(case.who["district"]), layer=first, reason="换回")
    bulk.layer_use(actor=who, layer=first, reason="新版有误")
    assert active_layers(CITY) == {"buildings": (first,)}
    event = Event._all.get(event="surveys.layer.use")
    assert ('"in_force":2' in event.before, '"in_force":1' in event.after) == (True, True)
    bulk.layer_stop(actor=who, layer=first, reason="停用")
    assert active_layers(CITY) == {}
    with refused("already"):
        bulk.layer_stop(actor=who, layer=first, reason="停用")
    assert BulkLayer._all.count() == 2
    second.path.unlink()
    with refused("gone"):
        bulk.layer_use(actor=who, layer=second, reason="换回")


def test_a_worker_that_dies_begins_again(case, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    for where in ("write_layer", "upload_checked"):
        upload = send(case)
        with monkeypatch.context() as patch:
            patch.setattr(work, where, die)
            with pytest.raises(Killed):
                run(upload)
        Job._all.filter(pk=upload.job).update(state="queued")
        assert run(upload).result["state"] == "ready"
        # Once more, after the last step.
        Job._all.filter(pk=upload.job).update(state="queued")
        assert run(upload).result["state"] == "ready"
    assert Event._all.filter(event="surveys.upload.check").count() == 2
    assert not [one for one in files() if "sent." in one]


def test_what_is_being_checked_is_not_discarded(case):
    upload = send(case)
    with refused("busy"):
        bulk.upload_discard(actor=case.actor(case.who["city"]), upload=upload)
    Job._all.update(state="failed")
    with refused("outside"):
        bulk.upload_discard(actor=case.actor(case.who["district"]), upload=upload)
    assert bulk.upload_discard(actor=case.actor(case.who["city"]), upload=upload).state == "discarded"


# Residents ----------------------------------------------------------------------------------------------------------
LIST = "楼栋编号,姓名,身份证号,出生日期\nB1,张三丰,11010519491231002X,1949-12-31\nB1,李四光,1,2024-01-01\nB9,王五,1,1990-01-01\n"


def count(case, text=LIST, *, complete=False, who="city", place=CITY, **more):
    return bulk.residents_receive(
        actor=case.actor(case.who[who]), place=Place.objects.get(path=place), title="公安局",
        data_on=more.pop("data_on", dt.date(2026, 1, 1)), encoding="auto", name="张三丰家.csv",
        data=text.encode("gb18030"), complete=complete,
    )  # fmt: skip


def test_residents_are_counted_and_the_list_is_nowhere(case):
    kept(case)
    upload = count(case)
    assert upload.state == "ready"
    assert upload.summary["listed"] == 1
    assert upload.summary["people_unplaced"] == 1
    layer = bulk.upload_keep(actor=case.actor(case.who["city"]), upload=upload, reason="人口")
    frame = gpd.read_parquet(layer.path).set_index("building_id")
    assert frame.loc["B1", ["residents", "residents_0_2", "residents_60_79"]].tolist() == [2, 1, 1]
    assert frame.loc["B2", "residents"] != frame.loc["B2", "residents"]
    assert layer.number == 2
    assert "姓名、身份证号" in str(layer.notes)
    # No name, no number, no birthday, in no file, no table, no event.
    said = str(
        [list(one.values()) for model in (BulkLayer, BulkUpload, Finding, Job, Event) for one in model._all.values()]
    )
    kept_files = b"".join((Path(settings.MEDIA_ROOT) / one).read_bytes() for one in files()).decode("utf-8", "replace")
    for word in ("张三丰", "李四光", "11010519491231002X", "1949-12-31"):
        assert word not in said
        assert word not in kept_files


def test_a_complete_list_says_who_is_not_there(case):
    kept(case)
    upload = count(case, complete=True)
    frame = gpd.read_parquet(upload.path / "built.parquet").set_index("building_id")
    assert frame.loc["B2", "residents"] == 0
    assert frame.loc["B2", "residents_80_plus"] == 0


def test_what_has_no_buildings_cannot_be_counted(case):
    with refused("no_buildings"):
        count(case)
    kept(case)
    with refused("outside"):
        count(case, who="district")
    with refused("no_buildings"):
        count(case, who="district", place=DISTRICT)
    with refused("no_building_known"):
        count(case, "楼栋编号,年龄\nX1,5\n")
    with refused("no_residents"):
        count(case, "楼栋编号,年龄\n")
    with refused("future"):
        count(case, data_on=timezone.localdate() + dt.timedelta(days=2))
    assert BulkUpload._all.filter(title="公安局").count() == 0
    assert not [one for one in files() if "/sent/" in one and "公安" in one]


def test_a_preview_that_is_not_there_is_empty(case):
    layer = kept(case)
    layer.path.with_name(f"{layer.path.name}.json").unlink()
    assert bulk.preview_of_layer(layer) == {"type": "FeatureCollection", "features": []}
    upload = BulkUpload._all.get()
    upload.refresh_from_db()
    assert bulk.preview_of_upload(upload)["features"] == []


def test_a_layer_is_held_against_what_is_known(case):
    case.put("communities", "330105011001", HEMU, case.square(), name="和睦", community_id="330105011001")
    layer = kept(case)
    around = bulk.bulk_around(CITY, "streets")
    assert set(around) == {"communities", "buildings"}
    assert set(bulk.bulk_around(CITY, "buildings")) == {"communities"}
    layer.path.unlink()
    assert set(bulk.bulk_around(CITY, "streets")) == {"communities"}
