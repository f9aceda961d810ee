import json

import pytest
from django.urls import reverse

from linli.web.assessments.files import file_of
from linli.web.assessments.forms import OptionsForm
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import tables_of
from linli.web.assessments.services import run_store
from linli.web.audit.models import Event
from linli.web.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(world, enter):
    return enter(world.city.user("planner", "3301/"))


def choices(options, **changes):
    form = OptionsForm(options=options)
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def test_a_run_says_data_rules_engine_and_choices(world, office):
    page = office.get(reverse("assessments:run", args=[world.run.pk])).content.decode()
    for text in (world.snapshot.digest, world.run.catalogue_version, world.run.digest, "五分钟", "当前", "各项相等"):
        assert text in page
    assert "评估完成并入库" in page


def test_another_run_is_asked_for_with_other_choices(world, office):
    address = reverse("assessments:new", args=[world.run.pk])
    assert "成年人" in office.get(address).content.decode()
    answer = office.post(address, choices(world.run.options, person="elder"))
    made = Run._all.get(number=2)
    assert answer["Location"] == reverse("assessments:run", args=[made.pk])
    assert made.options["person"] == "elder"
    page = office.get(answer["Location"]).content.decode()
    assert "排队中" in page
    assert 'hx-trigger="every 2s"' in page
    Job._all.filter(pk=made.job).update(state="running", fraction=0.5, stage="assessments.stage.items")
    page = office.get(answer["Location"]).content.decode()
    assert "逐项评估" in page
    assert "50 %" in page


def test_wrong_and_repeated_choices_come_back_with_what_to_do(world, office):
    address = reverse("assessments:new", args=[world.run.pk])
    page = office.post(address, choices(world.run.options, met_share="0", grades="A")).content.decode()
    assert "大于 0" in page or "第 1 行" in page
    page = office.post(address, choices(world.run.options)).content.decode()
    assert "第 1 次评估的数据、规则和选项与此相同" in page
    assert Run._all.count() == 1


def test_a_failed_run_says_why(world, office):
    failed = Run._all.create(
        snapshot=world.snapshot, place="3301/", number=2, state="failed", notes=[{"zh": "坏了", "en": "broken"}]
    )
    page = office.get(reverse("assessments:run", args=[failed.pk])).content.decode()
    assert "坏了" in page
    assert "未成功" in page
    assert reverse("assessments:make_current", args=[failed.pk]) not in page


def test_another_run_is_made_current_with_a_reason(world, office):
    other = Run._all.create(snapshot=world.snapshot, place="3301/", number=2)
    run_store(run=other, assessment=tables_of(world.run), folder=world.run.path, digest=world.run.digest)
    address = reverse("assessments:make_current", args=[other.pk])
    page = office.get(address).content.decode()
    assert "2025年体检 #1" in page
    assert office.post(address, {"reason": ""}).status_code == 200
    office.post(address, {"reason": "更合适"})
    assert list(Run._all.filter(current=True)) == [other]
    assert "已经是当前评估" in office.post(address, {"reason": "再来"}).content.decode()


def test_files_are_written_by_a_job_and_taken_with_an_event(world, office):
    prepare = reverse("assessments:prepare", args=[world.run.pk, "assessment-zh.xlsx"])
    office.post(prepare)
    job = Job._all.get(kind="assessments.file")
    assert job.arguments == {"run": world.run.pk, "name": "assessment-zh.xlsx"}
    page = office.get(reverse("assessments:run", args=[world.run.pk])).content.decode()
    assert "正在生成" in page
    page = office.post(prepare, follow=True).content.decode()
    assert "文件已经生成或正在生成" in page
    assert Job._all.filter(kind="assessments.file").count() == 1
    take = reverse("assessments:file_export", args=[world.run.pk, "assessment-zh.xlsx"])
    assert office.get(take).status_code == 404
    path = file_of(world.run, "assessment-zh.xlsx")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"book")
    answer = office.get(take)
    assert answer.getvalue() == b"book"
    event = Event._all.get(event="assessments.run.export")
    assert json.loads(event.after)["file"] == "assessment-zh.xlsx"
    for name in ("other.xlsx", "..%2Fsecret"):
        assert office.post(reverse("assessments:prepare", args=[world.run.pk, "x"])).status_code == 404
        assert office.get(f"/assessments/runs/{world.run.pk}/files/{name}/").status_code == 404


def test_who_sees_a_part_of_a_run_may_not_take_it_whole(world, enter):
    office = enter(world.city.user("street", "3301/330199/330199001/"))
    page = office.get(reverse("assessments:run", args=[world.run.pk]))
    assert page.status_code == 200
    assert "assessment-zh.xlsx" not in page.content.decode()
    assert office.get(reverse("assessments:file_export", args=[world.run.pk, "results.gpkg"])).status_code == 404
    assert office.get(reverse("assessments:new", args=[world.run.pk])).status_code == 403
    district = enter(world.city.user("district_office", "3301/330105/"))
    assert district.post(reverse("assessments:make_current", args=[world.run.pk]), {"reason": "x"}).status_code == 404


def test_the_list_of_runs_is_taken_as_a_file(office):
    assert office.get(reverse("assessments:runs")).status_code == 200
    answer = office.get(reverse("assessments:runs_export", args=["csv"]))
    assert "2025年体检 #1" in answer.getvalue().decode("utf-8-sig")
